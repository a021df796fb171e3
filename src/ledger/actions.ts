import { listAreas } from '../areas/actions.ts';
import { isValidOn } from '../areas/rules.ts';
import { checkReach, checkRole, type Entitled } from '../identity/access.ts';
import { currentHead } from '../journal/head.ts';
import { type Transaction, type Written, write } from '../journal/write.ts';
import { dayOf, momentOf } from '../kit/clock.ts';
import type { Database, Queries } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { listUnits } from '../units/actions.ts';
import { itemsBeforeStep, verifyClaimedItems } from './checklist/actions.ts';
import { progressOf } from './checklist/rules.ts';
import type { ItemRow } from './checklist/schema.ts';
import { listItems } from './checklist/store.ts';
import { coordinators, doers, findStep } from './course.ts';
import {
  checkDates,
  checkExtension,
  checkExtensionDecider,
  checkOrder,
  checkReason,
  checkSees,
  checkStep,
  checkStepContext,
  extensionDeciders,
  type StepContext,
  secrecyReviewers,
  stepTakers,
} from './rules.ts';
import type { NewProject, NewStep, ProjectRow, ProjectState, StepRow } from './schema.ts';
import {
  type Field,
  findProject,
  insertComment,
  insertExtension,
  insertFields,
  insertProjects,
  insertSteps,
  lastNumber,
  lastSteps,
  listExtensions,
  listFields,
  listSteps,
  projectsByNumber,
  updateExtension,
  updateProjects,
} from './store.ts';
import { newSurveyCode } from './survey/rules.ts';

export { type Field, type ListedProject, listFields, listPublishedProjects } from './store.ts';

