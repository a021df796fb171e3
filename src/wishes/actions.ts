import { checkReach, type Entitled } from '../identity/access.ts';
import { listHolders } from '../identity/actions.ts';
import { type Transaction, type Written, write } from '../journal/write.ts';
import { dayOf } from '../kit/clock.ts';
import type { Database } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { canonicalJson, digestOf, type Json } from '../kit/seal.ts';
import type { Vault } from '../kit/vault.ts';
import { tellIn } from '../messages/actions.ts';
import { findByPhone, registerIn } from '../residents/actions.ts';
import { maskName } from '../residents/rules.ts';
import { listUnits } from '../units/actions.ts';
import { insertHours } from './hours/store.ts';
import {
  checkPromise,
  checkShown,
  checkStep,
  checkTaker,
  graceDays,
  hoursOf,
  isBody,
  leadsTo,
  mostHeld,
  numberOf,
  wishKeepers,
} from './rules.ts';
import type { ActionName, Asked, Circle, TakerKind, Who, WishRow, WishState } from './schema.ts';
import {
  countHeld,
  endTakerLinks,
  findLinked,
  findWish,
  insertLink,
  insertStep,
  insertWish,
  listLapsed,
  nextWishId,
  updateWish,
} from './store.ts';

/** What wishes are kept with. */
export interface House {
  db: Database;
  vault: Vault;
}

/** How a change is entered. */
export interface Entering {
  actor: Entitled;
  idempotency_key: string;
  simulated_at?: Date;
}

/** Somebody without an account, as the actor of what they do. */
export const resident: Entitled = {
  name: 'resident',
  account_id: null,
  unit_id: null,
  via: 'portal',
  holdings: [],
};

/** A wish as its village enters it. */
export interface NewWish {
  title: string;
  story: string;
  circle: Circle;
  unit_code: string;
  name: string;
  phone: string | null;
  synthetic: boolean;
}

/** The secret of a private link: the same for the same sending of a form, and known to nobody without the key. */
function secretOf(vault: Vault, part: string, key: string): string {
  return vault.fingerprint(`wish-link-${part}`, key).split('.').at(-1)!;
}

/** What of a form may be compared and never read: it may be of a person. */
function inputOf(vault: Vault, asked: object): string {
  return vault.fingerprint('wishes', canonicalJson(asked as Json));
}

/**
 * Enters a wish for somebody of a village; it is shown once it was verified. Gives the secret of the person's private link.
 * Raises `identity/reach`, `wishes/unit`, `wishes/tells`, `wishes/empty` and the Problems of registering a person.
 */
export async function proposeWish(
  { db, vault }: House,
  entering: Entering,
  asked: NewWish,
): Promise<Written<{ number: string }> & { secret: string }> {
  refuseIf(checkShown(asked, asked.name));
  const secret = secretOf(vault, 'person', entering.idempotency_key);
  const change = { ...entering, action: 'wishes/proposal', subject: 'wish', input: inputOf(vault, asked) };
  const written = await write(db, change, async (tx) => {
    const unit = (await listUnits(tx.queries, tx.entry.entry_no)).find((one) => one.code === asked.unit_code);
    if (unit?.kind !== 'village') throw unknownUnit();
    refuseIf(checkReach(entering.actor, wishKeepers, unit.id));
    const { name, phone } = asked;
    const person_id = await registerIn(tx, vault, { name, phone, phone_verified: false });
    const id = await nextWishId(tx);
    const at = tx.entry.at;
    const number = numberOf(id, dayOf(at));
    tx.entry.subject = `wish:${number}`;
    await insertWish(tx, {
      ...nothing,
      id,
      number,
      title: asked.title.trim(),
      story: asked.story.trim(),
      circle: asked.circle,
      shown_as: maskName(name.trim()),
      area_code: unit.area_code,
      town_code: unit.area_code.slice(0, 9),
      unit_id: unit.id,
      person_id,
      state: 'proposed',
      proposed_at: at,
      synthetic: asked.synthetic,
    });
    await insertLink(tx, { digest: digestOf(secret), wish_id: id, part: 'person', person_id });
    const step = { wish_id: id, action: 'propose', from_state: null, to_state: 'proposed' } as const;
    const { account_id } = entering.actor;
    await insertStep(tx, {
      ...step,
      occurred_at: at,
      who: 'village',
      account_id,
      taker_name: null,
      words: null,
    });
    const values = { number };
    await tellKeepers(tx, unit.id, account_id, { template: 'staff_wish_to_verify', values, number });
    return { number };
  });
  return { ...written, secret };
}

/** Who takes a wish, and until when. */
export interface Taking {
  kind: TakerKind;
  organisation?: string | undefined;
  name: string;
  phone: string;
  promised_on: string;
}

