import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { writeXlsx } from 'hucre/xlsx';
import { sql } from 'kysely';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { currentHead } from '../../journal/head.ts';
import { commandLine } from '../../product.ts';
import type { ProjectRow } from '../schema.ts';
import { applyImport, dryRun } from './actions.ts';
import { exportLedger } from './cli.ts';
import type { Plan } from './planned.ts';

let product: TestProduct;
before(async () => {
  product = await testProduct(demonstrationTemplate);
});
after(() => product.remove());

const actor = commandLine;
type Rows = (string | number | null)[][];

/** What importing these sheets would do. */
async function look(sheets: Record<string, Rows>): Promise<Plan> {
  const written = Object.entries(sheets).map(([name, rows]) => ({ name, rows }));
  return dryRun(product.db, { content: Buffer.from(await writeXlsx({ sheets: written })), name: 'l.xlsx' });
}

const head = ['编号', '项目名称', '领域', '牵头单位', '完成时限'];
const row = (number: string, title = `新建${number}`) => [number, title, '基础教育', '教育局', '2021-12-31'];
const said = ({ errors }: Plan) => errors.map(({ row, column, message }) => `${row} ${column} ${message.zh}`);

async function oneOf(state: string, more = sql`true`): Promise<ProjectRow> {
  const found = await sql<ProjectRow>`
    select * from project where state = ${state} and ${more} order by id limit 1`.execute(product.db.queries);
  return found.rows[0]!;
}

/** A row of a sheet that says of a project what the ledger says. */
const asIs = ({ number, title }: ProjectRow, ...more: string[]) => [number, title, ...more];

test('a new project is begun, worked on or called done; a workbook neither verifies nor ends it', async () => {
  const plan = await look({
    清单: [
      [...head, '进展'],
      [...row('N-1'), '未启动'],
      [...row('N-2'), '在办'],
      [...row('N-3'), '已完成'],
      [...row('N-4'), '已销号'],
      [...row('N-5'), '已归档'],
    ],
  });
  assert.deepEqual(said(plan), []);
  assert.deepEqual(
    plan.new.map((one) => one.state),
    ['registered', 'in_progress', 'completion_claimed', 'completion_claimed', 'completion_claimed'],
  );
  assert.match(plan.notes.join(), /3 个项目.*待核验/);
  const { entry_no } = await applyImport(product.db, { actor }, plan);
  const stored = await sql<{ number: string; state: string; completed_at: Date | null; steps: string }>`
    select number, state, completed_at, (select string_agg(to_state, ',' order by id) from project_step
      where project_id = project.id) as steps
    from project where since_entry = ${entry_no} order by number`.execute(product.db.queries);
  const claimed = 'registered,in_progress,completion_claimed';
  assert.deepEqual(
    stored.rows.map((one) => [one.number, one.state, one.completed_at, one.steps]),
    [
      ['N-1', 'registered', null, 'registered'],
      ['N-2', 'in_progress', null, 'registered,in_progress'],
      ['N-3', 'completion_claimed', null, claimed],
      ['N-4', 'completion_claimed', null, claimed],
      ['N-5', 'completion_claimed', null, claimed],
    ],
  );

  for (const word of ['已终止', '已审定', '已申报', '已交办', '核验中', '已合并']) {
    const refused = await look({
      清单: [
        [...head, '进展'],
        [...row('N-9'), word],
      ],
    });
    assert.equal(refused.new.length, 0, word);
    assert.match(said(refused).join(), new RegExp(`^2 进展 .*“${word}”`), word);
  }
});

