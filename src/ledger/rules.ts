// A project is complete only when somebody else, of another unit, has verified it, with every item of its checklist done
// or evidence of its own; a failed verification sends it back with what is missing. Steps are dated and in order. A deadline is moved before it has passed, with a reason, and by
// somebody else than who asks. What is public has been reviewed for secrecy.
import { checkReach, type Entitled } from '../identity/access.ts';
import type { Role } from '../identity/roles.ts';
import { Problem } from '../kit/problem.ts';
import {
  coordinators,
  doers,
  extensibleStates,
  findStep,
  isOneOf,
  proposalStates,
  type Step,
  stepsFrom,
  unitVerifiers,
} from './course.ts';
import type { Extension, ProjectRow, ProjectState, StepRow } from './schema.ts';

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

/** Everybody who may take a step of some kind. */
export const stepTakers = [
  'district_leader',
  'liaison',
  'inspector',
  'coordinator',
  ...doers,
] as const satisfies readonly Role[];
/** Who decides on a later deadline: the office, never the unit that asks. */
export const extensionDeciders = coordinators;
/** Who reviews for secrecy what is to be public (保密审查). */
export const secrecyReviewers = ['coordinator', 'publisher'] as const satisfies readonly Role[];

/**
 * A Problem when a project is none of somebody's business; nothing otherwise. It is for who leads it, helps, verifies or
 * proposed it, and for who has an item of its checklist: `unit_ids` are those units.
 */
export function checkSees(
  actor: Pick<Entitled, 'holdings'>,
  unit_ids: readonly (number | null)[],
): Problem | undefined {
  const problems = unit_ids.filter((id) => id !== null).map((id) => checkReach(actor, ledgerReaders, id));
  return problems.some((problem) => problem === undefined) ? undefined : problems[0];
}

type Placed = Pick<ProjectRow, 'number' | 'state' | 'unit_id' | 'proposing_unit_id' | 'verifying_unit_id'>;
type Person = { account_id: number | null; unit_id: number | null };

/** Whether a step is one of verification (核验). */
function verifies(to: ProjectState): boolean {
  return to === 'completed' || to === 'verifying';
}

/**
 * Whose step it is: a proposal's is of the unit that proposes it, a verification's of the unit that the project names for
 * it, every other of the unit in charge. A unit named for verification does it by its own people.
 */
function stepOwner(
  project: Placed,
  to: ProjectState,
  step: Step,
): { unit_id: number; roles: readonly Role[] } {
  if (isOneOf(proposalStates, project.state)) {
    return { unit_id: project.proposing_unit_id ?? project.unit_id, roles: step.roles };
  }
  if (verifies(to) && project.verifying_unit_id !== null) {
    return { unit_id: project.verifying_unit_id, roles: [...step.roles, ...unitVerifiers] };
  }
  return { unit_id: project.unit_id, roles: step.roles };
}

/** A Problem when a project cannot go to another state, or not by somebody with these holdings; nothing otherwise. */
export function checkStep(
  project: Placed,
  to: ProjectState,
  actor: Pick<Entitled, 'holdings'>,
): Problem | undefined {
  const step = findStep(project.state, to);
  if (step) {
    const { unit_id, roles } = stepOwner(project, to, step);
    return checkReach(actor, roles, unit_id);
  }
  return new Problem('ledger/step_impossible', 'conflict', {
    zh: `项目 ${project.number} 现在的状态不能这样变更，请刷新页面看最新状态。`,
    en: `Project ${project.number} cannot take this step from the state it is in. Reload to see its present state.`,
  });
}

/** A Problem when a step that wants a reason comes without one; nothing otherwise. */
export function checkReason(step: Pick<Step, 'reason'>, note: string | null): Problem | undefined {
  if (!step.reason || note?.trim()) return undefined;
  const text = {
    zh: '请写明理由：缺什么、为什么。对方会看到这段话。',
    en: 'Give the reason: what is missing, or why. The other side reads it.',
  };
  return new Problem('ledger/reason_missing', 'invalid', text, { note: text });
}

