import { listAreas } from '../../areas/actions.ts';
import { isValidOn } from '../../areas/rules.ts';
import { readCalendar } from '../../calendar/actions.ts';
import type { Entitled } from '../../identity/access.ts';
import { type Transaction, type Written, write } from '../../journal/write.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Database } from '../../kit/db.ts';
import { Problem } from '../../kit/problem.ts';
import { canonicalJson, digestOf, type Json } from '../../kit/seal.ts';
import type { Vault } from '../../kit/vault.ts';
import { townOf } from '../../ledger/actions.ts';
import { registerIn } from '../../residents/actions.ts';
import { listUnits } from '../../units/actions.ts';
import { answerTerm, endOf, presetsOf, signTerm } from '../clocks.ts';
import { routeOf } from '../routing.ts';
import type { Channel, Kind, RequestRow, Urgency } from '../schema.ts';
import { insertLink, insertParty, insertRequest, insertStep, listPresets, nextRequestId } from '../store.ts';
import { numberOf } from './rules.ts';

/** What somebody asks for. */
export interface Submission {
  kind: Kind;
  content: string;
  area_code: string;
  place: string | null;
  /** Who asks, where they say so. */
  person: { name: string; phone: string | null; phone_verified: boolean } | null;
  channel: Channel;
  urgency: Urgency;
  synthetic: boolean;
}

/** How a request is entered: by a resident or by staff for them, once for each key. */
export interface Entering {
  actor: Entitled;
  idempotency_key: string;
  simulated_at?: Date;
}

/** A resident, as the actor of what they ask for. */
export const resident: Entitled = {
  name: 'resident',
  account_id: null,
  unit_id: null,
  via: 'portal',
  holdings: [],
};

/**
 * Takes a request and sends it to the desk of its village. The same form sent twice is one request with one private link.
 * Raises `requests/unknown_area`, `journal/key_reused` and the Problems of registering a person.
 */
export async function submitRequest(
  db: Database,
  vault: Vault,
  entering: Entering,
  submission: Submission,
): Promise<Written<{ number: string }> & { secret: string }> {
  const secret = secretOf(vault, entering.idempotency_key);
  const change = {
    ...entering,
    action: 'requests/submission',
    subject: 'request',
    // What was typed may be of a person: the journal keeps nothing that it could be guessed from.
    input: vault.fingerprint('submission', canonicalJson(submission as unknown as Json)),
  };
  const written = await write(db, change, (tx) => submitIn(tx, vault, entering.actor, submission, secret));
  return { ...written, secret };
}

/** The secret of a private link, of 256 bits: the same for the same sending of a form, and known to nobody without the key. */
function secretOf(vault: Vault, key: string): string {
  return vault.fingerprint('request-link', key).split('.').at(-1)!;
}

/** What is kept of a private link. */
export function linkDigest(secret: string): string {
  return digestOf(secret);
}

/** The same within another change. */
async function submitIn(
  tx: Transaction,
  vault: Vault,
  actor: Entitled,
  submission: Submission,
  secret: string,
): Promise<{ number: string }> {
  const { at } = tx.entry;
  const { person, ...plain } = submission;
  const placed = await placeOf(tx, submission.area_code);
  const person_id = person && (await registerIn(tx, vault, person));
  const id = await nextRequestId(tx);
  const request = await insertRequest(tx, {
    ...unstarted,
    ...plain,
    ...placed,
    ...(await clocksOf(tx, submission)),
    id,
    number: numberOf(id, at),
    person_id,
    submitted_at: at,
  });
  await insertStep(tx, {
    request_id: id,
    action: 'submit',
    from_state: null,
    to_state: 'dispatched',
    occurred_at: at,
    account_id: actor.account_id,
    unit_id: actor.unit_id,
    to_unit_id: placed.unit_id,
    words: null,
    note: null,
    solved: null,
    satisfaction: null,
  });
  const party = await insertParty(tx, { request_id: id, person_id, part: 'asker', joined_at: at });
  await insertLink(tx, { digest: linkDigest(secret), party_id: party.id });
  tx.entry.subject = `request:${request.number}`;
  return { number: request.number };
}

/** A request at the moment at which it is sent. */
const unstarted = {
  field_code: null,
  content_sealed: null,
  latitude: null,
  longitude: null,
  confidential: false,
  state: 'dispatched',
  handler_account_id: null,
  paused_at: null,
  answered_at: null,
  closed_at: null,
  declined: 0,
  extended: false,
  redone: 0,
  solved: null,
  satisfaction: null,
  merged_into_id: null,
  project_id: null,
} as const satisfies Partial<RequestRow>;

async function placeOf(tx: Transaction, area_code: string) {
  const areas = await listAreas(tx.queries, tx.entry.entry_no);
  const area = areas.find((one) => one.code === area_code);
  if (!area || !isValidOn(area, dayOf(tx.entry.at))) throw unknownArea();
  const unit = routeOf(await listUnits(tx.queries, tx.entry.entry_no), area);
  if (!unit) throw nobodyThere();
  return { area_code, town_code: townOf(area), unit_id: unit.id };
}

async function clocksOf(tx: Transaction, { kind, urgency }: Submission) {
  const calendar = await readCalendar(tx.queries);
  const presets = presetsOf(await listPresets(tx.queries));
  const preset = presets.find((one) => one.kind === kind && one.urgency === urgency)!;
  return {
    due_at: endOf(calendar, signTerm(preset), tx.entry.at),
    answer_by: endOf(calendar, answerTerm(preset), tx.entry.at),
  };
}

function unknownArea(): Problem {
  const text = { zh: '请选村（居），或选镇街。', en: 'Choose the village or the town.' };
  return new Problem('requests/unknown_area', 'invalid', text, { area_code: text });
}

function nobodyThere(): Problem {
  return new Problem('requests/nobody_there', 'unavailable', {
    zh: '本区还没有设置受理单位，暂时不能提交。',
    en: 'No unit takes requests here yet.',
  });
}
