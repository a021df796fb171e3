import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { insertRows, updateRows } from '../../kit/versioned.ts';
import type { Channel, Choice, DeliveryState, MessageRow } from '../schema.ts';
import type { AfterTry, Silence } from './rules.ts';

/** The most messages that one look at the journal takes on. */
const atOnce = 500;

/** Locks the reader of the journal and gives the last entry that it has read. */
export async function lockReader(queries: Queries): Promise<number> {
  await sql`insert into journal_reader (name, entry_no) values ('messages', 0) on conflict do nothing`.execute(
    queries,
  );
  const found = await sql<{ entry_no: number }>`
    select entry_no from journal_reader where name = 'messages' for update`.execute(queries);
  return found.rows[0]!.entry_no;
}

/** Notes how far the journal was read. */
export async function saveReader(queries: Queries, entry_no: number): Promise<void> {
  await sql`update journal_reader set entry_no = ${entry_no}::bigint where name = 'messages'`.execute(
    queries,
  );
}

/** A message that the reader comes upon, with what decides on its way. */
export type ReadMessage = MessageRow & {
  since_entry: number;
  simulated: boolean;
  choice: Choice | null;
};

/** The messages of entries after one, in their order, whole entries only as long as there are few in each. */
export async function listAfter(queries: Queries, entry_no: number): Promise<ReadMessage[]> {
  const found = await sql<ReadMessage>`
    select message.id, message.template, message.filled, message.about, message.link, message.person_id,
      message.account_id, message.since_entry, journal.simulated,
      case when choice.id is not null then
        jsonb_build_object('channel', choice.channel, 'language', choice.language, 'at_night', choice.at_night) end as choice
    from message join journal on journal.entry_no = message.since_entry
    left join message_choice as choice on choice.person_id = message.person_id
    where message.since_entry > ${entry_no}::bigint
      and message.since_entry <= (
        select max(since_entry) from (
          select since_entry from message where since_entry > ${entry_no}::bigint order by since_entry, id limit ${atOnce}
        ) as next)
    order by message.since_entry, message.id`.execute(queries);
  return found.rows;
}

/** A delivery to be. */
export interface NewDelivery {
  message_id: number;
  channel: Channel;
  state: DeliveryState;
  due_at: Date;
}

/** Adds deliveries; one that is there already stays as it is. */
export async function insertDeliveries(queries: Queries, deliveries: readonly NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await sql`
    insert into message_delivery (message_id, channel, state, due_at)
    select message_id, channel, state, due_at
    from jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb)
      as new (message_id bigint, channel text, state text, due_at timestamptz)
    on conflict do nothing`.execute(queries);
}

/** The deliveries that are due and not in the queue, marked as queued; `all` gives those too that a queue should hold. */
export async function takeDue(queries: Queries, now: Date, all: boolean): Promise<{ stable_id: string }[]> {
  const found = await sql<{ stable_id: string }>`
    update message_delivery set queued_at = ${now} where id in (
      select id from message_delivery
      where state in ('waiting', 'trying') and due_at <= ${now} ${all ? sql`` : sql`and queued_at is null`}
      order by due_at, id limit ${atOnce} for update skip locked)
    returning stable_id`.execute(queries);
  return found.rows;
}

/** A delivery with its message, as the one who hands it over needs it. */
export type Delivery = MessageRow & {
  delivery_id: number;
  stable_id: string;
  channel: Channel;
  state: DeliveryState;
  tried_at: Date | null;
  login: string | null;
  choice_id: number | null;
  address: string | null;
  language: Choice['language'] | null;
};

/** A delivery by its stable id. */
export async function findDelivery(queries: Queries, stable_id: string): Promise<Delivery | undefined> {
  const found = await sql<Delivery>`
    select delivery.id as delivery_id, delivery.stable_id, delivery.channel, delivery.state, delivery.tried_at,
      message.id, message.template, message.filled, message.about, message.link, message.person_id, message.account_id,
      case when not account.disabled then account.login end as login,
      choice.id as choice_id, choice.address, choice.language
    from message_delivery as delivery join message on message.id = delivery.message_id
    left join account on account.id = message.account_id
    left join message_choice as choice on choice.person_id = message.person_id
    where delivery.stable_id = ${stable_id}::uuid`.execute(queries);
  return found.rows[0];
}

