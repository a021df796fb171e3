import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { createApp } from '../src/app.ts';
import type { Server } from '../src/kit/http.ts';
import { openBrowser } from './support/browser.ts';
import { demonstrationTemplate, type TestProduct, testProduct } from './support/database.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let product: TestProduct;
let app: Server;
let browser: Browser;
let address: string;

before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product);
  address = await app.listen({ host: '127.0.0.1', port: 0 });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await app.close();
  await product.remove();
});

/** A reader's window: a phone or a desk, with JavaScript or without. */
async function openPage(width: number, javaScriptEnabled = true): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    locale: 'zh-CN',
    javaScriptEnabled,
    bypassCSP: true,
  });
  return context.newPage();
}

test('a journalist on a phone, without JavaScript, doubts 94.3 % and follows it to its records and a recomputation', async () => {
  const page = await openPage(390, false);
  await page.goto(`${address}/`);
  await page.getByRole('link', { name: '公报' }).first().click();
  await page.getByRole('link', { name: /完成率达94.3%/ }).click();
  await page.locator('article h1 a.figure').click();
  assert.match(await page.locator('.big-figure').innerText(), /94\.3/);
  assert.match(await page.locator('.facts').innerText(), /467[\s\S]*495/);
  assert.match(await page.locator('main').innerText(), /截至 2021年9月3日9时/);
  await page.getByRole('link', { name: '重新核算' }).click();
  assert.match(await page.getByRole('status').innerText(), /完全一致/);
  await page.locator('table.data tbody th a').first().click();
  assert.match(await page.locator('main').innerText(), /谁负责/);
});

test('an old person switches to 长辈版: the text is large, the targets are large, one column', async () => {
  const page = await openPage(390, false);
  await page.goto(`${address}/projects`);
  await page.getByRole('button', { name: '长辈版' }).click();
  assert.equal(new URL(page.url()).pathname, '/projects');
  const context = await page
    .context()
    .browser()!
    .newContext({ storageState: await page.context().storageState(), viewport: { width: 390, height: 900 } });
  const seen = await context.newPage();
  await seen.goto(`${address}/projects`);
  const size = await seen.evaluate(() => Number.parseFloat(getComputedStyle(document.body).fontSize));
  assert.ok(size >= 18, `${size} px`);
  for (const target of await seen.locator('button, input:not([type=hidden]), select, .site-nav a').all()) {
    const box = await target.boundingBox();
    assert.ok(
      box && box.height >= 60,
      `${await target.evaluate((one) => one.outerHTML.slice(0, 80))} is ${box?.height} px high`,
    );
  }
});

test('a resident finds a project by a word, a town and a state, and the filter is in the address', async () => {
  const page = await openPage(1440, false);
  await page.goto(`${address}/projects`);
  await page.getByLabel('名称或编号').fill('村道');
  await page.getByLabel('地区').selectOption({ label: '红旗镇' });
  await page.getByRole('button', { name: '查找' }).click();
  assert.match(decodeURIComponent(page.url()), /q=村道/);
  const titles = await page.locator('table.data tbody th').allInnerTexts();
  assert.ok(titles.length > 0 && titles.every((title) => title.includes('村道')));
  assert.equal(await page.getByLabel('名称或编号').inputValue(), '村道');
});

const pages = [
  '/',
  '/projects',
  '/projects/JW2021-001',
  '/figures',
  '/figures/ledger.total?by=field',
  '/releases/1?recompute=now',
  '/bulletins',
  '/bulletins/2021-001',
  '/nowhere',
];

for (const elder of ['off', 'on']) {
  for (const [width, language] of [
    [390, 'zh'],
    [1440, 'en'],
  ] as const) {
    test(`every page meets WCAG 2.2 AA and fits ${width} px (长辈版 ${elder}, ${language})`, async () => {
      const page = await openPage(width);
      await page.context().addCookies([
        { name: 'elder', value: elder, url: address },
        { name: 'language', value: language, url: address },
      ]);
      for (const url of pages) {
        await page.goto(`${address}${url}`);
        await page.evaluate(axe);
        const found = await page.evaluate(async () => {
          const run = (
            globalThis as unknown as {
              axe: {
                run(
                  context: unknown,
                  options: unknown,
                ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
              };
            }
          ).axe.run;
          const { violations } = await run(globalThis.document, {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
          });
          return violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
        });
        assert.deepEqual(found, [], url);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 0, `${url} is ${overflow} px too wide`);
      }
    });
  }
}

test('nothing on the home page moves while it loads', async () => {
  const page = await openPage(390);
  await page.goto(`${address}/`);
  const shift = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve(sum), 300);
      }),
  );
  assert.equal(shift, 0);
});
