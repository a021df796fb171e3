import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { asOwner, type TestProduct, testProduct } from '../../test/support/database.ts';
import { backup } from '../backup/backup.ts';
import { restore } from '../backup/restore.ts';
import type { Entitled } from '../identity/access.ts';
import { verifyChain } from '../journal/verify.ts';
import { write } from '../journal/write.ts';
import { migrate, readMigrations } from '../kit/migrations.ts';
import { openVault, type Vault } from '../kit/vault.ts';
import { commandLine, migrationsFolder, openProduct } from '../product.ts';
import { readSettings } from '../settings.ts';
import {
  contactsOf,
  erasePerson,
  findByPhone,
  maskedPeople,
  openFor,
  registerIn,
  sealFor,
  settleErasures,
  unmask,
} from './actions.ts';
import type { NewPerson } from './schema.ts';
import { countOutdated } from './store.ts';

let product: TestProduct;
let folder: string;
const reason = '群众来电核对';
let keys = 0;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shishi-residents-'));
  product = await testProduct();
});
after(async () => {
  await product.remove();
  rmSync(folder, { recursive: true, force: true });
});

const entering = (actor: Entitled = commandLine) => ({ actor, idempotency_key: `key-${++keys}` });

async function register(...people: NewPerson[]): Promise<number[]> {
  const change = { actor: commandLine, action: 'test/registration', subject: 'person' };
  const { outcome } = await write(product.db, change, async (tx) => {
    const ids: number[] = [];
    for (const person of people) ids.push(await registerIn(tx, product.vault, person));
    return ids;
  });
  return outcome;
}

const elder = { name: '陈桂英', phone: '138 0000 1111', phone_verified: true };

test('who confirmed the same phone under the same name is known again; a shared phone or a mere claim joins nobody', async () => {
  const [first] = await register(elder);
  const [again, spaced, helper, claimed] = await register(
    elder,
    { ...elder, name: ' 陈 桂英', phone: '+86 13800001111' },
    { ...elder, name: '陈小明' },
    { ...elder, phone_verified: false },
  );
  assert.equal(again, first);
  assert.equal(spaced, first);
  assert.notEqual(helper, first);
  assert.notEqual(claimed, first);
  assert.notEqual(claimed, helper);
  assert.deepEqual(await findByPhone(product.db.queries, product.vault, '13800001111'), [
    first,
    helper,
    claimed,
  ]);
  assert.equal((await maskedPeople(product.db.queries, product.vault, [first!])).get(first!)!.name, '陈**');
});

test('people are masked, and a list with one who cannot be read or was erased shows the others', async () => {
  const [seen, lost, gone] = await register(
    {
      name: '欧阳建国',
      phone: '13900002222',
      phone_verified: true,
      address: '红旗镇某街1号',
      id_number: '440400194001010011',
    },
    { name: '王丽', phone: null, phone_verified: false },
    { name: 'Maria', phone: '075612345678', phone_verified: false },
  );
  await erasePerson(product.db, product.vault, entering(), { person_id: gone!, reason });
  const broken = {
    ...product.vault,
    openKey: (ref, kept) => (kept.wrapped === damaged ? undefined : product.vault.openKey(ref, kept)),
  } satisfies Vault;
  const { rows } = await asOwner(
    `select wrapped from d440404.person_key where person_id = ${lost}`,
    product.database_url,
  );
  const damaged = rows[0].wrapped;
  const shown = await maskedPeople(product.db.queries, broken, [seen!, lost!, gone!]);
  assert.deepEqual(shown.get(seen!), {
    state: 'readable',
    name: '欧阳**',
    phone: '139****2222',
    phone_verified: true,
    address: '已隐藏',
    id_number: '4****************1',
  });
  assert.equal(shown.get(lost!)!.name, '无法读取');
  assert.equal(shown.get(gone!)!.name, '已删除');
});

test('words sealed for a person open in their place only', async () => {
  const [id] = await register({ name: '赵敏', phone: null, phone_verified: false });
  const place = { table: 'request', id: 7, column: 'content' };
  const [sealed] = await sealFor(product.db.queries, product.vault, id!, [{ place, text: '家里的事' }]);
  const opened = await openFor(product.db.queries, product.vault, [
    { person_id: id!, place, sealed: sealed! },
    { person_id: id!, place: { ...place, id: 8 }, sealed: sealed! },
  ]);
  assert.deepEqual(
    opened.map((one) => one.text),
    ['家里的事', '无法读取'],
  );
});

test('unmasking wants a reason, is journalled without a value, and is limited on a day', async () => {
  const [id] = await register({ name: '周海', phone: '13700003333', phone_verified: true });
  const asked = { person_id: id!, reason, per_day: 2 };
  await assert.rejects(unmask(product.db, product.vault, entering(), { ...asked, reason: '  ' }), {
    code: 'residents/reason',
  });
  const nobody: Entitled = { name: 'nobody', account_id: 999, unit_id: null, via: 'console', holdings: [] };
  await assert.rejects(unmask(product.db, product.vault, entering(nobody), asked));
  assert.equal((await unmask(product.db, product.vault, entering(), asked)).phone, '13700003333');
  await unmask(product.db, product.vault, entering(), asked);
  await assert.rejects(unmask(product.db, product.vault, entering(), asked), {
    code: 'residents/unmask_limit',
  });
  const entries = await product.db.queries
    .selectFrom('journal')
    .selectAll()
    .where('action', '=', 'residents/unmasking')
    .execute();
  assert.equal(entries.length, 2);
  assert.doesNotMatch(JSON.stringify(entries), /周海|13700003333/);
});

