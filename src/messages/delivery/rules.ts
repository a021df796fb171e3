// When a message goes out, and what follows from how a channel took it. The promise is: handed over at least once under one
// stable id; where the channel cannot tell a repetition, an answer that was lost is "unknown", shown and not resent.
import type { Choice, DeliveryState } from '../schema.ts';

/** The hours in which nobody is woken, in minutes of the day in Asia/Shanghai; they may go over midnight. */
export interface Silence {
  silent_from: number;
  silent_until: number;
}

/** Unless the office says otherwise: 21:30 to 8:00. */
export const usualSilence: Silence = { silent_from: 21 * 60 + 30, silent_until: 8 * 60 };

const minute = 60_000;
const day = 24 * 60;
const zone = 8 * 60;

/** The first moment from `at` on that is outside the silence; `at` itself when it is, or when there is no silence. */
export function afterSilence(at: Date, { silent_from, silent_until }: Silence): Date {
  const now = (Math.floor(at.getTime() / minute) + zone) % day;
  const over = silent_from > silent_until;
  const silent = over ? now >= silent_from || now < silent_until : now >= silent_from && now < silent_until;
  if (!silent) return at;
  const start = Math.floor(at.getTime() / minute) * minute;
  return new Date(start + ((silent_until - now + day) % day) * minute);
}

/** When a message is due: at once where it is urgent or its reader wants it so, else outside the silence. */
export function dueAt(
  at: Date,
  how: { urgent: boolean; silence: Silence; choice: Pick<Choice, 'at_night'> | undefined },
): Date {
  return how.urgent || how.choice?.at_night ? at : afterSilence(at, how.silence);
}

/**
 * How a channel took a message: `taken`, `refused` for good, `later` (surely not taken, worth trying again), or `lost`
 * (sent, and nobody knows whether it was taken).
 */
export type Outcome = { took: 'taken' } | { took: 'refused' | 'later' | 'lost'; fault: string };

/** What follows from a try. */
export interface AfterTry {
  state: DeliveryState;
  fault: string | null;
  /** Whether it is tried again by itself. */
  again: boolean;
}

/** What follows from how a channel took a message; `repeatable` where the channel knows a repetition by its id. */
export function afterTry(
  outcome: Outcome,
  { repeatable, last }: { repeatable: boolean; last: boolean },
): AfterTry {
  switch (outcome.took) {
    case 'taken':
      return { state: 'handed', fault: null, again: false };
    case 'refused':
      return { state: 'failed', fault: outcome.fault, again: false };
    case 'later':
      return { state: last ? 'failed' : 'waiting', fault: outcome.fault, again: !last };
    case 'lost':
      if (!repeatable || last) return { state: 'unknown', fault: outcome.fault, again: false };
      return { state: 'waiting', fault: outcome.fault, again: true };
  }
}

/** Whether a delivery that was being tried when its process ended may be tried again. */
export function mayRepeat(repeatable_for: number, tried_at: Date, now: Date): boolean {
  return now.getTime() - tried_at.getTime() < repeatable_for;
}
