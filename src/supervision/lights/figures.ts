// The lights as figures: the same rule as rules.ts, in SQL, so that a release can be computed again for ever. A test holds
// the two against each other for every project of the demonstration on many days.
import { type RawBuilder, sql } from 'kysely';
import type { CountDefinition, FigureRecord, Moment, RatioDefinition } from '../../figures/definition.ts';
import { asOf } from '../../kit/versioned.ts';
import { itemsAt, lastFactsAt, listedStates, projectsAt } from '../../ledger/pace.ts';
import { endedDay, reportDay, usualThresholds } from './rules.ts';
import { thresholdNames } from './schema.ts';

const states = sql.join(listedStates.map((state) => sql.lit(state)));

/** Each project on the list with what its light is judged by; sub-projects are a part of theirs. */
function judgedBy(at: Moment): RawBuilder<unknown> {
  const ended = sql`${endedDay(at.cutoff)}::date`;
  const thresholds = sql.join(
    thresholdNames.map((name) => {
      const usual = sql.lit(usualThresholds[name]);
      return sql`case when own.id is not null then own.${sql.ref(name)} else coalesce(whole.${sql.ref(name)}, ${usual}) end as ${sql.ref(name)}`;
    }),
  );
  const rules = asOf('light_rule', at.entry_no, ['id', 'field_code', ...thresholdNames]);
  return sql`(
    select project.*, ${ended} as ended, ${thresholds},
      project.state in ('completed', 'archived') as is_done,
      project.state in ('completion_claimed', 'verifying') as is_claimed,
      items.weight, items.done, items.first_open, items.last_open,
      case when items.planned > 0 then items.due
        when isfinite(project.deadline) and project.deadline >= project.start
        then greatest(0, least(project.deadline - project.start + 1, ${ended} - project.start + 1))::numeric end as plan_part,
      case when items.planned > 0 then items.weight
        when isfinite(project.deadline) and project.deadline >= project.start
        then (project.deadline - project.start + 1)::numeric end as plan_whole,
      greatest(project.start, project.last_step, fact.day) as last_fact
    from ${projectsAt(at)} as project
    left join (
      select item.project_id, sum(item.weight) as weight, count(item.planned_end) as planned,
        coalesce(sum(item.weight) filter (where item.done), 0) as done,
        coalesce(sum(item.weight) filter (where coalesce(item.planned_end, project.deadline) <= ${ended}), 0) as due,
        min(item.planned_end) filter (where not item.done) as first_open,
        max(item.planned_end) filter (where not item.done) as last_open
      from ${itemsAt(at)} as item
      join ${asOf('project', at.entry_no, ['id', 'deadline'])} as project on project.id = item.project_id
      group by item.project_id
    ) as items on items.project_id = project.id
    left join ${lastFactsAt(at)} as fact on fact.project_id = project.id
    left join ${rules} as own on own.field_code = project.field_code
    left join ${rules} as whole on whole.field_code is null
    where project.parent_id is null and project.state in (${states}))`;
}

/** Behind plan by more than so many points; nothing is said without a checklist, and a claimed project is not behind. */
const behind = (points: RawBuilder<unknown>) => sql`coalesce(not is_claimed
  and 100 * (done * plan_whole - plan_part * weight) < - ${points} * weight * plan_whole, false)`;
const month = (day: RawBuilder<unknown>) =>
  sql`(extract(year from ${day}) * 12 + extract(month from ${day}))`;
const quiet = sql`case when is_claimed then 0 else greatest(0, ${month(sql`ended`)}
  - case when extract(day from ended) >= ${sql.lit(reportDay)} then 1 else 2 end - ${month(sql`last_fact`)}) end`;
const overdue = sql`deadline <= ended`;
const near = sql`(deadline <= ended + days_left and not is_claimed
  and coalesce(100 * done < days_left_progress * weight, true))`;

/** The light of each project, in the words of schema.ts, and whether it is forecast to be late. */
function lightsAt(at: Moment): RawBuilder<unknown> {
  return sql`(
    select judged.*, case
        when is_done and completed_on <= deadline then 'done'
        when is_done then 'done_late'
        when ${overdue} then 'overdue'
        when ${behind(sql`red_gap`)} or ${quiet} >= quiet_red then 'red'
        when ${behind(sql`yellow_gap`)} or ${near} or ${quiet} >= quiet_yellow then 'yellow'
        else 'green' end as light,
      coalesce(not is_done and not is_claimed and not ${overdue} and first_open <= ended
        and last_open + (ended - first_open + 1) > deadline, false) as forecast_late
    from ${judgedBy(at)} as judged)`;
}

