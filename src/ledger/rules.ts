// A project is put on the list (立项), worked on (在办), claimed to be done by its unit (申请办结) and complete only when
// somebody else, of another unit, has verified the evidence (核验, 销号); a failed verification sends it back with what
// is missing. What was done stays: a step is never removed, and steps are dated and in order.
import { checkReach, type Entitled } from '../identity/access.ts';
import type { Role } from '../identity/roles.ts';
import { Problem } from '../kit/problem.ts';
import type { ProjectRow, ProjectState, StepRow } from './schema.ts';

/** Who sees projects that are not public: those of the units that their roles reach. */
export const ledgerReaders = [
  'district_leader',
  'liaison',
  'coordinator',
  'inspector',
  'town_coordinator',
  'unit_head',
  'unit_officer',
  'village_officer',
  'publisher',
] as const satisfies readonly Role[];

const doers = ['unit_officer', 'unit_head', 'village_officer', 'town_coordinator'] as const;
const verifiers = ['inspector', 'coordinator', 'town_coordinator'] as const;
/** Who puts projects on the list, corrects and terminates them. */
export const coordinators = ['coordinator'] as const satisfies readonly Role[];
/** Everybody who may take a step of some kind. */
export const stepTakers = ['coordinator', 'inspector', ...doers] as const satisfies readonly Role[];

/** What leads where, and who may lead it there. Buttons, checks, the API and the picture of the path come from here. */
export const course = {
  registered: { in_progress: doers, terminated: coordinators },
  in_progress: { completion_claimed: doers, terminated: coordinators },
  completion_claimed: { completed: verifiers, in_progress: verifiers, terminated: coordinators },
  completed: { in_progress: verifiers },
  terminated: {},
} as const satisfies Record<ProjectState, Partial<Record<ProjectState, readonly Role[]>>>;

/** The steps that lead on from a state, with the roles that may take each. */
export function stepsFrom(state: ProjectState): [to: ProjectState, roles: readonly Role[]][] {
  return Object.entries(course[state]) as [ProjectState, readonly Role[]][];
}

/** A Problem when a project cannot go to another state, or not by somebody with these holdings; nothing otherwise. */
export function checkStep(
  project: Pick<ProjectRow, 'number' | 'state' | 'unit_id'>,
  to: ProjectState,
  actor: Pick<Entitled, 'holdings'>,
): Problem | undefined {
  const step = stepsFrom(project.state).find(([state]) => state === to);
  if (step) return checkReach(actor, step[1], project.unit_id);
  return new Problem('ledger/step_impossible', 'conflict', {
    zh: `项目 ${project.number} 现在的状态不能这样变更，请刷新页面看最新状态。`,
    en: `Project ${project.number} cannot take this step from the state it is in. Reload to see its present state.`,
  });
}

/** A Problem when a step is dated before the one before it, or in the future; nothing otherwise. */
export function checkOrder(
  last: Pick<StepRow, 'occurred_at'>,
  occurred_at: Date,
  now: Date,
): Problem | undefined {
  if (occurred_at < last.occurred_at) {
    return new Problem('ledger/step_order', 'invalid', {
      zh: '这一步的时间早于上一步，请核对日期。',
      en: 'This step is dated before the one before it. Check the date.',
    });
  }
  if (occurred_at <= now) return undefined;
  return new Problem('ledger/step_future', 'invalid', {
    zh: '这一步的时间还没有到，请核对日期。',
    en: 'This step is dated in the future. Check the date.',
  });
}

/** A Problem when the verifier is the one who claimed completion, or of the same unit; nothing otherwise. */
export function checkVerifier(
  claim: Pick<StepRow, 'account_id' | 'unit_id'>,
  verifier: { account_id: number | null; unit_id: number | null },
): Problem | undefined {
  const known = verifier.account_id !== null && claim.account_id !== null;
  const other = verifier.account_id !== claim.account_id && verifier.unit_id !== claim.unit_id;
  if (known && other) return undefined;
  return new Problem('ledger/own_verification', 'forbidden', {
    zh: '核验须由申请办结以外的人进行，且不属于同一单位。',
    en: 'Completion is verified by someone other than the one who claimed it, and of another unit.',
  });
}

/** A Problem when a project's deadline lies before its start; nothing otherwise. */
export function checkDates(project: { start: string; deadline: string }): Problem | undefined {
  if (project.start <= project.deadline) return undefined;
  const text = { zh: '完成时限早于开始时间，请核对。', en: 'The deadline lies before the start.' };
  return new Problem('ledger/dates', 'invalid', text, { deadline: text });
}

/** A step that leads on from where a project is, and why this person cannot take it now, if so. */
export interface OpenStep {
  to: ProjectState;
  problem: Problem | undefined;
}

/** The steps that somebody's roles are for, each open or with the reason why it is not. */
export function openSteps(
  project: Pick<ProjectRow, 'number' | 'state' | 'unit_id'>,
  claim: Pick<StepRow, 'account_id' | 'unit_id'> | undefined,
  actor: Entitled,
): OpenStep[] {
  return stepsFrom(project.state)
    .filter(([to]) => !checkStep(project, to, actor))
    .map(([to]) => ({ to, problem: to === 'completed' && claim ? checkVerifier(claim, actor) : undefined }));
}
