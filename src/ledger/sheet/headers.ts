// Finds the header of a ledger however its office laid it out: titles above it, one or two rows of it, columns in any
// order, under any of the names that are usual or were explained once.
import { textOfCell } from '../../kit/sheet.ts';
import { cut } from '../../kit/text.ts';
import type { Grid } from '../../kit/workbook.ts';
import { leaveOut, type Measure, type Question } from '../cells.ts';
import { type CellKind, type ColumnName, getColumn, type LedgerColumn, ledgerColumns } from '../columns.ts';
import { type Naming, nameKey } from '../naming.ts';
import { unguarded } from './guard.ts';
import { type ItemColumnName, itemColumns } from './item-columns.ts';
import type { Asked } from './reading.ts';

/** What a column of a sheet holds: a column of the ledger, or one of the district's own under its header. */
export type Target<Name> = { name: Name; measure?: Measure | undefined } | { extra: string };

/** Where the header of a sheet is and what its columns hold, by their place. */
export type Layout = {
  /** The first row of data, counted from 0. */
  first: number;
  /** The year that the title or the sheet's name speaks of. */
  year: number | undefined;
  /** The sheet's own headers, by their place. */
  headers: ReadonlyMap<number, string>;
} & (
  | {
      of: 'projects';
      columns: ReadonlyMap<number, Target<ColumnName>>;
      /** What columns that are asked about may well hold: what their cells leave open is asked together with them. */
      likely: ReadonlyMap<number, ColumnName>;
    }
  | { of: 'items'; columns: ReadonlyMap<number, Target<ItemColumnName>> }
);

const searched = 20;

/** Lays a sheet out; nothing when it has no header that is one. What it is unsure about goes to `questions`. */
export function findLayout(grid: Grid, naming: Naming, questions: Asked[]): Layout | undefined {
  const rows = grid.rows.slice(0, searched).map((row) => row.map(textOfCell));
  const projects = bestHeader(rows, projectHeaders, naming);
  const items = bestHeader(rows, itemHeaders, naming);
  const above = [grid.name, ...rows.slice(0, (projects ?? items)?.row ?? 0).flat()];
  const year = yearOf(above);
  if (items && items.found.size > (projects?.found.size ?? 0) && has(items.found, 'number', 'title')) {
    return {
      of: 'items',
      first: items.next,
      year,
      headers: ownHeaders(items),
      columns: complete(items),
    };
  }
  if (!projects || !has(projects.found, 'title') || projects.found.size < 2) return undefined;
  leaveOpenWhichDay(projects, naming);
  return {
    of: 'projects',
    first: projects.next,
    year,
    headers: ownHeaders(projects),
    columns: measured(complete(projects), projects, above),
    likely: askAbout(projects, naming, (question) =>
      questions.push({ ...question, sheet: grid.name, row: projects.next, times: 1 }),
    ),
  };
}

/** 「完成时间」 without a deadline beside it may well be the deadline; only our own workbooks mean what was done. */
function leaveOpenWhichDay({ found, texts }: Header<ColumnName>, naming: Naming): void {
  if (has(found, 'deadline') || has(found, 'number')) return;
  for (const [index, name] of found) {
    const text = texts[index]!;
    if (name !== 'completed_at' || !/^(完成时间|完成日期)$/.test(headerKey(text))) continue;
    if (naming.answer('header', text) === undefined) found.delete(index);
  }
}

/** In what the numbers of columns are counted, by their own headers or by 「单位：元」 above the table. */
function measured(
  columns: Map<number, Target<ColumnName>>,
  { measures }: Header<ColumnName>,
  above: readonly string[],
): Map<number, Target<ColumnName>> {
  const common = above.flatMap((text) => /单位[:：]?\s*(亿元|百万元|万元|千元|元)/.exec(text)?.[1] ?? [])[0];
  for (const [index, target] of columns) {
    if (!('name' in target)) continue;
    const { kind } = getColumn(target.name);
    const own = measures[index] ?? (kind === 'money' ? common : undefined);
    if (own && counts(kind, own)) target.measure = own as Measure;
  }
  return columns;
}

function ownHeaders({ texts }: Header<string>): Map<number, string> {
  return new Map(texts.map((text, index) => [index, headerText(text)]));
}

function headerText(text: string): string {
  return cut(unguarded(text.replace(/\s+/g, ' ').trim()), 60);
}

function has(found: ReadonlyMap<number, string>, ...names: string[]): boolean {
  const values = new Set(found.values());
  return names.every((name) => values.has(name));
}

interface Header<Name extends string> {
  row: number;
  next: number;
  /** The texts of every column; those of the lower row where the header has two. */
  texts: string[];
  /** The measures that the headers name, by column. */
  measures: (string | undefined)[];
  found: Map<number, Name>;
}