function recordsOf(at: Moment, condition: RawBuilder<unknown>): RawBuilder<FigureRecord> {
  return sql`
    select 'project:' || project.number as record, 1::numeric as amount, project.area_code, project.field_code as field,
      unit.code as unit, null::text as stage, null::text as dose, to_char(project.last_fact, 'YYYY-MM-DD') as day
    from ${lightsAt(at)} as project
    join ${asOf('unit', at.entry_no, ['id', 'code'])} as unit on unit.id = project.unit_id
    where ${condition}`;
}

const common = {
  version: 1,
  unit: { zh: '个', en: '' },
  decimals: 0,
  dimensions: ['field', 'area', 'unit'],
} as const;
const counted = (
  code: string,
  condition: RawBuilder<unknown>,
  title: CountDefinition['title'],
  explanation: CountDefinition['explanation'],
): CountDefinition => ({
  ...common,
  code,
  kind: 'count',
  title,
  explanation,
  records: (at) => recordsOf(at, condition),
});

/** Red: past the deadline, far behind plan, or unheard of. */
const red = counted(
  'supervision.red',
  sql`light in ('overdue', 'red')`,
  { zh: '严重滞后和已逾期项目数', en: 'Projects with a red light' },
  {
    zh: '截至时点未核验完成，且完成时限已过、或已报完成的权重比序时进度慢得多（按领域设定，通常 15 个百分点以上）、或连续几个月（通常 2 个月）没有任何记录的项目个数；子项目不另计，终止的不计。',
    en: 'Projects not verified as complete whose deadline has passed, or whose weight reported done is far behind plan (by field; usually more than 15 points), or of which nothing is recorded for months (usually two); sub-projects not counted by themselves, terminated ones not at all.',
  },
);

/** Yellow: somewhat behind, near the deadline, or unheard of for a month. */
const yellow = counted(
  'supervision.yellow',
  sql`light = 'yellow'`,
  { zh: '进度滞后项目数', en: 'Projects with a yellow light' },
  {
    zh: '截至时点没有严重滞后、但比序时进度慢（通常 5 个百分点以上）、或临近时限（通常 7 天）而完成不到九成、或上月没有任何记录的项目个数；子项目不另计。',
    en: 'Projects without a red light that are behind plan (usually more than 5 points), or near their deadline (usually 7 days) with less than nine tenths done, or of which nothing was recorded for a month; sub-projects not counted by themselves.',
  },
);

/** Not late yet, and too late even if all that is left goes by plan. */
const forecastLate = counted(
  'supervision.forecast_late',
  sql`forecast_late`,
  { zh: '预计逾期项目数', en: 'Projects forecast to be late' },
  {
    zh: '截至时点时限未到，但最早应完成而未完成的事项已晚若干天，余下事项即使都按计划工期办、整体顺延这些天，也会晚于完成时限的项目个数；没有执行清单或计划日期的不作预测。',
    en: 'Projects whose deadline has not passed, but whose oldest open item is so many days late that, if all that is left takes as long as planned and moves by those days, it ends after the deadline; nothing is forecast without planned days.',
  },
);

const due = counted(
  'supervision.due',
  sql`deadline <= ended`,
  { zh: '已到时限项目数', en: 'Projects due' },
  {
    zh: '截至时点完成时限当日24时已过的项目个数，完成与否都计；子项目不另计，终止的不计。',
    en: 'Projects whose deadline day has ended, complete or not; sub-projects not counted by themselves, terminated ones not at all.',
  },
);
const onTime = counted(
  'supervision.on_time',
  sql`deadline <= ended and light = 'done'`,
  { zh: '按时完成项目数', en: 'Projects completed on time' },
  {
    zh: '其中在完成时限当日或之前核验完成的项目个数。',
    en: 'Of these, those that were verified as complete on or before their deadline.',
  },
);

/** Completed on time over due, in per cent. */
const onTimeRate: RatioDefinition = {
  ...common,
  code: 'supervision.on_time_rate',
  kind: 'ratio',
  title: { zh: '按时完成率', en: 'On-time rate' },
  explanation: {
    zh: '按时完成项目数 ÷ 已到时限项目数 × 100%。没有到时限的项目时没有数值。',
    en: 'Projects completed on time ÷ projects due × 100 %; no value where none is due.',
  },
  unit: { zh: '%', en: '%' },
  decimals: 1,
  numerator: onTime,
  denominator: due,
};

/** The figures of supervision. */
export const supervisionFigures = [onTimeRate, red, yellow, forecastLate];
