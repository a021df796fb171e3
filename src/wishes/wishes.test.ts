import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import sharp from 'sharp';
import { openBrowser } from '../../test/support/browser.ts';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { signedInAs, Visitor } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import { entitledAs } from '../identity/actions.ts';
import { verifyChain } from '../journal/verify.ts';
import { dayOf } from '../kit/clock.ts';
import type { Server } from '../kit/http.ts';
import { readTable } from '../kit/sheet.ts';
import { inboxOf } from '../messages/actions.ts';
import { proposeWish, putBackLapsed, resident, takeStep, takeWish } from './actions.ts';
import { findWish } from './store.ts';

let product: TestProduct;
let app: Server;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
after(async () => {
  await app.close();
  await product.remove();
});

const days = (count: number) => dayOf(new Date(Date.now() + count * 86_400_000));
const key = () => ({ idempotency_key: randomUUID() });
let phones = 13_900_000_100;
const taking = (rest = {}) => ({
  kind: 'volunteer' as const,
  name: '林志愿',
  phone: String(phones++),
  promised_on: days(7),
  ...rest,
});

/** Enters a wish by its village and verifies it. */
async function shownWish(): Promise<{ number: string; secret: string }> {
  const actor = await entitledAs(product.db.queries, '440404100001.officer');
  const asked = {
    title: '想要一副老花镜',
    story: '眼睛看不清报纸了。',
    circle: 'elder' as const,
    unit_code: '440404100001',
    name: '陈大文',
    phone: '13800000199',
    synthetic: false,
  };
  const { outcome, secret } = await proposeWish(product, { actor, ...key() }, asked);
  await takeStep(product, { actor, who: 'village', ...key() }, outcome.number, 'verify', {});
  return { number: outcome.number, secret };
}

const stateOf = async (number: string) => (await findWish(product.db.queries, number))!.state;

test('of two who take a wish at the same moment one gets it, and the other is told so', async () => {
  const { number } = await shownWish();
  const results = await Promise.allSettled([
    takeWish(product, { actor: resident, ...key() }, number, taking()),
    takeWish(product, { actor: resident, ...key() }, number, taking()),
  ]);
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const refused = results.find((one) => one.status === 'rejected') as PromiseRejectedResult;
  assert.equal(refused.reason.code, 'wishes/taken');
});

test('a wish goes from the village to its fulfilment by links alone, and every one concerned hears of it', async () => {
  const { number, secret } = await shownWish();
  const taker = new Visitor(app);
  const form = { key: randomUUID(), ...taking(), organisation: '' };
  const page = await taker.get(`/wishes/${number}`);
  assert.match(page.body, /陈\*\*/);
  assert.doesNotMatch(page.body, /陈大文|13800000199/);
  const wrong = await taker.post(`/wishes/${number}/taking`, { ...form, promised_on: days(-1) });
  assert.equal(wrong.statusCode, 422);
  assert.match(wrong.body, /value="林志愿"/);
  const taken = await taker.post(`/wishes/${number}/taking`, form);
  assert.equal(taken.headers.location, `/my/wishes/${number}`);
  assert.equal((await taker.post(`/wishes/${number}/taking`, form)).statusCode, 303);
  assert.doesNotMatch((await taker.get(`/wishes/${number}`)).body, /林志愿/);
  assert.equal((await new Visitor(app).get(`/my/wishes/${number}`)).statusCode, 404);
  const empty = await taker.post(`/my/wishes/${number}/fulfilment`, { key: randomUUID(), words: ' ' });
  assert.equal(empty.statusCode, 422);
  await taker.post(`/my/wishes/${number}/fulfilment`, {
    key: randomUUID(),
    words: '已经送到。',
    hours: '1.5',
  });
  assert.equal(await stateOf(number), 'fulfilled');
  const person = new Visitor(app);
  assert.equal((await person.get(`/my/wish-link/${secret}`)).headers.location, `/my/wishes/${number}`);
  assert.match((await person.get(`/my/wishes/${number}`)).body, /认领人说已经实现，是吗？/);
  assert.equal(
    (await taker.post(`/my/wishes/${number}/confirmation`, { key: randomUUID() })).statusCode,
    404,
  );
  await person.post(`/my/wishes/${number}/confirmation`, { key: randomUUID() });
  assert.equal(await stateOf(number), 'confirmed');
  const { person_id } = (await findWish(product.db.queries, number))!;
  const told = await inboxOf(product.db.queries, { person_id }, { language: 'zh', limit: 10 });
  assert.deepEqual(
    told.map(({ title }) => title),
    ['微心愿已实现，请确认', '微心愿有人认领', '微心愿已展示'],
  );
  assert.equal((await verifyChain(product.db)).ok, true);
});

