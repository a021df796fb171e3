import { sql } from 'kysely';
import { Problem } from '../kit/problem.ts';
import { closeRows, insertRows, type Row, updateRows, type VersionedTable } from '../kit/versioned.ts';
import type { Transaction } from './write.ts';

/** What undoing an entry brought back and took away, by table. */
export interface Undone {
  table: string;
  restored: Row[];
  removed: number[];
}

/**
 * Puts back what an entry changed in tables, as a part of the entry that undoes it: rows that it made are closed, rows that
 * it changed or closed are what they were. Raises `journal/newer` when something newer stands on it: a later version of a
 * row, or a row in one of the tables that belongs to one it made.
 *
 * @param tables those that the entry may have written, owners first; with the tables that their rows belong to, by column
 */
export async function undoIn(
  tx: Transaction,
  entry_no: number,
  tables: readonly { table: VersionedTable; belongs_to?: Readonly<Record<string, VersionedTable>> }[],
): Promise<Undone[]> {
  const undone: Undone[] = [];
  const made = new Map<string, number[]>();
  for (const { table, belongs_to } of tables) {
    await refuseNewer(tx, entry_no, table);
    const opened = await rowsOf(tx, sql`select * from ${sql.table(table)} where since_entry = ${entry_no}`);
    const before = await rowsOf(
      tx,
      sql`select * from ${sql.table(`${table}_past`)} where until_entry = ${entry_no}`,
    );
    const former = new Map(before.map(({ until_entry: _, since_entry: __, ...row }) => [row.id, row as Row]));
    const removed = opened.filter((row) => !former.has(row.id)).map((row) => row.id);
    const current = new Set(opened.map((row) => row.id));
    const changed = [...former.values()].filter((row) => current.has(row.id));
    const closed = [...former.values()].filter((row) => !current.has(row.id));
    for (const [column, owner] of Object.entries(belongs_to ?? {})) {
      await refuseDependants(tx, entry_no, table, column, made.get(owner) ?? []);
    }
    made.set(table, removed);
    await closeRows(tx, table, removed);
    const restored = [...(await updateRows(tx, table, changed)), ...(await insertRows(tx, table, closed))];
    undone.push({ table, restored, removed });
  }
  return undone;
}

async function rowsOf(tx: Transaction, query: ReturnType<typeof sql>): Promise<Row[]> {
  return (await query.execute(tx.queries)).rows as Row[];
}

async function refuseNewer(tx: Transaction, entry_no: number, table: string): Promise<void> {
  const newer = await sql<{ until_entry: number }>`
    select until_entry from ${sql.table(`${table}_past`)}
    where since_entry = ${entry_no} and until_entry > ${entry_no} order by until_entry limit 1`.execute(
    tx.queries,
  );
  const again = await sql<{ since_entry: number }>`
    select current.since_entry from ${sql.table(table)} as current
    join ${sql.table(`${table}_past`)} as past on past.id = current.id and past.until_entry = ${entry_no}
    where current.since_entry > ${entry_no} limit 1`.execute(tx.queries);
  const found = newer.rows[0]?.until_entry ?? again.rows[0]?.since_entry;
  if (found !== undefined) throw somethingNewer(entry_no, found);
}

async function refuseDependants(
  tx: Transaction,
  entry_no: number,
  table: string,
  belongs_to: string,
  made: readonly number[],
): Promise<void> {
  if (made.length === 0) return;
  const found = await sql<{ since_entry: number }>`
    select since_entry from ${sql.table(table)}
    where ${sql.ref(belongs_to)} = any(${made}::bigint[]) and since_entry > ${entry_no}
    order by since_entry limit 1`.execute(tx.queries);
  if (found.rows[0]) throw somethingNewer(entry_no, found.rows[0].since_entry);
}

function somethingNewer(entry_no: number, newer: number): Problem {
  return new Problem('journal/newer', 'conflict', {
    zh: `数据版本 ${entry_no} 之后，第 ${newer} 条操作又改动了同样的内容，不能整体撤销。请逐项更正。`,
    en: `Entry ${newer} changed the same things after entry ${entry_no}, which cannot be undone as a whole. Correct them one by one.`,
  });
}
