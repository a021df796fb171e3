import { readCalendar } from '../calendar/actions.ts';
import { type Entitled, reaches } from '../identity/access.ts';
import { type Transaction, type Written, write } from '../journal/write.ts';
import type { Database, Queries } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { listUnits, type UnitRow } from '../units/actions.ts';
import { checkAction, type Taker } from './checks.ts';
import { type Preset, presetsOf } from './clocks.ts';
import { listSilent, listUnitsOf } from './desk/store.ts';
import { targetOf } from './merging/target.ts';
import { afterStep } from './next.ts';
import { coordinatorOf, unitAbove } from './routing.ts';
import { requestReaders } from './rules.ts';
import type { ActionName, Asked, RequestRow, StepRow } from './schema.ts';
import { findRequest, insertStep, listPresets, listSteps, updateRequest } from './store.ts';

/** How a change is entered: who, and for the demonstration when. */
export interface Entering {
  taker: Taker;
  idempotency_key?: string | undefined;
  simulated_at?: Date;
}

/** Who a taker is to the journal. */
function actorOfTaker(taker: Taker): Entitled {
  if (taker.who === 'staff') return taker.actor;
  const portal = taker.who === 'person';
  return {
    name: portal ? 'resident' : 'job:requests',
    account_id: null,
    unit_id: null,
    via: portal ? 'portal' : 'job',
    holdings: [],
  };
}

/**
 * Takes a step with a request. Of two who take the same step at once one gets it; the other is told so.
 * Raises `requests/unknown`, `requests/reach`, `requests/step_impossible` and the Problems of `checkAction`.
 */
export function takeAction(
  db: Database,
  { taker, ...entering }: Entering,
  number: string,
  name: ActionName,
  asked: Asked,
): Promise<Written<{ state: string }>> {
  const change = {
    ...entering,
    actor: actorOfTaker(taker),
    action: `requests/${name}`,
    subject: `request:${number}`,
    // Words may be of a person: their digest alone is kept.
    input: { number, name, ...asked },
  };
  return write(db, change, (tx) => takeActionIn(tx, taker, number, name, asked));
}

/** The same within another change. */
async function takeActionIn(
  tx: Transaction,
  taker: Taker,
  number: string,
  name: ActionName,
  asked: Asked,
): Promise<{ state: string }> {
  const { at } = tx.entry;
  const request = await getRequest(tx.queries, number);
  refuseIf(checkAction(request, name, taker, at, asked));
  const actor = actorOfTaker(taker);
  const to_unit_id = await destinationOf(tx, request, name, asked);
  const target = name === 'merge' ? await targetOf(tx.queries, request, asked.target!) : undefined;
  const scene = {
    at,
    calendar: await readCalendar(tx.queries),
    preset: await presetOf(tx.queries, request),
    account_id: actor.account_id,
    to_unit_id,
    merged_into_id: target?.merged_into_id ?? null,
    project_id: target?.project_id ?? null,
  };
  const after = afterStep(request, name, asked, scene);
  await updateRequest(tx, after);
  await insertStep(tx, {
    request_id: request.id,
    action: name,
    from_state: request.state,
    to_state: after.state,
    occurred_at: at,
    account_id: actor.account_id,
    unit_id: actor.unit_id,
    to_unit_id,
    words: asked.words?.trim() || null,
    note: asked.note?.trim() || null,
    solved: asked.solved || null,
    satisfaction: asked.satisfaction || null,
  });
  tx.entry.detail = { ...tx.entry.detail, from: request.state, to: after.state };
  return { state: after.state };
}

const mostAtOnce = 200;

/**
 * Closes what nobody rated in time: not rated, never good. Gives how many; whoever rates at the same moment is first.
 * `simulated_at` is for the demonstration.
 */
export async function closeSilent(db: Database, now: Date, simulated_at?: Date): Promise<number> {
  const numbers = await listSilent(db.queries, now, mostAtOnce);
  const entering = { taker: { who: 'time' }, ...(simulated_at && { simulated_at }) } as const;
  const closed = await Promise.allSettled(
    numbers.map((number) => takeAction(db, entering, number, 'lapse', {})),
  );
  return closed.filter((one) => one.status === 'fulfilled').length;
}

/** Where a step sends a request: the unit named, the one above, or whoever coordinates; nothing where it stays. */
async function destinationOf(
  tx: Transaction,
  request: RequestRow,
  name: ActionName,
  asked: Asked,
): Promise<number | null> {
  const units = await listUnits(tx.queries, tx.entry.entry_no);
  switch (name) {
    case 'dispatch':
    case 'reassign': {
      const unit = units.find((one) => one.code === asked.unit_code);
      if (!unit) throw unknownUnit();
      return unit.id;
    }
    case 'hand_up': {
      const above = unitAbove(units, request.unit_id);
      if (!above) throw nobodyAbove();
      return above.id;
    }
    case 'decline':
      return coordinatorOf(units, request.unit_id, request.declined > 0 ? 'district' : 'nearest').id;
    case 'appeal':
      return coordinatorOf(units, request.unit_id, 'district').id;
    case 'part':
    case 'restore':
      return coordinatorOf(units, request.unit_id, 'nearest').id;
    default:
      return null;
  }
}

async function presetOf(queries: Queries, request: Pick<RequestRow, 'kind' | 'urgency'>): Promise<Preset> {
  const presets = presetsOf(await listPresets(queries));
  return presets.find((one) => one.kind === request.kind && one.urgency === request.urgency)!;
}

/** A request as staff see it, with its steps and the units. */
export interface StaffRequest {
  request: RequestRow;
  steps: StepRow[];
  units: UnitRow[];
}

/**
 * A request for somebody whose roles reach a unit that has it or had it. Raises `requests/unknown`, `requests/reach`.
 */
export async function getStaffRequest(
  { queries }: Pick<Database, 'queries'>,
  actor: Entitled,
  number: string,
): Promise<StaffRequest> {
  const request = await getRequest(queries, number);
  const had = [request.unit_id, ...(await listUnitsOf(queries, request.id))];
  if (!had.some((unit_id) => reaches(actor, requestReaders, unit_id))) throw outOfReach();
  const steps = await listSteps(queries, request.id);
  return { request, steps, units: await listUnits(queries, Number.MAX_SAFE_INTEGER) };
}

/** A request by its number. Raises `requests/unknown`. */
async function getRequest(queries: Queries, number: string): Promise<RequestRow> {
  const request = await findRequest(queries, number);
  if (!request) throw unknownRequest();
  return request;
}

function unknownRequest(): Problem {
  return new Problem('requests/unknown', 'not_found', {
    zh: '没有这个编号的需求。',
    en: 'There is no request with this number.',
  });
}

function outOfReach(): Problem {
  return new Problem('requests/reach', 'forbidden', {
    zh: '这件需求不在您的角色或单位的职责范围内。',
    en: 'This request is not within your role or your unit.',
  });
}

function unknownUnit(): Problem {
  const text = { zh: '没有这个单位，请从列表中选。', en: 'There is no such unit; choose one of the list.' };
  return new Problem('requests/unknown_unit', 'invalid', text, { unit_code: text });
}

function nobodyAbove(): Problem {
  return new Problem('requests/nobody_above', 'conflict', {
    zh: '本单位之上没有可以上提的单位。',
    en: 'There is no unit above this one to hand it to.',
  });
}
