import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Queries } from '../../kit/db.ts';
import type { Message } from '../../kit/i18n.ts';
import { restOf } from './leave-out.ts';
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
  /** How many rows can be imported first, and those that stay out; plans of earlier versions do not say. */
  rest?: number;
  left?: Plan['left'];
  left_count?: number;
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
const mostLeft = 500;

/**
 * Takes up the reading of an import: gives whose turn it is, or nothing when it is not to be read. What an earlier turn
 * reads is not kept.
 */
export async function takeReading(queries: Queries, id: number): Promise<number | undefined> {
  const found = await sql<{ attempt: number }>`
    update ledger_import set attempt = attempt + 1, done = 0, total = 0, updated_at = now()
    where id = ${id} and state = 'reading' returning attempt`.execute(queries);
  return found.rows[0]?.attempt;
}

/** Keeps that an import cannot be read, if it is still the turn of who tried. */
export async function failReading(
  queries: Queries,
  id: number,
  attempt: number,
  problem: Message,
): Promise<void> {
  await sql`
    update ledger_import set state = 'failed', updated_at = now(), problem = ${JSON.stringify(problem)}::jsonb
    where id = ${id} and state = 'reading' and attempt = ${attempt}`.execute(queries);
}

/** Sends an import back to be read from the state in which that makes sense; says whether it was in it. */
export async function readAgain(queries: Queries, id: number, from: ImportState): Promise<boolean> {
  const found = await sql`
    update ledger_import set state = 'reading', problem = null, updated_at = now()
    where id = ${id} and state = ${from} returning id`.execute(queries);
  return found.rows.length > 0;
}

/**
 * Keeps what an import would do, all or nothing and only if it is still the turn of who read it: its numbers, and its rows
 * a few hundred at a time, so that others get their turn.
 */
export function savePlan(queries: Queries, id: number, attempt: number, plan: Plan): Promise<void> {
  return queries.transaction().execute(async (tx) => {
    const state: ImportState = plan.questions.length > 0 ? 'asking' : 'checked';
    const kept = await sql`
      update ledger_import set state = ${state}, problem = null, updated_at = now(),
        plan = ${JSON.stringify(summaryOf(plan))}::jsonb
      where id = ${id} and state = 'reading' and attempt = ${attempt} returning id`.execute(tx);
    if (kept.rows.length > 0) await saveRows(tx, id, plan);
  });
}

async function saveRows(queries: Queries, id: number, plan: Plan): Promise<void> {
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
}

function summaryOf(plan: Plan): PlanSummary {
  const { planned: _, ...items } = plan.items;
  return {
    rows: plan.rows,
    new: plan.new.length,
    changed: plan.changed.length,
    unchanged: plan.unchanged,
    missing: plan.missing.slice(0, mostMissing),
    missing_count: plan.missing.length,
    errors: plan.errors.length,
    items,
    adjusted: plan.adjusted,
    rest: restOf(plan),
    left: plan.left.slice(0, mostLeft),
    left_count: plan.left_count,
    questions: plan.questions,
    notes: plan.notes,
  };
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

/** Keeps that an import was applied, and by which entry. */
export async function settleApplied(queries: Queries, id: number, entry_no: number): Promise<void> {
  await sql`
    update ledger_import set state = 'applied', problem = null, entry_no = ${entry_no}, updated_at = now()
    where id = ${id}`.execute(queries);
}
