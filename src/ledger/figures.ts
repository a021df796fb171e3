import { type RawBuilder, sql } from 'kysely';
import type { CountDefinition, FigureRecord, Moment, RatioDefinition } from '../figures/definition.ts';
import { asOf } from '../kit/versioned.ts';
import { doneStates, proposalStates } from './course.ts';
import { firstVersions } from './figures-first.ts';
import type { ProjectState } from './schema.ts';

/** Which projects count: the 口径. Its code is a part of the figure's. */
interface Scope {
  suffix: string;
  zh: string;
  en: string;
  condition: RawBuilder<boolean>;
}

const dated = sql<boolean>`project.kind is distinct from 'standing'`;
const whole = sql<boolean>`project.parent_id is null`;

/** The first is the headline; the others are the same figure by another 口径, and every page shows which. */
const scopes = [
  {
    suffix: '',
    zh: '含长期坚持的项目，子项目不另计',
    en: 'standing projects included, sub-projects not counted by themselves',
    condition: whole,
  },
  {
    suffix: '.dated',
    zh: '不含长期坚持的项目，子项目不另计',
    en: 'without standing projects, sub-projects not counted by themselves',
    condition: sql<boolean>`${whole} and ${dated}`,
  },
  {
    suffix: '.with_parts',
    zh: '含长期坚持的项目，子项目另计',
    en: 'standing projects included, sub-projects counted too',
    condition: sql<boolean>`true`,
  },
  {
    suffix: '.dated_with_parts',
    zh: '不含长期坚持的项目，子项目另计',
    en: 'without standing projects, sub-projects counted too',
    condition: dated,
  },
] as const satisfies readonly Scope[];

/** Projects by their last step before the cut-off: a later reopening or 终止 never changes an earlier one. */
function projectsWhoseLastStep(at: Moment, condition: RawBuilder<boolean>): RawBuilder<FigureRecord> {
  const columns = [
    'id',
    'number',
    'area_code',
    'field_code',
    'unit_id',
    'deadline',
    'kind',
    'parent_id',
  ] as const;
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
    join ${asOf('project', at.entry_no, columns)} as project on project.id = step.project_id
    join ${asOf('unit', at.entry_no, ['id', 'code'])} as unit on unit.id = project.unit_id
    where ${condition}`;
}

const literals = (states: readonly ProjectState[]) => sql.join(states.map((state) => sql.lit(state)));
const listed = sql<boolean>`step.to_state not in (${literals([...proposalStates, 'terminated'])})
  or step.to_state = 'approved'`;
const done = sql<boolean>`step.to_state in (${literals(doneStates)})`;

const common = {
  unit: { zh: '个', en: '' },
  decimals: 0,
  dimensions: ['field', 'area', 'unit'],
} as const;

/** How many projects were approved and not terminated; whether the list was issued yet makes no difference. */
const total = ({ suffix, zh, en, condition }: Scope): CountDefinition => ({
  ...common,
  code: `ledger.total${suffix}`,
  variant: { of: 'ledger.total', name: { zh, en } },
  version: suffix === '' ? 2 : 1,
  kind: 'count',
  title: { zh: '梳理项目数', en: 'Projects listed' },
  explanation: {
    zh: `截至时点已审定、未终止的项目个数；${zh}。终止的项目从中扣除，仍可查看。`,
    en: `Projects approved by the cut-off and not terminated; ${en}. Terminated ones leave the count and stay visible.`,
  },
  records: (at) => projectsWhoseLastStep(at, sql`${condition} and (${listed})`),
  ...(suffix === '' && { former: [firstVersions.total] }),
});

/** How many of them were complete: verified by someone other than their doer. */
const completed = ({ suffix, zh, en, condition }: Scope): CountDefinition => ({
  ...common,
  code: `ledger.completed${suffix}`,
  variant: { of: 'ledger.completed', name: { zh, en } },
  version: suffix === '' ? 2 : 1,
  kind: 'count',
  title: { zh: '完成项目数', en: 'Projects completed' },
  explanation: {
    zh: `截至时点最后一步为“核验通过、销号”或“归档”的项目个数；${zh}。核验人与申请办结人不是同一人，也不属同一单位。`,
    en: `Projects whose last step by the cut-off was a passed verification (or the archive after it), made by someone other than the doer and of another unit; ${en}.`,
  },
  records: (at) => projectsWhoseLastStep(at, sql`${condition} and ${done}`),
  ...(suffix === '' && { former: [firstVersions.completed] }),
});

/** Completed over listed, in per cent. */
const completionRate = (scope: Scope): RatioDefinition => ({
  ...common,
  code: `ledger.completion_rate${scope.suffix}`,
  variant: { of: 'ledger.completion_rate', name: { zh: scope.zh, en: scope.en } },
  version: scope.suffix === '' ? 2 : 1,
  kind: 'ratio',
  title: { zh: '完成率', en: 'Completion rate' },
  explanation: {
    zh: `完成项目数 ÷ 梳理项目数 × 100%；${scope.zh}。显示时四舍五入保留一位小数；没有项目时没有数值。`,
    en: `Projects completed ÷ projects listed × 100 %; ${scope.en}. Shown to one decimal, rounded half up; no value where there are no projects.`,
  },
  unit: { zh: '%', en: '%' },
  decimals: 1,
  numerator: completed(scope),
  denominator: total(scope),
  ...(scope.suffix === '' && { former: [firstVersions.rate] }),
});

/** Projects past their deadline and not complete. */
const overdue = ({ suffix, zh, en, condition }: Scope): CountDefinition => ({
  ...common,
  code: `ledger.overdue${suffix}`,
  variant: { of: 'ledger.overdue', name: { zh, en } },
  version: suffix === '' ? 2 : 1,
  kind: 'count',
  title: { zh: '逾期未完成项目数', en: 'Projects overdue' },
  explanation: {
    zh: `完成时限当日24时已过、尚未核验完成的项目个数；${zh}；终止的不计。`,
    en: `Projects whose deadline day has ended and that are not verified as complete; ${en}; terminated ones do not count.`,
  },
  records: (at) =>
    projectsWhoseLastStep(
      at,
      sql`${condition} and (${listed}) and not ${done}
        and (project.deadline + 1)::timestamp at time zone 'Asia/Shanghai' <= ${at.cutoff}`,
    ),
  ...(suffix === '' && { former: [firstVersions.overdue] }),
});

/** The figures of the ledger, each by every 口径. */
export const ledgerFigures = scopes.flatMap((scope) => [
  total(scope),
  completed(scope),
  completionRate(scope),
  overdue(scope),
]);
