import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { verifyReleases } from '../figures/actions.ts';
import { valuesOf } from '../figures/compute.ts';
import { getFigure } from '../figures/registry.ts';
import { currentHead } from '../journal/head.ts';
import { verifyChain } from '../journal/verify.ts';
import { cutoffOf } from '../kit/clock.ts';
import { commandLine } from '../product.ts';
import { report } from '../reporting/actions.ts';
import { listAreas, listSuccessions, succeedAreas } from './actions.ts';
import { checkSuccession, isValidOn, linksOf } from './rules.ts';
import type { Area, Succession } from './schema.ts';

let product: TestProduct;
before(async () => {
  product = await testProduct(demonstrationTemplate);
});
after(() => product.remove());

const village = (code: string, name = `村${code.slice(-3)}`): Area => ({
  code,
  name,
  name_en: null,
  level: 'village',
  kind: 'village',
  parent_code: code.slice(0, 9),
  managed_by: null,
  valid_from: '2020-06-30',
  valid_until: null,
});
const town = (code: string): Area => ({ ...village(code), level: 'town', parent_code: code.slice(0, 6) });
const district: Area = { ...village('440404'), level: 'district', parent_code: null };
const known = [
  district,
  town('440404100'),
  town('440404101'),
  village('440404100201'),
  village('440404100202'),
];
const change = (over: Partial<Succession>): Succession => ({
  on_day: '2022-01-01',
  ending: ['440404100201'],
  beginning: [village('440404100301')],
  links: [],
  note: null,
  ...over,
});

for (const [what, over, fine] of [
  ['a village gets a new code', {}, true],
  ['a village is split in two', { beginning: [village('440404100301'), village('440404100302')] }, true],
  ['two villages are merged', { ending: ['440404100201', '440404100202'] }, true],
  ['a village moves to another town', { beginning: [village('440404101301')] }, true],
  ['nobody succeeds it', { beginning: [] }, false],
  ['an unknown village ends', { ending: ['440404100999'] }, false],
  ['a village ends on the day on which it began', { on_day: '2020-06-30' }, false],
  ['a code is used again', { beginning: [village('440404100202')] }, false],
  [
    'the same successor stands there twice',
    { beginning: [village('440404100301'), village('440404100301')] },
    false,
  ],
  ['a successor lies in a town that is none', { beginning: [village('440404109301')] }, false],
  [
    'a town ends and its villages are left behind',
    { ending: ['440404100'], beginning: [town('440404105')] },
    false,
  ],
  [
    'a town ends with its villages',
    {
      ending: ['440404100', '440404100201', '440404100202'],
      beginning: [town('440404105'), village('440404105201'), village('440404105202')],
      links: [
        { from_code: '440404100', to_code: '440404105' },
        { from_code: '440404100201', to_code: '440404105201' },
        { from_code: '440404100202', to_code: '440404105202' },
      ],
    },
    true,
  ],
  [
    'several become several and nobody says which becomes which',
    {
      ending: ['440404100201', '440404100202'],
      beginning: [village('440404100301'), village('440404100302')],
    },
    false,
  ],
] as const) {
  test(`${what}: ${fine ? 'taken' : 'refused'}`, () => {
    const given = change(over as Partial<Succession>);
    const dated = {
      ...given,
      beginning: given.beginning.map((area) => ({ ...area, valid_from: given.on_day })),
    };
    assert.equal(checkSuccession(known, dated) === undefined, fine, checkSuccession(known, dated)?.text.en);
  });
}

test('on every day exactly one side of a succession exists, and nobody is lost on the way', () => {
  const day = fc.date({ min: new Date('2021-01-01'), max: new Date('2023-12-31'), noInvalidDate: true });
  const split = change({ beginning: [village('440404100301'), village('440404100302')] });
  assert.deepEqual(new Set(linksOf(split).map((link) => link.from_code)), new Set(split.ending));
  fc.assert(
    fc.property(day, (date) => {
      const on = date.toISOString().slice(0, 10);
      const old = { ...village('440404100201'), valid_until: split.on_day };
      const next = split.beginning.map((area) => ({ ...area, valid_from: split.on_day }));
      assert.equal(
        next.every((area) => isValidOn(area, on)),
        !isValidOn(old, on),
      );
    }),
  );
});

test('a split changes no figure of before, refuses new records for what has ended, and takes them for its successors', async () => {
  const { db, registry } = product;
  const { entry_no } = await currentHead(db);
  const answer = (entry: number) =>
    Promise.all(
      ['ledger.completed', 'vaccination.doses'].map((code) =>
        valuesOf(db.queries, getFigure(registry, code), {
          cutoff: cutoffOf('2021-09-03'),
          entry_no: entry,
          area: '440404100',
          by: 'area',
        }),
      ),
    );
  const before = await answer(entry_no);
  const split = change({
    ending: ['440404100201'],
    beginning: [village('440404100301', '甲村'), village('440404100302', '乙村')],
    note: '演示〔2022〕1号',
  });
  const { outcome, entry_no: entry } = await succeedAreas(db, commandLine, split);
  assert.deepEqual(outcome, { ended: 1, begun: 2 });
  assert.deepEqual(await answer(entry_no), before);
  const after = await answer(entry);
  assert.deepEqual(
    after.map((rows) => rows.filter((row) => row.value !== null)),
    before.map((rows) => rows.filter((row) => row.value !== null)),
  );
  assert.deepEqual(
    (await listSuccessions(db.queries, entry)).map((one) => one.to_code),
    ['440404100301', '440404100302'],
  );
  assert.deepEqual(await listSuccessions(db.queries, entry_no), []);
  const ended = (await listAreas(db.queries, entry)).find((area) => area.code === '440404100201')!;
  assert.equal(ended.valid_until, '2022-01-01');
  const doses = (day: string, code: string) =>
    report(db, { actor: commandLine }, 'vaccination.doses', `day,area_code,dose,doses\n${day},${code},1,5\n`);
  await assert.rejects(doses('2022-01-02', '440404100201'), { code: 'reporting/unknown_area' });
  await assert.rejects(doses('2021-12-31', '440404100301'), { code: 'reporting/unknown_area' });
  assert.equal((await verifyReleases(db, registry)).first_bad, null);
  assert.equal((await verifyChain(db)).first_bad, null);
});

test('a succession that is refused changes nothing', async () => {
  const { entry_no } = await currentHead(product.db);
  const again = succeedAreas(product.db, commandLine, change({ beginning: [village('440404100202')] }));
  await assert.rejects(again, { code: 'areas/succession' });
  assert.equal((await currentHead(product.db)).entry_no, entry_no);
});
