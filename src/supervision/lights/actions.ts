import { checkRole, type Entitled } from '../../identity/access.ts';
import { type Written, write } from '../../journal/write.ts';
import type { Database, Queries } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { listFields } from '../../ledger/actions.ts';
import { checkThresholds, thresholdEditors, usualThresholds } from './rules.ts';
import type { Thresholds } from './schema.ts';
import { type LightRule, listLightRules, saveLightRule } from './store.ts';

/** The thresholds that hold for a field. */
export type ThresholdsOf = (field_code: string | null) => Thresholds;

/** What is set, and what holds for each field: its own thresholds, or the district's, or the usual ones. */
export async function readThresholds(
  queries: Queries,
  entry_no: number,
): Promise<{ rules: LightRule[]; of: ThresholdsOf }> {
  const rules = await listLightRules(queries, entry_no);
  return { rules, of: thresholdsBy(rules) };
}

/** What holds for each field by what is set. */
export function thresholdsBy(rules: readonly (Thresholds & { field_code: string | null })[]): ThresholdsOf {
  const set = new Map(rules.map((rule) => [rule.field_code, rule]));
  return (field_code) => set.get(field_code) ?? set.get(null) ?? usualThresholds;
}

/**
 * Sets by what lights turn in a field, or in the whole district; nothing given takes the field's own away.
 * Raises `identity/reach`, `supervision/thresholds`, `supervision/unknown_field`.
 */
export async function setThresholds(
  db: Database,
  entering: { actor: Entitled; idempotency_key: string },
  asked: { field_code: string | null; thresholds: Thresholds | null },
): Promise<Written<undefined>> {
  refuseIf(checkRole(entering.actor, thresholdEditors));
  if (asked.thresholds) refuseIf(checkThresholds(asked.thresholds));
  const { field_code, thresholds } = asked;
  const change = {
    ...entering,
    action: 'supervision/thresholds',
    subject: field_code ? `field:${field_code}` : 'district',
    input: { field_code, thresholds: thresholds && { ...thresholds } },
  };
  return write(db, change, async (tx) => {
    if (field_code !== null) {
      const fields = await listFields(tx.queries, tx.entry.entry_no);
      if (!fields.some((field) => field.code === field_code)) throw unknownField();
    }
    await saveLightRule(tx, field_code, thresholds);
    tx.entry.detail.thresholds = thresholds && { ...thresholds };
    return undefined;
  });
}

function unknownField(): Problem {
  const text = { zh: '没有这个领域，请重新选择。', en: 'There is no such field. Choose another.' };
  return new Problem('supervision/unknown_field', 'invalid', text, { field: text });
}
