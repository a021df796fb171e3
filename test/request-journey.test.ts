// From the form on a phone to the rating, in a real browser at 390 px: with JavaScript, without it, and in WeChat.
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
  address = await app.listen({ port: 0, host: '127.0.0.1' });
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await app.close();
  await product.remove();
});

const village = '440404103001';
const wechat =
  'Mozilla/5.0 (Linux; Android 10; HUAWEI) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/86.0.4240.99 XWEB/4317 MMWEBSDK/20220903 Mobile Safari/537.36 MMWEBID/1 MicroMessenger/8.0.28.2240(0x28001C57) WeChat/arm64 Weixin NetType/4G Language/zh_CN ABI/arm64';
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Nothing on a page is wider than the phone. */
async function fits(page: Page): Promise<void> {
  const width = await page.evaluate('document.documentElement.scrollWidth');
  assert.ok(Number(width) <= 390, `${page.url()} is ${width} px wide`);
}

/** The village's clerk, on a phone too. */
async function clerk(): Promise<Page> {
  const page = await (await browser.newContext(phone)).newPage();
  await page.goto(address + (await demonstrationLink(product, `${village}.officer`)));
  await Promise.all([page.waitForURL(/console/), page.locator('main button[type=submit]').click()]);
  return page;
}

async function send(page: Page, button: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.click(button)]);
}

async function journey(options: Parameters<Browser['newContext']>[0]): Promise<void> {
  const context = await browser.newContext({ ...phone, ...options });
  const page = await context.newPage();
  await page.goto(`${address}/requests/new`);
  await fits(page);
  await page.fill('#content', '巷口的路灯坏了三天，晚上看不见路。');
  await page.check('input[value=help]');
  await page.selectOption('#area_code', village);
  await page.fill('#place', '藤山一路 12 号楼前');
  await page.fill('#name', '陈阿婆');
  await page.fill('#phone', '13800138000');
  await send(page, 'form.ask button[type=submit]');
  assert.match(page.url(), /\/my\/requests\/XQ\d{4}-\d{5}$/);
  assert.match(await page.innerText('h1'), /已送到/);
  await fits(page);

  const desk = await clerk();
  await desk.goto(`${address}/console/requests`);
  await fits(desk);
  await send(desk, `a[href$="${page.url().split('/').at(-1)}"]`);
  await fits(desk);
  await send(desk, '#act-sign button');
  await desk.fill('#answer-words', '灯泡已换，今晚起亮了。');
  await send(desk, '#act-answer button');

  await page.reload();
  assert.match(await page.innerText('main'), /灯泡已换/);
  await page.check('input[value=partly]');
  await page.check('input[value=fair]');
  await send(page, '#rating button');
  assert.match(await page.innerText('h1'), /重新办理/);

  await desk.reload();
  await desk.fill('#answer-words', '旁边两盏也换好了。');
  await send(desk, '#act-answer button');
  await page.reload();
  await page.check('input[value=yes]');
  await page.check('input[value=satisfied]');
  await page.fill('#words', '谢谢，亮了。');
  await send(page, '#rating button');
  assert.match(await page.innerText('h1'), /已办结/);
  await fits(page);
  await desk.context().close();
  await context.close();
}

test('somebody with a phone asks, hears, says “partly”, and at the end “solved”', { timeout: 60_000 }, () =>
  journey({}),
);

test('the same without JavaScript', { timeout: 60_000 }, () => journey({ javaScriptEnabled: false }));

test('the same in WeChat’s own browser', { timeout: 60_000 }, () => journey({ userAgent: wechat }));
