// What an import would do: drafts against the ledger as it is. Nothing is written here; what is applied is exactly what was
// shown, or it is shown anew.
import type { Message } from '../../kit/i18n.ts';
import { cut } from '../../kit/text.ts';
import { cellText } from '../cells.ts';
import { type ColumnName, getColumn, ledgerColumns } from '../columns.ts';
import { isOneOf, proposalStates } from '../course.ts';
import { isSame, withWhatFollows } from '../edits.ts';
import { areaIn, type Naming, nameKey } from '../naming.ts';
import { never, type ProjectRow } from '../schema.ts';
import { staffStateWords } from '../words.ts';
import { checkAdjusted } from './adjustments.ts';
import { leaveOut } from './leave-out.ts';
import { givenNumber, matcherOf } from './matching.ts';
import { planItems } from './plan-items.ts';
import { checkParents, type Link } from './plan-parents.ts';
import { type Claim, checkClaims, stateChange, stateOfNew } from './plan-states.ts';
import { type CellChange, fail, type Plan, type PlannedRow, type Present } from './planned.ts';
import type { CellError, Draft, Reading } from './reading.ts';

/** A plan while it is made. */
interface Planning {
  plan: Plan;
  present: Present;
  faults: Faults;
  numberOf: ReadonlyMap<number, string>;
  /** Gives the number of a new project that has none. */
  nextNumber: () => string;
  /** Rows that name somebody who reviewed for secrecy, which is said here on screen alone. */
  reviewers: number;
  /** Cells that are empty in a workbook of the district's own, where the ledger has something. */
  blanks: number;
  /** How many new projects have no start of their own, by the day that is taken instead. */
  starts: Map<string, number>;
  /** New projects without a place of their own, by where it is taken from instead. */
  places: { unit: number; title: number; district: number };
}

/** Compares what a workbook says with the ledger. */
export async function planImport(
  reading: Reading,
  present: Present,
  pause: (done: number) => Promise<void>,
): Promise<Plan> {
  const plan: Plan = {
    rows: reading.drafts.length,
    new: [],
    changed: [],
    unchanged: 0,
    missing: [],
    items: { rows: reading.items.length, new: 0, changed: 0, unchanged: 0, planned: [] },
    adjusted: 0,
    left: [],
    left_count: 0,
    errors: [...reading.errors],
    questions: reading.questions,
    notes: reading.notes,
  };
  const matcher = matcherOf(present.projects);
  const planning: Planning = {
    plan,
    present,
    faults: faultsOf(reading.errors),
    numberOf: new Map(present.projects.map((project) => [project.id, project.number])),
    nextNumber: freeNumbers(reading, present),
    reviewers: 0,
    blanks: 0,
    starts: new Map(),
    places: { unit: 0, title: 0, district: 0 },
  };
  const seen = new Map<string, Draft>();
  const claims: Claim[] = [];
  const links: Link[] = [];
  for (const [index, draft] of reading.drafts.entries()) {
    if (index % 200 === 199) await pause(index + 1);
    const project = matcher.find(draft);
    const number = project?.number ?? givenNumber(draft) ?? '';
    const key = number || `${nameKey(String(draft.values.title ?? ''))}|${draft.values.unit_id ?? ''}`;
    const twin = seen.get(key);
    if (twin) {
      fail(plan, draft, number ? 'number' : 'title', {
        zh: `与“${twin.sheet}”第 ${twin.row} 行重复${number ? `（编号 ${number}）` : '（名称和牵头单位相同）'}。`,
        en: `The same project stands in row ${twin.row} of “${twin.sheet}”.`,
      });
      continue;
    }
    seen.set(key, draft);
    addHelpers(draft, project, present.naming);
    const planned = project ? planChange(planning, draft, project) : planNew(planning, draft, number);
    if (planned && planned.change.parent_number !== undefined) links.push({ draft, planned });
    if (planned?.state === 'completion_claimed') claims.push({ draft, number: planned.number, project });
  }
  if (reading.drafts.length > 0) {
    const found = new Set(reading.drafts.map((draft) => matcher.find(draft)?.id));
    plan.missing = present.projects
      .filter((project) => !isOneOf(proposalStates, project.state) && project.state !== 'terminated')
      .filter((project) => !found.has(project.id))
      .map((project) => project.number);
  }
  planItems(plan, reading.items, present);
  checkClaims(plan, claims, present);
  checkParents(plan, links, present);
  leaveOut(plan, reading, links, present, (draft) => matcher.find(draft)?.number ?? givenNumber(draft));
  plan.notes.push(...supposedIn(planning));
  if (planning.reviewers > 0) {
    const { title } = getColumn('secrecy_reviewer');
    plan.notes.push(
      `“${title}”有 ${planning.reviewers} 行与系统不同，没有采用：保密审查要在系统里办理，由办理的人留名。`,
    );
  }
  return plan;
}

