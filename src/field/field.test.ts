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
  assert.match(body, /4 项已报完成的事项一并核验/);
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

test('what goes wrong in a room leads back into it', async () => {
  const officer = await signedInAs(product, app, '440404100.officer');
  const large = multipart(
    { key: 'far-too-large', to: 'claimed' },
    { name: '大.pdf', content: Buffer.alloc(21_000_000) },
  );
  const refused = await officer.send(
    'POST',
    `/field/projects/${number}/items/4`,
    large.payload,
    large.headers,
  );
  assert.ok(refused.statusCode >= 400 && refused.statusCode < 500);
  assert.match(refused.body, /href="\/field"[^>]*>返回现场/);
  assert.match((await officer.get('/console/nothing-here')).body, /href="\/console"[^>]*>返回工作台/);
  assert.match((await officer.get('/nothing-here')).body, /href="\/"[^>]*>返回首页/);
});
