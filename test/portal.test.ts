// Residents' shell in a real browser: home, search, open data, the pages about the site, in a frame, read aloud.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createApp } from '../src/app.ts';
import type { Role } from '../src/identity/roles.ts';
import type { Server } from '../src/kit/http.ts';
import { setOffice } from '../src/office/actions.ts';
import { commandLine } from '../src/product.ts';
import { openBrowser } from './support/browser.ts';
import { demonstrationTemplate, type TestProduct, testProduct } from './support/database.ts';
import { invalidities } from './support/html.ts';
import { demonstrationLink, loginOfRole, signedInAs } from './support/visitor.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let product: TestProduct;
let app: Server;
let browser: Browser;
let address: string;
/** Another site, whose page frames this one. */
let portal: HttpServer;
let portalAddress: string;

before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  address = await app.listen({ host: '127.0.0.1', port: 0 });
  browser = await openBrowser();
  portal = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(framing(request.url!));
  });
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
  portalAddress = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`;
});
after(async () => {
  await browser?.close();
  portal.close();
  await app.close();
  await product.remove();
});

/** A page of the other site with a page of this one in it, and the script that the page for webmasters gives. */
function framing(path: string): string {
  return `<!doctype html><title>门户</title><h1>区门户</h1><iframe id="shishi" src="${address}${path}" width="800" height="300"></iframe>
