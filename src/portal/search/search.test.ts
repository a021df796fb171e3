import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { invalidities } from '../../../test/support/html.ts';
import { createApp } from '../../app.ts';
import { entitledAs } from '../../identity/actions.ts';
import type { Server } from '../../kit/http.ts';
import { initials } from '../../kit/pinyin.ts';
import { simplified } from '../../kit/traditional.ts';
import { editCells } from '../../ledger/edits.ts';
import { find } from './found.ts';
import { marked, snippet } from './marked.ts';

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

/** The names of what is found, by kind. */
async function found(asked: string): Promise<Record<string, string[]>> {
  const { projects, others } = await find(product, asked);
  const rest = [...others].map(([kind, entries]) => [kind, entries.map(({ title }) => title.zh)]);
  const numbers = projects.near ? [] : projects.projects.map(({ number }) => number);
  return { ...(numbers.length > 0 && { projects: numbers }), ...Object.fromEntries(rest) };
}

test('one word finds every kind of page that has it', async () => {
  assert.deepEqual((await found('红旗镇')).places, ['红旗镇']);
  assert.ok((await found('红旗镇')).units!.length > 0);
  assert.deepEqual((await found('基础教育')).fields, ['基础教育']);
  assert.ok((await found('完成率')).figures!.includes('完成率'));
  assert.equal((await found('完成率')).bulletins!.length, 1);
  assert.ok((await found('路灯')).projects!.length > 5);
});

test('the other names of the version for old people lead to it', async () => {
  for (const name of ['长辈版', '亲情版', '关爱版', '关怀版', '老年版', '读给我听', '特大鼠标']) {
    assert.deepEqual((await found(name)).help, ['无障碍声明'], name);
  }
});

test('numbers are found as people write them', async () => {
  for (const number of ['JW2021-001', 'jw2021-001', 'JW-001', 'jw 1', 'ＪＷ２０２１－００１']) {
    assert.deepEqual((await found(number)).projects?.[0], 'JW2021-001', number);
  }
  assert.equal((await found('2021-001')).bulletins!.length, 1);
});

test('full-width and traditional characters and first letters of sounds find what plain ones find', async () => {
  assert.deepEqual(await found('紅旗鎮'), await found('红旗镇'));
  assert.deepEqual(await found('　路灯　'), await found('路灯'));
  assert.deepEqual((await found('hqz')).places, ['红旗镇']);
  assert.deepEqual((await found('jcjy')).fields, ['基础教育']);
  assert.equal(simplified('區鎮學醫開放數據'), '区镇学医开放数据');
  assert.equal(initials('三灶镇'), 'szz');
});

test('with a wrong character what comes nearest is shown, and said to be no more than that', async () => {
  const { projects } = await find(product, '社区主干道路等补装');
  assert.equal(projects.near, true);
  assert.ok(projects.projects.every(({ title }) => title.includes('主干道')));
  const page = await app.inject({
    url: `/search?q=${encodeURIComponent('社区主干道路等补装')}`,
    headers: { cookie: 'language=zh' },
  });
  assert.match(page.body, /没有完全符合的项目/);
});

test('words are marked where they stand, and markup in a text or a question stays text', () => {
  assert.equal(String(marked('补装路灯', ['路灯'])), '补装<mark>路灯</mark>');
  assert.equal(String(marked('<b>路灯', ['<b>'])), '<mark>&lt;b&gt;</mark>路灯');
  assert.equal(String(marked('a.c abc', ['.'])), 'a<mark>.</mark>c abc');
  const long = `${'前'.repeat(200)}路灯${'后'.repeat(200)}`;
  assert.match(String(snippet(long, ['路灯'])), /^…前{36}<mark>路灯<\/mark>后+…$/);
});

test('the page groups what was found with counts, and an empty result says what to do', async () => {
  const get = async (q: string, language: string) =>
    (
      await app.inject({
        url: `/search?q=${encodeURIComponent(q)}`,
        headers: { cookie: `language=${language}` },
      })
    ).body;
  const page = await get('路灯', 'zh');
  const count = /id="projects">项目 <span class="count">(\d+)</.exec(page)![1];
  const list = (
    await app.inject({ url: `/projects?q=${encodeURIComponent('路灯')}`, headers: { cookie: 'language=zh' } })
  ).body;
  assert.match(list, new RegExp(`共 ${count} 个`));
  assert.match(page, /<mark>路灯<\/mark>/);
  assert.match(await get('鱷魚飛船', 'zh'), /没有找到“鱷魚飛船”[\s\S]*检查有没有错字/);
  assert.match(
    await get('crocodile spaceship', 'en'),
    /Nothing was found for “crocodile spaceship”[\s\S]*fewer words/,
  );
  for (const q of ['路灯', '完成率', '', '<script>', '鱷魚飛船']) {
    for (const language of ['zh', 'en']) assert.deepEqual(await invalidities(await get(q, language)), [], q);
  }
});

test('what is called just as was asked comes before what only speaks of it', async () => {
  const get = async (q: string) => (await app.inject(`/search?q=${encodeURIComponent(q)}`)).body;
  const town = await get('红旗镇');
  assert.ok(town.indexOf('id="places"') < town.indexOf('id="projects"'));
  const word = await get('路灯');
  assert.ok(word.includes('id="projects"') && !word.includes('id="places"'));
});

test('what is withdrawn is found no more', async () => {
  const { projects } = await find(product, '路灯');
  const { number } = projects.projects[0]!;
  const actor = await entitledAs(product.db.queries, 'coordinator');
  const cells = [{ number, column: 'disclosure' as const, text: '不予公开' }];
  await editCells(product.db, { actor, reason: '涉及个人隐私' }, cells);
  assert.ok(!(await found('路灯')).projects!.includes(number));
  assert.equal((await find(product, '路灯')).projects.count, projects.count - 1);
});

test('strange questions find nothing and fail nothing', async () => {
  for (const q of [
    '%',
    '_',
    '\\',
    "'",
    "' & !|",
    '()',
    '的',
    '。',
    '😀',
    'a'.repeat(100),
    '<b>',
    ':*',
    '1e309',
  ]) {
    assert.equal((await app.inject(`/search?q=${encodeURIComponent(q)}`)).statusCode, 200, q);
  }
});
