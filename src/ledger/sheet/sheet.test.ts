import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { readXlsx } from 'hucre/xlsx';
import { sql } from 'kysely';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { entitledAs } from '../../identity/actions.ts';
import { currentHead } from '../../journal/head.ts';
import { verifyChain } from '../../journal/verify.ts';
import { plainText } from '../../kit/days.ts';
import { readWorkbook } from '../../kit/workbook.ts';
import { markCells } from '../../kit/workbook-marks.ts';
import { zipStored } from '../../kit/zip.ts';
import { commandLine } from '../../product.ts';
import { leaveOut } from '../cells.ts';
import { choices } from '../columns.ts';
import { editCells } from '../edits.ts';
import { type Naming, namingOf } from '../naming.ts';
import type { ProjectRow } from '../schema.ts';
import { everyProject, listWholeProjects } from '../store.ts';
import { undoEntry } from '../undo.ts';
import { applyImport, dryRun } from './actions.ts';
import { exportLedger } from './cli.ts';
import { exportCsv, exportWorkbook } from './export.ts';
import { planImport } from './plan.ts';
import { readLedger } from './read.ts';

let product: TestProduct;
before(async () => {
  product = await testProduct(demonstrationTemplate);
});
after(() => product.remove());

const fixture = (name: string) => ({
  content: readFileSync(new URL(`./fixtures/${name}`, import.meta.url)),
  name,
});
const actor = commandLine;

/** Everything that the ledger says, without when it was known: what an undo has to bring back. */
async function contentOf(): Promise<string> {
  const tables = ['project', 'project_step', 'item', 'item_step', 'evidence', 'comment', 'extension'];
  const parts = await Promise.all(
    tables.map(async (table) => {
      const found = await sql<{ digest: string }>`
        select md5(coalesce(string_agg((to_jsonb(t) - 'since_entry')::text, '|' order by id), '')) as digest
        from ${sql.table(table)} as t`.execute(product.db.queries);
      return found.rows[0]!.digest;
    }),
  );
  return parts.join();
}

test('a ledger with titles, a header of two rows, merged cells, short names and Chinese dates is read as it is meant', async () => {
  const plan = await dryRun(product.db, fixture('titles-and-merges.xlsx'));
  assert.deepEqual(plan.errors, []);
  assert.equal(plan.rows, 4);
  assert.equal(plan.missing.length, 495);
  const naming = await namingOf(product.db);
  const said = plan.new.map(({ title, change, state }) => ({
    title,
    field: naming.fieldName(change.field_code!),
    unit: naming.unitName(change.unit_id!),
    start: change.start,
    deadline: change.deadline,
    kind: change.kind,
    budget: change.budget,
    state,
  }));
  assert.deepEqual(said, [
    {
      title: '三灶镇新建幼儿园',
      field: '基础教育',
      unit: '区教育局',
      start: '2021-03-01',
      deadline: '2021-08-31',
      kind: undefined,
      budget: '1200000',
      state: 'completion_claimed',
    },
    {
      title: '红旗镇校门口斑马线',
      field: '基础教育',
      unit: '区教育局',
      start: '2021-04-01',
      deadline: '2021-08-31',
      kind: undefined,
      budget: '35000',
      state: 'in_progress',
    },
    {
      title: '社区接种点延时服务',
      field: '医疗卫生',
      unit: '区卫生健康局',
      start: '2021-03-01',
      deadline: 'infinity',
      kind: 'standing',
      budget: undefined,
      state: 'in_progress',
    },
    {
      title: '长者饭堂',
      field: '民生保障',
      unit: '区民政局',
      start: '2021-05-01',
      deadline: '2021-12-31',
      kind: undefined,
      budget: '12005000',
      state: 'registered',
    },
  ]);
  assert.deepEqual(plan.new[0]!.change.co_unit_codes, ['440404100', 'zjj']);
  assert.deepEqual(plan.new[0]!.change.extra, { 分管区领导意见: '同意' });
  assert.match(plan.notes.join(), /联系人.*没有读取/);
});

