import type pg from 'pg';
import { type Database, type Queries, queriesOn } from '../../kit/db.ts';
import type { Channel } from '../schema.ts';
import { templateOf } from '../templates.ts';
import { dueAt, usualSilence } from './rules.ts';
import {
  findSilence,
  insertDeliveries,
  listAfter,
  lockReader,
  type NewDelivery,
  type ReadMessage,
  saveReader,
  takeDue,
} from './store.ts';

/** Puts deliveries into the queue, within a transaction; one that the queue holds already is left as it is. */
export type Enqueue = (client: pg.PoolClient, stable_ids: readonly string[]) => Promise<void>;

/**
 * Reads on in the journal from where it was left: each message gets its delivery and each delivery that is due its place in
 * the queue, in one transaction with the number of the last entry read. Gives how many deliveries went into the queue.
 */
export function feed(
  db: Database,
  enqueue: Enqueue,
  how: { channels: ReadonlySet<Channel>; now: Date; all?: boolean },
): Promise<number> {
  return inTransaction(db, async (client, queries) => {
    const last = await lockReader(queries);
    const messages = await listAfter(queries, last);
    const silence = (await findSilence(queries)) ?? usualSilence;
    const ways = messages.flatMap((message) => wayOf(message, how, silence) ?? []);
    await insertDeliveries(queries, ways);
    const due = await takeDue(queries, how.now, how.all ?? false);
    if (due.length > 0)
      await enqueue(
        client,
        due.map((one) => one.stable_id),
      );
    if (messages.length > 0) await saveReader(queries, messages.at(-1)!.since_entry);
    return due.length;
  });
}

/** By which channel a message leaves, and when; nothing where it stays in the inbox. */
function wayOf(
  message: ReadMessage,
  { channels, now }: { channels: ReadonlySet<Channel>; now: Date },
  silence: typeof usualSilence,
): NewDelivery | undefined {
  const { choice, simulated } = message;
  const channel = message.account_id === null ? (choice?.channel ?? 'sms') : 'wecom';
  if (channel === 'none' || !channels.has(channel)) return undefined;
  const urgent = templateOf(message.template).urgent ?? false;
  const due_at = dueAt(now, { urgent, silence, choice: choice ?? undefined });
  return { message_id: message.id, channel, state: simulated ? 'withheld' : 'waiting', due_at };
}

async function inTransaction<T>(
  db: Database,
  work: (client: pg.PoolClient, queries: Queries) => Promise<T>,
): Promise<T> {
  const client = await db.pool.connect();
  let broken = true;
  try {
    await client.query('begin');
    const result = await work(client, queriesOn(client));
    await client.query('commit');
    broken = false;
    return result;
  } catch (error) {
    broken = !(await client.query('rollback').then(
      () => true,
      () => false,
    ));
    throw error;
  } finally {
    client.release(broken);
  }
}
