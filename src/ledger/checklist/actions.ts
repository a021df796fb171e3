import { checkReach, type Entitled } from '../../identity/access.ts';
import { type Transaction, type Written, write } from '../../journal/write.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Database, Queries } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { cut } from '../../kit/text.ts';
import { listUnits } from '../../units/actions.ts';
import type { SafeFile } from '../evidence/files.ts';
import { evidenceKindsOf, insertEvidence } from '../evidence/store.ts';
import { checkOrder, checkReason, type StepContext } from '../rules.ts';
import type { ProjectRow } from '../schema.ts';
import { insertSteps, lastSteps, projectsByNumber, updateProjects } from '../store.ts';
import {
  checkDependencies,
  checkEvidence,
  checkFirstPlan,
  checkItemStep,
  checkItems,
  checkItemVerifier,
  checkPlanChange,
  itemStepsFrom,
  planners,
  progressOf,
} from './rules.ts';
import type { ItemRow, ItemState, ItemStepRow, NewItem, NewItemStep, TextEvidence } from './schema.ts';
import {
  closeItems,
  currentItems,
  insertItemSteps,
  insertItems,
  lastItemSteps,
  updateItems,
} from './store.ts';

/** How a change of a checklist is entered. */
interface Entering {
  actor: Entitled;
  reason?: string | undefined;
  idempotency_key?: string | undefined;
  simulated_at?: Date;
}

/** The checklist of a project as it is to be. */
export interface Plan {
  number: string;
  items: readonly NewItem[];
}

/**
 * Plans the checklists of projects: what is new is added, what is there under the same number is changed, what is left
 * out is taken off unless it was worked on. Titles that residents read are reviewed for secrecy anew.
 * Raises `ledger/item_plan`, `ledger/item_worked_on`, `ledger/item_evidence`, `ledger/item_settled`, `ledger/plan_adjusted`,
 * `ledger/reason_missing`, `identity/reach`.
 */
export function planItems(
  db: Database,
  entering: Entering,
  plans: readonly Plan[],
): Promise<Written<{ items: number }>> {
  const subject = plans.length === 1 ? `project:${plans[0]!.number}` : 'project';
  const input = plans.map(({ number, items }) => ({ number, items: [...items] }));
  return write(db, { ...entering, action: 'ledger/checklist', subject, input }, async (tx) => {
    const projects = await projectsOf(tx, plans);
    const units = await unitsByCode(tx);
    const before = Map.groupBy(await currentItems(tx.queries, idsOf(projects)), (item) => item.project_id);
    const shown = new Set(
      (await evidenceKindsOf(tx.queries, idsOf(projects))).map((evidence) => evidence.item_id),
    );
    const added: Omit<ItemRow, 'id' | 'since_entry'>[] = [];
    const changed: ({ id: number } & Omit<
      ItemRow,
      'id' | 'since_entry' | 'state' | 'actual_start' | 'actual_end'
    >)[] = [];
    const removed: number[] = [];
    const retitled: ProjectRow[] = [];
    for (const { number, items } of plans) {
      const project = projects.get(number)!;
      refuseIf(checkReach(entering.actor, planners, project.unit_id));
      refuseIf(checkItems(items));
      const known = new Map((before.get(project.id) ?? []).map((item) => [item.position, item]));
      const first = known.size === 0;
      let reads = false;
      for (const { unit_code, ...item } of items) {
        const unit_id = units.get(unit_code);
        if (!unit_id) throw unknownUnit(number, unit_code);
        const plan = { ...item, project_id: project.id, unit_id };
        const same = known.get(item.position);
        if (!first) refuseIf(checkPlanChange(project, same, plan, entering));
        else refuseIf(checkFirstPlan(project));
        reads ||= same?.title !== item.title;
        if (same) changed.push({ id: same.id, ...plan });
        else added.push({ ...plan, actual_start: null, actual_end: null, state: 'planned' });
        known.delete(item.position);
      }
      for (const item of known.values()) {
        refuseIf(checkPlanChange(project, item, undefined, entering));
        if (shown.has(item.id)) throw hasEvidence(item);
        removed.push(item.id);
      }
      if (reads) retitled.push(project);
    }
    await insertItems(tx, added);
    await updateItems(tx, changed);
    await closeItems(tx, removed);
    await takeBackReviews(tx, retitled);
    tx.entry.detail.numbers = plans.map((plan) => plan.number);
    return { items: added.length + changed.length };
  });
}

