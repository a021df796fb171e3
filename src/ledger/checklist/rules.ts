// 执行清单: what a project consists of. An item is done when its unit says so with evidence that is enough for it, and
// counts when somebody else has verified it. Progress is the weight of what is verified over the whole weight, and
// nothing else; nobody types it. Photos are never forced (减负): a document, a record or a telephone call is enough.
import { checkReach, checkRole, type Entitled, reaches } from '../../identity/access.ts';
import type { Role } from '../../identity/roles.ts';
import type { Message } from '../../kit/i18n.ts';
import { Problem } from '../../kit/problem.ts';
import { coordinators, doers, unitVerifiers, verifiers } from '../course.ts';
import { checkReason } from '../rules.ts';
import type { ProjectRow, ProjectState } from '../schema.ts';
import {
  type EvidenceKind,
  evidenceKinds,
  type ItemRow,
  type ItemState,
  type ItemStepRow,
  type NewItem,
} from './schema.ts';

/** Who verifies items: those who verify projects, and the head of the unit whose officer did it. */
export const itemVerifiers = [...verifiers, 'unit_head'] as const satisfies readonly Role[];
/** Who plans a checklist: the office and the unit in charge. */
export const planners = ['coordinator', ...doers] as const satisfies readonly Role[];

/** A step of an item: who may take it, what its button says, and whether it wants a reason. */
export interface ItemStep {
  roles: readonly Role[];
  word: Message;
  reason?: true;
}

const sendBack = { roles: itemVerifiers, word: { zh: '退回', en: 'Send back' }, reason: true } as const;
const claim = { roles: doers, word: { zh: '报完成', en: 'Report done' } } as const;

/** What leads where. */
export const itemCourse = {
  planned: { in_progress: { roles: doers, word: { zh: '开始', en: 'Start' } }, claimed: claim },
  in_progress: { claimed: claim },
  claimed: {
    verified: { roles: itemVerifiers, word: { zh: '核验通过', en: 'Verify' } },
    in_progress: sendBack,
  },
  verified: { in_progress: sendBack },
} as const satisfies Record<ItemState, Partial<Record<ItemState, ItemStep>>>;

/** The steps that lead on from an item's state. */
export function itemStepsFrom(state: ItemState): [to: ItemState, step: ItemStep][] {
  return Object.entries(itemCourse[state]) as [ItemState, ItemStep][];
}

/** States of a project in which its items are worked on. */
const workable: readonly ProjectState[] = ['accepted', 'in_progress', 'completion_claimed', 'verifying'];

type Person = { account_id: number | null; unit_id: number | null };

/** Whose step it is: a unit that the project names for verification verifies, by its own people. */
function itemStepOwner(
  project: Pick<ProjectRow, 'verifying_unit_id'>,
  item: Pick<ItemRow, 'unit_id'>,
  to: ItemState,
  step: ItemStep,
): { unit_id: number; roles: readonly Role[] } {
  const { verifying_unit_id } = project;
  if (to !== 'verified' || verifying_unit_id === null) return { unit_id: item.unit_id, roles: step.roles };
  return { unit_id: verifying_unit_id, roles: [...step.roles, ...unitVerifiers] };
}

/** The steps with an item that somebody's roles are for. */
export function itemStepsOf(
  project: Pick<ProjectRow, 'verifying_unit_id'>,
  item: Pick<ItemRow, 'state' | 'unit_id'>,
  actor: Pick<Entitled, 'holdings'>,
): [to: ItemState, step: ItemStep][] {
  return itemStepsFrom(item.state).filter(([to, step]) => {
    const { unit_id, roles } = itemStepOwner(project, item, to, step);
    return reaches(actor, roles, unit_id);
  });
}

/** A Problem when an item cannot take a step, or not by this person; nothing otherwise. */
export function checkItemStep(
  project: Pick<ProjectRow, 'number' | 'state' | 'verifying_unit_id'>,
  item: Pick<ItemRow, 'position' | 'state' | 'unit_id'>,
  to: ItemState,
  actor: Entitled,
  lastClaim: Pick<ItemStepRow, 'account_id' | 'unit_id'> | undefined,
): Problem | undefined {
  const step = itemStepsFrom(item.state).find(([state]) => state === to)?.[1];
  if (!step) {
    return refuse(
      'item_step',
      `清单第 ${item.position} 项现在的状态不能这样变更，请刷新页面。`,
      `Item ${item.position} cannot take this step from the state it is in. Reload the page.`,
    );
  }
  const { unit_id, roles } = itemStepOwner(project, item, to, step);
  const reach = checkReach(actor, roles, unit_id);
  if (reach) return reach;
  if (!workable.includes(project.state)) {
    return refuse(
      'item_project_state',
      `项目 ${project.number} 还没有签收或已经结束，清单不能办理。`,
      `Project ${project.number} is not accepted yet, or has ended; its items cannot be worked on.`,
    );
  }
  return to === 'verified' ? checkItemVerifier(project, item, lastClaim, actor) : undefined;
}

