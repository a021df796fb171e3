import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { writeXlsx } from 'hucre/xlsx';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { cut } from '../../kit/text.ts';
import { commandLine } from '../../product.ts';
import { leaveOut } from '../cells.ts';
import { undoEntry } from '../undo.ts';
import { applyImport, dryRun } from './actions.ts';
import type { Synonym } from './synonyms.ts';

let product: TestProduct;
before(async () => {
  product = await testProduct(demonstrationTemplate);
});
after(() => product.remove());

/** What importing a sheet of these rows would do. */
async function look(rows: (string | number | null)[][], told: readonly Synonym[] = [], name = '清单') {
  const content = Buffer.from(await writeXlsx({ sheets: [{ name, rows }] }));
  return dryRun(product.db, { content, name: 'l.xlsx' }, told);
}

test('a long text is cut between characters and never inside one', async () => {
  assert.equal(cut('一𡒄二', 2), '一𡒄');
  assert.equal(cut('一𡒄二', 3), '一𡒄二');
  const header = `${'栏'.repeat(59)}𡒄目`;
  const plan = await look([
    ['项目名称', '领域', '牵头单位', '完成时限', header],
    ['新建公厕', '基础教育', '教育局', '2021-12-31', '甲'],
  ]);
  assert.deepEqual(plan.new[0]!.change.extra, { [`${'栏'.repeat(59)}𡒄`]: '甲' });
});

const head = ['序号', '项目名称', '领域', '主要内容', '牵头单位', '完成时限', '备注'];
const titles = (plan: Awaited<ReturnType<typeof look>>) => plan.new.map((row) => row.title);
const said = (plan: Awaited<ReturnType<typeof look>>) =>
  plan.errors.map(({ row, column, unsure }) => `${row} ${column}${unsure ? '?' : ''}`);

test('no project vanishes for a word in it; what is no project is told', async () => {
  const plan = await look([
    head,
    [1, '小计算器进课堂', '基础教育', '总计新建三所学校', '教育局', '2021-12-31', '备注：已协调'],
    [2, '合计工程', '基础教育', '合计', '教育局', '2021-12-31', null],
    [null, '说明：一个怪名称', '基础教育', '内容', '教育局', '2021-12-31', null],
    ['合 计', null, null, null, null, null, '2'],
    [null, '小计', null, null, null, null, null],
    ['填报人：张三', null, null, '审核人：李四', null, null, null],
    ['注：本表一式两份', null, null, null, null, null, null],
  ]);
  assert.deepEqual(said(plan), []);
  assert.deepEqual(titles(plan), ['小计算器进课堂', '合计工程', '说明：一个怪名称']);
  assert.match(plan.notes.join(), /4 行不是项目.*第 5 行“合 计”.*第 6 行“小计”.*第 7 行“填报人：张三”/);
});

test('a heading that is no field is asked about and hands on no field of the heading before it', async () => {
  const rows = (second: string) => [
    ['序号', '项目名称', '牵头单位', '完成时限'],
    ['一、基础教育（1件）', null, null, null],
    [1, '建小学', '教育局', '2021-12-31'],
    [second, null, null, null],
    [2, '送戏下乡', '教育局', '2021-12-31'],
    [3, '农家书屋', '教育局', '2021-12-31'],
  ];
  const plan = await look(rows('二、文化惠民（2件）'));
  assert.deepEqual(
    plan.questions.map(({ kind, text }) => `${kind}:${text}`),
    ['field:文化惠民'],
  );
  assert.deepEqual(said(plan), ['5 领域?', '6 领域?']);
  assert.deepEqual(titles(plan), ['建小学']);
  const field = plan.questions[0]!.choices.at(-1)!.meaning;
  const told = [{ kind: 'field', text: '文化惠民', meaning: field }];
  const again = await look(rows('二、文化惠民（2件）'), told);
  assert.deepEqual(
    again.new.map((row) => row.change.field_code),
    ['education', field, field],
  );
  const none = [{ kind: 'field', text: '文化惠民', meaning: leaveOut }];
  const refused = await look(rows('二、文化惠民（2件）'), none);
  assert.deepEqual([refused.questions, said(refused)], [[], ['5 领域', '6 领域']]);
});

