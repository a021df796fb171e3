// The whole loop through its pages: from the form on a phone to the rating, and what stands between.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { signedInAs, Visitor } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import type { Server } from '../kit/http.ts';

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

const village = '440404100001';
const town = '440404100';
let keys = 0;
const key = () => `loop-key-${++keys}`;

/** Somebody asks for something in 三灶社区; gives their browser and the number. */
async function ask(more: Record<string, string> = {}): Promise<{ person: Visitor; number: string }> {
  const person = new Visitor(app);
  const form = {
    key: key(),
    kind: 'help',
    content: '路灯坏了三天，晚上看不见路。',
    area_code: village,
    name: '陈阿婆',
    phone: '13800138000',
    ...more,
  };
  const sent = await person.post('/requests/new', form);
  assert.equal(sent.statusCode, 303, sent.body.slice(0, 500));
  const number = String(sent.headers.location).split('/').at(-1)!;
  return { person, number };
}

const step = (visitor: Visitor, number: string, action: string, more: Record<string, string> = {}) =>
  visitor.post(`/console/requests/${number}/steps`, { key: key(), action, ...more });
const rate = (person: Visitor, number: string, solved: string, satisfaction = 'satisfied') =>
  person.post(`/my/requests/${number}/rating`, { key: key(), solved, satisfaction });

test('somebody asks, the village sees it at once, signs, answers, and the person rates it', async () => {
  const { person, number } = await ask();
  const officer = await signedInAs(product, app, `${village}.officer`);
  const queue = await officer.get('/console/requests');
  assert.match(queue.body, new RegExp(number));
  assert.match(queue.body, /时限内/);
  const page = await officer.get(`/console/requests/${number}`);
  assert.match(page.body, /路灯坏了三天/);
  assert.match(page.body, /138\*+8000/);
  assert.doesNotMatch(page.body, /13800138000|陈阿婆/);
  assert.equal((await step(officer, number, 'sign', { words: '今天下午去看。' })).statusCode, 303);
  const done = await step(officer, number, 'answer', { words: '灯泡已换，亮了。', note: '用了备件两个' });
  assert.equal(done.statusCode, 303);
  const mine = await person.get(`/my/requests/${number}`);
  assert.match(mine.body, /已答复，请您评价/);
  assert.match(mine.body, /今天下午去看[\s\S]*灯泡已换/);
  assert.doesNotMatch(mine.body, /备件两个/);
  assert.equal((await rate(person, number, 'yes')).statusCode, 303);
  const closed = await person.get(`/my/requests/${number}`);
  assert.match(closed.body, /<h1>已办结/);
  assert.match(closed.body, /解决了，满意/);
});

test('not solved is done again in half the time, and stands at the inspector’s', async () => {
  const { person, number } = await ask();
  const officer = await signedInAs(product, app, `${village}.officer`);
  await step(officer, number, 'sign');
  await step(officer, number, 'answer', { words: '已经修好。' });
  assert.equal((await rate(person, number, 'no', 'unsatisfied')).statusCode, 303);
  const inspector = await signedInAs(product, app, 'inspector');
  assert.match((await inspector.get('/console/requests?show=watched')).body, new RegExp(number));
  assert.match((await person.get(`/my/requests/${number}`)).body, /没有解决，正在重新办理/);
});

test('the form sent twice is one request, and both answers lead to it', async () => {
  const form = { key: key(), content: '想问低保怎么办。', kind: 'question' };
  const [first, second] = await Promise.all([ask(form), ask(form)]);
  assert.equal(first.number, second.number);
  assert.equal((await second.person.get(`/my/requests/${first.number}`)).statusCode, 200);
});

