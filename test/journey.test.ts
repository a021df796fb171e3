import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { createApp } from '../src/app.ts';
import { accountsByLogin } from '../src/identity/actions.ts';
import { issueLink } from '../src/identity/links.ts';
import type { Role } from '../src/identity/roles.ts';
import type { Server } from '../src/kit/http.ts';
import { openBrowser } from './support/browser.ts';
import { demonstrationTemplate, type TestProduct, testProduct } from './support/database.ts';
import { invalidities } from './support/html.ts';
import { codeOf } from './support/totp.ts';
import { demonstrationLink, loginOfRole } from './support/visitor.ts';

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

/** What axe finds against WCAG 2.2 AA on a page, and whether the page is wider than its window. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    type Axe = {
      run(
        context: unknown,
        options: unknown,
      ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
    };
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(globalThis.document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    });
    return violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
  });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return overflow > 0 ? [...found, `${overflow} px too wide`] : found;
}

/** What is to be pressed or filled in on a page and is less than 60 px high, as 长辈版 must not be. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const targets = document.querySelectorAll<HTMLElement>(
      'button, input:not([type=hidden]), select, textarea, nav[aria-label] > ul a, .button',
    );
    // A box to tick is as large as the label around it.
    const target = (one: HTMLElement) =>
      (one.matches('[type=checkbox], [type=radio]') && one.closest('label')) || one;
    return [...targets]
      .filter((one) => one.offsetParent !== null && target(one).getBoundingClientRect().height < 60)
      .map((one) => `${one.outerHTML.slice(0, 80)} ${one.getBoundingClientRect().height}`);
  });
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
  assert.deepEqual(await smallTargets(seen), []);
});

test('a resident finds a project by a word, a town and a state, and the filter is in the address', async () => {
  const page = await openPage(1440, false);
  await page.goto(`${address}/projects`);
  await page.getByLabel('找项目：名称、内容、单位、地方').fill('村道');
  await page.getByLabel('地区').selectOption({ label: '红旗镇' });
  await page.getByRole('button', { name: '查找' }).click();
  assert.match(decodeURIComponent(page.url()), /q=村道/);
  const titles = await page.locator('table.data tbody th').allInnerTexts();
  assert.ok(titles.length > 0 && titles.every((title) => title.includes('村道')));
  assert.equal(await page.getByLabel('找项目：名称、内容、单位、地方').inputValue(), '村道');
});

const pages = [
  '/',
  '/projects',
  '/projects/JW2021-001',
  '/places',
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
        assert.deepEqual(await faultsOf(page), [], url);
      }
    });
  }
}

/** A port that nobody uses at the moment. */
async function freePort(): Promise<number> {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as { port: number };
  await new Promise((resolve) => holder.close(resolve));
  return port;
}

/** Signs a window in as a role of the demonstration, by its one-time link. */
async function enter(page: Page, role: Role, at = address, login?: string): Promise<void> {
  const path = await demonstrationLink(product, login ?? (await loginOfRole(product, role)));
  await page.goto(`${at}${path}`);
  await page.getByRole('button', { name: '进入' }).click();
  await page.waitForURL(`${at}/console`);
}

test('a project is claimed by its village on a phone and verified at a desk, without JavaScript', async () => {
  const phone = await openPage(390, false);
  await enter(phone, 'village_officer');
  await phone.getByRole('link', { name: '现场' }).click();
  assert.match(await phone.locator('main').innerText(), /待办/);
  const project = await product.db.queries
    .selectFrom('project')
    .innerJoin('unit', 'unit.id', 'project.unit_id')
    .select(['number', 'project.id as id'])
    .where('unit.code', '=', '440404100001')
    .where('state', '=', 'completed')
    .executeTakeFirstOrThrow();
  const desk = await openPage(1440, false);
  await enter(desk, 'inspector');
  await desk.goto(`${address}/console/projects/${project.number}`);
  await desk.locator('#note').fill('群众反映路灯又坏了');
  await desk.getByRole('button', { name: '重新办理' }).click();
  assert.match(await desk.locator('.timeline li').last().innerText(), /在办[\s\S]*群众反映路灯又坏了/);

  await phone.goto(`${address}/field/projects/${project.number}`);
  await phone.locator('#note').fill('已修好');
  await phone.getByRole('button', { name: '申请办结' }).click();
  assert.equal(new URL(phone.url()).pathname, '/field');

  await desk.goto(`${address}/console`);
  await desk.locator(`a[href="/console/projects/${project.number}"]`).click();
  await desk.getByText('不是现在发生的').click();
  await desk.getByLabel('发生时间').fill('2020-01-01T08:00');
  await desk.locator('#note').fill('现场看过');
  await desk.getByRole('button', { name: '核验通过、销号' }).click();
  assert.match(await desk.getByRole('alert').innerText(), /早于上一步/);
  assert.equal(await desk.locator('#note').inputValue(), '现场看过');
  await desk.getByLabel('发生时间').fill('');
  await desk.getByRole('button', { name: '核验通过、销号' }).click();
  assert.match(await desk.locator('.lead').innerText(), /完成/);
  assert.match(await desk.locator('.timeline li').last().innerText(), /现场看过/);
});