/** What was supposed where the workbook says nothing. */
function supposedIn({ blanks, starts, places, present }: Planning): string[] {
  const notes: string[] = [];
  if (blanks > 0) {
    notes.push(`有 ${blanks} 格表里是空白、台账里有内容，保持不变。要清空的，请在导出的表里清空再导入。`);
  }
  const days = [...starts].toSorted(([, a], [, b]) => b - a);
  for (const [day, count] of days.slice(0, mostDays)) {
    notes.push(`${count} 个新项目没有开始时间，按 ${day} 计，办理记录也从这天起，导入后可以修改。`);
  }
  const more = days.slice(mostDays).reduce((sum, [, count]) => sum + count, 0);
  if (more > 0) notes.push(`另有 ${more} 个新项目没有开始时间，按完成时限当天计，导入后可以修改。`);
  const { unit, title, district } = places;
  if (unit + title + district > 0) {
    const from = [
      unit > 0 ? `${unit} 个按牵头单位所在的镇村` : '',
      title > 0 ? `${title} 个按项目名称里写的镇村` : '',
      district > 0 ? `${district} 个按${present.naming.areaName(present.district_code)}` : '',
    ].filter(Boolean);
    notes.push(`${unit + title + district} 个新项目没有地区：${from.join('，')}，导入后可以修改。`);
  }
  return notes;
}

const mostDays = 3;

/** Units after the first in the cell of the one in charge help, beside those of the sheet's own column of helpers. */
function addHelpers(draft: Draft, project: ProjectRow | undefined, naming: Naming): void {
  if (!draft.helpers) return;
  const written = draft.values.co_unit_codes as string[] | null | undefined;
  const silent = written === undefined || (written === null && draft.places.number === undefined);
  const beside = (silent ? project?.co_unit_codes : written) ?? [];
  const all = draft.helpers.every((code) => beside.includes(code)) ? beside : [...draft.helpers, ...beside];
  const lead = naming.units.find((unit) => unit.id === draft.values.unit_id)?.code;
  draft.values.co_unit_codes = [...new Set(all)].filter((code) => code !== lead);
}

/** Numbers that neither the ledger nor the workbook has, in their order. */
function freeNumbers(reading: Reading, present: Present): () => string {
  const taken = new Set(present.projects.map((project) => project.number));
  for (const draft of reading.drafts) taken.add(givenNumber(draft) ?? '');
  return () => {
    for (;;) {
      const number = present.nextNumber();
      if (!taken.has(number)) return number;
    }
  };
}

/** Which rows and cells could not be read: what is wrong there is said already. */
interface Faults {
  row(draft: Draft): boolean;
  cell(draft: Draft, name: ColumnName): boolean;
}

function faultsOf(errors: readonly CellError[]): Faults {
  const rows = new Set(errors.map(({ sheet, row }) => `${sheet}:${row}`));
  const cells = new Set(errors.map(({ sheet, row, column }) => `${sheet}:${row}:${column}`));
  return {
    row: ({ sheet, row }) => rows.has(`${sheet}:${row}`),
    cell: ({ sheet, row }, name) => cells.has(`${sheet}:${row}:${getColumn(name).title}`),
  };
}

