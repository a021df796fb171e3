import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { createApp } from '../src/app.ts';
import type { Role } from '../src/identity/roles.ts';
import type { Server } from '../src/kit/http.ts';
import { demonstrationTemplate, type TestProduct, testProduct } from './support/database.ts';
import { invalidities } from './support/html.ts';
import { loginOfRole, signedInAs } from './support/visitor.ts';

let product: TestProduct;
let app: Server;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product);
});
after(async () => {
  await app.close();
  await product.remove();
});

const pages = [
  '/',
  '/projects',
  '/projects?town=440404100&state=completed&q=路灯',
  '/projects/JW2021-001',
  '/figures',
  '/figures/ledger.completion_rate?by=area',
  '/figures/schools.new_places?by=stage',
  '/figures/vaccination.doses?cutoff=2021-08-01&by=dose',
  '/releases/1',
  '/releases/3?recompute=now',
  '/bulletins',
  '/bulletins/2021-001',
  '/api/v1',
  '/sign-in',
];

for (const elder of ['off', 'on']) {
  for (const language of ['zh', 'en']) {
    test(`every page is valid HTML (长辈版 ${elder}, ${language})`, async () => {
      for (const url of pages) {
        const response = await app.inject({
          url,
          headers: { cookie: `elder=${elder}; language=${language}` },
        });
        assert.equal(response.statusCode, 200, url);
        assert.deepEqual(await invalidities(response.body), [], url);
      }
    });
  }
}

test('the bulletin says what the report said, and each number leads to a release with the same value', async () => {
  const response = await app.inject('/bulletins/2021-001.json');
  const { figures } = response.json() as {
    figures: { code: string; text: string; value: number; url: string }[];
  };
  const texts = figures.map((figure) => figure.text);
  for (const text of ['495', '467', '94.3', '2160', '3240', '2400', '842336', '440949', '400990', '397']) {
    assert.ok(texts.includes(text), text);
  }
  for (const figure of figures) {
    const release = (await app.inject(`${figure.url}.json`)).json() as { value: number; code: string };
    assert.deepEqual([release.code, release.value], [figure.code, figure.value]);
  }
  const page = await app.inject('/bulletins/2021-001');
  assert.match(page.body, /842,336/);
});

test('recomputing a release gives the same number', async () => {
  const response = await app.inject({ url: '/releases/1?recompute=now', headers: { cookie: 'language=zh' } });
  assert.match(response.body, /完全一致/);
});

test('every page of a demonstration says that it is one', async () => {
  for (const url of pages) assert.match((await app.inject(url)).body, /class="demonstration"/, url);
});

const strange = [
  '%00',
  '%ff',
  '../../etc/passwd',
  "'; drop table journal; --",
  '<script>',
  '\ud800',
  '9'.repeat(40),
  '-1',
  '1e9',
  '',
];

test('no input gives a fault: strange words in every place are refused or find nothing, in a sentence', async () => {
  const places = [
    (text: string) => `/projects?q=${text}`,
    (text: string) => `/projects?town=${text}&field=${text}`,
    (text: string) => `/projects?after=${text}`,
    (text: string) => `/projects/${text}`,
    (text: string) => `/figures/${text}`,
    (text: string) => `/figures/ledger.total?cutoff=${text}`,
    (text: string) => `/figures/ledger.total?by=${text}`,
    (text: string) => `/releases/${text}`,
    (text: string) => `/releases/1?after=${text}`,
    (text: string) => `/bulletins/${text}`,
    (text: string) => `/api/v1/projects?after=${text}&limit=${text}`,
    (text: string) => `/api/v1/figures/${text}`,
    (text: string) => `/api/v1/releases/${text}`,
  ];
  for (const place of places) {
    for (const text of strange) {
      const url = place(text.startsWith('%') ? text : encodeURIComponent(text.toWellFormed()));
      const response = await app.inject(url);
      assert.ok(response.statusCode < 500, `${url} → ${response.statusCode}`);
    }
  }
});

test('a refusal in the API is a problem in JSON, in the reader’s language', async () => {
  const response = await app.inject({ url: '/api/v1/figures/nothing', headers: { 'accept-language': 'en' } });
  assert.equal(response.statusCode, 404);
  assert.match(response.headers['content-type'] as string, /application\/problem\+json/);
  assert.equal(response.json().title, 'figures/unknown');
});

