import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { signedInAs } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import { entitledAs } from '../identity/actions.ts';
import { currentHead } from '../journal/head.ts';
import type { Server } from '../kit/http.ts';
import { getStaffProject, registerProjects, takeStep } from './actions.ts';
import { planItems, takeItemStep } from './checklist/actions.ts';
import { percentOf, progressOf } from './checklist/rules.ts';
import type { ItemState, NewItem } from './checklist/schema.ts';
import { editCells, previewCells } from './edits.ts';
import { addEvidence, removeEvidence } from './evidence/actions.ts';
import { askExtension, decideExtension } from './extensions/actions.ts';
import { listMyWork } from './my-work.ts';
import { proposeProjects } from './proposals/actions.ts';
import type { NewProject, ProjectState } from './schema.ts';
import { undoEntry } from './undo.ts';

let product: TestProduct;
let app: Server;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
});
after(async () => {
  await app.close();
  await product.remove();
});

const as = (login: string) => entitledAs(product.db.queries, login);
const batch = { batch: '核验', document_no: '验〔1〕', issued_at: new Date('2026-01-02T09:00+08:00') };

/** Puts a project on the list, of the education bureau unless it says otherwise. */
async function register(number: string, rest: Partial<NewProject> = {}): Promise<void> {
  const project: NewProject = {
    number,
    title: `项目${number}`,
    content: '内容',
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
  };
  await registerProjects(product.db, { actor: await as('coordinator') }, batch, [project]);
}

async function walk(number: string, ...way: [string, ProjectState, string?][]): Promise<void> {
  for (const [login, to, note] of way) {
    await takeStep(product.db, { actor: await as(login) }, { number, to, note });
  }
}

async function underWay(number: string, doer = 'jyj.officer'): Promise<void> {
  await walk(number, ['coordinator', 'assigned'], [doer, 'accepted'], [doer, 'in_progress']);
}

const item = (position: number, rest: Partial<NewItem> = {}): NewItem => ({
  position,
  title: `事项${position}`,
  weight: '50',
  unit_code: 'jyj',
  planned_start: null,
  planned_end: null,
  depends_on: [],
  evidence_kinds: ['record'],
  ...rest,
});

async function plan(number: string, login: string, items: NewItem[], reason?: string): Promise<void> {
  await planItems(product.db, { actor: await as(login), reason }, [{ number, items }]);
}

async function step(number: string, position: number, login: string, to: ItemState): Promise<void> {
  const text = to === 'claimed' ? '电话核实过' : '';
  const asked = { number, position, to, note: '说明', text, kind: 'record' as const };
  await takeItemStep(product.db, { actor: await as(login) }, asked, undefined);
}

const evidence = {
  position: null,
  kind: 'record',
  title: '记录',
  text: '已办',
  disclosure: 'withheld',
} as const;

test('a project without a checklist is complete by evidence, and by nothing less', async () => {
  await register('V-1');
  await underWay('V-1');
  await assert.rejects(walk('V-1', ['jyj.officer', 'completion_claimed']), { code: 'ledger/nothing_shown' });
  const officer = await as('jyj.officer');
  const { outcome } = await addEvidence(
    product.db,
    { actor: officer },
    { ...evidence, number: 'V-1' },
    undefined,
  );
  await walk('V-1', ['jyj.officer', 'completion_claimed']);
  await assert.rejects(removeEvidence(product.db, { actor: officer }, outcome.id), {
    code: 'ledger/evidence_settled',
  });
  const office = await as('coordinator');
  await assert.rejects(removeEvidence(product.db, { actor: office }, outcome.id), {
    code: 'ledger/reason_missing',
  });
  await removeEvidence(product.db, { actor: office, reason: '传错了项目' }, outcome.id);
  await assert.rejects(walk('V-1', ['inspector', 'completed']), { code: 'ledger/nothing_shown' });
});

test('an item that is sent back after the claim keeps its project from being completed', async () => {
  await register('V-2');
  await plan('V-2', 'coordinator', [item(1), item(2)]);
  await underWay('V-2');
  for (const position of [1, 2]) await step('V-2', position, 'jyj.officer', 'claimed');
  await walk('V-2', ['jyj.officer', 'completion_claimed']);
  await step('V-2', 2, 'inspector', 'in_progress');
  await assert.rejects(walk('V-2', ['inspector', 'completed']), { code: 'ledger/items_open' });
  await step('V-2', 2, 'jyj.officer', 'claimed');
  await walk('V-2', ['inspector', 'completed']);
});

