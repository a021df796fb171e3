import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { commands } from '../src/commands.ts';
import { definitionHash } from '../src/figures/registry.ts';
import { asOwner, type TestProduct, testProduct } from './support/database.ts';
import { schemaText } from './support/schema-text.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
let product: TestProduct;
before(async () => {
  product = await testProduct();
});
after(() => product.remove());

test('no version of a figure’s definition was edited: a change is a new version', () => {
  const locked = JSON.parse(read('generated/definitions.json')) as Record<string, string>;
  for (const definition of product.registry.values()) {
    assert.equal(
      definitionHash(product.db.queries, definition),
      locked[`${definition.code}@${definition.version}`],
      definition.code,
    );
  }
});

test('the generated types know every column of every table, and no other', async () => {
  const found = await asOwner(
    `select table_name, column_name from information_schema.columns where table_schema = 'd440404'`,
    product.database_url,
  );
  const columns = new Set<string>(found.rows.map((row) => `${pascal(row.table_name)}.${row.column_name}`));
  const typed = new Set<string>();
  for (const [, name, body] of read('generated/db-types.ts').matchAll(
    /export interface (\w+) \{\n((?: {2}\w+: .*\n)+)\}/g,
  )) {
    if (name === 'DB') continue;
    for (const [, column] of body!.matchAll(/^ {2}(\w+):/gm)) typed.add(`${name}.${column}`);
  }
  assert.deepEqual([...typed].sort(), [...columns].sort());
});

test('the listing of the schema is what the migrations make, on every PostgreSQL that is supported', async () => {
  assert.equal(await schemaText(product.db.pool, 'd440404'), read('generated/schema.txt'));
});

function pascal(table: string): string {
  return table.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}

test('every column is classified, and no other', async () => {
  const found = await asOwner(
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'd440404' and table_name not like '%\\_past' order by 1`,
    product.database_url,
  );
  const named = new Set<string>();
  let table = '';
  for (const line of read('visibility.toml').split('\n')) {
    table = line.match(/^\[(\w+)\]$/)?.[1] ?? table;
    const column = line.match(/^(\w+) = "(?:public|staff|sealed)"$/)?.[1];
    if (column) named.add(`${table}.${column}`);
  }
  assert.deepEqual([...named].sort(), found.rows.map((row) => row.name).sort());
});

test('every path and command that the documents name exists', () => {
  for (const file of globSync('{*.md,docs/**/*.md,demo/**/*.md}')) {
    const text = read(file);
    for (const [, path] of text.matchAll(/`((?:src|demo|docs|test|migrations|generated)\/[\w./-]*)`/g)) {
      assert.ok(existsSync(new URL(`../${path}`, import.meta.url)), `${file}: ${path}`);
    }
    for (const [, target] of text.matchAll(/\]\(([^)#:]+)\)/g)) {
      assert.ok(existsSync(new URL(target!, new URL(`../${file}`, import.meta.url))), `${file}: ${target}`);
    }
    for (const [, name] of text.matchAll(/(?:npm run -s shishi -- |`shishi )(\w+)/g)) {
      assert.ok(name! in commands || name === 'start' || name === 'serve', `${file}: shishi ${name}`);
    }
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const [, name] of text.matchAll(
      /npm (?:run (?:-s )?)?(start|test|check|generate|look|bench|shishi)\b/g,
    )) {
      assert.ok(name! in scripts, `${file}: npm ${name}`);
    }
  }
});
