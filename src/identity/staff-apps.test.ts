// A city's sign-on, against a certified OpenID provider and against a server that speaks as 政务微信 does.
import assert from 'node:assert/strict';
import { createServer, type Server as HttpServer } from 'node:http';
import { after, before, test } from 'node:test';
import Provider from 'oidc-provider';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { Visitor } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import type { Server } from '../kit/http.ts';
import { commandLine } from '../product.ts';
import { accountsByLogin, setDisabled } from './actions.ts';
import { oidcApp, wecomApp } from './staff-apps.ts';

let product: TestProduct;
let city: HttpServer;
let wecom: HttpServer;
let app: Server;
/** Whom the city's sign-on lets in at the moment. */
let person = 'inspector';

async function listen(server: HttpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

before(async () => {
  product = await testProduct(demonstrationTemplate);
  city = createServer();
  const issuer = await listen(city);
  city.on('request', openIdProvider(issuer));
  wecom = createServer((request, response) => {
    const url = new URL(request.url!, 'http://wecom');
    const answers: Record<string, object> = {
      '/cgi-bin/gettoken':
        url.searchParams.get('corpsecret') === 'wecom-secret'
          ? { errcode: 0, access_token: 'token-of-the-organisation' }
          : { errcode: 40001, errmsg: 'invalid credential' },
      '/cgi-bin/user/getuserinfo':
        url.searchParams.get('access_token') === 'token-of-the-organisation'
          ? { errcode: 0, UserId: url.searchParams.get('code') }
          : { errcode: 40014 },
    };
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify(answers[url.pathname] ?? { errcode: 404 }));
  });
  const base_url = await listen(wecom);
  const apps = [
    oidcApp({
      discovery_url: `${issuer}/.well-known/openid-configuration`,
      client_id: 'shishi',
      client_secret: 'city-secret-of-this-test-and-no-other',
      login_claim: 'preferred_username',
    }),
    wecomApp({ base_url, corporation_id: 'ww1', agent_id: '1000002', secret: 'wecom-secret' }),
  ];
  app = await createApp({ ...product, settings: { ...product.settings, apps } }, { unlimited: true });
});
after(async () => {
  await app.close();
  city.close();
  wecom.close();
  await product.remove();
});

function openIdProvider(issuer: string) {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'shishi',
        client_secret: 'city-secret-of-this-test-and-no-other',
        redirect_uris: ['http://127.0.0.1:8080/sign-in/auth/callback/oidc'],
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    findAccount: async (_ctx: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: `city-${id}`, preferred_username: id }),
    }),
    // Whoever comes is the person of the test and agrees to everything.
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['a key of this test'] },
    pkce: { required: () => true },
  });
  const handle = provider.callback();
  return async (
    request: import('node:http').IncomingMessage,
    response: import('node:http').ServerResponse,
  ) => {
    if (!request.url?.startsWith('/interaction/')) return handle(request, response);
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      return provider.interactionFinished(request, response, { login: { accountId: person } });
    }
    const grant = new provider.Grant({ accountId: session!.accountId, clientId: String(params.client_id) });
    grant.addOIDCScope('openid profile');
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  };
}

/** Follows a sign-on at the city's server as a browser does, until it sends one back. */
async function followAtCity(start: string): Promise<string> {
  const jar = new Map<string, string>();
  let url = start;
  for (let hop = 0; hop < 12 && !url.startsWith('http://127.0.0.1:8080/'); hop++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const one of response.headers.getSetCookie()) {
      const [name, value] = one.split(';')[0]!.split(/=(.*)/s);
      jar.set(name!, value!);
    }
    const location = response.headers.get('location');
    assert.ok(location, `${url} answered ${response.status}: ${await response.text()}`);
    url = new URL(location, url).toString();
  }
  return url.replace('http://127.0.0.1:8080', '');
}

async function signInByCity(visitor: Visitor): Promise<string> {
  const start = await visitor.get('/sign-in/app/oidc?back=/console/projects');
  assert.equal(start.statusCode, 303, start.body);
  const back = await visitor.get(await followAtCity(String(start.headers.location)));
  assert.equal(back.statusCode, 302, back.body);
  return String(back.headers.location);
}

test('the city’s OpenID service signs in the account of the login that it names', async () => {
  person = 'inspector';
  const visitor = new Visitor(app);
  assert.equal(await signInByCity(visitor), '/console/projects');
  const page = await visitor.get('/console');
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /演示·督查/);
  const kept = JSON.stringify(await product.db.queries.selectFrom('auth_credential').selectAll().execute());
  assert.doesNotMatch(kept, /eyJ/, 'no token of the city is kept');
});

test('somebody without an account here is told so, and no account is made', async () => {
  person = 'stranger';
  const before = (await accountsByLogin(product.db.queries)).size;
  const visitor = new Visitor(app);
  const location = await signInByCity(visitor);
  assert.match(location, /^(http:\/\/127\.0\.0\.1:8080)?\/sign-in\?/);
  const page = await visitor.get(location.replace('http://127.0.0.1:8080', ''));
  assert.match(page.body, /没有对应到可用的账号/);
  assert.equal((await visitor.get('/console')).statusCode, 303);
  assert.equal((await accountsByLogin(product.db.queries)).size, before);
});

test('a closed account is not let in by the city either', async () => {
  person = 'mzj.officer';
  const account_id = (await accountsByLogin(product.db.queries)).get('mzj.officer')!.id;
  await setDisabled(product.db, { actor: commandLine, address: null }, account_id, true);
  const visitor = new Visitor(app);
  await signInByCity(visitor);
  assert.equal((await visitor.get('/console')).statusCode, 303);
});

test('an answer of the city that was not asked for signs nobody in', async () => {
  person = 'inspector';
  const other = new Visitor(app);
  const start = await other.get('/sign-in/app/oidc');
  const answer = await followAtCity(String(start.headers.location));
  const visitor = new Visitor(app);
  await visitor.get(answer);
  assert.equal((await visitor.get('/console')).statusCode, 303);
});

test('政务微信 signs in by the code that it sent, turned into a login at its own server', async () => {
  const visitor = new Visitor(app);
  const start = await visitor.get('/sign-in/app/wecom');
  const asked = new URL(String(start.headers.location));
  assert.equal(asked.searchParams.get('appid'), 'ww1');
  assert.equal(asked.searchParams.get('agentid'), '1000002');
  const state = asked.searchParams.get('state')!;
  const back = await visitor.get(
    `/sign-in/auth/callback/wecom?code=coordinator&state=${encodeURIComponent(state)}`,
  );
  assert.equal(back.headers.location, '/console', back.body);
  assert.match((await visitor.get('/console')).body, /演示·区统筹办/);
});
