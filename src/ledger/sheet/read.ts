// From a workbook to what it says: one draft for each project, each cell read, and what is wrong or unsure told by its
// place. Nothing of the ledger itself is looked at here.
import { plainText, readDay } from '../../kit/days.ts';
import type { Message } from '../../kit/i18n.ts';
import { textOfCell } from '../../kit/sheet.ts';
import { cut } from '../../kit/text.ts';
import type { Grid, Workbook } from '../../kit/workbook.ts';
import type { ReadCellValue } from '../../kit/workbook-reader.ts';
import { type Question, readCell } from '../cells.ts';
import { type ColumnName, getColumn } from '../columns.ts';
import { type Naming, nameKey } from '../naming.ts';
import type { ProjectState } from '../schema.ts';
import { findLayout, type Layout, type Target } from './headers.ts';
import { itemReader } from './read-items.ts';
import { ask, type Draft, type Reading, unguarded } from './reading.ts';

/** Reads a workbook; `pause` is awaited now and then, so that others get their turn. */
export async function readLedger(
  book: Workbook,
  naming: Naming,
  today: string,
  pause: (done: number) => Promise<void>,
): Promise<Reading> {
  const reading: Reading = { drafts: [], items: [], errors: [], questions: [], notes: [] };
  if (book.macros) reading.notes.push('文件里有宏，没有运行，也没有保留。');
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
    const sheet = sheetReader(grid, layout, naming, reading, layout.year ?? Number(today.slice(0, 4)));
    for (let row = layout.first; row < grid.rows.length; row++) {
      sheet(row);
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
  reading.questions = onlyOnce(reading.questions);
  return reading;
}

function onlyOnce(questions: readonly Question[]): Question[] {
  return [...new Map(questions.map((one) => [`${one.kind}:${nameKey(one.text)}`, one])).values()];
}

/** Rows that are no project: sums, signatures, notes. */
const aside =
  /^(合计|总计|小计|填报人|填表人|审核人|填报单位|填报日期|制表|备注[:：]|注[:：]|说明[:：]|联系人[:：])/;

function sheetReader(
  grid: Grid,
  layout: Layout,
  naming: Naming,
  reading: Reading,
  year: number,
): (row: number) => void {
  if (layout.of === 'items') return itemReader(grid, layout.columns, naming, reading, year);
  const { columns } = layout;
  const headers: Draft['headers'] = {};
  const places: Draft['places'] = {};
  for (const [index, target] of columns) {
    if (!('name' in target)) continue;
    headers[target.name] = getColumn(target.name).title;
    places[target.name] = index + 1;
  }
  const hasField = places.field_code !== undefined;
  let section: string | null = null;
  return (row) => {
    const cells = grid.rows[row]!;
    const texts = new Map([...columns.keys()].map((index) => [index, plainText(textOfCell(cells[index]))]));
    const filled = new Set([...texts.values()].filter(Boolean));
    if (filled.size === 0 || [...filled].some((text) => aside.test(text))) return;
    if (filled.size === 1 && !isLone(texts, places)) {
      // 「一、基础教育（12件）」 over the rows of a field.
      const [text] = filled;
      const name = text!
        .replace(/^[（(]?[一二三四五六七八九十\d]+[)）、.．]\s*/, '')
        .replace(/[（(].*$/, '')
        .trim();
      const found = naming.findField(name);
      section = 'meaning' in found ? found.meaning.code : section;
      return;
    }
    const titleAt = places.title! - 1;
    const before = reading.drafts.at(-1);
    if (grid.merged.has(`${row},${titleAt}`) && before?.sheet === grid.name) {
      continueProject(before, cells, places);
      return;
    }
    const draft: Draft = {
      sheet: grid.name,
      row: row + 1,
      values: {},
      places,
      headers,
      extra: null,
      state: null,
      completed_on: null,
      year,
    };
    for (const [index, target] of columns) readInto(draft, target, cells[index], index, naming, reading);
    if (!hasField && section !== null) draft.values.field_code = section;
    reading.drafts.push(draft);
  };
}

/** Whether a row with a single text has it in the column of titles, under a header of other columns: a project, if a bare one. */
function isLone(texts: ReadonlyMap<number, string>, places: Draft['places']): boolean {
  const at = [...texts].filter(([, text]) => text !== '').map(([index]) => index);
  return at.length === 1 && at[0] === places.title! - 1;
}

/** Rows under one merged title are parts of its content. */
function continueProject(draft: Draft, cells: readonly ReadCellValue[], places: Draft['places']): void {
  const more = places.content === undefined ? '' : textOfCell(cells[places.content - 1]).trim();
  const content = draft.values.content;
  if (more && typeof content === 'string' && !content.includes(more)) {
    draft.values.content = `${content}\n${more}`;
  }
}

function readInto(
  draft: Draft,
  target: Target<ColumnName>,
  cell: ReadCellValue | undefined,
  index: number,
  naming: Naming,
  reading: Reading,
): void {
  const text = unguarded(textOfCell(cell));
  if ('extra' in target) {
    if (text.trim()) draft.extra = { ...draft.extra, [target.extra]: cut(text.trim(), 2000) };
    return;
  }
  const column = getColumn(target.name);
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
  const read = readCell(column, text, { naming, year: draft.year });
  if (read.kind === 'wrong') wrong(read.message);
  else if (read.kind === 'unsure') ask(reading, draft, column.title, index + 1, read.question);
  else if (column.kind === 'state') {
    draft.state = (read.value as ProjectState | null) ?? null;
    if (read.standing) draft.values.kind = 'standing';
  } else if (column.kind !== 'computed') {
    draft.values[column.name] = read.value;
    if (read.standing) draft.values.kind ??= 'standing';
  }
}
