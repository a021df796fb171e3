// Who may do what, over every route there is: each role, its own unit and a foreign one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createApp } from '../src/app.ts';
import { checkAccess, type Routes, type StatedRoute, statedAccess } from '../src/identity/access.ts';
import { accountsByLogin } from '../src/identity/actions.ts';
import { type Role, roles } from '../src/identity/roles.ts';
import type { Server } from '../src/kit/http.ts';
import { demonstrationTemplate, type TestProduct, testProduct } from './support/database.ts';
import { loginOfRole, signedInAs, Visitor } from './support/visitor.ts';

let product: TestProduct;
let app: Server;
const visitors = new Map<Role, Visitor>();
const accounts = new Map<string, number>();

before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  await app.ready();
  for (const [login, { id }] of await accountsByLogin(product.db.queries)) accounts.set(login, id);
  for (const role of roles) {
    visitors.set(role, await signedInAs(product, app, await loginOfRole(product, role)));
  }
});
after(async () => {
  await app.close();
  await product.remove();
});

/** The routes that are not for everybody, with an address of each. */
function closedRoutes(): (StatedRoute & { address: string })[] {
  const closed = app.stated.filter(({ method, access }) => access !== 'public' && method !== 'HEAD');
  return closed.map((route) => ({
    ...route,
    address: route.url
      .replace(':number', 'JW2021-001')
      .replace(':form', 'schools.new_places')
      .replace(':id', String(accounts.get('jyj.officer')))
      .replace(':holding', '1'),
  }));
}

/** Sends nothing: who is let in is told that something is missing, who is not is told so before. */
function knock(visitor: Visitor, { method, address }: { method: string; address: string }) {
  return method === 'GET' ? visitor.get(address) : visitor.send('POST', address);
}

// Held by the compiler: each of these lines has to be an error of types.
function doesNotCompile(routes: Routes): void {
  // @ts-expect-error a route that says nothing of itself
  routes.get('/nothing', { schema: {} }, () => '');
  // @ts-expect-error a route for a role that there is not
  routes.get('/unknown', { config: { access: { roles: ['king'] } }, schema: {} }, () => '');
  // @ts-expect-error a route for no role at all
  routes.post('/nobody', { config: { access: { roles: [] } }, schema: {} }, () => '');
}

test('a route that does not state its access does not compile, and a server with one does not start', () => {
  assert.equal(typeof doesNotCompile, 'function');
  assert.throws(() => statedAccess({ method: 'GET', url: '/nothing' }), /does not state its access/);
});

test('every route says who may use it, and most of those for staff name their roles', () => {
  assert.ok(app.stated.length > 50);
  const named = closedRoutes().filter(({ access }) => typeof access === 'object');
  assert.ok(named.length > 20, String(named.length));
});

test('the audit administrator reads and writes nothing but the own account', () => {
  const writes = closedRoutes().filter(({ method }) => method === 'POST');
  const open = writes.filter(
    ({ access }) => typeof access === 'object' && access.roles.includes('audit_admin'),
  );
  assert.deepEqual(open, []);
  const everybodys = writes.filter(({ access }) => typeof access !== 'object').map(({ url }) => url);
  assert.ok(
    everybodys.every(
      (url) => url.startsWith('/account/') || url === '/sign-out' || url.startsWith('/sign-in/'),
    ),
    everybodys.join(),
  );
});

test('who is not signed in is sent to sign in, or told so, at every route that is not public', async () => {
  for (const route of closedRoutes()) {
    const { statusCode, headers } = await knock(new Visitor(app), route);
    const page = route.method === 'GET' && !route.url.startsWith('/api/');
    assert.equal(statusCode, page ? 303 : 401, `${route.method} ${route.url}`);
    if (page) assert.match(String(headers.location), /^\/sign-in\?back=/);
  }
});

for (const role of roles) {
  test(`${role} is let in at the routes that name it and at no other`, async () => {
    const visitor = visitors.get(role)!;
    for (const route of closedRoutes().filter(({ url }) => url !== '/sign-out')) {
      const held = { role, unit_id: 1, reach: new Set([1]), for_account_id: null };
      const staff = { account_id: 1, name: '', unit_id: 1, holdings: [held], complete: true };
      const expected = checkAccess(route.access, staff) === undefined;
      const { statusCode, body } = await knock(visitor, route);
      const refused = statusCode === 403 && /这里需要以下角色之一|identity\/role"/.test(body);
      assert.equal(!refused, expected, `${role} ${route.method} ${route.url}: ${statusCode}`);
      assert.ok(statusCode < 500, `${route.url}: ${statusCode}`);
    }
  });
}

