import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { DB } from '../../generated/db-types.ts';
import type { Queries } from './db.ts';
import { canonicalJson, type Json } from './seal.ts';

/** Tables whose every past version is kept: those that have a `…_past` table beside them. */
export type VersionedTable = { [T in keyof DB]: `${T & string}_past` extends keyof DB ? T : never }[keyof DB];

/** A row as the database returns it. */
export type Row = Record<string, unknown> & { id: number };

/** A version that an entry opened or closed, as its digest sees it. */
interface Line {
  table: string;
  id: number;
  side: 'opened' | 'closed';
  text: string;
}

/**
 * The versions that one journal entry opens and closes. A second write to a row within the entry replaces the
 * first, so a row counts at most once on each side. It keeps their lines and not the rows: an import has ten thousands.
 */
export class VersionLog {
  private readonly opened = new Map<string, Line>();
  private readonly closed = new Map<string, Line>();
  readonly entry_no: number;

  constructor(entry_no: number) {
    this.entry_no = entry_no;
  }

  open(table: string, row: Row): void {
    this.opened.set(`${table}:${row.id}`, lineOf(table, 'opened', row));
  }

  close(table: string, row: Row): void {
    const key = `${table}:${row.id}`;
    this.opened.delete(key);
    if (Number(row.since_entry) < this.entry_no) this.closed.set(key, lineOf(table, 'closed', row));
  }

  /** The digest over everything opened and closed, as `journal.rows_digest` keeps it. */
  digest(): string {
    return digestOfLines([...this.opened.values(), ...this.closed.values()]);
  }
}

/** Columns that say when a version was known rather than what it says; they are not part of a digest. */
const clockColumns = new Set(['since_entry', 'until_entry']);

/** A version as it is read back, to be held against the digest of its entry. */
interface Version {
  table: string;
  id: number;
  row: Row;
}

/** The digest of versions opened and closed: one line of canonical JSON each, ordered by table, id and side. */
export function digestOfVersions(opened: readonly Version[], closed: readonly Version[]): string {
  return digestOfLines([
    ...opened.map(({ table, row }) => lineOf(table, 'opened', row)),
    ...closed.map(({ table, row }) => lineOf(table, 'closed', row)),
  ]);
}

function lineOf(table: string, side: Line['side'], row: Row): Line {
  return { table, id: row.id, side, text: canonicalJson({ table, side, row: digestible(row) }) };
}

function digestOfLines(lines: Line[]): string {
  lines.sort((a, b) => compare(a.table, b.table) || a.id - b.id || compare(a.side, b.side));
  const hash = createHash('sha256');
  for (const [index, { text }] of lines.entries()) hash.update(index > 0 ? `\n${text}` : text);
  return hash.digest('hex');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A row as its digest sees it: nulls left out, numbers and dates as text, instants in UTC milliseconds. */
function digestible(row: Row): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const [column, value] of Object.entries(row)) {
    if (value === null || clockColumns.has(column)) continue;
    if (typeof value === 'number') result[column] = String(value);
    else if (value instanceof Date) result[column] = value.toISOString();
    else result[column] = value as Json;
  }
  return result;
}

/** A statement names its columns by the first row: another row's would be lost without a word. */
function refuseOtherColumns(table: string, rows: readonly object[]): void {
  const names = new Set(Object.keys(rows[0]!));
  for (const row of rows) {
    const odd = Object.keys(row).find((name) => !names.has(name));
    if (odd) throw new Error(`rows of ${table} do not name the same columns: ${odd}`);
  }
}

const columnsOfTable = new WeakMap<object, Map<string, string[]>>();

/** The columns of a table in the order of the database, read once for each pool. */
async function columnsOf(tx: VersionedTransaction, table: string): Promise<string[]> {
  let known = columnsOfTable.get(tx.catalogue);
  if (!known) {
    known = new Map();
    columnsOfTable.set(tx.catalogue, known);
  }
  let columns = known.get(table);
  if (!columns) {
    const found = await sql<{ name: string }>`
      select attname as name from pg_attribute
      where attrelid = ${table}::regclass and attnum > 0 and not attisdropped order by attnum`.execute(
      tx.queries,
    );
    columns = found.rows.map((row) => row.name);
    known.set(table, columns);
  }
  return columns;
}

/** What a write to versioned rows needs: the transaction's queries and the log of its entry. */
export interface VersionedTransaction {
  queries: Queries;
  versions: VersionLog;
  /** Any object that lives as long as the schema is the same; caches hang on it. */
  catalogue: object;
}