test('what is wrong is told by row and column, what is unsure is asked once, and a heading gives the field', async () => {
  const plan = await dryRun(product.db, fixture('sections-and-errors.xlsx'));
  const said = plan.errors.map(({ row, column, unsure }) => `${row} ${column}${unsure ? '?' : ''}`);
  for (const expected of [
    '4 完成时限?',
    '5 牵头单位?',
    '5 完成时限?',
    '5 预算（万元）',
    '7 牵头单位',
    '7 完成时限',
    '7 受益人数',
    '8 牵头单位',
  ])
    assert.ok(said.includes(expected), `${expected} in ${said.join('; ')}`);
  assert.ok(plan.errors.every(({ message }) => message.zh.length > 5 && message.en.length > 5));
  const asked = plan.questions.map(({ kind, text }) => `${kind}:${text}`);
  assert.deepEqual(asked.toSorted(), ['day:2021.1', 'day:8月前', 'unit:城管']);
  await assert.rejects(applyImport(product.db, { actor }, plan), { code: 'ledger/import_errors' });

  const told = [
    { kind: 'day', text: '8月前', meaning: '2021-07-31' },
    { kind: 'day', text: '2021.1', meaning: '2021-10-31' },
    { kind: 'unit', text: '城管', meaning: 'cgj' },
  ];
  const again = await dryRun(product.db, fixture('sections-and-errors.xlsx'), told);
  assert.deepEqual(again.questions, []);
  const [first] = again.new;
  assert.deepEqual(
    [first!.change.field_code, first!.change.deadline, first!.change.beneficiaries],
    ['education', '2021-07-31', 1200],
  );
});

test('when none of what is offered is meant, it is an error of the sheet and not asked again', async () => {
  const none = [
    { kind: 'day', text: '8月前', meaning: leaveOut },
    { kind: 'day', text: '2021.1', meaning: leaveOut },
    { kind: 'unit', text: '城管', meaning: leaveOut },
  ];
  const plan = await dryRun(product.db, fixture('sections-and-errors.xlsx'), none);
  assert.deepEqual(plan.questions, []);
  const said = plan.errors.map(({ row, column }) => `${row} ${column}`);
  for (const expected of ['4 完成时限', '5 牵头单位', '5 完成时限'])
    assert.ok(said.includes(expected), expected);
  assert.ok(plan.errors.every((error) => !error.unsure));
});

test('old .xls, WPS .et, GBK CSV and workbooks with macros are read; a password and nonsense get a clear answer', async () => {
  const titles = async (name: string) =>
    (await dryRun(product.db, fixture(name))).new.map((row) => row.title);
  assert.deepEqual(await titles('old.xls'), ['旧表格里的项目', '第二个项目']);
  assert.deepEqual(await titles('wps.et'), ['旧表格里的项目', '第二个项目']);
  assert.deepEqual(await titles('gbk.csv'), ['村道硬底化', '路灯修复']);
  const macro = await dryRun(product.db, fixture('macro.xlsm'));
  assert.deepEqual(
    macro.new.map((row) => row.title),
    ['带宏表格里的项目'],
  );
  assert.match(macro.notes.join(), /宏/);
  await assert.rejects(dryRun(product.db, fixture('password.xlsx')), { code: 'kit/sheet_password' });
  const nonsense = Buffer.from('d0cf11e0a1b11ae1'.padEnd(2000, 'ab'), 'hex');
  await assert.rejects(
    dryRun(product.db, { content: nonsense, name: '台账.et' }),
    (problem: Error & { text: { zh: string } }) => {
      assert.match(problem.text.zh, /另存为.*xlsx/);
      return true;
    },
  );
  await assert.rejects(readWorkbook(Buffer.from([0, 1, 2, 0]), 'x.xlsx'), { code: 'kit/sheet' });
});

test('a file that lies about its size is not unpacked', async () => {
  const honest = await exportWorkbook({
    projects: [],
    items: [],
    naming: await namingOf(product.db),
    numberOf: new Map(),
  });
  const bomb = Buffer.alloc(60_000_000);
  const archive = zipStored([{ name: 'xl/workbook.xml', content: deflateRawSync(bomb) }], new Date());
  // Both headers claim method 8 and a size of a thousand bytes.
  for (const [mark, method, size] of [
    ['504b0304', 8, 22],
    ['504b0102', 10, 24],
  ] as const) {
    const at = archive.indexOf(Buffer.from(mark, 'hex'));
    archive.writeUInt16LE(8, at + method);
    archive.writeUInt32LE(1000, at + size);
  }
  await assert.rejects(readWorkbook(archive, 'bomb.xlsx'), { code: 'kit/sheet_bomb' });
  const huge = zipStored([{ name: 'a', content: Buffer.alloc(10) }], new Date());
  huge.writeUInt32LE(0xfffffff0, huge.indexOf(Buffer.from('504b0102', 'hex')) + 24);
  await assert.rejects(readWorkbook(huge, 'huge.xlsx'), { code: 'kit/sheet_bomb' });
  assert.ok((await readWorkbook(honest, 'honest.xlsx')).sheets.length > 0);
});