/** What a header stands for: a column, in which measure, and how usual the text is for it: the column's own title first. */
interface Sense<Name extends string> {
  name: Name;
  kind: CellKind | undefined;
  rank: number;
}

type Known<Name extends string> = ReadonlyMap<string, Sense<Name>>;

const projectHeaders: Known<ColumnName> = headersOf(ledgerColumns);
const itemHeaders: Known<ItemColumnName> = headersOf(itemColumns);

function headersOf<Name extends string>(
  columns: readonly { name: Name; title: string; synonyms: readonly string[]; kind?: CellKind }[],
): Known<Name> {
  const known = new Map<string, Sense<Name>>();
  for (const { name, title, synonyms, kind } of columns) {
    for (const [rank, text] of [title, ...synonyms].entries()) {
      const key = headerKey(text);
      if (!known.has(key)) known.set(key, { name, kind, rank });
    }
  }
  return known;
}

/** A header without spaces, line breaks, and the marks that people put around it. */
function headerKey(text: string): string {
  return nameKey(text)
    .replace(/[*※:：]/g, '')
    .replace(/[（(](必填|选填|可多选|单选)[)）]/g, '')
    .replace(/[（［【[]/g, '(')
    .replace(/[）］】\]]/g, ')');
}

const measure =
  /(?:\((?:单位)?(亿元|百万元|万元|千元|元|万人|人次|人|户|个|名|%)\)|[/,，](亿元|百万元|万元|千元|元|人|户|%))$/;

/** A header without its measure, and the measure: 「总投资（万元）」 is 总投资 in 万元. */
function split(text: string): { bare: string; unit: string | undefined } {
  const key = headerKey(text);
  const found = measure.exec(key);
  return found
    ? { bare: key.slice(0, found.index), unit: found[1] ?? found[2] }
    : { bare: key, unit: undefined };
}

/** Whether a column of a kind can be counted in a measure. */
function counts(kind: CellKind | undefined, unit: string): boolean {
  if (unit === '%') return kind === 'computed';
  return unit.endsWith('元') ? kind === 'money' : kind === 'whole' || kind === 'decimal';
}

/** What a text means as a header, with or without its measure and the year before it. */
function senseOf<Name extends string>(text: string, known: Known<Name>): Sense<Name> | undefined {
  const key = headerKey(text);
  if (key === '' || key.length > 30) return undefined;
  const whole = known.get(key);
  if (whole) return whole;
  const { bare, unit } = split(text);
  const counted = unit === undefined ? undefined : known.get(bare);
  if (counted && counts(counted.kind, unit!)) return { ...counted, rank: counted.rank + 100 };
  const yearless = key.replace(/^(20\d{2}年度?|本年度?|当年)/, '');
  const later = yearless === key || yearless === '' ? undefined : senseOf(yearless, known);
  return later && { ...later, rank: later.rank + 1000 };
}

/** The row, or the two, in which the most headers are known. */
function bestHeader<Name extends string>(
  rows: string[][],
  known: Known<Name>,
  naming: Naming,
): Header<Name> | undefined {
  let best: Header<Name> | undefined;
  for (const [row, upper] of rows.entries()) {
    const single = matched(row, row + 1, upper.map(ofOneRow), known, naming);
    const both = ofTwoRows(row, upper, rows[row + 1], known, naming);
    const own = both && both.found.size >= single.found.size ? both : single;
    const more = own.found.size - (best?.found.size ?? 0);
    // A title above a header of one row is no part of it: it may name the year.
    if (more > 0 || (more === 0 && own.found.size > 0 && own === single && own.next === best?.next))
      best = own;
  }
  return best;
}

/** The texts by which a column of a header may be known, the likeliest first, and the one that it is called by. */
interface Heading {
  called: string;
  readings: readonly string[];
  measure: string | undefined;
}

function ofOneRow(text: string): Heading {
  return { called: text, readings: [text], measure: split(text).unit };
}

/** A header of two rows, when the lower one is part of it rather than a row of data. */
function ofTwoRows<Name extends string>(
  row: number,
  upper: readonly string[],
  lower: readonly string[] | undefined,
  known: Known<Name>,
  naming: Naming,
): Header<Name> | undefined {
  if (!lower) return undefined;
  const parted: number[] = [];
  let over = '';
  const headings = Array.from({ length: Math.max(upper.length, lower.length) }, (_, index): Heading => {
    const [above, below] = [upper[index]?.trim() ?? '', lower[index]?.trim() ?? ''];
    if (above) over = above;
    if (!below || below === above) return ofOneRow(above);
    parted.push(index);
    return ofParts(over, below);
  });
  if (parted.length === 0) return undefined;
  const header = matched(row, row + 2, headings, known, naming);
  const spanning = (index: number) =>
    !upper[index]?.trim() ||
    [index - 1, index + 1].some((beside) => upper[beside] === upper[index] || !upper[beside]?.trim());
  const partOf = (index: number) =>
    header.found.has(index) ||
    (spanning(index) && lower[index]!.length <= 20 && !/^[\d./年月日-]+$/.test(lower[index]!));
  const explained = parted.some((index) => header.found.has(index));
  return explained && parted.every(partOf) ? header : undefined;
}

