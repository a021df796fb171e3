import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { asOf, insertRows, updateRows } from '../../kit/versioned.ts';
import type { Extension } from '../schema.ts';

/** The requests for later deadlines of projects, oldest first, as known at an entry. */
export async function listExtensions(
  queries: Queries,
  entry_no: number,
  project_id: number,
): Promise<Extension[]> {
  const columns = [
    'id',
    'project_id',
    'former_deadline',
    'deadline',
    'reason',
    'asked_at',
    'account_id',
    'unit_id',
    'decision',
    'decided_at',
    'decided_by',
    'decision_note',
  ] as const;
  const found = await sql<Extension>`
    select * from ${asOf('extension', entry_no, columns)} as extension
    where project_id = ${project_id} order by id`.execute(queries);
  return found.rows;
}

/** A request for a later deadline. */
export async function insertExtension(tx: Transaction, row: Omit<Extension, 'id'>): Promise<void> {
  await insertRows(tx, 'extension', [row]);
}

/** What was decided on a request for a later deadline. */
export async function updateExtension(
  tx: Transaction,
  change: { id: number } & Partial<Extension>,
): Promise<void> {
  await updateRows(tx, 'extension', [change]);
}

/** How often a later deadline was asked for, for each of some projects. */
export async function countExtensions(
  queries: Queries,
  ids: readonly number[],
): Promise<Map<number, number>> {
  const found = await sql<{ id: number; count: number }>`
    select project_id as id, count(*) from extension where project_id = any(${ids}::bigint[]) group by 1`.execute(
    queries,
  );
  return new Map(found.rows.map(({ id, count }) => [id, count]));
}
