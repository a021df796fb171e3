import { once } from 'node:events';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { connectAsOwner } from '../kit/db.ts';
import { applyMigrations, type Migration } from '../kit/migrations.ts';
import { Problem } from '../kit/problem.ts';
import { checkBackup, type Header, readParts, unreadable } from './format.ts';

/** What was restored. */
export interface Restored {
  entry_no: number;
  rows: number;
}

/**
 * Fills an empty district from a backup, all or nothing: the file is read through before anything is touched, and one
 * transaction makes the schema as the backup had it and fills it. Bringing it up to date afterwards is `migrate`.
 * Raises `backup/unreadable`, `backup/not_empty`, `backup/other_district`, `backup/newer`.
 *
 * @param url the database as its owner
 */
export async function restore(
  url: string,
  schema: string,
  file: string,
  migrations: Migration[],
  onProgress: (done: number, of: number) => void,
): Promise<Restored> {
  const { header, rows } = await checkBackup(file);
  if (header.schema !== schema) throw otherDistrict(header.schema, schema);
  refuseNewer(header, migrations);
  const client = await connectAsOwner(url, schema);
  try {
    await client.query('begin');
    await refuseFilled(client, schema);
    await client.query(`drop schema if exists ${schema} cascade`);
    await applyMigrations(client, schema, migrations, header.migrations.at(-1)!.number);
    await client.query('delete from journal_head');
    await fill(client, file, rows, onProgress);
    await continueIdentities(client, schema);
    await client.query('commit');
    return { entry_no: header.entry_no, rows };
  } finally {
    await client.end();
  }
}

const lineFeed = Buffer.from('\n');

async function fill(
  client: pg.Client,
  file: string,
  rows: number,
  onProgress: (done: number, of: number) => void,
): Promise<void> {
  let target: ReturnType<typeof copyFrom> | undefined;
  let done = 0;
  for await (const part of readParts(file)) {
    if (part.kind === 'table') {
      const { table, columns } = part.head;
      const list = columns.map((column) => client.escapeIdentifier(column)).join(', ');
      target = client.query(copyFrom(`copy ${client.escapeIdentifier(table)} (${list}) from stdin`));
    } else if (part.kind === 'row') {
      if (!target!.write(Buffer.concat([part.line, lineFeed]))) await once(target!, 'drain');
      onProgress(++done, rows);
    } else if (part.kind === 'end_of_table') {
      target!.end();
      await once(target!, 'finish');
    }
  }
  if (done !== rows) throw unreadable();
}

/** Numbers given from now on come after those that were ever given. */
async function continueIdentities(client: pg.Client, schema: string): Promise<void> {
  const found = await client.query<{ name: string; past: boolean }>(
    `select c.relname as name, exists (
       select 1 from pg_class p where p.relnamespace = c.relnamespace and p.relname = c.relname || '_past') as past
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'id' and a.attidentity <> ''
     where c.relnamespace = $1::regnamespace`,
    [schema],
  );
  for (const { name, past } of found.rows) {
    const ids = past ? `(select id from ${name} union all select id from ${name}_past) as ids` : name;
    await client.query(
      `select setval(pg_get_serial_sequence($1, 'id'), (select coalesce(max(id), 0) + 1 from ${ids}), false)`,
      [`${schema}.${name}`],
    );
  }
}

async function refuseFilled(client: pg.Client, schema: string): Promise<void> {
  const found = await client.query<{ there: boolean }>(`select to_regclass($1) is not null as there`, [
    `${schema}.journal_head`,
  ]);
  if (!found.rows[0]!.there) return;
  const head = await client.query<{ entry_no: number }>('select entry_no from journal_head for update');
  if (head.rows[0] && head.rows[0].entry_no > 0) throw notEmpty();
}

function refuseNewer(header: Header, migrations: Migration[]): void {
  const newest = migrations.at(-1)?.number ?? 0;
  const theirs = header.migrations.at(-1)?.number ?? 0;
  if (theirs <= newest) return;
  throw new Problem('backup/newer', 'unavailable', {
    zh: `备份由更新的版本制作（第 ${theirs} 步，本程序只到第 ${newest} 步）。请用新版本恢复。`,
    en: `The backup was made by a newer version (step ${theirs}; this program knows ${newest}). Restore it with that version.`,
  });
}

function otherDistrict(theirs: string, ours: string): Problem {
  return new Problem('backup/other_district', 'conflict', {
    zh: `备份属于另一个区（${theirs}，当前为 ${ours}），没有恢复。请用 SHISHI_DISTRICT 指定对应的区划代码。`,
    en: `The backup is of another district (${theirs}; this is ${ours}). Set SHISHI_DISTRICT to its division code.`,
  });
}

function notEmpty(): Problem {
  return new Problem('backup/not_empty', 'conflict', {
    zh: '这个区已有记录，备份只能恢复到空库，没有改动。请用 SHISHI_DATA 指定一个新目录，或换一个空数据库。',
    en: 'This district has entries already; a backup goes into an empty one only. Set SHISHI_DATA to a new folder or use an empty database.',
  });
}
