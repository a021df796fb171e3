// Ledgers as districts keep them, and not as this product exports them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { writeXlsx } from 'hucre/xlsx';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { commandLine } from '../../product.ts';
import { projectsByNumber } from '../store.ts';
import { applyImport, dryRun } from './actions.ts';

let product: TestProduct;
before(async () => {
  product = await testProduct(demonstrationTemplate);
});
after(() => product.remove());

type Rows = (string | number | null)[][];

/** What importing a sheet of these rows would do; `merges` are ranges such as `C2:D2`. */
async function look(
  rows: Rows,
  merges: { startRow: number; startCol: number; endRow: number; endCol: number }[] = [],
) {
  const content = Buffer.from(await writeXlsx({ sheets: [{ name: '清单', rows, merges }] }));
  return dryRun(product.db, { content, name: 'l.xlsx' });
}

test('a header of two rows says together what neither row says alone', async () => {
  const plan = await look(
    [
      ['序号', '类别', '项目名称', '责任单位', null, '完成时限'],
      [null, null, null, '牵头', '配合', null],
      [1, '基础教育', '新建测试小学', '教育局', '住建局、民政局', '2021-12-31'],
    ],
    [{ startRow: 0, startCol: 3, endRow: 0, endCol: 4 }],
  );
  assert.deepEqual(plan.errors, []);
  assert.deepEqual(plan.questions, []);
  const [row] = plan.new;
  assert.equal(plan.new.length, 1);
  assert.deepEqual(row!.change.co_unit_codes, ['zjj', 'mzj']);
});

test('of several units in one cell the first leads and the others help', async () => {
  const plan = await look([
    ['项目名称', '领域', '责任单位', '配合单位', '完成时限'],
    ['给老人装扶手', '民生保障', '民政局、残联', '住建局', '2021-12-31'],
    ['只有一个单位', '民生保障', '民政局', null, '2021-12-31'],
  ]);
  assert.deepEqual(plan.errors, []);
  assert.deepEqual(plan.new[0]!.change.co_unit_codes, ['cl', 'zjj']);
  assert.match(plan.notes.join(), /有 1 行的牵头单位写了几个/);
});

test('a blank cell of a ledger that was never exported from here takes nothing away', async () => {
  const { queries } = product.db;
  const before = (await projectsByNumber(queries, ['JW2021-109'])).get('JW2021-109')!;
  assert.ok(before.responsible && before.content);
  const rows: Rows = [
    ['项目名称', '责任单位', '经办人', '责任人', '备注'],
    [before.title, '三灶镇政府', null, null, '只补备注'],
  ];
  const plan = await look(rows);
  assert.deepEqual(plan.errors, []);
  assert.deepEqual(
    plan.changed.map((row) => row.cells.map((cell) => cell.column)),
    [['备注']],
  );
  assert.match(plan.notes.join(), /格表里是空白、台账里有内容，保持不变/);
  await applyImport(product.db, { actor: commandLine }, plan);
  const after = (await projectsByNumber(queries, ['JW2021-109'])).get('JW2021-109')!;
  assert.deepEqual(
    [after.responsible, after.content, after.remark],
    [before.responsible, before.content, '只补备注'],
  );

  const exported = await look([
    ['编号', '项目名称', '责任人'],
    ['JW2021-109', before.title, null],
  ]);
  assert.deepEqual(
    exported.changed[0]!.cells.map((cell) => [cell.column, cell.to]),
    [['责任人', '']],
  );
});

test('what a new project does not say of its start and its place is said in words, and a town’s own is in the town', async () => {
  const plan = await look([
    ['项目名称', '领域', '责任单位', '投资（万元）', '完成时限'],
    ['镇里修路', '交通出行', '三灶镇政府', 120, '2021-12-31'],
    ['区里修路', '交通出行', '交通局', 300, '2021-12-31'],
  ]);
  assert.deepEqual(
    plan.errors.map((error) => error.message.zh),
    [],
  );
  assert.deepEqual(
    plan.new.map(({ change }) => [change.area_code, change.start, change.budget]),
    [
      ['440404100', '2026-01-01', '1200000'],
      ['440404', '2026-01-01', '3000000'],
    ].map(([area, , budget]) => [area, '2021-12-31', budget]),
  );
  assert.match(plan.notes.join(), /2 个新项目没有开始时间[\s\S]*2 个新项目没有地区/);
});
