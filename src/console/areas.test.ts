import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { signedInAs, type Visitor } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import { listAreas } from '../areas/actions.ts';
import { currentHead } from '../journal/head.ts';
import type { Server } from '../kit/http.ts';

let product: TestProduct;
let app: Server;
let office: Visitor;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  office = await signedInAs(product, app, 'coordinator');
});
after(async () => {
  await app.close();
  await product.remove();
});

const path = '/console/areas';
let sendings = 0;
const form = (over: Record<string, string>) => ({
  key: `areas-test-${++sendings}`,
  do: 'look',
  on_day: '2022-03-01',
  ending: '440404104001',
  beginning: '440404104901 甲村 Jia Village\n440404104902 乙村',
  links: '',
  note: '演示〔2022〕3号',
  ...over,
});
const head = async () => (await currentHead(product.db)).entry_no;

test('a split is looked at first, changes nothing by that, and stands with who entered it once it is confirmed', async () => {
  const before = await head();
  const looked = await office.post(path, form({}));
  assert.equal(looked.statusCode, 200, looked.body);
  assert.match(looked.body, /将要这样调整[\s\S]*440404104001[\s\S]*→[\s\S]*甲村（440404104901）/);
  assert.match(looked.body, /这些单位还在原区划名下/);
  assert.equal(await head(), before);
  const fields = [...looked.body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
    name!,
    value!,
  ]);
  const kept = Object.fromEntries(fields.filter(([name]) => name !== 'do'));
  assert.match((await office.post(path, { ...kept, do: 'edit' })).body, /甲村 Jia Village/);
  const done = await office.post(path, { ...kept, do: 'save' });
  assert.equal(done.statusCode, 303, done.body);
  assert.equal(await head(), before + 1);
  assert.equal((await office.post(path, { ...kept, do: 'save' })).statusCode, 303, 'twice is once');
  assert.equal(await head(), before + 1);
  const areas = new Map((await listAreas(product.db.queries, await head())).map((area) => [area.code, area]));
  assert.equal(areas.get('440404104001')!.valid_until, '2022-03-01');
  assert.deepEqual(
    [
      areas.get('440404104901')!.name_en,
      areas.get('440404104902')!.parent_code,
      areas.get('440404104902')!.level,
    ],
    ['Jia Village', '440404104', 'village'],
  );
  assert.match(
    (await office.get(path)).body,
    /办理过的调整[\s\S]*乙村（440404104902）[\s\S]*演示〔2022〕3号[\s\S]*演示·区统筹办/,
  );
});

test('what cannot be read, or cannot be, is told at its field, keeps what was typed and changes nothing', async () => {
  const before = await head();
  for (const [over, sentence] of [
    [{ ending: '没有这个村' }, /“没有这个村”看不懂：本区没有这个区划/],
    [{ beginning: '4404041049 三村' }, /“4404041049 三村”看不懂：每行写代码/],
    [{ on_day: '' }, /请选从哪一天起/],
    [{ note: ' ' }, /请写依据的文件/],
    [{ ending: '440404104001' }, /440404104001 在 2022-03-01 不存在/],
    [{ ending: '440404104', beginning: '440404105 新镇' }, /上级将终止，请一并写明它的去向/],
  ] as const) {
    const refused = await office.post(
      path,
      form({ ending: '440404104002', beginning: '440404104903 丙村', ...over }),
    );
    assert.equal(refused.statusCode, 422, refused.body);
    assert.match(refused.body, sentence);
    assert.match(refused.body, /从哪一天起/);
  }
  assert.equal(await head(), before);
  const officer = await signedInAs(product, app, 'jyj.officer');
  assert.equal((await officer.get(path)).statusCode, 403);
  assert.equal((await officer.post(path, form({}))).statusCode, 403);
});