test('the wrong cells of the same workbook are marked and commented', async () => {
  const { content } = fixture('sections-and-errors.xlsx');
  const plan = await dryRun(product.db, fixture('sections-and-errors.xlsx'));
  const marks = plan.errors.map(({ sheet, row, place, message }) => ({
    sheet,
    row,
    column: place ?? 1,
    text: message.zh,
  }));
  const marked = await readXlsx(await markCells(content, marks), { readStyles: true });
  const [before] = (await readXlsx(content)).sheets;
  const [sheet] = marked.sheets;
  assert.deepEqual(sheet!.rows, before!.rows);
  for (const mark of marks) {
    const cell = sheet!.cells?.get(`${mark.row - 1},${mark.column - 1}`);
    assert.ok(cell?.comment?.text.includes(mark.text), `${mark.row},${mark.column}`);
  }
});

test('what is exported is imported without a change, as a workbook with its checklists and as CSV', async () => {
  const { entry_no } = await currentHead(product.db);
  for (const csv of [false, true]) {
    const { content } = await exportLedger(product.db, entry_no, csv);
    const plan = await dryRun(product.db, { content: Buffer.from(content), name: csv ? 'l.csv' : 'l.xlsx' });
    assert.deepEqual([plan.rows, plan.new.length, plan.changed.length, plan.unchanged], [495, 0, 0, 495]);
    assert.deepEqual([plan.missing, plan.errors, plan.questions], [[], [], []]);
    assert.deepEqual([plan.items.rows, plan.items.unchanged], csv ? [0, 0] : [1980, 1980]);
  }
});

test('an import is one entry, changes nothing the second time, and is undone and redone to the letter', async () => {
  const before = await contentOf();
  const plan = await dryRun(product.db, fixture('titles-and-merges.xlsx'));
  const { entry_no, outcome } = await applyImport(product.db, { actor, batch: '第四批' }, plan);
  assert.deepEqual(outcome, { new: 4, changed: 0, items: 0 });
  assert.equal((await currentHead(product.db)).entry_no, entry_no);
  const after = await contentOf();
  assert.notEqual(after, before);
  const again = await dryRun(product.db, fixture('titles-and-merges.xlsx'));
  assert.deepEqual([again.new.length, again.changed.length, again.unchanged], [0, 0, 4]);

  const undone = await undoEntry(product.db, { actor }, entry_no);
  assert.equal(await contentOf(), before);
  await assert.rejects(undoEntry(product.db, { actor }, entry_no), { code: 'journal/newer' });
  await undoEntry(product.db, { actor }, undone.entry_no);
  assert.equal(await contentOf(), after);

  const number = plan.new[0]!.number;
  await editCells(product.db, { actor }, [{ number, column: 'remark', text: '有人改过' }]);
  await assert.rejects(undoEntry(product.db, { actor }, undone.entry_no + 1), { code: 'journal/newer' });
  assert.ok((await verifyChain(product.db)).ok);
});

test('changes are told cell by cell, and what was changed by somebody else meanwhile is not overwritten', async () => {
  const { entry_no } = await currentHead(product.db);
  const projects = (await listWholeProjects(product.db.queries, entry_no)).slice(0, 3);
  const naming = await namingOf(product.db);
  const changed = projects.map((project, index) => ({
    ...project,
    responsible: `负责人${index}`,
    phone: '0756-1',
  }));
  const content = await exportWorkbook({ projects: changed, items: [], naming, numberOf: new Map() });
  const plan = await dryRun(product.db, { content, name: 'l.xlsx' });
  assert.deepEqual(plan.changed[0]!.cells, [
    { column: '责任人', from: projects[0]!.responsible ?? '', to: '负责人0' },
    { column: '联系电话', from: '', to: '0756-1' },
  ]);
  await editCells(product.db, { actor }, [{ number: projects[1]!.number, column: 'remark', text: '先改了' }]);
  await assert.rejects(applyImport(product.db, { actor }, plan), { code: 'ledger/import_stale' });
  const anew = await dryRun(product.db, { content, name: 'l.xlsx' });
  await applyImport(product.db, { actor }, anew);
  const stored = (await everyProject(product.db.queries)).find((one) => one.number === projects[1]!.number)!;
  assert.deepEqual([stored.responsible, stored.phone], ['负责人1', '0756-1']);
});

