import { listAreas } from '../areas/actions.ts';
import { isValidOn } from '../areas/rules.ts';
import { checkReach, checkRole, type Entitled } from '../identity/access.ts';
import { currentHead } from '../journal/head.ts';
import { type Transaction, type Written, write } from '../journal/write.ts';
import { momentOf } from '../kit/clock.ts';
import type { Database, Queries } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { listUnits } from '../units/actions.ts';
import { shownOf, verifyClaimedItems } from './checklist/actions.ts';
import { progressOf } from './checklist/rules.ts';
import type { ItemRow } from './checklist/schema.ts';
import { listItems } from './checklist/store.ts';
import { coordinators, findStep } from './course.ts';
import { type EvidenceRow, listEvidence } from './evidence/store.ts';
import {
  checkDates,
  checkOrder,
  checkReason,
  checkSees,
  checkStep,
  checkStepContext,
  type StepContext,
  secrecyReviewers,
} from './rules.ts';
import type { NewProject, NewStep, ProjectRow, ProjectState, StepRow } from './schema.ts';
import {
  type Field,
  findProject,
  insertFields,
  insertProjects,
  insertSteps,
  lastSteps,
  listFields,
  listSteps,
  projectsByNumber,
  updateProjects,
} from './store.ts';
import { newSurveyCode } from './survey/rules.ts';

export { type FoundProject, searchPublished } from './published/search.ts';
export {
  everyOpenItem,
  everyOpenProject,
  type LateProject,
  listLate,
  listNewSteps,
  type NewStep,
  withdrawnMark,
} from './published/store.ts';
export {
  type Field,
  findPublicProject,
  type ListedProject,
  listFields,
  listPublishedProjects,
} from './store.ts';

/** A project as staff see it: as known at an entry, with its steps, its checklist and what the next step depends on. */
export interface StaffProject {
  project: ProjectRow;
  steps: StepRow[];
  items: ItemRow[];
  evidence: EvidenceRow[];
  context: StepContext;
  entry_no: number;
}

/**
 * A project for somebody whose roles reach it, as it is now or as it was known at an entry.
 * Raises `ledger/unknown_project`, `identity/reach`.
 */
export async function getStaffProject(
  db: Database,
  actor: Entitled,
  number: string,
  known_entry?: number,
): Promise<StaffProject> {
  const entry_no = known_entry ?? (await currentHead(db)).entry_no;
  const project = await findProject(db.queries, entry_no, number);
  if (!project) throw unknownProject(number);
  const items = await listItems(db.queries, entry_no, [project.id]);
  refuseIf(checkSees(actor, await unitsOf(db.queries, project, items)));
  const steps = await listSteps(db.queries, entry_no, project.id);
  const evidence = await listEvidence(db.queries, entry_no, project.id);
  const progress = progressOf(items);
  const context = {
    last: steps.at(-1),
    claim: steps.findLast((step) => step.to_state === 'completion_claimed'),
    items: progress.items,
    items_open: progress.items_open,
    evidence: evidence.length,
  };
  return { project, steps, items, evidence, context, entry_no };
}

/** The units that a project is the business of. */
export async function unitsOf(
  queries: Queries,
  project: ProjectRow,
  items: readonly Pick<ItemRow, 'unit_id'>[],
): Promise<(number | null)[]> {
  const helping = new Set(project.co_unit_codes ?? []);
  const units = helping.size > 0 ? await listUnits(queries, Number.MAX_SAFE_INTEGER) : [];
  return [
    project.unit_id,
    project.proposing_unit_id,
    project.verifying_unit_id,
    ...units.filter((unit) => helping.has(unit.code)).map((unit) => unit.id),
    ...items.map((item) => item.unit_id),
  ];
}

/** How a change is entered: who, and for the demonstration when. */
export interface Entering {
  actor: Entitled;
  reason?: string | undefined;
  idempotency_key?: string | undefined;
  simulated_at?: Date;
}

/** Adds the fields (领域) that projects belong to. */
export function addFields(
  db: Database,
  entering: Entering,
  fields: readonly Field[],
): Promise<Written<undefined>> {
  return write(db, { ...entering, action: 'ledger/fields', subject: 'field' }, async (tx) => {
    await insertFields(tx, fields);
    tx.entry.detail.codes = fields.map((field) => field.code);
    return undefined;
  });
}

/** A batch of the project list as it was issued (印发). */
export interface Batch {
  batch: string;
  document_no: string;
  issued_at: Date;
}

/**
 * Puts projects on the list (立项): each gets its first step, dated when the list was issued.
 * Raises `identity/reach`, `ledger/number_taken`, `ledger/unknown_code`, `ledger/dates`.
 */
