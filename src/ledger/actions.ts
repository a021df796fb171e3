import { listAreas } from '../areas/actions.ts';
import { isValidOn } from '../areas/rules.ts';
import { checkReach, type Entitled } from '../identity/access.ts';
import { currentHead } from '../journal/head.ts';
import { type Transaction, type Written, write } from '../journal/write.ts';
import { momentOf } from '../kit/clock.ts';
import type { Database } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { listUnits } from '../units/actions.ts';
import {
  checkDates,
  checkOrder,
  checkStep,
  checkVerifier,
  coordinators,
  ledgerReaders,
  stepTakers,
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

export { type Field, type ListedProject, listFields, listPublishedProjects } from './store.ts';

/** A project as staff see it: as it is now, with its steps, its last claim and the entry that this is of. */
export interface StaffProject {
  project: ProjectRow;
  steps: StepRow[];
  claim: StepRow | undefined;
  entry_no: number;
}

/** A project for somebody whose roles reach it. Raises `ledger/project_missing`, `identity/reach`. */
export async function getStaffProject(db: Database, actor: Entitled, number: string): Promise<StaffProject> {
  const { entry_no } = await currentHead(db);
  const project = await findProject(db.queries, entry_no, number);
  if (!project) throw unknownProject(number);
  refuseIf(checkReach(actor, ledgerReaders, project.unit_id));
  const steps = await listSteps(db.queries, entry_no, project.id);
  const claim = steps.findLast((step) => step.to_state === 'completion_claimed');
  return { project, steps, claim, entry_no };
}

/** How a change is entered: who, and for the demonstration when. */
export interface Entering {
  actor: Entitled;
  reason?: string;
  idempotency_key?: string;
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
  return write(db, change, (tx) => registerIn(tx, entering.actor, batch, projects));
}

async function registerIn(tx: Transaction, actor: Entitled, batch: Batch, projects: readonly NewProject[]) {
  const { entry_no } = tx.entry;
  const units = new Map((await listUnits(tx.queries, entry_no)).map((unit) => [unit.code, unit.id]));
  const areas = new Map((await listAreas(tx.queries, entry_no)).map((area) => [area.code, area]));
  const fields = new Set((await listFields(tx.queries, entry_no)).map((field) => field.code));
  const taken = await projectsByNumber(
    tx.queries,
    projects.map((project) => project.number),
  );
  const rows = projects.map(({ unit_code, ...project }) => {
    if (taken.has(project.number)) throw numberTaken(project.number);
    const unit_id = units.get(unit_code);
    const area = areas.get(project.area_code);
    if (!unit_id) throw unknownCode(project.number, unit_code);
    if (!area || !isValidOn(area, project.start)) throw unknownCode(project.number, project.area_code);
    if (!fields.has(project.field_code)) throw unknownCode(project.number, project.field_code);
    refuseIf(checkReach(actor, coordinators, unit_id));
    refuseIf(checkDates(project));
    const town_code = area.level === 'village' ? area.parent_code! : area.code;
    const { batch: name, document_no } = batch;
    return { ...project, unit_id, town_code, batch: name, document_no, state: 'registered' };
  });
  const stored = await insertProjects(tx, rows);
  await insertSteps(
    tx,
    stored.map((project) => step(project, 'registered', batch.issued_at, actor, null, null)),
  );
  tx.entry.detail.numbers = stored.map((project) => project.number);
  return { registered: stored.length };
}

/**
 * Takes the same step with several projects. Completing asks for a verifier who is neither the one who claimed
 * completion nor of the same unit. Raises `ledger/unknown_project`, `ledger/step_impossible`, `ledger/step_order`,
 * `ledger/step_future`, `ledger/own_verification`, `identity/reach` when it is not for this actor to take.
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
  const claims = to === 'completed' ? await lastSteps(tx.queries, ids, 'completion_claimed') : new Map();
  const changes = [];
  const rows = [];
  for (const { number, occurred_at, note } of steps) {
    const project = projects.get(number);
    if (!project) throw unknownProject(number);
    const moment = new Date(occurred_at);
    refuseIf(checkReach(actor, stepTakers, project.unit_id));
    refuseIf(checkStep(project, to, actor));
    refuseIf(checkOrder(last.get(project.id)!, moment, tx.entry.at));
    if (to === 'completed') refuseIf(checkVerifier(claims.get(project.id), actor));
    changes.push({ id: project.id, state: to, completed_at: to === 'completed' ? moment : null });
    rows.push(step(project, to, moment, actor, project.state, note));
  }
  await updateProjects(tx, changes);
  await insertSteps(tx, rows);
  tx.entry.detail.numbers = steps.map((one) => one.number);
  return { steps: rows.length };
}

function step(
  project: ProjectRow,
  to_state: ProjectState,
  occurred_at: Date,
  actor: Entitled,
  from_state: ProjectState | null,
  note: string | null,
) {
  const { account_id, unit_id } = actor;
  return { project_id: project.id, from_state, to_state, occurred_at, account_id, unit_id, note };
}

/** Corrects what a project says. The reason stays with the entry, the former text in the project's past. */
export function correctProjects(
  db: Database,
  entering: Entering & { reason: string },
  corrections: readonly { number: string; deadline: string; title: string }[],
): Promise<Written<undefined>> {
  return write(db, { ...entering, action: 'ledger/correction', subject: 'project' }, async (tx) => {
    const projects = await projectsByNumber(
      tx.queries,
      corrections.map((correction) => correction.number),
    );
    const changes = corrections.map(({ number, ...change }) => {
      const project = projects.get(number);
      if (!project) throw unknownProject(number);
      refuseIf(checkReach(entering.actor, coordinators, project.unit_id));
      refuseIf(checkDates({ start: project.start, deadline: change.deadline }));
      return { id: project.id, ...change };
    });
    await updateProjects(tx, changes);
    tx.entry.detail.numbers = corrections.map((correction) => correction.number);
    return undefined;
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
    zh: `项目 ${number} 的代码“${code}”不存在（领域、单位或地区）。`,
    en: `Project ${number} names “${code}”, which is no known field, unit or area.`,
  });
}

function unknownProject(number: string): Problem {
  return new Problem('ledger/unknown_project', 'not_found', {
    zh: `没有编号为 ${number} 的项目。`,
    en: `There is no project with the number ${number}.`,
  });
}
