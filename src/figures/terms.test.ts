import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { entitledAs } from '../identity/actions.ts';
import { currentHead } from '../journal/head.ts';
import { cutoffOf } from '../kit/clock.ts';
import { exactText, fractionOf, plus } from '../kit/fraction.ts';
import { report } from '../reporting/actions.ts';
import { type Question, shown, valuesOf } from './compute.ts';
import type { DerivedDefinition, Span } from './definition.ts';
import { causes, endAt, explain } from './explain.ts';
import { getFigure } from './registry.ts';
import { beginOf, compositionOf, spanBefore } from './terms.ts';

let product: TestProduct;
before(async () => {
  product = await testProduct(demonstrationTemplate);
});
after(() => product.remove());

for (const [cutoff, span, begin, earlier] of [
  ['2021-09-03T09:00', 'month', '2021-08-31', '2021-08-03T09:00'],
  ['2021-09-03', 'month', '2021-08-31', '2021-08-03'],
  ['2021-08-31', 'month', '2021-07-31', '2021-07-31'],
  ['2021-03-31', 'month', '2021-02-28', '2021-02-28'],
  ['2021-02-28', 'month', '2021-01-31', '2021-01-31'],
  ['2021-03-30', 'month', '2021-02-28', '2021-02-28'],
  ['2021-01-15', 'month', '2020-12-31', '2020-12-15'],
  ['2024-02-29', 'year', '2023-12-31', '2023-02-28'],
  ['2021-09-03', 'year', '2020-12-31', '2020-09-03'],
] as const) {
  test(`the ${span} of ${cutoff} begins after ${begin} and is compared with ${earlier}`, () => {
    assert.deepEqual(beginOf(cutoffOf(cutoff), span), cutoffOf(begin));
    assert.deepEqual(spanBefore(cutoffOf(cutoff), span), cutoffOf(earlier));
  });
}

const derived = (derivation: DerivedDefinition['derivation']): DerivedDefinition => ({
  ...(getFigure(product.registry, 'vaccination.doses_growth') as DerivedDefinition),
  derivation,
});

test('formulas give exact fractions, and nothing over nothing', () => {
  const of = getFigure(product.registry, 'elders.beds') as DerivedDefinition['derivation']['of'];
  const result = (derivation: DerivedDefinition['derivation'], ...amounts: string[]) => {
    const { value } = compositionOf(derived(derivation)).combine(amounts.map(fractionOf));
    return value && exactText(value);
  };
  assert.equal(result({ formula: 'within', of, span: 'month' }, '120', '100'), '20');
  assert.equal(result({ formula: 'growth', of, against: 'year' }, '120', '90'), '100/3');
  assert.equal(result({ formula: 'growth', of, against: 'year' }, '60', '90'), '-100/3');
  assert.equal(result({ formula: 'growth', of, against: 'year' }, '60', '0'), null);
  // This month 30 (from 100 to 130), the month before 20 (from 70 to 90): half as many again.
  assert.equal(
    result({ formula: 'growth', of, against: 'month', within: 'month' }, '130', '100', '90', '70'),
    '50',
  );
  assert.equal(result({ formula: 'share', of }, '1', '3'), '100/3');
  assert.equal(result({ formula: 'per_head', of, people: of, per: 1000 }, '446369', '120'), '120000/446369');
});

test('what is shown is rounded half away from nothing, also below it', () => {
  for (const [value, decimals, text] of [
    ['94.3434343434', 1, '94.3'],
    ['0.05', 1, '0.1'],
    ['-0.05', 1, '-0.1'],
    ['-0.04', 1, '0.0'],
    ['-33.3333333333', 1, '-33.3'],
    ['2.5', 0, '3'],
    ['-2.5', 0, '-3'],
    ['100', 2, '100.00'],
    ['1234567890123', 0, '1234567890123'],
  ] as const) {
    assert.equal(shown({ decimals }, value), text, value);
  }
  assert.equal(shown({ decimals: 1 }, null), null);
});