test('how things stand in free words is kept as it is written and asked about only where it may be a word', async () => {
  const long = '已完成主体结构施工，正在进行内部装修，预计十月交付使用';
  const row = (title: string, words: string) => [title, '基础教育', '教育局', '2021-12-31', words];
  const sheet = [
    ['项目名称', '领域', '牵头单位', '完成时限', '推进情况'],
    row('甲', long),
    row('乙', '选址已经定下来了等批复'),
    row('丙', '等区里批复之后再开工'),
    row('丁', '等区里批复之后再开工'),
    row('戊', '快好了'),
    row('己', '在办'),
  ];
  const plan = await look(sheet);
  assert.deepEqual(
    plan.questions.map(({ text }) => text),
    ['等区里批复之后再开工', '快好了'],
  );
  const told = plan.questions.map(({ kind, text }) => ({ kind, text, meaning: leaveOut }));
  const kept = await look(sheet, told);
  assert.deepEqual([kept.questions, said(kept)], [[], []]);
  assert.deepEqual(
    kept.new.map(({ state, change }) => [state, change.extra?.推进情况]),
    [
      ['registered', long],
      ['registered', '选址已经定下来了等批复'],
      ['registered', '等区里批复之后再开工'],
      ['registered', '等区里批复之后再开工'],
      ['registered', '快好了'],
      ['in_progress', undefined],
    ],
  );
  assert.match(kept.notes.join(), /推进情况.*5 处/);
});

test('a name that is merged over rows is of all of them, a number of the first alone', async () => {
  const rows = [
    ['序号', '领域', '项目名称', '牵头单位', '完成时限', '预算（万元）', '受益人数', '区补资金'],
    [1, '基础教育', '甲', '教育局', '2021-12-31', 300, 90, 12],
    [null, null, '乙', null, null, null, null, null],
    [null, null, '丙', null, null, null, null, null],
  ];
  const merges = [0, 1, 3, 4, 5, 6, 7].map((column) => ({
    startRow: 1,
    startCol: column,
    endRow: 3,
    endCol: column,
  }));
  const content = Buffer.from(await writeXlsx({ sheets: [{ name: '清单', rows, merges }] }));
  const plan = await dryRun(product.db, { content, name: 'l.xlsx' });
  assert.deepEqual(said(plan), []);
  assert.deepEqual(
    plan.new.map(({ change }) => [
      change.budget,
      change.beneficiaries,
      change.list_no,
      change.extra?.区补资金,
    ]),
    [
      ['3000000', 90, 1, '12'],
      [undefined, undefined, undefined, undefined],
      [undefined, undefined, undefined, undefined],
    ],
  );
  assert.equal(new Set(plan.new.map(({ change }) => change.unit_id)).size, 1);
});

const dayRows = (year: string, header: string) => [
  [`${year}年任务表`],
  ['项目名称', '领域', '牵头单位', '完成时限', header],
  ['甲', '基础教育', '教育局', '8月前', null],
  ['乙', '基础教育', '教育局', `${year}.1`, null],
];

