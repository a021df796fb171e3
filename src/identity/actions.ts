import { type Actor, type Transaction, type Written, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import { Problem } from '../kit/problem.ts';
import { listUnits } from '../units/actions.ts';
import type { Role } from './roles.ts';
import { accountsByLogin, insertAccounts, insertRoleHoldings } from './store.ts';

export { type Account, accountsByLogin } from './store.ts';

/** An account to add, with the roles that it holds for its own unit. It has no password until its owner sets one. */
export interface NewAccount {
  login: string;
  name: string;
  unit_code: string;
  roles: readonly Role[];
  synthetic: boolean;
}

/** Adds staff accounts. Raises `identity/login_taken`, `identity/unknown_unit`; then none is added. */
export function addAccounts(
  db: Database,
  entering: { actor: Actor; simulated_at?: Date },
  accounts: readonly NewAccount[],
): Promise<Written<{ added: number }>> {
  return write(db, { ...entering, action: 'identity/accounts', subject: 'account' }, (tx) =>
    addAccountsIn(tx, accounts),
  );
}

async function addAccountsIn(tx: Transaction, accounts: readonly NewAccount[]) {
  const units = new Map((await listUnits(tx.queries, tx.entry.entry_no)).map((unit) => [unit.code, unit.id]));
  const taken = await accountsByLogin(tx.queries);
  const rows = accounts.map(({ login, name, unit_code, synthetic }) => {
    if (taken.has(login)) throw loginTaken(login);
    const unit_id = units.get(unit_code);
    if (!unit_id) throw unknownUnit(login, unit_code);
    return { login, name, unit_id, disabled: false, synthetic };
  });
  const stored = new Map((await insertAccounts(tx, rows)).map((account) => [account.login, account]));
  const holdings = accounts.flatMap((account) => {
    const { id, unit_id } = stored.get(account.login)!;
    return account.roles.map((role) => ({ account_id: id, role, unit_id }));
  });
  await insertRoleHoldings(tx, holdings);
  tx.entry.detail.logins = accounts.map((account) => account.login);
  return { added: accounts.length };
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
