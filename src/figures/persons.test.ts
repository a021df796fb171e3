import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { signedInAs, Visitor } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import { entitledAs } from '../identity/actions.ts';
import { currentHead } from '../journal/head.ts';
import { write } from '../journal/write.ts';
import { cutoffOf, dayOf } from '../kit/clock.ts';
import type { Server } from '../kit/http.ts';
import { commandLine } from '../product.ts';
import { report, voidCells } from '../reporting/actions.ts';
import { type Release, releaseIn, releasesOfEntry, verifyReleases } from './actions.ts';
import { valuesOf } from './compute.ts';
import { proposeRelease, releaseProposal } from './proposals/actions.ts';
import { getFigure } from './registry.ts';
import { thresholdAt } from './withholding/actions.ts';

const code = 'elders.assessed';
let product: TestProduct;
let app: Server;
let visitor: Visitor;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  visitor = new Visitor(app);
  // What the demonstration reports of persons is not of these tests.
  const own = product.db.queries.selectFrom('reported_value').select('key').where('form', '=', code);
  const keys = (await own.execute()).map(({ key }) => key);
  await voidCells(product.db, { actor: commandLine, reason: '测试用空表' }, code, keys);
});
after(async () => {
  await app.close();
  await product.remove();
});

async function reportPersons(day: string, rows: readonly [area: string, level: string, persons: number][]) {
  const actor = await entitledAs(product.db.queries, 'mzj.officer');
  const csv = rows.map(([area, level, persons]) => `${day},${area},${level},${persons},true`);
  const text = `day,area_code,level,persons,synthetic\n${csv.join('\n')}`;
  await report(product.db, { actor }, code, text);
}

async function release(cutoff: string, by: 'area' | 'level'): Promise<Release[]> {
  const definition = getFigure(product.registry, code);
  const { entry_no } = await currentHead(product.db);
  const question = { cutoff: cutoffOf(cutoff), entry_no, area: '440404', by };
  const values = await valuesOf(product.db.queries, definition, question);
  const actor = commandLine;
  const made: Release[] = [];
  await write(product.db, { actor, action: 'test/release', subject: code }, async (tx) => {
    made.push(...(await releaseIn(tx, 'test', [{ definition, question, value: values[0]! }])));
    return undefined;
  });
  return made;
}

const values = async (query: string) => (await visitor.get(`/figures/${code}.json?${query}`)).json().values;

test('few persons are withheld on every public page and file, and the release is still computed again exactly', async () => {
  await reportPersons('2021-07-31', [
    ['440404100', '0', 40],
    ['440404101', '0', 3],
    ['440404103', '1', 25],
    ['440404104', '0', 30],
  ]);
  const [one] = await release('2021-07-31', 'area');
  assert.equal(one!.digest, '');
  assert.deepEqual(
    (await values('by=area')).map((part: { key: string; value: number | null; withheld: boolean }) => [
      part.key,
      part.value,
      part.withheld,
    ]),
    [
      ['440404100', 40, false],
      ['440404101', null, true],
      ['440404103', null, true],
      ['440404104', 30, false],
    ],
  );
  assert.equal((await values(''))[0].value, 98);
  const page = (await visitor.get(`/figures/${code}?by=area`)).body;
  assert.match(page, /南水镇[\s\S]{0,200}不公布/);
  assert.match((await visitor.get(`/figures/${code}.svg?by=area`)).body, /不公布/);
  const csv = (await visitor.get(`/figures/${code}.csv?by=area`)).body;
  assert.match(csv, /^\ufeffcode,title,dimension,key,name,value,withheld,unit,/);
  assert.match(
    csv,
    /440404100,三灶镇,40,false,[\s\S]*440404101,南水镇,,true,/,
    'withheld is not the same as none',
  );
  for (const id of [one!.id, one!.id + 1, one!.id + 2, one!.id - 1]) {
    const json = (await visitor.get(`/releases/${id}.json`)).json();
    const html = (await visitor.get(`/releases/${id}?recompute=now`)).body;
    if (json.code !== code) continue;
    assert.equal(json.digest, null);
    assert.match(html, /完全一致/);
    assert.doesNotMatch(html, /elders\.assessed:2021/, 'no single records');
    if (json.withheld) assert.deepEqual([json.value, json.exact, json.inputs], [null, null, null]);
  }
  assert.equal((await verifyReleases(product.db, product.registry)).first_bad, null);
});

test('of persons only what was released is answered, and nobody splits a change of it', async () => {
  for (const query of ['cutoff=2021-07-15', 'by=level', 'by=unit', 'cutoff=2021-08-31']) {
    assert.equal((await visitor.get(`/figures/${code}.json?${query}`)).statusCode, 422, query);
    assert.match((await visitor.get(`/figures/${code}?${query}`)).body, /涉及个人|截止时点/, query);
  }
});

test('no figure of persons is broken down by two dimensions that are nearly the same parts', () => {
  for (const { code: of, personal, dimensions } of product.registry.values()) {
    if (personal) assert.ok(!(dimensions.includes('area') && dimensions.includes('unit')), of);
  }
});