/** A Problem when a step is dated before the one before it, or in the future; nothing otherwise. */
export function checkOrder(
  last: Pick<StepRow, 'occurred_at'>,
  occurred_at: Date,
  now: Date,
): Problem | undefined {
  if (occurred_at < last.occurred_at) {
    const text = {
      zh: '这一步的时间早于上一步，请核对日期。',
      en: 'This step is dated before the one before it. Check the date.',
    };
    return new Problem('ledger/step_order', 'invalid', text, { occurred_at: text });
  }
  if (occurred_at <= now) return undefined;
  const text = {
    zh: '这一步的时间还没有到，请核对日期。',
    en: 'This step is dated in the future. Check the date.',
  };
  return new Problem('ledger/step_future', 'invalid', text, { occurred_at: text });
}

/**
 * A Problem when the verifier is the one who claimed completion, of the same unit, or of the unit in charge; nothing
 * otherwise. A claim that came with a workbook has nobody's name, and then the unit in charge is what counts.
 */
export function checkVerifier(
  project: Pick<ProjectRow, 'unit_id'>,
  claim: Person,
  verifier: Person,
): Problem | undefined {
  const other =
    verifier.account_id !== null &&
    verifier.account_id !== claim.account_id &&
    verifier.unit_id !== claim.unit_id &&
    verifier.unit_id !== project.unit_id;
  if (other) return undefined;
  return new Problem('ledger/own_verification', 'forbidden', {
    zh: '核验须由申请办结以外的人进行，且不属于申请单位和牵头单位。',
    en: 'Completion is verified by someone other than the one who claimed it, of neither their unit nor the one in charge.',
  });
}

/** A Problem when a project names the unit that verifies it and the verifier is of another; nothing otherwise. */
function checkVerifyingUnit(
  project: Pick<ProjectRow, 'verifying_unit_id'>,
  verifier: Person,
): Problem | undefined {
  if (project.verifying_unit_id === null || project.verifying_unit_id === verifier.unit_id) return undefined;
  return new Problem('ledger/verifying_unit', 'forbidden', {
    zh: '这个项目指定了核验单位，由该单位的人核验。',
    en: 'This project names the unit that verifies it; it is for somebody of that unit.',
  });
}

/** A Problem when a step that wants another person is taken by the one who took the step before; nothing otherwise. */
function checkOther(before: Person, actor: Person): Problem | undefined {
  const same = before.account_id !== null && before.account_id === actor.account_id;
  if (!same) return undefined;
  return new Problem('ledger/own_step', 'forbidden', {
    zh: '这一步须由上一步经办人以外的人办理。',
    en: 'This step is taken by someone other than the one who took the step before.',
  });
}

/** A Problem when a project's deadline lies before its start; nothing otherwise. */
export function checkDates(project: { start: string; deadline: string }): Problem | undefined {
  if (project.start <= project.deadline) return undefined;
  const text = { zh: '完成时限早于开始时间，请核对。', en: 'The deadline lies before the start.' };
  return new Problem('ledger/dates', 'invalid', text, { deadline: text });
}

/** A Problem when a later deadline cannot be asked for: too late, not later, no reason, or asked already. */
export function checkExtension(
  project: Pick<ProjectRow, 'state' | 'deadline'>,
  open: Pick<Extension, 'id'> | undefined,
  asked: { deadline: string; reason: string },
  today: string,
): Problem | undefined {
  const refuse = (code: string, zh: string, en: string, field?: string) =>
    new Problem(`ledger/${code}`, 'invalid', { zh, en }, field ? { [field]: { zh, en } } : {});
  if (open)
    return refuse('extension_open', '已有一份延期申请等待决定。', 'A request is waiting to be decided.');
  if (!isOneOf(extensibleStates, project.state)) {
    return refuse(
      'extension_state',
      '现在的状态不能申请延期。',
      'It cannot be extended in its present state.',
    );
  }
  if (project.deadline < today) {
    return refuse(
      'extension_late',
      '完成时限已过，不能再申请延期。请写明情况，由区统筹办调整。',
      'The deadline has passed and cannot be extended any more. Tell the district coordinator.',
    );
  }
  if (asked.deadline <= project.deadline) {
    return refuse(
      'extension_earlier',
      '新的时限须晚于现在的时限。',
      'The new deadline must be later.',
      'deadline',
    );
  }
  if (asked.reason.trim()) return undefined;
  return refuse('reason_missing', '请写明延期的理由。', 'Give the reason for it.', 'reason');
}