test('a workbook cannot complete a project, nor take back what was verified', async () => {
  const header = '编号,项目名称,领域,牵头单位,完成时限,进展,进度\n';
  const rest = (state: string) =>
    `${done.number},${done.title},${done.field_code},${done.code},${done.deadline},${state}\n`;
  const done = await product.db.queries
    .selectFrom('project')
    .innerJoin('unit', 'unit.id', 'project.unit_id')
    .select(['number', 'title', 'field_code', 'code', 'deadline'])
    .where('state', '=', 'completed')
    .executeTakeFirstOrThrow();
  const file = (text: string) => ({ content: Buffer.from(header + text), name: 'x.csv' });
  const fresh = await dryRun(product.db, file('Q-1,新的项目,基础教育,教育局,2021-12-31,已完成,100%\n'));
  assert.equal(fresh.new[0]?.state, 'completion_claimed');
  const back = await dryRun(product.db, file(rest('未启动,')));
  assert.equal(back.errors[0]?.column, '进展');
  const same = await dryRun(product.db, file(rest('已完成,50%')));
  assert.deepEqual([same.errors, same.changed, same.unchanged], [[], [], 1]);
});

/** Texts that people type: with what a formula begins with, its full-width twins and guards of both in front, too. */
const words = fc
  .tuple(
    fc.constantFrom('', '', '=', '+', '-', '@', '＝', '＋', '－', '＠', "'", "'=", "''＠", '\t='),
    fc.string({
      unit: fc.constantFrom(...'金湾区村道路灯，。（）abcXYZ019 ＝＋－＠=+-@"\'\t、'),
      minLength: 1,
      maxLength: 30,
    }),
  )
  .map(([before, text]) => `${before}${text}`.trim())
  // A lone dash is how people write that there is nothing.
  .filter((text) => text !== '' && !/^[-—–/\\]$/.test(plainText(text)));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const decimal = fc.integer({ min: 0, max: 99_999_999 }).map((cents) => (cents / 100).toFixed(2));
const day = fc
  .integer({ min: 18_300, max: 19_300 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));

function ledgers(naming: Naming, pattern: ProjectRow): fc.Arbitrary<ProjectRow[]> {
  const one = fc.record({
    title: words,
    content: words.map((text) => `${text}\n第二行`),
    target: maybe(words),
    field_code: fc.constantFrom(...naming.fields.map((field) => field.code)),
    unit_id: fc.constantFrom(...naming.units.map((unit) => unit.id)),
    co_unit_codes: maybe(
      fc.uniqueArray(fc.constantFrom(...naming.units.map((unit) => unit.code)), {
        minLength: 1,
        maxLength: 4,
      }),
    ),
    area_code: fc.constantFrom(...naming.areas.map((area) => area.code)),
    level: fc.constantFrom(...(Object.keys(choices.level) as ProjectRow['level'][])),
    source: maybe(fc.constantFrom(...(Object.keys(choices.source) as NonNullable<ProjectRow['source']>[]))),
    disclosure: fc.constantFrom(...(Object.keys(choices.disclosure) as ProjectRow['disclosure'][])),
    budget: maybe(decimal),
    beneficiaries: maybe(fc.integer({ min: 0, max: 10_000_000 })),
    start: day,
    deadline: fc.oneof(day, fc.constant('infinity')),
    responsible: maybe(words),
    remark: maybe(words),
    survey: fc.constantFrom(true, null),
    extra: maybe(fc.dictionary(fc.constantFrom('本区自有列', '领导批注', '=列'), words, { minKeys: 1 })),
  });
  return fc.array(one, { minLength: 1, maxLength: 12 }).map((rows) =>
    rows.map((row, index) => ({
      ...pattern,
      ...row,
      number: `R-${index}`,
      id: 1_000_000 + index,
      start: [row.start, row.deadline].toSorted()[0]!,
      kind: row.deadline === 'infinity' ? ('standing' as const) : ('dated' as const),
      town_code:
        naming.areas.find((area) => area.code === row.area_code)!.level === 'village'
          ? row.area_code.slice(0, 9)
          : row.area_code,
    })),
  );
}

