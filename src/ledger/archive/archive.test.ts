import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { signedInAs } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import { entitledAs } from '../../identity/actions.ts';
import type { Server } from '../../kit/http.ts';
import { zipEntries } from '../../kit/zip.ts';
import { giveInstruction } from '../../supervision/actions.ts';
import { registerProjects, takeStep } from '../actions.ts';
import { planItems, takeItemSteps } from '../checklist/actions.ts';
import { addComment } from '../comments/actions.ts';
import { editCells } from '../edits.ts';
import { addEvidence, keepSafely } from '../evidence/actions.ts';
import { askExtension, decideExtension } from '../extensions/actions.ts';
import { recordAnswers } from '../survey/actions.ts';

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

const as = async (login: string) => ({ actor: await entitledAs(product.db.queries, login) });

test('one archive holds everything about a project, to be read by people and by programs', async () => {
  const { db } = product;
  const number = 'T-9';
  const coordinator = await as('coordinator');
  const officer = await as('jyj.officer');
  const batch = { batch: '测试', document_no: '测〔1〕', issued_at: new Date('2026-01-02T09:00+08:00') };
  const plain = {
    title: '改造操场',
    content: '把操场铺平',
    target: null,
    field_code: 'education',
    unit_code: 'jyj',
    area_code: '440404',
    level: 'district' as const,
    start: '2026-01-01',
    deadline: '2099-06-30',
    disclosure: 'public' as const,
    synthetic: true,
    source_note: null,
  };
  await registerProjects(db, coordinator, batch, [
    { ...plain, number, survey: true, parent_number: 'JW2021-001' },
  ]);
  const item = {
    position: 1,
    title: '铺设跑道',
    weight: '1',
    unit_code: 'jyj',
    planned_start: '2026-01-05',
    planned_end: '2026-06-30',
    depends_on: [],
    evidence_kinds: ['document' as const],
  };
  await planItems(db, coordinator, [{ number, items: [item] }]);
  await takeStep(db, coordinator, { number, to: 'assigned' });
  await takeStep(db, officer, { number, to: 'accepted' });
  await takeStep(db, officer, { number, to: 'in_progress' });
  await askExtension(db, officer, { number, deadline: '2099-12-31', reason: '雨季停工' });
  await decideExtension(db, coordinator, { number, decision: 'granted', note: '同意到年底' });
  await addComment(db, officer, { number, position: undefined, text: '材料已进场' });
  const leader = await entitledAs(db.queries, 'leader');
  await giveInstruction(db, { actor: leader, idempotency_key: 'archive-1' }, { number, text: '请抓紧' });
  const scan = await keepSafely(db, {
    content: Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'),
    name: '验收单 100%.pdf',
  });
  const given = {
    number,
    position: 1,
    kind: 'document' as const,
    title: '验收单',
    text: '',
    disclosure: 'withheld' as const,
  };
  await addEvidence(db, officer, given, scan);
  await takeItemSteps(db, officer, 'claimed', [
    { number, position: 1, note: '跑道铺好了', occurred_at: new Date().toISOString() },
  ]);
  await takeStep(db, officer, { number, to: 'completion_claimed' });
  const inspector = await as('inspector');
  await recordAnswers(db, inspector, '督查员', {
    number,
    channel: 'phone',
    tally: { satisfied: 7, mostly: 2, unsatisfied: 1, unknown: 0 },
  });
  await editCells(db, { ...coordinator, reason: '更正' }, [
    { number, column: 'lead_leader', text: '某副区长' },
  ]);

  const visitor = await signedInAs(product, app, 'jyj.officer');
  const response = await visitor.get(`/console/projects/${number}/archive.zip`);
  assert.equal(response.statusCode, 200);
  const archive = response.rawPayload;
  const entries = zipEntries(archive)!;
  assert.deepEqual(
    entries.map((entry) => entry.name),
    ['目录.html', '记录.json', '佐证/001 验收单 100%.pdf'],
  );
  const read = (name: string) => {
    const { offset, bytes } = entries.find((entry) => entry.name === name)!;
    const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
    return archive.subarray(start, start + bytes).toString();
  };
  const index = read('目录.html');
  for (const said of [
    /上级项目编号<\/td><td>JW2021-001</,
    /延到[\s\S]*2099-06-30<\/td><td>2099-12-31<\/td><td>雨季停工<\/td><td>同意<[\s\S]*同意到年底/,
    /第 1 项<\/td><td>已报完成[^<]*<[\s\S]*跑道铺好了/,
    /领导批示[\s\S]*请抓紧/,
    /满意度 90\.0%，有效 10，样本 10[\s\S]*电话<\/td><td>7<\/td><td>2<\/td><td>1<\/td><td>0<[\s\S]*督查员/,
    /留言[\s\S]*材料已进场/,
    /牵头领导：（空） → 某副区长/,
    /href="%E4%BD%90[^"]*%20100%25\.pdf"/,
  ]) {
    assert.match(index, said);
  }
  const record = JSON.parse(read('记录.json')) as Record<string, unknown[]>;
  for (const name of [
    'steps',
    'item_steps',
    'evidence',
    'extensions',
    'comments',
    'survey',
    'instructions',
  ]) {
    assert.ok(record[name]!.length > 0, name);
  }
});
