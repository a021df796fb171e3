import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import type { Wrapped } from '../kit/vault.ts';
import { insertRows, updateRows } from '../kit/versioned.ts';

/** The columns of a person that are sealed. */
export const sealedColumns = ['name', 'phone', 'address', 'id_number'] as const;
export type SealedColumn = (typeof sealedColumns)[number];

/** A person as stored: values sealed, with the wrapped key where there is one. */
export interface StoredPerson extends Record<SealedColumn, string | null> {
  id: number;
  key_ref: string;
  phone_verified: boolean;
  erased: boolean;
  master: string | null;
  wrapped: string | null;
}

const columns = sql.raw(
  'person.id, person.key_ref, name, phone, address, id_number, phone_verified, erased, master, wrapped',
);
/** A key belongs to a person by number and by its random name: numbers may be given anew after a restore. */
const withKey = sql.raw(
  'person left join person_key on person_key.person_id = person.id and person_key.key_ref = person.key_ref',
);

/** People by their numbers, in no order; those that do not exist are left out. */
export async function listPeople(queries: Queries, ids: readonly number[]): Promise<StoredPerson[]> {
  if (ids.length === 0) return [];
  const found = await sql<StoredPerson>`
    select ${columns} from ${withKey} where person.id = any(${ids}::bigint[])`.execute(queries);
  return found.rows;
}

/** People who gave a phone, by its blind indexes, oldest first. */
export async function listByPhone(
  queries: Queries,
  fingerprints: readonly string[],
  verified_alone: boolean,
): Promise<StoredPerson[]> {
  const found = await sql<StoredPerson>`
    select ${columns} from ${withKey}
    where person.id in (
      select person_id from person_phone
      where fingerprint = any(${fingerprints}::text[]) and (verified or not ${verified_alone}::boolean))
    order by person.id limit 200`.execute(queries);
  return found.rows;
}

/** Adds a person with their key and the blind index of their phone. */
export async function insertPerson(
  tx: Transaction,
  person: Omit<StoredPerson, 'master' | 'wrapped'>,
  key: Wrapped,
  fingerprint: string | null,
): Promise<void> {
  await insertRows(tx, 'person', [{ ...person }]);
  const { id, key_ref, phone_verified } = person;
  // What a person of the same number left behind, whom a restored backup did not know yet, gives way.
  await sql`
    with key as (
      insert into person_key (person_id, key_ref, master, wrapped)
      values (${id}, ${key_ref}, ${key.master}, ${key.wrapped})
      on conflict (person_id) do update
        set key_ref = excluded.key_ref, master = excluded.master, wrapped = excluded.wrapped
    ), other as (
      delete from person_phone where person_id = ${id} and ${fingerprint}::text is null
    )
    insert into person_phone (person_id, fingerprint, verified)
    select ${id}, ${fingerprint}, ${phone_verified} where ${fingerprint}::text is not null
    on conflict (person_id) do update set fingerprint = excluded.fingerprint, verified = excluded.verified`.execute(
    tx.queries,
  );
}

/** Takes people's values, keys and blind indexes away; the past keeps what nobody can open any more. */
export async function erasePeople(tx: Transaction, ids: readonly number[]): Promise<void> {
  const nothing = { name: null, phone: null, address: null, id_number: null, phone_verified: false };
  await updateRows(
    tx,
    'person',
    ids.map((id) => ({ id, ...nothing, erased: true })),
  );
  await sql`delete from person_key where person_id = any(${ids}::bigint[])`.execute(tx.queries);
  await sql`delete from person_phone where person_id = any(${ids}::bigint[])`.execute(tx.queries);
}

/** The names of the keys of people who were erased. */
export async function listErasedRefs(queries: Queries): Promise<string[]> {
  const found = await sql<{ key_ref: string }>`select key_ref from person where erased`.execute(queries);
  return found.rows.map((row) => row.key_ref);
}

/** The people with these keys who are not erased. */
export async function listUnerased(queries: Queries, refs: readonly string[]): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select id from person where key_ref = any(${refs}::uuid[]) and not erased order by id`.execute(queries);
  return found.rows.map((row) => row.id);
}

/** Counts one more person unmasked by an account on a day, and gives how many that makes. */
export async function countUnmasking(tx: Transaction, account_id: number, day: string): Promise<number> {
  const found = await sql<{ people: number }>`
    insert into person_unmasking (account_id, day, people) values (${account_id}, ${day}, 1)
    on conflict (account_id, day) do update set people = person_unmasking.people + 1
    returning people`.execute(tx.queries);
  return found.rows[0]!.people;
}

/** What is under a master or an index key that is no longer in use. */
function outdated({ master, index }: KeysInUse) {
  return sql`(person_key.master <> ${master} or exists (
    select 1 from person_phone where person_phone.person_id = person.id
      and split_part(person_phone.fingerprint, '.', 1) <> ${index}))`;
}

/** The names of the master key and of the index key in use. */
interface KeysInUse {
  master: string;
  index: string;
}

/** How many people stand under keys that are no longer in use. */
export async function countOutdated(queries: Queries, keys: KeysInUse): Promise<number> {
  const found = await sql<{ people: number }>`
    select count(*)::int as people from ${withKey} where person_key.person_id is not null and ${outdated(keys)}`.execute(
    queries,
  );
  return found.rows[0]!.people;
}

/** People who stand under keys that are no longer in use, above a number, in the order of their numbers. */
export async function listOutdated(
  queries: Queries,
  keys: KeysInUse,
  after: number,
  limit: number,
): Promise<StoredPerson[]> {
  const found = await sql<StoredPerson>`
    select ${columns} from ${withKey}
    where person_key.person_id is not null and person.id > ${after}::bigint and ${outdated(keys)}
    order by person.id limit ${limit}`.execute(queries);
  return found.rows;
}

/** Keeps keys wrapped anew with their blind indexes, all or none; who was erased meanwhile stays so. */
export async function saveRotated(
  queries: Queries,
  renewed: readonly {
    id: number;
    key_ref: string;
    master: string;
    wrapped: string;
    fingerprint: string | null;
  }[],
): Promise<void> {
  await sql`
    with renewed as (
      select * from jsonb_to_recordset(${JSON.stringify(renewed)}::jsonb)
        as new (id bigint, key_ref uuid, master text, wrapped text, fingerprint text)
    ), indexed as (
      update person_phone set fingerprint = renewed.fingerprint from renewed
      where person_phone.person_id = renewed.id and renewed.fingerprint is not null
    )
    update person_key set master = renewed.master, wrapped = renewed.wrapped from renewed
    where person_key.person_id = renewed.id and person_key.key_ref = renewed.key_ref`.execute(queries);
}
