import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { insertRows, type Row, updateRows } from '../kit/versioned.ts';
import type { Preset } from './clocks.ts';
import type { PartyRow, RequestRow, StepRow } from './schema.ts';

const columns = [
  'id',
  'number',
  'kind',
  'urgency',
  'field_code',
  'area_code',
  'town_code',
  'content',
  'content_sealed',
  'place',
  'latitude',
  'longitude',
  'confidential',
  'channel',
  'person_id',
  'state',
  'unit_id',
  'handler_account_id',
  'submitted_at',
  'due_at',
  'answer_by',
  'paused_at',
  'answered_at',
  'closed_at',
  'declined',
  'extended',
  'redone',
  'solved',
  'satisfaction',
  'merged_into_id',
  'project_id',
  'synthetic',
] as const satisfies readonly (keyof RequestRow)[];

/** The columns of a request, to stand after `select`. */
export const requestColumns = sql.join(columns.map((column) => sql.ref(column)));

/** The next number of a request's own, before it is stored. */
export async function nextRequestId(tx: Transaction): Promise<number> {
  const found = await sql<{ id: number }>`
    select nextval(pg_get_serial_sequence('request', 'id')) as id`.execute(tx.queries);
  return found.rows[0]!.id;
}

/** Adds a request, given with its identity, and gives it as stored. */
export async function insertRequest(tx: Transaction, request: RequestRow): Promise<RequestRow> {
  const [stored] = await insertRows<RequestRow & Row>(tx, 'request', [{ ...request }]);
  return stored!;
}

/** Stores what a step made of a request. */
export async function updateRequest(tx: Transaction, request: RequestRow): Promise<void> {
  await updateRows(tx, 'request', [{ ...request }]);
}

/** A request by its number, as it is now. */
export async function findRequest(queries: Queries, number: string): Promise<RequestRow | undefined> {
  const found = await sql<RequestRow>`
    select ${requestColumns} from request where number = ${number}`.execute(queries);
  return found.rows[0];
}

/** Requests by their identities, as they are now. */
async function requestsById(queries: Queries, ids: readonly number[]): Promise<RequestRow[]> {
  if (ids.length === 0) return [];
  const found = await sql<RequestRow>`
    select ${requestColumns} from request where id = any(${ids}::bigint[]) order by id`.execute(queries);
  return found.rows;
}

/** Adds a step. */
export async function insertStep(tx: Transaction, step: Omit<StepRow, 'id'>): Promise<void> {
  await insertRows(tx, 'request_step', [{ ...step }]);
}

/** A request's steps, oldest first. */
export async function listSteps(queries: Queries, request_id: number): Promise<StepRow[]> {
  const found = await sql<StepRow>`
    select id, request_id, action, from_state, to_state, occurred_at, account_id, unit_id, to_unit_id, words, note,
      solved, satisfaction
    from request_step where request_id = ${request_id}::bigint order by occurred_at, id`.execute(queries);
  return found.rows;
}

/** Adds whoever asked, helped or joined, and gives them as stored. */
export async function insertParty(tx: Transaction, party: Omit<PartyRow, 'id'>): Promise<PartyRow> {
  const [stored] = await insertRows<PartyRow & Row>(tx, 'request_party', [{ ...party }]);
  return stored!;
}

/** Everybody who asked for the same: of the request, and of all that were merged into it. */
export async function listParties(queries: Queries, request_id: number): Promise<PartyRow[]> {
  const found = await sql<PartyRow>`
    with recursive together as (
      select ${request_id}::bigint as id
      union
      select request.id from request join together on request.merged_into_id = together.id
    )
    select party.id, party.request_id, party.person_id, party.part, party.joined_at
    from request_party as party join together on together.id = party.request_id order by party.id`.execute(
    queries,
  );
  return found.rows;
}

/** Keeps the digest of a private link's secret. */
export async function insertLink(tx: Transaction, link: { digest: string; party_id: number }): Promise<void> {
  await sql`
    insert into request_link (digest, party_id, created_at)
    values (${link.digest}, ${link.party_id}, ${tx.entry.at})`.execute(tx.queries);
}

/** The request that a private link leads to, by the digest of its secret. */
export async function findLinked(
  queries: Queries,
  digest: string,
): Promise<{ request: RequestRow; party: PartyRow } | undefined> {
  const found = await sql<PartyRow>`
    select party.id, party.request_id, party.person_id, party.part, party.joined_at
    from request_link as link join request_party as party on party.id = link.party_id
    where link.digest = ${digest}`.execute(queries);
  const [party] = found.rows;
  const [request] = party ? await requestsById(queries, [party.request_id]) : [];
  return party && request && { request, party };
}

/** The times that the district has set. */
export async function listPresets(queries: Queries): Promise<Preset[]> {
  const found = await sql<Preset>`
    select kind, urgency, sign_minutes, answer_minutes, working from request_preset`.execute(queries);
  return found.rows;
}