/** Says that a delivery is being tried, before it is; false when somebody else settled it meanwhile. */
export async function markTrying(queries: Queries, id: number, now: Date): Promise<boolean> {
  const done = await sql`
    update message_delivery set state = 'trying', attempts = attempts + 1, tried_at = ${now}
    where id = ${id}::bigint and state in ('waiting', 'trying')`.execute(queries);
  return Number(done.numAffectedRows) === 1;
}

/** Keeps what a try led to. */
export async function saveTry(
  queries: Queries,
  id: number,
  { state, fault }: AfterTry,
  now: Date,
): Promise<void> {
  const settled = state === 'waiting' ? null : now;
  await sql`
    update message_delivery set state = ${state}, fault = ${fault}, settled_at = ${settled}
    where id = ${id}::bigint and state = 'trying'`.execute(queries);
}

/** The hours of silence as the office set them; nothing where it has not. */
export async function findSilence(queries: Queries): Promise<(Silence & { id: number }) | undefined> {
  const found = await sql<Silence & { id: number }>`
    select id, silent_from, silent_until from message_setting order by id limit 1`.execute(queries);
  return found.rows[0];
}

/** Sets the hours of silence. */
export async function saveSilence(tx: Transaction, silence: Silence): Promise<void> {
  const before = await findSilence(tx.queries);
  if (before) await updateRows(tx, 'message_setting', [{ id: before.id, ...silence }]);
  else await insertRows(tx, 'message_setting', [{ ...silence }]);
}

/** A delivery as its keepers see it; never where it went. */
export interface KeptDelivery {
  id: number;
  template: MessageRow['template'];
  about: string;
  /** The name of staff to whom it went; nothing for a person. */
  staff: string | null;
  channel: Channel;
  state: DeliveryState;
  told_at: Date;
  due_at: Date;
  attempts: number;
  settled_at: Date | null;
  fault: string | null;
  stable_id: string;
}

const kept = sql`
  select delivery.id, message.template, message.about, account.name as staff, delivery.channel, delivery.state,
    journal.at as told_at, delivery.due_at, delivery.attempts, delivery.settled_at, delivery.fault, delivery.stable_id
  from message_delivery as delivery
  join message on message.id = delivery.message_id
  join journal on journal.entry_no = message.since_entry
  left join account on account.id = message.account_id`;

/** Deliveries, newest first, in one state where it is named. */
export async function listKept(
  queries: Queries,
  filter: { state: DeliveryState | undefined; before: number | undefined; limit: number },
): Promise<KeptDelivery[]> {
  const { state, before = Number.MAX_SAFE_INTEGER, limit } = filter;
  const found = await sql<KeptDelivery>`
    ${kept} where delivery.id < ${before}::bigint ${state ? sql`and delivery.state = ${state}` : sql``}
    order by delivery.id desc limit ${limit}`.execute(queries);
  return found.rows;
}

/** One delivery, locked. */
export async function findKept(queries: Queries, id: number): Promise<KeptDelivery | undefined> {
  const found = await sql<KeptDelivery>`
    ${kept} where delivery.id = ${id}::bigint for update of delivery`.execute(queries);
  return found.rows[0];
}

/** How many deliveries are in each state. */
export async function countStates(queries: Queries): Promise<Map<DeliveryState, number>> {
  const found = await sql<{ state: DeliveryState; count: number }>`
    select state, count(*) as count from message_delivery group by state`.execute(queries);
  return new Map(found.rows.map(({ state, count }) => [state, count]));
}

/** Makes a delivery wait anew. */
export async function putBack(queries: Queries, id: number): Promise<void> {
  await sql`
    update message_delivery
    set state = 'waiting', queued_at = null, settled_at = null, fault = null, attempts = 0, tried_at = null
    where id = ${id}::bigint`.execute(queries);
}