/** The next ids of a versioned table, for rows that must know their id before they are stored. */
export async function reserveIds(
  tx: Pick<VersionedTransaction, 'queries'>,
  table: VersionedTable,
  count = 1,
): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select nextval(pg_get_serial_sequence(${table}, 'id')) as id from generate_series(1, ${count}::int)`.execute(
    tx.queries,
  );
  return found.rows.map((row) => row.id);
}

/**
 * Inserts rows into a versioned table, all with the same columns, and gives them as stored, in the order given.
 * Identities come from the database unless the rows carry an `id`.
 */
export async function insertRows<R extends Row>(
  tx: VersionedTransaction,
  table: VersionedTable,
  rows: readonly Record<string, unknown>[],
): Promise<R[]> {
  if (rows.length === 0) return [];
  refuseOtherColumns(table, rows);
  const columns = sql.join(Object.keys(rows[0]!).map((column) => sql.ref(column)));
  const inserted = await sql<R>`
    insert into ${sql.table(table)} (${columns}, since_entry)
    select ${columns}, ${tx.versions.entry_no}::bigint
    from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)
    returning *`.execute(tx.queries);
  for (const row of inserted.rows) tx.versions.open(table, row);
  return inserted.rows;
}

/**
 * Changes columns of rows of a versioned table, keeping what they were, and gives them as stored. Each change names
 * its row by `id`; all changes name the same columns. Ids that do not exist are left out of the result.
 */
export async function updateRows<R extends Row>(
  tx: VersionedTransaction,
  table: VersionedTable,
  changes: readonly (Record<string, unknown> & { id: number })[],
): Promise<R[]> {
  if (changes.length === 0) return [];
  refuseOtherColumns(table, changes);
  const all = await columnsOf(tx, table);
  const columns = sql.join(all.map((column) => sql.ref(column)));
  const assignments = sql.join(
    Object.keys(changes[0]!)
      .filter((column) => column !== 'id')
      .map((column) => sql`${sql.ref(column)} = change.${sql.ref(column)}`),
  );
  const result = await sql<R & { is_new: boolean }>`
    with change as (
      select * from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(changes)}::jsonb)
    ), old as (
      select * from ${sql.table(table)} where id in (select id from change)
    ), past as (
      insert into ${sql.table(`${table}_past`)} (${columns}, until_entry)
      select ${columns}, ${tx.versions.entry_no}::bigint from old where since_entry < ${tx.versions.entry_no}::bigint
    ), new as (
      update ${sql.table(table)} as target set ${assignments}, since_entry = ${tx.versions.entry_no}::bigint
      from change where target.id = change.id returning target.*
    )
    select false as is_new, * from old union all select true, * from new`.execute(tx.queries);
  return settle(tx, table, result.rows);
}

/** Closes rows of a versioned table: they are no longer current, their past stays. */
export async function closeRows(
  tx: VersionedTransaction,
  table: VersionedTable,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  const columns = sql.join((await columnsOf(tx, table)).map((column) => sql.ref(column)));
  const closed = await sql<Row>`
    with old as (
      delete from ${sql.table(table)} where id = any(${ids}::bigint[]) returning *
    ), past as (
      insert into ${sql.table(`${table}_past`)} (${columns}, until_entry)
      select ${columns}, ${tx.versions.entry_no}::bigint from old where since_entry < ${tx.versions.entry_no}::bigint
    )
    select * from old`.execute(tx.queries);
  for (const row of closed.rows) tx.versions.close(table, row);
}

function settle<R extends Row>(
  tx: VersionedTransaction,
  table: string,
  rows: (R & { is_new: boolean })[],
): R[] {
  const current: R[] = [];
  for (const { is_new, ...rest } of rows) {
    const row = rest as unknown as R;
    if (is_new) {
      tx.versions.open(table, row);
      current.push(row);
    } else tx.versions.close(table, row);
  }
  return current;
}

/**
 * A versioned table as it was known at an entry, to stand after `from`: current rows since then, and past rows that
 * were current then. Give the columns that are needed; they exist under the same names in both tables.
 */
export function asOf<T extends VersionedTable>(
  table: T,
  entry_no: number,
  columns: readonly (keyof DB[T] & string)[],
): RawBuilder<Record<string, unknown>> {
  const list = sql.join(columns.map((column) => sql.ref(column)));
  return sql`(
    select ${list} from ${sql.table(table)} where since_entry <= ${entry_no}::bigint
    union all
    select ${list} from ${sql.table(`${table}_past`)}
    where since_entry <= ${entry_no}::bigint and until_entry > ${entry_no}::bigint)`;
}
