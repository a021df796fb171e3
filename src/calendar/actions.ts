import { type Actor, type Written, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import { insertRows } from '../kit/versioned.ts';
import type { CalendarDay } from './rules.ts';

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
