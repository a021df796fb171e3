import type { Message } from '../kit/i18n.ts';
import type { Cause } from './explain.ts';

/** The words of the figure and release pages. */
export const words = {
  figures: { zh: '指标', en: 'Figures' },
  lead: {
    zh: '每个指标有一个固定地址：统计口径、截止时点、记录和重新核算都在那里。',
    en: 'Every figure has one address with its definition, cut-off, records and a recomputation.',
  },
  variants: { zh: '统计口径可选', en: 'Ways to count' },
  definition: { zh: '统计口径', en: 'Definition' },
  full: { zh: '完整定义（查询语句）', en: 'Full definition (query)' },
  value: { zh: '数值', en: 'Value' },
  cutoff: { zh: '截至', en: 'As of' },
  cutoff_hint: { zh: '日期表示当日24时', en: 'A day means its 24:00' },
  by: { zh: '按什么细分', en: 'Broken down by' },
  boundaries: { zh: '区划', en: 'Boundaries' },
  boundaries_then: { zh: '当时的区划', en: 'Boundaries of then' },
  boundaries_now: { zh: '现在的区划', en: 'Boundaries of now' },
  boundaries_then_note: {
    zh: '按当时的区划：数据计入记录时所在的区划。',
    en: 'On the boundaries of then: everything counts where it was recorded.',
  },
  boundaries_now_note: {
    zh: '按现在的区划：撤销或改属的区划，其数据计入接替它的区划；一分为几的，计入它们共同的上级。',
    en: 'On the boundaries of now: what was recorded for an area that ended counts where its successor lies; of one that was split, in the area that all its parts lie in.',
  },
  whole: { zh: '不细分', en: 'Not broken down' },
  show: { zh: '查看', en: 'Show' },
  none: { zh: '没有数值', en: 'No value' },
  calendar: { zh: '发布日程', en: 'Release calendar' },
  calendar_lead: {
    zh: '什么时候发布什么，事先说明；改期或取消写明理由，原定日期一并保留。',
    en: 'What will be released when, told beforehand. A change says why and keeps the day that was promised first.',
  },
  coming: { zh: '将要发布', en: 'To come' },
  nothing_coming: { zh: '日程上没有将要发布的内容。', en: 'Nothing is on the calendar.' },
  subscribe: { zh: '订阅日历（ICS）', en: 'Subscribe (ICS)' },
  released_list: { zh: '已经发布', en: 'Released' },
  nothing_released: { zh: '还没有发布过。', en: 'Nothing has been released yet.' },
  plan_what: { zh: '发布什么', en: 'What' },
  plan_state: { zh: '状态', en: 'State' },
  plan_open: { zh: '待发布', en: 'To come' },
  plan_released: { zh: '已发布', en: 'Released' },
  plan_cancelled: { zh: '已取消', en: 'Cancelled' },
  plan_moved: { zh: '改期，原定', en: 'Moved from' },
  provisional: {
    zh: '初步数：截至时点之前的记录可能还在补报，以后会有最终数。',
    en: 'Provisional: records of before the cut-off may still come in; a final number follows.',
  },
  superseded: { zh: '这个数已被新的发布版本替代', en: 'Another release has taken the place of this one' },
  supersedes: { zh: '这个数替代了', en: 'This release takes the place of' },
  gap: { zh: '报送数减记录数的差', en: 'Reported less recorded' },
  withheld: { zh: '不公布', en: 'Withheld' },
  withheld_note: {
    zh: '“不公布”：人数很少，或公布后能推算出人数很少的格子。',
    en: '“Withheld”: of very few persons, or something from which such a number could be worked out.',
  },
  released_only: {
    zh: '这个指标涉及个人，只在已发布的时点、按已发布的细分公布。',
    en: 'This figure is of persons: it is given for released cut-offs and breakdowns alone.',
  },
  persons_note: {
    zh: '这个指标涉及个人，不公开逐条记录和校验码；重新核算由系统用全部记录进行。',
    en: 'This figure is of persons: its records and digest are not public; it is recomputed from all of them.',
  },
  unreleased: { zh: '这个指标还没有发布过。', en: 'This figure has not been released yet.' },
  releases: { zh: '发布版本', en: 'Releases' },
  release: { zh: '发布版本', en: 'Release' },
  known: { zh: '数据版本', en: 'Entry' },
  inputs: { zh: '记录数', en: 'Records' },
  digest: { zh: '校验码', en: 'Digest' },
  signature: { zh: '签名', en: 'Signature' },
  recompute: { zh: '重新核算', en: 'Recompute now' },
  same: { zh: '重新核算的结果与发布时完全一致。', en: 'Recomputed from the records: the same as released.' },
  differs: {
    zh: '重新核算的结果与发布时不一致，请联系发布单位。',
    en: 'Recomputed from the records: not what was released.',
  },
  records: { zh: '记录', en: 'Records' },
  record: { zh: '记录', en: 'Record' },
  amount: { zh: '计入', en: 'Amount' },
  day: { zh: '日期', en: 'Day' },
  more: { zh: '更多记录', en: 'More records' },
  numerator: { zh: '分子', en: 'Numerator' },
  denominator: { zh: '分母', en: 'Denominator' },
  part: { zh: '范围', en: 'Part' },
  json: { zh: 'JSON 数据', en: 'JSON' },
  breakdown: { zh: '细分', en: 'Breakdown' },
  cite: { zh: '如何引用', en: 'How to cite' },
  unknown: { zh: '没有这个发布版本。', en: 'There is no such release.' },
  why: { zh: '为什么变了', en: 'Why it changed' },
  why_lead: {
    zh: '把两次发布之间的差额，一次换一样东西，逐步重新核算，分成下面几部分。',
    en: 'The difference between the two releases, split by computing again and changing one thing at a time.',
  },
  why_chart: {
    zh: '从原来到现在，每个原因加减多少；数字见下表。',
    en: 'From before to after, what each cause adds or takes away; the table below has the numbers.',
  },
  adds_up: {
    zh: '各部分是精确值，相加正好等于差额；表中只在显示时四舍五入。',
    en: 'The parts are exact and add up to the difference; they are rounded only to be shown.',
  },
  cause: { zh: '原因', en: 'Cause' },
  cause_means: { zh: '是什么', en: 'What it is' },
  change: { zh: '变动', en: 'Change' },
  points: { zh: '个百分点', en: 'percentage points' },
  before: { zh: '原来', en: 'Before' },
  after: { zh: '现在', en: 'After' },
  compare: { zh: '和另一次发布比较', en: 'Compare with another release' },
  not_comparable: {
    zh: '只能比较同一指标、同一范围的两次不同发布。',
    en: 'Only two different releases of one figure and the same part of it can be compared.',
  },
  series: { zh: '逐月走势', en: 'Month by month' },
  as_table: { zh: '看表格', en: 'As a table' },
  downloads: { zh: '下载', en: 'Downloads' },
  later: {
    zh: '公众页面只计算到已发布的截止时点，请选更早的时点。',
    en: 'Public pages compute up to the newest released cut-off; choose an earlier one.',
  },
  dimensions: {
    field: { zh: '领域', en: 'Field' },
    area: { zh: '地区', en: 'Area' },
    unit: { zh: '单位', en: 'Unit' },
    stage: { zh: '学段', en: 'Stage' },
    dose: { zh: '针次', en: 'Dose' },
    level: { zh: '能力等级', en: 'Level' },
    day: { zh: '日期', en: 'Day' },
  },
} satisfies Record<string, Message | Record<string, Message>>;

/** What each cause of a change is called, and what it is. */
export const causeWords: Record<Cause, { name: Message; means: Message }> = {
  definition: {
    name: { zh: '口径', en: 'Definition' },
    means: { zh: '统计口径换了版本', en: 'The figure is defined in another way' },
  },
  areas: {
    name: { zh: '区划', en: 'Areas' },
    means: { zh: '区划的归属变了', en: 'Areas lie in one another in another way' },
  },
  voided: {
    name: { zh: '作废', en: 'Voided' },
    means: {
      zh: '原来计入的记录作废，或改到了截至时点之后',
      en: 'Records counted before are gone, or moved behind the cut-off',
    },
  },
  corrected: {
    name: { zh: '更正', en: 'Corrected' },
    means: { zh: '原来计入的记录改了内容', en: 'Records counted before say something else' },
  },
  late: {
    name: { zh: '迟报', en: 'Late' },
    means: { zh: '当时已经发生、后来才录入', en: 'It had happened and was entered later' },
  },
  period: {
    name: { zh: '时段', en: 'Period' },
    means: { zh: '两个截至时点之间新发生的', en: 'It happened between the two cut-offs' },
  },
};