/** For each role whose reach ends somewhere: a project of its own and one of another unit. */
const projects: Partial<Record<Role, { own: string; foreign: string }>> = {};

async function projectOf(unit_code: string): Promise<string> {
  const found = await product.db.queries
    .selectFrom('project')
    .innerJoin('unit', 'unit.id', 'project.unit_id')
    .select('number')
    .where('unit.code', '=', unit_code)
    .orderBy('number')
    .executeTakeFirstOrThrow();
  return found.number;
}

test('a role reaches the projects of its unit and below, and no others, by page, phone and API', async () => {
  const town = '440404100';
  const below = '440404100001';
  const elsewhere = await projectOf('440404103');
  projects.village_officer = { own: await projectOf(below), foreign: await projectOf(town) };
  projects.town_coordinator = { own: await projectOf(below), foreign: elsewhere };
  projects.unit_head = { own: await projectOf('jyj'), foreign: elsewhere };
  for (const [role, { own, foreign }] of Object.entries(projects) as [
    Role,
    { own: string; foreign: string },
  ][]) {
    const visitor = visitors.get(role)!;
    for (const path of ['/console/projects', '/field/projects']) {
      assert.equal((await visitor.get(`${path}/${own}`)).statusCode, 200, `${role} ${path} own`);
      assert.equal((await visitor.get(`${path}/${foreign}`)).statusCode, 403, `${role} ${path} foreign`);
      // A step that leads nowhere: within reach it is impossible, beyond it is not even looked at.
      const step = (number: string) =>
        visitor.post(`${path}/${number}/steps`, { to: 'registered', key: `key-${role}-${path}-${number}` });
      assert.equal((await step(own)).statusCode, 409, `${role} ${path} own step`);
      assert.equal((await step(foreign)).statusCode, 403, `${role} ${path} foreign step`);
    }
    const byApi = (number: string) =>
      visitor.send('POST', `/api/v1/projects/${number}/steps`, JSON.stringify({ to: 'registered' }), {
        'content-type': 'application/json',
        'idempotency-key': `api-${role}-${number}`,
      });
    assert.equal((await byApi(own)).statusCode, 409, `${role} API own`);
    assert.equal((await byApi(foreign)).statusCode, 403, `${role} API foreign`);
    const listed = (await visitor.get(`/api/v1/ledger/projects?limit=200`)).json().items;
    assert.ok(
      listed.some((one: { number: string }) => one.number === own),
      `${role} lists its own`,
    );
    assert.ok(
      !listed.some((one: { number: string }) => one.number === foreign),
      `${role} lists no foreign one`,
    );
  }
});

test('a village reports for itself, not for the village beside it, and corrects nobody else', async () => {
  const visitor = visitors.get('village_officer')!;
  const send = (area_code: string, dose = 1) =>
    visitor.send(
      'POST',
      '/api/v1/reports/vaccination.doses?reason=test',
      `day,area_code,dose,doses\n2021-09-02,${area_code},${dose},3\n`,
      {
        'content-type': 'text/csv',
        'idempotency-key': `doses-${area_code}-${dose}`,
      },
    );
  const own = await send('440404100001');
  assert.equal(own.statusCode, 200, own.body);
  assert.equal(own.json().added, 1);
  const foreign = await send('440404100002');
  assert.equal(foreign.statusCode, 403);
  assert.equal(foreign.json().title, 'reporting/foreign_area');
  const cell = await product.db.queries
    .selectFrom('reported_value')
    .select(['key'])
    .where('form', '=', 'schools.new_places')
    .executeTakeFirstOrThrow();
  const [school, stage] = cell.key.split('|');
  const text = `school,stage,area_code,opened_on,places\n${school},${stage},440404,2021-09-01,99999\n`;
  const head = visitors.get('unit_officer')!;
  const taken = await head.send('POST', '/api/v1/reports/schools.new_places?reason=test', text, {
    'content-type': 'text/csv',
    'idempotency-key': 'schools-of-others',
  });
  assert.equal(taken.statusCode, 403, taken.body);
});

test('a unit administrator keeps the accounts of the own unit alone', async () => {
  const visitor = visitors.get('unit_admin')!;
  const own = accounts.get('jyj.officer');
  const foreign = accounts.get('wjj.officer');
  assert.equal((await visitor.get(`/console/accounts/${own}`)).statusCode, 200);
  assert.equal((await visitor.get(`/console/accounts/${foreign}`)).statusCode, 403);
  for (const path of ['link', 'closing', 'opening']) {
    const done = await visitor.post(`/console/accounts/${own}/${path}`, { key: `own-${path}` });
    assert.ok(done.statusCode < 400, `${path} ${done.statusCode}`);
    const refused = await visitor.post(`/console/accounts/${foreign}/${path}`, { key: `foreign-${path}` });
    assert.equal(refused.statusCode, 403, path);
  }
  const work = await visitor.post(`/console/accounts/${own}/roles`, { key: 'grant-head', role: 'unit_head' });
  assert.equal(work.statusCode, 303, work.body);
  const over = await visitor.post(`/console/accounts/${own}/roles`, {
    key: 'grant-inspector',
    role: 'inspector',
  });
  assert.equal(over.statusCode, 403);
});

