// 催办 when a light turns yellow, 督办 when it turns red: 蓝 → 黄 → 红, 一事一单, 特急 straight to red (domain/supervision).
// Each grade goes one level higher: the unit's officer, its head, a district leader. A project has one open notice at a
// time, and none is issued twice for the same cause. It ends when its light does, when the next grade takes its place, or
// by hand with a reason: never by silence.
import { addWorkingMinutes, type Calendar, usualHours } from '../../calendar/rules.ts';
import { checkReach, type Entitled } from '../../identity/access.ts';
import type { Role } from '../../identity/roles.ts';
import { isDay } from '../../kit/clock.ts';
import type { Message } from '../../kit/i18n.ts';
import { Problem } from '../../kit/problem.ts';
import { doers } from '../../ledger/course.ts';
import { ledgerReaders } from '../../ledger/rules.ts';
import type { Judged } from '../lights/kept.ts';
import { reasonsText } from '../overview/parts.ts';
import { type Grade, grades, type NoticeRow, type NoticeState, type Outcome } from './schema.ts';

/** Who issues notices by hand, and ends them. */
export const noticeIssuers = ['coordinator', 'inspector'] as const satisfies readonly Role[];
/** Who reads them: whoever reads the project. */
export const noticeReaders = ledgerReaders;
const heads = ['unit_head', 'town_coordinator'] as const satisfies readonly Role[];
/** Who signs for a notice and answers it. */
export const answerers: Record<Grade, readonly Role[]> = {
  reminder: doers,
  blue: doers,
  yellow: heads,
  red: heads,
};
/** Everybody who signs for some grade. */
export const anyAnswerers = doers;
/** To whom a grade goes: 经办人, 负责人, 区领导. */
export const levels: Record<Grade, Message> = {
  reminder: { zh: '单位经办人', en: 'unit officer' },
  blue: { zh: '单位经办人', en: 'unit officer' },
  yellow: { zh: '单位负责人', en: 'unit head' },
  red: { zh: '单位负责人，报区领导', en: 'unit head, and the district leader' },
};

const day = 390;
/** [K-中] In working minutes (a working day has 390): to sign within a day, or half a one for red; to answer within days. */
const terms: Record<Grade, { sign: number; answer: number }> = {
  reminder: { sign: day, answer: 3 * day },
  blue: { sign: day, answer: 5 * day },
  yellow: { sign: day, answer: 3 * day },
  red: { sign: day / 2, answer: 2 * day },
};

/** By when a notice of a grade is to be signed for and answered; an emergency at once, in half of the time. */
export function termsOf(
  calendar: Calendar,
  { grade, emergency }: Pick<NoticeRow, 'grade' | 'emergency'>,
  from: Date,
): Pick<NoticeRow, 'sign_by' | 'answer_by'> {
  const { sign, answer } = terms[grade];
  const within = (minutes: number) =>
    addWorkingMinutes(calendar, usualHours, from, emergency ? Math.ceil(minutes / 2) : minutes);
  return { sign_by: within(sign), answer_by: within(answer) };
}

/** The grade above one; none above red. */
function gradeAfter(grade: Grade): Grade | undefined {
  return grades[grades.indexOf(grade) + 1];
}

/** What is wrong with a project and since when, as the name of a cause; nothing where its light is not yellow or red. */
export function causeOf({ pace, standing }: Judged): string | undefined {
  const { light, reasons, quiet } = standing;
  if (light !== 'yellow' && light !== 'red' && light !== 'overdue') return undefined;
  const [reason] = reasons;
  const open = pace.nodes.flatMap(([end, , done]) => (end && !done ? [end] : [])).sort();
  const since =
    reason === 'overdue' || reason === 'days_left'
      ? pace.deadline
      : reason === 'quiet'
        ? `${pace.last_fact}+${quiet}`
        : (open[0] ?? pace.start);
  return `${light === 'yellow' ? 'yellow' : 'red'}:${pace.id}:${reason}:${since}`;
}

