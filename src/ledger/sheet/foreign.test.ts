// Ledgers as districts keep them, and not as this product exports them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { writeXlsx } from 'hucre/xlsx';
import { sql } from 'kysely';
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

const said = (plan: Awaited<ReturnType<typeof look>>) =>
  plan.errors.map(({ row, column, unsure }) => `${row} ${column}${unsure ? '?' : ''}`);
const asked = (plan: Awaited<ReturnType<typeof look>>) =>
  plan.questions.map(({ kind, text, row, times }) => `${kind}:${text} ${row}×${times}`);

test('a header of two rows is known whole, merged or not, and no row of data or heading is taken for a part of it', async () => {
  const head: Rows = [
    ['2021年民生实事任务分解表', null, null, null, null, null, null, null],
    ['序号', '类别', '项目名称', '项目内容', null, '责任单位', null, '完成时限'],
    [null, null, null, '具体举措', '预期目标', '牵头', '配合', null],
  ];
  const data: Rows = [
    [1, '基础教育', '新建测试小学', '选址建校', '一千个学位', '教育局', '住建局', '2021-12-31'],
    [2, '基础教育', '新建测试中学', '选址', '两千个学位', '教育局', '各镇', '2021-12-31'],
  ];
  const tall = [0, 1, 2, 7].map((column) => ({ startRow: 1, startCol: column, endRow: 2, endCol: column }));
  const wide = [3, 5].map((column) => ({ startRow: 1, startCol: column, endRow: 1, endCol: column + 1 }));
  const title = { startRow: 0, startCol: 0, endRow: 0, endCol: 7 };
  for (const merges of [[title, ...tall, ...wide], []]) {
    const plan = await look([...head, ...data], merges);
    assert.deepEqual([said(plan), asked(plan)], [[], []]);
    assert.deepEqual(
      plan.new.map(({ title: name, change }) => [name, change.content, change.target, change.co_unit_codes]),
      [
        ['新建测试小学', '选址建校', '一千个学位', ['zjj']],
        ['新建测试中学', '选址', '两千个学位', ['440404100', '440404101', '440404103', '440404104']],
      ],
    );
  }
  const one = await look([
    ['序号', '项目名称', '责任单位', '完成时限'],
    ['一、基础教育（1件）', null, null, null],
    [1, '新建测试小学', '教育局', '2021-12-31'],
  ]);
  assert.deepEqual([said(one), one.new[0]!.change.field_code], [[], 'education']);
});

test('no unit of several disappears: each is known, asked about or told, and 各镇 never leads', async () => {
  const rows = (lead: string, helpers: string | null = null) => [
    ['项目名称', '领域', '责任单位', '配合单位', '完成时限'],
    ['给老人装扶手', '民生保障', lead, helpers, '2021-12-31'],
  ];
  const units = async (lead: string, helpers?: string) =>
    (await look(rows(lead, helpers))).new[0]?.change.co_unit_codes;
  assert.deepEqual(await units('民政局、妇联'), ['fl']);
  assert.deepEqual(await units('民政局，各镇'), ['440404100', '440404101', '440404103', '440404104']);
  assert.deepEqual(await units('民政局 妇联', '妇联、民政局'), ['fl']);
  assert.deepEqual(said(await look(rows('民政局、某某局'))), ['2 牵头单位']);
  assert.deepEqual(said(await look(rows('各镇'))), ['2 牵头单位']);
  assert.deepEqual(said(await look(rows('各镇', '民政局'))), ['2 牵头单位']);
  assert.deepEqual(asked(await look(rows('民政局、城管、文广旅体局'))), [
    'unit:城管 2×1',
    'unit:文广旅体局 2×1',
  ]);
  const { queries } = product.db;
  const stored = (await projectsByNumber(queries, ['JW2021-109'])).get('JW2021-109')!;
  const again = await look([
    ['项目名称', '责任单位', '配合单位'],
    [stored.title, '三灶镇、妇联', null],
  ]);
  assert.deepEqual(again.changed[0]!.change.co_unit_codes, [
    'fl',
    ...(stored.co_unit_codes ?? []).filter((code) => code !== 'fl'),
  ]);
});

test('an abbreviation is asked about with the names in which its characters stand in their order', async () => {
  const plan = await look([
    ['项目名称', '领域', '责任单位', '完成时限'],
    ['送戏下乡', '文化体育', '文广旅体局', '2021-12-31'],
    ['送书下乡', '文化体育', '文广旅体局', '2021-12-31'],
  ]);
  assert.deepEqual(asked(plan), ['unit:文广旅体局 2×2']);
  assert.deepEqual(
    plan.questions[0]!.choices.map((choice) => choice.meaning),
    ['wtj'],
  );
});

test('money is counted as its header says, exactly, and otherwise as it says above the table', async () => {
  const budget = async (header: string, amount: string | number, above = '清单') => {
    const plan = await look([
      [above],
      ['项目名称', '领域', '责任单位', '完成时限', header],
      ['甲', '基础教育', '教育局', '2021-12-31', amount],
    ]);
    assert.deepEqual([said(plan), asked(plan)], [[], []], header);
    return plan.new[0]!.change.budget;
  };
  const expected: [string, string | number, string, string?][] = [
    ['投资（万元）', 12.5, '125000'],
    ['总投资(万元)', '0.0001', '1'],
    ['经费（元）', '12345.67', '12345.67'],
    ['项目资金（单位：元）', 30000, '30000'],
    ['总投资（亿元）', '1.23456789', '123456789'],
    ['总投资（亿元）', '3000万元', '30000000'],
    ['计划投资', 5, '50000'],
    ['计划投资', 5, '5', '单位：元'],
    ['2021年预算（万元）', 5, '50000', '单位：元'],
  ];
  for (const [header, amount, yuan, above] of expected)
    assert.equal(await budget(header, amount, above), yuan, header);
  const people = await look([
    ['项目名称', '领域', '责任单位', '完成时限', '受益人数（万人）'],
    ['甲', '基础教育', '教育局', '2021-12-31', 1.2],
  ]);
  assert.equal(people.new[0]!.change.beneficiaries, 12_000);
});