test('nobody gets at an account with roles that they could not have given', async () => {
  const system = visitors.get('system_admin')!;
  const link = (visitor: Visitor, login: string) =>
    visitor.post(`/console/accounts/${accounts.get(login)}/link`, { key: `take-over-${login}` });
  assert.equal((await link(system, 'audit')).statusCode, 403);
  assert.equal((await link(system, 'inspector')).statusCode, 200);
  const security = visitors.get('security_admin')!;
  const granted = await security.post(`/console/accounts/${accounts.get('jyj.head')}/roles`, {
    key: 'head-inspects',
    role: 'inspector',
    unit_code: '440404',
  });
  assert.equal(granted.statusCode, 303, granted.body);
  assert.equal((await link(visitors.get('unit_admin')!, 'jyj.head')).statusCode, 403);
});

test('the three administrators stay apart, and nobody gives a role to themselves', async () => {
  const security = visitors.get('security_admin')!;
  const both = await security.post(`/console/accounts/${accounts.get('system')}/roles`, {
    key: 'both-admins',
    role: 'audit_admin',
  });
  assert.equal(both.statusCode, 409);
  assert.match(both.body, /<option value="audit_admin" selected>/);
  assert.match(both.body, /须由不同的人担任/);
  const own = await security.post(`/console/accounts/${accounts.get('security')}/roles`, {
    key: 'own-role',
    role: 'security_admin',
  });
  assert.equal(own.statusCode, 403);
  const system = visitors.get('system_admin')!;
  const grant = await system.post(`/console/accounts/${accounts.get('jyj.officer')}/roles`, {
    key: 'system-grants',
    role: 'inspector',
  });
  assert.equal(grant.statusCode, 403);
});

test('a liaison enters an instruction for their leader, and page and journal say for whom', async () => {
  const liaison = visitors.get('liaison')!;
  const path = '/console/projects/JW2021-109/instructions';
  const empty = await liaison.post(path, { key: 'empty-instruction', text: '  ' });
  assert.equal(empty.statusCode, 422);
  const given = await liaison.post(path, { key: 'an-instruction', text: '请督查室一周内核验。' });
  assert.equal(given.statusCode, 303, given.body);
  const page = await visitors.get('inspector')!.get(path);
  assert.match(page.body, /演示·区领导[\s\S]*演示·联络员 代录[\s\S]*请督查室一周内核验/);
  const journal = await visitors.get('audit_admin')!.get('/console/journal');
  assert.match(journal.body, /演示·联络员（代演示·区领导录入）/);
  const own = await visitors.get('district_leader')!.post(path, { key: 'own-instruction', text: '收到。' });
  assert.equal(own.statusCode, 303);
  assert.doesNotMatch((await new Visitor(app).get('/projects/JW2021-109')).body, /一周内核验/);
});

test('what was refused stands in the security log', async () => {
  const account_id = accounts.get('audit')!;
  const refused = await visitors.get('audit_admin')!.get('/console/accounts');
  assert.equal(refused.statusCode, 403);
  const last = await product.db.queries
    .selectFrom('security_log')
    .select(['event', 'success', 'detail'])
    .where('account_id', '=', account_id)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  assert.deepEqual(last, {
    event: 'access_denied',
    success: false,
    detail: { route: '/console/accounts', why: 'identity/role' },
  });
});

test('a role that is taken back is gone at the next request', async () => {
  const account_id = accounts.get('zjj.officer')!;
  const visitor = await signedInAs(product, app, 'zjj.officer');
  assert.equal((await visitor.get('/console/projects')).statusCode, 200);
  const held = await product.db.queries
    .selectFrom('role_holding')
    .select('id')
    .where('account_id', '=', account_id)
    .executeTakeFirstOrThrow();
  const security = visitors.get('security_admin')!;
  const ended = await security.post(`/console/accounts/${account_id}/roles/${held.id}/end`, {
    key: 'taken-back',
  });
  assert.equal(ended.statusCode, 303, ended.body);
  assert.equal((await visitor.get('/console/projects')).statusCode, 403);
});
