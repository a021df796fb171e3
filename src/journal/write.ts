import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';
import {
  type Database,
  databaseUnavailable,
  isStalePlan,
  type Queries,
  queriesOn,
  queryPrepared,
} from '../kit/db.ts';
import { Problem } from '../kit/problem.ts';
import { canonicalJson, digestOf, type Json } from '../kit/seal.ts';
import { VersionLog } from '../kit/versioned.ts';
import { hashOfEntry, type JournalEntry } from './entry.ts';

/** Through which door a change came. */
export type Via = 'console' | 'portal' | 'api' | 'cli' | 'job';

/** Who makes a change: a stable name such as `account:12`, `resident`, `cli` or `job:reminders`, and their unit. */
export interface Actor {
  name: string;
  account_id: number | null;
  unit_id: number | null;
  via: Via;
  /** For whom it is done, where an assistant acts for a named leader (代录). */
  on_behalf_of?: string;
}

/** What a change is, as its entry will say. */
export interface Change {
  actor: Actor;
  /** Slice and noun: `ledger/completion`. */
  action: string;
  /** What it is about: `project:12`. Work that only learns it on the way sets `tx.entry.subject`. */
  subject: string;
  reason?: string | undefined;
  /** Repeating a change with the same key and the same input gives the first outcome again and changes nothing. */
  idempotency_key?: string | undefined;
  /** What was asked for; only its digest is kept, to tell a repetition from a reuse of the key. */
  input?: Json;
  /** For the demonstration loader only: the moment the entry pretends to be of. It is marked as simulated. */
  simulated_at?: Date;
}

/** What the work of a change is done with. It is taken away when the work ends. */
export interface Transaction {
  queries: Queries;
  versions: VersionLog;
  /** The schema's pool; caches hang on it. */
  catalogue: object;
  /** The entry being written; work may say here what it is about and what changed. Never personal values. */
  entry: { readonly entry_no: number; readonly at: Date; subject: string; detail: Record<string, Json> };
}

/** What became of a change. */
export interface Written<T> {
  entry_no: number;
  at: Date;
  outcome: T;
  /** True when the same change had been made before and nothing was done now. */
  repeated: boolean;
}

interface Waiting {
  /** How often its statements no longer fitted their tables. */
  stale: number;
  change: Change;
  work: (tx: Transaction) => Promise<Json | undefined>;
  resolve: (written: Written<Json | undefined>) => void;
  reject: (error: unknown) => void;
}

/** PostgreSQL caches 64 subtransactions of a transaction; half of that leaves room for the work's own. */
const batchLimit = 32;

/** As many connections as a pool may have, each with statements of its own. */
const mostStale = 20;

const waitingOf = new WeakMap<Database, { waiting: Waiting[]; running: boolean }>();
const insideWrite = new AsyncLocalStorage<true>();

/**
 * Makes one change: runs the work in a transaction, records it as the next journal entry and commits. Changes that
 * wait at the same moment share a transaction, each in its own savepoint, in order, acknowledged after the commit.
 * What the work raises undoes the work alone, uses no number, and is raised here.
 *
 * @param work SQL only; anything slow is done before. What it returns is kept as the outcome (small, no personal data).
 * Raises `journal/key_reused` when the idempotency key was used for something else, `journal/outcome_unknown` when
 * the connection was lost so late that the change may or may not be stored (repeat it with the same key).
 */
export function write<T extends Json | undefined>(
  db: Database,
  change: Change,
  work: (tx: Transaction) => Promise<T>,
): Promise<Written<T>> {
  if (insideWrite.getStore())
    throw new Error('journal.write inside journal.write: use the inner form of the action');
  let queue = waitingOf.get(db);
  if (!queue) {
    queue = { waiting: [], running: false };
    waitingOf.set(db, queue);
  }
  const { promise, resolve, reject } = Promise.withResolvers<Written<T>>();
  queue.waiting.push({ stale: 0, change, work, resolve: resolve as Waiting['resolve'], reject });
  if (!queue.running) void runBatches(db, queue);
  return promise;
}

