import { Problem } from './problem.ts';
import { readWorkbook } from './workbook.ts';
import type { ReadCellValue } from './workbook-reader.ts';

/** A row of a table by its headers, with the line it stood on (the header is line 1). */
export interface SheetRow {
  line: number;
  cells: Record<string, string>;
}

/**
 * Reads the first sheet of a workbook (.xlsx, .xls, .et) or a CSV file in UTF-8 or GB 18030 as rows by header. Empty rows
 * are left out. Raises `kit/sheet…` when it cannot be read, `kit/sheet_columns` when its first row lacks one of the columns.
 */
export async function readTable(file: Buffer, columns: readonly string[]): Promise<SheetRow[]> {
  const [sheet] = (await readWorkbook(file, '')).sheets;
  const [header = [], ...rows] = (sheet?.rows ?? []).map((row) => row.map(textOfCell));
  const names = header.map((name) => name.trim());
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) throw columnsMissing(missing);
  return rows
    .map((row, index) => ({
      line: index + 2,
      cells: Object.fromEntries(names.map((name, column) => [name, (row[column] ?? '').trim()])),
    }))
    .filter(({ cells }) => Object.values(cells).some((cell) => cell !== ''));
}

/** A cell as text: a day as its ISO date, a formula without a result as nothing. */
export function textOfCell(cell: ReadCellValue | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'object') return 'day' in cell ? cell.day : '';
  if (typeof cell === 'number') return String(Number(cell.toPrecision(15)));
  if (typeof cell === 'boolean') return cell ? '是' : '否';
  return cell;
}

function columnsMissing(missing: readonly string[]): Problem {
  const text = {
    zh: `第一行应是列名，缺少：${missing.join('、')}。没有保存。`,
    en: `The first row names the columns; missing: ${missing.join(', ')}. Nothing was saved.`,
  };
  return new Problem('kit/sheet_columns', 'invalid', text, { file: text });
}