export function registerProjects(
  db: Database,
  entering: Entering,
  batch: Batch,
  projects: readonly NewProject[],
): Promise<Written<{ registered: number }>> {
  const input = { ...batch, issued_at: batch.issued_at.toISOString(), projects: [...projects] };
  const change = { ...entering, action: 'ledger/registration', subject: `batch:${batch.batch}`, input };
  return write(db, change, async (tx) => {
    const { batch: name, document_no, issued_at } = batch;
    const rows = await rowsOf(tx, projects);
    for (const { unit_id } of rows) refuseIf(checkReach(entering.actor, coordinators, unit_id));
    const stored = await insertProjects(
      tx,
      rows.map((row) => ({ ...row, batch: name, document_no, state: 'registered' as const })),
    );
    await insertSteps(
      tx,
      stored.map((project) => step(project, 'registered', issued_at, entering.actor, null, null)),
    );
    tx.entry.detail.numbers = stored.map((project) => project.number);
    return { registered: stored.length };
  });
}

/** What people name by codes, as the columns of the table hold it. Raises Problems for what is not known. */
export async function rowsOf(tx: Transaction, projects: readonly NewProject[]) {
  const { entry_no } = tx.entry;
  const units = new Map((await listUnits(tx.queries, entry_no)).map((unit) => [unit.code, unit.id]));
  const areas = new Map((await listAreas(tx.queries, entry_no)).map((area) => [area.code, area]));
  const fields = new Set((await listFields(tx.queries, entry_no)).map((field) => field.code));
  const parents = projects.flatMap((project) => project.parent_number ?? []);
  const known = await projectsByNumber(tx.queries, [
    ...projects.map((project) => project.number),
    ...parents,
  ]);
  return projects.map((project) => {
    const { unit_code, proposing_unit_code, verifying_unit_code, parent_number, ...plain } = project;
    const { number } = project;
    const unitOf = (code: string | null | undefined) => {
      if (!code) return null;
      const id = units.get(code);
      if (!id) throw unknownCode(number, code);
      return id;
    };
    if (known.has(number)) throw numberTaken(number);
    const area = areas.get(project.area_code);
    if (!area || !isValidOn(area, project.start)) throw unknownCode(number, project.area_code);
    const unknown =
      project.co_unit_codes?.find((code) => !units.has(code)) ??
      project.area_codes?.find((code) => !areas.has(code));
    if (unknown !== undefined) throw unknownCode(number, unknown);
    if (!fields.has(project.field_code)) throw unknownCode(number, project.field_code);
    const parent = parent_number ? known.get(parent_number) : undefined;
    if (parent_number && (!parent || parent.parent_id !== null)) throw unknownCode(number, parent_number);
    refuseIf(checkDates(project));
    return {
      ...plain,
      unit_id: unitOf(unit_code)!,
      proposing_unit_id: unitOf(proposing_unit_code),
      verifying_unit_id: unitOf(verifying_unit_code),
      parent_id: parent?.id ?? null,
      town_code: townOf(area),
      reviewed: project.secrecy_reviewer ? (true as const) : null,
      secrecy_reviewer: project.secrecy_reviewer ?? null,
    };
  });
}

/** The town of an area, by which lists are filtered: a village's town, or the area itself. */
export function townOf(area: { code: string; level: string; parent_code: string | null }): string {
  return area.level === 'village' ? area.parent_code! : area.code;
}

/**
 * Takes the same step with several projects. Completing asks for a verifier who is neither the one who claimed
 * completion nor of the same unit, and verifies what the checklist has reported done.
 * Raises `ledger/unknown_project`, `ledger/step_impossible`, `ledger/step_order`, `ledger/step_future`,
 * `ledger/own_verification`, `ledger/own_item`, `ledger/reason_missing`, `ledger/items_open`, `ledger/nothing_shown`,
 * `identity/reach`.
 */
export function takeSteps(
  db: Database,
  entering: Entering,
  to: ProjectState,
  steps: readonly NewStep[],
): Promise<Written<{ steps: number }>> {
  const subject = steps.length === 1 ? `project:${steps[0]!.number}` : 'project';
  return write(db, { ...entering, action: `ledger/${to}`, subject, input: { to, steps: [...steps] } }, (tx) =>
    takeStepsIn(tx, entering.actor, to, steps),
  );
}

/** A step with one project, as a form or a program asks for it; without a moment it is taken now. */
export interface AskedStep {
  number: string;
  to: ProjectState;
  note?: string | undefined;
  occurred_at?: string | undefined;
}

/** Takes a step with one project, as `takeSteps`; the same key with the same words takes it once. */
export function takeStep(
  db: Database,
  entering: Entering,
  asked: AskedStep,
): Promise<Written<{ steps: number }>> {
  const { number, to } = asked;
  const note = asked.note?.trim() || null;
  const given = asked.occurred_at ? momentOf(asked.occurred_at).toISOString() : null;
  const change = {
    ...entering,
    action: `ledger/${to}`,
    subject: `project:${number}`,
    input: { number, to, note, occurred_at: given },
  };
  return write(db, change, (tx) => {
    const occurred_at = given ?? tx.entry.at.toISOString();
    return takeStepsIn(tx, entering.actor, to, [{ number, occurred_at, note }]);
  });
}

