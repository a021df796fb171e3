// What the system already knows of the cells of a report: the unit's values of earlier periods, and records of this one.
import type { CellPlace } from './cells.ts';
import type { Span } from './periods.ts';

/** A value as it was reported by any way, for a figure, an area and values of dimensions on a day. */
export interface PastValue {
  form: string;
  key: string;
  area_code: string;
  day: string;
  stage: string | null;
  dose: string | null;
  level: string | null;
  value: number;
}

/** What is known of a cell. */
export interface Known {
  /** The values of earlier periods, oldest first; periods without one are left out. */
  series: { last: string; value: number }[];
  /** What records that were not made by this report add up to, of a figure that adds up over time. */
  records: { count: number; sum: number } | undefined;
  /** What this report's own value is in the figures now. */
  own: number | undefined;
}

/**
 * What is known of cells. `spans` are the period and those before it, newest first; `stock` says of a figure whether its
 * last value counts instead of the sum; `ownKey` names the record that the report makes of a cell.
 */
export function knownOf(
  places: readonly CellPlace[],
  past: readonly PastValue[],
  spans: readonly Span[],
  stock: (figure: string) => boolean,
  ownKey: (place: CellPlace) => string,
): Map<string, Known> {
  const groups = Map.groupBy(past, groupKey);
  const [now, ...before] = spans;
  return new Map(
    places.map((place) => {
      const own = ownKey(place);
      const rows = groups.get(groupOf(place)) ?? [];
      const inSpan = (span: Span) => rows.filter(({ day }) => day >= span.first && day <= span.last);
      const isStock = stock(place.figure);
      const series = before.toReversed().flatMap((span) => {
        const values = inSpan(span);
        return values.length > 0
          ? [{ last: span.last, value: isStock ? lastOf(values) : sumOf(values) }]
          : [];
      });
      const current = inSpan(now!);
      const others = isStock ? [] : current.filter(({ key }) => key !== own);
      const known: Known = {
        series,
        records: others.length > 0 ? { count: others.length, sum: sumOf(others) } : undefined,
        own: current.find(({ key }) => key === own)?.value,
      };
      return [place.key, known];
    }),
  );
}

function groupKey({ form, area_code, stage, dose, level }: PastValue): string {
  return [form, area_code, stage ?? '', dose ?? '', level ?? ''].join('|');
}

function groupOf({ figure, area_code, dimensions }: CellPlace): string {
  const { stage = '', dose = '', level = '' } = dimensions;
  return [figure, area_code, stage, dose, level].join('|');
}

function sumOf(values: readonly PastValue[]): number {
  return values.reduce((sum, { value }) => sum + value, 0);
}

function lastOf(values: readonly PastValue[]): number {
  return values.reduce((last, one) => (one.day >= last.day ? one : last)).value;
}