const compared = ledgerColumns
  .filter(
    (column) => !['number', 'state', 'completed_at', 'progress', 'secrecy_reviewer'].includes(column.name),
  )
  .map((column) => column.name) as Exclude<ColumnName, 'progress'>[];

function planChange(planning: Planning, draft: Draft, project: ProjectRow): PlannedRow | undefined {
  const { plan, present, faults, numberOf } = planning;
  const { naming } = present;
  const change: PlannedRow['change'] = {};
  const cells: CellChange[] = [];
  const parentName = (id: number) => numberOf.get(id) ?? '';
  for (const name of compared) {
    if (!(name in draft.values)) continue;
    const wanted = draft.values[name];
    const from = cellText(name, project, naming, parentName);
    // A workbook that was never exported from here does not know what it leaves out.
    if (wanted === null && draft.places.number === undefined) {
      if (from !== '') planning.blanks++;
      continue;
    }
    if (name === 'parent_id') {
      if ((wanted ?? '') === from) continue;
      change.parent_number = (wanted as string | null) ?? null;
      cells.push({ column: getColumn(name).title, from, to: String(wanted ?? '') });
      continue;
    }
    if (isSame(name, project[name], wanted) || (name === 'survey' && !project.survey && !wanted)) continue;
    if (wanted === null && getColumn(name).required) continue;
    if (name === 'kind' && wanted === null) continue;
    Object.assign(change, { [name]: wanted });
    const to = cellText(name, { ...project, [name]: wanted } as ProjectRow, naming, parentName);
    cells.push({ column: getColumn(name).title, from, to });
  }
  if (project.kind === 'standing' && (change.deadline ?? never) !== never && change.kind === undefined) {
    change.kind = 'dated';
    const { title, choices } = getColumn('kind');
    cells.push({ column: title, from: choices!.standing![0]!, to: choices!.dated![0]! });
  }
  const reviewer = draft.values.secrecy_reviewer;
  if (reviewer !== undefined && reviewer !== project.secrecy_reviewer) planning.reviewers++;
  if (draft.extra && !sameExtra(project.extra, draft.extra)) {
    change.extra = { ...project.extra, ...draft.extra };
    for (const [column, to] of Object.entries(draft.extra)) {
      const from = project.extra?.[column] ?? '';
      if (from !== to) cells.push({ column, from, to });
    }
  }
  const state = stateChange(plan, draft, project);
  if (state) {
    const to = staffStateWords[state].zh;
    cells.push({ column: getColumn('state').title, from: staffStateWords[project.state].zh, to });
  }
  if (faults.row(draft)) return undefined;
  if (cells.length === 0) {
    plan.unchanged++;
    return undefined;
  }
  const followed = follow(plan, draft, change, project, present);
  if (!followed) return undefined;
  if (checkAdjusted(project, followed, undefined)) plan.adjusted++;
  const planned: PlannedRow = {
    ...rowOf(draft, project.number, String(draft.values.title ?? project.title)),
    id: project.id,
    since_entry: project.since_entry,
    change: followed,
    cells,
    state: state ?? null,
    completed_on: draft.completed_on,
  };
  plan.changed.push(planned);
  return planned;
}

function rowOf(draft: Draft, number: string, title: string) {
  return { sheet: draft.sheet, row: draft.row, number, title };
}

function sameExtra(stored: ProjectRow['extra'], wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([column, text]) => stored?.[column] === text);
}

function follow(
  plan: Plan,
  draft: Draft,
  change: PlannedRow['change'],
  project: Pick<ProjectRow, 'start' | 'deadline'>,
  present: Present,
): PlannedRow['change'] | undefined {
  try {
    const { parent_number, ...plain } = change;
    const followed = withWhatFollows(plain, project, present.naming, (zh, en) => {
      fail(plan, draft, 'deadline', { zh, en });
      return new Error() as never;
    });
    return parent_number === undefined ? followed : { ...followed, parent_number };
  } catch (error) {
    const text = (error as { text?: Message }).text;
    if (text) fail(plan, draft, 'deadline', text);
    return undefined;
  }
}

