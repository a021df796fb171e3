import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { signedInAs } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import { accountsByLogin } from '../identity/actions.ts';
import { verifyChain } from '../journal/verify.ts';
import { write } from '../journal/write.ts';
import { commandLine } from '../product.ts';
import { inboxOf, tellIn } from './actions.ts';
import { textOf } from './rules.ts';
import type { Filling } from './schema.ts';
import { placesOf, type Sort, type TemplateName, templateOf, templates } from './templates.ts';

let product: TestProduct;
before(async () => {
  product = await testProduct(demonstrationTemplate);
});
after(() => product.remove());

const change = { actor: commandLine, action: 'requests/step', subject: 'request:7' };
const example: Record<Sort, Filling> = {
  code: 'SQ2021-0007',
  name: { zh: '红旗镇', en: 'Hongqi' },
  day: '2021-09-03',
  moment: '2021-09-03T09:30:00.000Z',
  count: 2,
};
const names = Object.keys(templates) as TemplateName[];

test('every template is whole in both languages: the same places, each filled, and nothing of the braces left', () => {
  for (const name of names) {
    const { values, text, title } = templateOf(name);
    const expected = Object.keys(values).sort();
    assert.deepEqual([...new Set(placesOf(text.zh))].sort(), expected, `${name} zh`);
    assert.deepEqual([...new Set(placesOf(text.en))].sort(), expected, `${name} en`);
    const filled = Object.fromEntries(Object.entries(values).map(([key, sort]) => [key, example[sort]!]));
    for (const language of ['zh', 'en'] as const) {
      assert.doesNotMatch(textOf({ template: name, filled }, language).text, /[{}]|undefined|NaN/);
      assert.ok(title[language].length > 0);
    }
    assert.ok(title.zh.length <= 20, `${name} fits a title of 公众号`);
  }
});

test('a message is kept with the change that it tells of, once for each recipient, and not at all when the change fails', async () => {
  const told = { template: 'request_accepted', link: '/requests/SQ2021-0007' } as const;
  const values = { number: 'SQ2021-0007', unit: '红旗镇', due: '2021-09-03T09:30:00.000Z' };
  await write(product.db, change, async (tx) => {
    await tellIn(tx, { ...told, values, to: [{ person_id: 901 }, { person_id: 901 }, { person_id: 902 }] });
    await tellIn(tx, { ...told, values, to: { person_id: 902 } });
    return undefined;
  });
  await assert.rejects(
    write(product.db, change, async (tx) => {
      await tellIn(tx, { ...told, values, to: { person_id: 901 } });
      throw new Error('the change fails after it was told');
    }),
  );
  for (const person_id of [901, 902]) {
    const inbox = await inboxOf(product.db.queries, { person_id }, { language: 'zh', limit: 10 });
    assert.deepEqual(
      inbox.map(({ text, link }) => [text, link]),
      [['红旗镇已接单办理您的需求 SQ2021-0007，2021年9月3日17:30前答复。', '/requests/SQ2021-0007']],
    );
  }
  const [english] = await inboxOf(product.db.queries, { person_id: 901 }, { language: 'en', limit: 1 });
  assert.match(english!.text, /answers by 17:30 on 3 September 2021/);
  assert.equal((await verifyChain(product.db)).ok, true);
});

test('nothing personal and no secret gets into what is kept: a number of a person, a link that opens by itself', async () => {
  const tell = (values: { number: string; unit: string }, link?: string) =>
    write(product.db, change, async (tx) => {
      await tellIn(tx, {
        template: 'request_dispatched',
        to: { person_id: 903 },
        values,
        ...(link && { link }),
      });
      return undefined;
    });
  for (const unit of ['张三 13800005678', '证号 110101199003070011', 'a@b.cn', '', '长'.repeat(101)]) {
    await assert.rejects(tell({ number: 'SQ1', unit }), /request_dispatched is not filled rightly: unit/);
  }
  await assert.rejects(tell({ number: '13800005678', unit: '红旗镇' }), /not filled rightly: number/);
  for (const link of [
    'https://elsewhere.cn/',
    '//elsewhere.cn',
    `/requests/mine/${'x'.repeat(22)}`,
    '/a?b=1',
  ]) {
    await assert.rejects(tell({ number: 'SQ1', unit: '红旗镇' }, link), /a path of this site/);
  }
  const none = await inboxOf(product.db.queries, { person_id: 903 }, { language: 'zh', limit: 1 });
  assert.deepEqual(none, []);
});

test('staff find what they were told in an inbox of their own, marked until they have read it', async () => {
  const app = await createApp(product, { unlimited: true });
  const account_id = (await accountsByLogin(product.db.queries)).get('jyj.officer')!.id;
  await write(product.db, change, async (tx) => {
    const values = { number: 'SQ2021-0008', due: '2021-09-03T09:30:00.000Z' };
    const link = '/console/requests/SQ2021-0008';
    await tellIn(tx, { template: 'staff_request_arrived', to: { account_id }, values, link });
    return undefined;
  });
  const officer = await signedInAs(product, app, 'jyj.officer');
  const other = await signedInAs(product, app, 'wjj.officer');
  const before = await officer.get('/account/messages');
  assert.match(
    before.body,
    /href="\/console\/requests\/SQ2021-0008">需求 SQ2021-0008 到本单位，请在2021年9月3日17:30前处理。/,
  );
  assert.match(before.body, /未读/);
  const up_to = before.body.match(/name="up_to" value="(\d+)"/)![1]!;
  await other.post('/account/messages/reading', { up_to });
  assert.match((await officer.get('/account/messages')).body, /未读/);
  assert.doesNotMatch((await other.get('/account/messages')).body, /SQ2021-0008/);
  await officer.post('/account/messages/reading', { up_to });
  assert.doesNotMatch((await officer.get('/account/messages')).body, /未读/);
  await app.close();
});