test('derived figures agree with what they are derived from, whole and by part, and are explained exactly', async () => {
  const { queries } = product.db;
  const { entry_no } = await currentHead(product.db);
  const ask = async (code: string, cutoff: string, by?: Question['by']) =>
    new Map(
      (
        await valuesOf(queries, getFigure(product.registry, code), {
          cutoff: cutoffOf(cutoff),
          entry_no,
          area: '440404',
          by,
        })
      ).map((one) => [one.key, one]),
    );
  for (const by of [undefined, 'dose'] as const) {
    const until = await ask('vaccination.doses', '2021-08-31', by);
    const before = await ask('vaccination.doses', '2021-07-31', by);
    const earlier = await ask('vaccination.doses', '2021-06-30', by);
    const month = await ask('vaccination.doses_in_month', '2021-08-31', by);
    const growth = await ask('vaccination.doses_growth', '2021-08-31', by);
    const share = await ask('vaccination.doses_share', '2021-08-31', by);
    for (const [key, { value }] of until) {
      const amount = (values: typeof until) => Number(values.get(key)?.value ?? 0);
      const [now, past] = [Number(value) - amount(before), amount(before) - amount(earlier)];
      assert.equal(Number(month.get(key)!.value), now);
      const rate = growth.get(key)!;
      if (past === 0) assert.equal(rate.value, null);
      else assert.ok(Math.abs(Number(rate.value) - (100 * (now - past)) / past) < 1e-9);
      const whole = [...until.values()].reduce((sum, one) => sum + Number(one.value), 0);
      assert.ok(Math.abs(Number(share.get(key)!.value) - (100 * Number(value)) / whole) < 1e-9);
    }
  }
  const actor = await entitledAs(queries, 'wjj.officer');
  assert.equal((await ask('vaccination.doses_per_100', '2021-08-31')).get(null)?.value ?? null, null);
  const csv = 'day,area_code,residents,synthetic\n2020-11-01,440404,446369,false';
  await report(product.db, { actor }, 'population.residents', csv);
  const later = (await currentHead(product.db)).entry_no;
  const end = (code: string, cutoff: string, at: number) =>
    endAt(queries, product.registry, code, { cutoff: cutoffOf(cutoff), entry_no: at });
  const [per] = await valuesOf(queries, getFigure(product.registry, 'vaccination.doses_per_100'), {
    cutoff: cutoffOf('2021-09-01'),
    entry_no: later,
    area: '440404',
  });
  assert.equal(shown({ decimals: 1 }, per!.value), '188.7');
  assert.deepEqual([per!.numerator, per!.denominator], ['842336', '446369']);
  for (const code of ['vaccination.doses_in_month', 'vaccination.doses_share', 'vaccination.doses_growth']) {
    for (const by of [undefined, 'dose'] as const) {
      const told = await explain(queries, {
        from: await end(code, '2021-07-31', entry_no),
        to: await end(code, '2021-08-31', later),
        area: '440404',
        by,
      });
      for (const { key, from, to, parts } of told) {
        const all = causes.map((cause) => parts[cause]);
        if (from && to && all.every((part) => part !== null))
          assert.deepEqual(plus(from, ...(all as (typeof from)[])), to, `${code} ${key}`);
      }
      assert.ok(told.length > 0);
    }
  }
});

test('a span begins where the one before ends, whatever the day', () => {
  for (let day = 0; day < 800; day++) {
    const cutoff = new Date(cutoffOf('2023-06-30').getTime() + day * 86_400_000);
    for (const span of ['month', 'year'] as Span[]) {
      assert.ok(beginOf(cutoff, span) < cutoff);
      assert.ok(spanBefore(cutoff, span) <= beginOf(cutoff, span));
      assert.ok(spanBefore(cutoff, span) > beginOf(beginOf(cutoff, span), span));
    }
  }
});
