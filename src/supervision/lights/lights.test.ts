import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { invalidities } from '../../../test/support/html.ts';
import { loginOfRole, signedInAs, type Visitor } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import { valuesOf } from '../../figures/compute.ts';
import { getFigure } from '../../figures/registry.ts';
import { entitledAs } from '../../identity/actions.ts';
import { currentHead } from '../../journal/head.ts';
import { cutoffOf } from '../../kit/clock.ts';
import type { Server } from '../../kit/http.ts';
import { takeItemSteps } from '../../ledger/checklist/actions.ts';
import { countLights } from '../overview/rules.ts';
import { setThresholds } from './actions.ts';
import { judge } from './kept.ts';
import { usualThresholds } from './rules.ts';

let product: TestProduct;
let app: Server;
let inspector: Visitor;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  inspector = await signedInAs(product, app, await loginOfRole(product, 'inspector'));
});
after(async () => {
  await app.close();
  await product.remove();
});

/** What the registry says and what the screen counts, by the same clocks. */
async function bothWays(cutoff: Date) {
  const { projects, entry_no } = await judge(product.db, cutoff);
  const whole = projects.filter(({ pace }) => pace.parent_id === null);
  const counts = countLights(whole);
  const figures = [];
  for (const code of ['supervision.red', 'supervision.yellow', 'supervision.forecast_late']) {
    const definition = getFigure(product.registry, code);
    figures.push(
      Number(
        (await valuesOf(product.db.queries, definition, { cutoff, entry_no, area: '440404' }))[0]!.value,
      ),
    );
  }
  return { figures, screen: [counts.overdue + counts.red, counts.yellow, counts.forecast_late] };
}

test('the figures and the screen say the same on every tenth day of the year and of what came after', async () => {
  const seen = new Set<string>();
  for (let n = 0; n < 40; n++) {
    const cutoff = new Date(cutoffOf('2021-03-20').getTime() + n * 10 * 86_400_000 + (n % 3) * 3_600_000);
    const { figures, screen } = await bothWays(cutoff);
    assert.deepEqual(figures, screen, cutoff.toISOString());
    seen.add(screen.join());
  }
  assert.ok(seen.size > 8, [...seen].join(' | '));
});

test('the on-time rate counts what was due, and has its number of both', async () => {
  const { entry_no } = await currentHead(product.db);
  const definition = getFigure(product.registry, 'supervision.on_time_rate');
  const [rate] = await valuesOf(product.db.queries, definition, {
    cutoff: cutoffOf('2021-09-03'),
    entry_no,
    area: '440404',
  });
  const { projects } = await judge(product.db, cutoffOf('2021-09-03'));
  const due = projects.filter(({ pace }) => pace.parent_id === null && pace.deadline <= '2021-09-03');
  assert.equal(Number(rate!.denominator), due.length);
  assert.equal(Number(rate!.numerator), due.filter(({ standing }) => standing.light === 'done').length);
  const [none] = await valuesOf(product.db.queries, definition, {
    cutoff: cutoffOf('2021-03-01'),
    entry_no,
    area: '440404',
  });
  assert.equal(none!.value, null);
});

test('what is kept in memory follows a change at once', async () => {
  const of = async (number: string) =>
    (await judge(product.db)).projects.find(({ pace }) => pace.number === number)!;
  const open = (await judge(product.db)).projects.find(
    ({ pace }) => pace.state === 'in_progress' && pace.nodes.filter(([, , done]) => !done).length > 1,
  )!;
  const { number } = open.pace;
  const found = await product.db.queries
    .selectFrom('item')
    .innerJoin('unit', 'unit.id', 'item.unit_id')
    .select(['item.position', 'unit.code'])
    .where('project_id', '=', open.pace.id)
    .where('state', 'in', ['planned', 'in_progress'])
    .orderBy('position')
    .executeTakeFirstOrThrow();
  const actor = {
    name: 'job:test',
    account_id: null,
    unit_id: null,
    via: 'job',
    holdings: 'unlimited',
  } as const;
  const evidence = { kind: 'record', title: '系统记录', text: '已完成' } as const;
  await takeItemSteps(product.db, { actor }, 'claimed', [
    { number, position: found.position, occurred_at: new Date().toISOString(), note: null, evidence },
  ]);
  const now = await of(number);
  const done = (nodes: typeof now.pace.nodes) => nodes.filter(([, , is]) => is).length;
  assert.equal(done(now.pace.nodes), done(open.pace.nodes) + 1);
  assert.ok(now.standing.actual! > open.standing.actual!);
});

