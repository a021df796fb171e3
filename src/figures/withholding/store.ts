import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { asOf, insertRows, updateRows } from '../../kit/versioned.ts';

interface Rule {
  id: number;
  threshold: number;
}

/** What is set as known at an entry; nothing where nobody has set anything. */
export async function findRule(queries: Queries, entry_no: number): Promise<Rule | undefined> {
  const found = await sql<Rule>`
    select id, threshold from ${asOf('withholding_rule', entry_no, ['id', 'threshold'])} as rule`.execute(
    queries,
  );
  return found.rows[0];
}

/** Sets the threshold. */
export async function saveRule(tx: Transaction, threshold: number): Promise<void> {
  const before = await findRule(tx.queries, tx.entry.entry_no);
  if (before) await updateRows(tx, 'withholding_rule', [{ id: before.id, threshold }]);
  else await insertRows(tx, 'withholding_rule', [{ threshold }]);
}
