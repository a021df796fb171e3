import { listAreas } from '../../areas/actions.ts';
import { checkRole, type Entitled } from '../../identity/access.ts';
import { currentHead } from '../../journal/head.ts';
import { type Transaction, type Written, write } from '../../journal/write.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Database } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { readWorkbook } from '../../kit/workbook.ts';
import { shownOf, takeBackReviews } from '../checklist/actions.ts';
import { checkItems, checkPlanChange } from '../checklist/rules.ts';
import type { ItemRow } from '../checklist/schema.ts';
import { currentItems, insertItems, updateItems } from '../checklist/store.ts';
import { coordinators, doneStates, isOneOf, openStates } from '../course.ts';
import { saveChanges } from '../edits.ts';
import { readNaming } from '../naming.ts';
import { checkShown } from '../rules.ts';
import type { ProjectRow, ProjectState, StepRow } from '../schema.ts';
import {
  everyProject,
  insertProjects,
  insertSteps,
  lastNumber,
  lastSteps,
  projectsByNumber,
  updateProjects,
} from '../store.ts';
import { checkAdjusted } from './adjustments.ts';
import { restOf, withoutLeft } from './leave-out.ts';
import { matcherOf } from './matching.ts';
import { planImport } from './plan.ts';
import { plannedOf } from './plan-items.ts';
import type { Plan, PlannedItem, PlannedRow } from './planned.ts';
import { readLedger } from './read.ts';
import type { Reading } from './reading.ts';
import { rememberSynonyms, type Synonym } from './synonyms.ts';

/** A workbook that somebody drops in. */
export interface LedgerFile {
  content: Buffer;
  name: string;
}

/**
 * Reads a workbook and says what importing it would do; nothing is changed. `told` are answers that are not stored yet.
 * Raises `kit/sheet…` when it cannot be read.
 */
export async function dryRun(
  db: Database,
  file: LedgerFile,
  told: readonly Synonym[] = [],
  onProgress: (done: number, of: number) => Promise<void> | void = () => {},
): Promise<Plan> {
  const book = await readWorkbook(file.content, file.name, (done, of) => void onProgress(done, 2 * of));
  const rows = book.sheets.reduce((sum, sheet) => sum + sheet.rows.length, 0);
  const { entry_no } = await currentHead(db);
  const naming = await readNaming(db.queries, entry_no, told);
  const today = dayOf(new Date());
  const pause = async (done: number) => {
    await onProgress(rows + Math.floor(done / 2), 2 * rows);
    await new Promise(setImmediate);
  };
  const reading = await readLedger(book, naming, today, pause);
  const projects = await everyProject(db.queries);
  const touched = touchedBy(reading, projects);
  const items = await currentItems(db.queries, touched);
  const shown = await shownOf(db.queries, touched);
  const district = (await listAreas(db.queries, entry_no)).find((area) => area.level === 'district');
  const present = {
    projects,
    items,
    evidenceOf: (project_id: number) => shown(project_id).evidence,
    naming,
    district_code: district?.code ?? '',
    nextNumber: await numbering(db, reading.drafts[0]?.year ?? Number(today.slice(0, 4))),
    today,
  };
  return planImport(reading, present, (done) => pause(rows + done));
}

/** The projects whose checklists matter to a workbook: those that it plans items for, and those that it calls done. */
function touchedBy(reading: Reading, projects: readonly ProjectRow[]): number[] {
  const matcher = matcherOf(projects);
  const planned = new Set(reading.items.map((item) => item.number));
  const said = reading.drafts.filter((draft) => draft.state !== null && isOneOf(claiming, draft.state));
  const ids = said.flatMap((draft) => matcher.find(draft)?.id ?? []);
  const listed = projects.filter((project) => planned.has(project.number)).map((project) => project.id);
  return [...new Set([...ids, ...listed])];
}

const claiming: readonly ProjectState[] = ['completion_claimed', ...doneStates];

async function numbering(db: Database, year: number): Promise<() => string> {
  const prefix = `${year}-`;
  let last = Number((await lastNumber(db.queries, prefix))?.slice(prefix.length) ?? 0);
  return () => `${prefix}${String(++last).padStart(3, '0')}`;
}

/** How an import is entered, and the list that its new projects belong to where the workbook does not say. */
export interface ImportEntering {
  actor: Entitled;
  idempotency_key?: string | undefined;
  batch?: string | undefined;
  document_no?: string | undefined;
  /** Why projects that are under way are adjusted. */
  reason?: string | undefined;
  /** Rows with errors, and what belongs to them, stay out; the entry says how many. */
  without_errors?: boolean | undefined;
}

/**
 * Does what a dry run showed, as one entry. Raises `ledger/import_errors` while anything is wrong, `ledger/import_stale`
 * when the ledger changed since it was compared, `ledger/reason_missing` when it adjusts projects that are under way
 * without saying why, `identity/reach` for who does not keep the list.
 */
