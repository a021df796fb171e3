// The periods of reports (日报、旬报、月报、季报). A period is named by its last day; days are those of Asia/Shanghai. A ten-day
// period (旬) ends on the 10th, the 20th and the last day of the month.
import { addDays } from '../../calendar/rules.ts';
import { isDay } from '../../kit/clock.ts';

/** How often a form is filled in. */
export const periods = ['day', 'ten_days', 'month', 'quarter'] as const;
export type Period = (typeof periods)[number];

/** A period from its first day to its last, both within it. */
export interface Span {
  first: string;
  last: string;
}

/** The period in which a day lies. */
export function spanAt(period: Period, day: string): Span {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  switch (period) {
    case 'day':
      return { first: day, last: day };
    case 'ten_days': {
      const first = date <= 10 ? 1 : date <= 20 ? 11 : 21;
      const last =
        date <= 10 ? dayIn(year, month, 10) : date <= 20 ? dayIn(year, month, 20) : lastOf(year, month);
      return { first: dayIn(year, month, first), last };
    }
    case 'month':
      return { first: dayIn(year, month, 1), last: lastOf(year, month) };
    case 'quarter': {
      const end = Math.ceil(month / 3) * 3;
      return { first: dayIn(year, end - 2, 1), last: lastOf(year, end) };
    }
  }
}

/** The period before another. */
export function spanBefore(period: Period, span: Span): Span {
  return spanAt(period, addDays(span.first, -1));
}

/** The periods that have ended by a day (on it or before), newest first, none that begins before `since`. */
export function endedSpans(period: Period, today: string, since: string): Span[] {
  const spans: Span[] = [];
  let span = spanAt(period, today);
  if (span.last > today) span = spanBefore(period, span);
  for (; span.first >= since; span = spanBefore(period, span)) spans.push(span);
  return spans;
}

/** Whether a day is the last of a period. */
export function isPeriodEnd(period: Period, day: string): boolean {
  return isDay(day) && spanAt(period, day).last === day;
}

/** A period as people call it: 2021年8月, 2021年8月上旬, 2021年第三季度, 2021年8月5日. */
export function periodText(period: Period, last: string): string {
  const [year, month, date] = last.split('-').map(Number) as [number, number, number];
  switch (period) {
    case 'day':
      return `${year}年${month}月${date}日`;
    case 'ten_days':
      return `${year}年${month}月${date === 10 ? '上' : date === 20 ? '中' : '下'}旬`;
    case 'month':
      return `${year}年${month}月`;
    case 'quarter':
      return `${year}年第${'一二三四'[month / 3 - 1]}季度`;
  }
}

/** How a form of a period is called. */
export const periodWords: Readonly<Record<Period, string>> = {
  day: '日报',
  ten_days: '旬报',
  month: '月报',
  quarter: '季报',
};

function dayIn(year: number, month: number, date: number): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}

function lastOf(year: number, month: number): string {
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}
