import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { signedInAs, type Visitor } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import { valuesOf } from '../../figures/compute.ts';
import { getFigure } from '../../figures/registry.ts';
import { entitledAs } from '../../identity/actions.ts';
import { currentHead } from '../../journal/head.ts';
import { verifyChain } from '../../journal/verify.ts';
import { cutoffOf } from '../../kit/clock.ts';
import type { Server } from '../../kit/http.ts';
import { commandLine } from '../../product.ts';
import { report, voidCells } from '../actions.ts';
import { listExpected, missingRuns } from './expected.ts';
import { keepForm, listForms } from './setup.ts';

let product: TestProduct;
let app: Server;
let officer: Visitor;
let town: Visitor;
let coordinator: Visitor;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  officer = await signedInAs(product, app, '440404100.officer');
  town = await signedInAs(product, app, '440404100.coordinator');
  coordinator = await signedInAs(product, app, 'coordinator');
});
after(async () => {
  await app.close();
  await product.remove();
});

const september = 'elders-month/440404100/2021-09-30';
const bed = 'elders_beds-440404100';
const level = (one: number) => `elders_assessed-440404100-${one}`;
let sendings = 0;
const key = () => `reports-test-${++sendings}`;

function cells(values: Record<string, string>, more: Record<string, string> = {}) {
  const named = Object.entries(values).map(([name, value]) => [`cell-${name}`, value]);
  return { key: key(), ...Object.fromEntries(named), ...more };
}

async function api(visitor: Visitor, path: string, body?: object) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key(), 'accept-language': 'zh' };
  const response = body
    ? await visitor.send('POST', `/api/v1/reports/${path}`, JSON.stringify(body), headers)
    : await visitor.get(`/api/v1/reports/${path}`);
  return { status: response.statusCode, body: response.json() };
}

/** The cells of a report, by key. */
async function stored(path: string) {
  const { body } = await api(coordinator, path);
  return new Map<string, { value: number | null; open: boolean; nothing: string | null }>(
    body.cells.map((cell: { key: string }) => [cell.key, cell]),
  );
}

async function beds(day: string): Promise<number> {
  const { entry_no } = await currentHead(product.db);
  const question = { cutoff: cutoffOf(day), entry_no, area: '440404100' };
  return Number(
    (await valuesOf(product.db.queries, getFigure(product.registry, 'elders.beds'), question))[0]!.value,
  );
}

test('what is expected follows from forms, units and the calendar, and is named late or missing by unit', async () => {
  const { entry_no } = await currentHead(product.db);
  const all = await listExpected(product.db.queries, { today: '2021-09-08', entry_no });
  const told = (unit: string, day: string) => {
    const one = all.find(
      ({ form, unit: of, span }) => form.code === 'elders-month' && of.code === unit && span.last === day,
    )!;
    return [one.status.name, one.status.late, one.due];
  };
  assert.deepEqual(told('440404100', '2021-08-31'), ['submitted', false, '2021-09-07']);
  assert.deepEqual(told('440404101', '2021-07-31'), ['approved', true, '2021-08-06']);
  assert.deepEqual(told('440404101', '2021-08-31'), ['missing', true, '2021-09-07']);
  assert.deepEqual(told('440404104', '2021-07-31'), ['returned', false, '2021-08-06']);
  assert.ok(
    !all.some(({ form }) => form.code === 'elders-village-ten-days'),
    'a form that is off asks nobody',
  );
  const doses = all.filter(({ form }) => form.code === 'vaccination-month').map(({ status }) => status.name);
  assert.deepEqual(doses, ['given', 'missing', 'missing'], 'what records give in full is asked of nobody');
  // Long after, what never came since the form is in force is still named, as one run of periods for each unit.
  const long = await listExpected(product.db.queries, { today: '2022-12-10', entry_no });
  const ofTown = long.filter(({ form, unit }) => form.code === 'elders-month' && unit.code === '440404101');
  const names = ofTown.map(
    ({ span, status, older }) => `${span.last} ${status.name}${older ? ' older' : ''}`,
  );
  assert.ok(
    names.includes('2021-08-31 missing older') && names.includes('2022-11-30 missing'),
    String(names),
  );
  assert.ok(!names.some((name) => name.startsWith('2021-07-31')), 'what was approved long ago is not listed');
  const runs = missingRuns(ofTown.filter(({ older }) => older));
  assert.deepEqual(
    runs.map(({ first, last, count }) => [first.span.last, last.span.last, count]),
    [['2021-08-31', '2022-08-31', 13]],
  );
  const returned = long.find(({ unit, span }) => unit.code === '440404104' && span.last === '2021-07-31')!;
  assert.deepEqual(
    [returned.status.name, returned.older],
    ['returned', false],
    'what somebody has to go on with stands by itself',
  );
  // The holidays of October lie between the end of September and the fifth working day after it.
  const later = await listExpected(product.db.queries, { today: '2021-10-08', entry_no });
  assert.equal(later.find(({ span }) => span.last === '2021-09-30')!.due, '2021-10-13');
});

