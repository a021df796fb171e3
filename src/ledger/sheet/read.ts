// From a workbook to what it says: one draft for each project, each cell read, and what is wrong or unsure told by its
// place. Nothing of the ledger itself is looked at here.
import { plainText, readDay } from '../../kit/days.ts';
import type { Message } from '../../kit/i18n.ts';
import { textOfCell } from '../../kit/sheet.ts';
import { cut } from '../../kit/text.ts';
import type { Grid, Workbook } from '../../kit/workbook.ts';
import type { ReadCellValue } from '../../kit/workbook-reader.ts';
import { type ReadCell, readCell } from '../cells.ts';
import { type ColumnName, getColumn } from '../columns.ts';
import { type Naming, nameKey } from '../naming.ts';
import type { ProjectState } from '../schema.ts';
import { unguarded } from './guard.ts';
import { findLayout, type Layout, type Target } from './headers.ts';
import { itemReader } from './read-items.ts';
import { type Asked, ask, type Draft, type Reading, wonder } from './reading.ts';

/** Reads a workbook; `pause` is awaited now and then, so that others get their turn. */
export async function readLedger(
  book: Workbook,
  naming: Naming,
  today: string,
  pause: (done: number) => Promise<void>,
): Promise<Reading> {
  const reading: Reading = { drafts: [], items: [], errors: [], questions: [], notes: [] };
  if (book.macros) reading.notes.push('文件里有宏，没有运行，也没有保留。');
  const remarks: Remarks = { aside: [], parts: [], kept: new Map(), shared: 0 };
  let done = 0;
  for (const grid of book.sheets) {
    if (grid.hidden || grid.rows.length === 0) continue;
    const layout = findLayout(grid, naming, reading.questions);
    if (!layout) {
      if (!/^(填写说明|说明|名录|封面)$/.test(grid.name)) {
        reading.notes.push(`工作表“${grid.name}”里没有找到表头（至少要有“项目名称”），没有读取。`);
      }
      continue;
    }
    const year = layout.year ?? Number(today.slice(0, 4));
    const sheet =
      layout.of === 'items'
        ? itemReader(grid, layout.columns, naming, reading, year)
        : projectReader({
            grid,
            layout,
            naming,
            reading,
            year,
            remarks,
            recurring: recurringStates(grid, layout),
          });
    for (let row = layout.first; row < grid.rows.length; row++) {
      if (!isEmpty(grid.rows[row]!)) sheet(row);
      if (++done % 200 === 0) await pause(done);
    }
  }
  if (reading.drafts.length === 0 && reading.items.length === 0 && reading.errors.length === 0) {
    const message = {
      zh: '没有读到项目。请检查是否有一行表头写着“项目名称”等列名，或下载模板填写。',
      en: 'No project was found. One row must name the columns, such as 项目名称; or fill in the template.',
    };
    reading.errors.push({ sheet: book.sheets[0]?.name ?? '', row: 1, column: '', place: null, message });
  }
  reading.notes.push(...notesOf(remarks));
  reading.questions = onlyOnce(reading.questions);
  return reading;
}

function onlyOnce(questions: readonly Asked[]): Asked[] {
  const asked = new Map<string, Asked>();
  for (const one of questions) {
    const key = `${one.kind}:${nameKey(one.text)}`;
    const before = asked.get(key);
    if (before) before.times++;
    else asked.set(key, { ...one });
  }
  return [...asked.values()];
}

function isEmpty(cells: readonly ReadCellValue[]): boolean {
  return cells.every((cell) => cell === null || cell === '');
}

interface Remark {
  sheet: string;
  row: number;
  text: string;
}

/** What was not taken as it stands, told at the end. */
interface Remarks {
  /** Rows that are no project. */
  aside: Remark[];
  /** Rows under a merged name, of which the content alone is taken, with the headers of what else they say. */
  parts: Remark[];
  /** How many texts were kept beside the state of their project, by their header. */
  kept: Map<string, number>;
  /** How many rows name several units in the cell of the one in charge. */
  shared: number;
}

function notesOf({ aside, parts, kept, shared }: Remarks): string[] {
  const notes = [...kept].map(
    ([header, count]) =>
      `“${header}”里有 ${count} 处不是进展用语，原文保留为本单位自有的列，项目进展不因此改变。`,
  );
  if (parts.length > 0) {
    notes.push(
      `有 ${parts.length} 行在合并的项目名称之下，只有“主要内容”并入该项目，其他列没有读取：${listed(parts)}。`,
    );
  }
  if (shared > 0) {
    notes.push(`有 ${shared} 行的牵头单位写了几个：第一个作为牵头单位，其余作为配合单位。`);
  }
  if (aside.length > 0) notes.push(`有 ${aside.length} 行不是项目，没有读取：${listed(aside)}。`);
  return notes;
}

const mostListed = 5;

