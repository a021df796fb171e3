import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { addDays, type CalendarDay } from './rules.ts';

/**
 * The holidays and made-up working days of 2021 to 2026 as published by the General Office of the State Council, each
 * compared with the text of its notice (2025: with a list made from it). A later year is added when its notice is out;
 * until then a term that reaches into it is provisional.
 */
export function publishedDays(): CalendarDay[] {
  const text = readFileSync(new URL('./days-2021-2026.csv', import.meta.url), 'utf8');
  const spans: { from: string; to: string; kind: CalendarDay['kind']; name: string; source: string }[] =
    parse(text, {
      columns: true,
    });
  return spans.flatMap(({ from, to, ...rest }) => {
    const days: CalendarDay[] = [];
    for (let day = from; day <= to; day = addDays(day, 1)) days.push({ day, ...rest });
    return days;
  });
}