test('what cannot be read stays as it was typed, with a sentence at its cell, and nothing is saved', async () => {
  const { entry_no } = await currentHead(product.db);
  const refused = await officer.post(
    `/console/reports/${september}`,
    cells({ [bed]: '4o0', [level(0)]: '无', [level(1)]: '7' }),
  );
  assert.equal(refused.statusCode, 422);
  assert.match(refused.body, /有 2 格看不懂，没有保存/);
  assert.match(refused.body, /value="4o0"[^>]*aria-invalid/);
  assert.match(refused.body, /没有数据的，请写明原因/);
  assert.match(refused.body, /value="7"/);
  assert.equal((await currentHead(product.db)).entry_no, entry_no);
});

test('a report goes from its unit level by level into the figures, and only one doubtful cell comes back', async () => {
  const page = `/console/reports/${september}`;
  const before = await beds('2021-10-01');
  const begun = await officer.post(page, cells({ [bed]: '400', [level(0)]: '0' }));
  assert.equal(begun.statusCode, 303, begun.body);
  const early = await officer.post(page, cells({}, { do: 'submission' }));
  assert.equal(early.statusCode, 422);
  assert.match(early.body, /还有 4 格没有填/);
  const rest = { [level(1)]: '20', [level(2)]: '11', [level(3)]: '无：评估员休假', [level(4)]: '2' };
  const fallen = await officer.post(page, cells(rest, { do: 'submission' }));
  assert.equal(fallen.statusCode, 422);
  assert.match(fallen.body, /比上次少了 30（上次 430），为什么减少？/);
  assert.equal((await stored(september)).get(level(1))!.value, 20, 'what was typed is saved all the same');
  const answered = await officer.post(
    page,
    cells({}, { do: 'submission', [`answer-${bed}`]: '一院停业装修' }),
  );
  assert.equal(answered.statusCode, 303, answered.body);
  const locked = await api(officer, `${september}/cells`, { cells: [{ key: bed, value: 1 }] });
  assert.deepEqual([locked.status, locked.body.title], [409, 'reporting/locked']);

  const tooSoon = await api(coordinator, `${september}/steps`, { step: 'approval' });
  assert.equal(tooSoon.body.title, 'reporting/approver');
  const empty = await town.post(`${page}/cells/${level(1)}`, { key: key(), step: 'return', note: ' ' });
  assert.equal(empty.statusCode, 422);
  const sent = await town.post(`${page}/cells/${level(1)}`, {
    key: key(),
    step: 'return',
    note: '和台账差3人',
  });
  assert.equal(sent.statusCode, 303, sent.body);
  const open = [...(await stored(september))].filter(([, cell]) => cell.open).map(([name]) => name);
  assert.deepEqual(open, [level(1)], 'that cell alone is open');
  const asIs = await officer.post(page, cells({}, { do: 'submission' }));
  assert.match(asIs.body, /没有改，也没有说明/);
  const mended = await officer.post(page, cells({ [level(1)]: '23' }, { do: 'submission' }));
  assert.equal(mended.statusCode, 303, mended.body);

  const steps = `${page}/steps`;
  assert.equal((await town.post(steps, { key: key(), step: 'approval' })).statusCode, 303);
  assert.equal(await beds('2021-10-01'), before, 'figures wait for the last approval');
  const withdrawn = await officer.post(steps, { key: key(), step: 'withdrawal' });
  assert.match(withdrawn.body, /已有一级审核通过/);
  assert.equal((await coordinator.post(steps, { key: key(), step: 'approval' })).statusCode, 303);
  assert.equal(await beds('2021-10-01'), 400);
  const values = await product.db.queries
    .selectFrom('reported_value')
    .select(['key', 'value'])
    .where('day', '=', '2021-09-30')
    .where('area_code', '=', '440404100')
    .where('form', '=', 'elders.assessed')
    .orderBy('key')
    .execute();
  assert.deepEqual(
    values.map(({ value }) => value),
    [0, 23, 11, 2],
    '0 counts; nothing to report is no value',
  );
});

