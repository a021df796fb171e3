// Writes everything under generated/ anew; CI fails when what is committed differs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApp } from '../src/app.ts';
import { definitionHash } from '../src/figures/registry.ts';
import { openProduct } from '../src/product.ts';
import { readSettings } from '../src/settings.ts';
import { schemaText } from './support/schema-text.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'shishi-generate-'));
const product = await openProduct(readSettings({ SHISHI_DATA: data }));
try {
  const app = await createApp(product);
  await app.ready();
  writeJson('generated/openapi.json', app.swagger());
  await app.close();
  writeFileSync(at('generated/schema.txt'), await schemaText(product.db.pool, product.db.schema));
  const hashes = [...product.registry.values()]
    .flatMap((one) => [one, ...(one.former ?? [])])
    .map((one) => [`${one.code}@${one.version}`, definitionHash(product.db.queries, one)]);
  writeJson('generated/definitions.json', Object.fromEntries(hashes));
  const types = [
    '--type-mapping',
    '{"int8":"number","date":"string"}',
    '--no-singularize',
    '--out-file',
    at('generated/db-types.ts'),
  ];
  const tables = [
    '--default-schema',
    product.settings.schema,
    '--include-pattern',
    `${product.settings.schema}.*`,
  ];
  const args = ['--dialect', 'postgres', '--url', product.owner_url.split('?')[0]!, ...tables, ...types];
  const { status } = spawnSync(at('node_modules/.bin/kysely-codegen'), args, {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exitCode = 1;
} finally {
  await product.close();
  rmSync(data, { recursive: true, force: true });
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(at(path), `${JSON.stringify(value, null, 2)}\n`);
}
