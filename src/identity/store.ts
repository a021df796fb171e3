import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { insertRows, type Row } from '../kit/versioned.ts';
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

/** Every account, by login. */
export async function accountsByLogin(queries: Queries): Promise<Map<string, Account>> {
  const found = await sql<Account>`select id, login, name, unit_id, disabled, synthetic from account`.execute(
    queries,
  );
  return new Map(found.rows.map((account) => [account.login, account]));
}

/** Adds accounts and gives them as stored. */
export async function insertAccounts(
  tx: Transaction,
  accounts: readonly Omit<Account, 'id'>[],
): Promise<(Account & Row)[]> {
  return insertRows<Account & Row>(tx, 'account', accounts);
}

/** Gives roles, each for a unit. */
export async function insertRoleHoldings(
  tx: Transaction,
  holdings: readonly { account_id: number; role: Role; unit_id: number }[],
): Promise<void> {
  await insertRows(tx, 'role_holding', holdings);
}
