// What is done with a draft on its way: sent, reviewed, sent back, signed. Every act is a step that stays.
import { readCalendar } from '../calendar/actions.ts';
import { addWorkingDays } from '../calendar/rules.ts';
import type { Registry } from '../figures/registry.ts';
import { type Transaction, type Written, write } from '../journal/write.ts';
import { dayOf } from '../kit/clock.ts';
import type { Database } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import type { Entering } from './actions.ts';
import { type Act, acts, afterAct, checkAct, checkActReason, usualCourse } from './course.ts';
import { alreadySuperseded, changed } from './drafts.ts';
import { type Examined, examine, getDraft } from './examine.ts';
import { issueIn } from './issue.ts';
import { type Draft, versionOf } from './schema.ts';
import {
  findCourse,
  findDraft,
  findSuccessor,
  insertDraftStep,
  listDraftSteps,
  updateDraft,
} from './store.ts';

/** What is to be done with a draft, in the version that was read. */
export interface AskedAct {
  id: number;
  act: Act;
  version?: number | undefined;
  note?: string | undefined;
}

/**
 * Does an act of the course with a draft; signing issues it and gives its number. What is signed is what was read: its numbers are
 * those of the entry at which it was sent for review. Raises what `checkAct` finds, `bulletins/changed`, `bulletins/unready` with
 * what the check list still asks, `bulletins/reason_missing`, `bulletins/superseded`.
 */
export async function takeAct(
  db: Database,
  registry: Registry,
  entering: Entering,
  asked: AskedAct,
): Promise<Written<{ id: number; number: string | null }>> {
  const { id, act, note, version } = asked;
  const before = await getDraft(db, id);
  const now = entering.simulated_at ?? new Date();
  // Sent again, its numbers are those of now; signed, those that were read.
  const at = act === 'issue' ? before : { ...before, known_entry: null };
  const seen = sendsOrIssues(act) ? await examine(db, registry, at, now) : undefined;
  const input = { id, act, note: note ?? null, version: version ?? null };
  const change = { ...entering, action: `bulletins/${act}`, subject: `bulletin_draft:${id}`, input };
  return write(db, { ...change, reason: note?.trim() || undefined }, async (tx) => {
    const draft = (await findDraft(tx.queries, id))!;
    const steps = await listDraftSteps(tx.queries, id);
    const settings = (await findCourse(tx.queries)) ?? usualCourse;
    refuseIf(checkAct(act, draft, steps, settings, entering.actor));
    if (versionOf(draft) !== (version ?? versionOf(before))) throw changed();
    refuseIf(checkActReason(act, note));
    if (seen) refuseUnready(seen, act);
    const { account_id, unit_id } = entering.actor;
    const number = seen && act === 'issue' ? await issueDraft(tx, entering.actor.name, draft, seen) : null;
    const known_entry =
      act === 'submission' || act === 'refresh' ? seen!.read.scene.entry_no : draft.known_entry;
    await updateDraft(tx, {
      id,
      ...afterAct(act, draft, settings),
      known_entry: act === 'return' || act === 'recall' ? null : known_entry,
      secrecy_reviewer_id: act === 'secrecy' ? account_id : draft.secrecy_reviewer_id,
      number,
    });
    await insertDraftStep(tx, {
      draft_id: id,
      act,
      stage: act === 'review' ? draft.passed + 1 : null,
      account_id,
      unit_id,
      note: note?.trim() || null,
      known_entry,
      occurred_at: tx.entry.at,
    });
    return { id, number };
  });
}

function sendsOrIssues(act: Act): boolean {
  return act === 'submission' || act === 'refresh' || act === 'issue';
}

async function issueDraft(tx: Transaction, by: string, draft: Draft, { read }: Examined): Promise<string> {
  const { kind, audience, addressee, contact, term_days, supersedes_number, supersede_reason } = draft;
  if (supersedes_number && (await findSuccessor(tx.queries, supersedes_number))) throw alreadySuperseded();
  const objections_until =
    term_days === null ? null : addWorkingDays(await readCalendar(tx.queries), dayOf(tx.entry.at), term_days);
  const { number } = await issueIn(tx, by, read, {
    kind,
    audience,
    template: draft.template ?? kind,
    addressee,
    contact,
    objections_until,
    supersedes_number,
    supersede_reason,
    synthetic: draft.synthetic,
  });
  return number;
}

function refuseUnready({ checks }: Examined, act: Act): void {
  const open = checks.filter((check) => !check.ok && (act === 'issue' || check.holds === 'submission'));
  if (open.length === 0) return;
  throw new Problem('bulletins/unready', 'conflict', {
    zh: `还不能${acts[act].word.zh}。${open.map(({ title, detail }) => `${title}：${detail}`).join(' ')}`,
    en: `Not yet: ${open.map(({ code }) => code).join(', ')} on the check list.`,
  });
}
