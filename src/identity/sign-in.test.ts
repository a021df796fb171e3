import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { codeOf } from '../../test/support/totp.ts';
import { Visitor } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import type { Server } from '../kit/http.ts';
import { commandLine } from '../product.ts';
import { accountsByLogin, setDisabled } from './actions.ts';
import { issueLink } from './links.ts';

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

const password = '三灶-红旗 42 平沙灯塔';

async function accountId(login: string): Promise<number> {
  return (await accountsByLogin(product.db.queries)).get(login)!.id;
}

async function link(login: string, purpose: 'setup' | 'demonstration'): Promise<string> {
  return issueLink(product.db, { account_id: await accountId(login), purpose, hours: 1, by: null });
}

/** Sets a password and a second factor as a new member of staff does; gives the secret of the app. */
async function settleIn(visitor: Visitor, login: string): Promise<{ secret: string; spare: string }> {
  const set = await visitor.post(await link(login, 'setup'), { password });
  assert.equal(set.statusCode, 200, set.body);
  const secret = /<code>([A-Z2-7]{20,})<\/code>/.exec(set.body)![1]!;
  const spare = /<li><code>([A-Za-z0-9-]+)<\/code>/.exec(set.body)![1]!;
  assert.equal((await visitor.get('/console')).headers.location, '/account/second-factor');
  const confirmed = await visitor.post('/account/second-factor/confirmation', { code: await codeOf(secret) });
  assert.equal(confirmed.headers.location, '/console', confirmed.body);
  assert.equal((await visitor.get('/console')).statusCode, 200);
  return { secret, spare };
}

async function loggedEvents(login: string): Promise<[string, boolean][]> {
  const rows = await product.db.queries
    .selectFrom('security_log')
    .select(['event', 'success'])
    .where('account_id', '=', await accountId(login))
    .orderBy('id')
    .execute();
  return rows.map(({ event, success }) => [event, success]);
}

test('a new member of staff sets a password and a second factor, and signs in with both', async () => {
  const first = new Visitor(app);
  const { spare } = await settleIn(first, 'wjj.officer');
  const again = new Visitor(app);
  const entered = await again.post('/sign-in', { login: 'wjj.officer', password, back: '/console/projects' });
  assert.match(String(entered.headers.location), /^\/sign-in\/second-factor\?back=%2Fconsole%2Fprojects$/);
  assert.equal((await again.get('/console')).headers.location, '/sign-in?back=%2Fconsole');
  const wrong = await again.post('/sign-in/second-factor', { code: '000000' });
  assert.equal(wrong.statusCode, 401);
  assert.match(wrong.body, /验证码不对/);
  const right = await again.post('/sign-in/second-factor', { code: spare, back: '/console/projects' });
  assert.equal(right.headers.location, '/console/projects', right.body);
  assert.equal((await again.get('/console')).statusCode, 200);
  assert.equal((await again.post('/sign-out', {})).statusCode, 303);
  assert.equal((await again.get('/console')).statusCode, 303);
  assert.deepEqual(await loggedEvents('wjj.officer'), [
    ['link_issued', true],
    ['password_set', true],
    ['second_factor_set', true],
    ['sign_in', true],
    ['second_factor', true],
    ['sign_out', true],
  ]);
});

test('a code is good once, even within its half minute', async () => {
  const { secret } = await settleIn(new Visitor(app), 'mzj.officer');
  const code = await codeOf(secret);
  const signIn = async () => {
    const visitor = new Visitor(app);
    await visitor.post('/sign-in', { login: 'mzj.officer', password });
    await visitor.post('/sign-in/second-factor', { code });
    return (await visitor.get('/console')).statusCode;
  };
  assert.deepEqual([await signIn(), await signIn()], [200, 303]);
});

test('a one-time link works once, and a forgotten password ends every session', async () => {
  const visitor = new Visitor(app);
  await settleIn(visitor, 'zjj.officer');
  const path = await link('zjj.officer', 'setup');
  const other = new Visitor(app);
  assert.equal((await other.post(path, { password: `${password}!` })).statusCode, 200);
  assert.equal((await visitor.get('/console')).statusCode, 303);
  assert.equal((await new Visitor(app).post(path, { password })).statusCode, 404);
});

test('a password is changed with the present one, and everywhere else is signed out', async () => {
  const visitor = new Visitor(app);
  const { spare } = await settleIn(visitor, 'fl.officer');
  const other = new Visitor(app);
  await other.post('/sign-in', { login: 'fl.officer', password });
  await other.post('/sign-in/second-factor', { code: spare });
  assert.equal((await other.get('/console')).statusCode, 200);
  const next = '南水-高栏 港 2021';
  const wrong = await visitor.post('/account/password', { current: 'not this', password: next });
  assert.equal(wrong.statusCode, 422);
  assert.match(wrong.body, /现在的口令不对/);
  const changed = await visitor.post('/account/password', { current: password, password: next });
  assert.match(changed.body, /口令已修改/);
  assert.equal((await visitor.get('/console')).statusCode, 200);
  assert.equal((await other.get('/console')).statusCode, 303);
  const old = await new Visitor(app).post('/sign-in', { login: 'fl.officer', password });
  assert.equal(old.statusCode, 401);
});