/** A Problem when what was asked for no longer fits the project: it went on, or its deadline was moved meanwhile. */
export function checkExtensionStands(
  project: Pick<ProjectRow, 'state' | 'deadline'>,
  asked: Pick<Extension, 'former_deadline'>,
): Problem | undefined {
  if (isOneOf(extensibleStates, project.state) && project.deadline === asked.former_deadline)
    return undefined;
  return new Problem('ledger/extension_past', 'conflict', {
    zh: '申请之后项目的状态或时限已经变了，不能再同意延期。可以选“不同意”并说明。',
    en: 'The project or its deadline changed since this was asked for; it cannot be granted any more, only refused.',
  });
}

/** A Problem when whoever decides on a later deadline is who asked, or of their unit; nothing otherwise. */
export function checkExtensionDecider(asked: Person, decider: Person): Problem | undefined {
  const own = asked.account_id === decider.account_id || asked.unit_id === decider.unit_id;
  if (!own) return undefined;
  return new Problem('ledger/own_extension', 'forbidden', {
    zh: '延期须由申请单位以外的人决定。',
    en: 'An extension is decided by somebody of another unit than the one that asks.',
  });
}

/** Whether residents may read something: to be public, and reviewed for secrecy by somebody named. */
export function isPublic(one: { disclosure: string; reviewed: true | null }): boolean {
  return one.disclosure === 'public' && one.reviewed === true;
}

/** A step that leads on from where a project is, and why this person cannot take it now, if so. */
export interface OpenStep {
  to: ProjectState;
  step: Step;
  problem: Problem | undefined;
}

/** What the checks of a step need to know beside the project. */
export interface StepContext {
  last: StepRow | undefined;
  claim: StepRow | undefined;
  /** How many items its checklist has, and how many of them are not reported done. */
  items: number;
  items_open: number;
  /** How many pieces of evidence there are. */
  evidence: number;
}

/** A Problem of a step beyond who may take it: who took the one before, who verifies, what is still to be shown. */
export function checkStepContext(
  project: Placed,
  to: ProjectState,
  actor: Person,
  context: StepContext,
): Problem | undefined {
  const step = findStep(project.state, to);
  if (verifies(to) && context.claim) {
    return (
      checkVerifier(project, context.claim, actor) ??
      checkVerifyingUnit(project, actor) ??
      checkShown(context)
    );
  }
  if (step?.other && context.last) return checkOther(context.last, actor);
  return to === 'completion_claimed' ? checkShown(context) : undefined;
}

/** A Problem when items of a checklist are open, or when there is neither a checklist nor evidence; nothing otherwise. */
export function checkShown({
  items,
  items_open,
  evidence,
}: Pick<StepContext, 'items' | 'items_open' | 'evidence'>): Problem | undefined {
  if (items_open > 0) {
    return new Problem('ledger/items_open', 'conflict', {
      zh: `执行清单还有 ${items_open} 项没有报完成，不能申请办结或销号。`,
      en: `Items of the checklist that are not reported done: ${items_open}; it is not complete yet.`,
    });
  }
  if (items > 0 || evidence > 0) return undefined;
  return new Problem('ledger/nothing_shown', 'conflict', {
    zh: '没有执行清单，也没有任何佐证。请先编排清单，或添加文件、记录、电话确认中的一种。',
    en: 'There is neither a checklist nor any evidence. Plan one, or add a document, a record or a telephone confirmation.',
  });
}

/** The steps that somebody's roles are for, each open or with the reason why it is not. */
export function openSteps(project: Placed, context: StepContext, actor: Entitled): OpenStep[] {
  return stepsFrom(project.state)
    .filter(([to]) => !checkStep(project, to, actor))
    .map(([to, step]) => ({ to, step, problem: checkStepContext(project, to, actor, context) }));
}
