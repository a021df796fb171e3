// Reports that nobody has to fill in, because records give every cell of them already.
import { listAreas } from '../../areas/actions.ts';
import type { Queries } from '../../kit/db.ts';
import type { UnitRow } from '../../units/actions.ts';
import { reportedFigures } from '../figures.ts';
import { areasFor, cellPlaces } from './cells.ts';
import { groupKey, groupOf } from './past.ts';
import { type Span, spanAt } from './periods.ts';
import type { ReportForm } from './schema.ts';
import { listReportedPlaces } from './store.ts';

interface Planned {
  form: ReportForm;
  unit: UnitRow;
  span: Span;
}

/** Which of some reports are given by records from the first cell to the last. What there is at a time is never one. */
export async function givenByRecords<P extends Planned>(
  queries: Queries,
  entry_no: number,
  planned: readonly P[],
): Promise<Set<P>> {
  const stocks = new Set(reportedFigures.filter(({ kind }) => kind === 'stock').map(({ code }) => code));
  const able = planned.filter(({ form }) => !form.asks.some(({ figure }) => stocks.has(figure)));
  const given = new Set<P>();
  if (able.length === 0) return given;
  const areas = await listAreas(queries, entry_no);
  for (const own of Map.groupBy(able, ({ form }) => form.id).values()) {
    const { form } = own[0]!;
    const figures = form.asks.map(({ figure }) => figure);
    const days = own.flatMap(({ span }) => [span.first, span.last]).sort();
    const whole = { first: days[0]!, last: days.at(-1)! };
    const found = await listReportedPlaces(queries, figures, whole);
    const places = new Set(found.map((one) => `${spanAt(form.period, one.day).last} ${groupKey(one)}`));
    if (places.size === 0) continue;
    for (const one of own) {
      const { last } = one.span;
      const cells = cellPlaces(form.asks, areasFor(form, one.unit.area_code, areas, last));
      if (cells.length > 0 && cells.every((cell) => places.has(`${last} ${groupOf(cell)}`))) given.add(one);
    }
  }
  return given;
}
