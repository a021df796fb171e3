// A report as a file: what is downloaded is what can be sent back. A row names its cell by code, or by figure, area and kind
// in words or codes; columns are found by their names, in any order, under a title or not.
import { type CellValue, writeXlsx } from 'hucre/xlsx';
import { Problem } from '../../kit/problem.ts';
import { textOfCell } from '../../kit/sheet.ts';
import type { ReadCellValue } from '../../kit/workbook-reader.ts';
import { forms } from '../forms.ts';
import { isChange } from './actions.ts';
import type { FullCell, FullReport } from './full-report.ts';
import type { SentCell } from './schema.ts';
import { readTyped, typedOf } from './typed.ts';

/** The columns of the file, with every name under which they are known. */
const columns = {
  key: ['编码', '格子', '单元格', 'key', 'cell'],
  figure: ['指标', '指标名称', '项目', 'figure', 'code'],
  area: ['地区', '区划', '区划代码', '镇街', '村居', '单位', 'area', 'area_code'],
  kind: ['分类', '类别', '学段', '针次', '第几针', '等级', '评估等级', 'stage', 'dose', 'level'],
  value: ['数值', '本期', '本期数', '数量', '填报数', '数', 'value'],
} as const;
type ColumnName = keyof typeof columns;
const columnNames = Object.keys(columns) as ColumnName[];

const headers = ['编码', '指标', '地区', '分类', '数值', '上期（不用填）'];

/** What is wrong with a row of a file, by its row and column as a spreadsheet counts them. */
export interface FileError {
  row: number;
  column: string;
  text: string;
}

/** What a file would do to a report. */
export interface FilePlan {
  added: number;
  changed: number;
  unchanged: number;
  errors: FileError[];
  /** The cells that would change, with what they are now and what they would be. */
  cells: { cell: FullCell; sent: SentCell; before: string; after: string }[];
}

/** The rows of a report's file, header first. */
function rowsOf(full: FullReport): CellValue[][] {
  const rows = full.cells
    .filter((cell) => cell.open)
    .map((cell) => [
      cell.place.key,
      forms[cell.place.figure].title.zh,
      full.areaNames.get(cell.place.area_code) ?? cell.place.area_code,
      kindOf(full, cell).join(' ') || null,
      cell.stored?.nothing ? typedOf(cell.stored) : (cell.stored?.value ?? null),
      cell.known.series.at(-1)?.value ?? null,
    ]);
  return [headers, ...rows];
}

/** The report as a workbook to fill in and send back. */
export async function reportWorkbook(full: FullReport): Promise<Buffer> {
  const widths = [34, 20, 20, 16, 14, 16];
  const rows = rowsOf(full);
  const style = { font: { bold: true } } as const;
  const cells = new Map(
    headers.map((value, index) => [`0,${index}`, { value, type: 'string' as const, style }]),
  );
  const sheet = {
    name: '填报',
    rows,
    cells,
    columns: widths.map((width) => ({ width })),
    freezePane: { rows: 1 },
  };
  return Buffer.from(await writeXlsx({ sheets: [sheet], defaultFont: { name: '微软雅黑', size: 10 } }));
}

