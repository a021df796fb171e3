import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { insertRows } from '../../kit/versioned.ts';

/** What was said to the gap of one cell. */
export interface GapStatement {
  id: number;
  reported: string;
  area_code: string;
  day: string;
  gap: string;
  reason: string;
  stated_at: Date;
  account_id: number | null;
}

/** What was said to the gaps of a reported figure, the newest first. */
export async function listStatements(queries: Queries, reported: string): Promise<GapStatement[]> {
  const found = await sql<GapStatement>`
    select id, reported, area_code, to_char(day, 'YYYY-MM-DD') as day, gap::text as gap, reason, stated_at, account_id
    from gap_statement where reported = ${reported} order by id desc`.execute(queries);
  return found.rows;
}

/** Adds what somebody says to gaps. */
export async function insertStatements(
  tx: Transaction,
  statements: readonly Omit<GapStatement, 'id'>[],
): Promise<void> {
  await insertRows(
    tx,
    'gap_statement',
    statements.map((one) => ({ ...one })),
  );
}
