import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { applicationRole, connectAsOwner } from './db.ts';
import { Problem } from './problem.ts';
import { digestOf } from './seal.ts';

/** A numbered step of the schema: plain SQL. */
export interface Migration {
  number: number;
  name: string;
  text: string;
}

/** The migrations of this version of the product, in order. */
export function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .sort()
    .map((name) => ({
      number: Number(name.slice(0, 4)),
      name,
      text: readFileSync(join(folder, name), 'utf8'),
    }));
}

/** Tables to which the application's role may only add: nobody edits what was done. */
const appendOnly = ['journal', 'security_log'];

/**
 * Brings a district's schema to this version of the product, making it when it is missing, and gives the
 * application's role what it needs and no more. Several processes may do so at once; one of them does the work.
 *
 * Raises `kit/database_newer` when the schema was made by a newer version of the product.
 */
export async function migrate(url: string, schema: string, migrations: Migration[]): Promise<void> {
  const client = await connectAsOwner(url, schema);
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`migrate ${schema}`]);
    await applyMigrations(client, schema, migrations);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

/**
 * The same within a transaction of the caller's, whose connection has the schema first on its search path.
 *
 * @param upTo stop after this migration, to have the schema as an older version had it
 */
export async function applyMigrations(
  client: pg.Client,
  schema: string,
  migrations: Migration[],
  upTo = Number.POSITIVE_INFINITY,
): Promise<void> {
  await client.query(`create schema if not exists ${schema}`);
  await client.query(
    'create table if not exists migration (number int primary key, name text not null, digest text not null, at timestamptz not null default now())',
  );
  const done = await client.query<{ number: number; digest: string }>('select number, digest from migration');
  refuseNewer(done.rows, migrations);
  const applied = new Set(done.rows.map((row) => row.number));
  for (const migration of migrations) {
    if (applied.has(migration.number) || migration.number > upTo) continue;
    await client.query(migration.text);
    await client.query('insert into migration (number, name, digest) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      digestOf(migration.text),
    ]);
  }
  await grantToApplication(client, schema);
}

function refuseNewer(done: { number: number }[], migrations: Migration[]): void {
  const newest = migrations.at(-1)?.number ?? 0;
  const found = Math.max(0, ...done.map((row) => row.number));
  if (found > newest) {
    throw new Problem('kit/database_newer', 'unavailable', {
      zh: `数据库由更新的版本建立（第 ${found} 步，本程序只到第 ${newest} 步）。请用新版本启动，数据没有改动。`,
      en: `The database was made by a newer version (step ${found}; this program knows ${newest}). Start the newer version; nothing was changed.`,
    });
  }
}

async function grantToApplication(client: pg.Client, schema: string): Promise<void> {
  const role = applicationRole(schema);
  const exists = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (exists.rowCount === 0) await client.query(`create role ${role} nologin`);
  await client.query(`grant ${role} to current_user`);
  await client.query(`grant usage on schema ${schema} to ${role}`);
  const tables = await client.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = $1 and tablename <> 'migration'`,
    [schema],
  );
  for (const { name } of tables.rows) {
    const rights = appendOnly.includes(name) || name.endsWith('_past') ? 'select, insert' : rightsOn(name);
    await client.query(`revoke all on ${schema}.${name} from ${role}`);
    await client.query(`grant ${rights} on ${schema}.${name} to ${role}`);
  }
  const views = await client.query<{ name: string }>(
    'select viewname as name from pg_views where schemaname = $1',
    [schema],
  );
  for (const { name } of views.rows) await client.query(`grant select on ${schema}.${name} to ${role}`);
  await client.query(`grant select on ${schema}.migration to ${role}`);
  await client.query(`grant usage on all sequences in schema ${schema} to ${role}`);
}

function rightsOn(table: string): string {
  return table === 'journal_head' ? 'select, update' : 'select, insert, update, delete';
}
