import { randomUUID } from 'node:crypto';
import { checkRole, type Entitled } from '../identity/access.ts';
import { type Transaction, type Written, write } from '../journal/write.ts';
import { dayOf } from '../kit/clock.ts';
import type { Database, Queries } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import type { Place, Vault } from '../kit/vault.ts';
import { reserveIds } from '../kit/versioned.ts';
import { contactsOf, findKnown, keyOf, placeOf } from './reading.ts';
import { checkPerson, checkReason, normalName, normalPhone, registerKeepers, unmaskers } from './rules.ts';
import type { NewPerson, Shown } from './schema.ts';
import {
  countUnmasking,
  erasePeople,
  insertPerson,
  listErasedRefs,
  listPeople,
  listUnerased,
} from './store.ts';

export { contactsOf, findByPhone, maskedPeople, openFor } from './reading.ts';

/**
 * Registers a person within another change and gives their number. Who confirmed the same phone under the same name before is
 * known again; everybody else is somebody new. Raises `residents/name`, `residents/phone`, `residents/too_long`.
 */
export async function registerIn(tx: Transaction, vault: Vault, asked: NewPerson): Promise<number> {
  refuseIf(checkPerson(asked));
  const name = normalName(asked.name);
  const phone = asked.phone === null ? null : normalPhone(asked.phone)!;
  if (phone && asked.phone_verified) {
    const known = await findKnown(tx.queries, vault, phone, name);
    if (known !== undefined) return known;
  }
  const [id] = (await reserveIds(tx, 'person')) as [number];
  const key_ref = randomUUID();
  const { key, kept } = vault.makeKey(key_ref);
  const seal = (column: 'name' | 'phone' | 'address' | 'id_number', text: string | null | undefined) =>
    text ? vault.seal(key, placeOf(id, column), text) : null;
  const person = {
    id,
    key_ref,
    name: seal('name', name),
    phone: seal('phone', phone),
    address: seal('address', asked.address?.trim()),
    id_number: seal('id_number', asked.id_number?.trim()),
    phone_verified: asked.phone_verified,
    erased: false,
  };
  await insertPerson(tx, person, kept, phone && vault.fingerprint('phone', phone));
  return id;
}

/**
 * Seals words under a person's key, each for the place where it will stand. Raises `residents/unknown`, and
 * `residents/sealed` where the person was erased or their key is not here.
 */
export async function sealFor(
  queries: Queries,
  vault: Vault,
  person_id: number,
  texts: readonly { place: Place; text: string }[],
): Promise<string[]> {
  const [person] = await listPeople(queries, [person_id]);
  if (!person) throw unknownPerson();
  const key = keyOf(vault, person);
  if (!key) throw noKey();
  return texts.map(({ place, text }) => vault.seal(key, place, text));
}

/** Why somebody is to be unmasked. */
export interface Unmasking {
  person_id: number;
  reason: string;
  /** What is being handled, such as `request:12`; the caller has checked that it is within the actor's reach. */
  handling?: string;
  /** How many people one account may unmask on a day. */
  per_day: number;
}

/**
 * Shows a person in clear to somebody who says why. The entry names the person by number and the reason; the values are
 * opened after it is kept. Without `handling` it is for those who keep the register.
 * Raises `identity/reach`, `residents/reason`, `residents/unknown`, `residents/unmask_limit`.
 */
export async function unmask(
  db: Database,
  vault: Vault,
  entering: { actor: Entitled; idempotency_key: string },
  { person_id, reason, handling, per_day }: Unmasking,
): Promise<Shown> {
  const { actor } = entering;
  refuseIf(checkRole(actor, handling ? unmaskers : registerKeepers));
  refuseIf(checkReason(reason));
  const change = {
    ...entering,
    action: 'residents/unmasking',
    subject: `person:${person_id}`,
    reason: reason.trim(),
    input: { person_id, reason, handling: handling ?? null },
  };
  await write(db, change, async (tx) => {
    const [person] = await listPeople(tx.queries, [person_id]);
    if (!person) throw unknownPerson();
    const count = await countUnmasking(tx, actor.account_id ?? 0, dayOf(tx.entry.at));
    if (count > per_day) throw limitReached(per_day);
    tx.entry.detail = { columns: ['name', 'phone', 'address', 'id_number'], ...(handling && { handling }) };
    return undefined;
  });
  return (await contactsOf(db.queries, vault, [person_id])).get(person_id)!;
}

/**
 * Erases a person: what identifies them goes, and their key with it, so that nothing that was ever sealed under it opens
 * again. Entries, requests and counts stay. Raises `identity/reach`, `residents/reason`, `residents/unknown`.
 */
export async function erasePerson(
  db: Database,
  vault: Vault,
  entering: { actor: Entitled; idempotency_key: string },
  { person_id, reason }: { person_id: number; reason: string },
): Promise<Written<undefined>> {
  refuseIf(checkRole(entering.actor, registerKeepers));
  refuseIf(checkReason(reason));
  const change = {
    ...entering,
    action: 'residents/erasure',
    subject: `person:${person_id}`,
    reason: reason.trim(),
    input: { person_id, reason },
  };
  const written = await write(db, change, async (tx) => {
    const [person] = await listPeople(tx.queries, [person_id]);
    if (!person) throw unknownPerson();
    if (!person.erased) await erasePeople(tx, [person_id]);
    return undefined;
  });
  // Listed before it is acknowledged; what a crash leaves out here, the next start lists.
  const [person] = await listPeople(db.queries, [person_id]);
  vault.destroy([person!.key_ref]);
  return written;
}

/**
 * Brings the list of destroyed keys and the register together: at each start, and after an older backup was restored, which
 * brings people back who were erased since. Gives how many were erased again.
 */
export async function settleErasures(db: Database, vault: Vault): Promise<number> {
  vault.destroy(await listErasedRefs(db.queries));
  const refs = [...vault.destroyed()];
  if ((await listUnerased(db.queries, refs)).length === 0) return 0;
  const actor: Entitled = {
    name: 'job:erasures',
    account_id: null,
    unit_id: null,
    via: 'job',
    holdings: 'unlimited',
  };
  const change = { actor, action: 'residents/erasure', subject: 'person' };
  const { outcome } = await write(db, change, async (tx) => {
    const ids = await listUnerased(tx.queries, refs);
    await erasePeople(tx, ids);
    tx.entry.detail = { people: ids };
    return { erased: ids.length };
  });
  return outcome.erased;
}

function unknownPerson(): Problem {
  return new Problem('residents/unknown', 'not_found', {
    zh: '没有这个人的记录。',
    en: 'There is no such person.',
  });
}

function noKey(): Problem {
  return new Problem('residents/sealed', 'conflict', {
    zh: '这个人的信息已删除或无法读取，不能再保存加密内容。',
    en: 'This person was erased or cannot be read; nothing can be sealed for them.',
  });
}

function limitReached(per_day: number): Problem {
  return new Problem('residents/unmask_limit', 'too_many', {
    zh: `每个账号每天最多查看 ${per_day} 人的完整信息，今天已到上限。确有需要请联系区统筹办。`,
    en: `An account may see at most ${per_day} people in clear on a day; today's are used up.`,
  });
}
