// Changing what projects say, cell by cell: by hand, by a pasted block, in bulk. A cell comes as people write it.
import { checkReach } from '../identity/access.ts';
import type { Role } from '../identity/roles.ts';
import { currentHead } from '../journal/head.ts';
import { type Transaction, type Written, write } from '../journal/write.ts';
import { dayOf } from '../kit/clock.ts';
import type { Database } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { type Entering, getProjects, townOf } from './actions.ts';
import { cellText, readCell } from './cells.ts';
import { type ColumnName, findColumn, getColumn, type LedgerColumn, ledgerColumns } from './columns.ts';
import { coordinators, doers, doneStates, isOneOf, proposalStates } from './course.ts';
import { type Naming, namingOf, readNaming } from './naming.ts';
import { checkDates, checkSees } from './rules.ts';
import { never, type ProjectRow } from './schema.ts';
import { projectsById, projectsByNumber, updateProjects, whichHaveParts } from './store.ts';

/** A cell as somebody wants it. `before` is what they saw there: when it is something else by now, they are told. */
export interface CellEdit {
  number: string;
  column: ColumnName;
  text: string;
  before?: string | undefined;
}

/** What changes in a project, by column; what goes with it (the town of an area) included. */
export type ProjectChanges = Partial<Omit<ProjectRow, 'id' | 'since_entry'>>;

/** Columns whose change in a project that is under way is an adjustment (调整) and wants a reason. */
const adjusted = new Set<ColumnName>([
  'title',
  'content',
  'target',
  'target_value',
  'unit_id',
  'area_code',
  'field_code',
  'start',
  'deadline',
  'weight',
]);

/** Columns by which a completed project was judged: in time or late, and whose work it was. */
const judged = new Set<ColumnName>(['start', 'deadline', 'kind', 'unit_id']);

/**
 * Changes cells of projects, all or none. Raises `ledger/cell` with what is wrong, `ledger/edited_meanwhile` when
 * somebody else changed a cell after it was seen, `ledger/reason_missing` for an adjustment without one,
 * `ledger/judged` for what a completed project was judged by,
 * `identity/reach`, `ledger/unknown_project`.
 */
export async function editCells(
  db: Database,
  entering: Entering,
  edits: readonly CellEdit[],
): Promise<Written<{ cells: number }> & { texts: string[] }> {
  const numbers = [...new Set(edits.map((edit) => edit.number))];
  const subject = numbers.length === 1 ? `project:${numbers[0]}` : 'project';
  const input = edits.map(({ before: _, ...edit }) => ({ ...edit }));
  const change = { ...entering, action: 'ledger/edit', subject, input };
  let names: Naming | undefined;
  const written = await write(db, change, async (tx) => {
    const naming = await readNaming(tx.queries, tx.entry.entry_no);
    names = naming;
    const projects = new Map((await getProjects(tx, numbers)).map((project) => [project.number, project]));
    const parents = await parentsOf(tx, edits, projects.values());
    const changes = new Map<string, ProjectChanges>();
    for (const edit of edits) {
      const project = projects.get(edit.number)!;
      const changed = changes.get(edit.number) ?? {};
      refuseIf(checkEditor(entering, project, getColumn(edit.column)));
      refuseIf(checkSeen(edit, project, naming, parents.name));
      Object.assign(changed, readEdit(edit, project, naming, parents));
      changes.set(edit.number, changed);
    }
    await saveChanges(
      tx,
      [...changes].map(([number, change]) => ({ project: projects.get(number)!, change })),
    );
    tx.entry.detail.cells = edits.map(({ number, column }) => `${number}:${column}`);
    return { cells: edits.length };
  });
  // What cells hold is no part of the outcome: the journal keeps that, and keeps no names or telephone numbers.
  return {
    ...written,
    texts: edits.length <= mostTexts ? await storedTexts(db, edits, names ?? (await namingOf(db))) : [],
  };
}

/** Of a larger block the page reads what is stored from the list. */
const mostTexts = 200;

async function storedTexts(db: Database, edits: readonly CellEdit[], naming: Naming): Promise<string[]> {
  const projects = await projectsByNumber(db.queries, [...new Set(edits.map((edit) => edit.number))]);
  const parents = await projectsById(
    db.queries,
    [...projects.values()].flatMap((project) => project.parent_id ?? []),
  );
  return edits.map(({ number, column }) =>
    cellText(column, projects.get(number)!, naming, (id) => parents.get(id)?.number ?? ''),
  );
}

/** What an edit would do, as people see it. */
export interface EditPreview {
  number: string;
  title: string;
  column: string;
  from: string;
  to: string;
  problem: Problem | undefined;
}