/** What residents will read changed, so who reviewed it for secrecy looks at it again before the next publication. */
export async function takeBackReviews(
  tx: Transaction,
  projects: readonly Pick<ProjectRow, 'id' | 'reviewed'>[],
): Promise<void> {
  const reviewed = projects.filter((project) => project.reviewed);
  if (reviewed.length === 0) return;
  await updateProjects(
    tx,
    reviewed.map(({ id }) => ({ id, secrecy_reviewer: null, reviewed: null })),
  );
}

/**
 * Takes the same step with items of checklists. Reporting done wants evidence that is enough for the item, which may
 * come along as text; the first work on a project that was accepted starts it.
 * Raises `ledger/unknown_item`, `ledger/item_step`, `ledger/evidence_missing`, `ledger/own_item`, `identity/reach`.
 */
export function takeItemSteps(
  db: Database,
  entering: Entering,
  to: ItemState,
  steps: readonly NewItemStep[],
): Promise<Written<{ steps: number }>> {
  const numbers = [...new Set(steps.map((step) => step.number))];
  const subject = numbers.length === 1 ? `project:${numbers[0]}` : 'project';
  const input = { to, steps: steps.map((step) => ({ ...step })) };
  return write(db, { ...entering, action: `ledger/item_${to}`, subject, input }, async (tx) => {
    await takeItemStepsIn(tx, entering.actor, to, steps);
    tx.entry.detail.items = steps.map(({ number, position }) => `${number}#${position}`);
    return { steps: steps.length };
  });
}

/** A step with one item as a form asks for it: evidence comes as a text, a file, or both. */
export interface AskedItemStep {
  number: string;
  position: number;
  to: ItemState;
  note: string | null;
  text: string;
  kind: 'record' | 'telephone';
}

/** Takes a step with one item, now, as `takeItemSteps`. A file that comes along is a document or a photo. */
export function takeItemStep(
  db: Database,
  entering: Entering,
  asked: AskedItemStep,
  file: SafeFile | undefined,
): Promise<Written<{ steps: number }>> {
  const { number, position, to, note, text, kind } = asked;
  const input = { ...asked, digest: file?.digest ?? null };
  const change = { ...entering, action: `ledger/item_${to}`, subject: `project:${number}`, input };
  return write(db, change, async (tx) => {
    const evidence = text ? { evidence: { kind, title: cut(text, 60), text } } : {};
    const step = { number, position, occurred_at: tx.entry.at.toISOString(), note, ...evidence };
    await takeItemStepsIn(tx, entering.actor, to, [step], file);
    tx.entry.detail.items = [`${number}#${position}`];
    return { steps: 1 };
  });
}

