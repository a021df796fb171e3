// The papers of the demonstration's bulletin as they are sent, and whether programs can read them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../../test/support/browser.ts';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { numbersIn, samplePaper, unzipped } from '../../../test/support/paper.ts';
import { signedInAs, Visitor } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import type { Entitled } from '../../identity/access.ts';
import { entitledAs } from '../../identity/actions.ts';
import { write } from '../../journal/write.ts';
import { cutoffOf } from '../../kit/clock.ts';
import type { Server } from '../../kit/http.ts';
import { publish, withdraw } from '../actions.ts';
import { issueIn, readText } from '../issue.ts';
import { kindOf } from '../rules.ts';
import { productTemplates, type Template, writeByTemplate } from '../templates.ts';
import { atomOf, type Feed } from './atom.ts';
import { slidesOf } from './slides.ts';
import { wordOf } from './word.ts';

let product: TestProduct;
let app: Server;
let browser: Browser;
let page: Page;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  browser = await openBrowser();
  page = await browser.newPage();
});
after(async () => {
  await browser.close();
  await app.close();
  await product.remove();
});

/** What a browser's parser says is wrong with an XML text; nothing when it is well-formed. */
function faultOf(xml: string): Promise<string | null> {
  return page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'application/xml');
    return parsed.querySelector('parsererror')?.textContent ?? null;
  }, xml);
}

test('a bulletin comes as .docx and .pptx with its type, a name in Chinese and a mark to ask again by', async () => {
  for (const [ending, type] of [
    ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ]) {
    const url = `/bulletins/2021-001.${ending}`;
    const sent = await app.inject(url);
    assert.equal(sent.statusCode, 200);
    assert.equal(sent.headers['content-type'], type);
    const name = String(sent.headers['content-disposition']);
    assert.match(
      name,
      new RegExp(`^attachment; filename="bulletin-2021-001.${ending}"; filename\\*=UTF-8''`),
    );
    assert.match(
      decodeURIComponent(name),
      new RegExp(`2021-001 金湾区“我为群众办实事”项目完成率达94.3%.${ending}$`),
    );
    const again = await app.inject({ url, headers: { 'if-none-match': String(sent.headers.etag) } });
    assert.deepEqual([again.statusCode, again.body], [304, '']);
    assert.equal((await app.inject({ url, headers: { 'if-none-match': '"another"' } })).statusCode, 200);
    assert.equal((await app.inject(`/bulletins/2021-999.${ending}`)).statusCode, 404);
  }
});

test('every number of the page stands in the Word file and on the slides or in their notes, and no other does', async () => {
  const json = (await app.inject('/bulletins/2021-001.json')).json() as { figures: { text: string }[] };
  const numbers = new Set(json.figures.map(({ text }) => text));
  const text = (xml: string) =>
    [...xml.matchAll(/<[aw]:t\b[^>]*>([^<]*)<\/[aw]:t>/g)].map(([, words]) => words);
  const word = unzipped((await app.inject('/bulletins/2021-001.docx')).rawPayload).get('word/document.xml')!;
  const said = new Set(text(word).flatMap((words) => numbersIn(words!)));
  assert.deepEqual([...said].toSorted(), [...numbers].toSorted());
  const deck = unzipped((await app.inject('/bulletins/2021-001.pptx')).rawPayload);
  const all = [...deck]
    .filter(([name]) => /^ppt\/(slides|notesSlides)\/\w+\.xml$/.test(name))
    .map(([, xml]) => xml);
  const shown = new Set(
    all.flatMap((xml) =>
      [...xml.matchAll(/<a:p>(.*?)<\/a:p>/g)].flatMap(([, one]) => numbersIn(text(one!).join(''))),
    ),
  );
  for (const number of numbers) assert.ok(shown.has(number), number);
});