test('what was reported done stays as it was reported, and weights move by the office alone, with a reason', async () => {
  await register('V-3');
  await plan('V-3', 'jyj.officer', [item(1, { weight: '1' }), item(2, { weight: '99' })]);
  await underWay('V-3');
  await step('V-3', 1, 'jyj.officer', 'claimed');
  await step('V-3', 1, 'inspector', 'verified');
  const percent = async () =>
    percentOf(progressOf((await getStaffProject(product.db, await as('coordinator'), 'V-3')).items));
  assert.equal(await percent(), '1.0');
  for (const changed of [{ weight: '99' }, { title: '别的事' }, { unit_code: '440404100' }]) {
    await assert.rejects(
      plan('V-3', 'coordinator', [item(1, { weight: '1', ...changed }), item(2, { weight: '99' })], '改'),
      {
        code: 'ledger/item_settled',
      },
    );
  }
  const lighter = [item(1, { weight: '1' }), item(2, { weight: '1' })];
  const without = [item(1, { weight: '1' })];
  const heavier = [...without, item(2, { weight: '99' }), item(3, { weight: '900' })];
  for (const items of [lighter, without, heavier]) {
    await assert.rejects(plan('V-3', 'jyj.officer', items, '改'), { code: 'ledger/plan_adjusted' });
    await assert.rejects(plan('V-3', 'coordinator', items), { code: 'ledger/reason_missing' });
  }
  assert.equal(await percent(), '1.0');
  await plan('V-3', 'coordinator', lighter, '原权重填错');
  assert.equal(await percent(), '50.0');
  await plan('V-3', 'jyj.officer', [lighter[0]!, { ...lighter[1]!, planned_end: '2026-09-01' }]);
});

test('a completed project keeps what it was judged by, and the journal keeps no names or telephone numbers', async () => {
  await register('V-11', { deadline: '2026-01-31' });
  const officer = await as('jyj.officer');
  const write = async (column: 'deadline' | 'unit_id' | 'remark' | 'phone', text: string) =>
    editCells(product.db, { actor: await as('coordinator'), reason: '更正' }, [
      { number: 'V-11', column, text },
    ]);
  const phone = await write('phone', '0756-1234567');
  assert.deepEqual(phone.texts, ['0756-1234567']);
  const journal = await sql<{ text: string }>`
    select to_jsonb(journal)::text as text from journal where entry_no = ${phone.entry_no}`.execute(
    product.db.queries,
  );
  assert.doesNotMatch(journal.rows[0]!.text, /1234567/);
  await underWay('V-11');
  await addEvidence(product.db, { actor: officer }, { ...evidence, number: 'V-11' }, undefined);
  await walk('V-11', ['jyj.officer', 'completion_claimed'], ['inspector', 'completed']);
  await assert.rejects(write('deadline', '2099-12-31'), { code: 'ledger/judged' });
  await assert.rejects(write('unit_id', '区住房和城乡建设局'), { code: 'ledger/judged' });
  await write('remark', '归档前补记');
});

test('a project with a day is no longer one without end', async () => {
  await register('V-12', { deadline: 'infinity', kind: 'standing' });
  const actor = await as('coordinator');
  await editCells(product.db, { actor }, [{ number: 'V-12', column: 'deadline', text: '2099-12-31' }]);
  const { project } = await getStaffProject(product.db, actor, 'V-12');
  assert.deepEqual([project.kind, project.deadline], ['dated', '2099-12-31']);
});

test('an item with evidence is not taken off its checklist, by hand or by undoing', async () => {
  await register('V-10');
  await plan('V-10', 'coordinator', [item(1), item(2)]);
  const { entry_no } = await currentHead(product.db);
  const officer = await as('jyj.officer');
  const given = { ...evidence, number: 'V-10', position: 2 };
  const { outcome } = await addEvidence(product.db, { actor: officer }, given, undefined);
  await assert.rejects(plan('V-10', 'coordinator', [item(1)]), { code: 'ledger/item_evidence' });
  const office = await as('coordinator');
  await assert.rejects(undoEntry(product.db, { actor: office }, entry_no), { code: 'journal/newer' });
  await removeEvidence(product.db, { actor: officer }, outcome.id);
  await plan('V-10', 'coordinator', [item(1)]);
});

test('an item is reported done after what it depends on', async () => {
  await register('V-4');
  await plan('V-4', 'coordinator', [item(1), item(2, { depends_on: [1] })]);
  await underWay('V-4');
  await assert.rejects(step('V-4', 2, 'jyj.officer', 'claimed'), { code: 'ledger/item_depends' });
  await step('V-4', 1, 'jyj.officer', 'claimed');
  await step('V-4', 2, 'jyj.officer', 'claimed');
});