test('a change after the approval shows old and new, waits for the same approvals, and its whole history stays', async () => {
  const page = `/console/reports/${september}`;
  const asked = await officer.post(`${page}/cells/${bed}`, {
    key: key(),
    step: 'correction',
    note: '漏了二院 25 张',
  });
  assert.equal(asked.statusCode, 303, asked.body);
  const sent = await officer.post(
    page,
    cells({ [bed]: '425' }, { do: 'submission', [`answer-${bed}`]: '仍少一院' }),
  );
  assert.equal(sent.statusCode, 303, sent.body);
  assert.match((await town.get(page)).body, /审定后有改动：<del>400<\/del> → <ins>425<\/ins>/);
  assert.equal(await beds('2021-10-01'), 400);
  await town.post(`${page}/steps`, { key: key(), step: 'approval' });
  await coordinator.post(`${page}/steps`, { key: key(), step: 'approval' });
  assert.equal(await beds('2021-10-01'), 425);
  const history = (await coordinator.get(`${page}/cells/${bed}`)).body;
  assert.match(
    history,
    /400 → <strong>425<\/strong>[\s\S]*漏了二院 25 张[\s\S]*一院停业装修[\s\S]*空 → <strong>400<\/strong>/,
  );
  assert.match(history, /演示·三灶镇经办人/);
});

test('nobody changes what was approved by a file past those who approved, and a correction by the office shows beside it', async () => {
  const csv = 'day,area_code,beds\n2021-09-30,440404100,426\n';
  const file = await officer.send(
    'POST',
    '/api/v1/reports/elders.beds?reason=%E6%A0%B8%E5%AF%B9%E5%8F%B0%E8%B4%A6',
    csv,
    {
      'content-type': 'text/csv',
      'idempotency-key': key(),
    },
  );
  assert.equal(file.statusCode, 409, file.body);
  assert.match(file.json().detail, /已经审定/);
  assert.equal(await beds('2021-10-01'), 425);
  const actor = await entitledAs(product.db.queries, '440404100.officer');
  await assert.rejects(
    voidCells(product.db, { actor, reason: '作废' }, 'elders.beds', ['2021-09-30|440404100']),
    { code: 'reporting/approved' },
  );
  await report(product.db, { actor: commandLine, reason: '核对台账' }, 'elders.beds', csv);
  assert.match((await town.get(`/console/reports/${september}`)).body, /审定 425，后按明细更正为 <ins>426/);
  assert.match(
    (await town.get(`/console/reports/${september}/cells/${bed}`)).body,
    /按明细文件的改动[\s\S]*426[\s\S]*核对台账/,
  );
});

test('a form may get another name, and what was approved under the old one is still corrected', async () => {
  const head = await signedInAs(product, app, 'jyj.head');
  const page = '/console/reports/schools-month/jyj/2021-12-31';
  const [first] = [...(await stored('schools-month/jyj/2021-12-31')).keys()];
  const send = async (value: string) => {
    const sent = await head.post(page, cells({ [first!]: value }, { do: 'submission' }));
    assert.equal(sent.statusCode, 303, sent.body);
    const approved = await coordinator.post(`${page}/steps`, { key: key(), step: 'approval' });
    assert.equal(approved.statusCode, 303, approved.body);
  };
  assert.equal((await head.post(page, cells({}, { do: 'zero' }))).statusCode, 303);
  await send('90');
  const form = (await listForms(product.db.queries)).find(({ code }) => code === 'schools-month')!;
  const { id: _, ...known } = form;
  const entering = { actor: await entitledAs(product.db.queries, 'coordinator') };
  await keepForm(product.db, entering, { ...known, title: '新建学校月报' }, []);
  const asked = { key: key(), step: 'correction', note: '少报一班' };
  assert.equal((await head.post(`${page}/cells/${first}`, asked)).statusCode, 303);
  await send('135');
  await keepForm(product.db, entering, known, []);
  const found = await product.db.queries
    .selectFrom('reported_value')
    .select(['key', 'value'])
    .where('form', '=', 'schools.new_places')
    .where('day', '=', '2021-12-31')
    .where('value', '>', 0)
    .execute();
  assert.deepEqual(found, [{ key: 'schools-month 2021-12-31 440404|kindergarten', value: 135 }]);
});

