import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { loginOfRole, signedInAs } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import { entitledAs } from '../../identity/actions.ts';
import type { Server } from '../../kit/http.ts';
import { editCells } from '../edits.ts';
import { projectsByNumber } from '../store.ts';
import { type AnswersSeen, isOneTooMany, mostAnswers, uncount } from './limit.ts';
import { listAnswers } from './store.ts';

let product: TestProduct;
let app: Server;
const [first, second] = ['JW2021-001', 'JW2021-002'] as const;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  const actor = await entitledAs(product.db.queries, 'coordinator');
  // These were claimed long ago; that they are surveyed is decided now.
  const edits = [first, second].map((number) => ({ number, column: 'survey' as const, text: '是' }));
  await editCells(product.db, { actor, reason: '补做测评' }, edits);
});
after(async () => {
  await app.close();
  await product.remove();
});

const stored = async (number: string) => (await projectsByNumber(product.db.queries, [number])).get(number)!;
const counted = async (number: string) =>
  (await listAnswers(product.db.queries, (await stored(number)).id)).length;

/** Sends an answer as a browser without cookies does, from an address. */
async function answer(
  number: string,
  remoteAddress: string,
  key: string = randomUUID(),
  answer = 'satisfied',
) {
  const { survey_code } = await stored(number);
  return app.inject({
    method: 'POST',
    url: `/survey/${survey_code}`,
    remoteAddress,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ answer, key }).toString(),
  });
}

test('a survey that was asked for after the claim gets its QR code from whoever collects', async () => {
  assert.equal((await stored(first)).survey_code, null);
  const office = await signedInAs(product, app, await loginOfRole(product, 'coordinator'));
  const page = (await office.get(`/console/projects/${first}/survey`)).body;
  assert.match(page, /生成二维码/);
  assert.doesNotMatch(page, /class="qr"/);
  const leader = await signedInAs(product, app, await loginOfRole(product, 'district_leader'));
  assert.doesNotMatch((await leader.get(`/console/projects/${first}/survey`)).body, /survey\/code"/);
  const key = 'survey-code-1';
  const made = await office.post(`/console/projects/${first}/survey/code`, { key });
  assert.equal(made.statusCode, 303, made.body);
  const { survey_code } = await stored(first);
  await office.post(`/console/projects/${first}/survey/code`, { key: 'survey-code-2' });
  assert.equal((await stored(first)).survey_code, survey_code, 'a code that was put up stays');
  assert.match((await office.get(`/console/projects/${first}/survey`)).body, /class="qr"/);
  assert.match((await office.get(`/console/projects/${first}/history`)).body, /生成测评二维码/);
  const inspector = await signedInAs(product, app, await loginOfRole(product, 'inspector'));
  const collected = await inspector.post(`/console/projects/${second}/survey`, {
    key: 'survey-code-3',
    channel: 'phone',
    satisfied: '3',
  });
  assert.equal(collected.statusCode, 303, collected.body);
  assert.ok((await stored(second)).survey_code, 'and so does one of which answers were collected');
});

test('a form that is sent three times is one answer', async () => {
  const { survey_code } = await stored(first);
  const page = (await app.inject({ url: `/survey/${survey_code}` })).body;
  const key = /name="key" value="([^"]+)"/.exec(page)![1]!;
  const sent = await Promise.all([1, 2, 3].map(() => answer(first, '10.0.0.1', key)));
  assert.deepEqual(
    sent.map((one) => one.statusCode),
    [303, 303, 303],
  );
  assert.equal(await counted(first), 1);
});

test('a household answers, a crowd at one address does not', async () => {
  const before = await counted(first);
  for (let one = 0; one < mostAnswers; one++) {
    assert.equal((await answer(first, '10.0.0.2')).statusCode, 303);
  }
  const refused = await answer(first, '10.0.0.2', randomUUID(), 'mostly');
  assert.equal(refused.statusCode, 429);
  assert.match(refused.body, /这一份没有计入/);
  assert.match(refused.body, /value="mostly" checked/);
  assert.equal(await counted(first), before + mostAnswers);
  assert.equal((await answer(first, '10.0.0.3')).statusCode, 303, 'a neighbour may');
  assert.equal((await answer(second, '10.0.0.2')).statusCode, 303, 'and so may they about something else');
});

test('answers of an address are forgotten after an hour, and a network counts as one', () => {
  const seen: AnswersSeen = new Map();
  const given = (address: string, key: string) => ({ address, project_id: 1, key });
  for (let one = 0; one < mostAnswers; one++) {
    assert.equal(isOneTooMany(seen, given(`2001:db8::${one + 1}`, `key-${one}`), 0), false);
  }
  assert.equal(isOneTooMany(seen, given('2001:db8:0:0:1::9', 'key-0'), 1), false, 'the same form again');
  assert.equal(isOneTooMany(seen, given('2001:0db8:0000::9', 'key-9'), 1), true);
  assert.equal(isOneTooMany(seen, given('2001:db8:0:1::9', 'key-9'), 1), false, 'another network');
  assert.equal(isOneTooMany(seen, given('::ffff:10.0.0.1', 'key-9'), 1), false);
  uncount(seen, given('2001:db8::1', 'key-0'));
  assert.equal(isOneTooMany(seen, given('2001:db8::1', 'key-10'), 2), false, 'one was taken back');
  assert.equal(isOneTooMany(seen, given('2001:db8::1', 'key-11'), 3_600_001), false);
  isOneTooMany(seen, given('10.9.9.9', 'key-12'), 9_000_000);
  assert.equal(seen.size, 1);
});
