import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../../test/support/browser.ts';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { demonstrationLink, loginOfRole } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import type { Server } from '../../kit/http.ts';
import type { ColumnName } from '../columns.ts';
import type { ProjectRow } from '../schema.ts';
import { projectsByNumber } from '../store.ts';

let product: TestProduct;
let app: Server;
let browser: Browser;
let address: string;
let page: Page;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  address = await app.listen({ host: '127.0.0.1', port: 0 });
  browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
  page = await context.newPage();
  await page.goto(`${address}${await demonstrationLink(product, await loginOfRole(product, 'coordinator'))}`);
  await page.getByRole('button', { name: '进入' }).click();
  await page.waitForURL(`${address}/console`);
});
after(async () => {
  await browser?.close();
  await app.close();
  await product.remove();
});

/** Opens a list with some columns, in the order of their numbers. */
async function open(columns: readonly ColumnName[], more = ''): Promise<string[]> {
  await page.goto(`${address}/console/projects?sort=number&columns=${columns.join()}${more}`);
  return page
    .locator('tr[data-number]')
    .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.number!));
}

const cell = (number: string, column: ColumnName) => page.locator(`tr[data-number="${number}"] .c-${column}`);
const stored = async (number: string): Promise<ProjectRow> =>
  (await projectsByNumber(product.db.queries, [number])).get(number)!;

/** Pastes a text into a cell as a spreadsheet puts it on the clipboard. */
async function paste(number: string, column: ColumnName, text: string): Promise<void> {
  const target = cell(number, column);
  await target.focus();
  await target.evaluate((element, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}
const toast = () => page.locator('.toast').innerText();
const saved = (count: number) => page.getByText(`已保存 ${count} 格`).waitFor();

test('a block with columns that nobody writes falls into the columns that it came from', async () => {
  const [first, second] = await open(['number', 'responsible', 'progress', 'state', 'handler', 'remark']);
  await paste(first!, 'number', `X-1\t甲\t10%\t在办\t乙\t丙\nX-2\t丁\t20%\t在办\t戊\t己\n`);
  await saved(6);
  for (const [number, responsible, handler, remark] of [
    [first!, '甲', '乙', '丙'],
    [second!, '丁', '戊', '己'],
  ] as const) {
    const now = await stored(number);
    assert.deepEqual([now.responsible, now.handler, now.remark], [responsible, handler, remark]);
  }
});

test('rows and columns beyond the table are counted and said', async () => {
  const numbers = await open(['number', 'handler', 'remark']);
  await paste(numbers.at(-1)!, 'remark', '一\t多\n二\t余\n三\t的\n');
  await saved(1);
  assert.match(await toast(), /还有 2 行/);
  assert.match(await toast(), /右边还有 1 列/);
  assert.equal((await stored(numbers.at(-1)!)).remark, '一');
});

test('a cell of several lines stays one cell, and a quotation mark that is only one stays', async () => {
  const [first, second, third] = await open(['number', 'remark', 'press']);
  await paste(
    first!,
    'remark',
    '"第一行\n第二行说""好"""\t"a\tb"\r\n"书名" 记\t"没有说完\r\n'.replaceAll('\r', ''),
  );
  await saved(4);
  assert.equal((await stored(first!)).remark, '第一行\n第二行说"好"');
  assert.equal((await stored(first!)).press, 'a\tb');
  assert.equal((await stored(second!)).remark, '"书名" 记');
  assert.equal((await stored(second!)).press, '"没有说完');
  assert.notEqual((await stored(third!)).remark, '"没有说完');
});

test('a reason is asked for with the focus in it, and is for one adjustment alone', async () => {
  const [first, second] = await open(['number', 'target'], '&state=in_progress,completed');
  await cell(first!, 'target').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('新的目标一');
  await page.keyboard.press('Enter');
  await page.getByLabel('调整理由').waitFor();
  assert.ok(await page.getByLabel('调整理由').evaluate((field) => field === document.activeElement));
  await page.keyboard.type('区里调整');
  await page.keyboard.press('Enter');
  await saved(1);
  assert.equal((await stored(first!)).target, '新的目标一');
  assert.ok(
    await cell(second!, 'target').evaluate((one) => one === document.activeElement),
    'it goes on below',
  );
  await page.keyboard.press('Enter');
  await page.keyboard.type('新的目标二');
  await page.keyboard.press('Enter');
  await page.getByLabel('调整理由').waitFor();
  assert.equal(await page.getByLabel('调整理由').inputValue(), '');
  assert.notEqual((await stored(second!)).target, '新的目标二');
  await page.keyboard.press('Escape');
  assert.equal(await cell(second!, 'target').locator('textarea').inputValue(), '新的目标二');
});

test('after a large block cells show what is kept, so that the next edit is none of somebody else’s', async () => {
  const columns = ['number', 'beneficiaries', 'funds_spent', 'funds_arrived', 'handler', 'remark'] as const;
  const numbers = await open(columns);
  assert.equal(numbers.length, 50);
  const block = numbers.map(
    (_, row) => `约${row + 1},000人\t${row + 1}.50万元\t${row + 1}.50\t 张${row} \t备注${row}`,
  );
  await paste(numbers[0]!, 'beneficiaries', block.join('\n'));
  await saved(250);
  await page.waitForFunction(
    (number) =>
      document.querySelector(`tr[data-number="${number}"] .c-beneficiaries`)?.textContent === '3000',
    numbers[2]!,
  );
  assert.equal(await cell(numbers[2]!, 'funds_spent').innerText(), '3.5');
  await cell(numbers[2]!, 'beneficiaries').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('77');
  await page.keyboard.press('Enter');
  await saved(1);
  assert.equal((await stored(numbers[2]!)).beneficiaries, 77);
});

test('whoever was overtaken sees what is there now and may say it again', async () => {
  const [first] = await open(['number', 'remark']);
  const columns = [{ number: first!, column: 'remark', text: '别人写的' }];
  await page.evaluate(
    (cells) =>
      fetch('/api/v1/ledger/cells', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'overtaken-by-another' },
        body: JSON.stringify({ cells }),
      }).then((response) => response.status),
    columns,
  );
  await cell(first!, 'remark').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('我写的');
  await page.keyboard.press('Enter');
  await page.getByText('再按一次回车').waitFor();
  assert.match(await toast(), /别人写的/);
  await page.keyboard.press('Enter');
  await saved(1);
  assert.equal((await stored(first!)).remark, '我写的');
});