test('pages of the list follow each other without a gap or a repetition', async () => {
  const numbers: string[] = [];
  for (let after = ''; ; ) {
    const page = (await app.inject(`/api/v1/projects?limit=60${after && `&after=${after}`}`)).json();
    numbers.push(...page.items.map((item: { number: string }) => item.number));
    if (!page.next) break;
    after = page.next;
  }
  assert.equal(numbers.length, 495);
  assert.equal(new Set(numbers).size, 495);
});

test('a preference is kept, and leads back only into this site', async () => {
  const send = (payload: string, headers = {}) =>
    app.inject({
      method: 'POST',
      url: '/preferences',
      payload,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  const kept = await send('elder=on&back=/projects');
  assert.equal(kept.statusCode, 303);
  assert.equal(kept.headers.location, '/projects');
  for (const back of ['//evil.example', '/%5Cevil.example', 'https://evil.example']) {
    assert.equal((await send(`elder=on&back=${back}`)).headers.location, '/');
  }
  assert.equal((await send('elder=on', { 'sec-fetch-site': 'cross-site' })).statusCode, 403);
});

test('a route that does not state who may use it keeps the server from starting', async () => {
  const other = await createApp(product);
  assert.throws(() => other.get('/forgotten', async () => 'open'), /does not state its access/);
  await other.close();
});

test('an unknown address is a page that helps, with status 404', async () => {
  const response = await app.inject({ url: '/nowhere', headers: { cookie: 'language=zh' } });
  assert.equal(response.statusCode, 404);
  assert.match(response.body, /没有找到/);
});

test('the home page and all it loads weigh at most 40 KB', async () => {
  const home = await app.inject('/');
  const loads = [...home.body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1]!);
  let bytes = home.rawPayload.length;
  for (const url of loads) bytes += (await app.inject(url)).rawPayload.length;
  assert.ok(bytes <= 40_000, `${bytes} bytes`);
});

test('what a page loads is named by its content and may be kept for good', async () => {
  const page = (await app.inject('/')).body;
  const named = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1]!);
  assert.ok(named.length >= 2);
  for (const url of named) {
    assert.match(url, /\?v=[0-9a-f]{12}$/);
    assert.match(String((await app.inject(url)).headers['cache-control']), /immutable/);
    const other = await app.inject(url.replace(/v=.*/, 'v=of-another-version'));
    assert.doesNotMatch(String(other.headers['cache-control']), /immutable/);
  }
});

test('the description of the API is the one that is committed', async () => {
  const now = (await app.inject('/api/v1/openapi.json')).json();
  const committed = JSON.parse(readFileSync(new URL('../generated/openapi.json', import.meta.url), 'utf8'));
  assert.deepEqual(now, committed);
});

const signedIn = async (role: Role) => signedInAs(product, app, await loginOfRole(product, role));

test('a write by the API is done once for a key, needs one, and refuses it for something else', async () => {
  const visitor = await signedIn('inspector');
  const send = (body: object, headers: Record<string, string>) =>
    visitor.send('POST', '/api/v1/projects/JW2021-001/steps', JSON.stringify(body), {
      'content-type': 'application/json',
      ...headers,
    });
  const step = { to: 'in_progress', note: '复查' };
  const without = await send(step, {});
  assert.equal(without.statusCode, 422);
  assert.match(without.headers['content-type']!, /application\/problem\+json/);
  const key = { 'idempotency-key': 'one-and-the-same' };
  const first = (await send(step, key)).json();
  const second = (await send(step, key)).json();
  assert.deepEqual([first.repeated, second.repeated], [false, true]);
  assert.equal(second.entry_no, first.entry_no);
  const other = await send({ ...step, note: '另一件事' }, key);
  assert.equal(other.statusCode, 409);
  assert.equal(other.json().title, 'journal/key_reused');
});

test('the measures are for the system administrator and name no address that anybody asked for', async () => {
  const visitor = await signedIn('system_admin');
  await visitor.get('/projects?q=谁也不该知道的词');
  const measures = await visitor.get('/metrics');
  assert.equal(measures.statusCode, 200);
  assert.match(
    measures.body,
    /http_request_duration_seconds_count\{method="GET",route="\/projects",status="200"\} \d+/,
  );
  assert.doesNotMatch(measures.body, /谁也不该知道的词|%E8%B0%81/);
});

test('the parts page is not there in production', async () => {
  const settings = { ...product.settings, production: true };
  const live = await createApp({ ...product, settings });
  assert.equal((await live.inject('/console/parts')).statusCode, 404);
  await live.close();
});
