import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { asOf, insertRows } from '../kit/versioned.ts';
import type { Area } from './schema.ts';

const columns = ['code', 'name', 'name_en', 'level', 'kind', 'parent_code', 'managed_by'] as const;

/** An area as lists show it. */
export type AreaName = Pick<Area, (typeof columns)[number]>;

/** Every area, in order of its code, as known at an entry. */
export async function listAreas(queries: Queries, entry_no: number): Promise<AreaName[]> {
  const found = await sql<AreaName>`
    select * from ${asOf('area', entry_no, columns)} as area order by code collate "C"`.execute(queries);
  return found.rows;
}

/** Adds areas. */
export async function insertAreas(tx: Transaction, areas: readonly Area[]): Promise<void> {
  await insertRows(tx, 'area', areas);
}