test('what was given up, taken back, refused or not fulfilled in time can be taken again, and the old link no longer opens it', async () => {
  const actor = await entitledAs(product.db.queries, '440404100001.officer');
  const { number } = await shownWish();
  const take = () => takeWish(product, { actor: resident, ...key() }, number, taking());
  const step = (name: 'give_up' | 'take_back' | 'fulfil' | 'refuse', who: 'taker' | 'village') =>
    takeStep(product, { actor, who, ...key() }, number, name, { words: '说明' });
  const { secret } = await take();
  await step('give_up', 'taker');
  assert.equal((await app.inject(`/my/wish-link/${secret}`)).statusCode, 404);
  await take();
  await step('take_back', 'village');
  await take();
  await step('fulfil', 'village');
  await step('refuse', 'village');
  assert.equal(await stateOf(number), 'shown');
  await take();
  await putBackLapsed(product, new Date(Date.now() + 13 * 86_400_000));
  assert.equal(await stateOf(number), 'taken');
  assert.ok((await putBackLapsed(product, new Date(Date.now() + 15 * 86_400_000))) > 0);
  const wish = (await findWish(product.db.queries, number))!;
  assert.deepEqual([wish.state, wish.times_back, wish.taker_name], ['shown', 4, null]);
});

test('one number holds three wishes at most, until one is fulfilled', async () => {
  const phone = '13900000001';
  for (let count = 0; count < 3; count++) {
    const { number } = await shownWish();
    await takeWish(product, { actor: resident, ...key() }, number, taking({ phone }));
  }
  const { number } = await shownWish();
  const one_more = takeWish(
    product,
    { actor: resident, ...key() },
    number,
    taking({ phone: '139 0000 0001' }),
  );
  await assert.rejects(one_more, /wishes\/held/);
});

test('one address takes ten wishes an hour at most, and others take theirs', async () => {
  const { number } = await shownWish();
  const send = (remoteAddress: string) =>
    app.inject({
      method: 'POST',
      url: `/wishes/${number}/taking`,
      remoteAddress,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ key: randomUUID(), ...taking(), promised_on: '' }).toString(),
    });
  const codes: number[] = [];
  for (let count = 0; count < 11; count++) codes.push((await send('203.0.113.9')).statusCode);
  assert.deepEqual(codes, [...Array(10).fill(422), 429]);
  assert.equal((await send('203.0.113.10')).statusCode, 422);
});

test('the desk of a village works on its own wishes alone, and nothing that was refused changes one', async () => {
  const { number } = await shownWish();
  const officer = await signedInAs(product, app, '440404100001.officer');
  const other = await signedInAs(product, app, 'jyj.officer');
  assert.equal((await other.get(`/console/wishes/${number}`)).statusCode, 404);
  assert.equal(
    (await other.post(`/console/wishes/${number}/withdrawal`, { key: randomUUID(), words: '理由' }))
      .statusCode,
    403,
  );
  const page = await officer.get(`/console/wishes/${number}`);
  assert.doesNotMatch(page.body, /陈大文|13800000199/);
  assert.equal(
    (await officer.post(`/console/wishes/${number}/withdrawal`, { key: randomUUID(), words: '' })).statusCode,
    422,
  );
  assert.equal(
    (await officer.post(`/console/wishes/${number}/confirmation`, { key: randomUUID() })).statusCode,
    409,
  );
  assert.equal(await stateOf(number), 'shown');
  const why = { key: randomUUID(), part: 'person', reason: '' };
  assert.equal((await officer.post(`/console/wishes/${number}/contact`, why)).statusCode, 422);
  const seen = await officer.post(`/console/wishes/${number}/contact`, {
    ...why,
    key: randomUUID(),
    reason: '联系本人',
  });
  assert.match(seen.body, /陈大文　13800000199/);
  const named = {
    title: '陈大文想要一副老花镜',
    story: '看不清。',
    circle: 'elder',
    unit_code: '440404100001',
    name: '陈大文',
  };
  const told = await officer.post('/console/wishes/new', { key: randomUUID(), ...named });
  assert.equal(told.statusCode, 422);
  assert.match(told.body, /请不要写姓名/);
});

test('nothing personal of a wish is kept in clear, in rows or in the journal', async () => {
  const { number } = await shownWish();
  await takeWish(
    product,
    { actor: resident, ...key() },
    number,
    taking({ name: '欧阳稀奇', phone: '13877776666' }),
  );
  for (const table of [
    'wish',
    'wish_step',
    'wish_link',
    'service_hours',
    'message',
    'journal',
    'person',
    'person_phone',
  ]) {
    const rows = await sql<{ text: string }>`select t::text as text from ${sql.table(table)} as t`.execute(
      product.db.queries,
    );
    assert.doesNotMatch(
      rows.rows.map(({ text }) => text).join('\n'),
      /欧阳稀奇|13877776666|陈大文|13800000199/,
      table,
    );
  }
});

