import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { asOf, insertRows } from '../../kit/versioned.ts';

/** A note that staff leave with a project or an item. */
export interface Comment {
  id: number;
  project_id: number;
  item_id: number | null;
  text: string;
  account_id: number | null;
  unit_id: number | null;
  occurred_at: Date;
}

/** The comments of a project, oldest first, as known at an entry. */
export async function listComments(
  queries: Queries,
  entry_no: number,
  project_id: number,
): Promise<Comment[]> {
  const columns = ['id', 'project_id', 'item_id', 'text', 'account_id', 'unit_id', 'occurred_at'] as const;
  const found = await sql<Comment>`
    select * from ${asOf('comment', entry_no, columns)} as comment
    where project_id = ${project_id} order by id`.execute(queries);
  return found.rows;
}

/** Adds a comment. */
export async function insertComment(tx: Transaction, comment: Omit<Comment, 'id'>): Promise<void> {
  await insertRows(tx, 'comment', [comment]);
}
