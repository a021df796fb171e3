// Signing in: a password and a one-time code, a passkey, a city's staff app, or a one-time link. Every way is slowed
// against guessing, answers the same for known and unknown logins, and is kept in the security log.
import { createHash } from 'node:crypto';
import type { Database } from '../kit/db.ts';
import { refuseIf } from '../kit/problem.ts';
import type { Staff } from './access.ts';
import type { Auth } from './auth.ts';
import { checkPassword } from './passwords.ts';
import { logSecurity, type SecurityEvent } from './security-log.ts';
import { nothingFor, slowed, wrongCode, wrongCredentials, wrongCurrent } from './sign-in-problems.ts';
import {
  countAttempt,
  ensureAuthUser,
  findAccount,
  findAccountByLogin,
  forgetAttempts,
  listReaches,
  uncountAttempt,
} from './store.ts';

/** What signing in works with. */
export interface SignIn {
  auth: Auth;
  db: Database;
  limits: SignInLimits;
}

/** [K-中] GB/T 22239-2019 8.1.4.1 asks for limits and leaves the numbers to the operator. */
export interface SignInLimits {
  /** Guesses for one login before it has to wait. */
  failures: number;
  /** How long it waits, in minutes. */
  minutes: number;
  /** Hours after which a session ends, however busy. */
  session_hours: number;
}

/** Who asks: the headers of the request, and the network address. */
export interface Visitor {
  headers: Headers;
  address: string;
}

/** What a step of signing in gives: cookies for the browser, and whether it is done. */
export interface Admission {
  cookies: string[];
  /** `second_factor` asks for a code next. */
  next: 'signed_in' | 'second_factor';
}

/** Wrong guesses from one address before it has to wait: an office shares one. */
const addressFailures = 60;

/** Signs in by login and password. Raises `identity/credentials`, `identity/slowed`. */
export async function signInByPassword(
  { auth, db, limits }: SignIn,
  visitor: Visitor,
  login: string,
  password: string,
): Promise<Admission> {
  const { queries } = db;
  const account = await findAccountByLogin(queries, login);
  const account_id = account?.id ?? null;
  const log = logger(db, visitor, account_id);
  const subject = `login:${digestOf(login)}`;
  const tries = await countAttempt(queries, subject, limits.minutes);
  const address = `address:${visitor.address}`;
  const here = await countAttempt(queries, address, limits.minutes);
  if (tries > limits.failures || here > addressFailures) {
    await log('sign_in', false, { why: 'slowed' });
    throw slowed(limits.minutes);
  }
  // An unknown or closed account is asked for a password all the same, and takes as long to be refused.
  const open = account !== undefined && !account.disabled;
  const email = open ? await ensureAuthUser(queries, account.id) : 'nobody@staff.invalid';
  const { headers } = visitor;
  const answer = await auth.api
    .signInEmail({ body: { email, password }, headers, returnHeaders: true })
    .catch(nothingFor('identity/credentials'));
  if (!answer) {
    await log('sign_in', false, { why: 'credentials' });
    throw wrongCredentials();
  }
  await forgetAttempts(queries, subject);
  await uncountAttempt(queries, address);
  const waiting = 'twoFactorRedirect' in answer.response;
  await log('sign_in', true, { by: 'password' });
  return { cookies: answer.headers.getSetCookie(), next: waiting ? 'second_factor' : 'signed_in' };
}

/** Ends signing in with the code of an authenticator app, or one of the spare codes. Raises `identity/code`. */
export async function confirmByCode(
  { auth, db }: SignIn,
  visitor: Visitor,
  code: string,
): Promise<Admission> {
  const given = code.replaceAll(/\s/g, '');
  const ask = { headers: visitor.headers, returnHeaders: true } as const;
  const spare = !/^\d{6}$/.test(given);
  const answer = await (spare
    ? auth.api.verifyBackupCode({ body: { code: given }, ...ask })
    : auth.api.verifyTOTP({ body: { code: given }, ...ask })
  ).catch(nothingFor('identity/code'));
  const account_id = answer ? Number((answer.response as { user: { id: string } }).user.id) : null;
  const cookies = answer?.headers.getSetCookie() ?? [];
  // A code that was used once is worth nothing within its minute and a half (ASVS 5.0 6.5.1).
  const fresh =
    account_id !== null &&
    (spare || (await countAttempt(db.queries, `code:${account_id}:${digestOf(given)}`, 2)) === 1);
  await logger(db, visitor, account_id)('second_factor', fresh, { by: spare ? 'spare_code' : 'code' });
  if (fresh) return { cookies, next: 'signed_in' };
  if (account_id !== null) await auth.api.signOut({ headers: withCookies(visitor.headers, cookies) });
  throw wrongCode();
}