/** What edits would do, without doing it: each with what speaks against it. */
export async function previewCells(
  db: Database,
  entering: Pick<Entering, 'actor' | 'reason'>,
  edits: readonly CellEdit[],
): Promise<EditPreview[]> {
  const { entry_no } = await currentHead(db);
  const naming = await readNaming(db.queries, entry_no);
  const projects = await projectsByNumber(db.queries, [...new Set(edits.map((edit) => edit.number))]);
  const parents = await parentsOf(db, edits, projects.values());
  return edits.flatMap((edit): EditPreview[] => {
    const project = projects.get(edit.number);
    if (!project) return [];
    const column = getColumn(edit.column);
    // Somebody may ask about any number; what is none of their business stays unsaid.
    const unseen = checkSees(entering.actor, [
      project.unit_id,
      project.proposing_unit_id,
      project.verifying_unit_id,
    ]);
    if (unseen) {
      return [
        { number: edit.number, title: '', column: column.title, from: '', to: edit.text, problem: unseen },
      ];
    }
    const from = cellText(edit.column, project, naming, parents.name);
    const row = { number: edit.number, title: project.title, column: column.title, from };
    try {
      refuseIf(checkEditor(entering, project, column));
      const change = readEdit(edit, project, naming, parents);
      const to = cellText(edit.column, { ...project, ...change } as ProjectRow, naming, parents.name);
      return [{ ...row, to, problem: undefined }];
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return [{ ...row, to: edit.text, problem }];
    }
  });
}

/** A Problem when somebody may not change a column of a project, or wants a reason for it; nothing otherwise. */
export function checkEditor(
  entering: Pick<Entering, 'actor' | 'reason'>,
  project: ProjectRow,
  column: LedgerColumn,
): Problem | undefined {
  const proposal = isOneOf(proposalStates, project.state);
  const editors = proposal ? proposalEditors(project, column) : column.editors;
  if (editors.length === 0) {
    const text = {
      zh: `“${column.title}”由系统给出，不能修改。`,
      en: `“${column.title}” is given by the system and cannot be changed.`,
    };
    return new Problem('ledger/column_fixed', 'forbidden', text);
  }
  const owner = proposal ? (project.proposing_unit_id ?? project.unit_id) : project.unit_id;
  const reach = checkReach(entering.actor, editors, owner);
  if (reach) return reach;
  if (judged.has(column.name) && isOneOf(doneStates, project.state)) {
    const text = {
      zh: `项目已销号，“${column.title}”不能再改：是否按期完成已有定论。确有错误的，先“重新办理”。`,
      en: `The project is complete: “${column.title}” stays, since it decides whether it was in time. Reopen it first.`,
    };
    return new Problem('ledger/judged', 'conflict', text);
  }
  if (proposal || project.state === 'registered' || !adjusted.has(column.name) || entering.reason?.trim()) {
    return undefined;
  }
  const text = {
    zh: `项目已交办，改“${column.title}”属于调整，请写明理由。`,
    en: `The project is under way: changing “${column.title}” is an adjustment and wants a reason.`,
  };
  return new Problem('ledger/reason_missing', 'invalid', text, { reason: text });
}

/** Columns of the list itself, which no proposal fills in. */
const listColumns = new Set<ColumnName>(['list_no', 'parent_id', 'weight', 'verifying_unit_id']);

/** Who proposes may write the proposal until it was screened; from then on it is the office's, as it was approved. */
function proposalEditors(project: Pick<ProjectRow, 'state'>, column: LedgerColumn): readonly Role[] {
  if (column.editors.length === 0) return [];
  const own = project.state === 'proposed' || project.state === 'returned';
  return own && !listColumns.has(column.name) ? [...coordinators, ...doers] : coordinators;
}

function checkSeen(
  edit: CellEdit,
  project: ProjectRow,
  naming: Naming,
  numberOf: (id: number) => string,
): Problem | undefined {
  if (edit.before === undefined) return undefined;
  const now = cellText(edit.column, project, naming, numberOf);
  if (now === edit.before.trim() || now === edit.text.trim()) return undefined;
  const { title } = getColumn(edit.column);
  return new Problem('ledger/edited_meanwhile', 'conflict', {
    zh: `项目 ${edit.number} 的“${title}”刚被别人改成“${now || '空'}”，您输入的“${edit.text}”没有保存。请核对后再改。`,
    en: `Somebody has just changed “${title}” of project ${edit.number} to “${now}”; “${edit.text}” was not saved.`,
  });
}

type Parents = Awaited<ReturnType<typeof parentsOf>>;

function readEdit(edit: CellEdit, project: ProjectRow, naming: Naming, parents: Parents): ProjectChanges {
  const column = getColumn(edit.column);
  const year = Number(project.start.slice(0, 4));
  const read = readCell(column, edit.text, { naming, year });
  if (read.kind === 'wrong') throw cellProblem(edit, read.message.zh, read.message.en);
  if (read.kind === 'unsure') {
    const listed = read.question.choices.map((choice) => choice.text).join('、');
    throw cellProblem(
      edit,
      `“${read.question.text}”可以是 ${listed}，请写明是哪一个。`,
      `“${read.question.text}” could be several things (${listed}). Say which.`,
    );
  }
  if (column.kind === 'project') {
    if (read.value === null) return { parent_id: null };
    const parent_id = parents.id(String(read.value));
    if (parent_id === undefined || parent_id === project.id) {
      throw cellProblem(
        edit,
        `没有编号为 ${read.value} 的上级项目，或它自己就是子项目。`,
        `There is no project ${read.value}, or it is itself part of another.`,
      );
    }
    if (parents.hasParts(project.id)) {
      throw cellProblem(
        edit,
        `项目 ${edit.number} 自己有子项目，不能再归到别的项目下面。`,
        `Project ${edit.number} has parts of its own and cannot be part of another.`,
      );
    }
    return { parent_id };
  }
  return withWhatFollows({ [column.name]: read.value } as ProjectChanges, project, naming, cellTrouble(edit));
}

