import { parse } from 'csv-parse/sync';
import { readSheet } from 'read-excel-file/node';
import { Problem } from './problem.ts';

/** A row of a table by its headers, with the line it stood on (the header is line 1). */
export interface SheetRow {
  line: number;
  cells: Record<string, string>;
}

/**
 * Reads the first sheet of an .xlsx file, or a CSV file in UTF-8 or GB 18030, as rows by header. Empty rows are left
 * out. Raises `kit/sheet` when it is neither, `kit/sheet_columns` when its first row lacks one of the columns.
 */
export async function readTable(file: Buffer, columns: readonly string[]): Promise<SheetRow[]> {
  const [header = [], ...rows] = await readCells(file);
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

async function readCells(file: Buffer): Promise<string[][]> {
  try {
    if (file.subarray(0, 2).toString('latin1') === 'PK') {
      return (await readSheet(file)).map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
    }
    return parse(textOf(file), { bom: true, relax_column_count: true, skip_empty_lines: false });
  } catch {
    throw unreadable();
  }
}

function unreadable(): Problem {
  const text = {
    zh: '读不了这个文件。请用 .xlsx 或 CSV 格式（旧的 .xls、.et 请先“另存为”.xlsx）。',
    en: 'This file cannot be read. Use .xlsx or CSV (save an old .xls or .et as .xlsx first).',
  };
  return new Problem('kit/sheet', 'invalid', text, { file: text });
}

/** The text of a CSV file: UTF-8, or what Chinese Excel writes when it is not. Raises `kit/sheet` when it is no text. */
export function textOf(file: Buffer): string {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(file);
      // Nearly any bytes are characters of some kind; text has no NUL among them.
      if (!text.includes('\0')) return text;
    } catch {
      // Not in this encoding; the next one may be it.
    }
  }
  throw unreadable();
}

function columnsMissing(missing: readonly string[]): Problem {
  const text = {
    zh: `第一行应是列名，缺少：${missing.join('、')}。没有保存。`,
    en: `The first row names the columns; missing: ${missing.join(', ')}. Nothing was saved.`,
  };
  return new Problem('kit/sheet_columns', 'invalid', text, { file: text });
}