async function takeItemStepsIn(
  tx: Transaction,
  actor: Entitled,
  to: ItemState,
  steps: readonly NewItemStep[],
  file?: SafeFile,
): Promise<void> {
  const projects = await projectsOf(tx, steps);
  const all = await currentItems(tx.queries, idsOf(projects));
  const items = new Map(all.map((item) => [`${item.project_id}#${item.position}`, item]));
  const byProject = Map.groupBy(all, (item) => item.project_id);
  const chosen = steps.map((step) => {
    const project = projects.get(step.number)!;
    const item = items.get(`${project.id}#${step.position}`);
    if (!item) throw unknownItem(step);
    return { step, project, item };
  });
  const ids = chosen.map(({ item }) => item.id);
  const last = await lastItemSteps(tx.queries, ids);
  const claims = await lastItemSteps(tx.queries, ids, 'claimed');
  await addEvidence(tx, actor, chosen, file);
  const kinds = Map.groupBy(await evidenceKindsOf(tx.queries, idsOf(projects)), (one) => one.item_id);
  for (const { step, project, item } of chosen) {
    refuseIf(checkItemStep(project, item, to, actor, claims.get(item.id)));
    const [, taken] = itemStepsFrom(item.state).find(([state]) => state === to)!;
    refuseIf(checkReason(taken, step.note));
    const before = last.get(item.id);
    const moment = new Date(step.occurred_at);
    refuseIf(checkOrder(before ?? { occurred_at: moment }, moment, tx.entry.at));
    if (to !== 'claimed') continue;
    refuseIf(checkEvidence(item, kinds.get(item.id) ?? []));
    const together = chosen.filter((one) => one.project.id === project.id).map((one) => one.item.position);
    refuseIf(checkDependencies(item, byProject.get(project.id)!, new Set(together)));
  }
  await startAccepted(tx, actor, chosen);
  await insertItemSteps(
    tx,
    chosen.map(({ step, item }) => stepOf(actor, item, to, new Date(step.occurred_at), step.note)),
  );
  await updateItems(
    tx,
    chosen.map(({ step, item }) => {
      const day = dayOf(new Date(step.occurred_at));
      return {
        id: item.id,
        state: to,
        actual_start: item.actual_start ?? earlierDay(step.started_on, day),
        actual_end: to === 'claimed' ? day : to === 'in_progress' ? null : item.actual_end,
      };
    }),
  );
}

type Chosen = { step: NewItemStep; project: ProjectRow; item: ItemRow };

/** Evidence that comes along with steps: what was written down, and the file of a single step. */
async function addEvidence(
  tx: Transaction,
  actor: Entitled,
  chosen: readonly Chosen[],
  file: SafeFile | undefined,
): Promise<void> {
  const { account_id, unit_id } = actor;
  const rowOf = (
    { step, project, item }: Chosen,
    given: TextEvidence | undefined,
    kept: SafeFile | undefined,
  ) => ({
    kind: given?.kind ?? (kept?.media_type === 'image/jpeg' ? ('photo' as const) : ('document' as const)),
    title: given?.title ?? kept?.name ?? '',
    text: given?.text ?? null,
    project_id: project.id,
    item_id: item.id,
    file_digest: kept?.digest ?? null,
    file_name: kept?.name ?? null,
    media_type: kept?.media_type ?? null,
    bytes: kept?.bytes ?? null,
    occurred_on: dayOf(new Date(step.occurred_at)),
    disclosure: 'withheld' as const,
    secrecy_reviewer: null,
    reviewed: null,
    account_id,
    unit_id,
  });
  const rows = chosen.flatMap((one) => [
    ...(one.step.evidence ? [rowOf(one, one.step.evidence, undefined)] : []),
    ...(file ? [rowOf(one, undefined, file)] : []),
  ]);
  await insertEvidence(tx, rows);
}

/** Work on an item starts a project that was accepted: nobody has to say so twice. */
async function startAccepted(tx: Transaction, actor: Entitled, chosen: readonly Chosen[]): Promise<void> {
  const starting = new Map(
    chosen.filter(({ project }) => project.state === 'accepted').map((one) => [one.project.id, one]),
  );
  if (starting.size === 0) return;
  const last = await lastSteps(tx.queries, [...starting.keys()]);
  await updateProjects(
    tx,
    [...starting.keys()].map((id) => ({ id, state: 'in_progress' as const })),
  );
  const { account_id, unit_id } = actor;
  await insertSteps(
    tx,
    [...starting.values()].map(({ project, step }) => {
      const before = last.get(project.id)!.occurred_at;
      const moment = new Date(step.occurred_at);
      return {
        project_id: project.id,
        from_state: project.state,
        to_state: 'in_progress' as const,
        occurred_at: moment > before ? moment : before,
        account_id,
        unit_id,
        note: null,
      };
    }),
  );
}