<script>addEventListener('message', function (event) {
  var frame = document.getElementById('shishi');
  if (event.origin === '${address}' && event.source === frame.contentWindow && event.data.type === 'shishi:height')
    frame.style.height = event.data.height + 'px';
});</script>`;
}

async function openPage(width: number, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    locale: 'zh-CN',
    bypassCSP: true,
    ...options,
  });
  return context.newPage();
}

async function choose(page: Page, cookies: Record<string, string>): Promise<void> {
  await page
    .context()
    .addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
}

/** What axe finds against WCAG 2.2 AA, and what is wider than the window. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    type Found = { violations: { id: string; nodes: { html: string }[] }[] };
    const { axe } = globalThis as unknown as { axe: { run(on: unknown, how: unknown): Promise<Found> } };
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const { violations } = await axe.run(document, { runOnly });
    return violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
  });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return overflow > 0 ? [...found, `${overflow} px too wide`] : found;
}

const pages = [
  '/',
  '/search',
  '/search?q=路灯',
  '/search?q=没有这样的东西吧',
  '/open-data',
  '/open-data/projects',
  '/accessibility',
  '/privacy',
  '/site-map',
  '/embed',
  '/projects?embed=1',
];
const ways: { width: number; cookies: Record<string, string> }[] = [
  { width: 390, cookies: { language: 'zh' } },
  { width: 390, cookies: { language: 'zh', elder: 'on', large: 'on' } },
  { width: 768, cookies: { language: 'en', elder: 'on' } },
  { width: 1440, cookies: { language: 'en', contrast: 'on', pointer: 'on' } },
];

for (const { width, cookies } of ways) {
  const way = Object.entries(cookies).flat().join(' ');
  test(`residents’ new pages are valid, meet WCAG 2.2 AA and fit ${width} px (${way})`, async () => {
    const page = await openPage(width);
    await choose(page, cookies);
    for (const url of pages) {
      await page.goto(`${address}${url}`);
      assert.deepEqual(await faultsOf(page), [], url);
      const cookie = Object.entries(cookies)
        .map((pair) => pair.join('='))
        .join('; ');
      const { body } = await app.inject({ url: encodeURI(url), headers: { cookie } });
      assert.deepEqual(await invalidities(body), [], url);
    }
  });
}

test('a resident understands home at once and follows what is late to its project, without JavaScript', async () => {
  const page = await openPage(390, { javaScriptEnabled: false });
  await page.goto(`${address}/`);
  const main = page.locator('main');
  assert.match(await main.innerText(), /要办的实事[\s\S]*495[\s\S]*已经办成[\s\S]*467[\s\S]*94\.3/);
  const late = page.locator('section.late li');
  assert.equal(await late.count(), 5);
  const name = await late.first().locator('a').innerText();
  assert.match(await late.first().innerText(), /应于 2021年\d+月\d+日完成 · 已过 \d+ 天/);
  await late.first().locator('a').click();
  assert.equal(await page.locator('h1').innerText(), name);
  assert.match(await page.locator('main').innerText(), /已逾期/);
});

test('the sum of what is late on home is what the figure says, and only public projects are named', async () => {
  const page = (await app.inject({ url: '/', headers: { cookie: 'language=zh' } })).body;
  const release = /<h2 id="late"><a class="figure" href="\/releases\/(\d+)"[^>]*>(\d+)</.exec(page)!;
  const json = (await app.inject(`/releases/${release[1]}.json`)).json() as { code: string; value: number };
  assert.deepEqual([json.code, json.value], ['ledger.overdue', Number(release[2])]);
});

test('somebody searches from home without JavaScript and comes to a project', async () => {
  const page = await openPage(390, { javaScriptEnabled: false });
  await page.goto(`${address}/`);
  await page.getByLabel(/项目、公报、指标/).fill('路灯');
  await page.getByRole('button', { name: '搜索' }).click();
  assert.equal(new URL(page.url()).pathname, '/search');
  await page.locator('.results a').first().click();
  assert.match(await page.locator('h1').innerText(), /路灯/);
});

test('reading aids are switches that stay: larger text, strong contrast, a large pointer', async () => {
  const page = await openPage(1440, { javaScriptEnabled: false });
  await page.goto(`${address}/accessibility`);
  const size = () => page.evaluate(() => Number.parseFloat(getComputedStyle(document.body).fontSize));
  const seen = await openPage(1440);
  await seen.goto(`${address}/accessibility`);
  const before = await seen.evaluate(() => Number.parseFloat(getComputedStyle(document.body).fontSize));
  for (const name of ['大字', '高对比', '特大鼠标']) {
    await page.getByText('阅读辅助').first().click();
    await page.getByRole('button', { name, exact: true }).click();
    assert.equal(new URL(page.url()).pathname, '/accessibility');
  }
  assert.equal(typeof size, 'function');
  const cookies = await page.context().cookies();
  await seen.context().addCookies(cookies);
  await seen.goto(`${address}/bulletins`);
  const now = await seen.evaluate(() => ({
    size: Number.parseFloat(getComputedStyle(document.body).fontSize),
    ink: getComputedStyle(document.body).color,
    cursor: getComputedStyle(document.body).cursor,
  }));
  assert.ok(now.size >= before * 1.2, `${before} → ${now.size}`);
  assert.equal(now.ink, 'rgb(0, 0, 0)');
  assert.match(now.cursor, /^url\(.+svg/);
  await page.getByText('阅读辅助').first().click();
  assert.equal(
    await page.getByRole('button', { name: '大字', exact: true }).getAttribute('aria-pressed'),
    'true',
  );
});

test('the page can be gone through by keyboard: the first key skips to the content, and every stop can be seen', async () => {
  const page = await openPage(1440);
  await page.goto(`${address}/`);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('href')), '#main');
  for (let stop = 0; stop < 40; stop++) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const active = document.activeElement as HTMLElement;
      const style = getComputedStyle(active);
      const box = active.getBoundingClientRect();
      return { tag: active.outerHTML.slice(0, 80), ring: style.outlineStyle !== 'none', width: box.width };
    });
    assert.ok(seen.ring && seen.width > 0, seen.tag);
  }
});

/** A voice that says nothing and keeps what it was given, as the browser of the tests has none. */
const silentVoice = `
  window.said = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, 'speechSynthesis', { value: {
    speak(one) { window.said.push([one.text, one.rate, one.lang]); window.finish = () => one.onend(); },
    cancel() { window.cancelled = true; },
  } });`;

test('a bulletin is read aloud sentence by sentence; what is read is marked; it slows down and stops', async () => {
  const page = await openPage(1440);
  await page.addInitScript(silentVoice);
  await page.goto(`${address}/bulletins/2021-001`);
  const said = () => page.evaluate(() => (window as never as { said: [string, number, string][] }).said);
  await page.getByRole('button', { name: '读给我听' }).click();
  assert.equal((await said())[0]![0], await page.locator('h1').innerText());
  assert.equal((await said())[0]![2], 'zh-CN');
  assert.ok((await page.locator('.being-read').count()) > 0);
  const boxes = await page.evaluate(() => {
    const mark = document.querySelector('.being-read')!.getBoundingClientRect();
    const h1 = document.querySelector('h1')!.getBoundingClientRect();
    return [mark.top >= h1.top - 2, mark.bottom <= h1.bottom + 2];
  });
  assert.deepEqual(boxes, [true, true]);
  await page.getByRole('button', { name: '读慢一点' }).click();
  for (let index = 0; index < 4; index++) {
    await page.evaluate(() => (window as never as { finish(): void }).finish());
    await page.waitForFunction(
      (count) => (window as never as { said: unknown[] }).said.length > count,
      index + 1,
    );
  }
  const all = await said();
  assert.ok(all.at(-1)![1] < all[0]![1]);
  assert.ok(all.slice(1).every(([text]) => text.length < 200 && text.trim() !== ''));
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.being-read').count(), 0);
  assert.ok(await page.getByRole('button', { name: '读给我听' }).isVisible());
});

test('where a browser has no voice, or no script runs, there is no button to read aloud', async () => {
  const mute = await openPage(1440);
  await mute.addInitScript(`Object.defineProperty(window, 'speechSynthesis', { value: undefined })`);
  const plain = await openPage(1440, { javaScriptEnabled: false });
  for (const page of [mute, plain]) {
    await page.goto(`${address}/bulletins/2021-001`);
    assert.equal(await page.locator('.reader').isVisible(), false);
  }
});

async function allow(sites: string): Promise<void> {
  await setOffice(product.db, { actor: commandLine }, { embed_sites: sites });
}

test('no other site frames a page unless the office named it, and then only as a column', async () => {
  const ancestors = async (url: string) => {
    const { headers } = await app.inject(url);
    const policy = String(headers['content-security-policy']);
    return [/frame-ancestors ([^;]*)/.exec(policy)![1], headers['x-frame-options']];
  };
  await allow('');
  assert.deepEqual(await ancestors('/?embed=1'), ["'self'", 'SAMEORIGIN']);
  await allow(portalAddress);
  assert.deepEqual(await ancestors('/?embed=1'), [`'self' ${portalAddress}`, undefined]);
  for (const url of ['/', '/projects', '/sign-in?embed=1', '/console?embed=1', '/survey/nothing?embed=1']) {
    assert.deepEqual(await ancestors(url), ["'self'", 'SAMEORIGIN'], url);
  }
});

test('in the frame of a named site the column has no head, keeps its links inside, and grows with its content', async () => {
  await allow(portalAddress);
  const page = await openPage(1440, { bypassCSP: false });
  await page.goto(`${portalAddress}/?embed=1`);
  const frame = page.frameLocator('#shishi');
  await frame.getByRole('heading', { level: 1 }).waitFor();
  assert.equal(await frame.locator('.site-head, .site-foot').count(), 0);
  await page.waitForFunction(
    () => Number.parseInt(document.getElementById('shishi')!.style.height, 10) > 1000,
  );
  await frame.getByRole('link', { name: '查看全部项目' }).click();
  await frame.getByRole('heading', { name: '项目清单' }).waitFor();
  const inner = page.frames()[1]!;
  assert.equal(new URL(inner.url()).search, '?embed=1');
  await frame.getByLabel('找项目：名称、内容、单位、地方').fill('村道');
  await frame.getByRole('button', { name: '查找' }).click();
  await inner.waitForURL(/q=/);
  assert.match(inner.url(), /embed=1/);
  assert.equal(await frame.locator('.site-head').count(), 0);
  const full = frame.getByRole('link', { name: '打开完整页面' });
  assert.equal(await full.getAttribute('target'), '_blank');
  assert.doesNotMatch((await full.getAttribute('href'))!, /embed/);

  const framed = async (url: string) => {
    const answered = page.waitForEvent('response', (response) => response.url() === `${address}${url}`);
    await page.goto(`${portalAddress}${url}`);
    await answered;
    await page.waitForTimeout(300);
    return (await page.frameLocator('#shishi').locator('h1').count()) > 0;
  };
  assert.equal(await framed('/?embed=1'), true);
  assert.equal(await framed('/projects'), false);
  await allow('');
  assert.equal(await framed('/?embed=1'), false);
});

test('every link of a page in a frame stays in it or opens a window of its own', async () => {
  for (const url of [
    '/',
    '/projects',
    '/projects/JW2021-001',
    '/figures/ledger.total?by=field',
    '/bulletins/2021-001',
    '/open-data',
  ]) {
    const page = (await app.inject(`${url}${url.includes('?') ? '&' : '?'}embed=1`)).body;
    const links = [...page.matchAll(/<a\b[^>]*>/g)].map(([link]) => link);
    assert.ok(links.length > 0);
    const leaving = links.filter(
      (link) => !/href="#/.test(link) && !/embed=1/.test(link) && !/target="_blank"/.test(link),
    );
    assert.deepEqual(leaving, [], url);
    assert.deepEqual(await invalidities(page), [], url);
  }
});

test('the foot shows what the office has set and nothing else; wrong addresses are refused and kept in the form', async () => {
  const foot = async () =>
    /<footer[\s\S]*<\/footer>/.exec(
      (await app.inject({ url: '/', headers: { cookie: 'language=zh' } })).body,
    )![0];
  assert.match(
    await foot(),
    /主办单位：金湾区实事统筹办（示例）[\s\S]*ICP备案号[\s\S]*公安备案[\s\S]*党政机关标识[\s\S]*我为政府网站找错/,
  );
  const visitor = await signedInAs(product, app, await loginOfRole(product, 'coordinator'));
  const wrong = await visitor.post('/console/site', {
    key: 'a-key-of-the-form',
    sponsor: '新主办单位',
    mistake_url: 'javascript:alert(1)',
    embed_sites: 'https://ok.example evil.example/path',
  });
  assert.equal(wrong.statusCode, 422);
  assert.match(wrong.body, /应为 https:\/\/ 开头的完整地址[\s\S]*value="新主办单位"/);
  assert.doesNotMatch(await foot(), /新主办单位/);
  const right = await visitor.post('/console/site', { key: 'another-key-of-it', sponsor: '新主办单位' });
  assert.equal(right.statusCode, 303);
  assert.match(await foot(), /主办单位：新主办单位/);
  assert.doesNotMatch(await foot(), /ICP备案号|党政机关标识|示例/);
  const other = await signedInAs(product, app, await loginOfRole(product, 'unit_officer'));
  assert.equal((await other.get('/console/site')).statusCode, 403);
});

async function enter(page: Page, role: Role): Promise<void> {
  await page.goto(`${address}${await demonstrationLink(product, await loginOfRole(product, role))}`);
  await page.getByRole('button', { name: '进入' }).click();
  await page.waitForURL(`${address}/console`);
}

test('the big screen shows the newest publication, legible from afar, without scrolling, at every size', async () => {
  for (const [width, height] of [
    [1920, 1080],
    [3840, 2160],
    [1366, 768],
    [1920, 1200],
  ] as const) {
    const page = await openPage(width, { viewport: { width, height } });
    await enter(page, 'district_leader');
    await page.goto(`${address}/console/screen`);
    assert.match(await page.locator('main').innerText(), /截至 2021年9月3日9时/);
    assert.match(await page.locator('.headline').innerText(), /94\.3[\s\S]*467[\s\S]*495/);
    const seen = await page.evaluate(() => {
      const walker = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT);
      const sizes: number[] = [];
      while (walker.nextNode()) {
        if (walker.currentNode.textContent!.trim() === '') continue;
        sizes.push(Number.parseFloat(getComputedStyle(walker.currentNode.parentElement!).fontSize));
      }
      const root = document.documentElement;
      const clipped = [...document.querySelectorAll('main li, main .days, main .rate, main .of')]
        .filter((one) => {
          const [box, room] = [one, one.closest('section')!].map((each) => each.getBoundingClientRect());
          return box!.bottom > room!.bottom + 1 || box!.right > room!.right + 1;
        })
        .map((one) => one.textContent);
      return {
        smallest: Math.min(...sizes),
        scrolls: root.scrollHeight > window.innerHeight || root.scrollWidth > window.innerWidth,
        clipped,
      };
    });
    const scale = Math.min(width / 1920, height / 1080);
    assert.ok(seen.smallest >= 28 * scale - 0.1, `${width}: ${seen.smallest}`);
    assert.equal(seen.scrolls, false);
    assert.deepEqual(seen.clipped, [], `${width}×${height}`);
    if (width === 1920) {
      assert.deepEqual(await faultsOf(page), []);
      const visitor = await signedInAs(product, app, await loginOfRole(product, 'publisher'));
      const { body } = await visitor.get('/console/screen');
      // For a screen without scripts that nobody touches, asking again is what it is for.
      assert.deepEqual(await invalidities(body.replace(/<noscript>.*<\/noscript>/, '')), []);
    }
    await page.context().close();
  }
});

test('the screen says what residents may read: every project that it names is public', async () => {
  const visitor = await signedInAs(product, app, await loginOfRole(product, 'inspector'));
  const { body } = await visitor.get('/console/screen');
  const names = [...body.matchAll(/class="what">([^<]+)</g)].map((match) => match[1]!);
  assert.ok(names.length >= 5);
  for (const name of names) {
    const { items } = (await app.inject(`/api/v1/projects?q=${encodeURIComponent(name)}`)).json() as {
      items: { title: string }[];
    };
    assert.ok(
      items.some(({ title }) => title === name),
      name,
    );
  }
});

test('the screen keeps its last picture while the server is away and says since when, and takes up again', async () => {
  const page = await openPage(1920, { viewport: { width: 1920, height: 1080 } });
  await page.clock.install();
  await enter(page, 'coordinator');
  await page.goto(`${address}/console/screen`);
  const picture = await page.locator('main').innerText();
  await page.route('**/console/screen', (route) => route.abort());
  await page.clock.runFor(61_000);
  await page.locator('.away').waitFor();
  assert.match(await page.locator('.away').innerText(), /连接中断；画面停在 .*\d{2}:\d{2}/);
  assert.equal(await page.locator('main').innerText(), picture);
  await page.unroute('**/console/screen');
  await page.clock.runFor(61_000);
  await page.locator('.away').waitFor({ state: 'hidden' });
  const plain = await openPage(1920, { javaScriptEnabled: false });
  await enter(plain, 'coordinator');
  await plain.goto(`${address}/console/screen`);
  assert.match(await plain.content(), /<meta http-equiv="refresh" content="60">/);
});