test('the private link opens the request on another phone, and leaves the address at once', async () => {
  const { person, number } = await ask();
  const link = /href="[^"]*(\/my\/link\/[A-Za-z0-9_-]+)"/.exec(
    (await person.get(`/my/requests/${number}`)).body,
  )![1]!;
  assert.ok(Buffer.from(link.split('/').at(-1)!, 'base64url').length >= 16);
  const other = new Visitor(app);
  assert.equal((await other.get(`/my/requests/${number}`)).statusCode, 404);
  const opened = await other.get(link);
  assert.equal(opened.statusCode, 303);
  assert.equal(opened.headers.location, `/my/requests/${number}`);
  assert.equal(opened.headers['cache-control'], 'no-store');
  assert.equal((await other.get(`/my/requests/${number}`)).statusCode, 200);
  assert.equal((await other.get(`${link.slice(0, -2)}xy`)).statusCode, 404);
});

test('of two clerks who sign for the same request at once one gets it, and the other is told', async () => {
  const { number } = await ask();
  const officer = await signedInAs(product, app, `${village}.officer`);
  const coordinator = await signedInAs(product, app, `${town}.coordinator`);
  const codes = await Promise.all([step(officer, number, 'sign'), step(coordinator, number, 'sign')]);
  assert.deepEqual(codes.map((one) => one.statusCode).sort(), [303, 409]);
  const refused = codes.find((one) => one.statusCode === 409)!;
  assert.match(refused.body, /可能已有人先办了/);
});

test('a form with something wrong keeps what was typed and says what to mend', async () => {
  const person = new Visitor(app);
  const sent = await person.post('/requests/new', {
    key: key(),
    kind: 'help',
    content: '水管漏水',
    area_code: '',
    name: '王某',
    phone: '123',
  });
  assert.equal(sent.statusCode, 422);
  assert.match(sent.body, /水管漏水/);
  assert.match(sent.body, /role="alert"/);
});

test('a village hands up to its town; a second refusal goes to the district, and then it stands', async () => {
  const { number } = await ask();
  const officer = await signedInAs(product, app, `${village}.officer`);
  const clerk = await signedInAs(product, app, `${town}.officer`);
  const coordinator = await signedInAs(product, app, 'coordinator');
  assert.equal((await step(officer, number, 'hand_up')).statusCode, 422);
  assert.equal((await step(officer, number, 'hand_up', { note: '要镇里换变压器' })).statusCode, 303);
  assert.equal((await step(officer, number, 'sign')).statusCode, 403);
  assert.equal((await step(clerk, number, 'decline', { note: '属住建局' })).statusCode, 303);
  const dispatch = (unit_code: string) => step(coordinator, number, 'dispatch', { unit_code });
  assert.equal((await dispatch('zjj')).statusCode, 303);
  const department = await signedInAs(product, app, 'zjj.officer');
  assert.equal((await step(department, number, 'decline', { note: '属供电局' })).statusCode, 303);
  assert.equal((await dispatch('zjj')).statusCode, 303);
  const third = await step(department, number, 'decline', { note: '还是不归我们' });
  assert.equal(third.statusCode, 409);
  assert.match(third.body, /区统筹办已经定了/);
  const page = await coordinator.get(`/console/requests/${number}`);
  assert.match(page.body, /class="hops"[\s\S]*三灶社区[\s\S]*三灶镇[\s\S]*住建局/);
  // The village still sees what became of it.
  assert.equal((await officer.get(`/console/requests/${number}`)).statusCode, 200);
  const stranger = await signedInAs(product, app, '440404101001.officer');
  assert.equal((await stranger.get(`/console/requests/${number}`)).statusCode, 403);
});

test('a request merged into another or into a project goes on there', async () => {
  const [one, other] = [await ask(), await ask()];
  const coordinator = await signedInAs(product, app, `${town}.coordinator`);
  const merge = (number: string, target: string) => step(coordinator, number, 'merge', { target });
  assert.equal((await merge(one.number, one.number)).statusCode, 422);
  assert.equal((await merge(one.number, other.number)).statusCode, 303);
  assert.match((await coordinator.get(`/console/requests/${other.number}`)).body, /2 人/);
  assert.equal((await merge(other.number, 'JW2021-001')).statusCode, 303);
  assert.equal((await step(coordinator, other.number, 'merge', { target: 'nothing' })).statusCode, 409);
  assert.match((await one.person.get(`/my/requests/${one.number}`)).body, /与同样的需求一起办理/);
});
