import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { addDays, type CalendarDay } from './rules.ts';

/**
 * The holidays and made-up working days of 2021 to 2026 as published by the General Office of the State Council. Those of
 * 2021 and 2022 are compared with the notices; the later ones still have to be. A later year is added when its notice
 * is out.
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
