import { sql } from 'kysely';
import type { Queries } from '../kit/db.ts';

/** An entry as a list shows it. */
export interface ListedEntry {
  entry_no: number;
  at: Date;
  actor: string;
  via: string;
  action: string;
  subject: string;
  reason: string | null;
  /** For whom it was done, where an assistant acted for a leader. */
  on_behalf_of: string | null;
}

/** The journal, newest first; `before` is the last entry of the page before. */
export async function listEntries(
  queries: Queries,
  before: number | undefined,
  limit: number,
): Promise<ListedEntry[]> {
  const found = await sql<ListedEntry>`
    select entry_no, at, actor, via, action, subject, reason, detail ->> 'on_behalf_of' as on_behalf_of
    from journal where entry_no < ${before ?? Number.MAX_SAFE_INTEGER}::bigint
    order by entry_no desc limit ${limit}`.execute(queries);
  return found.rows;
}
