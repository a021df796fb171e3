// A bulletin from its first word to a citizen's doubt: written, reviewed, sent back, signed, read, corrected and taken back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { createApp } from '../src/app.ts';
import type { Server } from '../src/kit/http.ts';
import { openBrowser } from './support/browser.ts';
import { demonstrationTemplate, type TestProduct, testProduct } from './support/database.ts';
import { demonstrationLink } from './support/visitor.ts';

let product: TestProduct;
let app: Server;
let browser: Browser;
let address: string;

before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  address = await app.listen({ host: '127.0.0.1', port: 0 });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await app.close();
  await product.remove();
});

async function openPage(width: number, javaScriptEnabled: boolean): Promise<Page> {
  const viewport = { width, height: 900 };
  return (await browser.newContext({ viewport, locale: 'zh-CN', javaScriptEnabled })).newPage();
}

/** Somebody of the demonstration at their desk. */
async function desk(login: string, javaScriptEnabled = false): Promise<Page> {
  const page = await openPage(1440, javaScriptEnabled);
  await page.goto(`${address}${await demonstrationLink(product, login)}`);
  await page.getByRole('button', { name: '进入' }).click();
  await page.waitForURL(`${address}/console`);
  return page;
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const path = (page: Page) => new URL(page.url()).pathname;

/** A draft of the press release as of 3 September 2021; gives its path. */
async function begin(publisher: Page): Promise<string> {
  await publisher.goto(`${address}/console/bulletins`);
  await publisher.getByLabel('起草什么').selectOption({ label: '新闻稿：项目完成情况' });
  await publisher.getByLabel('截至').fill('2021-09-03');
  await press(publisher, '起草');
  return path(publisher);
}

test('without JavaScript a bulletin is written, sent back, mended, reviewed by three, signed, doubted by a citizen, corrected and taken back', async () => {
  const publisher = await desk('publisher');
  await publisher.goto(`${address}/console/bulletins`);
  await publisher.getByLabel('截至').fill('2999-01-01');
  await press(publisher, '起草');
  assert.match(await publisher.getByRole('alert').innerText(), /还没有到/);
  const draft = await begin(publisher);
  assert.match(await publisher.locator('article .title').innerText(), /94\.3%/);

  const text = publisher.locator('#text');
  const written = await text.inputValue();
  await text.fill(`${written}\n惠及群众1200人次。\n[[ledger.nothing]]`);
  await press(publisher, '预览（不保存）');
  assert.match(await publisher.locator('.notice.bad').innerText(), /没有叫“ledger\.nothing”的指标/);
  assert.match(await publisher.locator('mark.asked').innerText(), /1200/);
  await text.fill(`${written}\n惠及群众1200人次。`);
  await press(publisher, '保存并送审');
  assert.match(await publisher.getByRole('alert').innerText(), /手打的数字都有出处[\s\S]*1200/);
  assert.match(await text.inputValue(), /惠及群众1200人次/);
  await publisher.getByLabel(/惠及群众1200人次/).fill('民政局来文');
  await press(publisher, '保存并送审');
  assert.match(await publisher.locator('.lead').innerText(), /待初审/);
  assert.match(await publisher.locator('main aside').innerText(), /自己写过的文稿由别人审核和签发/);

  const office = await desk('coordinator');
  await office.goto(`${address}/console/bulletins`);
  await office.locator(`a[href="${draft}"]`).click();
  await office.locator('summary', { hasText: '退回修改' }).click();
  await press(office, '退回修改');
  assert.match(await office.getByRole('alert').innerText(), /请写明理由/);
  await office.locator('#note-return').fill('人次请与民政局核对');
  await press(office, '退回修改');
  await publisher.goto(`${address}${draft}`);
  assert.match(await publisher.locator('.timeline').innerText(), /退回修改[\s\S]*人次请与民政局核对/);
  await press(publisher, '保存并送审');

  await office.goto(`${address}${draft}/versions`);
  assert.match(await office.locator('main').innerText(), /演示·宣传发布[\s\S]*＋ 惠及群众1200人次/);
  await office.goto(`${address}${draft}`);
  await press(office, '保密审查通过');
  await press(office, '初审通过');
  assert.match(await office.locator('main aside').innerText(), /您已经审过这一稿/);
  const inspector = await desk('inspector');
  await inspector.goto(`${address}${draft}`);
  await press(inspector, '复审通过');
  const leader = await desk('leader');
  await leader.goto(`${address}${draft}`);
  await press(leader, '终审通过');
  const read = await leader.locator('article .title').innerText();
  await press(leader, '签发');
  const bulletin = path(leader);
  assert.match(bulletin, /^\/bulletins\/\d{4}-\d{3}$/);
  assert.equal(await leader.locator('article h1').innerText(), read);

  const citizen = await openPage(390, false);
  await citizen.goto(`${address}/bulletins`);
  await citizen.locator(`a[href="${bulletin}"]`).click();
  await citizen.locator('article h1 a.figure').click();
  assert.match(await citizen.locator('.big-figure').innerText(), /94\.3/);

  await publisher.goto(`${address}/console${bulletin}`);
  await publisher.getByText('更正', { exact: true }).click();
  await publisher.locator('#correction-reason').fill('人次有误');
  await press(publisher, '起草更正');
  assert.match(await publisher.locator('.lead').innerText(), /更正/);

  await office.goto(`${address}/console${bulletin}`);
  await office.getByText('撤稿', { exact: true }).click();
  await office.locator('#withdrawal-reason').fill('涉及个人信息');
  await press(office, '立即撤稿');
  assert.match(await office.locator('article').innerText(), /已撤稿[\s\S]*涉及个人信息/);
  const gone = await citizen.goto(`${address}${bulletin}`);
  assert.equal(gone!.status(), 410);
  assert.match(await citizen.locator('article').innerText(), /已撤稿[\s\S]*涉及个人信息/);
  assert.doesNotMatch(await citizen.locator('main').innerText(), /学位供给|1200/);
});

test('with JavaScript the text is drawn while it is typed, and a figure is found by its name and put where the cursor is', async () => {
  const publisher = await desk('publisher', true);
  const draft = await begin(publisher);
  const text = publisher.locator('#text');
  const preview = publisher.locator('#preview');
  await text.fill('截至[[cutoff]]，');
  await preview.getByText('截至2021年9月3日24时，').waitFor();
  await publisher.locator('#find-figures').click();
  await publisher.locator('#figure-words').fill('完成项目 三灶镇');
  const found = publisher.locator('.found-figures li').first();
  await found.getByText('完成项目数：三灶镇').waitFor();
  const value = (await found.locator('strong').innerText()).replace(/\D/g, '');
  await found.getByRole('button').click();
  assert.equal(await text.inputValue(), '截至[[cutoff]]，[[ledger.completed area=440404100]]');
  await preview.locator('.figure', { hasText: value }).first().waitFor();
  await text.press('End');
  await text.pressSequentially('个，惠及1200人');
  await preview.locator('mark.asked', { hasText: '1200' }).waitFor();
  await preview.getByLabel(/1200/).fill('民政局来文');
  await publisher.locator('#title').click();
  await preview.getByText('1 处已注明出处').waitFor();
  assert.equal(await preview.getByLabel(/1200/).inputValue(), '民政局来文');
  await press(publisher, '保存');
  await publisher.waitForURL(`${address}${draft}`);
  assert.match(await publisher.locator('#text').inputValue(), /惠及1200人/);
});

test('the office tries a template at a cut-off before it keeps it, and is told the line that is wrong', async () => {
  const office = await desk('coordinator');
  await office.goto(`${address}/console/bulletins/templates/new`);
  await office.getByLabel('名称').fill('周报');
  await office.getByLabel('代码').fill('weekly');
  await office
    .getByLabel('模板', { exact: true })
    .fill('标题：周报\n{% if ledger.overdu > 0 %}有{% endif %}');
  await office.getByLabel('试运行到').fill('2021-09-03');
  await press(office, '试运行（不保存）');
  assert.match(await office.getByRole('alert').innerText(), /第 2 行.*ledger\.overdu/);
  await office
    .getByLabel('模板', { exact: true })
    .fill('标题：周报\n{% if ledger.overdue > 0 %}逾期[[ledger.overdue]]个，截至[[cutoff]]。{% endif %}');
  await press(office, '试运行（不保存）');
  assert.match(await office.locator('article').innerText(), /逾期\d+个，截至2021年9月3日24时/);
  await press(office, '保存');
  assert.equal(path(office), '/console/bulletins/templates/weekly');
  await office.goto(`${address}/console/bulletins`);
  assert.match(await office.getByLabel('起草什么').innerText(), /周报/);
});
