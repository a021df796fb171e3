import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Queries } from '../../kit/db.ts';
import type { Message } from '../../kit/i18n.ts';
import type { Plan } from './planned.ts';

/** The rows of a plan by their kind. */
export interface PlanRows {
  new: Plan['new'][number];
  changed: Plan['changed'][number];
  item: Plan['items']['planned'][number];
  error: Plan['errors'][number];
}

/** What an import would do, in numbers: what its page opens with. */
export interface PlanSummary {
  rows: number;
  new: number;
  changed: number;
  unchanged: number;
  missing: string[];
  missing_count: number;
  errors: number;
  items: Omit<Plan['items'], 'planned'>;
  adjusted: number;
  questions: Plan['questions'];
  notes: string[];
}

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
  plan: PlanSummary | null;
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

const atOnce = 500;
const mostMissing = 200;

/** Keeps what an import would do: its numbers, and its rows a few hundred at a time, so that others get their turn. */
export async function savePlan(queries: Queries, id: number, plan: Plan): Promise<void> {
  await sql`delete from ledger_import_row where import_id = ${id}`.execute(queries);
  const kinds: [keyof PlanRows, readonly unknown[]][] = [
    ['new', plan.new],
    ['changed', plan.changed],
    ['item', plan.items.planned],
    ['error', plan.errors],
  ];
  for (const [kind, rows] of kinds) {
    for (let at = 0; at < rows.length; at += atOnce) {
      await sql`
        insert into ledger_import_row (import_id, kind, content)
        select ${id}::bigint, ${kind}::text, content from jsonb_array_elements(${JSON.stringify(rows.slice(at, at + atOnce))}::jsonb)
          with ordinality as row (content, place) order by place`.execute(queries);
      await turn();
    }
  }
  const { planned: _, ...items } = plan.items;
  const summary: PlanSummary = {
    rows: plan.rows,
    new: plan.new.length,
    changed: plan.changed.length,
    unchanged: plan.unchanged,
    missing: plan.missing.slice(0, mostMissing),
    missing_count: plan.missing.length,
    errors: plan.errors.length,
    items,
    adjusted: plan.adjusted,
    questions: plan.questions,
    notes: plan.notes,
  };
  await sql`update ledger_import set plan = ${JSON.stringify(summary)}::jsonb where id = ${id}`.execute(
    queries,
  );
}

/** Rows of what an import would do, in their order, at most so many. */
export async function listPlanned<Kind extends keyof PlanRows>(
  queries: Queries,
  import_id: number,
  kind: Kind,
  limit: number,
): Promise<PlanRows[Kind][]> {
  const rows: PlanRows[Kind][] = [];
  for (let after = 0; rows.length < limit; ) {
    const found = await sql<{ id: number; content: PlanRows[Kind] }>`
      select id, content from ledger_import_row where import_id = ${import_id} and kind = ${kind} and id > ${after}
      order by id limit ${Math.min(atOnce, limit - rows.length)}`.execute(queries);
    if (found.rows.length === 0) break;
    for (const row of found.rows) rows.push(row.content);
    after = found.rows.at(-1)!.id;
    await turn();
  }
  return rows;
}

/** What became of an import. */
export async function settleImport(
  queries: Queries,
  id: number,
  result: { state: ImportState; problem?: Message; entry_no?: number },
): Promise<void> {
  const { state, problem, entry_no } = result;
  await sql`
    update ledger_import set state = ${state}, updated_at = now(),
      problem = ${problem ? JSON.stringify(problem) : null}::jsonb,
      entry_no = coalesce(${entry_no ?? null}::bigint, entry_no)
    where id = ${id}`.execute(queries);
}
