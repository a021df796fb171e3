import { type Transaction, type Written, write } from '../journal/write.ts';
import type { Database, Queries } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { listUnits } from '../units/actions.ts';
import { checkReach, type Entitled } from './access.ts';
import type { Role } from './roles.ts';
import {
  accountKeepers,
  accountReaders,
  checkGrant,
  checkKeeping,
  checkLiaison,
  checkTogether,
} from './rules.ts';
import { logSecurity } from './security-log.ts';
import {
  type Account,
  accountsByLogin,
  closeRoleHoldings,
  endSessions,
  findAccount,
  insertAccounts,
  insertRoleHoldings,
  listHoldings,
  listReaches,
  updateAccounts,
} from './store.ts';

export {
  type Account,
  accountsByLogin,
  listAccounts,
  listDemonstrators,
  listHolders,
  listHoldings,
  listPeople,
  listRolesOver,
  namesOfAccounts,
  type RoleHolding,
  sweepSignIn,
} from './store.ts';

/** A role to be given: for the account's own unit unless another is named; a liaison's names the leader's login. */
export interface NewHolding {
  role: Role;
  unit_code?: string;
  for_login?: string;
}

/** An account to add, with its roles. It has no password until its owner sets one. */
export interface NewAccount {
  login: string;
  name: string;
  unit_code: string;
  roles: readonly NewHolding[];
  synthetic: boolean;
}

/** How a change of accounts is entered. */
export interface Entering {
  actor: Entitled;
  reason?: string;
  idempotency_key?: string;
  simulated_at?: Date;
}

/**
 * Adds staff accounts with their roles, all or none. Raises `identity/login_taken`, `identity/unknown_unit`,
 * `identity/unknown_leader`, `identity/reach`, `identity/grant`, `identity/roles_apart`, `identity/liaison`.
 */
export function addAccounts(
  db: Database,
  entering: Entering,
  accounts: readonly NewAccount[],
): Promise<Written<{ added: number }>> {
  const input = accounts.map((account) => ({ ...account, roles: account.roles.map((one) => ({ ...one })) }));
  const change = { ...entering, action: 'identity/accounts', subject: 'account', input };
  return write(db, change, (tx) => addAccountsIn(tx, entering.actor, accounts));
}

async function addAccountsIn(tx: Transaction, actor: Entitled, accounts: readonly NewAccount[]) {
  const units = await unitsByCode(tx);
  const taken = await accountsByLogin(tx.queries);
  const unitOf = (login: string, code: string) => {
    const unit_id = units.get(code);
    if (!unit_id) throw unknownUnit(login, code);
    return unit_id;
  };
  const seen = new Set<string>();
  const rows = accounts.map(({ login, name, unit_code, synthetic }) => {
    if (taken.has(login) || seen.has(login)) throw loginTaken(login);
    seen.add(login);
    const unit_id = unitOf(login, unit_code);
    refuseIf(checkReach(actor, accountKeepers, unit_id));
    return { login, name, unit_id, disabled: false, synthetic };
  });
  const stored = await insertAccounts(tx, rows);
  const known = new Map([...taken, ...stored.map((account) => [account.login, account] as const)]);
  const holdings = accounts.flatMap(({ login, unit_code, roles }) => {
    refuseIf(checkTogether(roles.map((one) => one.role)));
    return roles.map((one) => {
      const unit_id = unitOf(login, one.unit_code ?? unit_code);
      return newHolding(actor, known, known.get(login)!.id, one, unit_id);
    });
  });
  await insertRoleHoldings(tx, holdings);
  tx.entry.detail.accounts = stored.map((account) => account.id);
  return { added: accounts.length };
}

function newHolding(
  actor: Entitled,
  known: Map<string, Account>,
  account_id: number,
  { role, for_login }: NewHolding,
  unit_id: number,
) {
  refuseIf(checkGrant(actor.holdings, role, unit_id));
  const leader = for_login === undefined ? undefined : known.get(for_login);
  if (for_login !== undefined && !leader) throw unknownLeader(for_login);
  const for_account_id = leader?.id ?? null;
  refuseIf(checkLiaison(role, for_account_id));
  return { account_id, role, unit_id, for_account_id };
}

/**
 * Gives a role to an account. Raises `identity/unknown_account`, `identity/unknown_unit`, `identity/grant`,
 * `identity/roles_apart`, `identity/liaison`, `identity/own_role`, `kit/duplicate` when it is held already.
 */
export function grantRole(
  db: Database,
  entering: Entering,
  account_id: number,
  holding: NewHolding,
): Promise<Written<undefined>> {
  const subject = `account:${account_id}`;
  const input = { account_id, ...holding };
  return write(db, { ...entering, action: 'identity/role', subject, input }, async (tx) => {
    refuseIf(checkNotOwn(entering.actor, account_id));
    const account = await getAccount(tx.queries, account_id);
    const units = await unitsByCode(tx);
    const unit_id = holding.unit_code ? units.get(holding.unit_code) : account.unit_id;
    if (!unit_id) throw unknownUnit(account.login, holding.unit_code ?? '');
    const held = await listHoldings(tx.queries, [account_id]);
    refuseIf(checkTogether([...held.map((one) => one.role), holding.role]));
    const known = await accountsByLogin(tx.queries);
    await insertRoleHoldings(tx, [newHolding(entering.actor, known, account_id, holding, unit_id)]);
    tx.entry.detail.role = holding.role;
    return undefined;
  });
}

