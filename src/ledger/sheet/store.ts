import { sql } from 'kysely';
import type { Queries } from '../../kit/db.ts';
import type { Message } from '../../kit/i18n.ts';
import type { Plan } from './plan.ts';

/** Where an import stands: being read, waiting for answers, ready to be applied, applied, or refused. */
export type ImportState = 'reading' | 'asking' | 'checked' | 'applied' | 'failed';

/** An import between its file and its entry. */
export interface ImportRow {
  id: number;
  account_id: number | null;
  unit_id: number | null;
  file_digest: string;
  file_name: string;
  state: ImportState;
  done: number;
  total: number;
  plan: Plan | null;
  problem: Message | null;
  entry_no: number | null;
  created_at: Date;
}

const listed = sql`id, account_id, unit_id, file_digest, file_name, state, done, total, problem, entry_no, created_at`;

/** Begins an import. */
export async function insertImport(
  queries: Queries,
  row: { account_id: number | null; unit_id: number | null; file_digest: string; file_name: string },
): Promise<number> {
  const found = await sql<{ id: number }>`
    insert into ledger_import (account_id, unit_id, file_digest, file_name, state, done, total)
    values (${row.account_id}, ${row.unit_id}, ${row.file_digest}, ${row.file_name}, 'reading', 0, 0)
    returning id`.execute(queries);
  return found.rows[0]!.id;
}

/** An import with what it would do. */
export async function findImport(queries: Queries, id: number): Promise<ImportRow | undefined> {
  return (await sql<ImportRow>`select ${listed}, plan from ledger_import where id = ${id}`.execute(queries))
    .rows[0];
}

/** Somebody's imports, newest first, without what they would do. */
export async function listImports(
  queries: Queries,
  account_id: number | null,
  limit: number,
): Promise<Omit<ImportRow, 'plan'>[]> {
  const found = await sql<Omit<ImportRow, 'plan'>>`
    select ${listed} from ledger_import where account_id is not distinct from ${account_id}
    order by id desc limit ${limit}`.execute(queries);
  return found.rows;
}

/** Imports that were being read when the server stopped. */
export async function listUnfinished(queries: Queries): Promise<number[]> {
  const found = await sql<{
    id: number;
  }>`select id from ledger_import where state = 'reading' order by id`.execute(queries);
  return found.rows.map((row) => row.id);
}

/** How far reading is. */
export async function tellProgress(queries: Queries, id: number, done: number, total: number): Promise<void> {
  await sql`update ledger_import set done = ${done}, total = ${total}, updated_at = now() where id = ${id}`.execute(
    queries,
  );
}

/** What became of an import. */
export async function settleImport(
  queries: Queries,
  id: number,
  result: { state: ImportState; plan?: Plan; problem?: Message; entry_no?: number },
): Promise<void> {
  const { state, plan, problem, entry_no } = result;
  await sql`
    update ledger_import set state = ${state}, updated_at = now(),
      plan = coalesce(${plan ? JSON.stringify(plan) : null}::jsonb, plan),
      problem = ${problem ? JSON.stringify(problem) : null}::jsonb,
      entry_no = coalesce(${entry_no ?? null}::bigint, entry_no)
    where id = ${id}`.execute(queries);
}
