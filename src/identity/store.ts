import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { closeRows, insertRows, type Row, updateRows } from '../kit/versioned.ts';
import type { Role } from './roles.ts';

/** A staff account. */
export interface Account {
  id: number;
  login: string;
  name: string;
  unit_id: number;
  disabled: boolean;
  synthetic: boolean;
}

/** A role that an account holds for a unit; a liaison's also names the leader. */
export interface RoleHolding {
  id: number;
  account_id: number;
  role: Role;
  unit_id: number;
  for_account_id: number | null;
}

/** Every account, by login. */
export async function accountsByLogin(queries: Queries): Promise<Map<string, Account>> {
  const found = await sql<Account>`select id, login, name, unit_id, disabled, synthetic from account`.execute(
    queries,
  );
  return new Map(found.rows.map((account) => [account.login, account]));
}

/** An account by its identity. */
export async function findAccount(queries: Queries, id: number): Promise<Account | undefined> {
  const found = await sql<Account>`
    select id, login, name, unit_id, disabled, synthetic from account where id = ${id}::bigint`.execute(
    queries,
  );
  return found.rows[0];
}

/** An account by its login. */
export async function findAccountByLogin(queries: Queries, login: string): Promise<Account | undefined> {
  const found = await sql<Account>`
    select id, login, name, unit_id, disabled, synthetic from account where login = ${login}`.execute(
    queries,
  );
  return found.rows[0];
}

/** Accounts of the given units, by unit and name. */
export async function listAccounts(queries: Queries, unit_ids: readonly number[]): Promise<Account[]> {
  const found = await sql<Account>`
    select id, login, name, unit_id, disabled, synthetic from account
    where unit_id = any(${unit_ids}::bigint[]) order by unit_id, name collate "zh-x-icu", id`.execute(
    queries,
  );
  return found.rows;
}

/** The names of people by the numbers of their accounts. */
export async function listPeople(queries: Queries): Promise<Map<number, string>> {
  const found = await sql<{ id: number; name: string }>`select id, name from account`.execute(queries);
  return new Map(found.rows.map((row) => [row.id, row.name]));
}

/** Adds accounts and gives them as stored. */
export async function insertAccounts(
  tx: Transaction,
  accounts: readonly Omit<Account, 'id'>[],
): Promise<(Account & Row)[]> {
  return insertRows<Account & Row>(tx, 'account', accounts);
}

/** Opens or closes accounts. */
export async function updateAccounts(
  tx: Transaction,
  changes: readonly { id: number; disabled: boolean }[],
): Promise<void> {
  await updateRows(tx, 'account', changes);
}

/** The roles that accounts hold. */
export async function listHoldings(queries: Queries, account_ids: readonly number[]): Promise<RoleHolding[]> {
  const found = await sql<RoleHolding>`
    select id, account_id, role, unit_id, for_account_id from role_holding
    where account_id = any(${account_ids}::bigint[]) order by account_id, id`.execute(queries);
  return found.rows;
}

/** Gives roles, each for a unit. */
export async function insertRoleHoldings(
  tx: Transaction,
  holdings: readonly Omit<RoleHolding, 'id'>[],
): Promise<void> {
  await insertRows(tx, 'role_holding', holdings);
}

/** Takes roles back. */
export async function closeRoleHoldings(tx: Transaction, ids: readonly number[]): Promise<void> {
  await closeRows(tx, 'role_holding', ids);
}

/** Each role that an account holds, with every unit that it reaches: the unit it is held for and all below. */
export async function listReaches(
  queries: Queries,
  account_id: number,
): Promise<{ role: Role; unit_id: number; for_account_id: number | null; units: number[] }[]> {
  const found = await sql<{ role: Role; unit_id: number; for_account_id: number | null; units: string[] }>`
    with recursive reach as (
      select id, role, unit_id as held_for, for_account_id, unit_id from role_holding
      where account_id = ${account_id}::bigint
      union
      select reach.id, reach.role, reach.held_for, reach.for_account_id, unit.id
      from reach join unit on unit.parent_id = reach.unit_id
    )
    select role, held_for as unit_id, for_account_id, array_agg(unit_id::text) as units
    from reach group by id, role, held_for, for_account_id order by id`.execute(queries);
  return found.rows.map((row) => ({ ...row, units: row.units.map(Number) }));
}

