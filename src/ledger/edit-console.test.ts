import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { loginOfRole, signedInAs, type Visitor } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import { entitledAs } from '../identity/actions.ts';
import type { Server } from '../kit/http.ts';
import type { ColumnName } from './columns.ts';
import { editCells } from './edits.ts';
import { projectsByNumber } from './store.ts';

let product: TestProduct;
let app: Server;
let office: Visitor;
const number = 'JW2021-001';
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  office = await signedInAs(product, app, await loginOfRole(product, 'coordinator'));
});
after(async () => {
  await app.close();
  await product.remove();
});

/** What a form would send: the fields of the page as they stand there. */
function fieldsOf(body: string): Record<string, string> {
  const form = body.slice(body.indexOf('class="record"'));
  const text = (escaped: string) =>
    escaped
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&')
      .replace(/\r?\n/g, '\r\n');
  const inputs = [...form.matchAll(/<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"/g)];
  const areas = [...form.matchAll(/<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)<\/textarea>/g)];
  const selects = [...form.matchAll(/<select[^>]* name="([^"]+)"[^>]*>(.*?)<\/select>/gs)].map(
    ([whole, name, options]) => [whole, name, /value="([^"]*)" selected/.exec(options!)?.[1] ?? ''] as const,
  );
  return Object.fromEntries(
    [...inputs, ...areas, ...selects].map(([, name, value]) => [name!, text(value!)]),
  );
}
const path = `/console/projects/${number}/edit`;
const change = async (column: ColumnName, text: string) =>
  editCells(product.db, { actor: await entitledAs(product.db.queries, 'coordinator'), reason: '测试' }, [
    { number, column, text },
  ]);
const stored = async () => (await projectsByNumber(product.db.queries, [number])).get(number)!;

test('whoever was overtaken sees what is there now beside what they typed, and may save again', async () => {
  await change('remark', '第一行\n第二行');
  const typed = fieldsOf((await office.get(path)).body);
  await change('handler', '别人写的经办人');
  await change('remark', '别人写的\n备注');
  await change('press', '别人写的报道');
  Object.assign(typed, { handler: '我写的经办人', remark: '我写的\r\n备注' });
  const refused = await office.post(path, typed);
  assert.equal(refused.statusCode, 409);
  assert.match(refused.body, /现在是“别人写的经办人”/);
  assert.match(refused.body, /现在是“别人写的\s备注”/);
  const again = fieldsOf(refused.body);
  assert.equal(again.handler, '我写的经办人');
  assert.equal(again['before.handler'], '别人写的经办人');
  assert.equal(again.press, '别人写的报道', 'what somebody else changed and nobody typed here is theirs');
  const kept = await office.post(path, again);
  assert.equal(kept.statusCode, 303, kept.body);
  const now = await stored();
  assert.deepEqual([now.handler, now.remark, now.press], ['我写的经办人', '我写的\n备注', '别人写的报道']);
});

test('a text of several lines is changed at once when nobody was faster', async () => {
  const typed = fieldsOf((await office.get(path)).body);
  assert.match(typed.remark!, /\r\n/);
  const kept = await office.post(path, { ...typed, remark: '一行' });
  assert.equal(kept.statusCode, 303, kept.body);
  assert.equal((await stored()).remark, '一行');
});

test('what is wrong with a field is said at the field, and the summary leads there', async () => {
  const typed = fieldsOf((await office.get(path)).body);
  const refused = await office.post(path, { ...typed, budget: '很多', reason: '调整' });
  assert.equal(refused.statusCode, 422);
  assert.match(refused.body, /href="#budget"/);
  assert.match(refused.body, /id="budget-error"/);
  assert.equal(fieldsOf(refused.body).budget, '很多');
});
