// The calendar of coming releases (发布日程): what will be said on which day, told beforehand, so that nobody chooses the day
// by the number. A plan may move or fall away, but with its reason and with the day that was promised first.
import { checkRole, type Entitled } from '../../identity/access.ts';
import type { Role } from '../../identity/roles.ts';
import { type Transaction, type Written, write } from '../../journal/write.ts';
import { dayOf, isDay } from '../../kit/clock.ts';
import type { Database, Queries } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { getFigure, type Registry } from '../registry.ts';
import { findPlan, insertPlan, type Plan, updatePlan } from './store.ts';

export { listPlans, type Plan } from './store.ts';

/** Who keeps the calendar of releases. */
export const planners = ['publisher', 'coordinator'] as const satisfies readonly Role[];

interface Entering {
  actor: Entitled;
  idempotency_key?: string | undefined;
  simulated_at?: Date;
}

/**
 * Promises a release for a day to come. Raises `identity/reach`, `figures/plan`, `figures/unknown`.
 */
export function planRelease(
  db: Database,
  registry: Registry,
  entering: Entering,
  input: { on_day: string; title: string; title_en?: string | undefined; codes: readonly string[] },
): Promise<Written<undefined>> {
  refuseIf(checkRole(entering.actor, planners));
  const { on_day, title, title_en, codes } = input;
  for (const code of codes) getFigure(registry, code);
  if (!title.trim()) throw missing('title', '请写发布什么。', 'Say what will be released.');
  const change = {
    ...entering,
    action: 'figures/plan',
    subject: 'release_plan',
    input: { ...input, codes: [...codes] },
  };
  return write(db, change, async (tx) => {
    refuseIf(checkDay(on_day, dayOf(tx.entry.at)));
    await insertPlan(tx, {
      on_day,
      title: title.trim(),
      title_en: title_en?.trim() || null,
      codes: [...codes],
      first_day: on_day,
      reason: null,
      cancelled: false,
      released_entry: null,
    });
    return undefined;
  });
}

/**
 * Moves a plan to another day, or gives it up, with a reason. Raises `identity/reach`, `figures/unknown_plan`,
 * `figures/plan_closed`, `figures/plan`, `figures/reason_missing`.
 */
export function changePlan(
  db: Database,
  entering: Entering,
  id: number,
  change: { on_day: string } | 'cancelled',
  reason: string,
): Promise<Written<undefined>> {
  refuseIf(checkRole(entering.actor, planners));
  const written = {
    ...entering,
    action: change === 'cancelled' ? 'figures/plan_cancellation' : 'figures/plan_move',
    subject: `release_plan:${id}`,
    reason,
    input: { id, change, reason },
  };
  return write(db, written, async (tx) => {
    await getOpenPlan(tx.queries, id);
    if (!reason.trim()) throw missing('reason', '请写明理由。', 'Say why.');
    if (change === 'cancelled') await updatePlan(tx, { id, cancelled: true, reason: reason.trim() });
    else {
      refuseIf(checkDay(change.on_day, dayOf(tx.entry.at)));
      await updatePlan(tx, { id, on_day: change.on_day, reason: reason.trim() });
    }
    return undefined;
  });
}

/** Notes within an entry that what was planned is out. Raises `figures/unknown_plan`, `figures/plan_closed`. */
export async function keepPlan(tx: Transaction, id: number): Promise<void> {
  await getOpenPlan(tx.queries, id);
  await updatePlan(tx, { id, released_entry: tx.entry.entry_no });
}

/** A plan that is neither released nor given up. Raises `figures/unknown_plan`, `figures/plan_closed`. */
export async function getOpenPlan(queries: Queries, id: number): Promise<Plan> {
  const plan = await findPlan(queries, id);
  if (!plan) {
    throw new Problem('figures/unknown_plan', 'not_found', {
      zh: '发布日程里没有这一项。',
      en: 'The calendar of releases has no such plan.',
    });
  }
  if (!plan.cancelled && plan.released_entry === null) return plan;
  throw new Problem('figures/plan_closed', 'conflict', {
    zh: '日程中的这一项已经发布或取消。',
    en: 'This plan is released or cancelled already.',
  });
}

function checkDay(day: string, today: string): Problem | undefined {
  return isDay(day) && day >= today && day < '2200'
    ? undefined
    : missing('on_day', '请选今天或以后的一天。', 'Choose today or a later day.');
}

function missing(field: 'on_day' | 'title' | 'reason', zh: string, en: string): Problem {
  const code = field === 'reason' ? 'figures/reason_missing' : 'figures/plan';
  return new Problem(code, 'invalid', { zh, en }, { [field]: { zh, en } });
}