test('thresholds of a field change its lights alone, from the entry on, and the figures with them', async () => {
  const cutoff = cutoffOf('2021-09-03');
  const before = await judge(product.db, cutoff);
  const actor = await entitledAs(product.db.queries, await loginOfRole(product, 'inspector'));
  const thresholds = { ...usualThresholds, yellow_gap: 0, red_gap: 0 };
  await setThresholds(
    product.db,
    { actor, idempotency_key: 'light-1234' },
    { field_code: 'education', thresholds },
  );
  const after = await judge(product.db, cutoff);
  const lights = new Map(after.projects.map(({ pace, standing }) => [pace.id, standing.light]));
  for (const { pace, standing } of before.projects) {
    if (pace.field_code !== 'education') assert.equal(lights.get(pace.id), standing.light, pace.number);
  }
  const { figures, screen } = await bothWays(cutoff);
  assert.deepEqual(figures, screen);
  const then = getFigure(product.registry, 'supervision.red');
  const asked = { cutoff, area: '440404' };
  const known = await valuesOf(product.db.queries, then, { ...asked, entry_no: before.entry_no });
  const counts = countLights(before.projects.filter(({ pace }) => pace.parent_id === null));
  assert.equal(Number(known[0]!.value), counts.overdue + counts.red, 'what was known then is not changed');
});

test('the screen opens with the answer, and each light is a shape with a word', async () => {
  for (const role of [
    'district_leader',
    'coordinator',
    'inspector',
    'unit_officer',
    'village_officer',
  ] as const) {
    const visitor = await signedInAs(product, app, await loginOfRole(product, role));
    const page = await visitor.get('/console/supervision');
    assert.equal(page.statusCode, 200, role);
    assert.deepEqual(await invalidities(page.body), [], role);
    assert.match(page.body, /截至2021年9月3日9时，\d+ 个项目/);
  }
  const page = (await inspector.get('/console/supervision')).body;
  assert.match(page, /495 个项目中，<strong>\d+<\/strong> 个已逾期/);
  assert.match(page, /<span aria-hidden="true">■<\/span> 已逾期/);
  assert.match(page, /慢 [\d.]+ 个百分点/);
  const narrowed = (await inspector.get('/console/supervision?field=education&light=done&day=2021-06-30'))
    .body;
  assert.match(narrowed, /截至2021年6月30日24时/);
  assert.equal(
    (await inspector.get('/console/supervision?day=2021-02-31&unit=nobody&town=x')).statusCode,
    200,
  );
});

test('whoever reaches one unit sees its projects alone', async () => {
  const officer = await signedInAs(product, app, 'jyj.officer');
  const page = (await officer.get('/console/supervision?light=done')).body;
  const total = Number(/，(\d+) 个项目/.exec(page)![1]);
  const own = await product.db.queries
    .selectFrom('project')
    .innerJoin('unit', 'unit.id', 'project.unit_id')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('unit.code', '=', 'jyj')
    .where('project.parent_id', 'is', null)
    .executeTakeFirstOrThrow();
  assert.ok(total > 0 && total <= Number(own.count), `${total} of ${own.count}`);
});

test('what would change is shown before it is saved, and nothing is saved by looking', async () => {
  const path = '/console/supervision/thresholds';
  const typed = 'yellow_gap=0&red_gap=0&days_left=7&days_left_progress=90&quiet_yellow=1&quiet_red=1';
  const { entry_no } = await currentHead(product.db);
  const preview = await inspector.get(`${path}?field=&${typed}`);
  assert.match(preview.body, /\d+ 个项目的灯会变/);
  assert.deepEqual(await invalidities(preview.body), []);
  assert.equal((await currentHead(product.db)).entry_no, entry_no);
  const bad = await inspector.get(`${path}?field=health&${typed.replace('yellow_gap=0', 'yellow_gap=x')}`);
  assert.match(bad.body, /请填 0 到 100 的整数/);
  assert.match(bad.body, /value="x"/, 'what was typed is kept');
  const form = Object.fromEntries(new URLSearchParams(typed));
  const refused = await inspector.post(path, {
    ...form,
    red_gap: '200',
    key: 'lights-refused',
    decision: 'save',
  });
  assert.equal(refused.statusCode, 422);
  const saved = { ...form, field: 'health', key: 'lights-saved', decision: 'save' };
  assert.equal((await inspector.post(path, saved)).statusCode, 303);
  assert.equal((await inspector.post(path, saved)).statusCode, 303, 'twice is once');
  assert.equal((await currentHead(product.db)).entry_no, entry_no + 1);
  assert.match((await inspector.get(`${path}?field=health`)).body, /这个领域有自己的标准/);
  await inspector.post(path, { field: 'health', key: 'lights-inherit', decision: 'inherit' });
  assert.match((await inspector.get(`${path}?field=health`)).body, /没有自己的标准/);
  const unknown = await inspector.post(path, { ...saved, field: 'nothing', key: 'lights-unknown' });
  assert.equal(unknown.statusCode, 422);
});