test('the column’s own title goes before a synonym, and 完成时间 alone is asked about', async () => {
  const plan = await look([
    ['事项', '项目名称', '领域', '责任单位', '完成时限'],
    ['其一', '新建测试小学', '基础教育', '教育局', '2021-12-31'],
  ]);
  assert.deepEqual([plan.new[0]!.title, plan.new[0]!.change.extra], ['新建测试小学', { 事项: '其一' }]);
  const open = await look([
    ['项目名称', '领域', '责任单位', '完成时间'],
    ['新建测试小学', '基础教育', '教育局', '2021-12-31'],
  ]);
  assert.deepEqual(asked(open), ['header:完成时间 1×1']);
  assert.deepEqual(
    open.questions[0]!.choices.slice(0, 2).map((choice) => choice.meaning),
    ['deadline', 'completed_at'],
  );
});

test('cells of a column that is asked about are asked about with it, and only an ending is supposed', async () => {
  const plan = await look([
    ['项目名称', '领域', '经办', '区级牵头单位', '完成时限'],
    ['新建公厕', '环境整治', '张三', '城管', '2021-12-31'],
    ['修理公厕', '环境整治', '张三', '城管', '8月前'],
  ]);
  assert.deepEqual(asked(plan).toSorted(), [
    'day:8月前 3×1',
    'header:区级牵头单位 1×1',
    'header:经办 1×1',
    'unit:城管 2×2',
  ]);
  assert.deepEqual(
    plan.questions.map(({ text, likely }) => [text, likely]).filter(([, likely]) => likely),
    [['经办', 'handler']],
  );
});

test('a blank takes no parent away, and a new project is where its title says when its unit does not', async () => {
  const plan = await look([
    ['项目名称', '领域', '责任单位', '主要内容', '地区', '完成时限'],
    ['三灶镇修路', '交通出行', '交通局', null, null, '2031-12-31'],
    ['三灶镇鱼林村修路', '交通出行', '交通局', null, null, '2031-12-31'],
    ['三灶镇和红旗镇修路', '交通出行', '交通局', null, null, '2031-12-31'],
  ]);
  assert.deepEqual(said(plan), []);
  assert.deepEqual(
    plan.new.map(({ change }) => [change.area_code, change.level]),
    [
      ['440404100', 'town'],
      ['440404100202', 'village'],
      ['440404', 'district'],
    ],
  );
  assert.match(plan.notes.join(), /3 个新项目没有开始时间，按 20\d\d-01-01 计/);
  assert.match(plan.notes.join(), /3 个新项目没有地区：2 个按项目名称里写的镇村，1 个按金湾区/);
});

test('rows without errors can be imported first; what belongs to the others stays out with them', async () => {
  const columns = ['编号', '项目名称', '领域', '牵头单位', '完成时限', '上级项目编号'];
  const project = (number: string, unit = '教育局', parent: string | null = null) => [
    number,
    `新建${number}`,
    '基础教育',
    unit,
    '2021-12-31',
    parent,
  ];
  const items = ['项目编号', '事项序号', '清单事项', '权重'];
  const sheets = {
    清单: [
      columns,
      project('L-1'),
      project('L-2', '某某局'),
      project('L-3', '教育局', 'L-2'),
      project('L-4'),
      project('L-5'),
    ],
    执行清单: [
      items,
      ['L-1', 1, '选址', 1],
      ['L-3', 1, '选址', 1],
      ['L-4', 1, '选址', '很重'],
      ['L-4', 2, '施工', 1],
    ],
  };
  const written = Object.entries(sheets).map(([name, rows]) => ({ name, rows }));
  const content = Buffer.from(await writeXlsx({ sheets: written }));
  const plan = await dryRun(product.db, { content, name: 'l.xlsx' });
  assert.deepEqual(plan.left.map(({ sheet, row }) => `${sheet} ${row}`).toSorted(), [
    '执行清单 3',
    '执行清单 4',
    '执行清单 5',
    '清单 3',
    '清单 4',
  ]);
  const actor = commandLine;
  await assert.rejects(applyImport(product.db, { actor }, plan), { code: 'ledger/import_errors' });
  const { entry_no } = await applyImport(product.db, { actor, without_errors: true }, plan);
  const { queries } = product.db;
  const stored = await projectsByNumber(queries, ['L-1', 'L-2', 'L-3', 'L-4', 'L-5']);
  assert.deepEqual([...stored.keys()].toSorted(), ['L-1', 'L-4', 'L-5']);
  const entry = await sql<{ left_out: string; items: string }>`
    select detail->>'left_out' as left_out, (select count(*) from item where since_entry = ${entry_no}) as items
    from journal where entry_no = ${entry_no}`.execute(queries);
  assert.deepEqual({ ...entry.rows[0], items: Number(entry.rows[0]!.items) }, { left_out: '5', items: 1 });
  const none = await look([columns, project('L-9', '某某局')]);
  await assert.rejects(applyImport(product.db, { actor, without_errors: true }, none), {
    code: 'ledger/import_errors',
  });
});