test('nobody verifies with a project what they themselves reported done', async () => {
  const town = '440404100';
  const village = '440404100001';
  await register('V-5', { unit_code: village, area_code: village, level: 'village' });
  await plan('V-5', 'coordinator', [item(1, { unit_code: town })]);
  await underWay('V-5', `${village}.officer`);
  await step('V-5', 1, `${town}.coordinator`, 'claimed');
  await walk('V-5', [`${village}.officer`, 'completion_claimed']);
  await assert.rejects(walk('V-5', [`${town}.coordinator`, 'completed']), { code: 'ledger/own_item' });
  await walk('V-5', ['inspector', 'completed']);
});

test('a unit that is named for verification finds the project in its work and verifies it, and nobody else does', async () => {
  await register('V-6', { verifying_unit_code: 'zjj' });
  await plan('V-6', 'coordinator', [item(1)]);
  await underWay('V-6');
  await step('V-6', 1, 'jyj.officer', 'claimed');
  await walk('V-6', ['jyj.officer', 'completion_claimed']);
  const work = await listMyWork(product.db.queries, await as('zjj.officer'), new Date());
  assert.ok(work.to_verify.some((one) => one.number === 'V-6'));
  const zjj = await signedInAs(product, app, 'zjj.officer');
  assert.match((await zjj.get('/console/projects/V-6')).body, /核验通过、销号/);
  assert.match((await zjj.get('/console/projects?q=V-6')).body, /项目V-6/);
  for (const login of ['inspector', 'coordinator']) {
    await assert.rejects(walk('V-6', [login, 'completed']), { code: 'ledger/verifying_unit' });
  }
  await step('V-6', 1, 'zjj.officer', 'verified');
  await walk('V-6', ['zjj.officer', 'completed']);
});

test('who proposes for another unit amends and proposes again, and does not rewrite what was screened', async () => {
  const officer = await as('440404100.officer');
  const { outcome } = await proposeProjects(product.db, { actor: officer }, [
    {
      title: '镇里提的事',
      content: '内容',
      target: null,
      field_code: 'education',
      unit_code: 'jyj',
      proposing_unit_code: '440404100',
      area_code: '440404100',
      level: 'town',
      start: '2026-01-01',
      deadline: '2099-12-31',
      disclosure: 'public',
      synthetic: true,
      source_note: null,
    },
  ]);
  const number = outcome.numbers[0]!;
  await walk(number, ['coordinator', 'returned', '写明地点']);
  const write = async (
    login: string,
    column: 'content' | 'secrecy_reviewer' | 'verifying_unit_id',
    text: string,
  ) => editCells(product.db, { actor: await as(login) }, [{ number, column, text }]);
  await write('440404100.officer', 'content', '在三灶镇建一所');
  await assert.rejects(write('440404100.officer', 'secrecy_reviewer', '王五'), {
    code: 'ledger/column_fixed',
  });
  await assert.rejects(write('440404100.officer', 'verifying_unit_id', '区教育局'), {
    code: 'identity/reach',
  });
  await assert.rejects(write('jyj.officer', 'content', '别人的'), { code: 'identity/reach' });
  await walk(number, ['440404100.officer', 'proposed'], ['440404100.coordinator', 'screened']);
  await assert.rejects(write('440404100.officer', 'content', '审核以后再改'), { code: 'identity/reach' });
  await write('coordinator', 'content', '办公室改');
});

test('an extension that was overtaken by events can only be refused', async () => {
  await register('V-7', { deadline: '2098-01-31' });
  await plan('V-7', 'coordinator', [item(1)]);
  await underWay('V-7');
  const officer = await as('jyj.officer');
  await askExtension(
    product.db,
    { actor: officer },
    { number: 'V-7', deadline: '2098-03-31', reason: '台风' },
  );
  await step('V-7', 1, 'jyj.officer', 'claimed');
  await walk('V-7', ['jyj.officer', 'completion_claimed'], ['inspector', 'completed']);
  const decide = async (decision: 'granted' | 'refused') =>
    decideExtension(
      product.db,
      { actor: await as('coordinator') },
      { number: 'V-7', decision, note: '已办结' },
    );
  await assert.rejects(decide('granted'), { code: 'ledger/extension_past' });
  await decide('refused');
  const { project } = await getStaffProject(product.db, officer, 'V-7');
  assert.equal(project.deadline, '2098-01-31');

  const desk = await signedInAs(product, app, 'jyj.officer');
  await register('V-8');
  await underWay('V-8');
  for (const deadline of ['infinity', 'epoch', '2099-02-30', 'tomorrow']) {
    const form = { key: `key-${deadline}`, deadline, reason: '理由' };
    const sent = await desk.post('/console/projects/V-8/extensions', form);
    assert.ok(sent.statusCode >= 400 && sent.statusCode < 500, `${deadline}: ${sent.statusCode}`);
  }
});

