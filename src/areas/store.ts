import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { asOf, insertRows, updateRows } from '../kit/versioned.ts';
import type { Area } from './schema.ts';

const columns = [
  'code',
  'name',
  'name_en',
  'level',
  'kind',
  'parent_code',
  'managed_by',
  'valid_from',
  'valid_until',
] as const;

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

/** The last day plus one of areas: from then on they are no more. */
export async function endAreas(
  tx: Transaction,
  codes: readonly string[],
  valid_until: string,
): Promise<void> {
  const found = await sql<{ id: number }>`select id from area where code = any(${codes})`.execute(tx.queries);
  await updateRows(
    tx,
    'area',
    found.rows.map(({ id }) => ({ id, valid_until })),
  );
}

/** Which area became which. */
export async function insertSuccessions(
  tx: Transaction,
  successions: readonly { from_code: string; to_code: string; on_day: string; note: string | null }[],
): Promise<void> {
  await insertRows(tx, 'area_succession', successions);
}

/** Which area became which, as known at an entry, oldest first. */
export async function listSuccessions(
  queries: Queries,
  entry_no: number,
): Promise<{ from_code: string; to_code: string; on_day: string }[]> {
  const found = await sql<{ from_code: string; to_code: string; on_day: string }>`
    select * from ${asOf('area_succession', entry_no, ['from_code', 'to_code', 'on_day'])} as succession
    order by on_day, from_code, to_code`.execute(queries);
  return found.rows;
}

/** A succession with the document that ordered it and the entry that brought it in: by whom and when. */
export interface KeptSuccession {
  from_code: string;
  to_code: string;
  on_day: string;
  note: string | null;
  since_entry: number;
  actor: string;
  at: Date;
}

/** Every succession, the newest first. */
export async function listKeptSuccessions(queries: Queries): Promise<KeptSuccession[]> {
  const found = await sql<KeptSuccession>`
    select from_code, to_code, to_char(on_day, 'YYYY-MM-DD') as on_day, note, since_entry, journal.actor, journal.at
    from area_succession join journal on journal.entry_no = area_succession.since_entry
    order by since_entry desc, from_code, to_code`.execute(queries);
  return found.rows;
}
