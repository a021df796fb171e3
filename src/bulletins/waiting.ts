// Whose turn it is: the drafts on which somebody can take the next step.
import type { Entitled } from '../identity/access.ts';
import type { Database } from '../kit/db.ts';
import { type CourseSettings, checkAct } from './course.ts';
import { courseOf } from './examine.ts';
import type { Draft } from './schema.ts';
import { listDraftSteps, listDrafts } from './store.ts';

const next = { draft: 'submission', review: 'review', signing: 'issue' } as const;

/** More than anybody has under way. */
export const mostDrafts = 200;

/** The drafts that wait for somebody: their own to write, others' to review and to sign. */
export async function waitingFor(
  db: Database,
  actor: Entitled,
  drafts: readonly Draft[],
  settings: CourseSettings,
): Promise<Draft[]> {
  const waiting: Draft[] = [];
  for (const draft of drafts) {
    if (draft.state === 'draft') {
      const own = actor.account_id !== null && draft.writer_ids.includes(actor.account_id);
      if (own) waiting.push(draft);
    } else if (draft.state === 'review' || draft.state === 'signing') {
      const steps = await listDraftSteps(db.queries, draft.id);
      if (!checkAct(next[draft.state], draft, steps, settings, actor)) waiting.push(draft);
    }
  }
  return waiting;
}

/** How many drafts wait for somebody. */
export async function countTexts(db: Database, actor: Entitled): Promise<number> {
  const drafts = await listDrafts(db.queries, mostDrafts);
  if (drafts.length === 0) return 0;
  return (await waitingFor(db, actor, drafts, await courseOf(db))).length;
}
