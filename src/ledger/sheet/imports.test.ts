import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { loginOfRole, signedInAs, type Visitor } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import type { Server } from '../../kit/http.ts';
import { leaveOut } from '../cells.ts';
import { keepFile } from '../evidence/files.ts';
import { resumeImports } from './imports.ts';
import { findImport, insertImport } from './store.ts';

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