/**
 * Takes a wish. Of two who take it at once one gets it. Gives the secret of the taker's private link. Raises `wishes/taken`,
 * `wishes/promise`, `wishes/held`, `wishes/empty`, `wishes/unknown` and the Problems of registering a person.
 */
export async function takeWish(
  { db, vault }: House,
  entering: Entering,
  number: string,
  taking: Taking,
): Promise<Written<{ number: string }> & { secret: string }> {
  refuseIf(checkTaker(taking.kind, taking.organisation));
  const secret = secretOf(vault, 'taker', `${number} ${entering.idempotency_key}`);
  const change = {
    ...entering,
    action: 'wishes/taking',
    subject: `wish:${number}`,
    input: inputOf(vault, { number, ...taking }),
  };
  const written = await write(db, change, async (tx) => {
    const wish = await getWish(tx, number);
    const who = entering.actor.account_id === null ? 'taker' : 'village';
    if (who === 'village') refuseIf(checkReach(entering.actor, wishKeepers, wish.unit_id));
    refuseIf(checkStep(wish.state, 'take', who, {}));
    refuseIf(checkPromise(taking.promised_on, dayOf(tx.entry.at)));
    const held = await countHeld(tx.queries, await findByPhone(tx.queries, vault, taking.phone));
    if (held >= mostHeld) throw tooManyHeld();
    const { name, phone, kind, promised_on } = taking;
    const taker_person_id = await registerIn(tx, vault, { name, phone, phone_verified: false });
    const taker_name = isBody(kind) ? taking.organisation!.trim() : maskName(name.trim());
    const taken = { taker_kind: kind, taker_name, taker_person_id, promised_on, taken_at: tx.entry.at };
    await updateWish(tx, { id: wish.id, state: 'taken', ...taken });
    await insertLink(tx, {
      digest: digestOf(secret),
      wish_id: wish.id,
      part: 'taker',
      person_id: taker_person_id,
    });
    await keepStep(tx, wish, 'take', { who, actor: entering.actor, taker_name, words: null });
    await tellIn(tx, {
      template: 'wish_taken',
      to: { person_id: wish.person_id },
      values: { number, day: promised_on },
    });
    const told = {
      template: 'staff_wish_taken',
      values: { number, taker: safeName(taker_name) },
      number,
    } as const;
    await tellKeepers(tx, wish.unit_id, entering.actor.account_id, told);
    return { number };
  });
  return { ...written, secret };
}

/**
 * Takes any other step with a wish, by the village, the taker, the person or time. Raises `wishes/unknown`,
 * `wishes/not_now`, `wishes/empty`, `wishes/hours`, `identity/reach`.
 */
export function takeStep(
  { db, vault }: House,
  entering: Entering & { who: Who },
  number: string,
  name: Exclude<ActionName, 'take'>,
  asked: Asked,
): Promise<Written<{ state: WishState }>> {
  const { who, ...rest } = entering;
  const change = {
    ...rest,
    action: `wishes/${name}`,
    subject: `wish:${number}`,
    input: inputOf(vault, { number, name, ...asked }),
  };
  return write(db, change, async (tx) => {
    const wish = await getWish(tx, number);
    if (who === 'village') refuseIf(checkReach(entering.actor, wishKeepers, wish.unit_id));
    refuseIf(checkStep(wish.state, name, who, asked));
    const state = leadsTo(wish.state, name)!;
    const words = asked.words?.trim() || null;
    await updateWish(tx, { id: wish.id, state, ...changeOf(wish, name, asked, tx.entry.at) });
    if (state === 'shown' && wish.state !== 'proposed') await endTakerLinks(tx, wish.id);
    await keepStep(tx, wish, name, { who, actor: entering.actor, taker_name: wish.taker_name, words });
    const hours = name === 'fulfil' ? hoursOf(asked.hours) : undefined;
    if (hours) await keepHours(tx, wish, hours);
    await tellOfStep(tx, wish, name, entering.actor.account_id);
    tx.entry.detail = { from: wish.state, to: state };
    return { state };
  });
}

/** What a wish has before anything happened to it, and again when it goes back to the pool. */
const noTaker = {
  taker_kind: null,
  taker_name: null,
  taker_person_id: null,
  taken_at: null,
  promised_on: null,
  fulfilled_at: null,
  taker_words: null,
  photo: null,
} satisfies Partial<WishRow>;
const nothing = { ...noTaker, shown_at: null, confirmed_at: null, outcome: null, times_back: 0 };

function changeOf(wish: WishRow, name: ActionName, asked: Asked, at: Date): Partial<WishRow> {
  const words = asked.words?.trim() || null;
  switch (name) {
    case 'verify':
      return { shown_at: at };
    case 'fulfil':
      return { fulfilled_at: at, taker_words: words, photo: asked.photo ?? null };
    case 'confirm':
      return { confirmed_at: at, outcome: words };
    case 'give_up':
    case 'take_back':
    case 'lapse':
    case 'refuse':
      return { ...noTaker, times_back: wish.times_back + 1 };
    default:
      return {};
  }
}

