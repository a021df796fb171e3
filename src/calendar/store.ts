import { sql } from 'kysely';
import type { Queries } from '../kit/db.ts';
import type { CalendarDay } from './rules.ts';

/** The days that differ from the week, as they are known now. */
export async function listCalendarDays(queries: Queries): Promise<CalendarDay[]> {
  const found = await sql<CalendarDay>`select day, kind, name, source from calendar_day order by day`.execute(
    queries,
  );
  return found.rows;
}
