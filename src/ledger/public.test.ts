import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { Visitor } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import { publish } from '../bulletins/actions.ts';
import { entitledAs } from '../identity/actions.ts';
import type { Server } from '../kit/http.ts';
import { getStaffProject, registerProjects, reviewSecrecy, takeStep } from './actions.ts';
import { planItems } from './checklist/actions.ts';
import { editCells } from './edits.ts';
import { addEvidence, discloseEvidence, keepSafely } from './evidence/actions.ts';
import { proposeProjects } from './proposals/actions.ts';
import type { NewProject } from './schema.ts';

let product: TestProduct;
let app: Server;
let resident: Visitor;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  resident = new Visitor(app);
});
after(async () => {
  await app.close();
  await product.remove();
});

const as = (login: string) => entitledAs(product.db.queries, login);
const whole: Omit<NewProject, 'number'> = {
  title: '滨海小学扩建',
  content: '内容',
  target: null,
  field_code: 'education',
  unit_code: 'jyj',
  area_code: '440404',
  level: 'district',
  start: '2021-03-01',
  deadline: '2099-12-31',
  disclosure: 'public',
  synthetic: true,
  source_note: null,
};
const pdf = Buffer.from(
  '%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n',
);

async function register(number: string): Promise<void> {
  const batch = { batch: '公开', document_no: '公〔1〕', issued_at: new Date('2021-03-02T09:00+08:00') };
  await registerProjects(product.db, { actor: await as('coordinator') }, batch, [{ ...whole, number }]);
}

async function review(number: string): Promise<void> {
  await reviewSecrecy(product.db, { actor: await as('publisher') }, '演示·宣传发布', [number]);
}

/** What residents see follows publications, so something is published. */
async function publishNow(): Promise<void> {
  const actor = await as('publisher');
  const publication = { template: 'jinwan-press', cutoff: new Date(), synthetic: true };
  await publish(product.db, product.registry, { actor }, publication);
}

async function addPublicFile(number: string): Promise<number> {
  const actor = await as('coordinator');
  const file = await keepSafely(product.db, { content: pdf, name: '竣工.pdf' });
  const given = {
    number,
    position: null,
    kind: 'document',
    title: '竣工验收',
    text: '',
    disclosure: 'public',
  } as const;
  const { outcome } = await addEvidence(product.db, { actor }, given, file);
  const asked = { id: outcome.id, disclosure: 'public', reviewer: '演示·宣传发布' } as const;
  await discloseEvidence(product.db, { actor: await as('publisher') }, asked);
  return outcome.id;
}

const status = async (path: string) => (await resident.get(path)).statusCode;

test('evidence is seen with its project, and is gone the moment either is withdrawn', async () => {
  for (const number of ['O-1', 'O-2']) await register(number);
  await review('O-1');
  const [first, second, hidden] = [
    await addPublicFile('O-1'),
    await addPublicFile('O-1'),
    await addPublicFile('O-2'),
  ];
  await publishNow();
  assert.equal(await status('/projects/O-1'), 200);
  assert.equal(await status(`/evidence/${first}`), 200);
  assert.equal(await status('/projects/O-2'), 404);
  assert.equal(await status(`/evidence/${hidden}`), 404, 'its project was never reviewed');

  const actor = await as('publisher');
  await discloseEvidence(product.db, { actor }, { id: first, disclosure: 'withheld', reviewer: null });
  assert.equal(await status(`/evidence/${first}`), 404);
  assert.equal(await status(`/evidence/${second}`), 200);

  const edit = { number: 'O-1', column: 'disclosure', text: '不予公开' } as const;
  await editCells(product.db, { actor: await as('coordinator') }, [edit]);
  for (const path of ['/projects/O-1', `/evidence/${second}`]) assert.equal(await status(path), 404, path);
  assert.doesNotMatch((await resident.get('/projects?q=O-1')).body, /href="\/projects\/O-1"/);
  assert.doesNotMatch((await resident.get('/api/v1/projects?q=O-1')).body, /"O-1"/);
});

test('what staff note with a step is not for residents, and neither is what was before the list', async () => {
  await register('O-3');
  await review('O-3');
  for (const [login, to, note] of [
    ['coordinator', 'assigned', '请教育局办理'],
    ['jyj.officer', 'registered', '张三 13800000000 说不归我们管'],
  ] as const) {
    await takeStep(product.db, { actor: await as(login) }, { number: 'O-3', to, note });
  }
  await publishNow();
  const { body } = await resident.get('/projects/O-3');
  assert.match(body, /已立项/);
  assert.doesNotMatch(body, /13800000000|请教育局办理/);
});

test('a title that a unit writes into a checklist is reviewed again before residents read it', async () => {
  await register('O-4');
  await review('O-4');
  const item = {
    position: 1,
    title: '联系张三家',
    weight: '1',
    unit_code: 'jyj',
    planned_start: null,
    planned_end: null,
    depends_on: [],
    evidence_kinds: ['record' as const],
  };
  const plan = async (changed: Partial<typeof item>) =>
    planItems(product.db, { actor: await as('jyj.officer') }, [
      { number: 'O-4', items: [{ ...item, ...changed }] },
    ]);
  await plan({});
  await publishNow();
  assert.equal(await status('/projects/O-4'), 404);
  await review('O-4');
  await plan({ weight: '2' });
  const { project } = await getStaffProject(product.db, await as('coordinator'), 'O-4');
  assert.equal(project.reviewed, true, 'a weight is no text');
  await publishNow();
  assert.match((await resident.get('/projects/O-4')).body, /联系张三家/);
});

test('a proposal is on no public list, whatever state is asked for', async () => {
  const { outcome } = await proposeProjects(product.db, { actor: await as('jyj.officer') }, [
    { ...whole, title: '还没审的申报' },
  ]);
  await review(outcome.numbers[0]!);
  await publishNow();
  for (const path of ['/projects?state=proposed', '/projects?q=还没审', '/api/v1/projects?state=proposed']) {
    const { statusCode, body } = await resident.get(encodeURI(path));
    assert.equal(statusCode, 200, path);
    assert.doesNotMatch(body, /还没审的申报/, path);
  }
  assert.equal(await status(`/projects/${outcome.numbers[0]}`), 404);
});
