// How long a request may take: a time to sign it (签收) and a time to answer it (答复), by kind and urgency, in working time or
// by the clock. There is no national rule: these are the usual ones (loop.md §1.1, §1.5, §1.7, [K-低]), and a district sets its
// own. The clock to answer runs from the submission, whoever has the request, and stands still while the person is asked.
import { addWorkingMinutes, type Calendar, usualHours, workingMinutesBetween } from '../calendar/rules.ts';
import type { Message } from '../kit/i18n.ts';
import { type Kind, kinds, type Urgency, urgencies } from './schema.ts';

/** A time, in minutes of working time or of the clock. */
export interface Term {
  minutes: number;
  working: boolean;
}

/** The times of one kind and urgency. */
export interface Preset {
  kind: Kind;
  urgency: Urgency;
  sign_minutes: number;
  answer_minutes: number;
  working: boolean;
}

/** The minutes of a working day. */
export const workingDay = usualHours.reduce((sum, [from, to]) => sum + to - from, 0);
const clockDay = 1440;

const answerDays: Record<Kind, number> = { question: 1, help: 5, complaint: 15, suggestion: 15, wish: 15 };

/** The times where the district has set none. */
export function usualPreset(kind: Kind, urgency: Urgency): Preset {
  const times = {
    usual: {
      sign_minutes: kind === 'question' ? 120 : workingDay,
      answer_minutes: answerDays[kind] * workingDay,
      working: true,
    },
    complex: { sign_minutes: workingDay, answer_minutes: 15 * workingDay, working: true },
    urgent: { sign_minutes: 120, answer_minutes: clockDay, working: false },
    emergency: { sign_minutes: 30, answer_minutes: 120, working: false },
  };
  return { kind, urgency, ...times[urgency] };
}

/** The times of every kind and urgency: as the district set them, else the usual ones. */
export function presetsOf(set: readonly Preset[]): Preset[] {
  return kinds.flatMap((kind) =>
    urgencies.map(
      (urgency) =>
        set.find((one) => one.kind === kind && one.urgency === urgency) ?? usualPreset(kind, urgency),
    ),
  );
}

/** The time to sign. */
export function signTerm({ sign_minutes, working }: Preset): Term {
  return { minutes: sign_minutes, working };
}

/** The time to answer. */
export function answerTerm({ answer_minutes, working }: Preset): Term {
  return { minutes: answer_minutes, working };
}

/** Half of a time, for what has to be done again. */
export function half({ minutes, working }: Term): Term {
  return { minutes: Math.ceil(minutes / 2), working };
}

/** How long the person has to rate an answer; after it the request closes as not rated. */
export const ratingTerm: Term = { minutes: 7 * clockDay, working: false };

/** When a time that begins at a moment is over. */
export function endOf(calendar: Calendar, { minutes, working }: Term, from: Date): Date {
  return working
    ? addWorkingMinutes(calendar, usualHours, from, minutes)
    : new Date(from.getTime() + minutes * 60_000);
}

/** The later end of a time that stood still between two moments: what was left of it is left again. */
export function resumed(
  calendar: Calendar,
  clock: { ends: Date; working: boolean },
  stood: { from: Date; until: Date },
): Date {
  const { ends, working } = clock;
  if (ends <= stood.from) return ends;
  if (!working) return new Date(ends.getTime() + stood.until.getTime() - stood.from.getTime());
  const left = workingMinutesBetween(calendar, usualHours, stood.from, ends);
  return addWorkingMinutes(calendar, usualHours, stood.until, left);
}

/** A time as people say it: 5 个工作日, 2 小时. */
export function termText({ minutes, working }: Term): Message {
  const day = working ? workingDay : clockDay;
  const many = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;
  if (minutes % day === 0) {
    const days = minutes / day;
    return working
      ? { zh: `${days} 个工作日`, en: many(days, 'working day') }
      : { zh: `${days} 天`, en: many(days, 'day') };
  }
  const prefix = working ? { zh: '工作时间 ', en: ' of working time' } : { zh: '', en: '' };
  const [count, zh, en] = minutes % 60 === 0 ? [minutes / 60, '小时', 'hour'] : [minutes, '分钟', 'minute'];
  return { zh: `${prefix.zh}${count} ${zh}`, en: `${many(count as number, en as string)}${prefix.en}` };
}