async function runBatches(db: Database, queue: { waiting: Waiting[]; running: boolean }): Promise<void> {
  queue.running = true;
  // A turn of the event loop lets writes that arrived together share the first batch.
  await new Promise(setImmediate);
  while (queue.waiting.length > 0) await runBatch(db, queue.waiting.splice(0, batchLimit), queue.waiting);
  queue.running = false;
}

/** The settled result of one write of a batch, told to its caller only after the commit. */
type Settled =
  | { waiting: Waiting; written: Written<Json | undefined> }
  | { waiting: Waiting; error: unknown };

async function runBatch(db: Database, batch: Waiting[], queue: Waiting[]): Promise<void> {
  let client: pg.PoolClient;
  try {
    client = await db.pool.connect();
  } catch {
    for (const waiting of batch) waiting.reject(databaseUnavailable());
    return;
  }
  let broken = false;
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);
  let committing = false;
  try {
    const head = await lockHead(client);
    const known = await entriesByKey(client, batch);
    const entries: JournalEntry[] = [];
    const settled: Settled[] = [];
    for (const waiting of batch) settled.push(await runOne(db, client, waiting, head, known, entries));
    if (entries.length > 0) {
      await storeEntries(client, entries);
      committing = true;
      await client.query('commit');
    } else await client.query('rollback');
    for (const one of settled) {
      if ('written' in one) one.waiting.resolve(one.written);
      else {
        // Its turn was undone; on another connection it goes as if nothing had been.
        const stale = isStalePlan(one.error);
        broken ||= stale;
        if (stale && one.waiting.stale++ < mostStale) queue.push(one.waiting);
        else one.waiting.reject(one.error);
      }
    }
  } catch (error) {
    broken ||= !(await tryRollback(client));
    const problem = committing ? outcomeUnknown() : broken ? databaseUnavailable() : error;
    for (const waiting of batch) waiting.reject(problem);
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

async function tryRollback(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('rollback');
    return true;
  } catch {
    return false;
  }
}

/** The end of the chain as this batch moves it on. */
interface Head {
  entry_no: number;
  hash: string;
  at: Date;
  /** The database's clock, read after the lock. */
  now: Date;
}

async function lockHead(client: pg.PoolClient): Promise<Head> {
  const results = (await client.query(
    `begin; select entry_no, hash, at from journal_head for update;
     select date_trunc('milliseconds', clock_timestamp()) as now; savepoint turn`,
  )) as unknown as pg.QueryResult[];
  return { ...results[1]!.rows[0], now: results[2]!.rows[0].now };
}

interface KnownKey {
  entry_no: number;
  at: Date;
  actor: string;
  input_digest: string;
  outcome: Json | undefined;
}

async function entriesByKey(client: pg.PoolClient, batch: Waiting[]): Promise<Map<string, KnownKey>> {
  const keys = batch.flatMap(({ change }) => change.idempotency_key ?? []);
  if (keys.length === 0) return new Map();
  const found = await queryPrepared(
    client,
    'select idempotency_key, entry_no, at, actor, input_digest, outcome from journal where idempotency_key = any($1)',
    [keys],
  );
  return new Map(found.rows.map((row) => [row.idempotency_key, row]));
}

