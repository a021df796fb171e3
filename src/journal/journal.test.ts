import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { asOwner, type TestProduct, testProduct } from '../../test/support/database.ts';
import { Problem } from '../kit/problem.ts';
import { closeRows, insertRows, updateRows } from '../kit/versioned.ts';
import { exportHead, firstEntryAgainstHeads } from './head.ts';
import { verifyChain } from './verify.ts';
import { type Actor, type Change, write } from './write.ts';

const actor: Actor = { name: 'cli', account_id: null, unit_id: null, via: 'cli' };
const change: Change = { actor, action: 'test/change', subject: 'field' };
let product: TestProduct;

before(async () => {
  product = await testProduct();
});
after(() => product.remove());

/** Adds a field and gives its id. */
async function addField(code: string, more: Partial<Change> = {}): Promise<{ id: number; entry_no: number }> {
  const written = await write(product.db, { ...change, ...more }, async (tx) => {
    const [row] = await insertRows(tx, 'field', [{ code, title: code, title_en: code, position: 1 }]);
    return { id: row!.id };
  });
  return { id: written.outcome.id, entry_no: written.entry_no };
}

async function journalled(): Promise<number> {
  const head = await product.db.queries
    .selectFrom('journal_head')
    .select('entry_no')
    .executeTakeFirstOrThrow();
  return head.entry_no;
}

function ownerSays(statement: string) {
  return asOwner(`set search_path = d440404; ${statement}`, product.database_url);
}

test('writes made at the same moment get consecutive numbers in the order in which they were asked for', async () => {
  const first = await journalled();
  const entries = await Promise.all(
    Array.from({ length: 100 }, (_, index) => addField(`same-moment-${index}`)),
  );
  assert.deepEqual(
    entries.map((one) => one.entry_no),
    entries.map((_, index) => first + 1 + index),
  );
});

test('work that raises undoes itself alone and uses no number', async () => {
  const before = await journalled();
  const refused = write(product.db, change, async (tx) => {
    await insertRows(tx, 'field', [{ code: 'refused', title: 'x', title_en: 'x', position: 1 }]);
    throw new Problem('test/refused', 'conflict', { zh: '拒绝', en: 'refused' });
  });
  const [, outcome] = await Promise.allSettled([
    addField('beside-refused'),
    refused,
    addField('after-refused'),
  ]);
  assert.equal(outcome!.status, 'rejected');
  assert.equal(await journalled(), before + 2);
  const found = await product.db.queries
    .selectFrom('field')
    .select('id')
    .where('code', '=', 'refused')
    .execute();
  assert.equal(found.length, 0);
});

test('the same key with the same input gives the first outcome once, with other input a Problem', async () => {
  const keyed = { idempotency_key: 'key-1', input: { a: 1 } };
  const first = await addField('keyed', keyed);
  const again = await addField('keyed', keyed);
  assert.deepEqual(again, first);
  await assert.rejects(addField('keyed', { ...keyed, input: { a: 2 } }), { code: 'journal/key_reused' });
  const twice = await Promise.all([
    addField('twin', { idempotency_key: 'key-2' }),
    addField('twin', { idempotency_key: 'key-2' }),
  ]);
  assert.deepEqual(twice[0], twice[1]);
});

test('a transaction kept after its turn, or a write inside a write, is refused', async () => {
  let kept: Parameters<Parameters<typeof write>[2]>[0] | undefined;
  await write(product.db, change, async (tx) => {
    kept = tx;
    assert.throws(() => write(product.db, change, async () => undefined), /inside/);
    return undefined;
  });
  await assert.rejects(async () => kept!.queries.selectFrom('field').select('id').execute(), /closed/);
});

test('what a row was stays readable, and a second write in one entry replaces the first', async () => {
  const { id, entry_no } = await addField('past');
  await write(product.db, change, async (tx) => {
    await updateRows(tx, 'field', [{ id, title: 'two' }]);
    await updateRows(tx, 'field', [{ id, title: 'three' }]);
    return undefined;
  });
  const past = await product.db.queries.selectFrom('field_past').selectAll().where('id', '=', id).execute();
  assert.deepEqual(
    past.map((row) => [row.title, row.since_entry, row.until_entry]),
    [['past', entry_no, entry_no + 1]],
  );
  await write(product.db, change, async (tx) => {
    await closeRows(tx, 'field', [id]);
    return undefined;
  });
  assert.equal((await verifyChain(product.db)).ok, true);
});

test('the application may add to the journal and may not change, remove or truncate it', async () => {
  for (const statement of [
    "update journal set actor = 'x'",
    'delete from journal',
    'truncate journal',
    'drop table journal',
  ]) {
    await assert.rejects(product.db.pool.query(statement), /permission denied|must be owner/);
  }
});

test('a column that a newer version adds meanwhile is noticed by nobody who writes', async () => {
  for (let turn = 0; turn < 3; turn++) await addField(`before-column-${turn}`);
  await ownerSays('alter table field add column later text; alter table field_past add column later text');
  await Promise.all([1, 2, 3].map((turn) => addField(`after-column-${turn}`)));
  await ownerSays('alter table field drop column later; alter table field_past drop column later');
  await addField('after-column-4');
  assert.equal((await verifyChain(product.db)).ok, true);
});

test('an altered entry, an altered row, a closed row revived and one added behind its back are named by verify', async () => {
  const { id, entry_no } = await addField('tamper');
  const gone = await addField('gone');
  await write(product.db, change, async (tx) => {
    await closeRows(tx, 'field', [gone.id]);
    return undefined;
  });
  const damages: [harm: string, undo: string, named: number][] = [
    [
      `update journal set actor = 'x' where entry_no = ${entry_no}`,
      `update journal set actor = 'cli' where entry_no = ${entry_no}`,
      entry_no,
    ],
    [
      `update field set title = 'x' where id = ${id}`,
      `update field set title = 'tamper' where id = ${id}`,
      entry_no,
    ],
    [
      `insert into field select id, code, title, title_en, position, since_entry from field_past where id = ${gone.id}`,
      `delete from field where id = ${gone.id}`,
      gone.entry_no,
    ],
    [
      `update field_past set until_entry = ${entry_no} where id = ${gone.id}`,
      `update field_past set until_entry = ${gone.entry_no + 1} where id = ${gone.id}`,
      entry_no,
    ],
    [
      `insert into field overriding system value values (99999, 'new', 'x', 'x', 1, ${entry_no})`,
      'delete from field where id = 99999',
      entry_no,
    ],
  ];
  for (const [harm, undo, named] of damages) {
    await ownerSays(harm);
    assert.deepEqual((await verifyChain(product.db)).first_bad, named, harm);
    await ownerSays(undo);
    assert.equal((await verifyChain(product.db)).ok, true, undo);
  }
});

test('a tail cut off after the last exported head is found against that head, though the chain itself is whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shishi-heads-'));
  after(() => rmSync(folder, { recursive: true }));
  const { id, entry_no } = await addField('tail');
  await exportHead(product.db, product.key, folder);
  assert.equal(await firstEntryAgainstHeads(product.db, product.key, folder), null);
  await ownerSays(`delete from field where id = ${id}; delete from journal where entry_no = ${entry_no};
    update journal_head set entry_no = ${entry_no - 1}, hash = (select hash from journal where entry_no = ${entry_no - 1})`);
  assert.equal((await verifyChain(product.db)).ok, true);
  assert.equal(await firstEntryAgainstHeads(product.db, product.key, folder), entry_no);
});