/** What a notice of the rules says. */
function textOf(judged: Judged): string {
  const reasons = reasonsText(judged);
  return `${reasons ? `${reasons}。` : ''}请说明原因和补救措施，写明何时能够完成。`;
}

/** A notice as the rules want it issued. */
export interface Wanted {
  grade: Grade;
  project_id: number;
  unit_id: number;
  cause: string;
  text: string;
  /** The open notice whose place it takes. */
  follows: Pick<NoticeRow, 'id' | 'number'> | null;
}

/** What a sweep does with one project: ends its notice, issues one, or both. */
export interface Sweeping {
  close?: { id: number; outcome: Outcome; note: string };
  issue?: Wanted;
}

/**
 * What the rules want done about a project now; nothing where there is nothing to do. A notice ends by itself once the
 * light is better than what it was issued for. It goes up a grade when its answer is overdue, or when the day that was
 * promised has passed and the light is still red.
 */
export function sweepingOf(
  judged: Judged,
  open: NoticeRow | undefined,
  known: ReadonlySet<string>,
  now: { at: Date; ended: string },
): Sweeping | undefined {
  const { pace, standing } = judged;
  const cause = causeOf(judged);
  const about = { project_id: pace.id, unit_id: pace.unit_id, text: textOf(judged) };
  const is_red = standing.light === 'red' || standing.light === 'overdue';
  if (!open) {
    if (!cause || known.has(cause)) return undefined;
    return { issue: { ...about, grade: is_red ? 'blue' : 'reminder', cause, follows: null } };
  }
  if (!cause && open.by_rule) {
    return { close: { id: open.id, outcome: 'resolved', note: '进度已恢复，系统自动办结。' } };
  }
  const higher = higherGrade(open, is_red, now);
  if (!higher) return undefined;
  const next = cause && !known.has(cause) ? cause : `after:${open.id}`;
  if (known.has(next)) return undefined;
  const why =
    open.answer_by < now.at && open.state !== 'answered'
      ? `${open.number}逾期未反馈。`
      : `${open.number}之后仍未赶上。`;
  return {
    close: { id: open.id, outcome: 'escalated', note: `升级为${gradeWords[higher].zh}。` },
    issue: { ...about, text: `${why}${about.text}`, grade: higher, cause: next, follows: open },
  };
}

/** The grade to which a notice goes up now, if it does. */
function higherGrade(open: NoticeRow, is_red: boolean, now: { at: Date; ended: string }): Grade | undefined {
  if (open.grade === 'reminder' && is_red) return 'blue';
  const unanswered = open.state !== 'answered' && open.answer_by < now.at;
  const broken =
    open.state === 'answered' && is_red && open.promised_on !== null && open.promised_on <= now.ended;
  return unanswered || broken ? gradeAfter(open.grade) : undefined;
}

/** What grades are called. Blue is for notices only. */
export const gradeWords: Record<Grade, Message> = {
  reminder: { zh: '催办', en: 'Reminder' },
  blue: { zh: '蓝色督办单', en: 'Blue notice' },
  yellow: { zh: '黄色督办单', en: 'Yellow notice' },
  red: { zh: '红色督办单', en: 'Red notice' },
};

/** What states are called. */
export const stateWords: Record<NoticeState, Message> = {
  issued: { zh: '待签收', en: 'To be signed for' },
  signed: { zh: '待反馈', en: 'To be answered' },
  answered: { zh: '已反馈', en: 'Answered' },
  closed: { zh: '已办结', en: 'Closed' },
};