async function runOne(
  db: Database,
  client: pg.PoolClient,
  waiting: Waiting,
  head: Head,
  known: Map<string, KnownKey>,
  entries: JournalEntry[],
): Promise<Settled> {
  const { change, work } = waiting;
  const key = change.idempotency_key;
  const input_digest = key
    ? digestOf(canonicalJson({ action: change.action, input: change.input ?? null }))
    : null;
  const before = key ? known.get(key) : undefined;
  if (before) {
    if (before.actor !== change.actor.name || before.input_digest !== input_digest) {
      return { waiting, error: keyReused() };
    }
    const { entry_no, at } = before;
    return { waiting, written: { entry_no, at, outcome: before.outcome, repeated: true } };
  }
  const at = laterOf(head.at, change.simulated_at ?? head.now);
  const turn = openTurn(db, client, change, head.entry_no + 1, at);
  try {
    const outcome = await insideWrite.run(true, () => work(turn.tx));
    turn.close();
    // Ends this turn and opens the next in one round trip; a rollback leaves its savepoint open by itself.
    await client.query('release savepoint turn; savepoint turn');
    const entry = entryOf(change, turn.tx, outcome, input_digest, head.hash);
    entries.push(entry);
    if (key) known.set(key, { ...entry, input_digest: input_digest!, outcome });
    head.entry_no = entry.entry_no;
    head.hash = entry.hash;
    head.at = at;
    return { waiting, written: { entry_no: entry.entry_no, at, outcome, repeated: false } };
  } catch (error) {
    turn.close();
    await client.query('rollback to savepoint turn');
    return { waiting, error };
  }
}

function onBehalf({ on_behalf_of }: Actor): Record<string, Json> {
  return on_behalf_of ? { on_behalf_of } : {};
}

function laterOf(a: Date, b: Date): Date {
  return a > b ? a : b;
}

/** A transaction handle that stops working when its turn ends, so that forgotten work cannot slip into a later entry. */
function openTurn(db: Database, client: pg.PoolClient, change: Change, entry_no: number, at: Date) {
  let open = true;
  const query = ((text: string, values: readonly unknown[]) => {
    if (!open) throw new Error('this journal entry is closed: its transaction cannot be used any more');
    return queryPrepared(client, text, values);
  }) as pg.PoolClient['query'];
  const tx: Transaction = {
    queries: queriesOn({ query }),
    versions: new VersionLog(entry_no),
    catalogue: db.pool,
    entry: { entry_no, at, subject: change.subject, detail: onBehalf(change.actor) },
  };
  const close = () => {
    open = false;
  };
  return { tx, close };
}

function entryOf(
  change: Change,
  tx: Transaction,
  outcome: Json | undefined,
  input_digest: string | null,
  prev_hash: string,
): JournalEntry {
  const entry = {
    entry_no: tx.entry.entry_no,
    at: tx.entry.at,
    actor: change.actor.name,
    actor_unit: change.actor.unit_id,
    via: change.actor.via,
    action: change.action,
    subject: tx.entry.subject,
    reason: change.reason ?? null,
    detail: tx.entry.detail,
    outcome: outcome ?? null,
    idempotency_key: change.idempotency_key ?? null,
    input_digest,
    simulated: change.simulated_at !== undefined,
    rows_digest: tx.versions.digest(),
    prev_hash,
  };
  return { ...entry, hash: hashOfEntry(entry) };
}

async function storeEntries(client: pg.PoolClient, entries: JournalEntry[]): Promise<void> {
  const last = entries.at(-1)!;
  await queryPrepared(
    client,
    `with entries as (insert into journal select * from jsonb_populate_recordset(null::journal, $1::jsonb))
     update journal_head set entry_no = $2, at = $3, hash = $4`,
    [JSON.stringify(entries), last.entry_no, last.at, last.hash],
  );
}

function keyReused(): Problem {
  return new Problem('journal/key_reused', 'conflict', {
    zh: '这个提交编号已经用于另一次提交。请重新打开页面再提交，没有保存任何内容。',
    en: 'This idempotency key was used for something else. Reload the page and send again; nothing was saved.',
  });
}

function outcomeUnknown(): Problem {
  return new Problem('journal/outcome_unknown', 'unavailable', {
    zh: '与数据库的连接中断，暂时不知道是否已保存。请原样再提交一次，不会重复保存。',
    en: 'The connection was lost and it is unknown whether this was saved. Send the same again; it is never saved twice.',
  });
}