test('a preview says nothing of projects that are none of somebody’s business', async () => {
  await register('V-9', {
    unit_code: 'zjj',
    disclosure: 'withheld',
    title: '不该看见的名称',
    remark: '不该看见的备注',
  });
  const rows = await previewCells(product.db, { actor: await as('jyj.officer') }, [
    { number: 'V-9', column: 'remark', text: '新的' },
  ]);
  assert.equal(rows.length, 1);
  assert.equal(rows[0]!.problem?.code, 'identity/reach');
  assert.doesNotMatch(JSON.stringify(rows), /不该看见/);
});

test('a project moves from one parent to another, and one with parts stays on top', async () => {
  for (const number of ['P-A', 'P-B', 'P-C']) await register(number);
  const actor = await as('coordinator');
  const move = (number: string, before: string, text: string) =>
    editCells(product.db, { actor }, [{ number, column: 'parent_id', before, text }]);
  await move('P-C', '', 'P-A');
  await move('P-C', 'P-A', 'P-B');
  await assert.rejects(move('P-B', '', 'P-A'), { code: 'ledger/cell' });
  await assert.rejects(move('P-A', '', 'P-C'), { code: 'ledger/cell' });
  await move('P-C', 'P-B', '');
});

test('a program takes a project from proposal to completion with the rights of the people it acts for', async () => {
  const send = async (login: string, path: string, body: object) => {
    const visitor = await signedInAs(product, app, login);
    const sent = await visitor.send('POST', `/api/v1/${path}`, JSON.stringify(body), {
      'content-type': 'application/json',
      'idempotency-key': `${path}-${Math.random()}`,
    });
    return { status: sent.statusCode, body: sent.json() };
  };
  const proposal = {
    title: '程序申报的事',
    content: '内容',
    target: null,
    field_code: 'education',
    unit_code: 'jyj',
    area_code: '440404',
    level: 'district',
    start: '2026-01-01',
    deadline: '2099-12-31',
    disclosure: 'withheld',
    source_note: null,
  };
  for (const wrong of [{ deadline: 'epoch' }, { co_unit_codes: ['nobody'] }, { area_codes: ['1'] }]) {
    const refused = await send('jyj.officer', 'ledger/proposals', { proposals: [{ ...proposal, ...wrong }] });
    assert.ok(refused.status >= 400 && refused.status < 500, JSON.stringify(refused));
  }
  const proposed = await send('jyj.officer', 'ledger/proposals', { proposals: [proposal] });
  assert.equal(proposed.status, 200, JSON.stringify(proposed.body));
  const number: string = proposed.body.numbers[0];
  const good = async (login: string, path: string, body: object) => {
    const sent = await send(login, path, body);
    assert.equal(sent.status, 200, `${path}: ${JSON.stringify(sent.body)}`);
  };
  const to = (login: string, state: string) => good(login, `projects/${number}/steps`, { to: state });
  await to('jyj.head', 'screened');
  await to('coordinator', 'consolidated');
  await to('leader', 'approved');
  const issue = {
    batch: '程序',
    document_no: '程〔1〕',
    issued_at: new Date(Date.now() + 1000).toISOString(),
    numbers: [number],
  };
  assert.equal((await send('coordinator', 'ledger/issue', issue)).body.title, 'ledger/step_future');
  await new Promise((resolve) => setTimeout(resolve, 20));
  await good('coordinator', 'ledger/issue', { ...issue, issued_at: new Date().toISOString() });
  await good('coordinator', `projects/${number}/checklist`, { items: [item(1)] });
  await to('coordinator', 'assigned');
  await to('jyj.officer', 'accepted');
  await good('jyj.officer', `projects/${number}/comments`, { text: '开工了', position: 1 });
  await good('jyj.officer', `projects/${number}/extensions`, { deadline: '2100-01-31', reason: '台风' });
  await good('coordinator', `projects/${number}/extension-decision`, { decision: 'granted', note: '' });
  const early = await send('jyj.officer', `projects/${number}/items/1/steps`, { to: 'claimed' });
  assert.equal(early.body.title, 'ledger/evidence_missing');
  await good('jyj.officer', `projects/${number}/items/1/steps`, { to: 'claimed', text: '已验收' });
  await to('jyj.officer', 'completion_claimed');
  assert.equal((await send('jyj.head', `projects/${number}/steps`, { to: 'completed' })).status, 403);
  await to('inspector', 'completed');
});
