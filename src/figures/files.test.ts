import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { Visitor } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import type { Server } from '../kit/http.ts';

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
