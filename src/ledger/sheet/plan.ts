// What an import would do: drafts against the ledger as it is. Nothing is written here; what is applied is exactly what was
// shown, or it is shown anew.
import type { Message } from '../../kit/i18n.ts';
import { cut } from '../../kit/text.ts';
import { cellText } from '../cells.ts';
import { type ColumnName, getColumn, ledgerColumns } from '../columns.ts';
import { isOneOf, proposalStates } from '../course.ts';
import { isSame, withWhatFollows } from '../edits.ts';
import { type Naming, nameKey } from '../naming.ts';
import { never, type ProjectRow } from '../schema.ts';
import { staffStateWords } from '../words.ts';
import { givenNumber, matcherOf } from './matching.ts';
import { planItems } from './plan-items.ts';
import { type Claim, checkClaims, stateChange, stateOfNew } from './plan-states.ts';
import { type CellChange, fail, type Plan, type PlannedRow, type Present } from './planned.ts';
import type { CellError, Draft, Reading } from './reading.ts';

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
    errors: [...reading.errors],
    questions: reading.questions,
    notes: reading.notes,
  };
  const matcher = matcherOf(present.projects);
  const numberOf = new Map(present.projects.map((project) => [project.id, project.number]));
  const seen = new Map<string, Draft>();
  const faults = faultsOf(reading.errors);
  const claims: Claim[] = [];
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
    const planned = project
      ? planChange(plan, draft, project, present, numberOf, faults)
      : planNew(plan, draft, number, present, faults);
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
  return plan;
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
  .filter((column) => !['number', 'state', 'completed_at', 'progress'].includes(column.name))
  .map((column) => column.name) as Exclude<ColumnName, 'progress'>[];

function planChange(
  plan: Plan,
  draft: Draft,
  project: ProjectRow,
  present: Present,
  numberOf: ReadonlyMap<number, string>,
  faults: Faults,
): PlannedRow | undefined {
  const { naming } = present;
  const change: PlannedRow['change'] = {};
  const cells: CellChange[] = [];
  const parentName = (id: number) => numberOf.get(id) ?? '';
  for (const name of compared) {
    if (!(name in draft.values)) continue;
    const wanted = draft.values[name];
    const from = cellText(name, project, naming, parentName);
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

function planNew(
  plan: Plan,
  draft: Draft,
  given: string,
  present: Present,
  faults: Faults,
): PlannedRow | undefined {
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
  const area_code = (values.area_code as string | null | undefined) ?? present.district_code;
  const deadline = values.deadline as string;
  const january = `${draft.year}-01-01`;
  const start = (values.start as string | null | undefined) ?? (january <= deadline ? january : deadline);
  const own = Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) => value !== null && name !== 'number' && name !== 'parent_id',
    ),
  );
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
  const planned: PlannedRow = {
    ...rowOf(draft, given || present.nextNumber(), String(values.title)),
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

function levelOf(naming: Naming, area_code: string): ProjectRow['level'] {
  return naming.areas.find((area) => area.code === area_code)?.level ?? 'district';
}
