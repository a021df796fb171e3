import { type HtmlSafeString, html } from '@prairielearn/html';
import { cut } from '../text.ts';

/** A row of a timetable: what was planned and what came of it, in days; a link where it has a page. */
export interface TimetableRow {
  label: string;
  href?: string;
  planned: { start: string; end: string } | null;
  /** From its first day on; without an end it is still under way. */
  actual: { start: string; end: string | null } | null;
}

const left = 240;
const width = 960;
const line = 34;
const head = 40;

/**
 * Planned against actual: the plan is an outline, what was done a bar, what ran over hatched, today a line. The drawing is
 * for the eye alone; the table below it says the same to everybody.
 */
export function timetable(
  rows: readonly TimetableRow[],
  today: string,
  words: {
    caption: string;
    item: string;
    planned: string;
    actual: string;
    slip: string;
    under_way: string;
    days: (count: number) => string;
    today: string;
    /** A month, from 1, with its year where one is given. */
    month: (month: number, year?: number) => string;
  },
): HtmlSafeString {
  const spans = rows.flatMap(({ planned, actual }) => [
    ...(planned ? [planned.start, planned.end] : []),
    ...(actual ? [actual.start, actual.end ?? actual.start] : []),
  ]);
  if (spans.length === 0) return html``;
  spans.sort();
  const first = numberOf(spans[0]!);
  const last = lastDay(first, numberOf(spans.at(-1)!) + 1, numberOf(today) + 1);
  const scale = (width - left - 20) / Math.max(1, last - first);
  const x = (day: string | number) => {
    const at = Math.min(last, typeof day === 'number' ? day : numberOf(day));
    return Math.round((left + (at - first) * scale) * 10) / 10;
  };
  const height = head + rows.length * line + 8;
  const drawing = html`<svg class="timetable" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">
<defs><pattern id="slip" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="6" class="slip"></rect></pattern></defs>
${months(first, last).map(
  ({ day, month, year }) =>
    html`<line class="tick" x1="${x(day)}" y1="${head - 12}" x2="${x(day)}" y2="${height}"></line><text class="month" x="${x(day) + 4}" y="${head - 16}">${words.month(month, year)}</text>`,
)}
${rows.map((row, index) => bars(row, head + index * line, x, today))}
${rows.map(({ actual }, index) =>
  actual?.end === null && numberOf(today) > last
    ? html`<path class="beyond" d="M${x(last) + 3} ${head + index * line + 9}l7 7l-7 7z"></path>`
    : '',
)}
${numberOf(today) >= first && numberOf(today) <= last ? html`<line class="today" x1="${x(today)}" y1="${head - 12}" x2="${x(today)}" y2="${height}"></line><text class="today-text" x="${Math.min(x(today), width - 36)}" y="12">${words.today}</text>` : ''}</svg>`;
  return html`<section class="scroll drawing" tabindex="0" aria-label="${words.caption}">${drawing}</section>
<table class="data"><caption>${words.caption}</caption><thead><tr><th scope="col">${words.item}</th><th scope="col">${words.planned}</th><th scope="col">${words.actual}</th><th scope="col">${words.slip}</th></tr></thead>
<tbody>${rows.map((row) => {
    const slip = slipOf(row, today);
    const actual = row.actual ? `${row.actual.start} – ${row.actual.end ?? words.under_way}` : '';
    return html`<tr><th scope="row">${row.href ? html`<a href="${row.href}">${row.label}</a>` : row.label}</th><td data-label="${words.planned}">${row.planned ? `${row.planned.start} – ${row.planned.end}` : ''}</td><td data-label="${words.actual}">${actual}</td><td data-label="${words.slip}">${slip > 0 ? words.days(slip) : ''}</td></tr>`;
  })}</tbody></table>`;
}

/** How many days a row ran, or has run so far, over its planned end. */
function slipOf({ planned, actual }: TimetableRow, today: string): number {
  if (!planned) return 0;
  const end = actual?.end ?? today;
  return Math.max(0, numberOf(end) - numberOf(planned.end));
}

function bars(
  row: TimetableRow,
  top: number,
  x: (day: string | number) => number,
  today: string,
): HtmlSafeString {
  const { label, planned, actual } = row;
  const text = label.length > 16 ? `${cut(label, 15)}…` : label;
  const slip = slipOf(row, today);
  const end = actual && (actual.end ?? today);
  return html`<text class="label" x="0" y="${top + 21}">${text}</text>
${planned ? html`<rect class="planned" x="${x(planned.start)}" y="${top + 6}" width="${span(planned.start, planned.end, x)}" height="20" rx="3"></rect>` : ''}
${actual ? html`<rect class="actual" x="${x(actual.start)}" y="${top + 10}" width="${span(actual.start, end!, x)}" height="12" rx="2"></rect>` : ''}
${planned && slip > 0 ? html`<rect x="${x(numberOf(planned.end) + 1)}" y="${top + 6}" width="${Math.max(1, x(numberOf(planned.end) + 1 + slip) - x(numberOf(planned.end) + 1))}" height="20" fill="url(#slip)"></rect>` : ''}`;
}

function span(start: string, end: string, x: (day: string | number) => number): number {
  return Math.max(2, x(numberOf(end) + 1) - x(start));
}

/**
 * Where a drawing ends: today, unless that is so long after everything else that the plan would shrink to nothing. What
 * still runs then ends in an arrow, and the table says how long it runs.
 */
function lastDay(first: number, end: number, tomorrow: number): number {
  return tomorrow <= end ? end : Math.min(tomorrow, end + Math.ceil((end - first) / 4));
}

/** The first days of months, at most a dozen at even steps; the first of all and of each year with its year. */
function months(first: number, last: number): { day: number; month: number; year?: number }[] {
  const count = (last - first) / 30.4;
  const step = [1, 2, 3, 6, 12].find((one) => count / one <= 12) ?? 24;
  const found: { day: number; month: number; year?: number }[] = [];
  const at = new Date(first * 86_400_000);
  at.setUTCDate(1);
  for (; at.getTime() / 86_400_000 <= last; at.setUTCMonth(at.getUTCMonth() + 1)) {
    const day = at.getTime() / 86_400_000;
    const month = at.getUTCMonth() + 1;
    const year = at.getUTCFullYear();
    const due = step > 12 ? month === 1 && year % 2 === 0 : (month - 1) % step === 0;
    if (day < first || !due) continue;
    found.push(found.length === 0 || month === 1 ? { day, month, year } : { day, month });
  }
  return found;
}

function numberOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 86_400_000;
}
