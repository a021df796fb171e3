import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { valuesOf } from '../figures/compute.ts';
import { getFigure } from '../figures/registry.ts';
import { entitledAs } from '../identity/actions.ts';
import { currentHead } from '../journal/head.ts';
import { verifyChain } from '../journal/verify.ts';
import { getStaffProject, registerProjects, reviewSecrecy, takeStep } from './actions.ts';
import { planItems, takeItemStep, takeItemSteps } from './checklist/actions.ts';
import { percentOf, progressOf } from './checklist/rules.ts';
import { editCells, previewCells } from './edits.ts';
import { askExtension, decideExtension } from './extensions/actions.ts';
import { issueProjects, mergeProject, proposeProjects } from './proposals/actions.ts';
import type { NewProject, ProjectState } from './schema.ts';
import { indexMissing, matches } from './search.ts';
import { findPublicProject } from './store.ts';
import { giveAnswer, recordAnswers } from './survey/actions.ts';
import { sumTallies } from './survey/rules.ts';
import { listAnswers } from './survey/store.ts';

let product: TestProduct;
before(async () => {
  product = await testProduct(demonstrationTemplate);
});
after(() => product.remove());

const as = (login: string) => entitledAs(product.db.queries, login);
const proposal = (title: string, rest: Partial<NewProject> = {}): Omit<NewProject, 'number'> => ({
  title,
  content: `${title}的内容`,
  target: null,
  field_code: 'education',
  unit_code: 'jyj',
  area_code: '440404',
  level: 'district',
  start: '2026-01-01',
  deadline: '2099-12-31',
  disclosure: 'public',
  synthetic: true,
  source_note: null,
  ...rest,
});

async function totalNow(code: string): Promise<string | null> {
  const { entry_no } = await currentHead(product.db);
  const definition = getFigure(product.registry, code);
  const question = { cutoff: new Date(), entry_no, area: '440404' };
  return (await valuesOf(product.db.queries, definition, question))[0]!.value;
}

/** Takes a project along its course by people who may. */
async function walk(number: string, ...way: [string, ProjectState, string?][]): Promise<void> {
  for (const [login, to, note] of way) {
    await takeStep(product.db, { actor: await as(login) }, { number, to, note });
  }
}

test('a proposal is screened, consolidated, approved and issued as a numbered list; it counts once it is approved', async () => {
  const officer = await as('jyj.officer');
  const { outcome } = await proposeProjects(product.db, { actor: officer }, [
    proposal('新建小学一所'),
    proposal('新建小学一所（重复）'),
    proposal('不可行的事'),
  ]);
  const [first, second, third] = outcome.numbers as [string, string, string];
  assert.equal(await totalNow('ledger.total'), '495');
  await assert.rejects(walk(first, ['jyj.officer', 'screened']), { code: 'identity/reach' });
  for (const number of [first, second, third]) await walk(number, ['jyj.head', 'screened']);
  await walk(first, ['coordinator', 'consolidated']);
  const merging = { number: second, into: first, note: '' };
  const coordinator = await as('coordinator');
  await assert.rejects(mergeProject(product.db, { actor: coordinator }, merging), {
    code: 'ledger/reason_missing',
  });
  await mergeProject(product.db, { actor: coordinator }, { ...merging, note: '同一件事' });
  await assert.rejects(walk(third, ['coordinator', 'declined']), { code: 'ledger/reason_missing' });
  await walk(third, ['coordinator', 'declined', '没有场地']);
  assert.equal(await totalNow('ledger.total'), '495');
  await walk(first, ['leader', 'approved']);
  assert.equal(await totalNow('ledger.total'), '496');
  await assert.rejects(walk(first, ['coordinator', 'registered']), { code: 'ledger/needs_form' });
  const batch = { batch: '第四批', document_no: '演示〔2026〕1号', issued_at: new Date() };
  await issueProjects(product.db, { actor: coordinator }, batch, [first]);
  assert.equal(await totalNow('ledger.total'), '496');
  const { project } = await getStaffProject(product.db, coordinator, first);
  assert.deepEqual([project.state, project.batch, project.list_no], ['registered', '第四批', 1]);
  const merged = await getStaffProject(product.db, coordinator, second);
  assert.match(merged.steps.at(-1)!.note!, /并入.*同一件事/);
});