/** The report as CSV (UTF-8 with a mark, as Excel wants it). */
export function reportCsv(full: FullReport): string {
  const quoted = (cell: CellValue) => {
    const text = String(cell ?? '');
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `\ufeff${rowsOf(full)
    .map((row) => row.map(quoted).join(','))
    .join('\r\n')}\r\n`;
}

function kindOf(full: FullReport, { place }: FullCell): string[] {
  return Object.entries(place.dimensions).map(
    ([name, value]) => full.dimensionNames.get(name)?.get(value) ?? value,
  );
}

/** What rows of a sheet would do; nothing is written. Raises `reporting/file` when there is no header to be found. */
export function planFile(full: FullReport, rows: readonly ReadCellValue[][]): FilePlan {
  const texts = rows.map((row) => row.map((cell) => textOfCell(cell).trim()));
  const { first, places } = findHeader(texts);
  const plan: FilePlan = { added: 0, changed: 0, unchanged: 0, errors: [], cells: [] };
  const seen = new Map<string, number>();
  texts.slice(first).forEach((row, index) => {
    const line = first + index + 1;
    if (row.every((cell) => cell === '')) return;
    const wrong = (name: ColumnName, text: string) =>
      void plan.errors.push({ row: line, column: columns[name][0], text });
    const cell = findCell(full, row, places, wrong);
    if (!cell) return;
    const before = seen.get(cell.place.key);
    if (before !== undefined) wrong('key', `与第 ${before} 行是同一格`);
    else {
      seen.set(cell.place.key, line);
      planCell(plan, cell, row[places.get('value')!] ?? '', wrong);
    }
  });
  return plan;
}

function planCell(
  plan: FilePlan,
  cell: FullCell,
  text: string,
  wrong: (name: ColumnName, text: string) => void,
): void {
  const typed = readTyped(text);
  if (typed.kind === 'wrong') return wrong('value', typed.text.zh);
  // A row that was left empty says nothing.
  if (typed.kind === 'empty') return;
  const value = typed.kind === 'value' ? typed.value : null;
  const nothing = typed.kind === 'nothing' ? typed.nothing : null;
  const sent: SentCell = { key: cell.place.key, value, nothing };
  if (!cell.open && cell.value === value) {
    plan.unchanged++;
    return;
  }
  if (!cell.open) {
    return wrong(
      'value',
      cell.known.records && !cell.stored ? '系统已有记录，不用再报' : '这一格已锁定，不能改',
    );
  }
  if (!isChange(cell.stored, sent)) {
    plan.unchanged++;
    return;
  }
  const before = typedOf(cell.stored);
  if (before === '') plan.added++;
  else plan.changed++;
  plan.cells.push({ cell, sent, before, after: typedOf({ value, nothing }) });
}

/** The header among the first rows: the one that names the value and enough to tell cells apart. */
function findHeader(rows: readonly string[][]): { first: number; places: Map<ColumnName, number> } {
  for (const [index, row] of rows.slice(0, 10).entries()) {
    const places = new Map<ColumnName, number>();
    row.forEach((cell, at) => {
      const text = cell.toLowerCase().replace(/\s/g, '');
      const name = columnNames.find((one) => columns[one].some((known) => known === text));
      if (name && !places.has(name)) places.set(name, at);
    });
    if (places.has('value') && places.size > 1) return { first: index + 1, places };
  }
  const text = {
    zh: '找不到列名：要有“数值”一列，和“编码”或“指标、地区、分类”。可以下载模板来填。没有保存。',
    en: 'No header was found: name the column of values, and what tells cells apart. Nothing was saved.',
  };
  throw new Problem('reporting/file', 'invalid', text, { file: text });
}

function findCell(
  full: FullReport,
  row: readonly string[],
  places: ReadonlyMap<ColumnName, number>,
  wrong: (name: ColumnName, text: string) => void,
): FullCell | undefined {
  const at = (name: ColumnName) => (places.has(name) ? (row[places.get(name)!] ?? '') : '');
  const key = at('key');
  if (key) {
    const cell = full.cells.find(({ place }) => place.key === key);
    if (!cell) wrong('key', `这张表没有“${key.slice(0, 60)}”这一格`);
    return cell;
  }
  const tests: [ColumnName, (cell: FullCell, text: string) => boolean][] = [
    ['figure', ({ place }, text) => [place.figure, forms[place.figure].title.zh].includes(text)],
    ['area', ({ place }, text) => [place.area_code, full.areaNames.get(place.area_code)].includes(text)],
    [
      'kind',
      (cell, text) =>
        [kindOf(full, cell), Object.values(cell.place.dimensions)].some((names) => names.join(' ') === text),
    ],
  ];
  let left = full.cells;
  for (const [name, fits] of tests) {
    const text = at(name);
    if (!text) continue;
    const fitting = left.filter((cell) => fits(cell, text));
    if (fitting.length === 0) {
      wrong(name, `这张表没有“${text.slice(0, 40)}”`);
      return undefined;
    }
    left = fitting;
  }
  if (left.length === 1) return left[0];
  const missing = tests.find(([name]) => !at(name))?.[0] ?? 'key';
  wrong(missing, '分不清是哪一格，请写明');
  return undefined;
}
