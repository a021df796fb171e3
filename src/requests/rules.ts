// 点单 → 派单 → 接单 → 办单 → 评单. One table says what may be done where, by whom, what it needs and where it leads: buttons,
// checks, the API and the picture of the path all come from it. Whoever has a request answers it or passes it on, with a
// reason; nobody can make it disappear. A refusal (退单) is for the signing time, once, and a second one is settled by the
// district's coordinator (loop.md §1.7); a later deadline (延期) is asked for before it has passed, once; "not solved" is
// done again (重办) twice at most, in half the time, and then looked at by the coordinator.
import type { Role } from '../identity/roles.ts';
import type { ActionName, RequestState } from './schema.ts';

/** Who works on requests at a unit's desk. */
const deskRoles = [
  'village_officer',
  'unit_officer',
  'unit_head',
  'town_coordinator',
] as const satisfies readonly Role[];
/** Who may move a deadline: those above whoever works on it. */
const deciderRoles = ['unit_head', 'town_coordinator', 'coordinator'] as const satisfies readonly Role[];
/** Who sends requests to units: the town's and the district's coordinators. */
const coordinatorRoles = ['town_coordinator', 'coordinator'] as const satisfies readonly Role[];
/** Who calls back and asks whether it is solved; never the unit that answered. */
const callerRoles = ['inspector', 'coordinator', 'town_coordinator'] as const satisfies readonly Role[];
/** Everybody of the staff who takes some step. */
export const stepRoles = [
  'village_officer',
  'unit_officer',
  'unit_head',
  'town_coordinator',
  'coordinator',
  'inspector',
] as const satisfies readonly Role[];
/** Everybody who reads requests of the units that their roles reach. */
export const requestReaders = [...stepRoles, 'district_leader', 'liaison'] as const satisfies readonly Role[];

/** Who takes a step: somebody of staff, the person by the private link, or time by itself. */
export type Who = 'desk' | 'decider' | 'coordinator' | 'caller' | 'person' | 'time';

/** The roles of each. */
export const rolesOf = {
  desk: deskRoles,
  decider: deciderRoles,
  coordinator: coordinatorRoles,
  caller: callerRoles,
  person: [],
  time: [],
} as const satisfies Record<Who, readonly Role[]>;

/** What a step needs: words for the person, a note for staff, a unit, what to merge into, a rating. */
export type Need = 'words' | 'note' | 'unit' | 'target' | 'rating';

/** What may be done in a state. */
export interface Action {
  who: readonly Who[];
  needs: readonly Need[];
  /** What it also takes. */
  takes?: readonly Need[];
  to: RequestState;
}

const cancel = { who: ['person'], needs: [], takes: ['words'], to: 'cancelled' } as const;
const ask = { who: ['desk'], needs: ['words'], to: 'need_info' } as const;
const note = (to: RequestState) => ({ who: ['desk'], needs: ['note'], takes: ['words'], to }) as const;
const handUp = { who: ['desk'], needs: ['note'], to: 'dispatched' } as const;
const reassign = { who: ['coordinator'], needs: ['unit', 'note'], to: 'dispatched' } as const;
const merge = { who: ['coordinator'], needs: ['target'], takes: ['words'], to: 'merged' } as const;
const answer = { who: ['desk'], needs: ['words'], takes: ['note'], to: 'answered' } as const;
const rating = { who: ['person', 'caller'], needs: ['rating'], takes: ['words'] } as const;

/** What may be done where. */
const course = {
  to_dispatch: {
    dispatch: { who: ['coordinator'], needs: ['unit'], takes: ['note'], to: 'dispatched' },
    merge,
    reject: { who: ['coordinator'], needs: ['words'], to: 'rejected' },
    explain: { who: ['coordinator'], needs: ['words', 'note'], to: 'closed' },
    cancel,
  },
  dispatched: {
    sign: { who: ['desk'], needs: [], takes: ['words'], to: 'accepted' },
    ask,
    hand_up: handUp,
    decline: { who: ['desk'], needs: ['note'], to: 'to_dispatch' },
    reassign,
    merge,
    cancel,
  },
  need_info: {
    supply: { who: ['person'], needs: ['words'], to: 'accepted' },
    resume: { who: ['desk'], needs: [], takes: ['note'], to: 'accepted' },
    reassign,
    merge,
    cancel,
  },
  accepted: {
    answer,
    note: note('accepted'),
    ask,
    extend: { who: ['decider'], needs: ['words'], to: 'accepted' },
    hand_up: handUp,
    reassign,
    merge,
    cancel,
  },
  answered: {
    rate: { ...rating, to: 'closed' },
    reopen: { ...rating, to: 'redo' },
    appeal: { ...rating, to: 'to_dispatch' },
    lapse: { who: ['time'], needs: [], to: 'closed' },
  },
  redo: {
    answer,
    note: note('redo'),
    hand_up: handUp,
    reassign,
    merge,
    cancel,
  },
  closed: {
    rate: { ...rating, to: 'closed' },
    reopen: { ...rating, to: 'redo' },
    appeal: { ...rating, to: 'to_dispatch' },
  },
  rejected: { restore: { who: ['coordinator'], needs: ['words'], to: 'to_dispatch' } },
  merged: { part: { who: ['coordinator'], needs: ['words'], to: 'to_dispatch' } },
  cancelled: {},
} as const satisfies Record<RequestState, Partial<Record<ActionName, Action>>>;

/** What may be done in a state, in the order in which it is offered. */
export function actionsIn(state: RequestState): [name: ActionName, action: Action][] {
  return Object.entries(course[state]) as [ActionName, Action][];
}

/** One of the things that may be done in a state, where it may. */
export function findAction(state: RequestState, name: ActionName): Action | undefined {
  return (course[state] as Partial<Record<ActionName, Action>>)[name];
}

/** States in which somebody of staff has to do something. */
export const workStates = [
  'to_dispatch',
  'dispatched',
  'need_info',
  'accepted',
  'redo',
] as const satisfies readonly RequestState[];

/** States in which a request has come to an end. */
export const endStates = [
  'closed',
  'rejected',
  'merged',
  'cancelled',
] as const satisfies readonly RequestState[];

/** How often "not solved" is done again before the coordinator looks at it. */
export const mostRedone = 2;
/** How often a unit's refusal is heard: the second time by the district's coordinator, whose word then stands. */
export const mostDeclined = 2;
