// Public pages and open data may read columns classed public alone: the database itself is asked to refuse all others.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { createApp } from '../src/app.ts';
import { publish } from '../src/bulletins/actions.ts';
import { entitledAs } from '../src/identity/actions.ts';
import { cutoffOf } from '../src/kit/clock.ts';
import type { Server } from '../src/kit/http.ts';
import { datasetIds } from '../src/portal/open-data/dictionary.ts';
import { asOwner, demonstrationTemplate, type TestProduct, testProduct } from './support/database.ts';

let product: TestProduct;
let app: Server;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  // A second publication, so that there are releases to compare.
  const actor = await entitledAs(product.db.queries, 'publisher');
  const publication = { template: 'jinwan-press', cutoff: cutoffOf('2021-09-02'), synthetic: true };
  await publish(product.db, product.registry, { actor }, publication);
  await grantPublicColumnsAlone();
  app = await createApp(product, { unlimited: true });
});
after(async () => {
  await app.close();
  await product.remove();
});

/** The columns of each table by class, as visibility.toml says. */
function classes(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let table = '';
  for (const line of readFileSync(new URL('../visibility.toml', import.meta.url), 'utf8').split('\n')) {
    table = /^\[(\w+)\]$/.exec(line)?.[1] ?? table;
    const column = /^(\w+) = "public"$/.exec(line)?.[1];
    if (column) found.set(table, [...(found.get(table) ?? []), column]);
  }
  return found;
}

async function grantPublicColumnsAlone(): Promise<void> {
  const tables = await asOwner(
    `select tablename as name from pg_tables where schemaname = 'd440404'`,
    product.database_url,
  );
  const open = classes();
  const statements = tables.rows.map(({ name }: { name: string }) => {
    const revoked = `revoke all on d440404.${name} from d440404_app;`;
    const past = name.endsWith('_past');
    const columns = open.get(past ? name.slice(0, -5) : name) ?? [];
    const listed = past && columns.length > 0 ? [...columns, 'until_entry'] : columns;
    return listed.length === 0
      ? revoked
      : `${revoked} grant select (${listed.join(', ')}) on d440404.${name} to d440404_app;`;
  });
  await asOwner(statements.join('\n'), product.database_url);
}

/** Whatever residents and programs without a session can open; signing in and a person's own page read what they need. */
const parameters: Record<string, string> = {
  '/projects': '/projects?town=440404100&field=education&state=completed&q=村',
  '/projects/:number': '/projects/JW2021-001',
  '/figures/:code': '/figures/ledger.completion_rate?by=area',
  '/releases/:id': '/releases/3?recompute=now',
  '/releases/:id/comparison': '/releases/57/comparison?with=1',
  '/releases/:id/comparison.svg': '/releases/57/comparison.svg?with=1',
  '/bulletins/:number': '/bulletins/2021-001',
  '/bulletins/:number.docx': '/bulletins/2021-001.docx',
  '/bulletins/:number.pptx': '/bulletins/2021-001.pptx',
  '/bulletins/:number.xlsx': '/bulletins/2021-001.xlsx',
  '/bulletins/pictures/:digest': `/bulletins/pictures/${'0'.repeat(64)}`,
  '/open-data/:name': '/open-data/catalog.jsonld',
  '/search': '/search?q=路灯',
  '/wishes': '/wishes?state=shown&town=440404100&circle=elder',
  '/wishes/:number': '/wishes/WX2106-0001',
  '/evidence/:id': '/evidence/1',
  '/api/v1/projects': '/api/v1/projects?limit=5&q=村',
  '/api/v1/figures/:code': '/api/v1/figures/vaccination.doses',
  '/api/v1/releases/:id': '/api/v1/releases/1',
};

test('every public page and every answer of the open data reads public columns alone', async () => {
  const routes = app.stated.filter(
    ({ method, access, url }) =>
      access === 'public' && method === 'GET' && !/^\/(sign-in|survey|my)\b/.test(url),
  );
  assert.ok(routes.length > 15, String(routes.length));
  for (const { url } of routes) {
    const address = parameters[url] ?? url;
    assert.ok(!address.includes(':'), `an address for ${url}`);
    const response = await app.inject(address);
    // No file is public in the demonstration; it was looked for all the same.
    const wanted = url === '/evidence/:id' || url === '/bulletins/pictures/:digest' ? 404 : 200;
    assert.equal(response.statusCode, wanted, `${address}: ${response.body.slice(0, 300)}`);
  }
  for (const url of [
    '/releases/1.json',
    '/bulletins/2021-001.json',
    '/figures/ledger.completed.csv?by=area',
    '/figures/ledger.completed.json?by=unit',
    '/figures/ledger.completed.svg?of=series',
    '/?embed=1',
    ...datasetIds.flatMap((id) => [`/open-data/${id}`, `/open-data/${id}.csv`, `/open-data/${id}.json`]),
  ]) {
    assert.equal((await app.inject(url)).statusCode, 200, url);
  }
});

test('the check bites: a staff column cannot be read', async () => {
  await assert.rejects(product.db.pool.query('select login from account'), /permission denied/);
  await assert.rejects(product.db.pool.query('select actor from journal'), /permission denied/);
});
