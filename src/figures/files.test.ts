import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { Visitor } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import { succeedAreas } from '../areas/actions.ts';
import { entitledAs } from '../identity/actions.ts';
import { cutoffOf } from '../kit/clock.ts';
import type { Server } from '../kit/http.ts';
import { commandLine } from '../product.ts';
import { report } from '../reporting/actions.ts';
import { proposeRelease, releaseProposal } from './proposals/actions.ts';

let product: TestProduct;
let app: Server;
let visitor: Visitor;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  visitor = new Visitor(app);
});
after(async () => {
  await app.close();
  await product.remove();
});

test('a figure comes as CSV and as JSON with the numbers of its page, whole and by every dimension', async () => {
  let compared = 0;
  for (const definition of product.registry.values()) {
    for (const by of ['', ...definition.dimensions]) {
      const path = `/figures/${definition.code}`;
      const asked = await visitor.get(`${path}.json?by=${by}`);
      const csv = await visitor.get(`${path}.csv?by=${by}`);
      if (asked.statusCode === 404) {
        // Nothing of it was ever released, and its page says so.
        assert.equal(csv.statusCode, 404, path);
        assert.match((await visitor.get(path)).body, /还没有发布过/);
        continue;
      }
      compared++;
      const json = asked.json();
      assert.match(csv.headers['content-type'] as string, /text\/csv/);
      const lines: Record<string, string>[] = parse(csv.body, { columns: true, bom: true });
      const values: { key?: string; value: number | null }[] = json.values;
      assert.deepEqual(
        lines.map((line) => [line.key, line.value === '' ? null : Number(line.value)]),
        values.map(({ key, value }) => [key ?? '', value]),
        `${definition.code} by ${by}`,
      );
      const page = (await visitor.get(`${path}?by=${by}`)).body.replaceAll(',', '');
      for (const { value } of values) if (value !== null) assert.ok(page.includes(String(value)), `${value}`);
      if (by && values.length > 0) assert.match(page, new RegExp(`${definition.code}\\.svg`));
    }
  }
  assert.ok(compared > 30);
});

test('a series ends with the cut-off that was asked for and never runs ahead of what is released', async () => {
  const asked = async (cutoff: string) =>
    (await visitor.get(`/figures/ledger.completed.json?cutoff=${cutoff}`)).json() as {
      values: [{ value: number }];
      series: { cutoff: string; value: number }[];
    };
  const june = await asked('2021-06-15');
  assert.equal(june.series.at(-1)!.cutoff, '2021-06-15T16:00:00.000Z');
  assert.equal(june.series.at(-1)!.value, june.values[0].value);
  const days = june.series.map((point) => point.cutoff);
  assert.deepEqual(days, days.toSorted());
  assert.ok(days.includes('2021-05-31T16:00:00.000Z'), 'the end of a month is its 24:00 here');
  assert.equal((await visitor.get('/figures/ledger.completed.json?cutoff=2030-01-01')).statusCode, 422);
  assert.equal((await visitor.get('/figures/ledger.completed.svg?cutoff=2030-01-01')).statusCode, 422);
});

test('a picture says what its table says, and what cannot be asked is refused in words', async () => {
  const picture = await visitor.get('/figures/ledger.completed.svg?by=area');
  const { values } = (await visitor.get('/figures/ledger.completed.json?by=area')).json();
  for (const { name, value } of values) {
    assert.ok(picture.body.includes(name) && picture.body.includes(String(value)), name);
  }
  for (const [path, status] of [
    ['/figures/nothing.csv', 404],
    ['/figures/ledger.completed.csv?by=dose', 422],
    ['/figures/ledger.completed.json?cutoff=soon', 422],
    ['/figures/ledger.completed.svg?of=nothing', 422],
    ['/figures/.csv', 404],
  ] as const) {
    assert.equal((await visitor.get(path)).statusCode, status, path);
  }
});