test('from handing over to the archive, evidence and all; nobody types a percentage', async () => {
  const batch = { batch: '测试', document_no: '测〔1〕', issued_at: new Date('2026-01-02T09:00+08:00') };
  const number = 'T-1';
  const coordinator = await as('coordinator');
  await registerProjects(product.db, { actor: coordinator }, batch, [
    { ...proposal('从头到尾'), number, survey: true },
  ]);
  const item = (position: number, weight: string, depends_on: number[] = []) => ({
    position,
    title: `事项${position}`,
    weight,
    unit_code: position === 2 ? '440404100' : 'jyj',
    planned_start: '2026-01-05',
    planned_end: '2026-06-30',
    depends_on,
    evidence_kinds: ['document', 'telephone'] as ('document' | 'telephone')[],
  });
  await planItems(product.db, { actor: coordinator }, [
    { number, items: [item(1, '30'), item(2, '70', [1])] },
  ]);
  await walk(number, ['coordinator', 'assigned']);
  const officer = { actor: await as('jyj.officer') };
  const claim = (position: number, kind: 'record' | 'telephone', text: string) =>
    ({ number, position, to: 'claimed', note: null, text, kind }) as const;
  await assert.rejects(takeItemStep(product.db, officer, claim(1, 'telephone', '打过电话'), undefined), {
    code: 'ledger/item_project_state',
  });
  await walk(number, ['jyj.officer', 'accepted']);
  await assert.rejects(takeItemStep(product.db, officer, claim(1, 'record', '有记录'), undefined), {
    code: 'ledger/evidence_missing',
  });
  await takeItemStep(product.db, officer, claim(1, 'telephone', '电话确认已完成'), undefined);
  assert.equal((await getStaffProject(product.db, coordinator, number)).project.state, 'in_progress');
  await assert.rejects(walk(number, ['jyj.officer', 'completion_claimed']), { code: 'ledger/items_open' });
  await assert.rejects(takeItemStep(product.db, officer, claim(2, 'telephone', '不归我'), undefined), {
    code: 'identity/reach',
  });
  const town = { actor: await as('440404100.officer') };
  await takeItemStep(product.db, town, claim(2, 'telephone', '镇里确认'), undefined);
  const verified = { number, position: 1, occurred_at: new Date().toISOString(), note: null };
  await assert.rejects(takeItemSteps(product.db, officer, 'verified', [verified]), {
    code: 'identity/reach',
  });
  await takeItemSteps(product.db, { actor: await as('jyj.head') }, 'verified', [verified]);
  const half = await getStaffProject(product.db, coordinator, number);
  assert.equal(percentOf(progressOf(half.items)), '30.0');
  await assert.rejects(
    editCells(product.db, { actor: coordinator }, [{ number, column: 'progress', text: '100%' }]),
    {
      code: 'ledger/column_fixed',
    },
  );
  await walk(number, ['jyj.officer', 'completion_claimed']);
  await assert.rejects(walk(number, ['inspector', 'in_progress']), { code: 'ledger/reason_missing' });
  await walk(
    number,
    ['inspector', 'in_progress', '缺一份验收单'],
    ['jyj.officer', 'completion_claimed'],
    ['inspector', 'verifying'],
    ['inspector', 'completed'],
  );
  const done = await getStaffProject(product.db, coordinator, number);
  assert.equal(percentOf(progressOf(done.items)), '100.0');
  assert.ok(done.steps.some((step) => step.note === '缺一份验收单'));
  await walk(number, ['coordinator', 'archived']);
  assert.ok((await verifyChain(product.db)).ok);
});

test('satisfaction is asked after the claim, collected by others, and shown with sample and valid base', async () => {
  const number = 'T-1';
  const { project } = await getStaffProject(product.db, await as('coordinator'), number);
  assert.match(project.survey_code ?? '', /^[\w-]{32}$/);
  const tally = { satisfied: 6, mostly: 2, unsatisfied: 1, unknown: 3 };
  const asked = { number, channel: 'phone', tally } as const;
  await recordAnswers(product.db, { actor: await as('inspector') }, '督查', asked);
  await assert.rejects(recordAnswers(product.db, { actor: await as('jyj.officer') }, '自己', asked), {
    code: 'identity/reach',
  });
  await giveAnswer(product.db, project.survey_code!, 'satisfied', 'answer-once-1');
  await giveAnswer(product.db, project.survey_code!, 'satisfied', 'answer-once-1');
  await assert.rejects(giveAnswer(product.db, 'x'.repeat(32), 'satisfied', 'answer-2'), {
    code: 'ledger/no_survey',
  });
  const sums = sumTallies(await listAnswers(product.db.queries, project.id));
  assert.deepEqual(sums, {
    satisfied: 7,
    mostly: 2,
    unsatisfied: 1,
    unknown: 3,
    valid: 10,
    sample: 13,
    rate: '90.0',
  });
  assert.equal(Number(await totalNow('ledger.satisfaction')), 90);
});

test('a later deadline is asked for by the unit and decided by the office; late or twice is refused', async () => {
  const number = 'T-2';
  const coordinator = await as('coordinator');
  const batch = { batch: '测试', document_no: '测〔1〕', issued_at: new Date('2026-01-02T09:00+08:00') };
  await registerProjects(product.db, { actor: coordinator }, batch, [
    { ...proposal('要延期的'), number },
    { ...proposal('已经晚了', { deadline: '2026-02-01' }), number: 'T-3' },
  ]);
  for (const one of [number, 'T-3']) await walk(one, ['coordinator', 'assigned']);
  const officer = { actor: await as('jyj.officer') };
  const asked = { number, deadline: '2100-06-30', reason: '台风' };
  await assert.rejects(askExtension(product.db, officer, { ...asked, number: 'T-3' }), {
    code: 'ledger/extension_late',
  });
  await askExtension(product.db, officer, asked);
  await assert.rejects(askExtension(product.db, officer, asked), { code: 'ledger/extension_open' });
  await assert.rejects(decideExtension(product.db, officer, { number, decision: 'granted', note: '' }), {
    code: 'identity/reach',
  });
  await decideExtension(product.db, { actor: coordinator }, { number, decision: 'granted', note: '同意' });
  assert.equal((await getStaffProject(product.db, coordinator, number)).project.deadline, '2100-06-30');
});