test('an answer about a day is a rule: it holds in another year, and never for a column of starts', async () => {
  const asked = await look(dayRows('2021', '备注'));
  assert.deepEqual(
    asked.questions.map(({ kind, text, choices }) => [kind, text, choices.map((one) => one.text)]),
    [
      ['day', '8月前', ['不含当月：2021-07-31', '含当月：2021-08-31']],
      ['day', '2021.1', ['1 月：2021-01-31', '10 月：2021-10-31']],
    ],
  );
  const told = [
    { kind: 'day', text: '8月前', meaning: asked.questions[0]!.choices[0]!.meaning },
    { kind: 'day', text: '2021.1', meaning: asked.questions[1]!.choices[1]!.meaning },
  ];
  const deadlines = (plan: Awaited<ReturnType<typeof look>>) => plan.new.map(({ change }) => change.deadline);
  assert.deepEqual(deadlines(await look(dayRows('2021', '备注'), told)), ['2021-07-31', '2021-10-31']);
  const later = await look(dayRows('2026', '备注'), told);
  assert.deepEqual(deadlines(later), ['2026-07-31']);
  assert.deepEqual(
    later.questions.map(({ text }) => text),
    ['2026.1'],
  );
  const starts = await look(
    [
      ['2021年任务表'],
      ['项目名称', '领域', '牵头单位', '完成时限', '开始时间'],
      ['甲', '基础教育', '教育局', '2021-12-31', '8月前'],
    ],
    told,
  );
  assert.deepEqual(
    starts.questions.map(({ kind, text }) => `${kind}:${text}`),
    ['start_day:8月前'],
  );
  // Answers that were kept as days hold where they were given.
  const day = [{ kind: 'day', text: '8月前', meaning: '2021-07-31' }];
  assert.equal(deadlines(await look(dayRows('2021', '备注'), day))[0], '2021-07-31');
  assert.ok((await look(dayRows('2026', '备注'), day)).questions.some(({ text }) => text === '8月前'));
});

test('a number that the ledger cannot keep is told of before anything is applied', async () => {
  const sheet = (column: string, value: string | number) => [
    ['项目名称', '领域', '牵头单位', '完成时限', column],
    ['甲', '基础教育', '教育局', '2021-12-31', value],
  ];
  const wrong: [string, string | number][] = [
    ['序号', 2147483648],
    ['序号', 0],
    ['子项目权重', 0],
    ['子项目权重', '0.001'],
    ['子项目权重', '1.005'],
    ['子项目权重', 1000000],
    ['预算（万元）', '10000000000.01'],
    ['预算（万元）', '1000000亿元'],
    ['量化目标', '1.123456789012345678901234'],
    ['受益人数', '9007199254740993'],
  ];
  for (const [column, value] of wrong) {
    assert.deepEqual(said(await look(sheet(column, value))), [`2 ${column}`], `${column} ${value}`);
  }
  const good: [string, string | number][] = [
    ['序号', 2147483647],
    ['子项目权重', '999999.99'],
    ['预算（万元）', '9999999999.99'],
    ['量化目标', '123456789012.25'],
    ['受益人数', 0],
  ];
  for (const [column, value] of good) {
    const plan = await look(sheet(column, value));
    assert.deepEqual(said(plan), [], `${column} ${value}`);
    const { entry_no } = await applyImport(product.db, { actor: commandLine }, plan);
    await undoEntry(product.db, { actor: commandLine }, entry_no);
  }
});

test('a heading may stand in the column of names, and rows under one name are told where they say more', async () => {
  const plan = await look([
    ['项目名称', '牵头单位', '完成时限'],
    ['一、基础教育（1件）', null, null],
    ['建小学', '教育局', '2021-12-31'],
  ]);
  assert.deepEqual([said(plan), titles(plan), plan.new[0]!.change.field_code], [[], ['建小学'], 'education']);

  const rows = [
    ['项目名称', '领域', '主要内容', '牵头单位', '完成时限', '预算（万元）'],
    ['修路', '基础教育', '第一段', '教育局', '2021-12-31', 3],
    [null, null, '第二段', null, null, 4],
  ];
  const merges = [{ startRow: 1, startCol: 0, endRow: 2, endCol: 0 }];
  const content = Buffer.from(await writeXlsx({ sheets: [{ name: '清单', rows, merges }] }));
  const parts = await dryRun(product.db, { content, name: 'l.xlsx' });
  assert.deepEqual(
    parts.new.map(({ title, change }) => [title, change.content, change.budget]),
    [['修路', '第一段\n第二段', '30000']],
  );
  assert.match(parts.notes.join(), /1 行.*合并.*第 3 行.*预算（万元）/);
});