async function takeStepsIn(tx: Transaction, actor: Entitled, to: ProjectState, steps: readonly NewStep[]) {
  const projects = await projectsByNumber(
    tx.queries,
    steps.map((step) => step.number),
  );
  const ids = [...projects.values()].map((project) => project.id);
  const last = await lastSteps(tx.queries, ids);
  const claims = await lastSteps(tx.queries, ids, 'completion_claimed');
  const shown = await shownOf(tx.queries, ids);
  const changes = [];
  const rows = [];
  for (const { number, occurred_at, note } of steps) {
    const project = projects.get(number);
    if (!project) throw unknownProject(number);
    const moment = new Date(occurred_at);
    refuseIf(checkSees(actor, [project.unit_id, project.proposing_unit_id, project.verifying_unit_id]));
    refuseIf(checkStep(project, to, actor));
    const taken = findStep(project.state, to)!;
    if (taken.form) throw needsForm();
    refuseIf(checkReason(taken, note));
    const before = last.get(project.id);
    refuseIf(checkOrder(before ?? { occurred_at: moment }, moment, tx.entry.at));
    const context = { last: before, claim: claims.get(project.id), ...shown(project.id) };
    refuseIf(checkStepContext(project, to, actor, context));
    const completed_at = to === 'completed' ? moment : to === 'archived' ? project.completed_at : null;
    const surveys = to === 'completion_claimed' && project.survey === true;
    const survey_code = surveys ? (project.survey_code ?? newSurveyCode()) : project.survey_code;
    changes.push({ id: project.id, state: to, completed_at, survey_code });
    rows.push(step(project, to, moment, actor, project.state, note));
  }
  await updateProjects(tx, changes);
  await insertSteps(tx, rows);
  if (to === 'completed') {
    await verifyClaimedItems(
      tx,
      actor,
      steps.map(({ number, occurred_at }) => ({
        project: projects.get(number)!,
        occurred_at: new Date(occurred_at),
      })),
    );
  }
  tx.entry.detail.numbers = steps.map((one) => one.number);
  return { steps: rows.length };
}

/** A step as it will be stored. */
export function step(
  project: Pick<ProjectRow, 'id'>,
  to_state: ProjectState,
  occurred_at: Date,
  actor: Entitled,
  from_state: ProjectState | null,
  note: string | null,
) {
  const { account_id, unit_id } = actor;
  return { project_id: project.id, from_state, to_state, occurred_at, account_id, unit_id, note };
}

/**
 * Says that projects may be public (保密审查): `reviewer` is the name that the ledger keeps, for staff alone.
 * Raises `ledger/unknown_project`, `identity/reach`.
 */
export function reviewSecrecy(
  db: Database,
  entering: Entering,
  reviewer: string,
  numbers: readonly string[],
): Promise<Written<{ reviewed: number }>> {
  const subject = numbers.length === 1 ? `project:${numbers[0]}` : 'project';
  const change = { ...entering, action: 'ledger/secrecy_review', subject, input: [...numbers] };
  return write(db, change, async (tx) => {
    refuseIf(checkRole(entering.actor, secrecyReviewers));
    const found = await getProjects(tx, numbers);
    await updateProjects(
      tx,
      found.map(({ id }) => ({ id, secrecy_reviewer: reviewer, reviewed: true as const })),
    );
    tx.entry.detail.numbers = [...numbers];
    return { reviewed: found.length };
  });
}

/** Projects by number, in the order asked. Raises `ledger/unknown_project`. */
export async function getProjects(
  tx: Pick<Transaction, 'queries'>,
  numbers: readonly string[],
): Promise<ProjectRow[]> {
  const found = await projectsByNumber(tx.queries, numbers);
  return numbers.map((number) => {
    const project = found.get(number);
    if (!project) throw unknownProject(number);
    return project;
  });
}

function numberTaken(number: string): Problem {
  return new Problem('ledger/number_taken', 'conflict', {
    zh: `编号 ${number} 已有项目，没有保存任何项目。`,
    en: `There is a project with the number ${number} already; nothing was saved.`,
  });
}

function unknownCode(number: string, code: string): Problem {
  return new Problem('ledger/unknown_code', 'invalid', {
    zh: `项目 ${number} 的代码“${code}”不存在（领域、单位、地区或上级项目）。`,
    en: `Project ${number} names “${code}”, which is no known field, unit, area or project.`,
  });
}

function unknownProject(number: string): Problem {
  return new Problem('ledger/unknown_project', 'not_found', {
    zh: `没有编号为 ${number} 的项目。`,
    en: `There is no project with the number ${number}.`,
  });
}

function needsForm(): Problem {
  return new Problem('ledger/needs_form', 'invalid', {
    zh: '这一步要在它自己的页面上办理（印发须写批次和文号，合并须写并入哪个项目）。',
    en: 'This step has a page of its own: issuing names its batch, merging names the other project.',
  });
}
