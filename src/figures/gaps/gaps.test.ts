import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { signedInAs, Visitor } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import { listAreas } from '../../areas/actions.ts';
import { publish } from '../../bulletins/actions.ts';
import { entitledAs } from '../../identity/actions.ts';
import { currentHead } from '../../journal/head.ts';
import { cutoffOf } from '../../kit/clock.ts';
import { exactText } from '../../kit/fraction.ts';
import type { Server } from '../../kit/http.ts';
import { commandLine } from '../../product.ts';
import { report, voidCells } from '../../reporting/actions.ts';
import { listUnits } from '../../units/actions.ts';
import { releasesOfEntry } from '../actions.ts';
import { valuesOf } from '../compute.ts';
import { proposeRelease, releaseProposal } from '../proposals/actions.ts';
import { getFigure } from '../registry.ts';
import { listGaps, stateGap } from './actions.ts';
import { pairs } from './pairs.ts';

let product: TestProduct;
let app: Server;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
});
after(async () => {
  await app.close();
  await product.remove();
});

const [pair] = pairs;
const as = async (login: string) => ({ actor: await entitledAs(product.db.queries, login) });
const question = async (cutoff = '2021-09-03') => ({
  cutoff: cutoffOf(cutoff),
  entry_no: (await currentHead(product.db)).entry_no,
  area: '440404',
});

/** What the records give for a town at the end of a day. */
async function recorded(area: string, day: string): Promise<number> {
  const asked = { ...(await question(day)), area };
  const [value] = await valuesOf(product.db.queries, getFigure(product.registry, pair.derived), asked);
  return Number(value!.value);
}

async function officeId(): Promise<number> {
  const { entry_no } = await question();
  return (await listUnits(product.db.queries, entry_no)).find(({ area_code }) => area_code === '440404')!.id;
}

async function say(town: string, day: string, projects: number): Promise<void> {
  const csv = `day,area_code,projects,synthetic\n${day},${town},${projects},true`;
  const entering = { ...(await as(`${town}.officer`)), reason: '更正' };
  await report(product.db, entering, pair.reported, csv);
}

const issue = async () =>
  publish(product.db, product.registry, await as('publisher'), {
    template: 'jinwan-press',
    cutoff: cutoffOf('2021-09-03'),
    synthetic: true,
  });
const propose = async () =>
  (
    await proposeRelease(product.db, product.registry, await as('publisher'), {
      title: '进展',
      figures: [{ code: 'ledger.completed', by: 'area' }],
      cutoff: cutoffOf('2021-09-03'),
    })
  ).outcome.id;
const release = async (id: number) => releaseProposal(product.db, product.registry, await as('leader'), id);

test('a reported cell stands beside what the records gave at the end of its own day', async () => {
  await say('440404100', '2021-08-31', await recorded('440404100', '2021-08-31'));
  await say('440404101', '2021-08-31', (await recorded('440404101', '2021-08-31')) + 2);
  await say('440404103', '2021-07-31', (await recorded('440404103', '2021-07-31')) - 1);
  const gaps = await listGaps(product.db.queries, product.registry, pair, await question());
  assert.deepEqual(
    gaps.map(({ area_code, day, gap }) => [area_code, day, exactText(gap)]),
    [
      ['440404100', '2021-08-31', '0'],
      ['440404101', '2021-08-31', '2'],
      ['440404103', '2021-07-31', '-1'],
    ],
  );
  // Only what had been reported by the cut-off is compared.
  const earlier = await listGaps(product.db.queries, product.registry, pair, await question('2021-08-01'));
  assert.deepEqual(
    earlier.map(({ area_code }) => area_code),
    ['440404103'],
  );
});

test('cells of every level and day are held against the same as the figure says of each alone', async () => {
  const areas = ['440404', '440404100', '440404101', '440404104001', '440404104002'];
  const known = new Set(
    (await listAreas(product.db.queries, (await question()).entry_no)).map(({ code }) => code),
  );
  const there = areas.filter((code) => known.has(code));
  assert.equal(there.length, areas.length);
  const rows = there.map((code, index) => `2021-0${6 + (index % 2)}-30,${code},${10 * index},true`);
  const csv = ['day,area_code,projects,synthetic', ...rows].join('\n');
  const actor = { ...commandLine, unit_id: await officeId() };
  await report(product.db, { actor, reason: '更正' }, pair.reported, csv);
  for (const gap of await listGaps(
    product.db.queries,
    product.registry,
    pair,
    await question('2021-07-31'),
  )) {
    assert.equal(Number(gap.derived), await recorded(gap.area_code, gap.day), `${gap.area_code} ${gap.day}`);
  }
  const keys = rows.map((row) => row.split(',').slice(0, 2).join('|'));
  await voidCells(product.db, { actor: commandLine, reason: '测试' }, pair.reported, keys);
});