test('growth by few is withheld too, and what was withheld stays so', async () => {
  await reportPersons('2021-08-31', [
    ['440404100', '0', 2],
    ['440404101', '0', 200],
    ['440404104', '0', 30],
  ]);
  const [two] = await release('2021-08-31', 'area');
  assert.deepEqual(
    (await values('by=area&cutoff=2021-08-31')).map((part: { value: number | null }) => part.value),
    [null, null, null, 60],
  );
  // What was said before stays as it was said.
  assert.equal((await values('by=area&cutoff=2021-07-31'))[0].value, 40);
  const json = (await visitor.get(`/figures/${code}.json`)).json();
  assert.deepEqual(
    json.series.map((point: { value: number }) => point.value),
    [98, 330],
  );
  assert.equal((await visitor.get(`/releases/${two!.id}/comparison?with=${two!.id - 4}`)).statusCode, 422);
  // One person more in the whole: then the whole is not said, nor any part of it.
  await reportPersons('2021-09-01', [['440404103', '2', 1]]);
  await release('2021-09-01', 'level');
  assert.equal((await values('cutoff=2021-09-01'))[0].value, null);
  assert.ok(
    (await values('by=level&cutoff=2021-09-01')).every((part: { value: null }) => part.value === null),
  );
  assert.equal((await verifyReleases(product.db, product.registry)).first_bad, null);
});

test('a correction of persons puts each part in the place of its own, and the whole in that of the whole', async () => {
  const as = async (login: string) => ({ actor: await entitledAs(product.db.queries, login) });
  const go = async (over: object) => {
    const asked = {
      title: '评估',
      figures: [{ code, by: 'area' as const }],
      cutoff: cutoffOf('2021-08-31'),
      ...over,
    };
    const id = (await proposeRelease(product.db, product.registry, await as('publisher'), asked)).outcome.id;
    return (await releaseProposal(product.db, product.registry, await as('leader'), id)).entry_no;
  };
  const first = await go({});
  const second = await go({ succession: 'correction', supersedes_entry: first, reason: '漏报' });
  const before = new Map((await releasesOfEntry(product.db.queries, first)).map((one) => [one.key, one.id]));
  const after = await releasesOfEntry(product.db.queries, second);
  assert.ok(after.length > 2);
  assert.deepEqual(
    after.map(({ key, supersedes_id }) => [key, supersedes_id]),
    after.map(({ key }) => [key, before.get(key)]),
  );
});

test('what was released long ago is still answered and offered for comparison, however much was released since', async () => {
  const definition = getFigure(product.registry, code);
  const plain = getFigure(product.registry, 'vaccination.doses');
  const { entry_no } = await currentHead(product.db);
  const cutoffs = Array.from({ length: 210 }, (_, index) =>
    cutoffOf(dayOf(new Date(Date.UTC(2022, 0, 1 + index)))),
  );
  const computed = await Promise.all(
    [definition, plain].map(async (one) => {
      const question = { cutoff: cutoffs[0]!, entry_no, area: '440404' };
      const [value] = await valuesOf(product.db.queries, one, question);
      return cutoffs.map((cutoff) => ({ definition: one, question: { ...question, cutoff }, value: value! }));
    }),
  );
  const made: Release[] = [];
  await write(product.db, { actor: commandLine, action: 'test/release', subject: code }, async (tx) => {
    made.push(...(await releaseIn(tx, 'test', computed.flat())));
    return undefined;
  });
  assert.equal((await values('cutoff=2021-07-31'))[0].value, 98);
  const others = made.filter((one) => one.code === plain.code);
  const page = (await visitor.get(`/releases/${others.at(-1)!.id}`)).body;
  assert.match(page, new RegExp(`comparison\\?with=${others[0]!.id}"`));
});

test('how few are too few is set with a reason, holds from then on, and changes nothing that was released', async () => {
  const path = '/console/releases/withholding';
  const coordinator = await signedInAs(product, app, 'coordinator');
  const form = { key: 'threshold-one', threshold: '2', reason: '按保密审查意见' };
  const refused = await coordinator.post(path, form);
  assert.equal(refused.statusCode, 422);
  assert.match(refused.body, /3 到 100 的整数[\s\S]*value="2"[\s\S]*value="按保密审查意见"/);
  const unexplained = await coordinator.post(path, { ...form, threshold: '20', reason: ' ' });
  assert.match(unexplained.body, /请写明理由/);
  const { entry_no } = await currentHead(product.db);
  const kept = await coordinator.post(path, { ...form, key: 'threshold-two', threshold: '20' });
  assert.equal(kept.statusCode, 303, kept.body);
  assert.match((await coordinator.get(path)).body, /少于 20 人的格子不公布/);
  assert.equal(await thresholdAt(product.db.queries, entry_no), 5, 'as it was known before');
  const publisher = await signedInAs(product, app, 'publisher');
  assert.equal((await publisher.post(path, { ...form, key: 'threshold-three' })).statusCode, 403);
  await reportPersons('2023-01-31', [
    ['440404100', '0', 60],
    ['440404101', '0', 12],
    ['440404103', '0', 70],
    ['440404104', '0', 80],
  ]);
  await release('2023-01-31', 'level');
  const of = (key: string) => (part: { key: string }) => part.key === key;
  // Twelve more of one town are fewer than twenty: they were not too few before.
  await release('2023-01-31', 'area');
  const parts = await values('by=area&cutoff=2023-01-31');
  assert.equal(parts.find(of('440404101')).withheld, true);
  assert.equal((await verifyReleases(product.db, product.registry)).first_bad, null);
});