/** A Problem when an item is reported done before what it depends on; nothing otherwise. `together` is reported with it. */
export function checkDependencies(
  item: Pick<ItemRow, 'position' | 'depends_on'>,
  items: readonly Pick<ItemRow, 'position' | 'state'>[],
  together: ReadonlySet<number>,
): Problem | undefined {
  const open = (item.depends_on ?? []).filter((position) => {
    const needed = items.find((one) => one.position === position);
    return needed && needed.state !== 'claimed' && needed.state !== 'verified' && !together.has(position);
  });
  if (open.length === 0) return undefined;
  return refuse(
    'item_depends',
    `清单第 ${item.position} 项在第 ${open.join('、')} 项之后，请先报那一项完成。`,
    `Item ${item.position} comes after item ${open.join(', ')}; report that done first.`,
  );
}

/** States of a project in which its checklist is under way: what changes progress is then for the office, with a reason. */
const underWay: readonly ProjectState[] = ['in_progress', 'completion_claimed', 'verifying'];
const ended: readonly ProjectState[] = ['completed', 'archived', 'terminated', 'merged', 'declined'];

type Planned = Pick<
  ItemRow,
  'position' | 'title' | 'weight' | 'unit_id' | 'planned_start' | 'planned_end' | 'evidence_kinds'
>;

/** A Problem when a project that has no checklist yet cannot get one any more; nothing otherwise. */
export function checkFirstPlan(project: Pick<ProjectRow, 'number' | 'state'>): Problem | undefined {
  return ended.includes(project.state) ? checklistClosed(project) : undefined;
}

function checklistClosed(project: Pick<ProjectRow, 'number'>): Problem {
  return refuse(
    'checklist_closed',
    `项目 ${project.number} 已经结束，清单不能再改。`,
    `Project ${project.number} has ended; its checklist cannot be changed any more.`,
  );
}

/**
 * A Problem when an item of a checklist cannot be added (`before` is nothing), changed, or taken off (`after` is nothing):
 * what was reported done stays as it was reported, and weights are not moved under work that is going on but by the
 * office with a reason; nothing otherwise.
 */
export function checkPlanChange(
  project: Pick<ProjectRow, 'number' | 'state'>,
  before: (Planned & Pick<ItemRow, 'state'>) | undefined,
  after: Planned | undefined,
  entering: { actor: Entitled; reason?: string | undefined },
): Problem | undefined {
  if (before && after && samePlan(before, after)) return undefined;
  const position = (before ?? after)!.position;
  if (ended.includes(project.state)) return checklistClosed(project);
  if (before && !after && before.state !== 'planned') {
    return refuse(
      'item_worked_on',
      `清单第 ${position} 项已经开始办理，不能删除。`,
      `Item ${position} has been worked on and cannot be taken off.`,
    );
  }
  if (before?.state === 'claimed' || before?.state === 'verified') {
    return refuse(
      'item_settled',
      `清单第 ${position} 项已报完成或已核验，不能再改。确要修改，先退回这一项。`,
      `Item ${position} is reported done or verified and stays as it is. To change it, send it back first.`,
    );
  }
  const weighs = !before || !after || Number(before.weight) !== Number(after.weight);
  if (!weighs || !underWay.includes(project.state)) return undefined;
  const office = checkRole(entering.actor, coordinators);
  if (office) {
    return refuse(
      'plan_adjusted',
      '项目已在办，增减事项或改权重会改变进度，由区统筹办写明理由调整。',
      'Work is under way: adding or removing items or weights changes progress and is for the office, with a reason.',
      'forbidden',
    );
  }
  return checkReason({ reason: true }, entering.reason ?? null);
}

function samePlan(before: Planned, after: Planned): boolean {
  return (
    before.title === after.title &&
    Number(before.weight) === Number(after.weight) &&
    before.unit_id === after.unit_id &&
    before.planned_start === after.planned_start &&
    before.planned_end === after.planned_end &&
    before.evidence_kinds.join() === after.evidence_kinds.join()
  );
}

/** A Problem when an item is verified by its doer, or not by the unit that the project names; nothing otherwise. */
export function checkItemVerifier(
  project: Pick<ProjectRow, 'verifying_unit_id'>,
  item: Pick<ItemRow, 'position'>,
  claim: Pick<ItemStepRow, 'account_id'> | undefined,
  verifier: Person,
): Problem | undefined {
  if (claim && claim.account_id !== null && claim.account_id === verifier.account_id) {
    return refuse(
      'own_item',
      `清单第 ${item.position} 项由您报完成，须由别人核验。`,
      `You reported item ${item.position} done; somebody else verifies it.`,
      'forbidden',
    );
  }
  const { verifying_unit_id } = project;
  if (verifying_unit_id === null || verifying_unit_id === verifier.unit_id) return undefined;
  return refuse(
    'verifying_unit',
    '这个项目指定了核验单位，由该单位的人核验。',
    'This project names the unit that verifies it; it is for somebody of that unit.',
    'forbidden',
  );
}

