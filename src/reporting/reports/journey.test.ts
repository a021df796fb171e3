// Reports in a real browser: at a desk by keyboard and by pasted block, at a desk without JavaScript, and on a phone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../../test/support/browser.ts';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { invalidities } from '../../../test/support/html.ts';
import { demonstrationLink } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import type { Server } from '../../kit/http.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
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

async function enter(login: string, width: number, javaScriptEnabled = true): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    locale: 'zh-CN',
    javaScriptEnabled,
    bypassCSP: true,
  });
  const page = await context.newPage();
  await page.goto(`${address}${await demonstrationLink(product, login)}`);
  await page.getByRole('button', { name: '进入' }).click();
  return page;
}

/** What axe finds against WCAG 2.2 AA, what the validator of HTML does, and whether a page is wider than its window. */
async function faultsOf(page: Page): Promise<string[]> {
  const html = await invalidities(await page.content());
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    type Axe = {
      run(c: unknown, o: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
    };
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(globalThis.document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    });
    return violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
  });
  const wide = await page.evaluate(() => {
    if (document.documentElement.scrollWidth <= window.innerWidth) return [];
    const all = [...document.querySelectorAll('main *')];
    return all
      .filter((one) => one.getBoundingClientRect().right > window.innerWidth)
      .slice(-2)
      .map((one) => `too wide: ${one.outerHTML.slice(0, 200)}`);
  });
  return [...html.map(String), ...found, ...wide];
}

const cellOf = (page: Page, key: string) => page.locator(`[name="cell-${key}"]`);

test('an officer fills a report by keyboard and by a pasted block, and Enter sends nothing by accident', async () => {
  const page = await enter('440404100.officer', 1440);
  await page.goto(`${address}/console/reports/elders-month/440404100/2021-09-30`);
  const first = cellOf(page, 'elders_beds-440404100');
  await first.fill('445');
  await first.press('Enter');
  const second = cellOf(page, 'elders_assessed-440404100-0');
  assert.equal(await second.evaluate((one) => one === document.activeElement), true);
  await second.press('ArrowUp');
  assert.equal(await first.evaluate((one) => one === document.activeElement), true);
  await second.evaluate((one) => {
    const data = new DataTransfer();
    data.setData('text/plain', '36\n27\n无：评估员休假\n5\n2\n超出表格\n');
    one.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  assert.match(await page.getByRole('status').innerText(), /已贴入 5 格；有 1 格超出/);
  await page.getByRole('button', { name: '提交' }).click();
  assert.match(await page.getByRole('status').first().innerText(), /已提交/);
  assert.match(await page.locator('.report-grid').innerText(), /445[\s\S]*36[\s\S]*无：评估员休假/);
});

test('an approver returns one cell, its unit answers on a phone, and two levels approve, without JavaScript', async () => {
  const town = await enter('440404100.coordinator', 1440, false);
  const report = `${address}/console/reports/elders-month/440404100/2021-08-31`;
  await town.goto(`${address}/console`);
  assert.match(await town.locator('main').innerText(), /待审核的报表/);
  await town.goto(report);
  await town.locator('.report-grid .cell-value', { hasText: '26' }).click();
  await town.getByLabel('退回理由').fill('评估台账是 28 人');
  await town.getByRole('button', { name: '退回这一格' }).click();
  assert.match(await town.getByRole('status').innerText(), /已退回这一格，其余仍锁定/);

  const phone = await enter('440404100.officer', 390, false);
  await phone.goto(`${address}/field/report`);
  await phone.getByRole('link', { name: /养老服务月报 2021年8月/ }).click();
  await phone.getByRole('link', { name: '看退回的 1 格' }).click();
  assert.match(await phone.locator('main').innerText(), /退回：评估台账是 28 人[\s\S]*“轻度失能”有多少人/);
  await phone.locator('[name="value"]').fill('二十八');
  await phone.getByRole('button', { name: '保存，下一格' }).click();
  assert.match(await phone.getByRole('alert').innerText(), /看不懂[\s\S]*不是数字/);
  assert.equal(await phone.locator('[name="value"]').inputValue(), '二十八');
  await phone.locator('[name="value"]').fill('28');
  await phone.getByRole('button', { name: '保存，下一格' }).click();
  await phone.getByRole('button', { name: '提交' }).click();
  assert.equal(new URL(phone.url()).pathname, '/field/report');

  await town.goto(report);
  await town.getByRole('button', { name: '审核通过' }).click();
  const office = await enter('coordinator', 1440, false);
  await office.goto(report);
  await office.getByRole('button', { name: '审核通过' }).click();
  assert.match(await office.locator('.lead').innerText(), /已审定/);
  await office.locator('.report-grid .cell-value', { hasText: '28' }).click();
  assert.match(await office.locator('main').innerText(), /26 → 28[\s\S]*退回这一格[\s\S]*评估台账是 28 人/);
});

test('a village officer answers one question after the other on a phone, to the end', async () => {
  const phone = await enter('440404101.officer', 390);
  await phone.goto(`${address}/field/reports/elders-month/440404101/2021-09-30`);
  await phone.getByRole('link', { name: '开始填' }).click();
  await phone.getByRole('button', { name: /和上期一样/ }).click();
  for (const value of ['1', '2', '0', '4']) {
    await phone.locator('[name="value"]').fill(value);
    await phone.getByRole('button', { name: '保存，下一格' }).click();
  }
  await phone.locator('summary').click();
  await phone.getByLabel('为什么没有').fill('没有开展');
  await phone.getByRole('button', { name: '没有数据，下一格' }).click();
  assert.match(await phone.locator('main').innerText(), /无：没有开展/);
  await phone.getByRole('button', { name: '提交' }).click();
  assert.equal(new URL(phone.url()).pathname, '/field/report');
});

for (const elder of ['off', 'on']) {
  test(`the pages of reports meet WCAG 2.2 AA and fit their windows (长辈版 ${elder})`, async () => {
    const desk = '/console/reports';
    const one = `${desk}/elders-month/440404104/2021-07-31`;
    const seen: [string, number, string[]][] = [
      [
        '440404104.officer',
        1440,
        ['/console', desk, one, `${one}/file`, `${one}/cells/elders_beds-440404104`],
      ],
      [
        '440404104.officer',
        390,
        [
          desk,
          one,
          '/field/report',
          one.replace('/console', '/field'),
          `${one.replace('/console', '/field')}/cells/elders_assessed-440404104-0`,
        ],
      ],
      [
        'coordinator',
        1440,
        [`${desk}?day=2021-09-08`, `${desk}/forms`, `${desk}/forms/new`, `${desk}/forms/elders-month`],
      ],
      ['coordinator', 390, [`${desk}?day=2021-09-08`, `${desk}/forms/elders-month`]],
    ];
    for (const [login, width, paths] of seen) {
      const page = await enter(login, width);
      await page.context().addCookies([{ name: 'elder', value: elder, url: address }]);
      for (const path of paths) {
        await page.goto(`${address}${path}`);
        assert.deepEqual(await faultsOf(page), [], `${path} ${width}`);
      }
    }
  });
}
