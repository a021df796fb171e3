import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { asOf, closeRows, insertRows, updateRows } from '../../kit/versioned.ts';
import { type Thresholds, thresholdNames } from './schema.ts';

/** Thresholds as they are set: of a field, or of the whole district. */
export interface LightRule extends Thresholds {
  id: number;
  field_code: string | null;
}

/** What is set, as known at an entry. */
export async function listLightRules(queries: Queries, entry_no: number): Promise<LightRule[]> {
  const found = await sql<LightRule>`
    select * from ${asOf('light_rule', entry_no, ['id', 'field_code', ...thresholdNames])} as light_rule
    order by field_code nulls first`.execute(queries);
  return found.rows;
}

/** Sets the thresholds of a field or of the district; with none given they are again those above them. */
export async function saveLightRule(
  tx: Transaction,
  field_code: string | null,
  thresholds: Thresholds | null,
): Promise<void> {
  const known = await listLightRules(tx.queries, tx.entry.entry_no);
  const before = known.find((rule) => rule.field_code === field_code);
  if (!thresholds) {
    if (before) await closeRows(tx, 'light_rule', [before.id]);
  } else if (before) await updateRows(tx, 'light_rule', [{ id: before.id, ...thresholds }]);
  else await insertRows(tx, 'light_rule', [{ field_code, ...thresholds }]);
}