test('what records give already is not asked again, and does not count twice', async () => {
  const july = 'vaccination-month/wjj/2021-07-31';
  const page = `/console/reports/${july}`;
  const wjj = await signedInAs(product, app, 'wjj.officer');
  assert.match((await wjj.get(page)).body, /系统已有 \d+ 条记录，不用报/);
  const first = [...(await stored(july))][0]!;
  assert.equal(first[1].open, false);
  const own = await api(wjj, `${july}/cells`, { cells: [{ key: first[0], value: 5 }] });
  assert.equal(own.body.title, 'reporting/known');
  const count = () => product.db.queries.selectFrom('reported_value').select('id').execute();
  const { length } = await count();
  assert.equal((await wjj.post(page, cells({}, { do: 'zero' }))).statusCode, 303);
  assert.equal((await wjj.post(page, cells({}, { do: 'submission' }))).statusCode, 303);
  assert.equal((await coordinator.post(`${page}/steps`, { key: key(), step: 'approval' })).statusCode, 303);
  // The third dose was not given yet in July: nobody had recorded that of the four towns.
  assert.equal((await count()).length, length + 4);
});

test('records that come in while a report is approved are named before anything counts twice', async () => {
  const later = 'vaccination-month/wjj/2021-12-31';
  const wjj = await signedInAs(product, app, 'wjj.officer');
  const page = `/console/reports/${later}`;
  const asked = await wjj.post(page, cells({}, { do: 'zero' }));
  assert.equal(asked.statusCode, 303, asked.body);
  assert.equal((await wjj.post(page, cells({}, { do: 'submission' }))).statusCode, 303);
  const csv = 'day,area_code,dose,doses\n2021-12-05,440404100,1,30\n';
  const file = await wjj.send('POST', '/api/v1/reports/vaccination.doses', csv, {
    'content-type': 'text/csv',
    'idempotency-key': key(),
  });
  assert.equal(file.statusCode, 200, file.body);
  const refused = await coordinator.post(`${page}/steps`, { key: key(), step: 'approval' });
  assert.equal(refused.statusCode, 409);
  assert.match(refused.body, /已另有 1 条记录（合计 30）/);
});

