import { type RawBuilder, sql } from 'kysely';
import type { FigureRecord, FlowDefinition, Moment } from '../figures/definition.ts';
import { asOf } from '../kit/versioned.ts';
import type { FormCode } from './forms.ts';

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

/** New school places (新增学位), counted from the day a school opened. */
export const newPlaces: FlowDefinition = {
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
export const doses: FlowDefinition = {
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
  dimensions: ['dose', 'area', 'unit'],
  records: (at) => reportedValues('vaccination.doses', at),
};