/** The roles that open accounts hold for a unit or for one above it. */
export async function listRolesOver(queries: Queries, unit_id: number): Promise<Role[]> {
  const found = await sql<{ role: Role }>`
    with recursive above as (
      select id, parent_id from unit where id = ${unit_id}::bigint
      union
      select unit.id, unit.parent_id from unit join above on unit.id = above.parent_id
    )
    select distinct held.role from role_holding as held
    join above on above.id = held.unit_id
    join account on account.id = held.account_id and not account.disabled`.execute(queries);
  return found.rows.map(({ role }) => role);
}

/** The email by which better-auth knows an account: it asks for one, and we have none to give. */
function emailOfAccount(account_id: number): string {
  return `account-${account_id}@staff.invalid`;
}

/** Makes an account known to better-auth, without a password yet, and gives the email that it knows it by. */
export async function ensureAuthUser(queries: Queries, account_id: number): Promise<string> {
  const email = emailOfAccount(account_id);
  await sql`
    insert into auth_user (id, name, email, email_verified, created_at, updated_at, two_factor_enabled)
    values (${String(account_id)}, '', ${email}, true, now(), now(), false) on conflict do nothing`.execute(
    queries,
  );
  return email;
}

/** Keeps the hash of a new password and ends every session and second factor that came before it. */
export async function replacePassword(queries: Queries, account_id: number, hash: string): Promise<void> {
  const user_id = String(account_id);
  await sql`
    with ended as (delete from auth_session where user_id = ${user_id}),
      forgotten as (delete from auth_two_factor where user_id = ${user_id}),
      unlinked as (delete from auth_passkey where user_id = ${user_id}),
      reset as (update auth_user set two_factor_enabled = false, updated_at = now() where id = ${user_id})
    insert into auth_credential (id, account_id, provider_id, user_id, password, created_at, updated_at)
    values (gen_random_uuid()::text, ${user_id}, 'credential', ${user_id}, ${hash}, now(), now())
    on conflict (provider_id, account_id) do update set password = excluded.password, updated_at = now()`.execute(
    queries,
  );
}

/** Ends every session of accounts. */
export async function endSessions(queries: Queries, account_ids: readonly number[]): Promise<void> {
  await sql`delete from auth_session where user_id = any(${account_ids.map(String)})`.execute(queries);
}

/** What a one-time link is for: setting a password, or looking at a demonstration as somebody. */
export type LinkPurpose = 'setup' | 'demonstration';

/** Keeps the digest of a one-time link. */
export async function insertLink(
  queries: Queries,
  link: { digest: string; account_id: number; purpose: LinkPurpose; hours: number },
): Promise<void> {
  await sql`
    insert into sign_in_link (digest, account_id, purpose, expires_at)
    values (${link.digest}, ${link.account_id}, ${link.purpose}, now() + make_interval(hours => ${link.hours}))`.execute(
    queries,
  );
}

/** The account and purpose of a link that can still be used. */
export async function findLink(
  queries: Queries,
  digest: string,
): Promise<{ account_id: number; purpose: LinkPurpose; name: string; login: string } | undefined> {
  const found = await sql<{ account_id: number; purpose: LinkPurpose; name: string; login: string }>`
    select link.account_id, link.purpose, account.name, account.login
    from sign_in_link as link join account on account.id = link.account_id
    where digest = ${digest} and used_at is null and expires_at > now() and not account.disabled`.execute(
    queries,
  );
  return found.rows[0];
}