test('a unit reports by file and is told cell by cell what is wrong', async () => {
  const page = await openPage(1440, false);
  await enter(page, 'unit_officer');
  await page.goto(`${address}/console/reports/vaccination.doses`);
  const wrong = 'day,area_code,dose,doses\n2021-09-02,440404,1,many\n';
  await page
    .getByLabel('CSV 文件')
    .setInputFiles({ name: 'doses.csv', mimeType: 'text/csv', buffer: Buffer.from(wrong) });
  await page.getByRole('button', { name: '报送' }).click();
  assert.match(await page.getByRole('alert').innerText(), /第 2 行 doses/);
  assert.equal(await page.getByLabel('或者粘贴内容').inputValue(), wrong);
  await page.getByLabel('或者粘贴内容').fill('day,area_code,dose,doses\n2021-09-02,440404,1,11\n');
  await page.getByRole('button', { name: '报送' }).click();
  assert.match(await page.getByRole('status').innerText(), /新增 1 格/);
});

test('a new member of staff sets a password and a second factor on a phone without JavaScript, and signs in', async () => {
  const account_id = (await accountsByLogin(product.db.queries)).get('wjj.officer')!.id;
  const path = await issueLink(product.db, { account_id, purpose: 'setup', hours: 1, by: null });
  const password = '红旗 木棉-7 灯塔 Ab';
  // With JavaScript first, as the checker of accessibility is one.
  const checked = await openPage(390);
  await checked.goto(`${address}${path}`);
  assert.deepEqual(await faultsOf(checked), []);

  const page = await openPage(390, false);
  await page.goto(`${address}${path}`);
  await page.getByLabel('新口令').fill('Password123');
  await page.getByRole('button', { name: '设置口令' }).click();
  assert.match(await page.getByRole('alert').innerText(), /太常见/);
  await page.getByLabel('新口令').fill(password);
  await page.getByRole('button', { name: '设置口令' }).click();
  assert.ok(await page.locator('.qr svg').isVisible());
  assert.deepEqual(await invalidities(await page.content()), []);
  const secret = await page.locator('main code').first().innerText();
  assert.equal(await page.locator('.codes li').count(), 10);
  await page.getByLabel('验证码').fill(await codeOf(secret));
  await page.getByRole('button', { name: '确认' }).click();
  await page.waitForURL(`${address}/console`);
  await page.getByRole('button', { name: '退出' }).click();

  await page.getByLabel('登录名').fill('wjj.officer');
  await page.getByLabel('口令').fill('wrong');
  await page.getByRole('button', { name: '登录' }).click();
  assert.match(await page.getByRole('alert').innerText(), /登录名或口令不对/);
  assert.equal(await page.getByLabel('登录名').inputValue(), 'wjj.officer');
  await page.getByLabel('口令').fill(password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL(`${address}/sign-in/second-factor`);
});

test('a passkey is added and signs in without password or code', async () => {
  // Passkeys are bound to a name, so this one server is reached by its name.
  const port = await freePort();
  const named = `http://localhost:${port}`;
  const app = await createApp({ ...product, settings: { ...product.settings, address: named } });
  await app.listen({ host: '127.0.0.1', port });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await enter(page, 'coordinator', named);
  await page.goto(`${named}/account`);
  await page.getByRole('button', { name: '添加通行密钥' }).click();
  await page.locator('ul.list li').first().waitFor();
  await page.getByRole('main').getByRole('button', { name: '退出' }).click();
  await page.waitForURL('**/sign-in');
  await page.getByRole('button', { name: /使用通行密钥/ }).click();
  await page.waitForURL('**/console');
  assert.match(await page.locator('.head-links').innerText(), /区统筹办/);
  await page.goto(`${named}/account`);
  await page.getByRole('button', { name: '删除' }).click();
  assert.equal(await page.locator('ul.list li').count(), 0);
  await context.close();
  await app.close();
});

test('an ugly workbook becomes a ledger, is edited by keyboard, worked on, verified, and one file for audit', async () => {
  const office = await openPage(1440);
  await enter(office, 'coordinator');
  await office.goto(`${address}/console/imports`);
  const fixture = new URL('../src/ledger/sheet/fixtures/titles-and-merges.xlsx', import.meta.url);
  await office.getByLabel('台账文件').setInputFiles(fileURLToPath(fixture));
  await office.getByRole('button', { name: '上传并核对' }).click();
  await office.getByText('不敢替您决定').waitFor();
  await office.getByLabel('都不是，作为本单位自有的列保留').check();
  await office.getByRole('button', { name: '回答并继续' }).click();
  await office.getByRole('button', { name: '导入：新增 4 个，变更 0 个' }).waitFor();
  await office.getByLabel('新项目的批次').fill('第四批');
  await office.getByRole('button', { name: /^导入：/ }).click();
  assert.match(await office.locator('.lead').innerText(), /新增 4 个项目/);

  await office.goto(
    `${address}/console/projects?q=校门口斑马线&columns=number,title,responsible,phone,deadline`,
  );
  const cell = office.locator('[data-column="responsible"]');
  await cell.click();
  await office.keyboard.press('Enter');
  await office.keyboard.type('演示·王老师');
  await office.keyboard.press('Tab');
  await office.getByText('已保存 1 格').waitFor();
  assert.equal((await cell.innerText()).trim(), '演示·王老师');
  assert.equal(await office.evaluate(() => document.activeElement?.getAttribute('data-column')), 'phone');
  await office.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', '0756-7770001\t2021年12月底');
    document.activeElement!.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true }),
    );
  });
  await office.getByLabel('调整理由').fill('区里统一调整');
  await office.getByRole('button', { name: '带上理由保存' }).click();
  await office.getByText('已保存 2 格').waitFor();
  await office.reload();
  assert.equal((await office.locator('[data-column="deadline"]').innerText()).trim(), '2021-12-31');

  await office.locator('tbody [data-column="title"] a').click();
  const project = office.url();
  await office.getByRole('link', { name: '编排清单' }).click();
  await office.locator('[name="title.0"]').fill('划线并验收');
  await office.getByRole('button', { name: '保存清单' }).click();
  assert.match(await office.locator('.items').innerText(), /划线并验收/);

  const officer = await openPage(1440, false);
  await enter(officer, 'unit_officer', address, 'jyj.officer');
  await officer.goto(project);
  await officer.locator('#item-1 summary').click();
  await officer.locator('#item-1-text').fill('6月3日划线完成，交警已验收');
  await officer.locator('#item-1').getByRole('button', { name: '报完成' }).click();
  await officer.getByRole('button', { name: '申请办结' }).click();
  assert.match(await officer.locator('.lead').innerText(), /待核验/);

  const inspector = await openPage(1440, false);
  await enter(inspector, 'inspector');
  await inspector.goto(project);
  await inspector.getByRole('button', { name: '核验通过、销号' }).click();
  assert.match(await inspector.locator('.lead').innerText(), /完成/);
  assert.equal(await inspector.locator('.percent').first().innerText(), '100.0%');
  await inspector.getByRole('link', { name: '历史和差异' }).click();
  assert.match(
    await inspector.locator('.history').innerText(),
    /区里统一调整[\s\S]*2021-08-31[\s\S]*2021-12-31/,
  );
  const archive = await inspector.request.get(`${project}/archive.zip`);
  assert.equal(archive.status(), 200);
  assert.ok((await archive.body()).includes(Buffer.from('目录.html')));
});

