// What a list of the ledger shows: which projects, by which columns, in which order, grouped by what. All of it lives in
// the address, so that a view can be kept, sent and come back to.
import { isDay } from '../../kit/clock.ts';
import { type ColumnName, findColumn, getColumn, type LedgerColumn } from '../columns.ts';
import { type ProjectState, projectStates } from '../schema.ts';

/** A condition on a column: one of some values, a part of a text, a span, or empty. */
export type Condition =
  | { column: LedgerColumn; kind: 'values'; values: string[] }
  | { column: LedgerColumn; kind: 'part'; text: string }
  | { column: LedgerColumn; kind: 'span'; from: string; to: string }
  | { column: LedgerColumn; kind: 'empty' };

/** How a project stands by its deadline, as a list is filtered by it. */
export const lights = ['on_track', 'overdue', 'done', 'done_late'] as const;
export type LightFilter = (typeof lights)[number];

/** What a list shows. */
export interface ListView {
  words: string;
  light: LightFilter | undefined;
  conditions: Condition[];
  sort: { column: ColumnName; descending: boolean };
  group: GroupName | undefined;
  columns: ColumnName[];
  page: number;
}

/** What a list can be grouped by, with counts. */
export const groupNames = [
  'unit_id',
  'town_code',
  'field_code',
  'state',
  'batch',
  'level',
  'lead_leader',
  'disclosure',
] as const;
export type GroupName = (typeof groupNames)[number];

/** The columns that are shown until others are chosen. */
const usualColumns: readonly ColumnName[] = [
  'number',
  'title',
  'field_code',
  'area_code',
  'unit_id',
  'deadline',
  'progress',
  'state',
];

/** The parameters of an address: each once or several times. */
export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

const reserved = new Set(['q', 'light', 'sort', 'group', 'columns', 'page', 'by', 'is', 'view', 'row']);

/** Reads an address. What is not understood is left aside rather than refused: an old address still shows a list. */
export function readView(parameters: Parameters): ListView {
  const text = (name: string) => [parameters[name] ?? ''].flat().at(-1)!.trim();
  const conditions = Object.entries(parameters).flatMap(([name, value]) => {
    const column = reserved.has(name) ? undefined : findColumn(name);
    const values = [value ?? '']
      .flat()
      .flatMap((one) => one.split(','))
      .filter(Boolean);
    const condition = column && values.length > 0 ? conditionOf(column, values) : undefined;
    return condition ? [condition] : [];
  });
  const added = findColumn(text('by'));
  if (added && text('is')) {
    const more = conditionOf(added, [text('is')]);
    if (more) conditions.push(more);
  }
  const sort = text('sort');
  const sorted = findColumn(sort.replace(/^-/, ''));
  const light = lights.find((one) => one === text('light'));
  const columns = [parameters.columns ?? '']
    .flat()
    .flatMap((one) => one.split(','))
    .flatMap((name) => findColumn(name)?.name ?? []);
  return {
    words: text('q').slice(0, 100),
    light,
    conditions,
    sort: sorted
      ? { column: sorted.name, descending: sort.startsWith('-') }
      : { column: 'deadline', descending: false },
    group: groupNames.find((one) => one === text('group')),
    columns: columns.length > 0 ? [...new Set(columns)] : [...usualColumns],
    page: Math.min(Math.max(1, Math.floor(Number(text('page'))) || 1), 10_000),
  };
}

/** Columns whose values are chosen among some. */
export function isChosen(column: LedgerColumn): boolean {
  return ['choice', 'unit', 'units', 'area', 'areas', 'field', 'state', 'yes'].includes(column.kind);
}

function isSpan(column: LedgerColumn): boolean {
  return ['start', 'deadline', 'whole', 'decimal', 'money', 'computed'].includes(column.kind);
}

function conditionOf(column: LedgerColumn, values: string[]): Condition | undefined {
  if (values.length === 1 && values[0] === '-') return { column, kind: 'empty' };
  if (column.kind === 'state') {
    const known = values.filter((value) => projectStates.includes(value as ProjectState));
    return known.length > 0 ? { column, kind: 'values', values: known } : undefined;
  }
  // Several numbers are those projects; one may be a part of a number.
  if (isChosen(column) || (column.name === 'number' && values.length > 1)) {
    return { column, kind: 'values', values };
  }
  const text = values.join(',');
  if (!isSpan(column)) return { column, kind: 'part', text };
  const span = /^([^.]*(?:\.\d+)?)\.\.(.*)$/.exec(text);
  const [from, to] = span ? [span[1]!, span[2]!] : [text, text];
  const fits =
    column.kind === 'start' || column.kind === 'deadline' || column.name === 'completed_at'
      ? isDeadline
      : isNumber;
  return (from === '' || fits(from)) && (to === '' || fits(to)) && (from || to)
    ? { column, kind: 'span', from, to }
    : undefined;
}

const isDeadline = (text: string) => text === 'infinity' || isDay(text);
const isNumber = (text: string) => /^\d{1,12}(\.\d{1,4})?$/.test(text);

/** The address of a view, without what is as usual. `change` replaces parts of it. */
export function viewAddress(path: string, view: ListView, change: Partial<ListView> = {}): string {
  const { words, light, conditions, sort, group, columns, page } = { ...view, page: 1, ...change };
  const query = new URLSearchParams();
  if (words) query.set('q', words);
  if (light) query.set('light', light);
  for (const condition of conditions) query.set(condition.column.name, conditionText(condition));
  if (sort.column !== 'deadline' || sort.descending) {
    query.set('sort', `${sort.descending ? '-' : ''}${sort.column}`);
  }
  if (group) query.set('group', group);
  if (columns.join() !== usualColumns.join()) query.set('columns', columns.join());
  if (page > 1) query.set('page', String(page));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** A condition as an address writes it. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'values':
      return condition.values.join(',');
    case 'part':
      return condition.text;
    case 'span':
      return condition.from === condition.to ? condition.from : `${condition.from}..${condition.to}`;
    case 'empty':
      return '-';
  }
}

/** What a column is called in lists, also the one that is no column of the workbook. */
export function groupTitle(name: GroupName): string {
  return name === 'town_code' ? '镇' : getColumn(name).title;
}