test('a release is held back while they differ, and goes out with the signed gap once it has its reason', async () => {
  const held = await propose();
  await assert.rejects(release(held), { code: 'figures/gap' });
  await assert.rejects(issue(), { code: 'figures/gap' }, 'nor does a bulletin let it go');
  const cell = (area_code: string, day: string, reason: string) => ({
    reported: pair.reported,
    area_code,
    day,
    reason,
  });
  const state = async (one: ReturnType<typeof cell>) =>
    stateGap(product.db, product.registry, await as('coordinator'), one, await question());
  const foreign = await as('440404100.coordinator');
  await assert.rejects(
    stateGap(
      product.db,
      product.registry,
      foreign,
      cell('440404101', '2021-08-31', '邻镇'),
      await question(),
    ),
    { code: 'identity/reach' },
    'a town says nothing of another',
  );
  await assert.rejects(state(cell('440404100', '2021-08-31', '没有差')), { code: 'figures/no_gap' });
  await assert.rejects(state(cell('440404101', '2021-08-31', ' ')), { code: 'figures/reason_missing' });
  await state(cell('440404101', '2021-08-31', '两个项目已申请办结，待核验'));
  await assert.rejects(release(held), { code: 'figures/gap' });
  await state(cell('440404103', '2021-07-31', '台账补录晚于报送'));
  const { entry_no } = await release(held);
  const releases = await releasesOfEntry(product.db.queries, entry_no);
  const whole = releases.find(({ key }) => key === null)!;
  assert.equal(Number(whole.gap), 1);
  assert.equal(whole.gap_reason, '两个项目已申请办结，待核验；台账补录晚于报送');
  const bulletin = (await issue()).entry_no;
  const said = (await releasesOfEntry(product.db.queries, bulletin)).filter(({ gap }) => gap !== null);
  assert.deepEqual(
    said.map(({ code, key, gap }) => [code, key, Number(gap)]),
    [['ledger.completed', null, 1]],
  );
  const page = (await new Visitor(app).get(`/releases/${whole.id}`)).body;
  assert.match(page, /报送数减记录数的差：1。两个项目已申请办结，待核验；台账补录晚于报送/);
});

test('a reason is for the gap as it was: when the gap changes it has to be said again, and when it is gone nothing is held', async () => {
  await say('440404101', '2021-08-31', (await recorded('440404101', '2021-08-31')) + 3);
  await assert.rejects(release(await propose()), { code: 'figures/gap' });
  await say('440404101', '2021-08-31', await recorded('440404101', '2021-08-31'));
  await say('440404103', '2021-07-31', await recorded('440404103', '2021-07-31'));
  const { entry_no } = await release(await propose());
  assert.ok((await releasesOfEntry(product.db.queries, entry_no)).every(({ gap }) => gap === null));
});

test('the page shows both numbers and the gap of each cell, and keeps a reason that was refused', async () => {
  await say('440404104', '2021-08-31', (await recorded('440404104', '2021-08-31')) + 5);
  const coordinator = await signedInAs(product, app, 'coordinator');
  const path = '/console/releases/gaps';
  assert.match((await coordinator.get(path)).body, /平沙镇[\s\S]*▲ \+5[\s\S]*写明原因/);
  const form = { key: 'key-of-a-gap', reported: pair.reported, area_code: '440404104', day: '2021-08-31' };
  const refused = await coordinator.post(path, { ...form, reason: '  ' });
  assert.equal(refused.statusCode, 422);
  const done = await coordinator.post(path, { ...form, key: 'key-of-a-gap2', reason: '口径含子项目' });
  assert.equal(done.statusCode, 303);
  assert.match((await coordinator.get(path)).body, /▲ \+5[\s\S]*口径含子项目/);
});
