// A working day is Monday to Friday unless the State Council's yearly notice says otherwise: it names the days off and
// the weekend days that are worked for them. The notices are data (calendar_day); a year without one follows the week.

/** A day that differs from the week. */
export interface CalendarDay {
  day: string;
  kind: 'holiday' | 'working';
  name: string;
  source: string;
}

/** The exceptions to the week, by day. */
export type Calendar = ReadonlyMap<string, Pick<CalendarDay, 'kind'>>;

/** The exceptions as a calendar. */
export function calendarOf(days: readonly CalendarDay[]): Calendar {
  return new Map(days.map((day) => [day.day, day]));
}

/** Whether a calendar day (`2021-09-03`) is worked. */
export function isWorkingDay(calendar: Calendar, day: string): boolean {
  const exception = calendar.get(day);
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

/** The day that lies a number of calendar days after a day. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}