export function applyImport(
  db: Database,
  entering: ImportEntering,
  whole: Plan,
  told: readonly Synonym[] = [],
): Promise<Written<{ new: number; changed: number; items: number }>> {
  const { actor, idempotency_key, without_errors } = entering;
  const plan = without_errors ? withoutLeft(whole) : whole;
  const input = { new: plan.new.map((row) => row.number), changed: plan.changed.map((row) => row.number) };
  const reason = entering.reason?.trim() || undefined;
  const change = { actor, reason, idempotency_key, action: 'ledger/import', subject: 'project', input };
  return write(db, change, async (tx) => {
    refuseIf(checkRole(actor, coordinators));
    const unready = without_errors ? plan.questions.length > 0 || restOf(plan) === 0 : plan.errors.length > 0;
    if (unready) throw importErrors(plan.errors.length);
    await rememberSynonyms(tx, told);
    const planned = plan.items.planned;
    const former = await projectsByNumber(tx.queries, [...new Set(planned.map((one) => one.number))]);
    const added = await addNew(tx, entering, plan.new);
    await changeKnown(tx, { actor, reason }, plan.changed);
    await saveItems(tx, { actor, reason }, planned, former);
    await refuseOpenClaims(tx, plan.changed);
    await linkParents(tx, [...plan.new, ...plan.changed]);
    tx.entry.detail.new = plan.new.map((row) => row.number);
    tx.entry.detail.changed = plan.changed.map((row) => row.number);
    if (without_errors) tx.entry.detail.left_out = plan.left_count;
    return { new: added, changed: plan.changed.length, items: planned.length };
  });
}

async function addNew(
  tx: Transaction,
  entering: ImportEntering,
  rows: readonly PlannedRow[],
): Promise<number> {
  const taken = await projectsByNumber(
    tx.queries,
    rows.map((row) => row.number),
  );
  if (taken.size > 0) throw stale([...taken.keys()]);
  const batch = entering.batch?.trim() || `${dayOf(tx.entry.at)} 导入`;
  const stored = await insertProjects(
    tx,
    rows.map(({ number, change: { parent_number: _, ...change }, state, title }) => {
      const document_no = (change.document_no as string | undefined) ?? entering.document_no?.trim() ?? null;
      return {
        ...change,
        number,
        title,
        batch: (change.batch as string | undefined) ?? batch,
        document_no,
        state: state ?? 'registered',
        synthetic: false,
      };
    }),
  );
  const steps = stored.flatMap((project, index) => historyOf(tx, entering.actor, project, rows[index]!));
  await insertSteps(tx, steps);
  return stored.length;
}

const note = '由导入的台账记入';

/** The steps that a project in some state has behind it, dated as far as the workbook says when. */
function historyOf(
  tx: Transaction,
  actor: Entitled,
  project: ProjectRow,
  row: PlannedRow,
): Omit<StepRow, 'id'>[] {
  const now = tx.entry.at;
  const began = earlier(new Date(`${project.start}T09:00:00+08:00`), now);
  return stepsBetween(null, row.state ?? 'registered', project, actor, (to) => {
    if (to !== 'completion_claimed') return began;
    const done = row.completed_on ? new Date(`${row.completed_on}T17:00:00+08:00`) : now;
    return earlier(later(done, began), now);
  });
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}

function stepsBetween(
  from: ProjectState | null,
  to: ProjectState,
  project: Pick<ProjectRow, 'id'>,
  actor: Entitled,
  at: (to: ProjectState) => Date,
): Omit<StepRow, 'id'>[] {
  const { account_id, unit_id } = actor;
  const first = from === null ? 0 : openStates.indexOf(from as (typeof openStates)[number]) + 1;
  // Who handed it over and who accepted it is not known here, so no such step is made up.
  const way = openStates
    .slice(first, openStates.indexOf(to as (typeof openStates)[number]) + 1)
    .filter((state) => state === to || (state !== 'assigned' && state !== 'accepted'));
  return way.map((to_state, index) => ({
    project_id: project.id,
    from_state: index === 0 ? from : way[index - 1]!,
    to_state,
    occurred_at: at(to_state),
    account_id,
    unit_id,
    note: index === way.length - 1 ? note : null,
  }));
}

async function changeKnown(
  tx: Transaction,
  { actor, reason }: Pick<ImportEntering, 'actor' | 'reason'>,
  rows: readonly PlannedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const known = await projectsByNumber(
    tx.queries,
    rows.map((row) => row.number),
  );
  const changed = rows.filter((row) => known.get(row.number)?.since_entry !== row.since_entry);
  if (changed.length > 0) throw stale(changed.map((row) => row.number));
  for (const row of rows) refuseIf(checkAdjusted(known.get(row.number)!, row.change, reason));
  await saveChanges(
    tx,
    rows.map(({ number, change: { parent_number: _, ...change } }) => ({
      project: known.get(number)!,
      change,
    })),
  );
  const moving = rows.filter((row) => row.state !== null);
  const last = await lastSteps(
    tx.queries,
    moving.map((row) => row.id!),
  );
  const steps = moving.flatMap((row) => {
    const project = known.get(row.number)!;
    const before = last.get(project.id)!.occurred_at;
    return stepsBetween(project.state, row.state!, project, actor, (to) => {
      const said = to === 'completion_claimed' && row.completed_on;
      const moment = said ? new Date(`${row.completed_on}T17:00:00+08:00`) : tx.entry.at;
      return earlier(later(moment, before), tx.entry.at);
    });
  });
  await insertSteps(tx, steps);
  await updateProjects(
    tx,
    moving.map((row) => ({ id: row.id!, state: row.state! })),
  );
}

