// Runs as a process of its own, like the reader: takes marks and a workbook from its standard input and gives the workbook
// back with the marked cells coloured and commented.
import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { readXls, readXlsb } from 'hucre';
import { type CellValue, openXlsx, saveXlsx, writeXlsx } from 'hucre/xlsx';
import { textOf } from './text.ts';
import { withoutMacros } from './workbook-macros.ts';
import type { Mark } from './workbook-marks.ts';
import { zipEntries } from './zip.ts';

const input = await buffer(process.stdin);
const head = 4 + input.readUInt32LE(0);
const marks = JSON.parse(input.toString('utf8', 4, head)) as Mark[];
const file = input.subarray(head);

const fill = { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'FFD9CC' } } as const;

interface MarkedSheet {
  name: string;
  rows: CellValue[][];
  cells?: Map<string, never>;
}

function mark(sheets: MarkedSheet[]): void {
  for (const sheet of sheets) {
    const cells = (sheet.cells ?? new Map()) as Map<string, Record<string, unknown>>;
    const own = Map.groupBy(
      marks.filter((one) => one.sheet === sheet.name),
      (one) => `${one.row - 1},${one.column - 1}`,
    );
    for (const [key, said] of own) {
      const [row, column] = key.split(',').map(Number) as [number, number];
      const before = cells.get(key);
      const value = sheet.rows[row]?.[column] ?? null;
      const comment = { author: '实事', text: said.map((one) => one.text).join('\n') };
      const style = { ...(before?.style as object | undefined), fill };
      cells.set(key, {
        value,
        type: typeof value === 'number' ? 'number' : 'string',
        ...before,
        style,
        comment,
      });
    }
    sheet.cells = cells as Map<string, never>;
  }
}

const archive = file.subarray(0, 2).toString('latin1') === 'PK';
const binary = archive && zipEntries(file)?.some(({ name }) => name === 'xl/workbook.bin');
if (archive && !binary) {
  const book = await openXlsx(file, { readStyles: true });
  mark(book.sheets as unknown as MarkedSheet[]);
  process.stdout.write(withoutMacros(Buffer.from(await saveXlsx(book))));
} else {
  const rows = () => parse(textOf(file), { bom: true, relax_column_count: true, relax_quotes: true });
  const compound = file.subarray(0, 4).toString('hex') === 'd0cf11e0';
  const sheets = binary
    ? (await readXlsb(file)).sheets
    : compound
      ? (await readXls(file)).sheets
      : [{ name: 'CSV', rows: rows() }];
  const plain = sheets.map(({ name, rows }) => ({ name, rows })) as MarkedSheet[];
  mark(plain);
  process.stdout.write(await writeXlsx({ sheets: plain }));
}