/** A project as staff see it: as known at an entry, with its steps, its checklist and what the next step depends on. */
export interface StaffProject {
  project: ProjectRow;
  steps: StepRow[];
  items: ItemRow[];
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
  const context = {
    last: steps.at(-1),
    claim: steps.findLast((step) => step.to_state === 'completion_claimed'),
    items_open: progressOf(items).items_open,
  };
  return { project, steps, items, context, entry_no };
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

/**
 * Proposes projects (申报) for the units that an actor's roles reach; the district's office may for everybody. They get
 * the next numbers of the series and count in no figure until they are approved and issued.
 * Raises `identity/reach`, `ledger/unknown_code`, `ledger/dates`.
 */
export function proposeProjects(
  db: Database,
  entering: Entering,
  proposals: readonly Omit<NewProject, 'number'>[],
): Promise<Written<{ numbers: string[] }>> {
  const change = { ...entering, action: 'ledger/proposal', subject: 'project', input: [...proposals] };
  return write(db, change, async (tx) => {
    const numbers = await nextNumbers(tx, proposals.length);
    const rows = await rowsOf(
      tx,
      proposals.map((proposal, index) => ({ ...proposal, number: numbers[index]! })),
    );
    const proposing = entering.actor.unit_id;
    for (const row of rows) {
      refuseIf(checkReach(entering.actor, [...doers, ...coordinators], row.proposing_unit_id ?? row.unit_id));
    }
    const stored = await insertProjects(
      tx,
      rows.map((row) => ({
        ...row,
        proposing_unit_id: row.proposing_unit_id ?? proposing,
        state: 'proposed' as const,
      })),
    );
    await insertSteps(
      tx,
      stored.map((project) => step(project, 'proposed', tx.entry.at, entering.actor, null, null)),
    );
    tx.entry.subject = stored.length === 1 ? `project:${numbers[0]}` : 'project';
    tx.entry.detail.numbers = numbers;
    return { numbers };
  });
}

/** The next numbers of the year's series: `2021-001`. */
async function nextNumbers(tx: Transaction, count: number): Promise<string[]> {
  const prefix = `${dayOf(tx.entry.at).slice(0, 4)}-`;
  const last = Number((await lastNumber(tx.queries, prefix))?.slice(prefix.length) ?? 0);
  return Array.from({ length: count }, (_, index) => `${prefix}${String(last + 1 + index).padStart(3, '0')}`);
}

/** What people name by codes, as the columns of the table hold it. Raises Problems for what is not known. */
async function rowsOf(tx: Transaction, projects: readonly NewProject[]) {
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
 * Issues approved projects as a numbered list (印发): they are on the list from then on, in the order given.
 * Raises `ledger/unknown_project`, `ledger/step_impossible`, `identity/reach`.
 */
export function issueProjects(
  db: Database,
  entering: Entering,
  batch: Batch,
  numbers: readonly string[],
): Promise<Written<{ issued: number }>> {
  const input = { ...batch, issued_at: batch.issued_at.toISOString(), numbers: [...numbers] };
  const change = { ...entering, action: 'ledger/issue', subject: `batch:${batch.batch}`, input };
  return write(db, change, async (tx) => {
    const { batch: name, document_no, issued_at } = batch;
    const found = await getProjects(tx, numbers);
    const last = await lastSteps(
      tx.queries,
      found.map((project) => project.id),
    );
    for (const project of found) {
      refuseIf(checkStep(project, 'registered', entering.actor));
      refuseIf(checkOrder(last.get(project.id)!, issued_at, tx.entry.at));
    }
    await updateProjects(
      tx,
      found.map(({ id }, index) => ({
        id,
        state: 'registered' as const,
        batch: name,
        document_no,
        list_no: index + 1,
      })),
    );
    await insertSteps(
      tx,
      found.map((project) => step(project, 'registered', issued_at, entering.actor, project.state, null)),
    );
    tx.entry.detail.numbers = [...numbers];
    return { issued: found.length };
  });
}

/** Merges a proposal into another project: it stays readable and says where it went. */
export function mergeProject(
  db: Database,
  entering: Entering,
  asked: { number: string; into: string; note: string },
): Promise<Written<undefined>> {
  const change = { ...entering, action: 'ledger/merged', subject: `project:${asked.number}`, input: asked };
  return write(db, change, async (tx) => {
    const [project, into] = await getProjects(tx, [asked.number, asked.into]);
    refuseIf(checkStep(project!, 'merged', entering.actor));
    refuseIf(checkReason({ reason: true }, asked.note));
    if (project!.id === into!.id || into!.state === 'merged') throw badMerge();
    await updateProjects(tx, [{ id: project!.id, state: 'merged', merged_into_id: into!.id }]);
    const note = `并入 ${into!.number}《${into!.title}》：${asked.note.trim()}`;
    await insertSteps(tx, [step(project!, 'merged', tx.entry.at, entering.actor, project!.state, note)]);
    tx.entry.detail.into = into!.number;
    return undefined;
  });
}

/**
 * Takes the same step with several projects. Completing asks for a verifier who is neither the one who claimed
 * completion nor of the same unit, and verifies what the checklist has reported done.
 * Raises `ledger/unknown_project`, `ledger/step_impossible`, `ledger/step_order`, `ledger/step_future`,
 * `ledger/own_verification`, `ledger/reason_missing`, `ledger/items_open`, `identity/reach`.
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
  const items = await itemsBeforeStep(tx, ids, to);
  const changes = [];
  const rows = [];
  for (const { number, occurred_at, note } of steps) {
    const project = projects.get(number);
    if (!project) throw unknownProject(number);
    const moment = new Date(occurred_at);
    refuseIf(checkReach(actor, stepTakers, project.unit_id));
    refuseIf(checkStep(project, to, actor));
    const taken = findStep(project.state, to)!;
    if (taken.form) throw needsForm();
    refuseIf(checkReason(taken, note));
    refuseIf(checkOrder(last.get(project.id)!, moment, tx.entry.at));
    refuseIf(
      checkStepContext(project, to, actor, {
        last: last.get(project.id),
        claim: claims.get(project.id),
        items_open: items.open(project.id),
      }),
    );
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
      rows.map(({ project_id, occurred_at }) => ({ project_id, occurred_at })),
    );
  }
  tx.entry.detail.numbers = steps.map((one) => one.number);
  return { steps: rows.length };
}

/** A step as it will be stored. */
function step(
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

/**
 * Asks for a later deadline (延期), before the present one has passed.
 * Raises `ledger/unknown_project`, `ledger/extension_…`, `ledger/reason_missing`, `identity/reach`.
 */
export function askExtension(
  db: Database,
  entering: Entering,
  asked: { number: string; deadline: string; reason: string },
): Promise<Written<undefined>> {
  const subject = `project:${asked.number}`;
  const input = { number: asked.number, deadline: asked.deadline, reason: asked.reason };
  return write(db, { ...entering, action: 'ledger/extension', subject, input }, async (tx) => {
    const { account_id, unit_id } = entering.actor;
    const [project] = await getProjects(tx, [asked.number]);
    refuseIf(checkReach(entering.actor, doers, project!.unit_id));
    const all = await listExtensions(tx.queries, tx.entry.entry_no, project!.id);
    const open = all.find((one) => one.decision === null);
    refuseIf(checkExtension(project!, open, asked, dayOf(tx.entry.at)));
    await insertExtension(tx, {
      project_id: project!.id,
      former_deadline: project!.deadline,
      deadline: asked.deadline,
      reason: asked.reason.trim(),
      asked_at: tx.entry.at,
      account_id,
      unit_id,
      decision: null,
      decided_at: null,
      decided_by: null,
      decision_note: null,
    });
    return undefined;
  });
}

/**
 * Decides on a later deadline; granted, it is the project's from now on. Raises `ledger/no_extension`,
 * `ledger/own_extension`, `ledger/reason_missing` for a refusal without one, `identity/reach`.
 */
export function decideExtension(
  db: Database,
  entering: Entering,
  asked: { number: string; decision: 'granted' | 'refused'; note: string },
): Promise<Written<undefined>> {
  const subject = `project:${asked.number}`;
  const input = { number: asked.number, decision: asked.decision, note: asked.note };
  return write(db, { ...entering, action: 'ledger/extension_decision', subject, input }, async (tx) => {
    const [project] = await getProjects(tx, [asked.number]);
    refuseIf(checkReach(entering.actor, extensionDeciders, project!.unit_id));
    const all = await listExtensions(tx.queries, tx.entry.entry_no, project!.id);
    const open = all.find((one) => one.decision === null);
    if (!open) throw noExtension();
    refuseIf(checkExtensionDecider(open, entering.actor));
    if (asked.decision === 'refused') refuseIf(checkReason({ reason: true }, asked.note));
    await updateExtension(tx, {
      id: open.id,
      decision: asked.decision,
      decided_at: tx.entry.at,
      decided_by: entering.actor.account_id,
      decision_note: asked.note.trim() || null,
    });
    if (asked.decision === 'granted') {
      await updateProjects(tx, [{ id: project!.id, deadline: open.deadline }]);
    }
    tx.entry.detail.decision = asked.decision;
    return undefined;
  });
}

/** Leaves a note with a project, or with one item of its checklist, for staff. Raises `ledger/unknown_project`, `identity/reach`. */
export function addComment(
  db: Database,
  entering: Entering,
  asked: { number: string; position?: number | undefined; text: string },
): Promise<Written<undefined>> {
  const subject = `project:${asked.number}`;
  const input = { number: asked.number, position: asked.position ?? null, text: asked.text };
  return write(db, { ...entering, action: 'ledger/comment', subject, input }, async (tx) => {
    const { account_id, unit_id } = entering.actor;
    const [project] = await getProjects(tx, [asked.number]);
    const items = await listItems(tx.queries, tx.entry.entry_no, [project!.id]);
    refuseIf(checkSees(entering.actor, await unitsOf(tx.queries, project!, items)));
    const text = asked.text.trim();
    if (!text) throw emptyComment();
    await insertComment(tx, {
      project_id: project!.id,
      item_id: items.find((item) => item.position === asked.position)?.id ?? null,
      text,
      account_id,
      unit_id,
      occurred_at: tx.entry.at,
    });
    return undefined;
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

function badMerge(): Problem {
  const text = { zh: '不能并入这个项目，请另选一个。', en: 'It cannot be merged into that project.' };
  return new Problem('ledger/merge', 'invalid', text, { into: text });
}

function noExtension(): Problem {
  return new Problem('ledger/no_extension', 'conflict', {
    zh: '没有等待决定的延期申请。可能已经由别人决定，请刷新页面。',
    en: 'No request waits to be decided. Somebody may have decided it; reload the page.',
  });
}

function emptyComment(): Problem {
  const text = { zh: '请写下要说的话。', en: 'Write what you want to say.' };
  return new Problem('ledger/comment_empty', 'invalid', text, { text });
}
