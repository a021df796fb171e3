// 申报 → 初审 → 汇总 → 审定 → 印发（立项） → 交办 → 签收 → 在办 → 申请办结 → 核验 → 销号 → 归档, with 退回, 合并, 不予列入 and
// 终止. One table says what leads where, who may lead it there, what it is called and whether it wants a reason: buttons,
// checks, the API and the picture of the path all come from it. What was done stays: a step is never removed.
import type { Role } from '../identity/roles.ts';
import type { Message } from '../kit/i18n.ts';
import type { ProjectState } from './schema.ts';

/** Who does the work of a project. */
export const doers = [
  'unit_officer',
  'unit_head',
  'village_officer',
  'town_coordinator',
] as const satisfies readonly Role[];
/** Who looks first at what a unit, a town or a village proposes (初审). */
const screeners = ['unit_head', 'town_coordinator', 'coordinator'] as const satisfies readonly Role[];
/** Who verifies that something is done (核验). */
export const verifiers = ['inspector', 'coordinator', 'town_coordinator'] as const satisfies readonly Role[];
/** Who verifies for a unit that a project names for it (核验单位). */
export const unitVerifiers = ['unit_head', 'unit_officer'] as const satisfies readonly Role[];
/** Who keeps the list: consolidates, issues, assigns, adjusts, terminates and archives. */
export const coordinators = ['coordinator'] as const satisfies readonly Role[];
/** Who decides what goes on the list (审定). */
const deciders = ['district_leader', 'liaison'] as const satisfies readonly Role[];

/** A step of the course. */
export interface Step {
  /** Who may take it, for the project's unit. */
  roles: readonly Role[];
  /** What its button says. */
  word: Message;
  /** Whether it wants a reason, or what is missing. */
  reason?: true;
  /** It needs more than a reason and has a form of its own: the batch of a list, or what to merge into. */
  form?: 'issue' | 'merge';
  /** It must be taken by another person than the one who took the step before. */
  other?: true;
}

const decline = { roles: coordinators, word: { zh: '不予列入', en: 'Decline' }, reason: true } as const;
const merge = {
  roles: coordinators,
  word: { zh: '合并到其他项目', en: 'Merge into another' },
  reason: true,
  form: 'merge',
} as const;
const sendBack = (roles: readonly Role[]) =>
  ({ roles, word: { zh: '退回修改', en: 'Send back' }, reason: true }) as const;
const terminate = { roles: coordinators, word: { zh: '终止', en: 'Terminate' }, reason: true } as const;
const restore = { roles: coordinators, word: { zh: '恢复审核', en: 'Take up again' }, reason: true } as const;
const pass = {
  roles: verifiers,
  word: { zh: '核验通过、销号', en: 'Verify and complete' },
  other: true,
} as const;
const fail = { roles: verifiers, word: { zh: '核验不通过，退回', en: 'Send back' }, reason: true } as const;
const reopen = { roles: verifiers, word: { zh: '重新办理', en: 'Reopen' }, reason: true } as const;

/** What leads where. */
export const course = {
  proposed: {
    screened: { roles: screeners, word: { zh: '初审通过', en: 'Pass screening' }, other: true },
    returned: sendBack(screeners),
    declined: decline,
  },
  returned: { proposed: { roles: doers, word: { zh: '重新申报', en: 'Propose again' } } },
  screened: {
    consolidated: { roles: coordinators, word: { zh: '汇总列入', en: 'Put on the draft list' } },
    returned: sendBack(coordinators),
    merged: merge,
    declined: decline,
  },
  consolidated: {
    approved: { roles: deciders, word: { zh: '审定', en: 'Approve' }, other: true },
    returned: sendBack(coordinators),
    merged: merge,
    declined: decline,
  },
  merged: { screened: restore },
  declined: { screened: restore },
  approved: {
    registered: { roles: coordinators, word: { zh: '印发', en: 'Issue' }, form: 'issue' },
    returned: sendBack(coordinators),
  },
  registered: {
    assigned: { roles: coordinators, word: { zh: '交办', en: 'Assign' } },
    terminated: terminate,
  },
  assigned: {
    accepted: { roles: doers, word: { zh: '签收', en: 'Accept' } },
    registered: { roles: doers, word: { zh: '退回交办', en: 'Hand back' }, reason: true },
    terminated: terminate,
  },
  accepted: {
    in_progress: { roles: doers, word: { zh: '开始办理', en: 'Start' } },
    terminated: terminate,
  },
  in_progress: {
    completion_claimed: { roles: doers, word: { zh: '申请办结', en: 'Claim completion' } },
    terminated: terminate,
  },
  completion_claimed: {
    completed: pass,
    verifying: { roles: verifiers, word: { zh: '受理核验', en: 'Take up verification' }, other: true },
    in_progress: fail,
    terminated: terminate,
  },
  verifying: { completed: pass, in_progress: fail, terminated: terminate },
  completed: {
    archived: { roles: coordinators, word: { zh: '归档', en: 'Archive' } },
    in_progress: reopen,
  },
  archived: { in_progress: reopen },
  terminated: {},
} as const satisfies Record<ProjectState, Partial<Record<ProjectState, Step>>>;

/** The steps that lead on from a state. */
export function stepsFrom(state: ProjectState): [to: ProjectState, step: Step][] {
  return Object.entries(course[state]) as [ProjectState, Step][];
}

/** The step from one state to another, where there is one. */
export function findStep(from: ProjectState, to: ProjectState): Step | undefined {
  return stepsFrom(from).find(([state]) => state === to)?.[1];
}

/** Before the list is issued a project is a proposal: it counts in no figure and is on no list. */
export const proposalStates = [
  'proposed',
  'returned',
  'screened',
  'consolidated',
  'approved',
  'merged',
  'declined',
] as const satisfies readonly ProjectState[];

/** States in which a project is worked on: it may be adjusted, gets evidence, and may be late. */
export const openStates = [
  'registered',
  'assigned',
  'accepted',
  'in_progress',
  'completion_claimed',
  'verifying',
] as const satisfies readonly ProjectState[];

/** States in which its unit may ask for a later deadline (延期). */
export const extensibleStates = [
  'assigned',
  'accepted',
  'in_progress',
] as const satisfies readonly ProjectState[];

/** States that count as complete. */
export const doneStates = ['completed', 'archived'] as const satisfies readonly ProjectState[];

/** Whether a state is one of some. */
export function isOneOf(states: readonly ProjectState[], state: ProjectState): boolean {
  return states.includes(state);
}
