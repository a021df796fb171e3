import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { asOf, insertRows, type Row } from '../kit/versioned.ts';
import type { Unit } from './schema.ts';

const columns = ['id', 'code', 'name', 'short_name', 'kind', 'level', 'area_code', 'parent_id'] as const;

/** A unit as stored. */
export type UnitRow = Omit<Unit, 'parent_code'> & { id: number; parent_id: number | null };

/** Every unit in order of its name (pinyin), as known at an entry. */
export async function listUnits(queries: Queries, entry_no: number): Promise<UnitRow[]> {
  const found = await sql<UnitRow>`
    select * from ${asOf('unit', entry_no, columns)} as unit order by name collate "zh-x-icu", id`.execute(
    queries,
  );
  return found.rows;
}

/** Adds units, given with the identities of their parents, and gives them as stored. */
export async function insertUnits(
  tx: Transaction,
  units: readonly (Omit<Unit, 'parent_code'> & { parent_id: number | null })[],
): Promise<(UnitRow & Row)[]> {
  return insertRows<UnitRow & Row>(tx, 'unit', units);
}
