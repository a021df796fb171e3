import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { usePostgres } from './postgres.ts';
import { isAlive } from './process-lock.ts';

let folder: string;
before(() => {
  // A folder that no other user can enter, as root's home is.
  folder = mkdtempSync(join(tmpdir(), 'shishi-postgres-'));
  chmodSync(folder, 0o700);
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function ask(url: string, question: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: question, rowMode: 'array' })).rows.map((row: unknown[]) => row[0]);
  } finally {
    await client.end();
  }
}

function postmaster(data: string): number {
  return Number(readFileSync(join(data, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Another process that uses the server until it is killed. */
async function otherUser(data: string): Promise<ChildProcess> {
  const code = `import { usePostgres } from ${JSON.stringify(import.meta.resolve('./postgres.ts'))};
    await usePostgres({ data: ${JSON.stringify(data)} }); console.log('ready'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  return child;
}

test('a new server speaks UTF-8 whatever the locale of its starter, and sorts Chinese by pinyin', async () => {
  const data = join(folder, 'new');
  const use = await usePostgres({ data });
  assert.deepEqual(await ask(use.url, 'show server_encoding'), ['UTF8']);
  const sorted = await ask(
    use.url,
    `select name from (values ('镇'), ('区'), ('村')) as t (name) order by name collate "zh-x-icu"`,
  );
  assert.deepEqual(sorted, ['村', '区', '镇']);
  assert.deepEqual(await ask(use.url, 'select rolsuper from pg_roles where rolname = current_user'), [false]);
  const pid = postmaster(data);
  await use.release();
  assert.equal(isAlive(pid), false, 'its last user stops it');
});

test('several users share one server, and the last one stops it', async () => {
  const data = join(folder, 'shared');
  const [first, child] = await Promise.all([usePostgres({ data }), otherUser(data)]);
  const pid = postmaster(data);
  await first.release();
  assert.equal(isAlive(pid), true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(isAlive(pid), true, 'an orphan goes on');
  const adopted = await usePostgres({ data });
  assert.equal(postmaster(data), pid, 'and is adopted');
  await adopted.release();
  assert.equal(isAlive(pid), false);
});

test('after a kill of the server itself the next start recovers, at the same address', async () => {
  const data = join(folder, 'killed');
  const use = await usePostgres({ data });
  await ask(use.url, 'create table kept as select 1 as one');
  process.kill(postmaster(data), 'SIGKILL');
  await sleep(20);
  const again = await usePostgres({ data });
  assert.deepEqual(await ask(again.url, 'select one from kept'), [1]);
  await again.release();
});

test('where namespaces are forbidden root runs it as nobody, from a copy', {
  skip: process.getuid?.() !== 0,
}, async () => {
  const use = await usePostgres({ data: join(folder, 'plain'), namespaces: false });
  assert.deepEqual(await ask(use.url, 'select 1'), [1]);
  await use.release();
});

test('a cluster of another major version is refused in a sentence', async () => {
  const data = join(folder, 'fifteen');
  await (await usePostgres({ data, programs: 'postgres-15-linux-x64' })).release();
  await assert.rejects(usePostgres({ data }), { code: 'kit/postgres_major' });
});
