import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { loginOfRole, signedInAs, type Visitor } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import type { Role } from '../../identity/roles.ts';
import type { Server } from '../../kit/http.ts';
import { ledgerReaders } from '../rules.ts';
import { stampedListReaders } from './stamped.ts';

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

const scan = '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';

function keep(visitor: Visitor, fields: Record<string, string>, file = scan) {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const sent = `--x\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\ncontent-type: application/pdf\r\n\r\n${file}\r\n`;
  return visitor.send('POST', '/console/stamped-lists', `${parts.join('')}${sent}--x--\r\n`, {
    'content-type': 'multipart/form-data; boundary=x',
  });
}

test('the printed page leads to keeping its scan, with what was printed and as known when', async () => {
  const printed = (await office.get('/console/projects/print?unit_id=jyj&sort=-deadline')).body;
  const entry = /数据版本 (\d+)/.exec(printed)![1]!;
  const href = /href="(\/console\/stamped-lists\?[^"]+)"/.exec(printed)![1]!.replaceAll('&amp;', '&');
  const form = (await office.get(href)).body;
  assert.match(form, /name="query" value="unit_id=jyj&(amp;)?sort=-deadline"/);
  assert.match(form, new RegExp(`name="entry" value="${entry}"`));
  const refused = await keep(office, { key: 'stamped-0', title: ' ', query: 'unit_id=jyj', entry });
  assert.equal(refused.statusCode, 422);
  assert.match(refused.body, /请写明是哪份清单/);
  assert.match(refused.body, /name="query" value="unit_id=jyj"/, 'what was said is kept');
  const kept = await keep(office, { key: 'stamped-1', title: '九月台账', query: 'unit_id=jyj', entry });
  assert.equal(kept.statusCode, 303, kept.body);
  await keep(office, {
    key: 'stamped-2',
    title: '手抄的',
    query: 'http://x/console/projects/print?q=路',
    entry: '999999',
  });
  const page = (await office.get('/console/stamped-lists')).body;
  assert.match(page, new RegExp(`九月台账</a> <span class="meta">数据版本 ${entry} `));
  assert.match(page, /href="\/console\/projects\?q=路"/);
  assert.doesNotMatch(page, /数据版本 999999/);
});

test('a list of the whole district is for who looks after or over it, and for who kept it', async () => {
  const file = /href="(\/console\/stamped-lists\/\d+\/file)"/.exec(
    (await office.get('/console/stamped-lists')).body,
  )![1]!;
  for (const role of ledgerReaders as readonly Role[]) {
    const visitor = await signedInAs(product, app, await loginOfRole(product, role));
    const may = (stampedListReaders as readonly Role[]).includes(role);
    assert.equal((await visitor.get(file)).statusCode, may ? 200 : 403, role);
    const page = (await visitor.get('/console/stamped-lists')).body;
    assert.equal(page.includes('九月台账'), may, role);
    const link = (await visitor.get('/console/projects')).body.includes('/console/stamped-lists');
    assert.equal(link, may, role);
  }
  const officer = await signedInAs(product, app, 'jyj.officer');
  await product.db.queries
    .updateTable('stamped_list' as never)
    .set({
      account_id: product.db.queries.selectFrom('account').select('id').where('login', '=', 'jyj.officer'),
    } as never)
    .execute();
  assert.equal((await officer.get(file)).statusCode, 200);
  assert.match((await officer.get('/console/stamped-lists')).body, /九月台账/);
});
