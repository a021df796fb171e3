import { readCalendar } from '../../calendar/actions.ts';
import type { Calendar } from '../../calendar/rules.ts';
import type { Entitled } from '../../identity/access.ts';
import { type Transaction, type Written, write } from '../../journal/write.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Database } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { getStaffProject } from '../../ledger/actions.ts';
import { checkAnswer, checkIssue, checkOutcome, checkReceipt, gradeWords, termsOf } from './rules.ts';
import type { Grade, NoticeRow, NoticeState, Outcome } from './schema.ts';
import {
  findOpenNotice,
  insertNoticeSteps,
  insertNotices,
  lastNumbers,
  listNotices,
  updateNotices,
} from './store.ts';

export { countNotices, type ListedNotice, listNoticeSteps, listNotices } from './store.ts';

/** What an entry of supervision is made with. */
export interface Entering {
  actor: Entitled;
  idempotency_key?: string;
  simulated_at?: Date;
}

/** A notice as it is to be issued, before it has its number and its terms. */
export type Issuing = Pick<
  NoticeRow,
  'grade' | 'project_id' | 'unit_id' | 'cause' | 'text' | 'emergency' | 'by_rule' | 'follows_id'
>;

/** Issues notices as part of an entry: each is numbered by its grade and year, and has its terms in working time. */
export async function issueIn(
  tx: Transaction,
  calendar: Calendar,
  issuing: readonly Issuing[],
  by: { at: Date; account_id: number | null; unit_id: number | null },
): Promise<NoticeRow[]> {
  const year = dayOf(by.at).slice(0, 4);
  const last = await lastNumbers(tx, year);
  const rows = issuing.map((one) => {
    const count = (last.get(one.grade) ?? 0) + 1;
    last.set(one.grade, count);
    return {
      ...one,
      number: `${gradeWords[one.grade].zh}〔${year}〕${count}号`,
      state: 'issued' as const,
      ...termsOf(calendar, one, by.at),
      promised_on: null,
      outcome: null,
    };
  });
  const { at, account_id, unit_id } = by;
  return insertNotices(tx, rows, { occurred_at: at, account_id, unit_id });
}

/** Ends notices as part of an entry; each with its outcome and why. */
export async function closeIn(
  tx: Transaction,
  closing: readonly { id: number; outcome: Outcome; note: string }[],
  by: { at: Date; account_id: number | null; unit_id: number | null },
): Promise<void> {
  await updateNotices(
    tx,
    closing.map(({ id, outcome }) => ({ id, state: 'closed', outcome })),
  );
  const { at, account_id, unit_id } = by;
  await insertNoticeSteps(
    tx,
    closing.map(({ id, note }) => ({
      notice_id: id,
      to_state: 'closed',
      occurred_at: at,
      account_id,
      unit_id,
      note,
    })),
  );
}

/**
 * Issues a notice by hand; where one of a lower grade is open it takes that one's place. Raises `supervision/notice_…`,
 * `ledger/unknown_project`, `identity/reach`.
 */
export async function issueNotice(
  db: Database,
  entering: Entering,
  asked: { number: string; grade: Grade; text: string; emergency: boolean },
): Promise<Written<{ id: number }>> {
  const { actor } = entering;
  const { project } = await getStaffProject(db, actor, asked.number);
  const calendar = await readCalendar(db.queries);
  const change = {
    ...entering,
    action: 'supervision/notice',
    subject: `project:${asked.number}`,
    input: { ...asked },
  };
  return write(db, change, async (tx) => {
    const open = await findOpenNotice(tx.queries, project.id);
    refuseIf(checkIssue(actor, project, open, asked));
    const by = { at: tx.entry.at, account_id: actor.account_id, unit_id: actor.unit_id };
    if (open) {
      const note = `升级为${gradeWords[asked.grade].zh}。`;
      await closeIn(tx, [{ id: open.id, outcome: 'escalated', note }], by);
    }
    const issuing = {
      grade: asked.grade,
      project_id: project.id,
      unit_id: project.unit_id,
      cause: `hand:${tx.entry.entry_no}`,
      text: asked.text.trim(),
      emergency: asked.emergency,
      by_rule: false,
      follows_id: open?.id ?? null,
    };
    const [notice] = await issueIn(tx, calendar, [issuing], by);
    tx.entry.detail.notice = notice!.number;
    return { id: notice!.id };
  });
}

/** Signs for a notice (签收). Raises `supervision/unknown_notice`, `supervision/notice_signed`, `identity/reach`. */
export function signNotice(db: Database, entering: Entering, id: number): Promise<Written<undefined>> {
  return change(db, entering, 'receipt', id, {}, async (tx, notice) => {
    refuseIf(checkReceipt(notice, entering.actor));
    await step(tx, entering.actor, notice, { state: 'signed' }, null);
  });
}

/**
 * Answers a notice: why, what is done about it, and by when. An answer also signs for it. Raises
 * `supervision/answer_empty`, `supervision/promised_past`, `supervision/notice_closed`, `identity/reach`.
 */
export function answerNotice(
  db: Database,
  entering: Entering,
  id: number,
  asked: { text: string; promised_on: string },
): Promise<Written<undefined>> {
  return change(db, entering, 'answer', id, { ...asked }, async (tx, notice) => {
    refuseIf(checkAnswer(notice, entering.actor, asked, dayOf(tx.entry.at)));
    const { promised_on } = asked;
    await step(tx, entering.actor, notice, { state: 'answered', promised_on }, asked.text.trim());
  });
}

/** Ends a notice by hand, with its outcome and why. Raises `supervision/outcome…`, `supervision/notice_…`, `identity/reach`. */
export function closeNotice(
  db: Database,
  entering: Entering,
  id: number,
  asked: { outcome: Outcome; note: string },
): Promise<Written<undefined>> {
  return change(db, entering, 'outcome', id, { ...asked }, async (tx, notice) => {
    refuseIf(checkOutcome(notice, entering.actor, asked));
    const { outcome } = asked;
    await step(tx, entering.actor, notice, { state: 'closed', outcome }, asked.note.trim());
  });
}

async function change(
  db: Database,
  entering: Entering,
  noun: string,
  id: number,
  input: Record<string, string | null>,
  work: (tx: Transaction, notice: NoticeRow) => Promise<void>,
): Promise<Written<undefined>> {
  const what = {
    ...entering,
    action: `supervision/notice_${noun}`,
    subject: `notice:${id}`,
    input: { id, ...input },
  };
  return write(db, what, async (tx) => {
    const [notice] = await listNotices(tx.queries, { id }, 1);
    if (!notice) throw unknownNotice();
    tx.entry.subject = `project:${notice.project_number}`;
    tx.entry.detail.notice = notice.number;
    await work(tx, notice);
    return undefined;
  });
}

async function step(
  tx: Transaction,
  actor: Entitled,
  notice: NoticeRow,
  to: Partial<NoticeRow> & { state: NoticeState },
  note: string | null,
): Promise<void> {
  await updateNotices(tx, [{ id: notice.id, ...to }]);
  const { account_id, unit_id } = actor;
  await insertNoticeSteps(tx, [
    { notice_id: notice.id, to_state: to.state, occurred_at: tx.entry.at, account_id, unit_id, note },
  ]);
}

/** No such notice, or none that this person may see. */
export function unknownNotice(): Problem {
  return new Problem('supervision/unknown_notice', 'not_found', {
    zh: '没有这份督办单，或者不在您的职责范围内。',
    en: 'There is no such notice, or it is not within your reach.',
  });
}