test('a file is looked at first: what is new, changed, unchanged and wrong, by row and column, and saved after that', async () => {
  const october = 'elders-month/440404100/2021-10-31';
  const page = `/console/reports/${october}`;
  const template = (await officer.get(`${page}/template.csv`)).body;
  assert.equal(template.trim().split('\n').length, 7);
  await officer.post(page, cells({ [level(4)]: '3', [level(3)]: '1' }));
  const pasted = [
    '养老服务月报\t\t\t',
    '指标\t镇街\t评估等级\t本期数',
    '养老床位\t三灶镇\t\t430',
    '老年人能力评估\t440404100\t能力完好\t40',
    '老年人能力评估\t\t1\t十二',
    '老年人能力评估\t\t完全失能\t3',
    '老年人能力评估\t\t重度失能\t2',
    '老年人能力评估\t平沙镇\t2\t5',
    '养老床位\t\t\t431',
  ].join('\n');
  const looked = await officer.post(`${page}/file`, { text: pasted });
  assert.equal(looked.statusCode, 200, looked.body);
  assert.match(looked.body, /新填 2 格，改动 1 格，未变 1 格，有误 3 处/);
  assert.match(looked.body, /第 5 行“数值”：“十二”不是数字/);
  assert.match(looked.body, /第 8 行“地区”：这张表没有“平沙镇”/);
  assert.match(looked.body, /第 9 行“编码”：与第 3 行是同一格/);
  assert.equal((await stored(october)).get(bed)!.value, null, 'looking saves nothing');
  const fields = [...looked.body.matchAll(/name="(cell-[^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
    name!,
    value!,
  ]);
  const saved = await officer.post(page, { key: key(), do: 'save', ...Object.fromEntries(fields) });
  assert.equal(saved.statusCode, 303, saved.body);
  const now = await stored(october);
  assert.deepEqual(
    [bed, level(0), level(3), level(4)].map((name) => now.get(name)!.value),
    [430, 40, 2, 3],
  );
  const workbook = await officer.get(`${page}/template.xlsx`);
  const boundary = 'reports-file';
  const payload = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="报表.xlsx"\r\ncontent-type: application/octet-stream\r\n\r\n`,
    ),
    workbook.rawPayload,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  const same = await officer.send('POST', `${page}/file`, payload, headers);
  assert.match(same.body, /新填 0 格，改动 0 格，未变 4 格，有误 0 处/);
  const lost = await officer.post(`${page}/file`, { text: '随便写的\n' });
  assert.equal(lost.statusCode, 422);
  assert.match(lost.body, /找不到列名/);
});

test('a head who submits has looked at it: the next level is asked, and nobody waits for the head', async () => {
  const head = await signedInAs(product, app, 'jyj.head');
  const page = '/console/reports/schools-month/jyj/2022-01-31';
  assert.equal((await head.post(page, cells({}, { do: 'zero' }))).statusCode, 303);
  assert.equal((await head.post(page, cells({}, { do: 'submission' }))).statusCode, 303);
  assert.match((await coordinator.get(page)).body, /待区统筹办审核/);
  const own = await api(head, 'schools-month/jyj/2022-01-31/steps', { step: 'approval' });
  assert.equal(own.status, 403);
  assert.equal((await coordinator.post(`${page}/steps`, { key: key(), step: 'approval' })).statusCode, 303);
});

test('a report and its cells are read within reach alone, and a village sees no other', async () => {
  const foreign = await signedInAs(product, app, '440404104.officer');
  for (const path of ['', `/cells/${bed}`, '/file', '/template.csv']) {
    assert.equal((await foreign.get(`/console/reports/${september}${path}`)).statusCode, 403, path);
  }
  assert.equal((await api(foreign, `${september}/cells`, { cells: [{ key: bed, value: 1 }] })).status, 403);
  assert.equal((await foreign.get(`/field/reports/${september}`)).statusCode, 403);
  for (const unknown of [
    'elders-month/440404100/2021-09-29',
    'elders-month/jyj/2021-09-30',
    'none/jyj/2021-09-30',
    'elders-month/440404100/2999-12-31',
    'elders-month/440404100/2021-05-31',
  ]) {
    assert.equal((await coordinator.get(`/console/reports/${unknown}`)).statusCode, 404, unknown);
  }
});

test('sent twice it counts once, and whoever saves over somebody else is asked first', async () => {
  const november = 'elders-month/440404100/2021-11-30';
  const page = `/console/reports/${november}`;
  const form = cells({ [bed]: '410' });
  assert.equal((await officer.post(page, form)).statusCode, 303);
  const { entry_no } = await currentHead(product.db);
  assert.equal((await officer.post(page, form)).statusCode, 303);
  assert.equal((await currentHead(product.db)).entry_no, entry_no);
  const clash = await town.post(page, cells({ [bed]: '999' }, { since: String(entry_no - 1) }));
  assert.equal(clash.statusCode, 409);
  assert.match(clash.body, /别人改过[\s\S]*value="999"/);
  assert.equal((await town.post(page, cells({ [bed]: '411' }, { since: String(entry_no) }))).statusCode, 303);
});

test('the coordinator keeps forms as data, and a form asks from the period on with which it begins', async () => {
  const path = '/console/reports/forms';
  const form = {
    key: key(),
    code: 'beds-quarter',
    title: '床位季报',
    figure: 'elders.beds',
    period: 'quarter',
    unit_level: '',
    units: '民政局',
    area_level: 'town',
    due_days: '3',
    approval_1: 'coordinator',
    begins_on: '2021-08-01',
    active: 'on',
    outlier: 'elders.beds',
    threshold: '5',
  };
  const wrong = await coordinator.post(`${path}/new`, form);
  assert.equal(wrong.statusCode, 422);
  assert.match(wrong.body, /请填一期的第一天/);
  assert.match(wrong.body, /value="床位季报"/);
  const kept = await coordinator.post(`${path}/new`, { ...form, key: key(), begins_on: '2021-07-01' });
  assert.equal(kept.statusCode, 303, kept.body);
  assert.match((await coordinator.get(`${path}/beds-quarter`)).body, /value="5"/);
  const page = await coordinator.get('/console/reports/beds-quarter/mzj/2021-09-30');
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /三灶镇[\s\S]*平沙镇/);
  assert.equal((await officer.get(path)).statusCode, 403);
  const off = { ...form, key: key(), begins_on: '2021-07-01' } as Record<string, string>;
  delete off.active;
  assert.equal((await coordinator.post(`${path}/beds-quarter`, off)).statusCode, 303);
  assert.equal((await coordinator.get('/console/reports/beds-quarter/mzj/2021-09-30')).statusCode, 404);
});

test('everything that reports did stands in the journal, and the chain is whole', async () => {
  assert.deepEqual((await verifyChain(product.db)).first_bad, null);
});