const numberShape = /^[0-9A-Za-z\u4e00-\u9fff〔〕（）()[\]_.-]{1,40}$/;

function planNew(planning: Planning, draft: Draft, given: string): PlannedRow | undefined {
  const { plan, present, faults } = planning;
  const { values } = draft;
  const before = plan.errors.length;
  if (given && !numberShape.test(given)) {
    fail(plan, draft, 'number', {
      zh: `编号“${cut(given, 40)}”里有不能用的字符。可用汉字、字母、数字、横线、点和括号，最多 40 个。`,
      en: 'The number has characters that cannot be used: letters, digits, dashes, dots and brackets, at most 40.',
    });
  }
  const missing = (name: ColumnName) => values[name] === undefined || values[name] === null;
  const standing = values.kind === 'standing';
  if (missing('deadline') && standing) values.deadline = never;
  for (const name of ['title', 'unit_id', 'deadline'] as const) {
    if (missing(name) && !faults.cell(draft, name)) {
      const column = getColumn(name);
      fail(plan, draft, name, {
        zh: `缺“${column.title}”${name === 'deadline' ? '（没有时限的写“长期坚持”）' : ''}。`,
        en: `“${column.title}” is missing.`,
      });
    }
  }
  if (missing('field_code') && !faults.cell(draft, 'field_code')) {
    fail(plan, draft, 'field_code', {
      zh: `缺“领域”。系统里有：${present.naming.fields.map((field) => field.title).join('、')}。`,
      en: 'The field is missing.',
    });
  }
  const state = stateOfNew(plan, draft);
  if (!state || plan.errors.length > before || faults.row(draft)) return undefined;
  const place = missing('area_code') ? placeOf(present, values) : undefined;
  const area_code = place?.area_code ?? (values.area_code as string);
  const deadline = values.deadline as string;
  const january = `${draft.year}-01-01`;
  const start = (values.start as string | null | undefined) ?? (january <= deadline ? january : deadline);
  const own = Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) => value !== null && !['number', 'parent_id', 'secrecy_reviewer'].includes(name),
    ),
  );
  if (values.secrecy_reviewer) planning.reviewers++;
  const change: PlannedRow['change'] = {
    content: String(values.title),
    level: levelOf(present.naming, area_code),
    disclosure: 'withheld',
    ...own,
    area_code,
    start,
    deadline,
    extra: draft.extra,
    ...(values.parent_id ? { parent_number: String(values.parent_id) } : {}),
  };
  const followed = follow(plan, draft, change, { start, deadline }, present);
  if (!followed) return undefined;
  if (place) planning.places[place.from]++;
  if (missing('start')) planning.starts.set(start, (planning.starts.get(start) ?? 0) + 1);
  const planned: PlannedRow = {
    ...rowOf(draft, given || planning.nextNumber(), String(values.title)),
    id: null,
    since_entry: null,
    change: followed,
    cells: [],
    state,
    completed_on: draft.completed_on,
  };
  plan.new.push(planned);
  return planned;
}

/** Where a project is whose row does not say so: where the unit in charge is, else where its title says, else the district. */
function placeOf(
  { naming, district_code }: Present,
  { unit_id, title }: Draft['values'],
): { area_code: string; from: 'unit' | 'title' | 'district' } {
  const unit = naming.units.find((one) => one.id === unit_id);
  if (unit && unit.level !== 'district') return { area_code: unit.area_code, from: 'unit' };
  const named = areaIn(String(title), naming.areas);
  return named ? { area_code: named.code, from: 'title' } : { area_code: district_code, from: 'district' };
}

function levelOf(naming: Naming, area_code: string): ProjectRow['level'] {
  return naming.areas.find((area) => area.code === area_code)?.level ?? 'district';
}