test('a project that is there moves only to where a workbook may move it, and twice is once', async () => {
  const sheet = (project: ProjectRow, word: string) => ({
    清单: [['编号', '项目名称', '进展'], asIs(project, word)],
  });
  const registered = await oneOf('registered');
  const begun = await look(sheet(registered, '在办'));
  assert.equal(begun.changed[0]?.state, 'in_progress');
  for (const word of ['已交办', '已签收', '已终止', '核验中']) {
    const plan = await look(sheet(registered, word));
    assert.match(said(plan).join(), /2 进展 .*系统里办理/, word);
  }
  const done = await oneOf('completed');
  const again = await look(sheet(done, '已归档'));
  assert.deepEqual([said(again), again.unchanged], [[], 1]);

  const first = {
    清单: [
      [...head, '进展'],
      [...row('N-8'), '已销号'],
    ],
  };
  await applyImport(product.db, { actor }, await look(first));
  const second = await look(first);
  assert.deepEqual([said(second), second.unchanged, second.notes], [[], 1, []]);
});

test('completion is not claimed by a workbook while items of the checklist are open', async () => {
  const open = await oneOf(
    'in_progress',
    sql`exists (select from item where project_id = project.id and state in ('planned', 'in_progress'))`,
  );
  const plan = await look({ 清单: [['编号', '项目名称', '进展'], asIs(open, '已完成')] });
  assert.match(said(plan).join(), /^2 进展 执行清单还有 \d+ 项没有报完成/);
  const fresh = await look({
    清单: [
      [...head, '进展'],
      [...row('N-7'), '已完成'],
    ],
    执行清单: [
      ['项目编号', '事项序号', '清单事项'],
      ['N-7', 1, '选址'],
    ],
  });
  assert.match(said(fresh).join(), /^2 进展 执行清单还有 1 项没有报完成/);
});

test('who reviewed a project for secrecy is not taken from a workbook', async () => {
  const { entry_no } = await currentHead(product.db);
  const reviewed = await oneOf('in_progress', sql`secrecy_reviewer is not null`);
  const columns = ['编号', '项目名称', '保密审查人'];
  const { content } = await exportLedger(product.db, entry_no, false);
  const own = await dryRun(product.db, { content: Buffer.from(content), name: 'l.xlsx' });
  assert.deepEqual([own.changed, own.notes], [[], []]);

  const other = await look({ 清单: [columns, asIs(reviewed, '张三')] });
  assert.deepEqual([said(other), other.changed, other.unchanged], [[], [], 1]);
  assert.match(other.notes.join(), /保密审查人.*1 行.*没有采用/);

  const fresh = await look({
    清单: [
      [...head, '保密审查人', '公开属性'],
      [...row('N-11'), '张三', '主动公开'],
    ],
  });
  assert.match(fresh.notes.join(), /保密审查人.*1 行.*没有采用/);
  await applyImport(product.db, { actor }, fresh);
  const stored = await oneOf('registered', sql`number = 'N-11'`);
  assert.deepEqual([stored.secrecy_reviewer, stored.reviewed, stored.disclosure], [null, null, 'public']);
});

test('what a workbook says of parents and numbers is checked before it is applied', async () => {
  const columns = [...head, '上级项目编号'];
  const plan = await look({
    清单: [
      columns,
      [...row('P-1'), null],
      [...row('P-2'), 'P-1'],
      [...row('P-3'), 'P-2'],
      [...row('P-4'), 'NO-SUCH'],
      [...row('P-5'), 'P-5'],
    ],
  });
  assert.deepEqual(
    plan.errors.map(({ row, column }) => `${row} ${column}`),
    ['3', '4', '5', '6'].map((line) => `${line} 上级项目编号`),
  );
  const good = await look({ 清单: [columns, [...row('P-1'), null], [...row('P-2'), 'P-1']] });
  assert.deepEqual(said(good), []);
  await applyImport(product.db, { actor }, good);
  const turned = await look({
    清单: [
      ['编号', '项目名称', '上级项目编号'],
      ['P-1', '新建P-1', 'P-2'],
      ['P-2', '新建P-2', null],
    ],
  });
  assert.deepEqual(said(turned), []);
  await applyImport(product.db, { actor }, turned);
  const [above, below] = [
    await oneOf('registered', sql`number = 'P-2'`),
    await oneOf('registered', sql`number = 'P-1'`),
  ];
  assert.deepEqual([above.parent_id, below.parent_id], [null, above.id]);
});