function keepStep(
  tx: Transaction,
  wish: WishRow,
  action: ActionName,
  by: { who: Who; actor: Entitled; taker_name: string | null; words: string | null },
): Promise<void> {
  const { who, actor, taker_name, words } = by;
  return insertStep(tx, {
    wish_id: wish.id,
    action,
    from_state: wish.state,
    to_state: leadsTo(wish.state, action)!,
    occurred_at: tx.entry.at,
    who,
    account_id: actor.account_id,
    taker_name,
    words,
  });
}

function keepHours(tx: Transaction, wish: WishRow, hours: string): Promise<void> {
  return insertHours(tx, {
    wish_id: wish.id,
    taker_kind: wish.taker_kind!,
    taker_name: wish.taker_name!,
    person_id: wish.taker_person_id,
    day: dayOf(tx.entry.at),
    hours,
    unit_id: wish.unit_id,
  });
}

async function tellOfStep(
  tx: Transaction,
  wish: WishRow,
  name: ActionName,
  by: number | null,
): Promise<void> {
  const { number, person_id, unit_id } = wish;
  const values = { number };
  if (name === 'verify') await tellIn(tx, { template: 'wish_shown', to: { person_id }, values });
  if (name === 'fulfil') {
    await tellIn(tx, { template: 'wish_fulfilled', to: { person_id }, values });
    const told = { number, taker: safeName(wish.taker_name!) };
    await tellKeepers(tx, unit_id, by, { template: 'staff_wish_fulfilled', values: told, number });
  }
  if (name === 'lapse' || name === 'give_up' || name === 'refuse') {
    await tellKeepers(tx, unit_id, by, { template: 'staff_wish_back', values, number });
  }
}

/** Tells those who keep a village's wishes, but not whoever did it themselves. */
async function tellKeepers(
  tx: Transaction,
  unit_id: number,
  but: number | null,
  told: { number: string } & (
    | { template: 'staff_wish_to_verify' | 'staff_wish_back'; values: { number: string } }
    | { template: 'staff_wish_taken' | 'staff_wish_fulfilled'; values: { number: string; taker: string } }
  ),
): Promise<void> {
  const accounts = await listHolders(tx.queries, unit_id, ['village_officer']);
  const to = accounts.filter((id) => id !== but).map((account_id) => ({ account_id }));
  if (to.length === 0) return;
  const { number, ...rest } = told;
  await tellIn(tx, { ...rest, to, link: `/console/wishes/${number}` } as Parameters<typeof tellIn>[1]);
}

/** The name of a taker as a message may carry it: no number of anybody's in it. */
function safeName(name: string): string {
  return name.replace(/[\d@]{5,}/g, '…');
}

/**
 * Puts back into the pool what was not fulfilled some days after the promised one. Gives how many.
 */
export async function putBackLapsed(house: House, now: Date): Promise<number> {
  const before = dayOf(new Date(now.getTime() - graceDays * 86_400_000));
  const numbers = await listLapsed(house.db.queries, before);
  const actor: Entitled = { ...resident, name: 'job:wishes', via: 'job' };
  const done = await Promise.allSettled(
    numbers.map((number) => {
      const idempotency_key = `wish-lapse-${number}-${before}`;
      return takeStep(house, { actor, who: 'time', idempotency_key }, number, 'lapse', {});
    }),
  );
  return done.filter(({ status }) => status === 'fulfilled').length;
}

/** The wish that a private link opens, and as whom. Raises `wishes/no_link`. */
export async function getMyWish({ db }: House, secret: string | undefined) {
  const linked = secret ? await findLinked(db.queries, digestOf(secret)) : undefined;
  if (linked) return linked;
  throw new Problem('wishes/no_link', 'not_found', {
    zh: '这个链接不对，或者已经失效。请联系村（居）。',
    en: 'This link is wrong or no longer good. Ask the village.',
  });
}

async function getWish(tx: Transaction, number: string): Promise<WishRow> {
  const wish = await findWish(tx.queries, number);
  if (wish) return wish;
  throw unknownWish();
}

/** The Problem of a wish that there is not, or that whoever asks does not see. */
export function unknownWish(): Problem {
  return new Problem('wishes/unknown', 'not_found', { zh: '没有这个微心愿。', en: 'There is no such wish.' });
}

function unknownUnit(): Problem {
  const text = { zh: '请选一个村（居）。', en: 'Choose a village.' };
  return new Problem('wishes/unit', 'invalid', text, { unit_code: text });
}

function tooManyHeld(): Problem {
  const text = {
    zh: `这个号码已认领 ${mostHeld} 个还没有实现的心愿，请先实现它们。`,
    en: `This number holds ${mostHeld} wishes already; fulfil those first.`,
  };
  return new Problem('wishes/held', 'conflict', text, { phone: text });
}
