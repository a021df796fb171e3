import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { invalidities } from '../../../test/support/html.ts';
import { loginOfRole, signedInAs, type Visitor } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import { verifyChain } from '../../journal/verify.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Server } from '../../kit/http.ts';
import { listNotices } from './actions.ts';
import { grades } from './schema.ts';
import { sweep } from './sweep.ts';

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

const all = () => listNotices(product.db.queries, {}, 10_000);

test('the demonstration has notices of every grade, and some that ended', async () => {
  const notices = await all();
  for (const grade of grades)
    assert.ok(
      notices.some((one) => one.grade === grade),
      grade,
    );
  for (const outcome of ['resolved', 'escalated'] as const) {
    assert.ok(
      notices.some((one) => one.outcome === outcome),
      outcome,
    );
  }
  for (const one of notices) assert.equal(one.outcome !== null, one.state === 'closed', one.number);
  const page = await inspector.get('/console/supervision/notices');
  assert.equal(page.statusCode, 200);
  assert.deepEqual(await invalidities(page.body), []);
  assert.match(page.body, /红色督办单〔2021〕1号/);
});

test('a notice goes by hand from its issue to its outcome, and its unit alone answers', async () => {
  const number = (
    await product.db.queries
      .selectFrom('project')
      .innerJoin('unit', 'unit.id', 'project.unit_id')
      .select('number')
      .where('unit.code', '=', 'jyj')
      .where('state', '=', 'completed')
      .executeTakeFirstOrThrow()
  ).number;
  const path = `/console/projects/${number}`;
  const form = { key: 'by-hand-1', grade: 'red', text: '群众反映校门口积水，请核实。' };
  const refused = await inspector.post(`${path}/notices`, form);
  assert.equal(refused.statusCode, 422);
  assert.match(refused.body, /逐级升级/);
  assert.match(refused.body, /群众反映校门口积水/, 'what was typed is kept');
  const issued = await inspector.post(`${path}/notices`, { ...form, key: 'by-hand-2', grade: 'blue' });
  assert.equal(issued.statusCode, 303, issued.body);
  const notice = String(issued.headers.location);
  const again = await inspector.post(`${path}/notices`, { ...form, key: 'by-hand-2', grade: 'blue' });
  assert.equal(again.headers.location, notice, 'sent twice it is one');
  assert.match(
    (await inspector.post(`${path}/notices`, { ...form, key: 'by-hand-3', grade: 'blue' })).body,
    /一事一单/,
  );
  const early = await inspector.post(`${notice}/outcome`, {
    key: 'by-hand-4',
    outcome: 'settled',
    note: '已说明',
  });
  assert.match(early.body, /还没有反馈/);

  const other = await signedInAs(product, app, 'wjj.officer');
  assert.equal((await other.get(notice)).statusCode, 404);
  assert.equal((await other.post(`${notice}/receipt`, { key: 'by-hand-5' })).statusCode, 403);
  const officer = await signedInAs(product, app, 'jyj.officer');
  assert.deepEqual(await invalidities((await officer.get(notice)).body), []);
  assert.equal((await officer.post(`${notice}/receipt`, { key: 'by-hand-6' })).statusCode, 303);
  assert.match((await officer.post(`${notice}/receipt`, { key: 'by-hand-7' })).body, /已经签收过/);
  const today = dayOf(new Date());
  const empty = await officer.post(`${notice}/answer`, { key: 'by-hand-8', text: ' ', promised_on: today });
  assert.equal(empty.statusCode, 422);
  const past = await officer.post(`${notice}/answer`, {
    key: 'by-hand-9',
    text: '已疏通',
    promised_on: '2021-01-01',
  });
  assert.match(past.body, /不能早于今天/);
  const answer = { key: 'by-hand-10', text: '管网堵塞，已疏通。', promised_on: today };
  assert.equal((await officer.post(`${notice}/answer`, answer)).statusCode, 303);
  assert.equal(
    (await officer.post(`${notice}/outcome`, { key: 'by-hand-11', outcome: 'resolved', note: 'x' }))
      .statusCode,
    403,
  );
  const closed = await inspector.post(`${notice}/outcome`, {
    key: 'by-hand-12',
    outcome: 'resolved',
    note: '现场查看，已排干。',
  });
  assert.equal(closed.statusCode, 303);
  const page = (await officer.get(notice)).body;
  for (const word of ['发出', '签收', '管网堵塞，已疏通。', '现场查看，已排干。', '已整改'])
    assert.match(page, new RegExp(word));
  assert.doesNotMatch(page, /<form method="post" action="\/console\/supervision/, 'nothing is left to do');
});

/** Starts a sweep in a process of its own and kills it as soon as its first batch is stored. */
async function killedSweep(): Promise<string> {
  const file = fileURLToPath(new URL('../../../test/support/sweeper.ts', import.meta.url));
  const env = { ...process.env, DATABASE_URL: product.database_url, SHISHI_DATA: product.settings.data };
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (part) => {
    printed += part;
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await ended;
  return printed;
}

test('a sweep killed in the middle and run again urges nobody twice, and a third finds nothing to do', {
  timeout: 60_000,
}, async () => {
  const before = new Set((await all()).map((one) => one.id));
  const printed = await killedSweep();
  const done = (await all()).filter((one) => !before.has(one.id)).length;
  const [, planned] = printed.split('\n')[0]!.split('/').map(Number);
  assert.ok(done > 0 && done < planned!, `killed after ${done} of ${planned}`);
  const rest = await sweep(product.db);
  assert.ok(rest.issued + rest.escalated > 0);
  const fresh = (await all()).filter((one) => !before.has(one.id));
  assert.equal(fresh.length, done + rest.issued + rest.escalated);
  const projects = fresh.map((one) => one.project_id);
  assert.equal(
    new Set(projects).size,
    projects.length,
    'one notice for each project, however often it was swept',
  );
  assert.deepEqual(await sweep(product.db), { issued: 0, escalated: 0, closed: 0 });
  assert.equal((await verifyChain(product.db)).ok, true);
});

test('two sweeps at the same time urge once', async () => {
  await product.db.queries.deleteFrom('notice').execute();
  const swept = await Promise.all([sweep(product.db, { batch: 3 }), sweep(product.db, { batch: 3 })]);
  const notices = await all();
  const issued = swept.reduce((sum, one) => sum + one.issued, 0);
  assert.equal(issued, notices.length);
  assert.equal(new Set(notices.map((one) => one.project_id)).size, notices.length);
});
