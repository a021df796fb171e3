import { type RawBuilder, sql } from 'kysely';
import type { DerivedDefinition, FigureRecord, FlowDefinition, Moment } from '../figures/definition.ts';
import { asOf } from '../kit/versioned.ts';
import type { FormCode } from './forms.ts';
import { beds, completedReported, residents } from './stocks.ts';

const columns = [
  'id',
  'form',
  'key',
  'unit_id',
  'area_code',
  'occurred_at',
  'day',
  'stage',
  'dose',
  'value',
] as const;

/** The values of a form that happened before the cut-off. */
function reportedValues(form: FormCode, at: Moment): RawBuilder<FigureRecord> {
  return sql`
    select value.form || ':' || value.key as record, value.value::numeric as amount, value.area_code, null::text as field,
      unit.code as unit, value.stage, value.dose, to_char(value.day, 'YYYY-MM-DD') as day
    from ${asOf('reported_value', at.entry_no, columns)} as value
    join ${asOf('unit', at.entry_no, ['id', 'code'])} as unit on unit.id = value.unit_id
    where value.form = ${sql.lit(form)} and value.occurred_at < ${at.cutoff}`;
}

/** The values of a form that happened before the cut-off, with how able the persons are. */
function assessedValues(at: Moment): RawBuilder<FigureRecord> {
  return sql`
    select value.form || ':' || value.key as record, value.value::numeric as amount, value.area_code, null::text as field,
      unit.code as unit, value.stage, value.dose, value.level, to_char(value.day, 'YYYY-MM-DD') as day
    from ${asOf('reported_value', at.entry_no, [...columns, 'level'])} as value
    join ${asOf('unit', at.entry_no, ['id', 'code'])} as unit on unit.id = value.unit_id
    where value.form = 'elders.assessed' and value.occurred_at < ${at.cutoff}`;
}

/** New school places (新增学位), counted from the day a school opened. */
const newPlaces: FlowDefinition = {
  code: 'schools.new_places',
  version: 1,
  kind: 'flow',
  title: { zh: '新增学位', en: 'New school places' },
  explanation: {
    zh: '截至时点已投入使用的新学校提供的学位数之和，按启用日计入。',
    en: 'Places of the new schools that had opened by the cut-off, counted from the day of opening.',
  },
  unit: { zh: '个', en: '' },
  decimals: 0,
  dimensions: ['stage', 'area', 'unit'],
  records: (at) => reportedValues('schools.new_places', at),
};

/** Doses of COVID-19 vaccine given (累计接种针次). */
const doses: FlowDefinition = {
  code: 'vaccination.doses',
  version: 1,
  kind: 'flow',
  title: { zh: '累计接种针次', en: 'Vaccine doses given' },
  explanation: {
    zh: '截至时点新冠疫苗累计接种针次，按接种日计入，各针次分别计数。',
    en: 'Doses of COVID-19 vaccine given by the cut-off, by day of vaccination; each dose counts.',
  },
  unit: { zh: '针次', en: 'doses' },
  decimals: 0,
  dimensions: ['dose', 'area', 'unit', 'day'],
  // Doses of a day are complete when the next is over: the report of 3 September 2021 counts to the 1st, 24:00.
  settles_after_days: 1,
  records: (at) => reportedValues('vaccination.doses', at),
};

/** Elders whose abilities were assessed (能力评估), by the level found (GB/T 42195-2022, C.3). */
const assessed: FlowDefinition = {
  code: 'elders.assessed',
  version: 1,
  kind: 'flow',
  title: { zh: '完成能力评估的老年人数', en: 'Elders assessed' },
  explanation: {
    zh: '截至时点已完成老年人综合能力评估的人数，按评估所在月份计入。人数很少的格子不公布。',
    en: 'Elders whose abilities had been assessed by the cut-off. Parts with very few persons are withheld.',
  },
  unit: { zh: '人', en: 'persons' },
  decimals: 0,
  // Not by unit too: units and areas are nearly the same parts, and what one of them withholds the other would tell.
  dimensions: ['level', 'area'],
  personal: true,
  records: assessedValues,
};

