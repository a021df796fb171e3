// Whatever is sent, to any route, by anybody: an answer in the 200s to 400s, never a fault of ours.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createApp } from '../src/app.ts';
import { type Role, roles } from '../src/identity/roles.ts';
import { currentHead } from '../src/journal/head.ts';
import type { Server } from '../src/kit/http.ts';
import { demonstrationTemplate, type TestProduct, testProduct } from './support/database.ts';
import { loginOfRole, signedInAs, type Visitor } from './support/visitor.ts';

let product: TestProduct;
let app: Server;
const visitors = new Map<Role, Visitor>();
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  await app.ready();
  for (const role of roles) {
    visitors.set(role, await signedInAs(product, app, await loginOfRole(product, role)));
  }
});
after(async () => {
  await app.close();
  await product.remove();
});

const nasty = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  "'; drop table project; --",
  '<script>alert(1)</script>',
  '../../../etc/passwd',
  '%00%ff%c0%80',
  '9'.repeat(40),
  '-1',
  '1e309',
  'NaN',
  '2021-02-31',
  '2021-09-03T25:61',
  '９月３日',
  '😀'.repeat(50),
  'a'.repeat(5000),
  '[object Object]',
  '{"$ne":null}',
];
/** Every field that any form has. */
const fields = [
  ...[
    'key',
    'to',
    'note',
    'occurred_at',
    'text',
    'reason',
    'file',
    'login',
    'password',
    'code',
    'back',
    'current',
  ],
  ...[
    'template',
    'cutoff',
    'known_entry',
    'role',
    'unit_code',
    'for_login',
    'language',
    'elder',
    'q',
    'before',
    'to',
    'note',
    'text',
    'kind',
    'number',
    'column',
    'row',
    'title',
    'content',
    'unit_id',
    'area_code',
    'field_code',
    'start',
    'deadline',
    'reason',
    'batch',
    'document_no',
    'issued_on',
    'channel',
    'satisfied',
    'answer',
    'disclosure',
    'position',
    'into',
    'file',
    'weight.0',
    'title.0',
    'day',
    'entry',
    'sort',
    'group',
    'columns',
    'page',
    'light',
    'by',
    'is',
  ],
  ...['act', 'version', 'asked[]', 'place[]', 'source[]', 'audience', 'addressee', 'contact', 'term_days'],
  ...['alt', 'caption', 'reviews', 'review_1', 'signer_roles', 'mask_title', 'do', 'part'],
];

function addressesOf(url: string, value: string): string[] {
  const names = url.match(/:\w+/g) ?? [];
  const good: Record<string, string> = {
    ':number': 'JW2021-001',
    ':form': 'schools.new_places',
    ':id': '3',
    ':holding': '1',
    ':code': 'ledger.total',
    ':token': 'a'.repeat(32),
    ':app': 'oidc',
    ':position': '1',
    ':entry': '5',
    ':digest': '0'.repeat(64),
  };
  const fill = (bad: string | undefined) =>
    names.reduce(
      (text, name) => text.replace(name, name === bad ? encodeURIComponent(wellFormed(value)) : good[name]!),
      url,
    );
  return [fill(undefined), ...names.map(fill)];
}

/** encodeURIComponent refuses half a character; it goes into bodies only. */
function wellFormed(value: string): string {
  return value.toWellFormed();
}

const queries = [
  'cutoff',
  'by',
  'after',
  'town',
  'state',
  'limit',
  'recompute',
  'failed',
  'before',
  'q',
  'error',
  'back',
];

test('no route answers a bad address or query with a fault', async () => {
  for (const { method, url, access } of app.stated) {
    if (method !== 'GET' || url.startsWith('/assets')) continue;
    const visitor = visitorOf(access);
    const asked = nasty.flatMap((value, turn) => {
      const text = encodeURIComponent(wellFormed(value));
      return addressesOf(url, value).flatMap((address) => [
        `${address}?${queries.map((name) => `${name}=${text}`).join('&')}`,
        `${address}?${queries[turn % queries.length]}=${text}`,
      ]);
    });
    await atOnce(asked, async (address) => {
      const { statusCode } = await visitor.get(address);
      assert.ok(statusCode < 500, `${statusCode} GET ${address.slice(0, 300)}`);
    });
  }
});