test('what was erased stays erased after an older backup was restored, and the chain stays whole', async () => {
  const [id] = await register({ name: '孙志强', phone: '13600004444', phone_verified: true });
  const file = join(folder, 'older');
  await backup(product.owner_url, 'd440404', file, () => {});
  await assert.rejects(erasePerson(product.db, product.vault, entering(), { person_id: id!, reason: '' }));
  await erasePerson(product.db, product.vault, entering(), { person_id: id!, reason: '本人申请删除' });
  assert.equal((await contactsOf(product.db.queries, product.vault, [id!])).get(id!)!.state, 'erased');
  assert.deepEqual(await findByPhone(product.db.queries, product.vault, '13600004444'), []);
  assert.equal((await verifyChain(product.db)).first_bad, null);
  const older = await testProduct();
  try {
    const migrations = readMigrations(migrationsFolder);
    await restore(older.owner_url, 'd440404', file, migrations, () => {});
    await migrate(older.owner_url, 'd440404', migrations);
    // The keys lie outside the database, and with them the list of those that were destroyed.
    assert.equal((await contactsOf(older.db.queries, product.vault, [id!])).get(id!)!.state, 'unreadable');
    assert.ok((await settleErasures(older.db, product.vault)) >= 1);
    assert.equal((await contactsOf(older.db.queries, product.vault, [id!])).get(id!)!.state, 'erased');
    const kept = await asOwner(
      `select 1 from d440404.person_key where person_id = ${id}`,
      older.database_url,
    );
    assert.equal(kept.rowCount, 0);
    assert.equal(await settleErasures(older.db, product.vault), 0);
    assert.equal((await verifyChain(older.db)).first_bad, null);
  } finally {
    await older.remove();
  }
});

test('a rotation of keys that is killed is gone on with, and everybody can be read throughout', async () => {
  const many = Array.from({ length: 1500 }, (_, at) => ({
    name: `张${at}`,
    phone: `135${String(at).padStart(8, '0')}`,
    phone_verified: true,
  }));
  const ids = await register(...many);
  const before = product.vault.master;
  const rotate = () =>
    spawn(process.execPath, [fileURLToPath(new URL('../main.ts', import.meta.url)), 'keys', 'rotate'], {
      env: { ...process.env, SHISHI_DATA: product.settings.data, DATABASE_URL: product.database_url },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const killed = rotate();
  await once(killed.stderr, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  assert.notEqual(product.vault.master, before);
  const readable = async () => {
    const vault = openVault(join(product.settings.data, 'keys', 'd440404-vault'), 'international');
    const people = await contactsOf(product.db.queries, vault, ids);
    assert.ok(ids.every((id, at) => people.get(id)!.phone === many[at]!.phone));
    assert.deepEqual(await findByPhone(product.db.queries, vault, many[777]!.phone), [ids[777]]);
    assert.deepEqual(await register(many[3]!), [ids[3]]);
  };
  assert.ok((await countOutdated(product.db.queries, product.vault)) > 0, 'it was killed before its end');
  await readable();
  const second = product.vault.master;
  const finished = rotate();
  finished.stderr.resume();
  assert.deepEqual(await once(finished, 'exit'), [0, null]);
  assert.equal(product.vault.master, second);
  assert.equal(await countOutdated(product.db.queries, product.vault), 0);
  await readable();
});

test('no planted value is found in the files of the database, its log of writes, its output or a backup', async () => {
  const canaries = [
    '钱多多甲乙丙',
    '13512340987',
    '金湾路八千八百号',
    '440404195512120987',
    '不想让人知道的事',
  ];
  const [name, phone, address, id_number, text] = canaries as [string, string, string, string, string];
  const data = join(folder, 'canaries');
  const own = await openProduct(readSettings({ SHISHI_DATA: data }));
  const file = join(folder, 'canaries.backup');
  try {
    const { db, vault } = own;
    const change = { actor: commandLine, action: 'test/registration', subject: 'person' };
    const place = { table: 'request', id: 1, column: 'content' };
    const person = { name, phone, phone_verified: true, address, id_number };
    const { outcome: id } = await write(db, change, (tx) => registerIn(tx, vault, person));
    await sealFor(db.queries, vault, id, [{ place, text }]);
    await findByPhone(db.queries, vault, phone);
    assert.equal((await unmask(db, vault, entering(), { person_id: id, reason, per_day: 1 })).name, name);
    await backup(own.owner_url, 'd440404', file, () => {});
    await erasePerson(db, vault, entering(), { person_id: id, reason });
  } finally {
    await own.close();
  }
  const copy = gunzipSync(readFileSync(file));
  assert.ok(copy.includes('"person"'));
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  assert.ok(files.some((one) => one.parentPath.includes('pg_wal')));
  // What is no secret is found there, so the search would find the rest.
  assert.ok(files.some((one) => readFileSync(join(one.parentPath, one.name)).includes(reason)));
  for (const one of files) {
    const bytes = readFileSync(join(one.parentPath, one.name));
    for (const canary of canaries) assert.ok(!bytes.includes(canary), `${one.parentPath}/${one.name}`);
  }
  for (const canary of canaries) assert.ok(!copy.includes(canary), 'backup');
});