/** Uses a link up; true for the one who did. */
export async function spendLink(queries: Queries, digest: string): Promise<boolean> {
  const spent = await sql`
    update sign_in_link set used_at = now()
    where digest = ${digest} and used_at is null and expires_at > now() returning 1`.execute(queries);
  return spent.rows.length === 1;
}

/** Counts a guess before it is looked at, and gives how many there were without success in the last minutes. */
export async function countAttempt(queries: Queries, subject: string, minutes: number): Promise<number> {
  const counted = await sql<{ failures: number }>`
    insert into sign_in_attempt as before (subject, failures, first_at) values (${subject}, 1, now())
    on conflict (subject) do update set
      failures = case when before.first_at < now() - make_interval(mins => ${minutes}) then 1 else before.failures + 1 end,
      first_at = case when before.first_at < now() - make_interval(mins => ${minutes}) then now() else before.first_at end
    returning failures`.execute(queries);
  return counted.rows[0]!.failures;
}

/** Takes one guess back, where it turned out to be none. */
export async function uncountAttempt(queries: Queries, subject: string): Promise<void> {
  await sql`update sign_in_attempt set failures = failures - 1 where subject = ${subject} and failures > 0`.execute(
    queries,
  );
}

/** Forgets the guesses of a subject, after it succeeded. */
export async function forgetAttempts(queries: Queries, subject: string): Promise<void> {
  await sql`delete from sign_in_attempt where subject = ${subject}`.execute(queries);
}

/** One open account of the demonstration for each role, in the order in which the roles were given. */
export async function listDemonstrators(
  queries: Queries,
): Promise<{ account_id: number; role: Role; unit: string }[]> {
  const found = await sql<{ account_id: number; role: Role; unit: string }>`
    select account_id, role, unit from (
      select distinct on (held.role) held.id, held.account_id, held.role, unit.short_name as unit
      from role_holding as held
      join account on account.id = held.account_id join unit on unit.id = account.unit_id
      where account.synthetic and not account.disabled
      order by held.role, held.id
    ) as one order by id`.execute(queries);
  return found.rows;
}

/** Forgets what signing in no longer needs: ended sessions, old codes, links and counts of guesses. */
export async function sweepSignIn(queries: Queries): Promise<void> {
  await sql`
    with sessions as (delete from auth_session where expires_at < now()),
      codes as (delete from auth_verification where expires_at < now()),
      links as (delete from sign_in_link where expires_at < now() - interval '30 days')
    delete from sign_in_attempt where first_at < now() - interval '1 day'`.execute(queries);
}

/** The passkeys of an account, oldest first, with the day each was added. */
export async function listPasskeys(
  queries: Queries,
  account_id: number,
): Promise<{ id: string; name: string | null; created_on: string }[]> {
  const found = await sql<{ id: string; name: string | null; created_on: string }>`
    select id, name, to_char(created_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as created_on
    from auth_passkey where user_id = ${String(account_id)} order by created_at, id`.execute(queries);
  return found.rows;
}

/** The names of accounts, as actors of the journal are called. */
export async function namesOfAccounts(queries: Queries): Promise<Map<string, string>> {
  const found = await sql<{ id: number; name: string }>`select id, name from account`.execute(queries);
  return new Map(found.rows.map(({ id, name }) => [`account:${id}`, name]));
}

/** Removes a passkey of an account, if it is one. */
export async function deletePasskey(queries: Queries, account_id: number, id: string): Promise<void> {
  await sql`delete from auth_passkey where id = ${id} and user_id = ${String(account_id)}`.execute(queries);
}

/** The open accounts that hold one of the roles for a unit itself. */
export async function listHolders(
  queries: Queries,
  unit_id: number,
  roles: readonly Role[],
): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select distinct account.id from role_holding as held
    join account on account.id = held.account_id and not account.disabled
    where held.unit_id = ${unit_id}::bigint and held.role = any(${[...roles]}::text[]) order by account.id`.execute(
    queries,
  );
  return found.rows.map(({ id }) => id);
}
