import { Kysely, PostgresDialect, type PostgresPoolClient, type RawBuilder } from 'kysely';
import pg from 'pg';
import type { DB } from '../../generated/db-types.ts';
import { Problem } from './problem.ts';

/** Reads and writes with the tables' types; what every store takes as its first argument. */
export type Queries = Kysely<DB>;

/** A district's database: its schema, reached as the application's role, which owns nothing. */
export interface Database {
  /** For reads, each on a connection of its own. */
  queries: Queries;
  pool: pg.Pool;
  /** The district's PostgreSQL schema, such as `d440404`. */
  schema: string;
  close(): Promise<void>;
}

const { builtins } = pg.types;

/** How PostgreSQL's values arrive: bigint as number (an unsafe one is an error), dates as text, instants as Date. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === builtins.INT8) return safeInteger;
    if (oid === builtins.DATE || oid === builtins.NUMERIC) return (text: string) => text;
    return pg.types.getTypeParser(oid, format);
  },
};

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint out of range: ${text}`);
  return value;
}

/** The name of the role that the application works as in a district's schema. */
export function applicationRole(schema: string): string {
  return `${schema}_app`;
}

/**
 * Opens a pool of connections to a district's schema. Role, search path and time zone are connection options: set
 * for each transaction they were measured to cost 40 % of reads.
 */
export function openDatabase(url: string, schema: string, max = 12): Database {
  const options = [
    `role=${applicationRole(schema)}`,
    `search_path=${schema},extensions`,
    'timezone=UTC',
    'lock_timeout=15s',
    'statement_timeout=60s',
    'idle_in_transaction_session_timeout=60s',
  ];
  const pool = new pg.Pool({
    connectionString: withoutOptions(url),
    options: options.map((option) => `-c ${option}`).join(' '),
    max,
    types,
    connectionTimeoutMillis: 15_000,
  });
  // An idle connection that the server closes is replaced by the pool at the next use.
  pool.on('error', () => {});
  const queries = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  return { queries, pool, schema, close: () => queries.destroy() };
}

const names = new Map<string, string>();
/** Each is kept by every connection, so only so many texts get one. */
const mostNames = 200;

/** The name under which a statement is prepared: parsed once for each connection. None once there are too many. */
function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= mostNames) return known;
  const name = `p${names.size + 1}`;
  names.set(text, name);
  return name;
}

/** Runs a query as a prepared statement. Its text must come in few variants. */
export async function queryPrepared(
  client: Pick<pg.PoolClient, 'query'>,
  text: string,
  values: readonly unknown[],
): Promise<pg.QueryResult> {
  const name = statementName(text);
  return client.query({ ...(name && { name }), text, values: [...values] });
}

/** Runs a read that is asked very often as a prepared statement. */
export async function runPrepared<R>(db: Database, query: RawBuilder<R>): Promise<R[]> {
  const { sql: text, parameters } = query.compile(db.queries);
  return (await queryPrepared(db.pool, text, parameters)).rows as R[];
}

/**
 * Whether a prepared statement no longer fits its table, because a newer version of the product added a column
 * meanwhile: the connection has to be given up.
 */
export function isStalePlan(error: unknown): boolean {
  const { code, routine } = error as { code?: string; routine?: string };
  return code === '0A000' && routine === 'RevalidateCachedQuery';
}

/** Queries that all run on one connection, inside whatever transaction it is in. */
export function queriesOn(client: Pick<pg.PoolClient, 'query'>): Queries {
  const connection = { query: client.query.bind(client), release() {} } as unknown as PostgresPoolClient;
  return new Kysely<DB>({
    dialect: new PostgresDialect({
      pool: { connect: async () => connection, end: async () => {}, options: {} },
    }),
  });
}

/** Runs reads on one connection in one snapshot, so that several queries of a page agree with each other. */
export async function inSnapshot<T>(db: Database, read: (queries: Queries) => Promise<T>): Promise<T> {
  return db.queries
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(read);
}

/** A connection as the owner, for migrations and administration, with the district's schema first. */
export async function connectAsOwner(url: string, schema: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: ownerUrl(url, schema), types });
  await client.connect();
  return client;
}

/** The address of the database with the district's schema as its search path. */
export function ownerUrl(url: string, schema: string): string {
  const address = new URL(withoutOptions(url));
  address.searchParams.set('options', `-c search_path=${schema}`);
  return address.toString().replaceAll('+', '%20');
}

function withoutOptions(url: string): string {
  const address = new URL(url);
  address.searchParams.delete('options');
  return address.toString();
}

/** The Problem that a database error stands for, or nothing when it is a fault of ours. */
export function problemOfDatabaseError(error: unknown): Problem | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return undefined;
  if (code === '23505') {
    return new Problem('kit/duplicate', 'conflict', {
      zh: '相同的记录已经存在，没有保存。请刷新后再看。',
      en: 'The same record exists already; nothing was saved. Reload the page and look again.',
    });
  }
  if (['22P02', '22003', '22007', '22008', '22021', '22P05', '23502', '23503', '23514'].includes(code)) {
    return new Problem('kit/value_refused', 'invalid', {
      zh: '有一项内容不符合要求，没有保存。请检查后再提交。',
      en: 'One of the values cannot be accepted; nothing was saved. Check it and send it again.',
    });
  }
  if (['55P03', '57014', '53300', '57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET'].includes(code)) {
    return databaseUnavailable();
  }
  if (isStalePlan(error)) return databaseUnavailable();
  if (code === '53100') {
    return new Problem('kit/disk_full', 'unavailable', {
      zh: '磁盘已满，没有保存。请联系系统管理员腾出空间。',
      en: 'The disk is full; nothing was saved. Ask the system administrator to make room.',
    });
  }
  return undefined;
}

/** The Problem of a database that cannot be reached or is too busy; nothing was changed. */
export function databaseUnavailable(): Problem {
  return new Problem('kit/database_unavailable', 'unavailable', {
    zh: '数据库暂时没有回应，请稍后再试。',
    en: 'The database does not answer at the moment. Try again shortly.',
  });
}
