// How few persons are too few to be said: a setting of the district, read as it was known when a release was computed, so
// that changing it changes no release that there is.
import { checkRole, type Entitled } from '../../identity/access.ts';
import type { Role } from '../../identity/roles.ts';
import { type Written, write } from '../../journal/write.ts';
import type { Database, Queries } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { usualThreshold } from '../withheld.ts';
import { findRule, saveRule } from './store.ts';

/** Who says how few are too few. */
export const thresholdKeepers = ['coordinator'] as const satisfies readonly Role[];

/** The bounds of the threshold: with fewer than 3, each of two persons would know of the other. */
export const thresholdBounds = { least: 3, most: 100 } as const;

/** Fewer persons than this are withheld, as known at an entry. */
export async function thresholdAt(queries: Queries, entry_no: number): Promise<number> {
  return (await findRule(queries, entry_no))?.threshold ?? usualThreshold;
}

/** Sets the threshold, with a reason. Raises `identity/reach`, `figures/threshold`, `figures/reason_missing`. */
export function setThreshold(
  db: Database,
  entering: { actor: Entitled; idempotency_key?: string | undefined },
  threshold: number,
  reason: string,
): Promise<Written<undefined>> {
  refuseIf(checkRole(entering.actor, thresholdKeepers));
  refuseIf(checkThreshold(threshold));
  if (!reason.trim()) {
    const text = { zh: '请写明理由。', en: 'Say why.' };
    throw new Problem('figures/reason_missing', 'invalid', text, { reason: text });
  }
  const change = {
    ...entering,
    action: 'figures/threshold',
    subject: 'withholding_rule',
    reason: reason.trim(),
    input: { threshold, reason },
  };
  return write(db, change, async (tx) => {
    tx.entry.detail.before = await thresholdAt(tx.queries, tx.entry.entry_no);
    tx.entry.detail.threshold = threshold;
    await saveRule(tx, threshold);
    return undefined;
  });
}

function checkThreshold(threshold: number): Problem | undefined {
  const { least, most } = thresholdBounds;
  if (Number.isInteger(threshold) && threshold >= least && threshold <= most) return undefined;
  const text = {
    zh: `请填 ${least} 到 ${most} 的整数。没有保存。`,
    en: `Give a whole number from ${least} to ${most}. Nothing was saved.`,
  };
  return new Problem('figures/threshold', 'invalid', text, { threshold: text });
}
