import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { insertRows } from '../kit/versioned.ts';
import type { MessageRow } from './schema.ts';

/** A message with the moment of its entry, and when it was read. */
export type InboxRow = MessageRow & { at: Date; read_at: Date | null };

/** What this entry has told already. */
export async function listToldIn(tx: Transaction): Promise<MessageRow[]> {
  const found = await sql<MessageRow>`
    select id, template, filled, about, link, person_id, account_id from message
    where since_entry = ${tx.entry.entry_no}::bigint`.execute(tx.queries);
  return found.rows;
}

/** Adds messages. */
export async function insertMessages(
  tx: Transaction,
  messages: readonly Omit<MessageRow, 'id'>[],
): Promise<void> {
  await insertRows(tx, 'message', messages);
}

/** The messages of somebody, newest first; of one subject alone where it is named. */
export async function listInbox(
  queries: Queries,
  of: { person_id: number } | { account_id: number },
  { about, limit, before }: { about?: string | undefined; limit: number; before?: number | undefined },
): Promise<InboxRow[]> {
  const whose =
    'person_id' in of
      ? sql`message.person_id = ${of.person_id}::bigint`
      : sql`message.account_id = ${of.account_id}::bigint`;
  const found = await sql<InboxRow>`
    select message.id, template, filled, about, link, person_id, account_id, journal.at, message_read.read_at
    from message join journal on journal.entry_no = message.since_entry
    left join message_read on message_read.message_id = message.id
    where ${whose} ${about === undefined ? sql`` : sql`and about = ${about}`}
      ${before === undefined ? sql`` : sql`and message.id < ${before}::bigint`}
    order by message.id desc limit ${limit}`.execute(queries);
  return found.rows;
}

/** How many messages somebody of staff has not read. */
export async function countUnread(queries: Queries, account_id: number): Promise<number> {
  const found = await sql<{ count: number }>`
    select count(*) as count from message where account_id = ${account_id}::bigint
      and not exists (select from message_read where message_id = message.id)`.execute(queries);
  return found.rows[0]!.count;
}

/** Marks messages of somebody of staff as read, those alone that are theirs. */
export async function markRead(queries: Queries, account_id: number, up_to: number): Promise<void> {
  await sql`
    insert into message_read (message_id, read_at)
    select id, now() from message where account_id = ${account_id}::bigint and id <= ${up_to}::bigint
    on conflict do nothing`.execute(queries);
}