test('the feed names every bulletin once for good, with what it is given out as, and is linked from the list', async () => {
  const sent = await app.inject('/bulletins.atom');
  assert.match(String(sent.headers['content-type']), /^application\/atom\+xml/);
  assert.equal(await faultOf(sent.body), null);
  const entry = await page.evaluate((text) => {
    const feed = new DOMParser().parseFromString(text, 'application/xml');
    const one = feed.querySelector('entry')!;
    return {
      id: one.querySelector('id')!.textContent,
      summary: one.querySelector('summary')!.textContent,
      links: [...one.querySelectorAll('link')].map((link) => new URL(link.getAttribute('href')!).pathname),
    };
  }, sent.body);
  assert.match(entry.id!, /^tag:[\w.-]+,2021-09-03:bulletin:2021-001$/);
  assert.match(entry.summary!, /梳理.*495个/);
  assert.deepEqual(
    entry.links,
    ['', '.json', '.docx', '.pptx', '.xlsx'].map((ending) => `/bulletins/2021-001${ending}`),
  );
  for (const path of entry.links) assert.equal((await app.inject(path)).statusCode, 200, path);
  const list = await app.inject('/bulletins');
  assert.match(list.body, /<link rel="alternate" type="application\/atom\+xml" href="\/bulletins.atom"/);
  const { etag } = sent.headers;
  const again = await app.inject({ url: '/bulletins.atom', headers: { 'if-none-match': String(etag) } });
  assert.equal(again.statusCode, 304);
});

/** Issues what a template writes, as signing a draft does. */
async function issued(actor: Entitled, template: Template): Promise<string> {
  const { db, registry } = product;
  const read = await readText(db, registry, { cutoff: cutoffOf('2021-09-02') }, (scene, ask) =>
    writeByTemplate(template, scene, ask),
  );
  const change = {
    actor,
    action: 'bulletins/issue',
    subject: 'bulletin',
    input: { template: template.code },
  };
  const imprint = {
    kind: template.kind,
    audience: kindOf(template.kind).audience,
    template: template.code,
    addressee: '各镇人民政府',
    contact: null,
    objections_until: null,
    supersedes_number: null,
    supersede_reason: null,
    synthetic: true,
  };
  return (await write(db, change, (tx) => issueIn(tx, actor.name, read, imprint))).outcome.number;
}

test('every kind of bulletin is given out as .docx and .pptx, those for staff to staff alone', async () => {
  const actor = await entitledAs(product.db.queries, 'publisher');
  const publisher = await signedInAs(product, app, 'publisher');
  const officer = await signedInAs(product, app, 'jyj.officer');
  const everybody = new Visitor(app);
  let staff = 0;
  for (const template of productTemplates.values()) {
    const { code, kind } = template;
    const number = await issued(actor, template);
    const internal = kindOf(kind).audience === 'staff';
    if (internal) staff++;
    for (const ending of ['docx', 'pptx', 'xlsx']) {
      const name = `${code}.${ending}`;
      assert.equal(
        (await everybody.get(`/bulletins/${number}.${ending}`)).statusCode,
        internal ? 404 : 200,
        name,
      );
      const path = `/console/bulletins/${number}.${ending}`;
      const sent = await publisher.get(path);
      assert.equal(sent.statusCode, 200, `${name} ${sent.body.slice(0, 300)}`);
      assert.equal((await officer.get(path)).statusCode, 403, name);
      const parts = unzipped(sent.rawPayload);
      assert.ok(parts.size > 5, name);
      if (ending === 'pptx') {
        const slides = [...parts.keys()].filter((part) => /^ppt\/slides\/slide\d+\.xml$/.test(part));
        assert.ok(slides.length >= 8 && slides.length <= 12, `${name}: ${slides.length}`);
      } else if (ending === 'docx') {
        const head = parts.get('word/document.xml')!.includes('w:pStyle w:val="mark"');
        assert.equal(head, kind === 'notice', name);
      }
    }
  }
  assert.ok(staff > 3, String(staff));
});

