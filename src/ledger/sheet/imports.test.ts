import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { loginOfRole, signedInAs, type Visitor } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import { currentHead } from '../../journal/head.ts';
import type { Server } from '../../kit/http.ts';
import { commandLine } from '../../product.ts';
import { leaveOut } from '../cells.ts';
import { keepFile } from '../evidence/files.ts';
import { answerImport, resumeImports, startImport } from './imports.ts';
import { findImport, insertImport, listPlanned } from './store.ts';

let product: TestProduct;
let app: Server;
let office: Visitor;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  office = await signedInAs(product, app, await loginOfRole(product, 'coordinator'));
});
after(async () => {
  await app.close();
  await product.remove();
});

const fine = readFileSync(new URL('./fixtures/titles-and-merges.xlsx', import.meta.url));
const ugly = readFileSync(new URL('./fixtures/sections-and-errors.xlsx', import.meta.url));

/** Sends a workbook as a browser does; gives the page of its import once it was read. */
async function upload(content: Buffer, name = '台账.xlsx'): Promise<{ path: string; page: string }> {
  const boundary = 'shishi-boundary';
  const part = (head: string, body: string | Buffer) =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n`),
      Buffer.from(body),
      Buffer.from('\r\n'),
    ]);
  const payload = Buffer.concat([
    part('name="key"', `key-${Math.random()}`),
    part(`name="file"; filename="${name}"`, content),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  const sent = await office.send('POST', '/console/imports', payload, {
    'content-type': `multipart/form-data; boundary=${boundary}`,
  });
  assert.equal(sent.statusCode, 303, sent.body);
  return { path: sent.headers.location!, page: await settled(sent.headers.location!) };
}

async function settled(path: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const { body } = await office.get(path);
    if (!body.includes('正在核对')) return body;
    await setTimeout(100);
  }
  throw new Error(`${path} is still being read`);
}

const questionsOf = (page: string) => [...page.matchAll(/<legend>“([^”]*)”/g)].map((found) => found[1]);

test('an answer is remembered, looked at, and asked for again once it was forgotten', async () => {
  const { path, page } = await upload(ugly);
  const asked = questionsOf(page);
  assert.deepEqual(asked.toSorted(), ['2021.1', '8月前', '城管']);
  assert.doesNotMatch(page, /type="radio"[^>]*checked/, 'nothing is chosen for anybody');
  const form = Object.fromEntries(asked.map((_, index) => [`answer-${index}`, leaveOut]));
  await office.post(`${path}/answers`, form);
  assert.deepEqual(questionsOf(await settled(path)), []);

  const answers = await office.get('/console/imports/answers');
  assert.match(answers.body, /城管[\s\S]*都不是/);
  assert.deepEqual(questionsOf((await upload(ugly)).page), [], 'it is asked once');

  const removal =
    /action="(\/console\/imports\/answers\/\d+\/removal)"[^>]*>(?:(?!<\/form>)[\s\S])*“城管”/.exec(
      answers.body,
    )![1]!;
  const key = 'forget-it-once';
  assert.equal((await office.post(removal, { key })).statusCode, 303);
  assert.deepEqual(questionsOf((await upload(ugly)).page), ['城管']);
  assert.equal((await office.post(removal, { key: 'forget-it-twice' })).statusCode, 404);
});

test('an import that was being read when the server stopped is taken up by the next one', async () => {
  const { queries } = product.db;
  const digest = await keepFile(queries, ugly, 'application/octet-stream');
  const id = await insertImport(queries, {
    account_id: null,
    unit_id: null,
    file_digest: digest,
    file_name: '台账.xlsx',
  });
  assert.equal((await findImport(queries, id))!.state, 'reading');
  await resumeImports(product.db);
  const taken = (await findImport(queries, id))!;
  assert.notEqual(taken.state, 'reading');
  assert.ok(taken.plan!.errors > 0 && taken.plan!.rows > 0);
});

/** An import as an upload leaves it, before anything was read. */
async function sent(content: Buffer): Promise<number> {
  const { queries } = product.db;
  const file_digest = await keepFile(queries, content, 'application/octet-stream');
  return insertImport(queries, { account_id: null, unit_id: null, file_digest, file_name: '台账.xlsx' });
}

test('two readings of one import keep one plan', async () => {
  const { queries } = product.db;
  const id = await sent(fine);
  await Promise.all([startImport(product.db, id), startImport(product.db, id), resumeImports(product.db)]);
  const row = (await findImport(queries, id))!;
  assert.equal(row.state, 'asking');
  assert.equal(row.plan!.new, 4);
  assert.equal((await listPlanned(queries, id, 'new', 1000)).length, 4);
  await startImport(product.db, id);
  assert.equal((await listPlanned(queries, id, 'new', 1000)).length, 4, 'what was read is not read again');
});

test('an import is answered once, whoever clicks twice', async () => {
  const { queries } = product.db;
  const id = await sent(ugly);
  await startImport(product.db, id);
  const asked = (await findImport(queries, id))!;
  assert.equal(asked.state, 'asking');
  const told = asked.plan!.questions.map(({ kind, text }) => ({ kind, text, meaning: leaveOut }));
  const before = await currentHead(product.db);
  await Promise.all([1, 2, 3].map(() => answerImport(product.db, commandLine, id, told)));
  assert.equal((await currentHead(product.db)).entry_no, before.entry_no + 1);
  while ((await findImport(queries, id))!.state === 'reading') await setTimeout(50);
  const answered = (await findImport(queries, id))!;
  assert.equal(answered.state, 'checked');
  assert.equal((await listPlanned(queries, id, 'error', 1000)).length, answered.plan!.errors);
  await answerImport(product.db, commandLine, id, told);
  assert.equal((await findImport(queries, id))!.state, 'checked');
});

test('an import is applied once, and its marked copy is had by who sent it alone', async () => {
  const { path, page } = await upload(fine);
  if (questionsOf(page).length > 0) {
    const form = Object.fromEntries(questionsOf(page).map((_, index) => [`answer-${index}`, leaveOut]));
    await office.post(`${path}/answers`, form);
    await settled(path);
  }
  const form = { key: `import-${path}`, batch: '第四批', document_no: '' };
  const first = await office.post(`${path}/application`, form);
  assert.equal(first.statusCode, 303, first.body);
  const { entry_no } = await currentHead(product.db);
  for (const key of [form.key, 'another-key-of-a-second-click']) {
    const again = await office.post(`${path}/application`, { ...form, key });
    assert.equal(again.headers.location, first.headers.location);
  }
  assert.equal((await currentHead(product.db)).entry_no, entry_no);

  const wrong = await upload(ugly);
  const marked = await office.get(`${wrong.path}/marked.xlsx`);
  assert.equal(marked.statusCode, 200);
  const other = await signedInAs(product, app, await loginOfRole(product, 'inspector'));
  assert.ok([403, 404].includes((await other.get(`${wrong.path}/marked.xlsx`)).statusCode));
  assert.equal((await office.get('/console/imports/999999/marked.xlsx')).statusCode, 404);
  assert.equal((await office.post('/console/imports/999999/application', form)).statusCode, 404);
});

test('the page asks for the reason of an adjustment and keeps nothing without one', async () => {
  const found = await sql<{ number: string; title: string }>`
    select number, title from project where state = 'in_progress' order by id limit 1`.execute(
    product.db.queries,
  );
  const { number, title } = found.rows[0]!;
  const csv = Buffer.from(`编号,项目名称,完成时限\n${number},${title},2033-03-31\n`);
  const { path, page } = await upload(csv, '改期.csv');
  assert.match(page, /name="reason"/);
  const form = { key: `import-${path}`, batch: '', document_no: '' };
  const refused = await office.post(`${path}/application`, { ...form, reason: '' });
  assert.equal(refused.statusCode, 422, refused.body);
  assert.match(refused.body, /请写明理由/);
  assert.equal((await office.post(`${path}/application`, { ...form, reason: '汛期顺延' })).statusCode, 303);
  const stored = await sql<{ deadline: string }>`
    select deadline from project where number = ${number}`.execute(product.db.queries);
  assert.equal(stored.rows[0]!.deadline, '2033-03-31');
});

test('questions stand in groups with where they are from, and rows without errors are imported first', async () => {
  const head = '项目名称,领域,责任单位,经办,完成时限\n';
  const good = '先修的路,交通出行,交通局,张三,2021-12-31\n';
  const csv = Buffer.from(
    `${head}${good}后修的路,交通出行,某某局,张三,2021-12-31\n扶手,民生保障,城建,张三,9月前\n`,
  );
  const { path, page } = await upload(csv, '清单.csv');
  assert.deepEqual(
    [...page.matchAll(/<section><h2>([^<]*)</g)].map((found) => found[1]),
    ['表头', '日期'],
  );
  assert.match(page, /“9月前”[^<]*<\/legend>\s*<p class="meta">[^<]*第 4 行/);
  assert.match(page, /value="handler" required checked/);
  const answers = Object.fromEntries(questionsOf(page).map((_, index) => [`answer-${index}`, leaveOut]));
  await office.post(`${path}/answers`, answers);
  const checked = await settled(path);
  assert.match(checked, /先导入没有错误的 1 行/);
  const form = { key: `import-${path}`, batch: '', document_no: '' };
  assert.equal((await office.post(`${path}/application`, form)).statusCode, 409);
  const first = await office.post(`${path}/application`, {
    ...form,
    key: `rest-${path}`,
    without_errors: 'yes',
  });
  assert.equal(first.statusCode, 303, first.body);
  assert.match((await office.get(path)).body, /另有 2 行没有导入[\s\S]*不能导入的行：2 行/);
  const { rows } = await sql`select from project where title in ('先修的路', '后修的路', '扶手')`.execute(
    product.db.queries,
  );
  assert.equal(rows.length, 1);
});
