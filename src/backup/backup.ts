import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { connectAsOwner } from '../kit/db.ts';
import { Problem } from '../kit/problem.ts';
import type { Header, TableHead } from './format.ts';
import { backedUpTables, type Table } from './tables.ts';

/** What a backup holds, once made. */
export interface BackupMade {
  entry_no: number;
  rows: number;
  bytes: number;
}

/** How many ids are read in one statement: short ones let writers and vacuum go on. */
const range = 50_000;

/**
 * Writes a district, as known at its newest entry, into one file that only its owner can read, while others go on
 * working. Answers as of an entry never change, so it is read range by range and no snapshot is held.
 * Raises `backup/exists`, `backup/nothing`, `backup/disk_full`.
 *
 * @param url the database as its owner
 */
export async function backup(
  url: string,
  schema: string,
  file: string,
  onProgress: (done: number, of: number) => void,
): Promise<BackupMade> {
  if (existsSync(file)) throw fileExists(file);
  const client = await connectAsOwner(url, schema);
  client.on('error', () => {});
  const partial = `${file}.partial`;
  try {
    const header = await headerOf(client, schema);
    const tables = await backedUpTables(client, schema, header.entry_no);
    const count = { rows: 0 };
    const lines = Readable.from(linesOf(client, header, tables, count, onProgress));
    await pipeline(
      lines,
      createGzip(),
      createWriteStream(partial, { mode: 0o600, flags: 'wx', flush: true }),
    );
    const { size: bytes } = statSync(partial);
    renameSync(partial, file);
    return { entry_no: header.entry_no, rows: count.rows, bytes };
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') rmSync(partial, { force: true });
    throw explainWriting(error, file);
  } finally {
    await client.end();
  }
}

async function headerOf(client: pg.Client, schema: string): Promise<Header> {
  const head = await client.query<{ entry_no: number; hash: string }>(
    'select entry_no, hash from journal_head',
  );
  const { entry_no, hash } = head.rows[0]!;
  if (entry_no === 0) throw nothingYet();
  const migrations = await client.query<{ number: number; digest: string }>(
    'select number, digest from migration order by number',
  );
  const made_at = new Date().toISOString();
  return { format: 'shishi-backup-1', schema, entry_no, hash, made_at, migrations: migrations.rows };
}

async function* linesOf(
  client: pg.Client,
  header: Header,
  tables: Table[],
  count: { rows: number },
  onProgress: (done: number, of: number) => void,
): AsyncGenerator<string | Buffer> {
  const hash = createHash('sha256');
  const say = (text: string) => {
    hash.update(text);
    return text;
  };
  yield say(`${JSON.stringify(header)}\n`);
  for (const [index, { name: table, columns, selection, last }] of tables.entries()) {
    const head: TableHead = { table, columns };
    yield say(`${JSON.stringify(head)}\n`);
    for (let from = 0; from === 0 || from < last; from += range) {
      const rows = client.query(copyTo(`copy (${selection(from, from + range)}) to stdout`));
      // Where the file cannot be written any more nobody reads on, and the connection ends in the middle of a table.
      rows.on('error', () => {});
      for await (const chunk of rows) {
        hash.update(chunk as Buffer);
        yield chunk as Buffer;
      }
      count.rows += rows.rowCount;
      if (last === 0) break;
    }
    yield say('\\.\n');
    onProgress(index + 1, tables.length);
  }
  yield `${JSON.stringify({ rows: count.rows, digest: hash.digest('hex') })}\n`;
}

function explainWriting(error: unknown, file: string): unknown {
  const { code } = error as { code?: string };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Problem('backup/disk_full', 'unavailable', {
      zh: '磁盘已满，备份没有写完，已删除半成品。请换一个位置。',
      en: 'The disk is full; the backup was not finished and was removed. Choose another place.',
    });
  }
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EROFS' || code === 'EEXIST' || code === 'EISDIR') {
    return new Problem('backup/place', 'invalid', {
      zh: `无法写入 ${file}（${code}）。请检查目录是否存在、是否可写、是否有未完成的备份。`,
      en: `Cannot write ${file} (${code}). Check that the folder exists and is writable, and that no backup is under way.`,
    });
  }
  return error;
}

function fileExists(file: string): Problem {
  return new Problem('backup/exists', 'conflict', {
    zh: `${file} 已存在，没有覆盖。请换一个文件名。`,
    en: `${file} exists and was not overwritten. Choose another name.`,
  });
}

function nothingYet(): Problem {
  return new Problem('backup/nothing', 'conflict', {
    zh: '还没有任何记录，没有可备份的内容。',
    en: 'There are no entries yet, so there is nothing to back up.',
  });
}