test('what was taken back is gone from its files and from the feed at once; its number and the reason stay', async () => {
  const actor = await entitledAs(product.db.queries, 'publisher');
  const publication = { template: 'jinwan-press', cutoff: cutoffOf('2021-09-02'), synthetic: true };
  const { number } = (await publish(product.db, product.registry, { actor }, publication)).outcome;
  const feed = await app.inject('/bulletins.atom');
  const mark = String(feed.headers.etag);
  const word = await app.inject(`/bulletins/${number}.docx`);
  await withdraw(product.db, { actor }, { number, reason: '涉及个人隐私', mask_title: true });
  const headers = { 'if-none-match': String(word.headers.etag) };
  for (const ending of ['docx', 'pptx', 'xlsx']) {
    const gone = await app.inject({ url: `/bulletins/${number}.${ending}`, headers });
    assert.deepEqual([gone.statusCode, gone.headers.location], [303, `/bulletins/${number}`]);
  }
  const after = await app.inject({ url: '/bulletins.atom', headers: { 'if-none-match': mark } });
  assert.equal(after.statusCode, 200);
  const entry = after.body.split('<entry>').find((one) => one.includes(`bulletin:${number}<`))!;
  assert.match(entry, /已撤稿：涉及个人隐私/);
  assert.doesNotMatch(entry, /完成率|docx|pptx|xlsx|json/);
});

test('a bulletin is printed without the ways around it, with its number and address, its tables whole on A4', async () => {
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  const printed = await browser.newPage({ locale: 'zh-CN' });
  await printed.goto(`${origin}/bulletins/2021-001`);
  assert.equal(await printed.locator('.bulletin .address').isVisible(), false);
  await printed.emulateMedia({ media: 'print' });
  for (const hidden of ['.site-nav', '.switches', '.crumbs', '.site-foot', '.files']) {
    assert.equal(await printed.locator(hidden).first().isVisible(), false, hidden);
  }
  const address = printed.locator('.bulletin .address');
  assert.equal(await address.innerText(), `2021-001 · ${origin}/bulletins/2021-001`);
  assert.ok(await address.isVisible());
  const pdf = (await printed.pdf({ preferCSSPageSize: true })).toString('latin1');
  const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((box) =>
    box.slice(1).map(Number),
  );
  assert.ok(boxes.length >= 1);
  for (const [width, height] of boxes)
    assert.deepEqual([Math.round(width!), Math.round(height!)], [595, 842]);
  await printed.close();
});

test('a feed stays well-formed whatever titles say, and a withdrawn bulletin gives nothing of what it said', async () => {
  const at = new Date('2021-09-03T01:00:00Z');
  const strange = '<b>"A" & \'B\'</b> ]]> \u0000\u0008\ud800 \ufffe 公报';
  const entry = (more: object) => ({
    number: '2021-001',
    title: strange,
    address: 'https://ss.example.gov.cn/bulletins/2021-001',
    published_at: at,
    updated_at: at,
    summary: strange,
    withdrawn: false,
    ...more,
  });
  const feed: Feed = {
    address: 'https://ss.example.gov.cn/bulletins',
    title: strange,
    author: strange,
    entries: [entry({}), entry({ number: '2021-002', withdrawn: true, summary: '因涉及个人隐私撤稿' })],
  };
  const xml = atomOf(feed);
  assert.equal(await faultOf(xml), null);
  const withdrawn = xml.slice(xml.lastIndexOf('<entry>'));
  assert.doesNotMatch(withdrawn, /docx|pptx|xlsx|json/);
  assert.match(withdrawn, /撤稿/);
});

test('every part of a Word file and of slides is well-formed, whatever their words are', async () => {
  const strange = "“<w:p>” & 'x' ]]> \ud83d\ude00 𠮷";
  const paper = samplePaper({ issuer: strange, contact: strange });
  paper.content.title.push(strange);
  paper.content.blocks.unshift({ kind: 'heading', text: strange }, { kind: 'paragraph', pieces: [strange] });
  let parts = 0;
  for (const file of [await wordOf(paper), await slidesOf(paper)]) {
    for (const [name, xml] of unzipped(file)) {
      if (!/\.(xml|rels)$/.test(name)) continue;
      parts++;
      assert.equal(await faultOf(xml), null, name);
    }
  }
  assert.ok(parts > 60, String(parts));
});