test('any ledger goes out and comes back without a change', async () => {
  const naming = await namingOf(product.db);
  const pattern = {
    ...(await everyProject(product.db.queries))[0]!,
    list_no: null,
    parent_id: null,
    secrecy_reviewer: null,
    reviewed: null,
  };
  const pause = async () => {};
  await fc.assert(
    fc.asyncProperty(ledgers(naming, pattern), fc.boolean(), async (projects, csv) => {
      const exported = { projects, items: [], naming, numberOf: new Map<number, string>() };
      const content = csv ? Buffer.from(exportCsv(exported)) : await exportWorkbook(exported);
      const book = await readWorkbook(content, csv ? 'l.csv' : 'l.xlsx');
      const reading = await readLedger(book, naming, '2021-09-03', pause);
      const present = {
        projects,
        items: [],
        evidenceOf: () => 0,
        naming,
        district_code: '440404',
        nextNumber: () => 'N',
        today: '2021-09-03',
      };
      const plan = await planImport(reading, present, pause);
      assert.deepEqual(plan.errors, []);
      assert.deepEqual(
        plan.changed.flatMap((row) => row.cells),
        [],
      );
      assert.equal(plan.unchanged, projects.length);
    }),
    { numRuns: 25 },
  );
});

test('a text that begins with a guard keeps it, on the way out and back', async () => {
  const naming = await namingOf(product.db);
  const [pattern] = await everyProject(product.db.queries);
  const texts = ["'=见附件", "''=见附件", "'普通", '=1+1', "'＠某人", "'+86"];
  const projects = texts.map((remark, id) => ({
    ...pattern!,
    id,
    number: `G-${id}`,
    remark,
    extra: { 批注: remark },
  }));
  const exported = { projects, items: [], naming, numberOf: new Map<number, string>() };
  for (const csv of [false, true]) {
    const content = csv ? Buffer.from(exportCsv(exported)) : await exportWorkbook(exported);
    const reading = await readLedger(
      await readWorkbook(content, csv ? 'l.csv' : 'l.xlsx'),
      naming,
      '2021-09-03',
      async () => {},
    );
    assert.deepEqual(
      reading.drafts.map(({ values, extra }) => [values.remark, extra!.批注]),
      texts.map((text) => [text, text]),
    );
  }
});

test('no exported cell can become a formula: it is text in a workbook, and guarded in CSV', async () => {
  const naming = await namingOf(product.db);
  const [pattern] = await everyProject(product.db.queries);
  const evil = ['=1+1', '+1', '-1', '@SUM(A1)', '＝1', '＋1', '－1', '＠x', '\t=1'];
  const projects = evil.map((title, id) => ({ ...pattern!, id, number: `E-${id}`, title, content: title }));
  const exported = { projects, items: [], naming, numberOf: new Map<number, string>() };
  const book = await readXlsx(await exportWorkbook(exported), { readStyles: true });
  const [sheet] = book.sheets;
  for (const [index, title] of evil.entries()) {
    const cell = sheet!.cells?.get(`${index + 1},2`);
    assert.equal(sheet!.rows[index + 1]![2], title);
    assert.equal(cell?.formula, undefined);
    assert.equal(cell?.style?.numFmt, '@');
  }
  const lines = exportCsv(exported).split('\r\n').slice(1);
  for (const line of lines) {
    for (const cell of line.split(','))
      assert.doesNotMatch(cell.replace(/^"/, ''), /^[=+\-@＝＋－＠\t]/, line);
  }
});

test('who does not keep the list cannot import', async () => {
  const officer = await entitledAs(product.db.queries, 'jyj.officer');
  const plan = await dryRun(product.db, fixture('old.xls'));
  await assert.rejects(applyImport(product.db, { actor: officer }, plan), { code: 'identity/reach' });
});
