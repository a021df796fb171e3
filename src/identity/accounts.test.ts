import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { writeXlsx } from 'hucre/xlsx';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { signedInAs, Visitor } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import type { Server } from '../kit/http.ts';
import { commandLine } from '../product.ts';
import { accountsByLogin, addAccounts, entitledAs, listHoldings } from './actions.ts';
import { userCommand } from './cli.ts';
import { accountColumns } from './sheet.ts';

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

const signedIn = (login: string) => signedInAs(product, app, login);

/** Sends a file by the form of the accounts page, as a browser does. */
async function sendList(visitor: Visitor, file: Buffer, name: string, key = `list-${name}`) {
  const form = new FormData();
  form.set('key', key);
  form.set('file', new Blob([new Uint8Array(file)]), name);
  const request = new Request('http://localhost/console/accounts', { method: 'POST', body: form });
  const type = request.headers.get('content-type')!;
  return visitor.send('POST', '/console/accounts', Buffer.from(await request.arrayBuffer()), {
    'content-type': type,
  });
}

const header = [...accountColumns];
const workbook = (rows: string[][]) =>
  writeXlsx({ sheets: [{ name: '人员', rows: [header, ...rows].map((row) => [...row]) }] }).then(Buffer.from);

test('a list of staff from Excel makes accounts with their roles, once however often it is sent', async () => {
  const visitor = await signedIn('system');
  const file = await workbook([
    ['zhang.san', '张三', 'jyj', '单位经办人、单位负责人', ''],
    ['li.si', '李四', '440404100001', '村居经办人', ''],
  ]);
  const first = await sendList(visitor, file, '人员.xlsx', 'list-twice');
  assert.equal(first.statusCode, 200, first.body);
  assert.match(first.body, /已添加 2 个账号/);
  const again = await sendList(visitor, file, '人员.xlsx', 'list-twice');
  assert.match(again.body, /已添加 2 个账号/);
  const accounts = await accountsByLogin(product.db.queries);
  const held = await listHoldings(product.db.queries, [accounts.get('zhang.san')!.id]);
  assert.deepEqual(
    held.map((one) => one.role),
    ['unit_officer', 'unit_head'],
  );
  assert.equal(accounts.get('li.si')!.name, '李四');
});

test('a CSV list as Chinese Excel writes it is read too', async () => {
  const visitor = await signedIn('system');
  // 登录名,姓名,单位代码,角色 / wang.wu,王五,wjj,单位经办人 in GBK.
  const gbk = Buffer.from(
    'b5c7c2bcc3fb2cd0d5c3fb2cb5a5cebbb4fac2eb2cbdc7c9ab0a77616e672e77752ccdf5cee52c776a6a2cb5a5cebbbead b0ecc8cb0a'.replace(
      'ad b0',
      'adb0',
    ),
    'hex',
  );
  const done = await sendList(visitor, gbk, '人员.csv');
  assert.match(done.body, /已添加 1 个账号/);
  assert.equal((await accountsByLogin(product.db.queries)).get('wang.wu')!.name, '王五');
});

for (const [what, rows, said] of [
  ['a role that is none', [['a.b', '甲', 'jyj', '科长', '']], /第 2 行 角色：没有“科长”这个角色/],
  ['an empty login', [['', '甲', 'jyj', '单位经办人', '']], /第 2 行 登录名/],
  ['a unit that is none', [['a.b', '甲', 'nowhere', '单位经办人', '']], /单位 nowhere 不存在/],
  ['a login that is taken', [['inspector', '甲', 'jyj', '单位经办人', '']], /登录名 inspector 已被使用/],
  [
    'the same login twice',
    [
      ['a.b', '甲', 'jyj', '单位经办人', ''],
      ['a.b', '乙', 'jyj', '单位经办人', ''],
    ],
    /登录名 a.b 已被使用/,
  ],
  ['an administrator’s role', [['a.b', '甲', 'jyj', '审计管理员', '']], /须由安全管理员授予/],
  ['no rows', [], /表里没有数据/],
] as const) {
  test(`a list with ${what} is refused in words and adds nobody`, async () => {
    const visitor = await signedIn('system');
    const before = (await accountsByLogin(product.db.queries)).size;
    const refused = await sendList(visitor, await workbook(rows.map((row) => [...row])), `${what}.xlsx`);
    assert.ok(refused.statusCode >= 400 && refused.statusCode < 500, String(refused.statusCode));
    assert.match(refused.body, said);
    assert.equal((await accountsByLogin(product.db.queries)).size, before);
  });
}

test('the same key with another list is refused rather than taken for the first', async () => {
  const visitor = await signedIn('system');
  const list = (login: string) => workbook([[login, '某人', 'jyj', '单位经办人', '']]);
  assert.equal((await sendList(visitor, await list('one.list'), 'a.xlsx', 'list-key')).statusCode, 200);
  assert.equal((await sendList(visitor, await list('other.list'), 'b.xlsx', 'list-key')).statusCode, 409);
});

for (const [what, file] of [
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ['a broken workbook', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(500, 7)])],
  ['nothing', Buffer.alloc(0)],
] as const) {
  test(`${what} instead of a list is refused in words`, async () => {
    const refused = await sendList(await signedIn('system'), file, 'file.xlsx', `file-${what}`);
    assert.equal(refused.statusCode, 422);
    assert.match(refused.body, /读不了这个文件|第一行应是列名/);
  });
}

test('a liaison acts for a named leader, and what they enter says so', async () => {
  const liaison = { login: 'for.leader', name: '代办', unit_code: 'ssb', synthetic: false };
  const nobody = addAccounts(product.db, { actor: commandLine }, [
    { ...liaison, roles: [{ role: 'liaison' }] },
  ]);
  await assert.rejects(nobody, { code: 'identity/liaison' });
  const named = { ...liaison, roles: [{ role: 'liaison', for_login: 'leader' } as const] };
  await addAccounts(product.db, { actor: commandLine }, [named]);
  const leader = (await accountsByLogin(product.db.queries)).get('leader')!;
  const { holdings } = await entitledAs(product.db.queries, 'for.leader');
  assert.equal(holdings === 'unlimited' ? null : holdings[0]!.for_account_id, leader.id);
});

test('the first administrator of a district is made from the command line and sets a password by the link', async () => {
  const words = ['add', 'first.admin', '管理员甲', '--unit', 'zwb', '--role', 'system_admin'];
  const printed = await userCommand(product.db, { actor: commandLine }, 'http://shishi.example', words);
  const path = /http:\/\/shishi\.example(\/sign-in\/link\/\S+)/.exec(printed)![1]!;
  assert.match(printed, /SHISHI_ADDRESS，现为 http:\/\/shishi\.example/);
  const visitor = new Visitor(app);
  const set = await visitor.post(path, { password: '灯塔 Xy-7 红旗 平沙' });
  assert.equal(set.statusCode, 200, set.body);
  await assert.rejects(userCommand(product.db, { actor: commandLine }, '', ['add', 'x']), {
    code: 'kit/command',
  });
});