function stepOf(actor: Entitled, item: ItemRow, to: ItemState, occurred_at: Date, note: string | null) {
  const { account_id, unit_id } = actor;
  const { id: item_id, project_id, state: from_state } = item;
  return { project_id, item_id, from_state, to_state: to, occurred_at, account_id, unit_id, note };
}

function earlierDay(said: string | undefined, day: string): string {
  return said !== undefined && said < day ? said : day;
}

/** Who last reported each item done, by item. */
export function lastItemClaims(
  queries: Queries,
  item_ids: readonly number[],
): Promise<Map<number, ItemStepRow>> {
  return lastItemSteps(queries, item_ids, 'claimed');
}

/** What shows how far projects are: their items, those not reported done, and their evidence. */
export async function shownOf(
  queries: Queries,
  project_ids: readonly number[],
): Promise<(project_id: number) => Pick<StepContext, 'items' | 'items_open' | 'evidence'>> {
  const items = Map.groupBy(await currentItems(queries, project_ids), (item) => item.project_id);
  const evidence = Map.groupBy(await evidenceKindsOf(queries, project_ids), (one) => one.project_id);
  return (project_id) => {
    const own = progressOf(items.get(project_id) ?? []);
    return {
      items: own.items,
      items_open: own.items_open,
      evidence: evidence.get(project_id)?.length ?? 0,
    };
  };
}

/**
 * Who passes a project has looked at what its checklist reports done: those items are verified with it.
 * Raises `ledger/own_item` when one of them was reported done by the same person.
 */
export async function verifyClaimedItems(
  tx: Transaction,
  actor: Entitled,
  passed: readonly { project: ProjectRow; occurred_at: Date }[],
): Promise<void> {
  const at = new Map(passed.map((one) => [one.project.id, one]));
  const claimed = (await currentItems(tx.queries, [...at.keys()])).filter((item) => item.state === 'claimed');
  const claims = await lastItemSteps(
    tx.queries,
    claimed.map((item) => item.id),
    'claimed',
  );
  for (const item of claimed) {
    refuseIf(checkItemVerifier(at.get(item.project_id)!.project, item, claims.get(item.id), actor));
  }
  await insertItemSteps(
    tx,
    claimed.map((item) => stepOf(actor, item, 'verified', at.get(item.project_id)!.occurred_at, null)),
  );
  await updateItems(
    tx,
    claimed.map(({ id }) => ({ id, state: 'verified' as const })),
  );
}

async function projectsOf(tx: Transaction, asked: readonly { number: string }[]) {
  const numbers = [...new Set(asked.map((one) => one.number))];
  const projects = await projectsByNumber(tx.queries, numbers);
  const missing = numbers.find((number) => !projects.has(number));
  if (missing === undefined) return projects;
  throw new Problem('ledger/unknown_project', 'not_found', {
    zh: `没有编号为 ${missing} 的项目。`,
    en: `There is no project with the number ${missing}.`,
  });
}

function idsOf(projects: ReadonlyMap<string, ProjectRow>): number[] {
  return [...projects.values()].map((project) => project.id);
}

async function unitsByCode(tx: Transaction): Promise<Map<string, number>> {
  return new Map((await listUnits(tx.queries, tx.entry.entry_no)).map((unit) => [unit.code, unit.id]));
}

function unknownUnit(number: string, code: string): Problem {
  return new Problem('ledger/unknown_code', 'invalid', {
    zh: `项目 ${number} 的清单写了不存在的单位“${code}”。`,
    en: `The checklist of project ${number} names “${code}”, which is no known unit.`,
  });
}

function unknownItem({ number, position }: { number: string; position: number }): Problem {
  return new Problem('ledger/unknown_item', 'not_found', {
    zh: `项目 ${number} 的清单没有第 ${position} 项。`,
    en: `The checklist of project ${number} has no item ${position}.`,
  });
}

function hasEvidence(item: ItemRow): Problem {
  return new Problem('ledger/item_evidence', 'conflict', {
    zh: `清单第 ${item.position} 项已有佐证，不能去掉。请先移除它的佐证。`,
    en: `Item ${item.position} has evidence and cannot be taken off. Remove its evidence first.`,
  });
}
