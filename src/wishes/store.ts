import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { insertRows, reserveIds, updateRows } from '../kit/versioned.ts';
import { publicStates, type WishRow, type WishState, type WishStep } from './schema.ts';

/** A wish as residents see it. */
export type PublicWish = Pick<
  WishRow,
  | 'id'
  | 'number'
  | 'title'
  | 'story'
  | 'circle'
  | 'shown_as'
  | 'area_code'
  | 'town_code'
  | 'state'
  | 'shown_at'
  | 'taker_kind'
  | 'taker_name'
  | 'taken_at'
  | 'promised_on'
  | 'confirmed_at'
  | 'outcome'
>;

const publicColumns = sql.raw(
  `id, number, title, story, circle, shown_as, area_code, town_code, state, shown_at, taker_kind, taker_name, taken_at,
   promised_on, confirmed_at, outcome`,
);

/** The wishes that residents see: what can be taken first, then the newest. */
export async function listPublicWishes(
  queries: Queries,
  filter: {
    states: readonly WishState[];
    town: string | undefined;
    circle: string | undefined;
    page: number;
    limit: number;
  },
): Promise<PublicWish[]> {
  const { states, town, circle, page, limit } = filter;
  const found = await sql<PublicWish>`
    select ${publicColumns} from wish where state = any(${[...states]}::text[])
      ${town ? sql`and town_code = ${town}` : sql``} ${circle ? sql`and circle = ${circle}` : sql``}
    order by (state = 'shown') desc, coalesce(confirmed_at, taken_at, shown_at) desc, id desc
    limit ${limit} offset ${(page - 1) * limit}`.execute(queries);
  return found.rows;
}

/** How many wishes residents see in each state. */
export async function countPublicWishes(
  queries: Queries,
  filter: { town: string | undefined; circle: string | undefined },
): Promise<Map<WishState, number>> {
  const { town, circle } = filter;
  const found = await sql<{ state: WishState; count: number }>`
    select state, count(*) as count from wish where state = any(${[...publicStates]}::text[])
      ${town ? sql`and town_code = ${town}` : sql``} ${circle ? sql`and circle = ${circle}` : sql``}
    group by state`.execute(queries);
  return new Map(found.rows.map(({ state, count }) => [state, count]));
}

/** A wish that residents see, by its number. */
export async function findPublicWish(queries: Queries, number: string): Promise<PublicWish | undefined> {
  const found = await sql<PublicWish>`
    select ${publicColumns} from wish where number = ${number} and state = any(${[...publicStates]}::text[])`.execute(
    queries,
  );
  return found.rows[0];
}

const all = sql.raw(
  `id, number, title, story, circle, shown_as, area_code, town_code, unit_id, person_id, state, proposed_at, shown_at, taker_kind,
   taker_name, taker_person_id, taken_at, promised_on, fulfilled_at, taker_words, photo, confirmed_at, outcome, times_back, synthetic`,
);

/** A wish by its number. Within a change it is as that change finds it: changes come one after another. */
export async function findWish(queries: Queries, number: string): Promise<WishRow | undefined> {
  const found = await sql<WishRow>`select ${all} from wish where number = ${number}`.execute(queries);
  return found.rows[0];
}

/** A wish with the part that a private link gives. */
export async function findLinked(
  queries: Queries,
  digest: string,
): Promise<{ wish: WishRow; part: 'person' | 'taker'; person_id: number } | undefined> {
  const link = await sql<{ wish_id: number; part: 'person' | 'taker'; person_id: number }>`
    select wish_id, part, person_id from wish_link where digest = ${digest}`.execute(queries);
  const [one] = link.rows;
  if (!one) return undefined;
  const found = await sql<WishRow>`select ${all} from wish where id = ${one.wish_id}::bigint`.execute(
    queries,
  );
  return { wish: found.rows[0]!, part: one.part, person_id: one.person_id };
}

/** The wishes of units in some states, in the order of the states given, what has waited longest first. */
export async function listWishes(
  queries: Queries,
  filter: { units: readonly number[]; states: readonly WishState[]; limit: number },
): Promise<WishRow[]> {
  const found = await sql<WishRow>`
    select ${all} from wish where unit_id = any(${filter.units}::bigint[]) and state = any(${[...filter.states]}::text[])
    order by array_position(${[...filter.states]}::text[], state), coalesce(promised_on, proposed_at::date), id limit ${filter.limit}`.execute(
    queries,
  );
  return found.rows;
}

/** How many wishes of units are in each state. */
export async function countWishes(
  queries: Queries,
  units: readonly number[],
): Promise<Map<WishState, number>> {
  const found = await sql<{ state: WishState; count: number }>`
    select state, count(*) as count from wish where unit_id = any(${units}::bigint[]) group by state`.execute(
    queries,
  );
  return new Map(found.rows.map(({ state, count }) => [state, count]));
}

/** The numbers of taken wishes that were promised for a day before one. A demonstration stands still at its day. */
export async function listLapsed(queries: Queries, before: string): Promise<string[]> {
  const found = await sql<{ number: string }>`
    select number from wish where state = 'taken' and promised_on < ${before}::date and not synthetic order by promised_on, id`.execute(
    queries,
  );
  return found.rows.map(({ number }) => number);
}

/** How many wishes people hold at the moment. */
export async function countHeld(queries: Queries, person_ids: readonly number[]): Promise<number> {
  const found = await sql<{ count: number }>`
    select count(*) as count from wish where state = 'taken' and taker_person_id = any(${person_ids}::bigint[])`.execute(
    queries,
  );
  return found.rows[0]!.count;
}

/** The next wish's identity. */
export async function nextWishId(tx: Transaction): Promise<number> {
  return (await reserveIds(tx, 'wish'))[0]!;
}

/** Adds a wish. */
export async function insertWish(tx: Transaction, wish: WishRow): Promise<void> {
  await insertRows(tx, 'wish', [{ ...wish }]);
}

/** Changes a wish. */
export async function updateWish(tx: Transaction, change: Partial<WishRow> & { id: number }): Promise<void> {
  await updateRows(tx, 'wish', [change]);
}

/** Adds a step. */
export async function insertStep(tx: Transaction, step: Omit<WishStep, 'id'>): Promise<void> {
  await insertRows(tx, 'wish_step', [{ ...step }]);
}

/** The steps of a wish, oldest first. */
export async function listSteps(queries: Queries, wish_id: number): Promise<WishStep[]> {
  const found = await sql<WishStep>`
    select id, wish_id, action, from_state, to_state, occurred_at, who, account_id, taker_name, words
    from wish_step where wish_id = ${wish_id}::bigint order by occurred_at, id`.execute(queries);
  return found.rows;
}

/** Adds a private link; the links of an earlier taker end. */
export async function insertLink(
  tx: Transaction,
  link: { digest: string; wish_id: number; part: 'person' | 'taker'; person_id: number },
): Promise<void> {
  await sql`
    insert into wish_link (digest, wish_id, part, person_id)
    values (${link.digest}, ${link.wish_id}::bigint, ${link.part}, ${link.person_id}::bigint)`.execute(
    tx.queries,
  );
}

/** Ends the links of whoever took a wish. */
export async function endTakerLinks(tx: Transaction, wish_id: number): Promise<void> {
  await sql`delete from wish_link where wish_id = ${wish_id}::bigint and part = 'taker'`.execute(tx.queries);
}
