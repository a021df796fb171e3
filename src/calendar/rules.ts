// A working day is Monday to Friday unless the State Council's yearly notice says otherwise: it names the days off and
// the weekend days that are worked for them. The notices are data (calendar_day); a year without one follows the week.

/** A day that differs from the week. */
export interface CalendarDay {
  day: string;
  kind: 'holiday' | 'working';
  name: string;
  source: string;
}

/** The exceptions to the week, by day, and the years whose notice is known. */
export interface Calendar {
  exceptions: ReadonlyMap<string, Pick<CalendarDay, 'kind'>>;
  years: ReadonlySet<string>;
}

/** The exceptions as a calendar. A year is known once its own New Year's Day is listed. */
export function calendarOf(days: readonly CalendarDay[]): Calendar {
  const years = days.filter(({ day }) => day.endsWith('-01-01')).map(({ day }) => day.slice(0, 4));
  return { exceptions: new Map(days.map((day) => [day.day, day])), years: new Set(years) };
}

/** Whether a calendar day (`2021-09-03`) is worked. */
export function isWorkingDay(calendar: Calendar, day: string): boolean {
  const exception = calendar.exceptions.get(day);
  if (exception) return exception.kind === 'working';
  const weekday = new Date(`${day}T00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

/** The day that lies a number of working days after (or, negative, before) a day; the day itself does not count. */
export function addWorkingDays(calendar: Calendar, day: string, count: number): string {
  const direction = Math.sign(count);
  let result = day;
  for (let left = Math.abs(count); left > 0; ) {
    result = addDays(result, direction);
    if (isWorkingDay(calendar, result)) left--;
  }
  return result;
}

/** Whether the end of a term may still move because the notice of its year is not out. */
export function isProvisional(calendar: Calendar, day: string): boolean {
  return !calendar.years.has(day.slice(0, 4));
}

/** The hours of a working day, in minutes since midnight: morning and afternoon, in order. */
export type WorkingHours = readonly (readonly [from: number, to: number])[];

/** [K-中] 8:30–12:00 and 14:30–17:30, as many offices of the south keep them. */
export const usualHours: WorkingHours = [
  [510, 720],
  [870, 1050],
];

/**
 * The moment at which a term of working minutes ends that begins at a moment; outside working hours the clock stands
 * still. Days and hours are those of Asia/Shanghai.
 */
export function addWorkingMinutes(
  calendar: Calendar,
  hours: WorkingHours,
  from: Date,
  minutes: number,
): Date {
  const begin = from.getTime() + offset;
  let day = new Date(begin).toISOString().slice(0, 10);
  let earliest = begin;
  for (let left = minutes * minute; ; day = addDays(day, 1)) {
    if (!isWorkingDay(calendar, day)) continue;
    const midnight = Date.parse(`${day}T00:00Z`);
    for (const [opens, closes] of hours) {
      const start = Math.max(midnight + opens * minute, earliest);
      const room = midnight + closes * minute - start;
      if (room <= 0) continue;
      if (left <= room) return new Date(start + left - offset);
      left -= room;
      earliest = start + room;
    }
  }
}

/** How many whole minutes of working time lie between two moments; none when the second is not later. */
export function workingMinutesBetween(
  calendar: Calendar,
  hours: WorkingHours,
  from: Date,
  until: Date,
): number {
  const begin = from.getTime() + offset;
  const end = until.getTime() + offset;
  let sum = 0;
  for (let day = new Date(begin).toISOString().slice(0, 10); ; day = addDays(day, 1)) {
    const midnight = Date.parse(`${day}T00:00Z`);
    if (midnight >= end) return Math.floor(sum / minute);
    if (!isWorkingDay(calendar, day)) continue;
    for (const [opens, closes] of hours) {
      const start = Math.max(midnight + opens * minute, begin);
      sum += Math.max(0, Math.min(midnight + closes * minute, end) - start);
    }
  }
}

const minute = 60_000;
const offset = 8 * 3_600_000;

/** The day that lies a number of calendar days after a day. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}
