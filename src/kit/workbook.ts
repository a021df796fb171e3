import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Problem } from './problem.ts';
import { isolated } from './workbook-process.ts';
import type { Ending, ReadCellValue } from './workbook-reader.ts';

/** A sheet as a grid of cells; merged cells carry their value in each cell that they cover. */
export interface Grid {
  name: string;
  hidden: boolean;
  rows: ReadCellValue[][];
  /** Cells, by `row,column`, that are filled from a merged one. */
  merged: ReadonlySet<string>;
}

/** A workbook as it was read. Macros were neither run nor kept. */
export interface Workbook {
  sheets: Grid[];
  macros: boolean;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const reader = fileURLToPath(new URL('./workbook-reader.ts', import.meta.url));
const patience = 120_000;

/**
 * Reads an .xlsx, .xlsm, .xlsb, .xls, .et or CSV file in a process of its own, with the rows read so far told as it goes.
 * Raises `kit/sheet` when it is none of these or cannot be read, `kit/sheet_password`, `kit/sheet_bomb`,
 * `kit/sheet_rows`.
 */
export async function readWorkbook(
  file: Buffer,
  file_name: string,
  onProgress: (done: number, of: number) => void = () => {},
): Promise<Workbook> {
  const heap = file.length > 4_000_000 ? 1400 : 700;
  const options = [...isolated(heap), '--max-semi-space-size=8'];
  const child = spawn(process.execPath, [...options, reader], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // Nothing of the server's environment is its business: no address of a database, no key.
    env: {},
    cwd: root,
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  child.stdin.on('error', () => {});
  child.stdin.end(file);
  const book: Workbook = { sheets: [], macros: false };
  let ending: Ending | undefined;
  let merges: { startRow: number; startCol: number; endRow: number; endCol: number }[] = [];
  let expected = 0;
  let done = 0;
  const finish = () => {
    const last = book.sheets.at(-1);
    if (last) fillMerged(last, merges);
  };
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const told = JSON.parse(line);
      if (Array.isArray(told)) {
        book.sheets.at(-1)!.rows.push(told);
        if (++done % 500 === 0) {
          onProgress(done, expected);
          await turn();
        }
      } else if (told.empty) {
        const { rows } = book.sheets.at(-1)!;
        for (let row = 0; row < told.empty; row++) rows.push([]);
      } else if (told.sheet) {
        finish();
        expected += told.sheet.rows;
        merges = told.sheet.merges;
        book.sheets.push({ name: told.sheet.name, hidden: told.sheet.hidden, rows: [], merged: new Set() });
      } else if (told.ending) ending = told.ending;
      else book.macros = told.macros;
    }
    finish();
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
  if (ending !== 'ok') throw unreadable(ending, file_name);
  return book;
}

function fillMerged(
  grid: Grid,
  merges: readonly { startRow: number; startCol: number; endRow: number; endCol: number }[],
): void {
  const merged = new Set<string>();
  for (const { startRow, startCol, endRow, endCol } of merges) {
    const value = grid.rows[startRow]?.[startCol] ?? null;
    // A merge over a whole column says nothing about the rows below the last filled one.
    for (let row = startRow; row <= Math.min(endRow, grid.rows.length - 1); row++) {
      for (let column = startCol; column <= Math.min(endCol, 200); column++) {
        if (row === startRow && column === startCol) continue;
        grid.rows[row]![column] = value;
        merged.add(`${row},${column}`);
      }
    }
  }
  grid.merged = merged;
}

function unreadable(ending: Ending | undefined, file_name: string): Problem {
  const refuse = (code: string, zh: string, en: string) => {
    const text = { zh, en };
    return new Problem(`kit/${code}`, 'invalid', text, { file: text });
  };
  if (ending === 'password') {
    return refuse(
      'sheet_password',
      '这个文件有密码。请在 Excel 或 WPS 里打开，取消“打开密码”另存后再上传。',
      'This file has a password. Open it, save it without one, and send that.',
    );
  }
  if (ending === 'bomb') {
    return refuse(
      'sheet_bomb',
      '这个文件解压后异常庞大或与自称的大小不符，没有读取。请另存一份再上传。',
      'This file unpacks to far more than it says and was not read. Save it anew and send that.',
    );
  }
  if (ending === 'too_many_rows') {
    return refuse(
      'sheet_rows',
      '一张表最多 60,000 行（空行不算）。请分成几份上传。',
      'A sheet may have at most 60,000 rows that are not empty. Send it in parts.',
    );
  }
  if (/\.(et|ett)$/i.test(file_name)) {
    return refuse(
      'sheet',
      '这个 .et 文件读不了。请在 WPS 里打开，点“文件—另存为”，类型选“Microsoft Excel 文件 (*.xlsx)”，再上传新文件。',
      'This .et file cannot be read. In WPS choose Save As, type Microsoft Excel (*.xlsx), and send the new file.',
    );
  }
  return refuse(
    'sheet',
    '读不了这个文件。可以用 .xlsx、.xls、.et 或 CSV 格式；文件损坏时请另存一份再上传。',
    'This file cannot be read. Use .xlsx, .xls, .et or CSV; if it is damaged, save it anew.',
  );
}
