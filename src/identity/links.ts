// One-time links: for a first or a forgotten password, and for the roles of a demonstration. Only their digests are kept.
import { randomBytes } from 'node:crypto';
import type { Database } from '../kit/db.ts';
import { refuseIf } from '../kit/problem.ts';
import type { Auth } from './auth.ts';
import { checkPassword } from './passwords.ts';
import { logSecurity } from './security-log.ts';
import { type Admission, digestOf, logger, type SignIn, type Visitor } from './sign-in.ts';
import { linkSpent } from './sign-in-problems.ts';
import {
  ensureAuthUser,
  findLink,
  forgetAttempts,
  insertLink,
  type LinkPurpose,
  replacePassword,
  spendLink,
} from './store.ts';

/** Makes a one-time link and gives its path. Only its digest is kept. */
export async function issueLink(
  db: Database,
  link: { account_id: number; purpose: LinkPurpose; hours: number; by: number | null },
): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  const { account_id, purpose, hours, by } = link;
  await insertLink(db.queries, { digest: digestOf(token), account_id, purpose, hours });
  const detail = { purpose, ...(by !== null && { by: `account:${by}` }) };
  await logSecurity(db.queries, { event: 'link_issued', success: true, account_id, address: null, detail });
  return `/sign-in/link/${token}`;
}

/** Whose link it is and what for. Raises `identity/link` when it is spent, too old or none. */
export async function getLink(db: Database, token: string) {
  const link = await findLink(db.queries, digestOf(token));
  if (!link) throw linkSpent();
  return link;
}

/** Signs in by the link of a demonstration's role, which needs no password and has no second factor. */
export async function signInByLink(
  { auth, db }: SignIn,
  visitor: Visitor,
  token: string,
): Promise<Admission> {
  const { account_id, purpose } = await getLink(db, token);
  if (purpose !== 'demonstration') throw linkSpent();
  if (!(await spendLink(db.queries, digestOf(token)))) throw linkSpent();
  await ensureAuthUser(db.queries, account_id);
  await logger(db, visitor, account_id)('link_used', true, { purpose });
  return openSession(auth, visitor, account_id, 'link');
}

/**
 * Sets the password of the link's account, which ends its other sessions and forgets its second factor, and signs in.
 * Raises `identity/link`, `identity/password`; then the link stays good.
 */
export async function setPasswordByLink(
  { auth, db }: SignIn,
  visitor: Visitor,
  token: string,
  password: string,
): Promise<Admission> {
  const { account_id, purpose, login, name } = await getLink(db, token);
  if (purpose !== 'setup') throw linkSpent();
  refuseIf(await checkPassword(password, [login, name]));
  const hash = await (await auth.$context).password.hash(password);
  if (!(await spendLink(db.queries, digestOf(token)))) throw linkSpent();
  await ensureAuthUser(db.queries, account_id);
  await replacePassword(db.queries, account_id, hash);
  await forgetAttempts(db.queries, `login:${digestOf(login)}`);
  await logger(db, visitor, account_id)('password_set', true);
  return openSession(auth, visitor, account_id, 'password');
}

async function openSession(
  auth: Auth,
  { headers }: Visitor,
  account_id: number,
  method: string,
): Promise<Admission> {
  const answer = await auth.api.openSession({ body: { account_id, method }, headers, returnHeaders: true });
  return { cookies: answer.headers.getSetCookie(), next: 'signed_in' };
}