const derived = { version: 1, kind: 'derived', settles_after_days: 1 } as const;

/** What is derived from the doses: this month's, how they grew, and what share each town has. */
const dosesDerived: DerivedDefinition[] = [
  {
    ...derived,
    code: 'vaccination.doses_in_month',
    title: { zh: '本月接种针次', en: 'Doses this month' },
    explanation: {
      zh: '截至时点所在月份接种的针次：截至时点的累计数减去上月末的累计数。',
      en: 'Doses given in the month of the cut-off: the total by the cut-off less that at the end of the month before.',
    },
    unit: doses.unit,
    decimals: 0,
    dimensions: ['dose', 'area', 'unit'],
    derivation: { formula: 'within', of: doses, span: 'month' },
  },
  {
    ...derived,
    code: 'vaccination.doses_growth',
    title: { zh: '接种针次环比', en: 'Doses against the month before' },
    explanation: {
      zh: '（本月接种针次 − 上月同期接种针次）÷ 上月同期接种针次 × 100%；上月同期指截至上月同一日。上月同期没有接种时没有数值。',
      en: '(Doses this month − doses of the month before up to the same day) ÷ the latter × 100 %; no value where there were none.',
    },
    unit: { zh: '%', en: '%' },
    decimals: 1,
    dimensions: ['dose', 'area'],
    derivation: { formula: 'growth', of: doses, against: 'month', within: 'month' },
  },
  {
    ...derived,
    code: 'vaccination.doses_share',
    title: { zh: '接种针次构成', en: 'Share of doses' },
    explanation: {
      zh: '每一部分的累计接种针次 ÷ 全部累计接种针次 × 100%；不细分时为 100%。',
      en: 'The doses of each part ÷ all doses × 100 %; 100 % where it is not broken down.',
    },
    unit: { zh: '%', en: '%' },
    decimals: 1,
    dimensions: ['dose', 'area'],
    derivation: { formula: 'share', of: doses },
  },
];

const perHundred: DerivedDefinition = {
  ...derived,
  code: 'vaccination.doses_per_100',
  version: 2,
  title: { zh: '每百人接种针次', en: 'Doses per 100 residents' },
  explanation: {
    zh: '累计接种针次 ÷ 常住人口 × 100，按最近一次公布的常住人口；没有公布人口的地区没有数值。',
    en: 'Doses ÷ residents × 100, by the newest count of residents; no value for areas without one.',
  },
  unit: { zh: '针次', en: 'doses' },
  decimals: 1,
  dimensions: ['area'],
  derivation: { formula: 'per_head', of: doses, people: residents, per: 100 },
};

/** Doses for every hundred residents, in its first version by the first version of residents. */
const dosesPerHundred: DerivedDefinition = {
  ...perHundred,
  former: [
    {
      ...perHundred,
      version: 1,
      derivation: { formula: 'per_head', of: doses, people: residents.former[0], per: 100 },
    },
  ],
};

/** New school places of the year (本年累计). */
const placesOfYear: DerivedDefinition = {
  code: 'schools.new_places_in_year',
  version: 1,
  kind: 'derived',
  title: { zh: '本年新增学位', en: 'New school places this year' },
  explanation: {
    zh: '截至时点所在年份投入使用的新学位：截至时点的累计数减去上年末的累计数。',
    en: 'Places of schools that opened in the year of the cut-off.',
  },
  unit: newPlaces.unit,
  decimals: 0,
  dimensions: ['stage', 'area', 'unit'],
  derivation: { formula: 'within', of: newPlaces, span: 'year' },
};

/** The figures that units report, and what is derived from them. */
export const reportedFigures = [
  newPlaces,
  placesOfYear,
  doses,
  ...dosesDerived,
  dosesPerHundred,
  residents,
  beds,
  assessed,
  completedReported,
];
