// One gzip file: a line of JSON that says what it is, then for each table a line of JSON and its rows as PostgreSQL's own
// COPY text, ended by `\.`, then a line of JSON with the digest of all before. Whatever was cut off or altered is seen
// before anything is restored.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Problem } from '../kit/problem.ts';

/** What a backup says of itself. */
export interface Header {
  format: 'shishi-backup-1';
  schema: string;
  /** The newest entry that it holds, and its hash. */
  entry_no: number;
  hash: string;
  made_at: string;
  /** The steps of the schema that its tables have, with the digest of each. */
  migrations: { number: number; digest: string }[];
}

/** A table of a backup, before its rows. */
export interface TableHead {
  table: string;
  columns: string[];
}

/** The end of a backup. */
export interface Trailer {
  rows: number;
  /** SHA-256, in hex, over every line before this one. */
  digest: string;
}

/** What stands in a backup, in order. */
export type Part =
  | { kind: 'header'; header: Header }
  | { kind: 'table'; head: TableHead }
  | { kind: 'row'; line: Buffer }
  | { kind: 'end_of_table' }
  | { kind: 'trailer'; trailer: Trailer; digest: string };

/** Reads a backup part by part. Raises `backup/unreadable` where it is not one or cannot be unpacked. */
export async function* readParts(file: string): AsyncGenerator<Part> {
  const hash = createHash('sha256');
  let inside = false;
  let first = true;
  try {
    for await (const line of linesOf(file)) {
      if (inside) {
        hash.update(line).update('\n');
        inside = !line.equals(endOfTable);
        yield inside ? { kind: 'row', line } : { kind: 'end_of_table' };
        continue;
      }
      const said = JSON.parse(line.toString()) as Record<string, unknown>;
      if ('digest' in said) {
        yield { kind: 'trailer', trailer: said as unknown as Trailer, digest: hash.digest('hex') };
        return;
      }
      hash.update(line).update('\n');
      if (first) yield { kind: 'header', header: said as unknown as Header };
      else {
        inside = true;
        yield { kind: 'table', head: said as unknown as TableHead };
      }
      first = false;
    }
  } catch {
    throw unreadable();
  }
}

const endOfTable = Buffer.from('\\.');

/** The lines of a packed file. A line ends at its line feed alone: COPY escapes every other one within a value. */
async function* linesOf(file: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  const unpacked = createGunzip();
  source.on('error', (error) => unpacked.destroy(error));
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source.pipe(unpacked)) {
    let data = Buffer.concat([rest, chunk as Buffer]);
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10)) {
      yield data.subarray(0, end);
      data = data.subarray(end + 1);
    }
    rest = data;
  }
}

/** Reads a backup to its end and gives what it says of itself. Raises `backup/unreadable` when it is cut or altered. */
export async function checkBackup(file: string): Promise<{ header: Header; rows: number }> {
  let header: Header | undefined;
  let rows = 0;
  for await (const part of readParts(file)) {
    if (part.kind === 'header') header = part.header;
    else if (part.kind === 'row') rows += 1;
    else if (part.kind === 'trailer') {
      const { trailer, digest } = part;
      if (header?.format === 'shishi-backup-1' && trailer.digest === digest && trailer.rows === rows) {
        return { header, rows };
      }
    }
  }
  throw unreadable();
}

/** The Problem of a file that is no whole backup. */
export function unreadable(): Problem {
  return new Problem('backup/unreadable', 'invalid', {
    zh: '这不是完整的备份文件：读不了、被截断或被改动过。没有恢复任何内容。',
    en: 'This is no whole backup: it cannot be read, was cut off or was altered. Nothing was restored.',
  });
}
