import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { openProduct, type Product } from '../../src/product.ts';

/** The server of this test run, as its owner; `test/run.ts` starts it. */
function testServerUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('run the tests by `npm test`, or set TEST_DATABASE_URL to a server for tests');
  return url;
}

/** A product on a database of its own, removed when the test file ends. */
export interface TestProduct extends Product {
  /** The database's address as its owner, without a search path. */
  database_url: string;
  remove(): Promise<void>;
}

/** The name of the database with the demonstration loaded, made once for each run and copied by those who need it. */
export const demonstrationTemplate = 'shishi_demonstration';

/** Makes a database, empty or a copy of a template, and opens the product on it. */
export async function testProduct(template?: string): Promise<TestProduct> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asOwner(`create database ${name}${template ? ` template ${template}` : ''}`);
  const database_url = withDatabase(name);
  const data = mkdtempSync(join(tmpdir(), 'shishi-test-'));
  const product = await openProduct(testSettings(database_url, data));
  const remove = async () => {
    await product.close();
    await dropDatabase(name);
    rmSync(data, { recursive: true, force: true });
  };
  return { ...product, database_url, remove };
}

/** Drops a database. The server’s own vacuum may be in it for a moment, and nobody may end that. */
async function dropDatabase(name: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await asOwner(`drop database ${name} with (force)`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== '42501' || tries === 20) throw error;
      await setTimeout(100);
    }
  }
}

/** Settings for a product on a test database. */
export function testSettings(database_url: string, data: string): Product['settings'] {
  return {
    host: '127.0.0.1',
    port: 0,
    data,
    database_url,
    district: '440404',
    schema: 'd440404',
    address: 'http://127.0.0.1:8080',
    proxies: [],
    idle_minutes: 30,
    session_hours: 12,
    metrics_port: undefined,
    profile: 'international',
    unmask_per_day: 30,
    apps: [],
    gateways: [],
    production: false,
  };
}

/** The test server's address with another database. */
export function withDatabase(name: string): string {
  const url = new URL(testServerUrl());
  url.pathname = `/${name}`;
  return url.toString();
}

/** Runs statements as the owner, on the server's own database or the one given. */
export async function asOwner(statement: string, url = testServerUrl()): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}
