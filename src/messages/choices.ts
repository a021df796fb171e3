import { sql } from 'kysely';
import { type Transaction, type Written, write } from '../journal/write.ts';
import type { Database, Queries } from '../kit/db.ts';
import type { Message } from '../kit/i18n.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import type { Vault } from '../kit/vault.ts';
import { insertRows, reserveIds, updateRows } from '../kit/versioned.ts';
import { sealFor } from '../residents/actions.ts';
import type { Choice } from './schema.ts';

/** A person's choice as it is kept; the address sealed by their own key. */
type ChoiceRow = Choice & { id: number; person_id: number; address: string | null };

/** Where a person's own address for messages stands. */
export function addressPlace(choice_id: number) {
  return { table: 'message_choice', id: choice_id, column: 'address' };
}

/** How somebody wants to hear; nothing where they have not said. */
export async function findChoice(queries: Queries, person_id: number): Promise<ChoiceRow | undefined> {
  const found = await sql<ChoiceRow>`
    select id, person_id, channel, language, at_night, address from message_choice
    where person_id = ${person_id}::bigint`.execute(queries);
  return found.rows[0];
}

/** What somebody chooses; an address only for mail and 公众号, and only where it is a new one. */
export interface Chosen extends Choice {
  address?: string | undefined;
}

/**
 * Sets how somebody wants to hear. Raises `messages/address` where the channel needs an address and none is given or kept,
 * and the Problems of sealing.
 */
export function setChoice(
  { db, vault }: { db: Database; vault: Vault },
  entering: { key: string; person_id: number },
  chosen: Chosen,
): Promise<Written<undefined>> {
  const { key, person_id } = entering;
  const { channel, language, at_night } = chosen;
  const change = {
    actor: { name: 'resident', account_id: null, unit_id: null, via: 'portal' } as const,
    action: 'messages/choice',
    subject: `person:${person_id}`,
    idempotency_key: `choice-${key}`,
    // The address is personal, so that not even its digest is kept.
    input: { channel, language, at_night },
  };
  return write(db, change, async (tx) => {
    const before = await findChoice(tx.queries, person_id);
    const kept = before?.channel === channel ? before.address : null;
    const typed = chosen.address?.trim();
    refuseIf(checkAddress(channel, typed, kept !== null));
    const id = before?.id ?? (await reserveIds(tx, 'message_choice'))[0]!;
    const needed = channel === 'email' || channel === 'wechat';
    const address = needed ? (typed ? await sealed(tx, vault, person_id, id, typed) : kept) : null;
    const row = { id, channel, language, at_night, address };
    if (before) await updateRows(tx, 'message_choice', [row]);
    else await insertRows(tx, 'message_choice', [{ ...row, person_id }]);
    return undefined;
  });
}

async function sealed(tx: Transaction, vault: Vault, person_id: number, id: number, text: string) {
  const [one] = await sealFor(tx.queries, vault, person_id, [{ place: addressPlace(id), text }]);
  return one!;
}

/** A Problem when a channel lacks its address, or the address is none; nothing otherwise. */
function checkAddress(
  channel: Choice['channel'],
  typed: string | undefined,
  kept: boolean,
): Problem | undefined {
  if (channel !== 'email' && channel !== 'wechat') return undefined;
  if (!typed && kept) return undefined;
  const shape = channel === 'email' ? /^[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@.]{2,}$/ : /^[A-Za-z0-9_-]{20,64}$/;
  if (typed && shape.test(typed)) return undefined;
  const text: Message =
    channel === 'email'
      ? {
          zh: '请填写电子邮箱，例如 name@example.cn。',
          en: 'Give an e-mail address such as name@example.cn.',
        }
      : { zh: '请先在公众号里绑定，再选公众号。', en: 'Link your account in WeChat first.' };
  return new Problem('messages/address', 'invalid', text, { address: text });
}
