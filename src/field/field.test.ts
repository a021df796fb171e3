import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { signedInAs } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import type { Server } from '../kit/http.ts';

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

const number = 'JW2021-109';

/** A form as a phone sends it, with a file. */
function multipart(fields: Record<string, string>, file?: { name: string; content: Buffer<ArrayBuffer> }) {
  const boundary = 'shishi-field';
  const parts = Object.entries(fields).map(([name, value]) =>
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
  );
  if (file) {
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${file.name}"\r\n\r\n`;
    parts.push(Buffer.from(head), file.content, Buffer.from('\r\n'));
  }
  const payload = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { payload, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}

test('who verifies on a phone reads the evidence of every item, and how many pass with the whole', async () => {
  const inspector = await signedInAs(product, app, 'inspector');
  const { body } = await inspector.get(`/field/projects/${number}`);
  for (const title of ['完成实施方案和预算审批', '组织施工或采购', '自查验收，投入使用']) {
    assert.match(body, new RegExp(`${title}[\\s\\S]*${title}办理记录`), title);
  }
  assert.match(body, /<span class="day">[\d-]{10}<\/span> 三灶镇人民政府/);
  assert.match(body, /4 项已报完成的事项一并核验[^<]*<\/p>\s*<div class="buttons">/);
});

test('a refusal keeps what was typed, opens the item, and an empty file is not passed over in silence', async () => {
  const inspector = await signedInAs(product, app, 'inspector');
  const back = multipart({ key: 'send-it-back', to: 'in_progress', note: '少一项' });
  const sent = await inspector.send(
    'POST',
    `/console/projects/${number}/items/4`,
    back.payload,
    back.headers,
  );
  assert.equal(sent.statusCode, 303, sent.body);
  const officer = await signedInAs(product, app, '440404100.officer');
  const path = `/field/projects/${number}/items/4`;
  const typed = { key: 'claim-it-again', to: 'claimed', text: '打电话问过李阿姨', kind: 'telephone' };
  for (const file of [
    { name: '空的.pdf', content: Buffer.alloc(0) },
    { name: '程序.pdf', content: Buffer.from('MZ this is a program') },
    { name: '太大.pdf', content: Buffer.alloc(20_000_001) },
  ]) {
    const form = multipart(typed, file);
    const refused = await officer.send('POST', path, form.payload, form.headers);
    assert.ok(refused.statusCode >= 400 && refused.statusCode < 500, file.name);
    assert.match(refused.body, /<details open/, file.name);
    assert.match(refused.body, /打电话问过李阿姨/, file.name);
    assert.match(refused.body, /role="alert"/, file.name);
  }
  const fine = multipart(typed);
  const claimed = await officer.send('POST', path, fine.payload, fine.headers);
  assert.equal(claimed.statusCode, 303, claimed.body);
  assert.match((await officer.get(`/field/projects/${number}`)).body, /打电话问过李阿姨/);
});

test('a file that is too large is refused with what to do about it', async () => {
  const officer = await signedInAs(product, app, '440404100.officer');
  const file = { name: '大.pdf', content: Buffer.alloc(25_000_000) };
  const typed = { key: 'far-too-large', to: 'claimed', text: '附件在后', title: '', kind: 'document' };
  for (const [path, more] of [
    [`/field/projects/${number}/items/4`, { kind: 'record' }],
    [`/console/projects/${number}/evidence`, { disclosure: 'withheld' }],
  ] as const) {
    const form = multipart({ ...typed, ...more }, file);
    const refused = await officer.send('POST', path, form.payload, form.headers);
    assert.equal(refused.statusCode, 422, path);
    assert.match(refused.body, /最多 20 MB[^<]*压缩[^<]*拆成/, path);
    // Item 4 is reported done by now: what was typed is there all the same.
    assert.match(refused.body, /附件在后/, path);
  }
  const kept = await product.db.queries
    .selectFrom('evidence')
    .select('id')
    .where('file_name', '=', '大.pdf')
    .execute();
  assert.deepEqual(kept, []);
});

test('a field that is wrong is named as its label does, and what else was typed stays', async () => {
  const officer = await signedInAs(product, app, '440404100.officer');
  const inspector = await signedInAs(product, app, 'inspector');
  const back = multipart({ key: 'send-it-back-2', to: 'in_progress', note: '再少一项' });
  await inspector.send('POST', `/console/projects/${number}/items/4`, back.payload, back.headers);
  const long = '写'.repeat(2001);
  const form = multipart({ key: 'much-too-long', to: 'claimed', text: long, kind: 'telephone' });
  const atDesk = {
    key: 'much-too-long-2',
    title: '电话',
    disclosure: 'withheld',
    kind: 'telephone',
    text: long,
  };
  const desk = multipart(atDesk);
  for (const [path, { payload, headers }] of [
    [`/field/projects/${number}/items/4`, form],
    [`/console/projects/${number}/evidence`, desk],
  ] as const) {
    const refused = await officer.send('POST', path, payload, headers);
    assert.equal(refused.statusCode, 422, path);
    assert.match(refused.body, /内容太长，最多 2000 字。/, path);
    assert.ok(refused.body.includes(long), path);
    assert.match(refused.body, /<details [^>]*open/, path);
    assert.match(refused.body, /value="telephone" selected/, path);
  }
  const note = '看'.repeat(1001);
  const step = await inspector.post(`/field/projects/${number}/steps`, {
    key: 'a-step-too-long',
    to: 'completed',
    note,
  });
  assert.equal(step.statusCode, 422);
  assert.match(step.body, /说明太长，最多 1000 字。/);
  assert.ok(step.body.includes(note));
});

test('programs are told the same in their language, by the name of the field', async () => {
  const english = { 'accept-language': 'en', 'content-type': 'application/json' };
  const asked = await app.inject({ url: `/api/v1/projects?q=${'x'.repeat(300)}`, headers: english });
  assert.equal(asked.statusCode, 422);
  const { title, detail, fields } = asked.json();
  assert.equal(title, 'kit/request');
  assert.match(detail, /^The search is too long: \d+ characters or fewer\.$/);
  assert.equal(fields.q, detail);
});

test('what goes wrong in a room leads back into it', async () => {
  const officer = await signedInAs(product, app, '440404100.officer');
  assert.match((await officer.get('/field/nothing-here')).body, /href="\/field"[^>]*>返回现场/);
  assert.match((await officer.get('/console/nothing-here')).body, /href="\/console"[^>]*>返回工作台/);
  assert.match((await officer.get('/nothing-here')).body, /href="\/"[^>]*>返回首页/);
});