/** Takes a role back. Raises `identity/unknown_account`, `identity/unknown_role`, `identity/grant`, `identity/own_role`. */
export function endRole(
  db: Database,
  entering: Entering,
  account_id: number,
  holding_id: number,
): Promise<Written<undefined>> {
  const change = {
    ...entering,
    action: 'identity/role_end',
    subject: `account:${account_id}`,
    input: { account_id, holding_id },
  };
  return write(db, change, async (tx) => {
    refuseIf(checkNotOwn(entering.actor, account_id));
    const held = await listHoldings(tx.queries, [account_id]);
    const holding = held.find((one) => one.id === holding_id);
    if (!holding) throw unknownRole();
    refuseIf(checkGrant(entering.actor.holdings, holding.role, holding.unit_id));
    await closeRoleHoldings(tx, [holding_id]);
    tx.entry.detail.role = holding.role;
    return undefined;
  });
}

/**
 * Closes an account, which ends its sessions in the same moment, or opens it again. What it did keeps its name.
 * Raises `identity/unknown_account`, `identity/reach`, `identity/keeping`, `identity/own_role`.
 */
export async function setDisabled(
  db: Database,
  entering: Entering & { address: string | null },
  account_id: number,
  disabled: boolean,
): Promise<Written<undefined>> {
  const action = disabled ? 'identity/account_closed' : 'identity/account_opened';
  const { address, ...rest } = entering;
  const change = { ...rest, action, subject: `account:${account_id}`, input: { account_id, disabled } };
  const written = await write(db, change, async (tx) => {
    refuseIf(checkNotOwn(entering.actor, account_id));
    const account = await getAccount(tx.queries, account_id);
    refuseIf(checkReach(entering.actor, accountReaders, account.unit_id));
    refuseIf(checkKeeping(entering.actor.holdings, await listHoldings(tx.queries, [account_id])));
    if (account.disabled !== disabled) await updateAccounts(tx, [{ id: account_id, disabled }]);
    if (disabled) await endSessions(tx.queries, [account_id]);
    return undefined;
  });
  const event = disabled ? 'account_disabled' : 'account_enabled';
  await logSecurity(db.queries, {
    event,
    success: true,
    account_id,
    address,
    detail: { by: entering.actor.name },
  });
  return written;
}

/** An account whose link somebody may issue. Raises `identity/unknown_account`, `identity/reach`, `identity/keeping`. */
export async function getKeptAccount(
  queries: Queries,
  actor: Entitled,
  account_id: number,
): Promise<Account> {
  const account = await getAccount(queries, account_id);
  refuseIf(checkReach(actor, accountKeepers, account.unit_id));
  refuseIf(checkKeeping(actor.holdings, await listHoldings(queries, [account_id])));
  return account;
}

/** An account that an administrator may look at. Raises `identity/unknown_account`, `identity/reach`. */
export async function getSeenAccount(
  queries: Queries,
  actor: Entitled,
  account_id: number,
): Promise<Account> {
  const account = await getAccount(queries, account_id);
  refuseIf(checkReach(actor, accountReaders, account.unit_id));
  return account;
}

/** An account as an actor with its own holdings, for the demonstration's loader, which enters as people would. */
export async function entitledAs(queries: Queries, login: string): Promise<Entitled> {
  const account = (await accountsByLogin(queries)).get(login);
  if (!account) throw unknownAccount();
  const held = await listReaches(queries, account.id);
  const holdings = held.map(({ units, ...one }) => ({ ...one, reach: new Set(units) }));
  const { id, unit_id } = account;
  return { name: `account:${id}`, account_id: id, unit_id, via: 'console', holdings };
}

async function getAccount(queries: Queries, account_id: number): Promise<Account> {
  const account = await findAccount(queries, account_id);
  if (!account) throw unknownAccount();
  return account;
}

async function unitsByCode(tx: Transaction): Promise<Map<string, number>> {
  const units = await listUnits(tx.queries, tx.entry.entry_no);
  return new Map(units.map((unit) => [unit.code, unit.id]));
}

function checkNotOwn(actor: Entitled, account_id: number): Problem | undefined {
  if (actor.account_id !== account_id) return undefined;
  return new Problem('identity/own_role', 'forbidden', {
    zh: '不能更改自己的账号和角色，请由另一位管理员操作。',
    en: 'Nobody changes their own account or roles; ask another administrator.',
  });
}

function unknownAccount(): Problem {
  return new Problem('identity/unknown_account', 'not_found', {
    zh: '没有这个账号。',
    en: 'There is no such account.',
  });
}

function unknownRole(): Problem {
  return new Problem('identity/unknown_role', 'not_found', {
    zh: '这个账号没有这个角色，可能已被收回。',
    en: 'The account does not hold this role; it may have been taken back.',
  });
}

function loginTaken(login: string): Problem {
  return new Problem('identity/login_taken', 'conflict', {
    zh: `登录名 ${login} 已被使用，没有添加任何账号。`,
    en: `The login ${login} is taken; no account was added.`,
  });
}

function unknownUnit(login: string, code: string): Problem {
  return new Problem('identity/unknown_unit', 'invalid', {
    zh: `账号 ${login} 的单位 ${code} 不存在，没有添加任何账号。`,
    en: `The unit ${code} of ${login} does not exist; no account was added.`,
  });
}

function unknownLeader(login: string): Problem {
  return new Problem('identity/unknown_leader', 'invalid', {
    zh: `联络员所代的区领导账号 ${login} 不存在，没有保存。`,
    en: `The leader's account ${login} that a liaison is to act for does not exist; nothing was saved.`,
  });
}