test('a photo is encoded anew and seen by the village alone; another file is refused', async () => {
  const { number } = await shownWish();
  const taker = new Visitor(app);
  await taker.post(`/wishes/${number}/taking`, { key: randomUUID(), ...taking(), organisation: '' });
  const photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#ccaa00' } })
    .jpeg()
    .withExif({ IFD3: { GPSLatitude: '22/1 0/1 0/1' } })
    .toBuffer();
  const send = (content: Buffer, name: string) => {
    const body = new FormData();
    body.set('key', randomUUID());
    body.set('words', '已经送到。');
    body.set('photo', new Blob([new Uint8Array(content)]), name);
    const request = new Request('http://localhost', { method: 'POST', body });
    return request.arrayBuffer().then((bytes) =>
      taker.send('POST', `/my/wishes/${number}/fulfilment`, Buffer.from(bytes), {
        'content-type': request.headers.get('content-type')!,
      }),
    );
  };
  assert.equal((await send(Buffer.from('%PDF-1.7 nothing'), 'a.pdf')).statusCode, 422);
  assert.equal(await stateOf(number), 'taken');
  assert.equal((await send(photo, 'a.jpg')).statusCode, 303);
  const officer = await signedInAs(product, app, '440404100001.officer');
  const kept = await officer.get(`/console/wishes/${number}/photo`);
  assert.equal(kept.headers['content-type'], 'image/jpeg');
  assert.equal((await sharp(kept.rawPayload).metadata()).exif, undefined);
  assert.notEqual((await new Visitor(app).get(`/console/wishes/${number}/photo`)).statusCode, 200);
});

test('hours of service are taken away as a workbook and as CSV, by day, with no sum by person', async () => {
  const coordinator = await signedInAs(product, app, 'coordinator');
  const query = '?from=2021-06-01&to=2021-09-30';
  const csv = (await coordinator.get(`/console/wishes/hours.csv${query}`)).body;
  assert.ok(csv.startsWith('\uFEFF'));
  const lines = csv.trim().split('\r\n');
  assert.equal(lines[0], '"日期","身份","认领人","时长（小时）","心愿编号","心愿"');
  assert.equal(lines.length, 21);
  const xlsx = await coordinator.get(`/console/wishes/hours.xlsx${query}`);
  const rows = await readTable(xlsx.rawPayload, ['日期', '认领人', '时长（小时）']);
  assert.equal(rows.length, 20);
  assert.equal((await coordinator.get('/console/wishes/hours.csv?from=soon')).statusCode, 422);
});

test('党员领办: what a branch took to heart stands with the wishes, while the project is public, until it ends', async () => {
  const coordinator = await signedInAs(product, app, 'coordinator');
  assert.match((await app.inject('/wishes')).body, /示例第一党支部 · 每周到现场一次/);
  const wrong = await coordinator.post('/console/adoptions', {
    key: randomUUID(),
    number: 'JW2021-020',
    adopter: '',
    promise: '协调',
  });
  assert.equal(wrong.statusCode, 422);
  const right = { key: randomUUID(), number: 'JW2021-020', adopter: '示例第三党支部', promise: '协调施工' };
  assert.equal((await coordinator.post('/console/adoptions', right)).statusCode, 303);
  const page = await coordinator.get('/console/adoptions');
  assert.match(page.body, /示例第三党支部/);
  const end = page.body.match(/action="(\/console\/adoptions\/\d+\/end)"/)![1]!;
  assert.equal((await coordinator.post(end, { key: randomUUID() })).statusCode, 303);
  assert.equal((await coordinator.post(end, { key: randomUUID() })).statusCode, 404);
});

for (const javaScriptEnabled of [true, false]) {
  test(`on a phone somebody finds a wish, takes it and says that it is fulfilled, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
    const { number } = await shownWish();
    const { port } = app.server.address() as { port: number };
    const browser = await openBrowser();
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      javaScriptEnabled,
      locale: 'zh-CN',
    });
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${port}/wishes?state=shown`);
    await page.locator(`a[href="/wishes/${number}"]`).click();
    await page.getByLabel('党支部', { exact: true }).check();
    await page.getByLabel('组织或单位名称').fill('示例第二党支部');
    await page.getByLabel('联系人姓名').fill('林支书');
    await page.getByLabel('手机或座机').fill(String(phones++));
    await page.getByLabel('哪天前实现').fill(days(5));
    await page.getByRole('button', { name: '认领这个心愿' }).click();
    await page.waitForURL(`**/my/wishes/${number}`);
    await page.getByLabel('怎样实现的').fill('已经送到家里。');
    await page.getByRole('button', { name: '心愿已实现' }).click();
    await page.getByText('等待确认').waitFor();
    const wide = await page.evaluate('document.documentElement.scrollWidth').catch(() => 390);
    assert.ok(Number(wide) <= 390, String(wide));
    await page.goto(`http://127.0.0.1:${port}/wishes/${number}`);
    await page.getByText('示例第二党支部（党支部）').waitFor();
    await browser.close();
  });
}
