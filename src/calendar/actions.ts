import { type Actor, type Written, write } from '../journal/write.ts';
import type { Database, Queries } from '../kit/db.ts';
import { insertRows } from '../kit/versioned.ts';
import { type Calendar, type CalendarDay, calendarOf } from './rules.ts';
import { listCalendarDays } from './store.ts';

/** Adds days that differ from the week. */
export function addCalendarDays(
  db: Database,
  entering: { actor: Actor; simulated_at?: Date },
  days: readonly CalendarDay[],
): Promise<Written<undefined>> {
  return write(db, { ...entering, action: 'calendar/addition', subject: 'calendar_day' }, async (tx) => {
    await insertRows(tx, 'calendar_day', days as readonly object[] as Record<string, unknown>[]);
    tx.entry.detail.days = days.length;
    return undefined;
  });
}

/** The working days as they are known now. */
export async function readCalendar(queries: Queries): Promise<Calendar> {
  return calendarOf(await listCalendarDays(queries));
}
