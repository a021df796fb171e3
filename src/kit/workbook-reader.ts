// Runs as a process of its own that may open no other file, start no other program and grow no larger than it is told:
// whatever a workbook does to it, the server goes on. It reads the file from its standard input and writes one line of
// JSON for each sheet and each row to its standard output, and last how it ended.
import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { EncryptedFileError, readXls, readXlsb } from 'hucre';
import { readXlsx } from 'hucre/xlsx';
import { textOf } from './text.ts';
import { unpacksWithin, zipEntries } from './zip.ts';

/** What a cell holds when it arrives: a day is `{ day }`, a formula without a result `{ formula }`. */
export type ReadCellValue = string | number | boolean | null | { day: string } | { formula: true };

/** How reading ended: well, or why not. */
export type Ending = 'ok' | 'bomb' | 'password' | 'unreadable' | 'too_many_rows';

const mostUnpacked = 400 * 1024 * 1024;
const mostRows = 60_000;

interface SheetLike {
  name: string;
  hidden?: boolean;
  veryHidden?: boolean;
  rows: unknown[][];
  merges?: { startRow: number; startCol: number; endRow: number; endCol: number }[];
  cells?: Map<string, { formula?: string; value: unknown }>;
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function read(file: Buffer): Promise<Ending> {
  let sheets: SheetLike[];
  let macros = false;
  const compound = file.subarray(0, 8).toString('hex') === 'd0cf11e0a1b11ae1';
  if (file.subarray(0, 2).toString('latin1') === 'PK') {
    const entries = zipEntries(file);
    if (!entries) return 'unreadable';
    if (!unpacksWithin(file, entries, mostUnpacked)) return 'bomb';
    macros = entries.some(({ name }) => /vbaProject\.bin$/i.test(name));
    const binary = entries.some(({ name }) => name === 'xl/workbook.bin');
    sheets = (binary ? await readXlsb(file) : await readXlsx(file)).sheets;
  } else if (compound && file.includes(Buffer.from('EncryptedPackage', 'utf16le'))) return 'password';
  else if (compound) sheets = (await readXls(file)).sheets;
  else {
    const rows = parse(textOf(file), { bom: true, relax_column_count: true, relax_quotes: true });
    sheets = [{ name: 'CSV', rows }];
  }
  if (sheets.some((sheet) => filledRows(sheet) > mostRows)) return 'too_many_rows';
  say({ macros });
  for (const sheet of sheets) tell(sheet);
  return 'ok';
}

/** A cell that somebody touched far below the others is no reason to refuse a sheet. */
function filledRows({ rows }: SheetLike): number {
  return rows.reduce((count, row) => count + (isEmpty(row) ? 0 : 1), 0);
}

function isEmpty(row: unknown[] | undefined): boolean {
  return !row?.some((value) => value !== null && value !== undefined && value !== '');
}

function tell(sheet: SheetLike): void {
  const hidden = Boolean(sheet.hidden || sheet.veryHidden);
  say({ sheet: { name: sheet.name, hidden, rows: filledRows(sheet), merges: sheet.merges ?? [] } });
  let empty = 0;
  for (let index = 0; index < sheet.rows.length; index++) {
    const row = sheet.rows[index]!;
    const formulas = sheet.cells && row?.some((_, column) => sheet.cells!.get(`${index},${column}`)?.formula);
    if (isEmpty(row) && !formulas) {
      empty++;
      continue;
    }
    if (empty > 0) say({ empty });
    empty = 0;
    say(row.map((value, column) => cellOf(value, sheet.cells?.get(`${index},${column}`))));
  }
  if (empty > 0) say({ empty });
}

function cellOf(value: unknown, cell: { formula?: string } | undefined): ReadCellValue {
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? null : { day: value.toISOString().slice(0, 10) };
  }
  if (value === null || value === undefined || value === '') return cell?.formula ? { formula: true } : null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  // Half a character, as old .xls may hold one, is nothing that a database can keep.
  return String(value).toWellFormed().replaceAll('\0', '');
}

async function main(): Promise<void> {
  let ending: Ending;
  try {
    ending = await read(await buffer(process.stdin));
  } catch (error) {
    const locked = error instanceof EncryptedFileError || /encrypt|password/i.test(String(error));
    ending = locked ? 'password' : 'unreadable';
  }
  say({ ending });
}

await main();
