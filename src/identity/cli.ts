import { parseCommand, wrongUsage } from '../kit/command.ts';
import type { Database } from '../kit/db.ts';
import { Problem } from '../kit/problem.ts';
import { accountsByLogin, addAccounts, type Entering } from './actions.ts';
import { issueLink } from './links.ts';
import { type Role, roles } from './roles.ts';

/** How accounts are made and let in from the command line; a new district's first administrators have no other door. */
export const userUsage = 'user add LOGIN NAME --unit CODE --role ROLE [--for LOGIN] | user link LOGIN';

/** Adds an account, or makes a one-time link with which its owner sets a password. Gives what is to be printed. */
export async function userCommand(
  db: Database,
  entering: Entering,
  address: string,
  args: string[],
): Promise<string> {
  const { words, values } = parseCommand(args, { values: ['unit', 'role', 'for'] }, userUsage);
  const [verb, login, name] = words;
  if (verb === 'add' && login && name && values.unit && isRole(values.role) && words.length === 3) {
    const holding = { role: values.role, ...(values.for && { for_login: values.for }) };
    const account = { login, name, unit_code: values.unit, roles: [holding], synthetic: false };
    await addAccounts(db, entering, [account]);
  } else if (verb !== 'link' || !login || words.length !== 2) throw wrongUsage(userUsage);
  const account = (await accountsByLogin(db.queries)).get(login);
  if (!account) throw unknownLogin(login);
  const path = await issueLink(db, { account_id: account.id, purpose: 'setup', hours: 72, by: null });
  return `一次性登录链接（72 小时内有效）：${address}${path}
网址取自 SHISHI_ADDRESS，现为 ${address}。登录、通行密钥都认这个网址；大家打开的若不是它，请先改好再生成。`;
}

function isRole(text: string | undefined): text is Role {
  return roles.some((role) => role === text);
}

function unknownLogin(login: string): Problem {
  return new Problem('identity/unknown_account', 'not_found', {
    zh: `没有登录名为 ${login} 的账号。`,
    en: `There is no account with the login ${login}.`,
  });
}