/** A Problem when an item is reported done without evidence of a kind that is enough for it; nothing otherwise. */
export function checkEvidence(
  item: Pick<ItemRow, 'position' | 'evidence_kinds'>,
  evidence: readonly { kind: EvidenceKind }[],
): Problem | undefined {
  if (evidence.some(({ kind }) => isEnough(item, kind))) return undefined;
  const wanted = item.evidence_kinds.map((kind) => evidenceWords[kind].zh).join('、');
  const wantedEnglish = item.evidence_kinds.map((kind) => evidenceWords[kind].en).join(', ');
  return refuse(
    'evidence_missing',
    `清单第 ${item.position} 项还没有佐证。以下任一种即可：${wanted}。`,
    `Item ${item.position} has no evidence yet. Any of these is enough: ${wantedEnglish}.`,
  );
}

/** Whether evidence of a kind is enough for an item. A photo is a file: it is never asked for, and does where one does. */
export function isEnough(item: Pick<ItemRow, 'evidence_kinds'>, kind: EvidenceKind): boolean {
  return item.evidence_kinds.includes(kind) || (kind === 'photo' && item.evidence_kinds.includes('document'));
}

/** What each kind of evidence is called. */
export const evidenceWords: Record<EvidenceKind, Message> = {
  document: { zh: '文件', en: 'a document' },
  photo: { zh: '照片', en: 'a photo' },
  record: { zh: '系统记录', en: 'a record of the system' },
  telephone: { zh: '电话确认', en: 'a telephone confirmation' },
};

/** What a checklist asks for unless it says so: anything but photos alone. */
const anyButPhotos: EvidenceKind[] = ['document', 'record', 'telephone'];

/** The kinds of evidence that a text names; any but photos when it names none. */
export function evidenceKindsIn(text: string): EvidenceKind[] {
  const named = evidenceKinds.filter((kind) => text.includes(evidenceWords[kind].zh));
  return named.length > 0 ? named : anyButPhotos;
}

/** A Problem when a checklist cannot be planned so; nothing otherwise. */
export function checkItems(items: readonly Omit<NewItem, 'unit_code'>[]): Problem | undefined {
  const positions = items.map((item) => item.position);
  for (const [index, item] of items.entries()) {
    const said = (zh: string, en: string) =>
      refuse('item_plan', `清单第 ${item.position} 项：${zh}`, `Item ${item.position}: ${en}`);
    if (positions.indexOf(item.position) !== index) return said('序号重复。', 'its number is there twice.');
    if (Number(item.weight) <= 0) return said('权重应大于 0。', 'its weight must be above 0.');
    if (item.planned_start && item.planned_end && item.planned_start > item.planned_end) {
      return said('计划完成早于计划开始。', 'it would end before it begins.');
    }
    if (item.evidence_kinds.every((kind) => kind === 'photo')) {
      return said('不能只认照片，请再选文件、系统记录或电话确认。', 'photos alone must not be asked for.');
    }
    const missing = item.depends_on.find((one) => one === item.position || !positions.includes(one));
    if (missing !== undefined) return said(`没有可依赖的第 ${missing} 项。`, `there is no item ${missing}.`);
  }
  const round = findRound(items);
  if (round === undefined) return undefined;
  return refuse(
    'item_round',
    `清单第 ${round} 项绕了一圈又依赖自己，请改依赖关系。`,
    `Item ${round} depends on itself by way of others.`,
  );
}

/** An item that depends on itself by way of others. */
function findRound(items: readonly Pick<NewItem, 'position' | 'depends_on'>[]): number | undefined {
  const open = new Map(items.map((item) => [item.position, item.depends_on]));
  for (;;) {
    const free = [...open].filter(([, needs]) => needs.every((one) => !open.has(one)));
    if (free.length === 0) return [...open.keys()][0];
    for (const [position] of free) open.delete(position);
  }
}

/** What progress is computed from: weights in hundredths, so that sums are exact. */
export interface Progress {
  verified: number;
  claimed: number;
  total: number;
  /** How many items, and how many of them verified. */
  items: number;
  items_verified: number;
  items_open: number;
}

/** Progress from weights and states: Σ weight verified ÷ Σ weight. */
export function progressOf(items: readonly Pick<ItemRow, 'weight' | 'state'>[]): Progress {
  const progress: Progress = {
    verified: 0,
    claimed: 0,
    total: 0,
    items: 0,
    items_verified: 0,
    items_open: 0,
  };
  for (const { weight, state } of items) {
    const share = Math.round(Number(weight) * 100);
    progress.items++;
    progress.total += share;
    if (state === 'verified') {
      progress.verified += share;
      progress.items_verified++;
    } else if (state === 'claimed') progress.claimed += share;
    else progress.items_open++;
  }
  return progress;
}

/** Progress in per cent to one decimal, half up; below 100 as long as anything is not verified. None without items. */
export function percentOf(progress: Pick<Progress, 'verified' | 'total'>): string | null {
  const { verified, total } = progress;
  if (total === 0) return null;
  const tenths = Math.floor((verified * 2000 + total) / (total * 2));
  const shown = verified < total ? Math.min(tenths, 999) : 1000;
  return `${Math.floor(shown / 10)}.${shown % 10}`;
}

function refuse(code: string, zh: string, en: string, kind: 'conflict' | 'forbidden' = 'conflict'): Problem {
  return new Problem(`ledger/${code}`, kind, { zh, en });
}