/** What outcomes are called. */
export const outcomeWords: Record<Outcome, Message> = {
  resolved: { zh: '已整改', en: 'Resolved' },
  settled: { zh: '已说明', en: 'Explained' },
  escalated: { zh: '已升级', en: 'Escalated' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
};

function refuse(code: string, zh: string, en: string, field?: string): Problem {
  const kind = field ? 'invalid' : 'conflict';
  return new Problem(`supervision/${code}`, kind, { zh, en }, field ? { [field]: { zh, en } } : {});
}

/** A Problem when a notice cannot be signed for, or not by this person; nothing otherwise. */
export function checkReceipt(notice: NoticeRow, actor: Pick<Entitled, 'holdings'>): Problem | undefined {
  const reach = checkReach(actor, answerers[notice.grade], notice.unit_id);
  if (reach) return reach;
  if (notice.state === 'issued') return undefined;
  return refuse('notice_signed', '已经签收过，不用再签。', 'It was signed for already.');
}

/** A Problem when a notice cannot be answered so, or not by this person; nothing otherwise. */
export function checkAnswer(
  notice: NoticeRow,
  actor: Pick<Entitled, 'holdings'>,
  asked: { text: string; promised_on: string },
  today: string,
): Problem | undefined {
  const reach = checkReach(actor, answerers[notice.grade], notice.unit_id);
  if (reach) return reach;
  if (notice.state === 'closed') return refuse('notice_closed', '已经办结，不能再反馈。', 'It is closed.');
  if (!asked.text.trim()) {
    return refuse('answer_empty', '请写明原因和补救措施。', 'Say why, and what is done about it.', 'text');
  }
  if (!isDay(asked.promised_on)) {
    return refuse(
      'promised_missing',
      '请写明何时能够完成，如 2021-09-30。',
      'Say by when it will be done.',
      'promised_on',
    );
  }
  if (asked.promised_on < today) {
    return refuse(
      'promised_past',
      '承诺完成的日期不能早于今天。',
      'The promised day must not have passed.',
      'promised_on',
    );
  }
  return undefined;
}

/** A Problem when a notice cannot be ended so; nothing otherwise. By hand it is settled or withdrawn, with a reason. */
export function checkOutcome(
  notice: NoticeRow,
  actor: Pick<Entitled, 'holdings'>,
  asked: { outcome: Outcome; note: string },
): Problem | undefined {
  const reach = checkReach(actor, noticeIssuers, notice.unit_id);
  if (reach) return reach;
  if (notice.state === 'closed') return refuse('notice_closed', '已经办结。', 'It is closed already.');
  if (asked.outcome === 'escalated')
    return refuse('outcome', '升级请用“升级”。', 'Escalate it instead.', 'outcome');
  if (asked.outcome !== 'withdrawn' && notice.state !== 'answered') {
    return refuse(
      'notice_unanswered',
      '责任单位还没有反馈，不能办结；确需收回的，选“撤回”。',
      'It is not answered yet; it can only be withdrawn.',
      'outcome',
    );
  }
  if (asked.note.trim()) return undefined;
  return refuse('outcome_reason', '请写明办结的依据或理由。', 'Say on what ground it is closed.', 'note');
}

/** A Problem when a notice cannot be issued by hand; nothing otherwise. Emergencies alone go straight to red. */
export function checkIssue(
  actor: Pick<Entitled, 'holdings'>,
  project: { unit_id: number },
  open: Pick<NoticeRow, 'number' | 'grade'> | undefined,
  asked: { grade: Grade; text: string; emergency: boolean },
): Problem | undefined {
  const reach = checkReach(actor, noticeIssuers, project.unit_id);
  if (reach) return reach;
  if (!asked.text.trim())
    return refuse('notice_empty', '请写明督办的事由和要求。', 'Say what it is about.', 'text');
  const above = open ? grades.indexOf(open.grade) : -1;
  if (open && grades.indexOf(asked.grade) <= above) {
    return refuse(
      'notice_open',
      `这个项目已有在办的 ${open.number}，一事一单；可以升级，或先办结它。`,
      `${open.number} is open for this project already; escalate or close it.`,
      'grade',
    );
  }
  // One grade at a time, from 催办 or 蓝 on; only an emergency jumps.
  const highest = open ? above + 1 : 1;
  if (!asked.emergency && grades.indexOf(asked.grade) > highest) {
    return refuse(
      'notice_jump',
      '逐级升级：先发蓝色，再黄色、红色；特急事项可以直接发红色，请勾选“特急”。',
      'One grade at a time; only an emergency goes straight to red.',
      'grade',
    );
  }
  return undefined;
}