/** What was shown of projects that are called done may have been taken back since the plan was made. */
async function refuseOpenClaims(tx: Transaction, rows: readonly PlannedRow[]): Promise<void> {
  const claimed = rows.filter((row) => row.state === 'completion_claimed');
  if (claimed.length === 0) return;
  const shown = await shownOf(
    tx.queries,
    claimed.map((row) => row.id!),
  );
  const open = claimed.filter((row) => checkShown(shown(row.id!)));
  if (open.length > 0) throw stale(open.map((row) => row.number));
}

async function saveItems(
  tx: Transaction,
  entering: Pick<ImportEntering, 'actor' | 'reason'>,
  planned: readonly PlannedItem[],
  former: ReadonlyMap<string, ProjectRow>,
): Promise<void> {
  if (planned.length === 0) return;
  const projects = await projectsByNumber(tx.queries, [...new Set(planned.map((one) => one.number))]);
  const present = await currentItems(
    tx.queries,
    [...projects.values()].map((project) => project.id),
  );
  const known = new Map(present.map((item) => [`${item.project_id}#${item.position}`, item]));
  const checklists = Map.groupBy(present.map(plannedWithProject), (item) => item.project_id);
  const added: Omit<ItemRow, 'id' | 'since_entry'>[] = [];
  const changed: ({ id: number } & Partial<ItemRow>)[] = [];
  const retitled = new Set<ProjectRow>();
  for (const { number, position, id, since_entry, item } of planned) {
    const project = projects.get(number);
    const before = project && known.get(`${project.id}#${position}`);
    if (!project || (before?.id ?? null) !== id || (before?.since_entry ?? null) !== since_entry) {
      throw stale([number]);
    }
    // Held to what the project was when the plan was made: the same workbook may have moved it on.
    const was = former.get(number);
    if (was) refuseIf(checkPlanChange(was, before, item, entering));
    if (before?.title !== item.title) retitled.add(project);
    const others = (checklists.get(project.id) ?? []).filter((one) => one.position !== position);
    checklists.set(project.id, [...others, { ...item, project_id: project.id }]);
    if (id !== null) changed.push({ id, ...item });
    else {
      added.push({ ...item, project_id: project.id, actual_start: null, actual_end: null, state: 'planned' });
    }
  }
  for (const project of projects.values()) {
    if (checkItems(checklists.get(project.id) ?? [])) throw stale([project.number]);
  }
  await insertItems(tx, added);
  await updateItems(tx, changed);
  await takeBackReviews(tx, [...retitled]);
}

function plannedWithProject(item: ItemRow) {
  return { ...plannedOf(item), project_id: item.project_id };
}

/** Sub-projects find the project that they belong to, which may have come in the same workbook. */
async function linkParents(tx: Transaction, rows: readonly PlannedRow[]): Promise<void> {
  const linked = rows.filter((row) => row.change.parent_number !== undefined);
  if (linked.length === 0) return;
  const numbers = linked.flatMap((row) => [row.number, row.change.parent_number ?? []].flat());
  const known = await projectsByNumber(tx.queries, numbers);
  const moving = new Set(linked.map((row) => row.number));
  const changes = linked.map(({ number, change }) => {
    const parent = change.parent_number ? known.get(change.parent_number) : null;
    // Whose own place changes in the same workbook was looked at when the plan was made.
    const part = parent && parent.parent_id !== null && !moving.has(parent.number);
    if (parent === undefined || part) throw stale([number]);
    return { id: known.get(number)!.id, parent_id: parent?.id ?? null };
  });
  await updateProjects(tx, changes);
}

function importErrors(count: number): Problem {
  return new Problem('ledger/import_errors', 'conflict', {
    zh: `还有 ${count} 处错误，没有导入任何内容。请改好后重新上传。`,
    en: `There are ${count} errors; nothing was imported. Mend them and send the file again.`,
  });
}

function stale(numbers: readonly string[]): Problem {
  const listed = numbers.slice(0, 5).join('、');
  return new Problem('ledger/import_stale', 'conflict', {
    zh: `核对之后台账又有改动（${listed}${numbers.length > 5 ? ' 等' : ''}），没有导入。请重新核对再导入。`,
    en: `The ledger changed after it was compared (${listed}); nothing was imported. Compare again.`,
  });
}
