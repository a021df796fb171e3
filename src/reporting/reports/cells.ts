// The cells of a report: each figure that its form asks for × the values of its dimensions × the areas of its unit.

import { isValidOn } from '../../areas/rules.ts';
import type { AreaLevel } from '../../areas/schema.ts';
import { type CellError, cellOf, type ReportedCell } from '../csv.ts';
import type { FormCode } from '../forms.ts';
import { forms } from '../forms.ts';
import type { Ask, ReportForm } from './schema.ts';

/** Where a cell stands in its form. `key` names it for good, within every report of its unit. */
export interface CellPlace {
  key: string;
  figure: FormCode;
  area_code: string;
  /** The values of the figure's dimensions, by dimension. */
  dimensions: Readonly<Record<string, string>>;
}

type AreaSpan = Parameters<typeof isValidOn>[0] & {
  code: string;
  level: AreaLevel;
  parent_code: string | null;
};

/** Every cell of a form for some areas, in the order in which the form asks. */
export function cellPlaces(asks: readonly Ask[], areas: readonly string[]): CellPlace[] {
  return asks.flatMap((ask) =>
    combinations(dimensionsOf(ask)).flatMap((dimensions) =>
      areas.map((area_code) => ({
        key: [ask.figure.replaceAll('.', '_'), area_code, ...Object.values(dimensions)].join('-'),
        figure: ask.figure,
        area_code,
        dimensions,
      })),
    ),
  );
}

/** The dimensions of a figure with the values that a form asks for. */
function dimensionsOf({ figure, values = {} }: Ask): [name: string, values: readonly string[]][] {
  return Object.entries(forms[figure].dimensions).map(([name, all]) => {
    const asked = values[name];
    return [name, asked && asked.length > 0 ? all.filter((one) => asked.includes(one)) : all];
  });
}

function combinations(dimensions: readonly [string, readonly string[]][]): Record<string, string>[] {
  return dimensions.reduce<Record<string, string>[]>(
    (before, [name, values]) => before.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/** The areas for which a unit fills in a form, of those that there are on a day: its own, or each of a level in it. */
export function areasFor(
  form: Pick<ReportForm, 'area_level'>,
  own: string,
  areas: readonly AreaSpan[],
  day: string,
): string[] {
  const byCode = new Map(areas.map((area) => [area.code, area]));
  const there = areas.filter((area) => isValidOn(area, day));
  if (form.area_level === 'own') return there.filter(({ code }) => code === own).map(({ code }) => code);
  const within = ({ code }: AreaSpan) => {
    for (let at: string | null = code; at; at = byCode.get(at)?.parent_code ?? null)
      if (at === own) return true;
    return false;
  };
  return there.filter((area) => area.level === form.area_level && within(area)).map(({ code }) => code);
}

/**
 * A cell as figures count it: the value of the last day of the period. `name` names the report, for records that have a
 * name of their own: it must stay the same for ever, or a correction would be another record.
 */
export function reportedCell(
  { figure, area_code, dimensions }: CellPlace,
  report: { day: string; name: string; synthetic: boolean },
  value: number,
): ReportedCell {
  const form = forms[figure];
  const row: Record<string, string> = {
    ...dimensions,
    area_code,
    [form.day]: report.day,
    [form.value]: String(value),
    synthetic: String(report.synthetic),
  };
  for (const column of form.key) row[column] ??= `${report.name} ${area_code}`;
  const errors: CellError[] = [];
  const cell = cellOf(form, row, 0, errors);
  if (errors.length > 0)
    throw new Error(`a cell of ${figure} does not fit its form: ${JSON.stringify(errors)}`);
  return cell;
}