test('an address to cite keeps its number when the records are corrected, while the plain one shows the newest', async () => {
  const cell = (projects: number) =>
    `day,area_code,dose,doses,synthetic\n2021-08-01,440404101,1,${projects},true`;
  const before = (await visitor.get('/figures/vaccination.doses.json')).json();
  const fixed: string = before.url;
  assert.match(fixed, /cutoff=\S+&entry=\d+&version=\d+/);
  const officer = { actor: await entitledAs(product.db.queries, 'wjj.officer'), reason: '补报' };
  await report(product.db, officer, 'vaccination.doses', cell(77));
  const publisher = { actor: await entitledAs(product.db.queries, 'publisher') };
  const { outcome } = await proposeRelease(product.db, product.registry, publisher, {
    title: '更正',
    figures: [{ code: 'vaccination.doses', by: null }],
    cutoff: new Date(before.cutoff),
  });
  const leader = { actor: await entitledAs(product.db.queries, 'leader') };
  await releaseProposal(product.db, product.registry, leader, outcome.id);
  const plain = (await visitor.get('/figures/vaccination.doses.json')).json();
  assert.notEqual(plain.values[0].value, before.values[0].value);
  const again = (await visitor.get(fixed.replace('?', '.json?'))).json();
  assert.deepEqual(again.values, before.values);
  assert.equal(again.url, fixed);
  const csv: { value: string }[] = parse((await visitor.get(fixed.replace('?', '.csv?'))).body, {
    columns: true,
    bom: true,
  });
  assert.equal(Number(csv[0]!.value), before.values[0].value);
  const page = (await visitor.get(fixed)).body;
  assert.match(page, /这是固定版本的页面/);
  assert.match(page, /class="citation">[^<]+\[DS\/OL\]\. \(\d{4}-\d{2}-\d{2}\)\[\d{4}-\d{2}-\d{2}\]\. http/);
  assert.match(page, /rel="license"/);
  for (const [query, status] of [
    ['cutoff=&entry=&by=', 200],
    ['entry=999999999', 422],
    ['entry=0', 422],
    ['entry=x', 422],
    ['version=99', 404],
  ] as const) {
    assert.equal((await visitor.get(`/figures/vaccination.doses?${query}`)).statusCode, status, query);
  }
});

test('from the district one goes on to a town and its villages, and the villages add up to the town', async () => {
  const page = (await visitor.get('/figures/ledger.completed?by=area')).body;
  const deeper = /href="(\/figures\/ledger\.completed\?[^"]*area=440404100[^"]*)"/.exec(page)![1]!;
  const town = await visitor.get(deeper.replaceAll('&amp;', '&'));
  assert.match(town.body, /三灶镇本级[\s\S]*鱼月村/);
  const json = async (query: string) =>
    (await visitor.get(`/figures/ledger.completed.json?${query}`)).json().values as {
      value: number;
      key: string;
    }[];
  const [whole] = await json('area=440404100');
  const parts = await json('area=440404100&by=area');
  assert.equal(
    parts.reduce((sum, part) => sum + part.value, 0),
    whole!.value,
  );
  assert.equal((await json('by=area')).find(({ key }) => key === '440404100')!.value, whole!.value);
  assert.equal((await visitor.get('/figures/ledger.completed?area=999999999')).statusCode, 404);
});

test('where areas were split or moved, a figure is there on the boundaries of then and of now, and both say so', async () => {
  const moved = {
    on_day: '2021-08-01',
    ending: ['440404100201'],
    beginning: [
      {
        code: '440404101301',
        name: '鱼月新村',
        name_en: null,
        level: 'village' as const,
        kind: 'village',
        parent_code: '440404101',
        managed_by: null,
        valid_from: '2021-08-01',
        valid_until: null,
      },
    ],
    links: [],
    note: null,
  };
  await succeedAreas(product.db, commandLine, moved);
  const actor = await entitledAs(product.db.queries, 'publisher');
  const figures = [{ code: 'ledger.completed', by: 'area' as const }];
  const ask = { title: '区划调整后', figures, cutoff: cutoffOf('2021-09-03') };
  const { outcome } = await proposeRelease(product.db, product.registry, { actor }, ask);
  const leader = { actor: await entitledAs(product.db.queries, 'leader') };
  await releaseProposal(product.db, product.registry, leader, outcome.id);
  const values = async (query: string) => {
    const { values: parts, boundaries } = (
      await visitor.get(`/figures/ledger.completed.json?by=area&${query}`)
    ).json() as { values: { key: string; value: number }[]; boundaries: string };
    return { parts: new Map(parts.map(({ key, value }) => [key, value])), boundaries };
  };
  const then = await values('boundaries=then');
  const now = await values('boundaries=now');
  assert.deepEqual([then.boundaries, now.boundaries], ['then', 'now']);
  const village = (await visitor.get('/figures/ledger.completed.json?by=area&area=440404100'))
    .json()
    .values.find(({ key }: { key: string }) => key === '440404100201').value as number;
  assert.ok(village > 0);
  assert.equal(now.parts.get('440404101')! - then.parts.get('440404101')!, village);
  assert.equal(then.parts.get('440404100')! - now.parts.get('440404100')!, village);
  assert.match((await visitor.get('/figures/ledger.completed?by=area')).body, /按当时的区划/);
  assert.match((await visitor.get('/figures/ledger.completed?by=area&boundaries=now')).body, /按现在的区划/);
});