const staffPages: readonly [Role, readonly string[]][] = [
  [
    'town_coordinator',
    [
      '/console',
      '/console/projects',
      '/console/projects/JW2021-109',
      '/console/projects?group=unit_id&columns=number,title,content,budget,progress',
      '/console/projects/print?area_code=440404100001',
      '/console/projects/JW2021-109/edit',
      '/console/projects/JW2021-109/checklist',
      '/console/projects/JW2021-109/history',
      '/console/projects/JW2021-109/timetable',
      '/console/projects/JW2021-109/survey',
      '/console/timetable?area_code=440404100',
      '/console/proposals',
      '/console/proposals/new',
      '/console/projects/JW2021-109/instructions',
      '/console/reports',
      '/console/reports/vaccination.doses',
      '/console/parts',
      '/field',
      '/field/verification',
      '/field/report',
      '/field/projects/JW2021-109',
      '/account',
    ],
  ],
  [
    'coordinator',
    [
      '/console/imports',
      '/console/stamped-lists',
      '/console/proposals/issue',
      '/console/projects/JW2021-109?day=2021-08-01',
    ],
  ],
  [
    'publisher',
    [
      '/console/bulletins',
      '/console/bulletins/drafts/2',
      '/console/bulletins/drafts/3',
      '/console/bulletins/drafts/3/pictures',
      '/console/bulletins/drafts/1/versions',
      '/console/bulletins/2021-001',
      '/console/bulletins/figures?q=完成&cutoff=2021-09-03',
      '/console/bulletins/templates',
      '/console/bulletins/templates/monthly',
      '/console/bulletins/course',
      '/console/bulletins/writing',
    ],
  ],
  ['system_admin', ['/console/accounts', '/console/accounts/1']],
  ['audit_admin', ['/console/security', '/console/journal']],
];

for (const elder of ['off', 'on']) {
  for (const width of [390, 1440]) {
    test(`every staff page meets WCAG 2.2 AA, is valid and fits ${width} px (长辈版 ${elder})`, async () => {
      for (const [role, paths] of staffPages) {
        const page = await openPage(width);
        await page.context().addCookies([{ name: 'elder', value: elder, url: address }]);
        await enter(page, role);
        for (const path of ['/sign-in', '/sign-in/second-factor', ...paths]) {
          const response = await page.goto(`${address}${path}`);
          assert.equal(response?.status(), 200, path);
          assert.deepEqual(await faultsOf(page), [], path);
          assert.deepEqual(await invalidities(await response!.text()), [], path);
          if (elder === 'on') assert.deepEqual(await smallTargets(page), [], path);
        }
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