for (const [what, tried, said] of [
  ['too short', 'Ab3$', /至少 10 位/],
  ['of one kind', 'onlysmallletters', /三类/],
  ['common', 'Password123', /太常见/],
  ['a walk over the keyboard', '1qaz2wsx#EDC', /太常见/],
  ['the login', 'ybj.officer#2026', /不能含有登录名/],
] as const) {
  test(`a password that is ${what} is refused, and the link stays good`, async () => {
    const visitor = new Visitor(app);
    const path = await link('ybj.officer', 'setup');
    const refused = await visitor.post(path, { password: tried });
    assert.equal(refused.statusCode, 422);
    assert.match(refused.body, said);
    assert.ok(!refused.body.includes(tried));
    assert.equal((await visitor.get(path)).statusCode, 200);
  });
}

test('guessing is slowed, for known and unknown logins alike and with the same words', async () => {
  await settleIn(new Visitor(app), 'jyj.officer');
  const answers = async (login: string) => {
    const seen = [];
    for (let guess = 0; guess < 7; guess++) {
      const { statusCode, body } = await new Visitor(app).post('/sign-in', {
        login,
        password: `guess ${guess}`,
      });
      seen.push([statusCode, /role="alert">(.*?)<\/div>/s.exec(body)?.[1]]);
    }
    return seen;
  };
  const known = await answers('jyj.officer');
  assert.deepEqual(await answers('nobody.at.all'), known);
  assert.deepEqual(
    known.map(([status]) => status),
    [401, 401, 401, 401, 401, 429, 429],
  );
  const right = await new Visitor(app).post('/sign-in', { login: 'jyj.officer', password });
  assert.equal(right.statusCode, 429);
});

test('an office behind one address signs in as often as it likes', async () => {
  await settleIn(new Visitor(app), 'gh.officer');
  for (let turn = 0; turn < 65; turn++) {
    const entered = await new Visitor(app).post('/sign-in', { login: 'gh.officer', password });
    assert.equal(entered.statusCode, 303, `turn ${turn}`);
  }
});

test('guesses that come at the same moment are all counted', async () => {
  const guesses = Array.from({ length: 20 }, (_, guess) =>
    new Visitor(app).post('/sign-in', { login: 'at.once', password: `guess ${guess}` }),
  );
  const statuses = (await Promise.all(guesses)).map((one) => one.statusCode);
  assert.equal(statuses.filter((status) => status === 401).length, 5);
});

test('closing an account ends its sessions at once and lets nobody in again', async () => {
  const visitor = new Visitor(app);
  await settleIn(visitor, 'ssb.officer');
  const entering = { actor: commandLine, address: null };
  await setDisabled(product.db, entering, await accountId('ssb.officer'), true);
  const left = await product.db.queries
    .selectFrom('auth_session')
    .select('id')
    .where('user_id', '=', String(await accountId('ssb.officer')))
    .execute();
  assert.deepEqual(left, []);
  assert.equal((await visitor.get('/console')).statusCode, 303);
  const tried = await visitor.post('/sign-in', { login: 'ssb.officer', password });
  assert.equal(tried.statusCode, 401);
});

for (const [limit, column, moment] of [
  ['idle for too long', 'expires_at', new Date(Date.now() - 1000)],
  ['older than half a day', 'created_at', new Date(Date.now() - 13 * 3_600_000)],
] as const) {
  test(`a session that is ${limit} ends`, async () => {
    const visitor = new Visitor(app);
    await visitor.post(await link('inspector', 'demonstration'), {});
    assert.equal((await visitor.get('/console')).statusCode, 200);
    await product.db.queries
      .updateTable('auth_session')
      .set({ [column]: moment })
      .where('user_id', '=', String(await accountId('inspector')))
      .execute();
    assert.equal((await visitor.get('/console')).statusCode, 303);
  });
}

test('a demonstration link is opened by a button and not by a look at it', async () => {
  const path = await link('leader', 'demonstration');
  const visitor = new Visitor(app);
  assert.equal((await visitor.get(path)).statusCode, 200);
  assert.equal((await visitor.get('/console')).statusCode, 303);
  assert.equal((await visitor.post(path, {})).headers.location, '/console');
  assert.equal((await visitor.get('/console')).statusCode, 200);
  assert.equal((await new Visitor(app).post(path, {})).statusCode, 404);
});

test('signing in leads to pages of this site alone', async () => {
  const visitor = new Visitor(app);
  const { spare } = await settleIn(visitor, 'xcb.officer');
  const back = '//elsewhere.example/console';
  await visitor.post('/sign-out', {});
  await visitor.post('/sign-in', { login: 'xcb.officer', password, back });
  const done = await visitor.post('/sign-in/second-factor', { code: spare, back });
  assert.equal(done.headers.location, '/console');
});

test('no secret stands in the database as it was typed or sent', async () => {
  const path = await link('dcs.officer', 'setup');
  const token = path.split('/').at(-1)!;
  const tables = [
    'auth_user',
    'auth_credential',
    'auth_two_factor',
    'sign_in_link',
    'security_log',
    'journal',
  ] as const;
  for (const table of tables) {
    const rows = JSON.stringify(await product.db.queries.selectFrom(table).selectAll().execute());
    assert.ok(!rows.includes(token) && !rows.includes(password), table);
  }
});

test('the application may only add to the security log', async () => {
  for (const statement of [
    'update security_log set success = true',
    'delete from security_log',
    'truncate security_log',
  ]) {
    await assert.rejects(product.db.pool.query(statement), /permission denied/);
  }
});
