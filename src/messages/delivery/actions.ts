import { checkRole, type Entitled } from '../../identity/access.ts';
import type { Role } from '../../identity/roles.ts';
import { type Written, write } from '../../journal/write.ts';
import type { Database } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import type { Silence } from './rules.ts';
import { findKept, putBack, saveSilence } from './store.ts';

/** Who sees what went out, sends again by hand, and sets the hours of silence. */
export const messageKeepers = ['coordinator', 'system_admin'] as const satisfies readonly Role[];
/** Who sees it. */
export const messageReaders = [...messageKeepers, 'audit_admin'] as const satisfies readonly [
  Role,
  ...Role[],
];

interface Entering {
  actor: Entitled;
  idempotency_key: string;
}

/**
 * Sends a delivery again that failed or of which nobody knows whether it arrived, under the same id. Raises
 * `identity/reach`, `messages/unknown`, `messages/not_resent`.
 */
export function resend(db: Database, entering: Entering, id: number): Promise<Written<undefined>> {
  refuseIf(checkRole(entering.actor, messageKeepers));
  const change = { ...entering, action: 'messages/resending', subject: `delivery:${id}`, input: { id } };
  return write(db, change, async (tx) => {
    const kept = await findKept(tx.queries, id);
    if (!kept) throw unknownDelivery();
    if (kept.state !== 'failed' && kept.state !== 'unknown') throw notResent();
    await putBack(tx.queries, id);
    tx.entry.detail = { was: kept.state };
    return undefined;
  });
}

/** Sets the hours of silence; from and until the same is none. Raises `identity/reach`, `messages/silence`. */
export function setSilence(
  db: Database,
  entering: Entering,
  asked: { from: string; until: string },
): Promise<Written<undefined>> {
  refuseIf(checkRole(entering.actor, messageKeepers));
  const silence = silenceOf(asked);
  const change = {
    ...entering,
    action: 'messages/silence',
    subject: 'messages',
    input: { ...silence },
  };
  return write(db, change, async (tx) => {
    await saveSilence(tx, silence);
    tx.entry.detail = { ...silence };
    return undefined;
  });
}

/** The hours of silence as a form has them. Raises `messages/silence`. */
function silenceOf({ from, until }: { from: string; until: string }): Silence {
  return { silent_from: minuteOf('from', from), silent_until: minuteOf('until', until) };
}

function minuteOf(field: string, text: string): number {
  const [, hours, minutes] = text.trim().match(/^([01]?\d|2[0-3])[:：]([0-5]\d)$/) ?? [];
  if (hours !== undefined) return Number(hours) * 60 + Number(minutes);
  const said = { zh: '时间应写成 21:30。', en: 'Write the time as 21:30.' };
  throw new Problem('messages/silence', 'invalid', said, { [field]: said });
}

function unknownDelivery(): Problem {
  return new Problem('messages/unknown', 'not_found', {
    zh: '没有这条消息。',
    en: 'There is no such message.',
  });
}

function notResent(): Problem {
  return new Problem('messages/not_resent', 'conflict', {
    zh: '只有发送失败或结果不明的消息可以重发。',
    en: 'Only what failed or is unknown can be sent again.',
  });
}