test('two people edit one cell: the second is told what stands there, and nothing of theirs is stored', async () => {
  const number = 'JW2021-355';
  const first = { actor: await as('coordinator') };
  const edit = (text: string, before: string) => [{ number, column: 'remark' as const, text, before }];
  await editCells(product.db, first, edit('第一个人写的', ''));
  await assert.rejects(
    editCells(product.db, first, edit('第二个人写的', '')),
    (problem: Error & { code: string; text: { zh: string } }) => {
      assert.equal(problem.code, 'ledger/edited_meanwhile');
      assert.match(problem.text.zh, /第一个人写的.*第二个人写的.*没有保存/);
      return true;
    },
  );
  const now = async () => (await getStaffProject(product.db, first.actor, number)).project.remark;
  assert.equal(await now(), '第一个人写的');
  await editCells(product.db, first, edit('看过之后写的', '第一个人写的'));
  assert.equal(await now(), '看过之后写的');
});

test('what is under way is adjusted with a reason; a unit edits its own columns and no others; all or none', async () => {
  const number = 'JW2021-355';
  const coordinator = await as('coordinator');
  const deadline = [{ number, column: 'deadline' as const, text: '2022年底前' }];
  await assert.rejects(editCells(product.db, { actor: coordinator }, deadline), {
    code: 'ledger/reason_missing',
  });
  await editCells(product.db, { actor: coordinator, reason: '区里调整' }, deadline);
  const village = await as('440404100004.officer');
  await editCells(product.db, { actor: village }, [{ number, column: 'handler', text: '演示·新经办人' }]);
  await assert.rejects(editCells(product.db, { actor: village, reason: '想改' }, deadline), {
    code: 'identity/reach',
  });
  const foreign = await as('jyj.officer');
  await assert.rejects(
    editCells(product.db, { actor: foreign }, [{ number, column: 'handler', text: 'x' }]),
    {
      code: 'identity/reach',
    },
  );
  const two = [
    { number, column: 'phone' as const, text: '0756-7770000' },
    { number, column: 'budget' as const, text: '不是数' },
  ];
  await assert.rejects(editCells(product.db, { actor: coordinator }, two), { code: 'ledger/cell' });
  assert.equal((await getStaffProject(product.db, coordinator, number)).project.phone, null);
  const preview = await previewCells(product.db, { actor: coordinator }, two);
  assert.deepEqual(
    preview.map((one) => one.problem?.code),
    [undefined, 'ledger/cell'],
  );
});

test('nothing is public that was not reviewed, and a changed text is reviewed again', async () => {
  const number = 'JW2021-040';
  const coordinator = await as('coordinator');
  const isShown = async () => {
    const { entry_no } = await currentHead(product.db);
    const found = await findPublicProject(product.db.queries, entry_no, number);
    return found?.disclosure === 'public' && found.reviewed === true;
  };
  assert.equal(await isShown(), true);
  await editCells(product.db, { actor: coordinator, reason: '更正' }, [
    { number, column: 'title', text: '改过的名称' },
  ]);
  assert.equal(await isShown(), false);
  await assert.rejects(reviewSecrecy(product.db, { actor: await as('jyj.officer') }, '自己', [number]), {
    code: 'identity/reach',
  });
  await reviewSecrecy(product.db, { actor: await as('publisher') }, '演示·宣传发布', [number]);
  assert.equal(await isShown(), true);
});

test('a word of a title, a content, a unit or a place finds a project, also where a dictionary cuts otherwise', async () => {
  const find = async (words: string) => {
    const found = await sql<{ number: string }>`select number from project where ${matches(words)}`.execute(
      product.db.queries,
    );
    return found.rows.map((row) => row.number);
  };
  assert.ok((await find('排水沟 西城')).includes('JW2021-355'));
  assert.ok((await find('西城社区')).includes('JW2021-355'));
  assert.deepEqual(await find('JW2021-355'), ['JW2021-355']);
  assert.ok((await find('水沟')).length > 0);
  assert.deepEqual(await find('没有这样的项目名'), []);
  for (const odd of ["'", '\\', '& | !', ':*', '()', '%']) await find(odd);

  // A ledger that is older than its search is indexed when the server starts.
  const kept = await sql<{ count: number }>`select count(*) from project_words`.execute(product.db.queries);
  await sql`delete from project_words where project_id % 2 = 0`.execute(product.db.queries);
  assert.ok((await indexMissing(product.db)) > 200);
  const again = await sql<{ count: number }>`select count(*) from project_words`.execute(product.db.queries);
  assert.deepEqual(again.rows, kept.rows);
  assert.ok((await find('西城社区')).includes('JW2021-355'));
  assert.equal(await indexMissing(product.db), 0);
});