test('a new project gets no number that the same workbook gives to another', async () => {
  const [next] = (await look({ 清单: [head, [null, ...row('甲').slice(1)]] })).new;
  const plan = await look({
    清单: [
      head,
      [null, ...row('甲').slice(1)],
      [next!.number, ...row('乙').slice(1)],
      [null, ...row('丙').slice(1)],
    ],
  });
  assert.deepEqual(said(plan), []);
  const numbers = plan.new.map((one) => one.number);
  assert.equal(new Set(numbers).size, 3, numbers.join());
  await applyImport(product.db, { actor }, plan);
});

test('a project with a deadline is no longer one without end', async () => {
  const found = await sql<ProjectRow>`select * from project where deadline = 'infinity' and kind = 'standing'
    and state not in ('completed', 'archived', 'terminated') limit 1`.execute(product.db.queries);
  let [standing] = found.rows;
  if (!standing) {
    await applyImport(
      product.db,
      { actor },
      await look({ 清单: [head, ['S-1', '长期服务', '基础教育', '教育局', '长期坚持']] }),
    );
    standing = await oneOf('registered', sql`number = 'S-1'`);
  }
  const plan = await look({ 清单: [['编号', '项目名称', '完成时限'], asIs(standing, '2090-06-30')] });
  assert.deepEqual(plan.changed[0]!.cells, [
    { column: '完成时限', from: '长期坚持', to: '2090-06-30' },
    { column: '时限类别', from: '长期坚持', to: '有时限' },
  ]);
  assert.equal(plan.changed[0]!.change.kind, 'dated');
});

const itemHead = ['项目编号', '事项序号', '清单事项', '权重', '计划开始', '计划完成', '依赖事项'];
const itemsOf = async (number: string) =>
  (
    await sql<{
      position: number;
      title: string;
      weight: string;
      planned_end: string | null;
      since_entry: number;
    }>`
    select item.* from item join project on project.id = item.project_id
    where number = ${number} order by position, item.id`.execute(product.db.queries)
  ).rows;

/** A project of this test's own, with a checklist of two. */
async function withChecklist(number: string): Promise<void> {
  const plan = await look({
    清单: [
      [...head, '开始时间'],
      [...row(number), '2021-01-01'],
    ],
    执行清单: [
      itemHead,
      [number, 1, '选址', 2, '2021-03-01', '2021-04-30', null],
      [number, 2, '施工', 3, null, '2021-08-31', '1'],
    ],
  });
  assert.deepEqual(said(plan), []);
  await applyImport(product.db, { actor }, plan);
}

test('two looks at one file applied one after the other add its items once', async () => {
  await applyImport(product.db, { actor }, await look({ 清单: [head, row('C-1')] }));
  const sheets = { 执行清单: [itemHead, ['C-1', 1, '选址', 1, null, null, null]] };
  const [first, second] = [await look(sheets), await look(sheets)];
  await applyImport(product.db, { actor }, first);
  await assert.rejects(applyImport(product.db, { actor }, second), { code: 'ledger/import_stale' });
  assert.equal((await itemsOf('C-1')).length, 1);

  const changed = (weight: number) => ({
    执行清单: [itemHead, ['C-1', 1, '选址', weight, null, null, null]],
  });
  const [heavier, lighter] = [await look(changed(5)), await look(changed(4))];
  await applyImport(product.db, { actor }, heavier);
  await assert.rejects(applyImport(product.db, { actor }, lighter), { code: 'ledger/import_stale' });
  assert.equal((await itemsOf('C-1'))[0]!.weight, '5.00');
});

