import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Problem } from './problem.ts';
import { isolated } from './workbook-process.ts';

/** A cell that is marked, with what is said about it; rows and columns count from 1. */
export interface Mark {
  sheet: string;
  row: number;
  column: number;
  text: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const marker = fileURLToPath(new URL('./workbook-marker.ts', import.meta.url));
const patience = 60_000;

/**
 * The same workbook with cells coloured and commented; a file that is no .xlsx becomes one, and macros are left out. In a process of its own, as it
 * is read. Raises `kit/sheet` when that fails.
 */
export async function markCells(file: Buffer, marks: readonly Mark[]): Promise<Buffer> {
  const child = spawn(process.execPath, [...isolated(1400), marker], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {},
    cwd: root,
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  const head = Buffer.from(JSON.stringify(marks));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  child.stdin.on('error', () => {});
  child.stdin.end(Buffer.concat([length, head, file]));
  try {
    const marked = await buffer(child.stdout);
    if (marked.length > 0) return marked;
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
  throw new Problem('kit/sheet', 'invalid', {
    zh: '这个文件不能原样标注，请对照页面上的错误表修改。',
    en: 'This file cannot be marked; follow the table of errors on the page.',
  });
}
