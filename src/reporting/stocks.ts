// What there is at a time (人口, 床位): the last value of each area. When an area ends and others succeed it, its last value
// stands until each of them has been counted, and then theirs alone: nobody is counted twice, and nobody is lost meanwhile.
import { type RawBuilder, sql } from 'kysely';
import type { FigureRecord, Moment, StockDefinition } from '../figures/definition.ts';
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

/** What was last said for each area and part before the cut-off; a value replaces the one before. */
function lastValues(form: FormCode, at: Moment): RawBuilder<FigureRecord> {
  return sql`
    select distinct on (value.area_code, value.stage) value.form || ':' || concat_ws('|', value.area_code, value.stage) as record,
      value.value::numeric as amount, value.area_code, null::text as field, unit.code as unit, value.stage,
      null::text as dose, to_char(value.day, 'YYYY-MM-DD') as day
    from ${asOf('reported_value', at.entry_no, columns)} as value
    join ${asOf('unit', at.entry_no, ['id', 'code'])} as unit on unit.id = value.unit_id
    where value.form = ${sql.lit(form)} and value.occurred_at < ${at.cutoff}
    order by value.area_code, value.stage, value.occurred_at desc, value.id desc`;
}

/**
 * The last values that count: of an area that ended until everything that it became was counted (itself, or everything
 * that it became in turn), of its successors from then on. Areas that share a successor are one group and wait for each other.
 */
function standingValues(form: FormCode, at: Moment): RawBuilder<FigureRecord> {
  const succession = asOf('area_succession', at.areas_entry ?? at.entry_no, ['from_code', 'to_code']);
  return sql`
    with recursive said as (${lastValues(form, at)}),
    link as (select from_code, to_code from ${succession} as succession),
    became as (
      select from_code, to_code from link
      union
      select became.from_code, beside.to_code from became
      join link as shared on shared.to_code = became.to_code
      join link as beside on beside.from_code = shared.from_code
    ),
    awaited as (
      select to_code as code from became
      where to_code not in (select area_code from said) and to_code not in (select from_code from link)
      union
      select became.from_code from became join awaited on awaited.code = became.to_code
      where became.from_code not in (select area_code from said)
    ),
    standing as (
      select from_code as code from became join awaited on awaited.code = became.to_code
      where from_code in (select area_code from said)
    ),
    stood_for as (
      select to_code as code from became join standing on standing.code = became.from_code
      union
      select became.to_code from became join stood_for on stood_for.code = became.from_code
    )
    select * from said where area_code not in (select code from stood_for)
      and (area_code in (select code from standing) or area_code not in (select from_code from link))`;
}

type Stock = Pick<StockDefinition, 'title' | 'explanation' | 'unit'> & { code: FormCode };

/** A stock by area and unit. The first version counted an area that ended beside its successors. */
function stockOf({ explanation, ...stock }: Stock): StockDefinition & { former: [StockDefinition] } {
  const common = { ...stock, kind: 'stock', decimals: 0, dimensions: ['area', 'unit'] } as const;
  const said = (at: Moment) => lastValues(stock.code, at);
  const first: StockDefinition = { ...common, explanation, version: 1, records: said };
  return {
    ...common,
    explanation: {
      zh: `${explanation.zh}区划撤并拆分后，接替它的地区都有数以前，仍按原地区最后一次的数计；都有了以后，只按接替的地区计。`,
      en: `${explanation.en} An area that ended counts by its last value until all that succeed it have one, and they alone from then on.`,
    },
    version: 2,
    records: (at) => standingValues(stock.code, at),
    said,
    former: [first],
  };
}

/** Residents (常住人口), by the newest count of each area. */
export const residents = stockOf({
  code: 'population.residents',
  title: { zh: '常住人口', en: 'Residents' },
  explanation: {
    zh: '各地区在截至时点前最近一次公布的常住人口数之和。',
    en: 'The newest count of residents of each area before the cut-off, added up.',
  },
  unit: { zh: '人', en: 'persons' },
});

/** Beds for the elderly (养老床位), as last reported for each area. */
export const beds = stockOf({
  code: 'elders.beds',
  title: { zh: '养老床位数', en: 'Beds for the elderly' },
  explanation: {
    zh: '各地区在截至时点前最近一次报送的养老床位数之和；期间按最后一次计，不累加。',
    en: 'Beds as last reported for each area before the cut-off, added up over areas and not over time.',
  },
  unit: { zh: '张', en: 'beds' },
});

/** Completed projects as the towns say (报送数), to stand beside what the records give. */
export const completedReported = stockOf({
  code: 'ledger.completed_reported',
  title: { zh: '各镇报送的完成项目数', en: 'Projects reported as completed' },
  explanation: {
    zh: '各镇在截至时点前最近一次报送的完成项目数之和，用来与台账记录算出的完成项目数核对；区本级不报送。',
    en: 'Completed projects as last reported by each town, to be compared with those that the records give; the district itself does not report.',
  },
  unit: { zh: '个', en: '' },
});
