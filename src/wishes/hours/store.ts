import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { insertRows } from '../../kit/versioned.ts';
import type { TakerKind } from '../schema.ts';

/** Hours of service as they were recorded. */
export interface HoursRow {
  wish_id: number;
  taker_kind: TakerKind;
  taker_name: string;
  person_id: number | null;
  day: string;
  hours: string;
  unit_id: number;
}

/** Hours with the wish that they were spent on. */
export type ListedHours = HoursRow & { id: number; number: string; title: string };

/** Records hours. */
export async function insertHours(tx: Transaction, hours: HoursRow): Promise<void> {
  await insertRows(tx, 'service_hours', [{ ...hours }]);
}

/** The hours recorded for wishes of units between two days, both included, by day. */
export async function listHours(
  queries: Queries,
  filter: { units: readonly number[]; from: string; to: string },
): Promise<ListedHours[]> {
  const found = await sql<ListedHours>`
    select service_hours.id, wish_id, service_hours.taker_kind, service_hours.taker_name, service_hours.person_id, day, hours,
      service_hours.unit_id, wish.number, wish.title
    from service_hours join wish on wish.id = wish_id
    where service_hours.unit_id = any(${filter.units}::bigint[]) and day between ${filter.from}::date and ${filter.to}::date
    order by day, service_hours.id`.execute(queries);
  return found.rows;
}