test('what can be chosen comes with the page', async () => {
  const [first] = await open(['number', 'level', 'disclosure', 'unit_id']);
  await cell(first!, 'disclosure').focus();
  await page.keyboard.press('Enter');
  const options = await cell(first!, 'disclosure').locator('option').allInnerTexts();
  assert.deepEqual(options, ['', '主动公开', '依申请公开', '不予公开']);
  await page.keyboard.press('Escape');
  await cell(first!, 'unit_id').focus();
  await page.keyboard.press('Enter');
  assert.equal(await cell(first!, 'unit_id').locator('input').getAttribute('list'), 'units');
});

test('a cell that is left by a click keeps what was typed, and Escape alone throws it away', async () => {
  const [first, second] = (await open(['number', 'remark', 'responsible'])) as [string, string];
  await cell(first, 'remark').click();
  await page.keyboard.press('Enter');
  await page.keyboard.type('点开别处也要存');
  await cell(second, 'responsible').click();
  await page.getByText('已保存 1 格').waitFor();
  assert.equal((await stored(first)).remark, '点开别处也要存');
  const focused = await page.evaluate(() =>
    document.activeElement?.closest('tr')?.getAttribute('data-number'),
  );
  assert.equal(focused, second, 'whoever clicked elsewhere stays there');
  await cell(second, 'remark').click();
  await page.keyboard.press('Enter');
  await page.keyboard.type('不要的');
  await page.keyboard.press('Escape');
  await page.reload();
  assert.notEqual((await stored(second)).remark, '不要的');
});