function listed(remarks: readonly Remark[]): string {
  const first = remarks.slice(0, mostListed);
  const more = remarks.length > mostListed ? ' 等' : '';
  return `${first.map(({ sheet, row, text }) => `“${sheet}”第 ${row} 行“${cut(text, 20)}”`).join('、')}${more}`;
}

/** Rows that are no project, by how they begin: sums, signatures, remarks. */
const asideRows = [
  /^(合计|总计|小计|共计)([:（(].*)?$/,
  /^(填报|填表|制表|审核|审批|报送|联系)(人|单位|日期|时间|电话)([:（(].*)?$/,
  /^(备注|注|说明|填表说明|填报说明):/,
];

/** A sheet of projects while it is read. */
interface ProjectSheet {
  grid: Grid;
  layout: Layout & { of: 'projects' };
  naming: Naming;
  reading: Reading;
  year: number;
  remarks: Remarks;
  /** Texts of the column of states that stand there more than once. */
  recurring: ReadonlySet<string>;
}

/** Under which heading a row stands: a field's code, or a text that is none. */
type Section = { code: string } | { unknown: string };

function projectReader(sheet: ProjectSheet): (row: number) => void {
  const { grid, layout, naming, reading, remarks } = sheet;
  const order = [...layout.columns.keys()].sort((a, b) => a - b);
  const places: Draft['places'] = {};
  for (const [index, target] of layout.columns) if ('name' in target) places[target.name] = index + 1;
  const titleAt = places.title! - 1;
  const unitAt = (places.unit_id ?? 0) - 1;
  let section: Section | undefined;
  return (row) => {
    const cells = grid.rows[row]!;
    const texts = order.map((index) => plainText(textOfCell(cells[index])));
    const filled = new Set(texts.filter(Boolean));
    const [first] = filled;
    if (first === undefined) return;
    const written = textOfCell(cells[order[texts.findIndex(Boolean)]!]).trim();
    const leaveAside = () => remarks.aside.push({ sheet: grid.name, row: row + 1, text: written });
    const whole = textOfCell(cells[titleAt]).trim() !== '' && textOfCell(cells[unitAt]).trim() !== '';
    const start = first.replace(/\s+/g, '');
    if (!whole && asideRows.some((pattern) => pattern.test(start))) {
      leaveAside();
      return;
    }
    const lone = texts.filter(Boolean).length === 1 && textOfCell(cells[titleAt]).trim() !== '';
    if (filled.size === 1 && (!lone || numbered.test(first))) {
      section = sectionOf(first, naming);
      if ('unknown' in section) leaveAside();
      return;
    }
    const before = reading.drafts.at(-1);
    if (grid.merged.has(`${row},${titleAt}`) && before?.sheet === grid.name) {
      continueProject(before, cells, places);
      const more = order.filter(
        (index) => index !== (places.content ?? 0) - 1 && saysMore(sheet, row, index),
      );
      if (more.length > 0) {
        const headers = more.map((index) => layout.headers.get(index) ?? '').join('、');
        remarks.parts.push({ sheet: grid.name, row: row + 1, text: headers });
      }
      return;
    }
    const draft: Draft = {
      sheet: grid.name,
      row: row + 1,
      values: {},
      places,
      extra: null,
      state: null,
      completed_on: null,
      year: sheet.year,
    };
    for (const [index, target] of layout.columns) readInto(sheet, draft, target, cells[index], index);
    for (const [index, name] of layout.likely) askAhead(sheet, draft, name, cells[index]);
    if (draft.helpers) remarks.shared++;
    if (section && places.field_code === undefined) putField(sheet, draft, section);
    reading.drafts.push(draft);
  };
}

const numbered = /^[（(]?[一二三四五六七八九十]+[)）、.．]/;

/** 「一、基础教育（12件）」 over the rows of a field. */
function sectionOf(heading: string, naming: Naming): Section {
  const name = heading
    .replace(/^[（(]?[一二三四五六七八九十\d]+[)）、.．]\s*/, '')
    .replace(/[（(].*$/, '')
    .trim();
  const found = naming.findField(name || heading);
  return 'meaning' in found ? { code: found.meaning.code } : { unknown: name || heading };
}

/** The field of a project by the heading over it; one that is no field is asked about, and until then it has none. */
function putField({ naming, reading, year }: ProjectSheet, draft: Draft, section: Section): void {
  if ('code' in section) {
    draft.values.field_code = section.code;
    return;
  }
  const column = getColumn('field_code');
  const read = readCell(column, section.unknown, { naming, year });
  if (read.kind === 'unsure') ask(reading, draft, column.title, null, read.question);
}

/** Whether a cell says something of its own, rather than what a merged one says. */
function saysMore({ grid }: ProjectSheet, row: number, index: number): boolean {
  return !grid.merged.has(`${row},${index}`) && textOfCell(grid.rows[row]![index]).trim() !== '';
}

/** Rows under one merged title are parts of its content. */
function continueProject(draft: Draft, cells: readonly ReadCellValue[], places: Draft['places']): void {
  const more = places.content === undefined ? '' : textOfCell(cells[places.content - 1]).trim();
  const content = draft.values.content;
  if (more && typeof content === 'string' && !content.includes(more)) {
    draft.values.content = `${content}\n${more}`;
  }
}

const numeric = new Set(['whole', 'decimal', 'money']);

function readInto(
  sheet: ProjectSheet,
  draft: Draft,
  target: Target<ColumnName>,
  cell: ReadCellValue | undefined,
  index: number,
): void {
  const { grid, naming, reading } = sheet;
  const text = unguarded(textOfCell(cell));
  // A name over several rows is of each of them; a sum of money is there once.
  const copied = grid.merged.has(`${draft.row - 1},${index}`);
  if ('extra' in target) {
    if (text.trim() && !(copied && typeof cell === 'number')) keepText(draft, target.extra, text);
    return;
  }
  const column = getColumn(target.name);
  if (copied && numeric.has(column.kind)) {
    draft.values[column.name] = null;
    return;
  }
  const wrong = (message: Message) =>
    reading.errors.push({
      sheet: draft.sheet,
      row: draft.row,
      column: column.title,
      place: index + 1,
      message,
    });
  if (cell !== null && typeof cell === 'object' && 'formula' in cell) {
    wrong({
      zh: `“${column.title}”是公式，文件里没有它的计算结果。请在 Excel 里打开保存一次，或改成数值。`,
      en: `“${column.title}” is a formula without a result. Open and save the file in Excel, or put the value.`,
    });
    return;
  }
  if (column.name === 'completed_at') {
    const read = readDay(text, { edge: 'last', year: draft.year });
    if (read?.kind === 'day') draft.completed_on = read.day;
    return;
  }
  // A ledger that was never exported from here does not know what it leaves out.
  if (text.trim() === '' && column.required && draft.places.number === undefined) {
    draft.values[column.name] = null;
    return;
  }
  const several = column.name === 'unit_id' && { several: true as const };
  const read = readCell(column, text, { naming, year: draft.year, measure: target.measure, ...several });
  if (column.kind === 'state' && isFreeText(read, text, sheet)) {
    const header = sheet.layout.headers.get(index) ?? column.title;
    // Under the ledger's own header it would be taken for the state when it comes back.
    keepText(draft, header === column.title ? `${header}（原文）` : header, text);
    sheet.remarks.kept.set(header, (sheet.remarks.kept.get(header) ?? 0) + 1);
  } else if (read.kind === 'wrong') wrong(read.message);
  else if (read.kind === 'unsure') ask(reading, draft, column.title, index + 1, read.question, read.more);
  else if (column.kind === 'state') {
    draft.state = (read.value as ProjectState | null) ?? null;
    if (read.standing) draft.values.kind = 'standing';
  } else if (column.kind !== 'computed') {
    draft.values[column.name] = read.value;
    if (read.others) draft.helpers = read.others;
    if (read.standing) draft.values.kind ??= 'standing';
  }
}

/** What the cells of a column that is asked about leave open, so that all of it is asked together. */
function askAhead(
  { naming, reading }: ProjectSheet,
  draft: Draft,
  name: ColumnName,
  cell: ReadCellValue | undefined,
): void {
  const column = getColumn(name);
  if (column.kind === 'state') return;
  const several = name === 'unit_id' && { several: true as const };
  const read = readCell(column, unguarded(textOfCell(cell)), { naming, year: draft.year, ...several });
  if (read.kind === 'unsure') wonder(reading, draft, [read.question, ...(read.more ?? [])]);
}

function keepText(draft: Draft, header: string, text: string): void {
  draft.extra = { ...draft.extra, [header]: cut(text.trim(), 2000) };
}

const shortWord = 8;
const longestWord = 20;

/** Whether a text in the column of states tells how things stand in words of its own, rather than being a word for a state. */
function isFreeText(read: ReadCell, written: string, { recurring }: ProjectSheet): boolean {
  if (read.kind === 'value') return read.free === true;
  if (read.kind !== 'unsure') return false;
  const { length } = read.question.text;
  return length > shortWord && (length > longestWord || !recurring.has(nameKey(written)));
}

function recurringStates(grid: Grid, layout: Layout): ReadonlySet<string> {
  const found = [...layout.columns].find(([, target]) => 'name' in target && target.name === 'state');
  if (!found) return new Set();
  const counts = new Map<string, number>();
  for (let row = layout.first; row < grid.rows.length; row++) {
    const text = textOfCell(grid.rows[row]![found[0]]);
    if (text === '' || text.length > 2 * longestWord) continue;
    const key = nameKey(text);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count > 1).map(([key]) => key));
}