/**
 * Changes the password of whoever is signed in, which signs them out everywhere else. Raises `identity/credentials`,
 * `identity/password`, `identity/slowed`.
 */
export async function changePassword(
  { auth, db, limits }: SignIn,
  visitor: Visitor,
  account_id: number,
  given: { current: string; password: string },
): Promise<string[]> {
  const subject = `password:${account_id}`;
  const tries = await countAttempt(db.queries, subject, limits.minutes);
  if (tries > limits.failures) throw slowed(limits.minutes);
  const account = await findAccount(db.queries, account_id);
  refuseIf(await checkPassword(given.password, [account?.login ?? '', account?.name ?? '']));
  const body = {
    currentPassword: given.current,
    newPassword: given.password,
    revokeOtherSessions: true,
  };
  const answer = await auth.api
    .changePassword({ body, headers: visitor.headers, returnHeaders: true })
    .catch(nothingFor('identity/credentials'));
  await logger(db, visitor, account_id)('password_set', answer !== undefined);
  if (!answer) throw wrongCurrent();
  await forgetAttempts(db.queries, subject);
  return answer.headers.getSetCookie();
}

/** Ends a session and gives the cookies that make the browser forget it. */
export async function signOut({ auth, db }: SignIn, visitor: Visitor, account_id: number): Promise<string[]> {
  const { headers } = await auth.api.signOut({ headers: visitor.headers, returnHeaders: true });
  await logger(db, visitor, account_id)('sign_out', true);
  return headers.getSetCookie();
}

/** Whoever is signed in by these headers, with the cookies that keep the session going. */
export async function findStaff(
  { auth, db, limits }: SignIn,
  visitor: Visitor,
): Promise<{ staff: Staff | null; cookies: string[] }> {
  const { headers, response } = await auth.api.getSession({ headers: visitor.headers, returnHeaders: true });
  const cookies = headers.getSetCookie();
  if (!response) return { staff: null, cookies };
  const { session, user } = response;
  const account = await findAccount(db.queries, Number(user.id));
  const age = Date.now() - session.createdAt.getTime();
  if (!account || account.disabled || age > limits.session_hours * 3_600_000) {
    const ended = await auth.api.signOut({ headers: visitor.headers, returnHeaders: true });
    await logger(db, visitor, account?.id ?? null)('session_expired', true);
    return { staff: null, cookies: ended.headers.getSetCookie() };
  }
  const held = await listReaches(db.queries, account.id);
  const holdings = held.map(({ units, ...one }) => ({ ...one, reach: new Set(units) }));
  // A link of the demonstration, a passkey and a city's app stand for two factors; a password alone does not.
  const strong = user.twoFactorEnabled === true || (session.method ?? 'password') !== 'password';
  const { id: account_id, name, unit_id } = account;
  return { staff: { account_id, name, unit_id, holdings, complete: strong }, cookies };
}

/** The headers of a browser that has taken these cookies over. */
export function withCookies(headers: Headers, cookies: readonly string[]): Headers {
  const kept = new Map(
    [...(headers.get('cookie') ?? '').split('; '), ...cookies.map((one) => one.split(';')[0]!)]
      .filter(Boolean)
      .map((pair) => [pair.split('=')[0]!, pair]),
  );
  const taken = new Headers(headers);
  taken.set('cookie', [...kept.values()].join('; '));
  return taken;
}

/** Keeps what a visitor did in the security log. */
export function logger(db: Database, { address }: Visitor, account_id: number | null) {
  return (event: SecurityEvent, success: boolean, detail: Record<string, string> = {}) =>
    logSecurity(db.queries, { event, success, account_id, address, detail });
}

/** The text that stands for a secret in the database. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
