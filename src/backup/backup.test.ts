import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { verifyReleases } from '../figures/actions.ts';
import { valuesOf } from '../figures/compute.ts';
import { getFigure } from '../figures/registry.ts';
import { verifyChain } from '../journal/verify.ts';
import { write } from '../journal/write.ts';
import { cutoffOf } from '../kit/clock.ts';
import { connectAsOwner } from '../kit/db.ts';
import { migrate, readMigrations } from '../kit/migrations.ts';
import { insertRows, updateRows } from '../kit/versioned.ts';
import { commandLine, migrationsFolder } from '../product.ts';
import { backup } from './backup.ts';
import { restore } from './restore.ts';
import { backedUpTables } from './tables.ts';

let source: TestProduct;
let folder: string;
let file: string;
const migrations = readMigrations(migrationsFolder);
const quiet = () => {};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shishi-backup-'));
  file = join(folder, 'whole');
  source = await testProduct(demonstrationTemplate);
  await backup(source.owner_url, 'd440404', file, quiet);
});
after(async () => {
  await source.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function answers({ db, registry }: TestProduct, entry_no: number) {
  const given = [];
  for (const definition of registry.values()) {
    for (const by of [undefined, ...definition.dimensions]) {
      const question = { cutoff: cutoffOf('2021-09-03'), entry_no, area: '440404', by };
      given.push(await valuesOf(db.queries, getFigure(registry, definition.code), question));
    }
  }
  return given;
}

test('a backup made while others write is of one entry, and restores to the same answers and a whole chain', async () => {
  let busy = true;
  const writers = [1, 2, 3].map(async (lane) => {
    for (let turn = 0; busy; turn++) {
      const code = `lane-${lane}-${turn}`;
      await write(source.db, { actor: commandLine, action: 'test/write', subject: 'field' }, async (tx) => {
        const row = { code, title: `${code} \\. \u2028 \t`, title_en: code, position: turn };
        const [stored] = await insertRows<{ id: number }>(tx, 'field', [row]);
        return stored!.id;
      });
      await write(source.db, { actor: commandLine, action: 'test/change', subject: 'field' }, async (tx) => {
        await updateRows(tx, 'field', [{ id: 1, position: turn }]);
        return undefined;
      });
    }
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const during = join(folder, 'during');
  const made = await backup(source.owner_url, 'd440404', during, quiet);
  busy = false;
  await Promise.all(writers);
  const target = await testProduct();
  try {
    await restore(target.owner_url, 'd440404', during, migrations, quiet);
    await migrate(target.owner_url, 'd440404', migrations);
    assert.equal((await verifyChain(target.db)).first_bad, null);
    assert.equal((await verifyReleases(target.db, target.registry)).first_bad, null);
    const head = await target.db.queries
      .selectFrom('journal_head')
      .select('entry_no')
      .executeTakeFirstOrThrow();
    assert.equal(head.entry_no, made.entry_no);
    assert.deepEqual(await answers(target, made.entry_no), await answers(source, made.entry_no));
    const asWritten = { actor: commandLine, action: 'test/write', subject: 'field' };
    const next = await write(target.db, asWritten, async (tx) => {
      await insertRows(tx, 'field', [{ code: 'after', title: 'after', title_en: 'after', position: 1 }]);
      return undefined;
    });
    assert.equal(next.entry_no, made.entry_no + 1);
    assert.equal((await verifyChain(target.db)).first_bad, null);
  } finally {
    await target.remove();
  }
});

test('what is kept beside a row made after the entry stays out, and a reader is never ahead of it', async () => {
  const product = await testProduct(demonstrationTemplate);
  const client = await connectAsOwner(product.owner_url, 'd440404');
  try {
    const head = await client.query<{ entry_no: number }>('select entry_no from journal_head');
    const { entry_no } = head.rows[0]!;
    const message = { template: 'after', filled: {}, about: 'after', person_id: null, account_id: 1 };
    const told = await write(
      product.db,
      { actor: commandLine, action: 'test/write', subject: 'after' },
      (tx) => insertRows<{ id: number }>(tx, 'message', [message]),
    );
    await client.query(
      `insert into message_delivery (message_id, channel, state, due_at) values ($1, 'after', 'waiting', now())`,
      [told.outcome[0]!.id],
    );
    await client.query(`insert into journal_reader (name, entry_no) values ('after', $1)`, [told.entry_no]);
    const taken = async (name: string, at: number) => {
      const table = (await backedUpTables(client, 'd440404', at)).find((one) => one.name === name)!;
      return (await client.query(table.selection(0, table.last))).rows;
    };
    const delivered = (rows: { channel: string }[]) => rows.filter((row) => row.channel === 'after').length;
    assert.equal(delivered(await taken('message_delivery', entry_no)), 0);
    assert.equal(delivered(await taken('message_delivery', told.entry_no)), 1);
    const reader = (await taken('journal_reader', entry_no)).find((row) => row.name === 'after');
    assert.equal(Number(reader.entry_no), entry_no);
  } finally {
    await client.end();
    await product.remove();
  }
});

test('nobody but its owner can read a backup, and none is written over', async () => {
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const before = readFileSync(file);
  await assert.rejects(backup(source.owner_url, 'd440404', file, quiet), { code: 'backup/exists' });
  assert.deepEqual(readFileSync(file), before);
});

test('who is signed in at the moment, and what keys are made of, is in no backup', () => {
  const text = gunzipSync(readFileSync(file)).toString();
  for (const table of ['auth_session', 'auth_verification', 'sign_in_attempt', 'sign_in_link']) {
    assert.doesNotMatch(text, new RegExp(`"table":"${table}"`));
  }
  assert.doesNotMatch(text, /PRIVATE KEY/);
});

function altered(name: string, change: (bytes: Buffer) => Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, change(readFileSync(file)));
  return path;
}

const inText = (change: (text: string) => string) => (bytes: Buffer) =>
  gzipSync(Buffer.from(change(gunzipSync(bytes).toString())));

for (const [what, code, change] of [
  ['that was cut off', 'backup/unreadable', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  [
    'that lacks its last lines',
    'backup/unreadable',
    inText((text) => text.split('\n').slice(0, -3).join('\n')),
  ],
  ['with one digit changed', 'backup/unreadable', inText((text) => text.replace('JW2021-400', 'JW2021-499'))],
  [
    'with one byte flipped',
    'backup/unreadable',
    (bytes: Buffer) => {
      const copy = Buffer.from(bytes);
      copy[copy.length >> 1]! ^= 0x10;
      return copy;
    },
  ],
  ['that is no backup', 'backup/unreadable', () => Buffer.from('no backup')],
] as const) {
  test(`a file ${what} is refused and nothing is restored`, async () => {
    const target = await testProduct();
    try {
      const damaged = altered(what.replaceAll(' ', '-'), change);
      await assert.rejects(restore(target.owner_url, 'd440404', damaged, migrations, quiet), { code });
      assert.deepEqual(await target.db.queries.selectFrom('project').select('id').execute(), []);
    } finally {
      await target.remove();
    }
  });
}

test('a file that is not there is refused in a sentence', async () => {
  const missing = restore(source.owner_url, 'd440404', join(folder, 'nowhere'), migrations, quiet);
  await assert.rejects(missing, { code: 'backup/unreadable' });
});

test('a district that has entries, another district, and a newer version are refused', async () => {
  const filled = restore(source.owner_url, 'd440404', file, migrations, quiet);
  await assert.rejects(filled, { code: 'backup/not_empty' });
  const other = restore(source.owner_url, 'd440402', file, migrations, quiet);
  await assert.rejects(other, { code: 'backup/other_district' });
  const older = restore(source.owner_url, 'd440404', file, migrations.slice(0, 3), quiet);
  await assert.rejects(older, { code: 'backup/newer' });
});

test('a restore killed in the middle leaves an empty district, which the next one fills', async () => {
  const target = await testProduct();
  try {
    const script = `
      import { restore } from ${JSON.stringify(new URL('./restore.ts', import.meta.url).href)};
      import { readMigrations } from ${JSON.stringify(new URL('../kit/migrations.ts', import.meta.url).href)};
      await restore(${JSON.stringify(target.owner_url)}, 'd440404', ${JSON.stringify(file)},
        readMigrations(${JSON.stringify(migrationsFolder)}), (done) => { if (done === 3000) process.kill(process.pid, 'SIGKILL'); });`;
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    assert.equal(signal, 'SIGKILL');
    assert.deepEqual(await target.db.queries.selectFrom('project').select('id').execute(), []);
    const { rows } = await restore(target.owner_url, 'd440404', file, migrations, quiet);
    assert.ok(rows > 3000);
  } finally {
    await target.remove();
  }
});

test('a full disk is told in a sentence and leaves no half backup', async (t) => {
  const small = join(folder, 'small');
  spawnSync('mkdir', ['-p', small]);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]).status !== 0) {
    t.skip('a small disk can be made by root alone');
    return;
  }
  try {
    const onFull = join(small, 'backup');
    for (let turn = 0; turn < 10; turn++) {
      await assert.rejects(backup(source.owner_url, 'd440404', onFull, quiet), { code: 'backup/disk_full' });
    }
    assert.equal(existsSync(onFull) || existsSync(`${onFull}.partial`), false);
  } finally {
    spawnSync('umount', [small]);
  }
});