/** So many are on their way together: the answers are made in turn, but nobody waits for another's database. */
const together = 16;

async function atOnce<Asked>(all: readonly Asked[], ask: (one: Asked) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += together) {
    await Promise.all(all.slice(from, from + together).map(ask));
  }
}

function visitorOf(access: unknown): Visitor {
  return visitors.get(access === 'public' ? 'publisher' : roleOf(access))!;
}

/** A value as every kind of body, each with its type. */
function bodiesOf(value: string): [string, string | Buffer][] {
  const record = Object.fromEntries(fields.map((field) => [field, value]));
  return [
    ['application/json', JSON.stringify(record)],
    ['application/json', JSON.stringify({ ...record, to: 'in_progress', key: 'long enough', note: value })],
    ['application/json', JSON.stringify(Object.fromEntries(fields.map((field) => [field, { a: [value] }])))],
    ['application/json', `${value}{"`],
    [
      'application/x-www-form-urlencoded',
      fields.map((field) => `${field}=${encodeURIComponent(wellFormed(value))}`).join('&'),
    ],
    ['text/csv', value],
    ['text/csv', `day,area_code,dose,doses\n${value},${value},${value},${value}\n`],
    [
      'multipart/form-data; boundary=x',
      `--x\r\ncontent-disposition: form-data; name="file"; filename="${wellFormed(value).slice(0, 20)}"\r\n\r\n${value}\r\n--x--`,
    ],
    ['multipart/form-data; boundary=x', value],
    ['application/octet-stream', Buffer.from(value)],
    ['', value],
  ];
}

test('no route answers a bad body with a fault, and none of them is written', async () => {
  const { entry_no } = await currentHead(product.db);
  for (const { method, url, access } of app.stated) {
    if (method !== 'POST' || url === '/sign-out') continue;
    const visitor = visitorOf(access);
    const asked = nasty.flatMap((value) => bodiesOf(value).map((body) => ({ value, body })));
    await atOnce(asked, async ({ value, body: [type, body] }) => {
      const headers = { 'idempotency-key': 'long enough for all', ...(type && { 'content-type': type }) };
      const address = addressesOf(url, value)[0]!;
      const { statusCode } = await visitor.send('POST', address, body, headers);
      assert.ok(statusCode < 500, `${statusCode} POST ${address} ${type} ${String(body).slice(0, 200)}`);
    });
  }
  const written = await product.db.queries
    .selectFrom('journal')
    .select(['action', 'subject'])
    .where('entry_no', '>', entry_no)
    .execute();
  // A note may be any text, and closing an account asks for a key alone; nothing else of all this is acceptable.
  const acceptable =
    /^(ledger\/(in_progress|comment|view|evidence|edit|item_in_progress|secrecy_review)|supervision\/instruction|identity\/account_(closed|opened))$/;
  assert.deepEqual(
    written.map((one) => one.action).filter((action) => !acceptable.test(action)),
    [],
  );
});

test('a file or text that is too large is refused as such', async () => {
  const visitor = visitors.get('unit_officer')!;
  const large = 'day,area_code,dose,doses\n'.padEnd(1_200_000, '2021-09-02,440404,1,1\n');
  const form = new FormData();
  form.set('key', 'a large file');
  form.set('file', new Blob([large]), 'large.csv');
  const request = new Request('http://localhost/', { method: 'POST', body: form });
  const type = request.headers.get('content-type')!;
  const body = Buffer.from(await request.arrayBuffer());
  const sent = await visitor.send('POST', '/console/reports/vaccination.doses', body, {
    'content-type': type,
  });
  assert.equal(sent.statusCode, 422);
  assert.match(sent.body, /太大/);
  const headers = { 'content-type': 'text/csv', 'idempotency-key': 'a large text' };
  const asked = await visitor.send('POST', '/api/v1/reports/vaccination.doses', large, headers);
  assert.equal(asked.json().title, 'kit/too_large');
});

function roleOf(access: unknown): Role {
  return typeof access === 'object' && access !== null
    ? (access as { roles: Role[] }).roles[0]!
    : 'coordinator';
}