const cellTrouble = (edit: CellEdit) => (zh: string, en: string) => cellProblem(edit, zh, en);

function cellProblem(edit: CellEdit, zh: string, en: string): Problem {
  const text = { zh, en };
  return new Problem('ledger/cell', 'invalid', text, { [`${edit.number}.${edit.column}`]: text });
}

/** What goes with a change: the town of an area, the kind of a project without end, the mark of a review. */
export function withWhatFollows(
  change: ProjectChanges,
  project: Pick<ProjectRow, 'start' | 'deadline'> & Partial<Pick<ProjectRow, 'kind'>>,
  naming: Naming,
  trouble: (zh: string, en: string) => Problem,
): ProjectChanges {
  const more: ProjectChanges = { ...change };
  if (change.area_code !== undefined) {
    more.town_code = townOf(naming.areas.find((area) => area.code === change.area_code)!);
  }
  if (change.secrecy_reviewer !== undefined) more.reviewed = change.secrecy_reviewer === null ? null : true;
  if (change.deadline === never) more.kind = 'standing';
  else if (change.deadline && project.kind === 'standing' && change.kind === undefined) more.kind = 'dated';
  if (change.kind === 'dated' && (change.deadline ?? project.deadline) === never) {
    throw trouble('有时限的项目要有完成时限。', 'A dated project needs a deadline.');
  }
  for (const name of ['start', 'deadline'] as const) {
    if (change[name] === null) throw trouble('时间不能为空。', 'The day must not be empty.');
  }
  const dates = { start: change.start ?? project.start, deadline: change.deadline ?? project.deadline };
  const problem = checkDates(dates);
  if (problem && (change.start !== undefined || change.deadline !== undefined)) throw problem;
  return more;
}

/** Texts that residents read: who changes one takes back its review for secrecy. */
const reviewedTexts = ledgerColumns
  .filter((column) => column.published && column.kind === 'text')
  .map((column) => column.name);

/** Saves what changes in projects, those with the same columns together; gives the projects as stored. */
export async function saveChanges(
  tx: Transaction,
  changes: readonly { project: ProjectRow; change: ProjectChanges }[],
): Promise<ProjectRow[]> {
  const rows = changes.map(({ project, change }) => {
    const real = Object.fromEntries(
      Object.entries(change).filter(
        ([name, value]) => !isSame(name, project[name as keyof ProjectRow], value),
      ),
    ) as ProjectChanges;
    const reviewed = real.secrecy_reviewer !== undefined;
    if (!reviewed && reviewedTexts.some((name) => name in real)) {
      Object.assign(real, { secrecy_reviewer: null, reviewed: null });
    }
    return { id: project.id, ...real };
  });
  const groups = Map.groupBy(rows, (row) => Object.keys(row).sort().join());
  const stored: ProjectRow[] = [];
  for (const [columns, group] of groups) {
    if (columns !== 'id') stored.push(...(await updateProjects(tx, group)));
  }
  return stored;
}

/** Whether a stored value and a new one say the same: decimals whatever their zeros, days whatever their clock. */
export function isSame(name: string, stored: unknown, wanted: unknown): boolean {
  if ((stored ?? null) === (wanted ?? null)) return true;
  if (stored instanceof Date) return dayOf(stored) === wanted;
  const kind = findColumn(name)?.kind;
  if (kind === 'decimal' || kind === 'money') {
    return stored !== null && wanted !== null && Number(stored) === Number(wanted);
  }
  return typeof stored === 'object' && JSON.stringify(stored) === JSON.stringify(wanted);
}

/** What edits of 上级项目编号 need to know: the projects that they name, those that are named now, and who has parts. */
async function parentsOf(
  tx: Pick<Transaction, 'queries'>,
  edits: readonly CellEdit[],
  projects: Iterable<ProjectRow>,
) {
  const asked = edits.filter((edit) => edit.column === 'parent_id');
  if (asked.length === 0)
    return { id: (_: string) => undefined, name: (_: number) => '', hasParts: (_: number) => false };
  const edited = [...projects];
  const named = await projectsByNumber(
    tx.queries,
    asked.map((edit) => edit.text.trim()),
  );
  const present = await projectsById(
    tx.queries,
    edited.flatMap((project) => project.parent_id ?? []),
  );
  const withParts = await whichHaveParts(
    tx.queries,
    edited.map((project) => project.id),
  );
  const numbers = new Map([...present.values(), ...named.values()].map(({ id, number }) => [id, number]));
  return {
    id: (number: string) => (named.get(number)?.parent_id === null ? named.get(number)?.id : undefined),
    name: (id: number) => numbers.get(id) ?? '',
    hasParts: (id: number) => withParts.has(id),
  };
}
