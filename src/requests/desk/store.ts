import { type RawBuilder, sql } from 'kysely';
import type { Queries } from '../../kit/db.ts';
import type { RequestRow, RequestState } from '../schema.ts';
import { requestColumns } from '../store.ts';

/** What a list of requests shows. */
export interface QueueFilter {
  /** The units whose turn it is. */
  units: readonly number[];
  states: readonly RequestState[];
  /** Those alone that were not solved at first. */
  watched?: boolean;
  kind?: string | undefined;
  area?: string | undefined;
}

function conditions({ units, states, watched, kind, area }: QueueFilter): RawBuilder<unknown> {
  const all = [
    sql`unit_id = any(${units}::bigint[])`,
    sql`state = any(${states})`,
    ...(watched ? [sql`redone > 0`] : []),
    ...(kind ? [sql`kind = ${kind}`] : []),
    ...(area ? [sql`(area_code = ${area} or town_code = ${area})`] : []),
  ];
  return sql.join(all, sql` and `);
}

/** Requests that wait for these units, by what expires first; ended ones by what is newest. */
export async function listQueue(
  queries: Queries,
  filter: QueueFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<RequestRow[]> {
  const found = await sql<RequestRow>`
    select ${requestColumns} from request where ${conditions(filter)}
    order by due_at nulls last, id desc limit ${limit} offset ${offset}`.execute(queries);
  return found.rows;
}

/** How many requests of these units are in each state, how many of them late, and how many were not solved at first. */
export interface QueueCount {
  state: RequestState;
  count: number;
  late: number;
  watched: number;
}

/** The numbers of a queue's tabs. */
export async function countQueue(
  queries: Queries,
  units: readonly number[],
  now: Date,
): Promise<QueueCount[]> {
  const found = await sql<QueueCount>`
    select state, count(*) as count, count(*) filter (where due_at < ${now}) as late,
      count(*) filter (where redone > 0) as watched
    from request where unit_id = any(${units}::bigint[]) group by state`.execute(queries);
  return found.rows;
}

/** The units that had a request at some time. */
export async function listUnitsOf(queries: Queries, request_id: number): Promise<number[]> {
  const found = await sql<{ unit_id: number }>`
    select distinct to_unit_id as unit_id from request_step
    where request_id = ${request_id}::bigint and to_unit_id is not null`.execute(queries);
  return found.rows.map(({ unit_id }) => unit_id);
}

/** The numbers of requests whose time to be rated is over. */
export async function listSilent(queries: Queries, now: Date, limit: number): Promise<string[]> {
  const found = await sql<{ number: string }>`
    select number from request where state = 'answered' and due_at <= ${now} order by due_at limit ${limit}`.execute(
    queries,
  );
  return found.rows.map(({ number }) => number);
}
