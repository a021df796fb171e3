import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { publish } from '../bulletins/actions.ts';
import { entitledAs } from '../identity/actions.ts';
import { currentHead } from '../journal/head.ts';
import { verifyChain } from '../journal/verify.ts';
import { cutoffOf } from '../kit/clock.ts';
import { takeSteps } from '../ledger/actions.ts';
import { editCells } from '../ledger/edits.ts';
import { report } from '../reporting/actions.ts';
import { verifyReleases } from './actions.ts';
import { type Question, shown, valuesOf } from './compute.ts';
import type { Definition } from './definition.ts';
import { getFigure } from './registry.ts';

let product: TestProduct;
before(async () => {
  product = await testProduct(demonstrationTemplate);
});
after(() => product.remove());

const at = (cutoff: string, entry_no: number): Question => ({
  cutoff: cutoffOf(cutoff),
  entry_no,
  area: '440404',
});

async function answersOf(code: string, question: Question) {
  const definition = getFigure(product.registry, code);
  return (await valuesOf(product.db.queries, definition, question)).map((one) => ({
    ...one,
    text: shown(definition, one.value),
  }));
}

async function headNow(): Promise<number> {
  return (await currentHead(product.db)).entry_no;
}

const actorOf = (login: string) => entitledAs(product.db.queries, login);

test('the figures of the report come out of the records', async () => {
  const entry_no = await headNow();
  const text = async (code: string, cutoff: string, by?: Question['by']) =>
    Object.fromEntries(
      (await answersOf(code, { ...at(cutoff, entry_no), by })).map((one) => [one.key ?? 'whole', one.text]),
    );
  assert.deepEqual(await text('ledger.total', '2021-09-03T09:00'), { whole: '495' });
  assert.deepEqual(await text('ledger.completed', '2021-09-03T09:00'), { whole: '467' });
  assert.deepEqual(await text('ledger.completion_rate', '2021-09-03'), { whole: '94.3' });
  assert.deepEqual(await text('schools.new_places', '2021-09-03', 'stage'), {
    kindergarten: '2160',
    primary: '3240',
    junior: '2400',
  });
  assert.deepEqual(await text('vaccination.doses', '2021-09-01'), { whole: '842336' });
  assert.deepEqual(await text('vaccination.doses', '2021-09-01', 'dose'), {
    1: '440949',
    2: '400990',
    3: '397',
  });
  assert.notEqual((await text('vaccination.doses', '2021-09-02')).whole, '842336');
});

/** Shares and rates of parts do not add up; what is counted, also within a span, does. */
const addsUp = (definition: Definition) =>
  definition.kind !== 'ratio' &&
  (definition.kind !== 'derived' || definition.derivation.formula === 'within');

test('every breakdown adds up to the whole', async () => {
  const entry_no = await headNow();
  for (const definition of product.registry.values()) {
    if (!addsUp(definition)) continue;
    const [whole] = await answersOf(definition.code, at('2021-09-03', entry_no));
    for (const by of definition.dimensions) {
      const parts = await answersOf(definition.code, { ...at('2021-09-03', entry_no), by });
      assert.equal(
        parts.reduce((sum, part) => sum + Number(part.value), 0),
        Number(whole!.value),
        `${definition.code} by ${by}`,
      );
    }
  }
});

test('nothing reported is no value, nothing counted is 0, and a ratio over nothing has no value', async () => {
  const question = at('2020-01-01', await headNow());
  assert.equal((await answersOf('schools.new_places', question))[0]!.value, null);
  assert.equal((await answersOf('ledger.total', question))[0]!.value, '0');
  assert.equal((await answersOf('ledger.completion_rate', question))[0]!.value, null);
});

test('rounding is half up, and only when shown', () => {
  const cases = [
    ['94.3434', 1, '94.3'],
    ['94.35', 1, '94.4'],
    ['0.05', 1, '0.1'],
    ['99.95', 1, '100.0'],
    ['467', 0, '467'],
    ['0.5', 0, '1'],
    ['100', 1, '100.0'],
  ] as const;
  for (const [value, decimals, text] of cases) assert.equal(shown({ decimals }, value), text, value);
});

test('corrections, late reports and reopenings change the answer of today and never one as of an earlier entry', async () => {
  const entry_no = await headNow();
  const questions = [
    at('2021-09-03', entry_no),
    { ...at('2021-09-03', entry_no), by: 'area' as const },
    at('2021-06-30', entry_no),
  ];
  const everything = async () => {
    const values = [];
    for (const { code } of product.registry.values())
      for (const question of questions) {
        const definition = getFigure(product.registry, code);
        values.push(await valuesOf(product.db.queries, definition, question));
      }
    return values;
  };
  const before = await everything();
  // A transaction that began before and ends after the corrections must not bring anything into the past.
  const slow = new pg.Client({ connectionString: product.owner_url });
  await slow.connect();
  await slow.query('begin; select 1 from project limit 1');
  const officer = await actorOf('wjj.officer');
  const inspector = await actorOf('inspector');
  const done = await product.db.queries
    .selectFrom('project')
    .selectAll()
    .where('state', '=', 'completed')
    .limit(1)
    .executeTakeFirstOrThrow();
  await takeSteps(product.db, { actor: inspector }, 'in_progress', [
    { number: done.number, occurred_at: '2021-09-03T12:00:00+08:00', note: '回头看不合格' },
  ]);
  await editCells(product.db, { actor: await actorOf('coordinator'), reason: '更正' }, [
    { number: done.number, column: 'title', text: '改过的名称' },
  ]);
  const csv =
    'day,area_code,dose,doses,synthetic\n2021-08-31,440404100,1,1,true\n2021-05-05,440404101,2,7,true';
  await report(product.db, { actor: officer, reason: '更正' }, 'vaccination.doses', csv);
  await slow.query('commit');
  await slow.end();
  assert.deepEqual(await everything(), before);
  const now = await headNow();
  assert.equal(
    (await answersOf('ledger.completed', at('2021-09-03T09:00', now)))[0]!.text,
    '467',
    'an earlier cut-off stands',
  );
  assert.equal((await answersOf('ledger.completed', at('2021-09-03', now)))[0]!.text, '466');
  assert.notEqual((await answersOf('vaccination.doses', at('2021-09-01', now)))[0]!.text, '842336');
  assert.equal((await verifyReleases(product.db, product.registry)).first_bad, null);
  assert.equal((await verifyChain(product.db)).ok, true);
});

test('nothing is published at a cut-off that lies ahead, or by an unknown template, and nothing changes', async () => {
  const actor = await actorOf('publisher');
  const before = await headNow();
  const attempt = (template: string, cutoff: Date) =>
    publish(product.db, product.registry, { actor }, { template, cutoff, synthetic: true });
  await assert.rejects(attempt('jinwan-press', new Date(Date.now() + 60_000)), {
    code: 'figures/cutoff_ahead',
  });
  await assert.rejects(attempt('nothing', cutoffOf('2021-09-03')), { code: 'bulletins/unknown_template' });
  await assert.rejects(attempt('jinwan-press', cutoffOf('2021-02-01')), { code: 'bulletins/no_value' });
  assert.equal(await headNow(), before);
});
