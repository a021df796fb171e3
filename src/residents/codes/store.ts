import { sql } from 'kysely';
import type { Database, Queries } from '../../kit/db.ts';
import type { Sent } from './rules.ts';

/** A code as it is kept: keyed digests alone. */
export interface StoredCode {
  phone: string;
  address: string;
  code: string;
  asked_at: Date;
}

/** Phone and address under every key that is here, while keys are being renewed. */
export interface Looked {
  phone: readonly string[];
  address: readonly string[];
}

/**
 * Keeps a code when `check` of what was sent before lets it, and lets go of those of more than a day ago. One after the other, so that
 * many who ask at the same moment are counted like one who asks many times.
 */
export async function insertCode(
  db: Database,
  code: StoredCode,
  looked: Looked,
  check: (sent: Sent) => void,
): Promise<void> {
  await db.queries.transaction().execute(async (queries) => {
    await sql`select pg_advisory_xact_lock(hashtext(${`${db.schema} phone_code`}))`.execute(queries);
    check(await countSent(queries, looked, code.asked_at));
    await sql`delete from phone_code where asked_at < ${code.asked_at}::timestamptz - interval '1 day'`.execute(
      queries,
    );
    await queries.insertInto('phone_code').values(code).execute();
  });
}

async function countSent(queries: Queries, { phone, address }: Looked, at: Date): Promise<Sent> {
  const since = (interval: string) => sql`asked_at > ${at}::timestamptz - ${interval}::interval`;
  const found = await sql<Sent>`
    select count(*) filter (where of_phone and ${since('1 minute')})::int as phone_minute,
      count(*) filter (where of_phone and ${since('1 hour')})::int as phone_hour,
      count(*) filter (where of_phone)::int as phone_day,
      count(*) filter (where of_address and ${since('1 hour')})::int as address_hour
    from (
      select asked_at, phone = any(${phone}::text[]) as of_phone, address = any(${address}::text[]) as of_address
      from phone_code
      where (phone = any(${phone}::text[]) or address = any(${address}::text[])) and ${since('1 day')}) as asked`.execute(
    queries,
  );
  return found.rows[0]!;
}

/** The newest code of a phone since a moment, with one more guess counted before it is looked at; nothing where there is none. */
export async function guessCode(
  queries: Queries,
  phone: readonly string[],
  since: Date,
): Promise<{ id: number; code: string; guesses: number; used_for: string | null } | undefined> {
  const found = await sql<{ id: number; code: string; guesses: number; used_for: string | null }>`
    update phone_code set guesses = guesses + 1
    where id = (
      select id from phone_code where phone = any(${phone}::text[]) and asked_at > ${since}
      order by id desc limit 1)
    returning id, code, guesses, used_for`.execute(queries);
  return found.rows[0];
}

/** Uses a code up for what is sent with it; false where something else used it before. */
export async function useCode(
  queries: Queries,
  codes: readonly string[],
  since: Date,
  used_for: string,
): Promise<boolean> {
  const found = await sql`
    update phone_code set used_for = ${used_for}
    where code = any(${codes}::text[]) and asked_at > ${since} and (used_for is null or used_for = ${used_for})
    returning id`.execute(queries);
  return found.rows.length > 0;
}

/** Keeps that a proof was given in; false where it was before. Lets go of those that ended. */
export async function insertProof(queries: Queries, nonce: string, expires_at: Date): Promise<boolean> {
  await sql`delete from used_proof where expires_at < now()`.execute(queries);
  const found = await sql`
    insert into used_proof (nonce, expires_at) values (${nonce}, ${expires_at})
    on conflict do nothing returning nonce`.execute(queries);
  return found.rows.length > 0;
}