/** 牵头 under 责任单位 is 牵头单位; what stands below says more than what stands above. */
function ofParts(above: string, below: string): Heading {
  const [outer, inner] = [split(above), split(below)];
  const last = outer.bare.slice(-2);
  return {
    called: below,
    readings: [below, `${outer.bare}${below}`, `${inner.bare}${outer.bare}`, `${inner.bare}${last}`],
    measure: inner.unit ?? outer.unit,
  };
}

function matched<Name extends string>(
  row: number,
  next: number,
  headings: readonly Heading[],
  known: Known<Name>,
  naming: Naming,
): Header<Name> {
  const names = new Set([...known.values()].map((sense) => sense.name));
  const senses = headings.flatMap(({ called, readings }, index) => {
    for (const text of readings) {
      const sense = senseOf(text, known);
      if (sense) return { index, name: sense.name, rank: sense.rank };
    }
    const answered = headerKey(called) && (naming.answer('header', called) as Name | undefined);
    return answered && names.has(answered) ? { index, name: answered, rank: 0 } : [];
  });
  const found = new Map<number, Name>();
  const taken = new Set<Name>();
  for (const { index, name } of senses.toSorted((a, b) => a.rank - b.rank || a.index - b.index)) {
    if (taken.has(name)) continue;
    found.set(index, name);
    taken.add(name);
  }
  const once = Map.groupBy(headings, (heading) => heading.called);
  const texts = headings.map(({ called, readings }) =>
    once.get(called)!.length > 1 && readings.length > 1 ? readings[1]! : called,
  );
  return { row, next, texts, measures: headings.map((heading) => heading.measure), found };
}

/** Every column of a sheet: known ones and the district's own. */
function complete<Name extends string>(header: Header<Name>): Map<number, Target<Name>> {
  const columns = new Map<number, Target<Name>>([...header.found].map(([index, name]) => [index, { name }]));
  for (const [index, text] of header.texts.entries()) {
    if (!columns.has(index) && text.trim() !== '') columns.set(index, { extra: headerText(text) });
  }
  return columns;
}

/** Asks about headers that are nearly known; gives what those may well hold of which only one column comes near. */
function askAbout(
  header: Header<ColumnName>,
  naming: Naming,
  ask: (question: Question) => void,
): Map<number, ColumnName> {
  const likely = new Map<number, ColumnName>();
  const free = ledgerColumns.filter((column) => ![...header.found.values()].includes(column.name));
  for (const [index, text] of header.texts.entries()) {
    if (header.found.has(index) || text.trim() === '' || naming.answer('header', text) !== undefined)
      continue;
    const { bare } = split(text);
    const near =
      senseOf(text, projectHeaders)?.name === 'completed_at' && !has(header.found, 'completed_at')
        ? free.filter(({ name }) => name === 'deadline' || name === 'completed_at')
        : free.filter((column) => isNear(bare, column));
    if (near.length === 0) continue;
    const [first] = near;
    if (near.length === 1) likely.set(index, first!.name);
    ask({
      kind: 'header',
      text,
      choices: [
        ...near.slice(0, 5).map((column) => ({ meaning: column.name, text: column.title })),
        { meaning: leaveOut, text: '都不是，作为本单位自有的列保留' },
      ],
      ...(near.length === 1 && differsBySuffix(bare, first!) && { likely: first!.name }),
    });
  }
  return likely;
}

function isNear(key: string, { title, synonyms, kind }: LedgerColumn): boolean {
  return [title, ...synonyms].some((one) => {
    const { bare } = split(one);
    if (bare.length < 2 || key.length < 2) return false;
    if (bare.includes(key)) return true;
    // Two characters such as 资金 are part of many headers; at the end of one, most say what it holds.
    return bare.length >= 3 ? key.includes(bare) : kind !== 'money' && key.endsWith(bare);
  });
}

const suffixes = /^(人|人员|单位|部门|名称|情况|时间|日期|数)$/;

/** 经办 for 经办人: the same but for what may be left out at the end. */
function differsBySuffix(key: string, { title, synonyms }: LedgerColumn): boolean {
  return [title, ...synonyms].some((one) => {
    const { bare } = split(one);
    const [short, long] = bare.length < key.length ? [bare, key] : [key, bare];
    return short.length >= 2 && long.startsWith(short) && suffixes.test(long.slice(short.length));
  });
}

function yearOf(texts: readonly string[]): number | undefined {
  for (const text of texts) {
    const found = /(20\d{2})\s*年/.exec(text.normalize('NFKC'));
    if (found) return Number(found[1]);
  }
  return undefined;
}
