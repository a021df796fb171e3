// The first versions of the ledger's figures, as releases made before the ledger had proposals and sub-projects froze them.
import { type RawBuilder, sql } from 'kysely';
import type { CountDefinition, FigureRecord, Moment, RatioDefinition } from '../figures/definition.ts';
import { asOf } from '../kit/versioned.ts';
import type { ProjectState } from './schema.ts';

/** Projects by their last step before the cut-off: a later reopening or 终止 never changes an earlier one. */
function projectsWhoseLastStep(at: Moment, condition: RawBuilder<boolean>): RawBuilder<FigureRecord> {
  return sql`
    select 'project:' || project.number as record, 1::numeric as amount, project.area_code, project.field_code as field,
      unit.code as unit, null::text as stage, null::text as dose,
      to_char(step.occurred_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day
    from (
      select distinct on (project_id) project_id, to_state, occurred_at
      from ${asOf('project_step', at.entry_no, ['id', 'project_id', 'to_state', 'occurred_at'])} as known
      where occurred_at < ${at.cutoff}
      order by project_id, occurred_at desc, id desc
    ) as step
    join ${asOf('project', at.entry_no, ['id', 'number', 'area_code', 'field_code', 'unit_id', 'deadline'])} as project
      on project.id = step.project_id
    join ${asOf('unit', at.entry_no, ['id', 'code'])} as unit on unit.id = project.unit_id
    where ${condition}`;
}

const completed: ProjectState = 'completed';
const terminated: ProjectState = 'terminated';

const total: CountDefinition = {
  code: 'ledger.total',
  version: 1,
  kind: 'count',
  title: { zh: '梳理项目数', en: 'Projects listed' },
  explanation: {
    zh: '截至时点已审定印发、未终止的项目个数。终止的项目从中扣除，仍可查看。',
    en: 'Projects that had been approved and issued by the cut-off and not terminated. Terminated ones leave the count and stay visible.',
  },
  unit: { zh: '个', en: '' },
  decimals: 0,
  dimensions: ['field', 'area', 'unit'],
  records: (at) => projectsWhoseLastStep(at, sql`step.to_state <> ${sql.lit(terminated)}`),
};

const completedProjects: CountDefinition = {
  code: 'ledger.completed',
  version: 1,
  kind: 'count',
  title: { zh: '完成项目数', en: 'Projects completed' },
  explanation: {
    zh: '截至时点最后一步为“核验通过、销号”的项目个数。核验人与申请办结人不是同一人，也不属同一单位。',
    en: 'Projects whose last step by the cut-off was a passed verification, made by someone other than the doer and of another unit.',
  },
  unit: { zh: '个', en: '' },
  decimals: 0,
  dimensions: ['field', 'area', 'unit'],
  records: (at) => projectsWhoseLastStep(at, sql`step.to_state = ${sql.lit(completed)}`),
};

const completionRate: RatioDefinition = {
  code: 'ledger.completion_rate',
  version: 1,
  kind: 'ratio',
  title: { zh: '完成率', en: 'Completion rate' },
  explanation: {
    zh: '完成项目数 ÷ 梳理项目数 × 100%。显示时四舍五入保留一位小数；没有项目时没有数值。',
    en: 'Projects completed ÷ projects listed × 100 %, shown to one decimal, rounded half up; no value where there are no projects.',
  },
  unit: { zh: '%', en: '%' },
  decimals: 1,
  dimensions: ['field', 'area', 'unit'],
  numerator: completedProjects,
  denominator: total,
};

const overdue: CountDefinition = {
  code: 'ledger.overdue',
  version: 1,
  kind: 'count',
  title: { zh: '逾期未完成项目数', en: 'Projects overdue' },
  explanation: {
    zh: '完成时限当日24时已过、尚未核验完成的项目个数；终止的不计。',
    en: 'Projects whose deadline day has ended and that are not verified as complete; terminated ones do not count.',
  },
  unit: { zh: '个', en: '' },
  decimals: 0,
  dimensions: ['field', 'area', 'unit'],
  records: (at) =>
    projectsWhoseLastStep(
      at,
      sql`step.to_state not in (${sql.lit(completed)}, ${sql.lit(terminated)})
        and (project.deadline + 1)::timestamp at time zone 'Asia/Shanghai' <= ${at.cutoff}`,
    ),
};

/** The first version of each figure, by its code. */
export const firstVersions = { total, completed: completedProjects, rate: completionRate, overdue };
