// Finds the header of a ledger however its office laid it out: titles above it, one or two rows of it, columns in any
// order, under any of the names that are usual or were explained once.
import { textOfCell } from '../../kit/sheet.ts';
import { cut } from '../../kit/text.ts';
import type { Grid } from '../../kit/workbook.ts';
import { leaveOut, type Question } from '../cells.ts';
import { type ColumnName, ledgerColumns } from '../columns.ts';
import { type Naming, nameKey } from '../naming.ts';
import { unguarded } from './guard.ts';
import { type ItemColumnName, itemColumns } from './item-columns.ts';

/** What a column of a sheet holds: a column of the ledger, or one of the district's own under its header. */
export type Target<Name> = { name: Name } | { extra: string };

/** Where the header of a sheet is and what its columns hold, by their place. */
export type Layout = {
  /** The first row of data, counted from 0. */
  first: number;
  /** The year that the title or the sheet's name speaks of. */
  year: number | undefined;
  /** The sheet's own headers, by their place. */
  headers: ReadonlyMap<number, string>;
} & (
  | { of: 'projects'; columns: ReadonlyMap<number, Target<ColumnName>> }
  | { of: 'items'; columns: ReadonlyMap<number, Target<ItemColumnName>> }
);

const searched = 20;

/** Lays a sheet out; nothing when it has no header that is one. What it is unsure about goes to `questions`. */
export function findLayout(grid: Grid, naming: Naming, questions: Question[]): Layout | undefined {
  const rows = grid.rows.slice(0, searched).map((row) => row.map(textOfCell));
  const projects = bestHeader(rows, projectHeaders, naming);
  const items = bestHeader(rows, itemHeaders, naming);
  const year = yearOf([grid.name, ...rows.slice(0, (projects ?? items)?.row ?? 0).flat()]);
  if (items && items.found.size > (projects?.found.size ?? 0) && has(items.found, 'number', 'title')) {
    return {
      of: 'items',
      first: items.next,
      year,
      headers: ownHeaders(items),
      columns: complete(items, naming, undefined),
    };
  }
  if (!projects || !has(projects.found, 'title') || projects.found.size < 2) return undefined;
  return {
    of: 'projects',
    first: projects.next,
    year,
    headers: ownHeaders(projects),
    columns: complete(projects, naming, questions),
  };
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
  /** The texts of every column, joined over two rows where the header has two. */
  texts: string[];
  found: Map<number, Name>;
}

type Known<Name extends string> = ReadonlyMap<string, Name>;

const projectHeaders: Known<ColumnName> = headersOf(ledgerColumns);
const itemHeaders: Known<ItemColumnName> = headersOf(itemColumns);

function headersOf<Name extends string>(
  columns: readonly { name: Name; title: string; synonyms: readonly string[] }[],
): Known<Name> {
  const known = new Map<string, Name>();
  for (const { name, title, synonyms } of columns) {
    for (const text of [title, ...synonyms]) {
      const key = headerKey(text);
      if (!known.has(key)) known.set(key, name);
    }
  }
  return known;
}

/** A header without spaces, line breaks, and the marks that people put around it. */
function headerKey(text: string): string {
  return nameKey(text)
    .replace(/[*※:：]/g, '')
    .replace(/[（(](必填|选填|可多选|单选)[)）]/g, '')
    .replace(/（/g, '(')
    .replace(/）/g, ')');
}

/** The row, or the two, in which the most headers are known. */
function bestHeader<Name extends string>(
  rows: string[][],
  known: Known<Name>,
  naming: Naming,
): Header<Name> | undefined {
  let best: Header<Name> | undefined;
  for (const [row, upper] of rows.entries()) {
    const lower = rows[row + 1];
    const single = matched(row, row + 1, upper, known, naming);
    const both = lower && matched(row, row + 2, joined(upper, lower, known), known, naming);
    for (const header of [single, both]) {
      if (!header) continue;
      const more = header.found.size - (best?.found.size ?? 0);
      // A title above a header of one row is no part of it: it may name the year.
      if (more > 0 || (more === 0 && header === single && header.next === best?.next)) best = header;
    }
  }
  return best;
}

/**
 * Two rows of a header as one: what stands below says more than what stands above, and 牵头 under 责任单位 is what both
 * say together.
 */
function joined<Name extends string>(upper: string[], lower: string[], known: Known<Name>): string[] {
  return Array.from({ length: Math.max(upper.length, lower.length) }, (_, index) => {
    const [above, below] = [upper[index] ?? '', lower[index] ?? ''];
    if (!below || below === above) return above;
    const ways = [below, `${below}${above}`, `${above}${below}`, `${below}${above.trim().slice(-2)}`];
    return ways.find((text) => known.has(headerKey(text))) ?? below;
  });
}

function matched<Name extends string>(
  row: number,
  next: number,
  texts: string[],
  known: Known<Name>,
  naming: Naming,
): Header<Name> {
  const found = new Map<number, Name>();
  const taken = new Set<Name>();
  for (const [index, text] of texts.entries()) {
    const key = headerKey(text);
    if (key === '' || key.length > 30) continue;
    const name = known.get(key) ?? (naming.answer('header', text) as Name | undefined);
    if (!name || taken.has(name) || ![...known.values()].includes(name)) continue;
    found.set(index, name);
    taken.add(name);
  }
  return { row, next, texts, found };
}

/** Every column of a sheet: known ones, those that are asked about, and the district's own. */
function complete<Name extends string>(
  header: Header<Name>,
  naming: Naming,
  questions: Question[] | undefined,
): Map<number, Target<Name>> {
  const columns = new Map<number, Target<Name>>([...header.found].map(([index, name]) => [index, { name }]));
  const free = ledgerColumns.filter((column) => ![...header.found.values()].includes(column.name as never));
  for (const [index, text] of header.texts.entries()) {
    if (columns.has(index) || text.trim() === '') continue;
    columns.set(index, { extra: headerText(text) });
    if (!questions || naming.answer('header', text) !== undefined) continue;
    const key = headerKey(text);
    const near = free.filter(({ title, synonyms }) =>
      [title, ...synonyms].some((one) => {
        const other = headerKey(one);
        return other.length >= 2 && key.length >= 2 && (key.includes(other) || other.includes(key));
      }),
    );
    if (near.length === 0) continue;
    questions.push({
      kind: 'header',
      text,
      choices: [
        ...near.slice(0, 5).map((column) => ({ meaning: column.name, text: column.title })),
        { meaning: leaveOut, text: '都不是，作为本单位自有的列保留' },
      ],
    });
  }
  return columns;
}

function yearOf(texts: readonly string[]): number | undefined {
  for (const text of texts) {
    const found = /(20\d{2})\s*年/.exec(text.normalize('NFKC'));
    if (found) return Number(found[1]);
  }
  return undefined;
}
