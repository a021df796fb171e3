import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { closeRows, insertRows, updateRows } from '../kit/versioned.ts';

/** A stored cell of a form, as far as a report needs to know it. */
export interface KnownCell {
  id: number;
  key: string;
  value: number;
  unit_id: number | null;
  area_code: string;
  day: string;
}

/** The stored cells of a form, by key. */
export async function cellsByKey(
  queries: Queries,
  form: string,
  keys: readonly string[],
): Promise<Map<string, KnownCell>> {
  const found = await sql<KnownCell>`
    select id, key, value, unit_id, area_code, day::text as day from reported_value where form = ${form} and key = any(${keys})`.execute(
    queries,
  );
  return new Map(found.rows.map((row) => [row.key, row]));
}

/** Adds cells. */
export async function insertCells(tx: Transaction, cells: readonly Record<string, unknown>[]): Promise<void> {
  await insertRows(tx, 'reported_value', cells);
}

/** Changes the values of cells. */
export async function updateCells(
  tx: Transaction,
  changes: readonly {
    id: number;
    value: number;
    note: string | null;
    day: string;
    area_code: string;
    occurred_at: string;
  }[],
): Promise<void> {
  await updateRows(tx, 'reported_value', changes);
}

/** Whether the approval of a report brought in any of some cells, as they are now. */
export async function hasApproved(queries: Queries, ids: readonly number[]): Promise<boolean> {
  const found = await sql<{ found: boolean }>`
    select exists (select from reported_value v join journal j on j.entry_no = v.since_entry
      where v.id = any(${ids}) and j.action in ('reporting/approval', 'reporting/submission')) as found`.execute(
    queries,
  );
  return found.rows[0]!.found;
}

/** Takes cells away; that they were reported stays known. */
export async function closeCells(tx: Transaction, ids: readonly number[]): Promise<void> {
  await closeRows(tx, 'reported_value', ids);
}
