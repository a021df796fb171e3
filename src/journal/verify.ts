import { sql } from 'kysely';
import type { Database } from '../kit/db.ts';
import { digestOfVersions, type Row } from '../kit/versioned.ts';
import { hashOfEntry, type JournalEntry } from './entry.ts';

/** What a walk along the chain found. */
export interface ChainCheck {
  ok: boolean;
  /** How many entries the journal holds. */
  entries: number;
  /** The first entry whose content, place or rows are not what was written; null when all is well. */
  first_bad: number | null;
}

/** Entries checked per short read, so that no snapshot grows old. */
const stretch = 1000;

/**
 * Walks the whole journal: each entry's hash and link, and the digest of every version that it opened or closed, as
 * the tables hold them now. Names the first entry that is not as it was written.
 */
export async function verifyChain(
  db: Database,
  onProgress?: (done: number, of: number) => void,
): Promise<ChainCheck> {
  const tables = await versionedTables(db);
  const head = await db.queries.selectFrom('journal_head').selectAll().executeTakeFirstOrThrow();
  const count = await db.queries
    .selectFrom('journal')
    .select((q) => q.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const bad = (first_bad: number): ChainCheck => ({ ok: false, entries: count.count, first_bad });

  let prev_hash = '';
  for (let from = 1; from <= head.entry_no; from += stretch) {
    const to = Math.min(from + stretch - 1, head.entry_no);
    const { entries, versions } = await readStretch(db, tables, from, to);
    for (let entry_no = from; entry_no <= to; entry_no++) {
      const entry = entries.get(entry_no);
      if (!entry || entry.prev_hash !== prev_hash || hashOfEntry(entry) !== entry.hash) return bad(entry_no);
      const { opened = [], closed = [] } = versions.get(entry_no) ?? {};
      if (digestOfVersions(opened, closed) !== entry.rows_digest) return bad(entry_no);
      prev_hash = entry.hash;
    }
    onProgress?.(to, head.entry_no);
  }
  if (head.hash !== prev_hash || count.count !== head.entry_no) return bad(head.entry_no + 1);
  const ahead = await firstVersionAfter(db, tables, head.entry_no);
  return ahead === null ? { ok: true, entries: count.count, first_bad: null } : bad(ahead);
}

/** Tables with a `…_past` table beside them, in the order of digests. */
async function versionedTables(db: Database): Promise<string[]> {
  const found = await sql<{ name: string }>`
    select left(tablename, -5) as name from pg_tables
    where schemaname = ${db.schema} and tablename like '%\\_past'`.execute(db.queries);
  return found.rows.map((row) => row.name).sort();
}

interface Versions {
  opened: { table: string; id: number; row: Row }[];
  closed: { table: string; id: number; row: Row }[];
}

async function readStretch(db: Database, tables: string[], from: number, to: number) {
  const entries = await sql<JournalEntry>`
    select * from journal where entry_no between ${from} and ${to}`.execute(db.queries);
  const versions = new Map<number, Versions>();
  const at = (entry_no: number) => {
    const both = versions.get(entry_no) ?? { opened: [], closed: [] };
    versions.set(entry_no, both);
    return both;
  };
  for (const table of tables) {
    const current = await sql<Row>`
      select * from ${sql.table(table)} where since_entry between ${from} and ${to}`.execute(db.queries);
    for (const row of current.rows) at(row.since_entry as number).opened.push({ table, id: row.id, row });
    const past = await sql<Row>`
      select * from ${sql.table(`${table}_past`)}
      where since_entry between ${from} and ${to} or until_entry between ${from} and ${to}`.execute(
      db.queries,
    );
    for (const row of past.rows) {
      const version = { table, id: row.id, row };
      at(row.since_entry as number).opened.push(version);
      at(row.until_entry as number).closed.push(version);
    }
  }
  return { entries: new Map(entries.rows.map((entry) => [entry.entry_no, entry])), versions };
}

/** The entry number of a version that claims to be newer than the journal itself, which nobody can have written. */
async function firstVersionAfter(db: Database, tables: string[], entry_no: number): Promise<number | null> {
  let first: number | null = null;
  for (const table of tables) {
    const found = await sql<{ entry_no: number | null }>`
      select min(entry_no)::bigint as entry_no from (
        select min(since_entry) as entry_no from ${sql.table(table)} where since_entry > ${entry_no}
        union all
        select min(until_entry) from ${sql.table(`${table}_past`)} where until_entry > ${entry_no}) as ahead`.execute(
      db.queries,
    );
    const ahead = found.rows[0]?.entry_no ?? null;
    if (ahead !== null && (first === null || ahead < first)) first = ahead;
  }
  return first;
}