test('a column that a checklist lacks changes nothing, and what items depend on may be in the ledger', async () => {
  await withChecklist('C-2');
  const before = await itemsOf('C-2');
  const bare = await look({
    执行清单: [
      ['项目编号', '事项序号', '清单事项'],
      ['C-2', 1, '选址'],
      ['C-2', 2, '施工'],
    ],
  });
  assert.deepEqual([said(bare), bare.items.unchanged, bare.items.changed], [[], 2, 0]);
  const renamed = await look({
    执行清单: [
      ['项目编号', '事项序号', '清单事项'],
      ['C-2', 2, '施工和验收'],
    ],
  });
  await applyImport(product.db, { actor }, renamed);
  const after = await itemsOf('C-2');
  assert.deepEqual(
    after.map(({ title, weight, planned_end }) => [title, weight, planned_end]),
    [
      ['选址', '2.00', before[0]!.planned_end],
      ['施工和验收', '3.00', '2021-08-31'],
    ],
  );
  const more = await look({ 执行清单: [itemHead, ['C-2', 3, '开放', 1, null, null, '2']] });
  assert.deepEqual(said(more), []);
  await applyImport(product.db, { actor }, more);
  const round = await look({ 执行清单: [itemHead, ['C-2', 1, '选址', 2, null, null, '3']] });
  assert.match(said(round).join(), /绕了一圈/);
  const twice = await look({
    执行清单: [itemHead, ['C-2', 4, '甲', 1, null, null, null], ['C-2', 4, '乙', 1, null, null, null]],
  });
  assert.match(said(twice).join(), /^3 .*序号重复/);
  const odd = await look({
    执行清单: [itemHead, ['C-2', 1.5, '甲', 1, null, null, null], ['C-2', 5, null, 1, null, null, null]],
  });
  assert.deepEqual(
    odd.errors.map(({ row, column }) => `${row} ${column}`),
    ['2 事项序号', '3 清单事项'],
  );
  assert.equal((await itemsOf('C-2')).length, 3, 'what a workbook does not name stays');
  const begun = await look({
    清单: [
      ['编号', '项目名称', '进展'],
      ['C-2', '新建C-2', '在办'],
    ],
    执行清单: [itemHead, ['C-2', 4, '评估', 1, null, null, null]],
  });
  assert.equal(begun.adjusted, 0);
  await applyImport(product.db, { actor }, begun);
  const heavier = await look({ 执行清单: [itemHead, ['C-2', 4, '评估', 2, null, null, null]] });
  assert.equal(heavier.adjusted, 1);
  await assert.rejects(applyImport(product.db, { actor }, heavier), { code: 'ledger/reason_missing' });
  await applyImport(product.db, { actor, reason: '按会议纪要调整' }, heavier);
});

test('a checklist is not changed by a workbook where it cannot be changed on the screen', async () => {
  const done = await oneOf('completed', sql`exists (select from item where project_id = project.id)`);
  const plan = await look({ 执行清单: [itemHead, [done.number, 99, '再来一项', 1, null, null, null]] });
  assert.match(said(plan).join(), /已经结束/);
});

test('what is adjusted under way wants a reason, by a workbook as by hand', async () => {
  const open = await oneOf('in_progress', sql`deadline < 'infinity'`);
  const sheets = { 清单: [['编号', '项目名称', '完成时限', '备注'], asIs(open, '2031-12-31', '改期')] };
  const plan = await look(sheets);
  assert.deepEqual([said(plan), plan.adjusted], [[], 1]);
  for (const reason of [undefined, ' '])
    await assert.rejects(applyImport(product.db, { actor, reason }, plan), { code: 'ledger/reason_missing' });
  const { entry_no } = await applyImport(product.db, { actor, reason: '区里统一调整' }, plan);
  const entry = await sql<{
    reason: string;
  }>`select reason from journal where entry_no = ${entry_no}`.execute(product.db.queries);
  assert.equal(entry.rows[0]!.reason, '区里统一调整');
  const remark = await look({ 清单: [['编号', '项目名称', '备注'], asIs(open, '只改备注')] });
  assert.equal(remark.adjusted, 0);
  await applyImport(product.db, { actor }, remark);
});
