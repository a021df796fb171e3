// Signing in: a password and a one-time code, a passkey, a city's staff app, or a one-time link. Every way is slowed
// against guessing, answers the same for known and unknown logins, and is kept in the security log.
import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import type { Staff } from './access.ts';
import type { Auth } from './auth.ts';
import { checkPassword } from './passwords.ts';
import { logSecurity, type SecurityEvent } from './security-log.ts';
import {
  countAttempt,
  ensureAuthUser,
  findAccount,
  findAccountByLogin,
  findLink,
  forgetAttempts,
  insertLink,
  type LinkPurpose,
  listReaches,
  replacePassword,
  spendLink,
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

/** An authenticator app to be set up: the address for its camera, and codes to keep for when it is lost. */
export interface NewSecondFactor {
  uri: string;
  spare_codes: string[];
}

/** Begins to set a second factor. It counts once a first code of it was given. Raises `identity/credentials`. */
export async function beginSecondFactor(
  { auth }: SignIn,
  headers: Headers,
  password: string,
): Promise<NewSecondFactor> {
  const answer = await auth.api
    .enableTwoFactor({ body: { password, method: 'totp' }, headers })
    .catch(nothingFor('identity/credentials'));
  if (!answer || !('totpURI' in answer)) throw wrongCredentials();
  return { uri: answer.totpURI, spare_codes: answer.backupCodes };
}

/** Ends setting a second factor by its first code. Raises `identity/code`. */
export async function confirmSecondFactor(
  { auth, db }: SignIn,
  visitor: Visitor,
  account_id: number,
  code: string,
): Promise<Admission> {
  const body = { code: code.replaceAll(/\s/g, '') };
  const answer = await auth.api
    .verifyTOTP({ body, headers: visitor.headers, returnHeaders: true })
    .catch(nothingFor('identity/code'));
  if (!answer) throw wrongCode();
  await logger(db, visitor, account_id)('second_factor_set', true);
  return { cookies: answer.headers.getSetCookie(), next: 'signed_in' };
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

function logger(db: Database, { address }: Visitor, account_id: number | null) {
  return (event: SecurityEvent, success: boolean, detail: Record<string, string> = {}) =>
    logSecurity(db.queries, { event, success, account_id, address, detail });
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

/** The text that stands for a secret in the database. */
function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** What better-auth refuses is nothing; a lock is said to be one; whatever else goes wrong is a fault of ours. */
function nothingFor(code: string) {
  return (error: unknown): undefined => {
    const { status, statusCode } = error as { status?: string; statusCode?: number };
    if (status === 'TOO_MANY_REQUESTS') throw slowed(30, code);
    if (!statusCode || statusCode >= 500) throw error;
    return undefined;
  };
}

function wrongCredentials(): Problem {
  const text = { zh: '登录名或口令不对。', en: 'The login or the password is wrong.' };
  return new Problem('identity/credentials', 'unauthenticated', text, { password: text });
}

function wrongCurrent(): Problem {
  const text = {
    zh: '现在的口令不对，没有修改。',
    en: 'The present password is wrong; nothing was changed.',
  };
  return new Problem('identity/credentials', 'invalid', text, { current: text });
}

function wrongCode(): Problem {
  const text = {
    zh: '验证码不对，或已经用过。请用应用里最新的一组。',
    en: 'The code is wrong or was used already. Take the newest one from the app.',
  };
  return new Problem('identity/code', 'unauthenticated', text, { code: text });
}

function slowed(minutes: number, code = 'identity/slowed'): Problem {
  return new Problem(code, 'too_many', {
    zh: `尝试次数太多，请 ${minutes} 分钟后再试，或请单位管理员重新生成登录链接。`,
    en: `Too many attempts. Try again in ${minutes} minutes, or ask your unit administrator for a new link.`,
  });
}

function linkSpent(): Problem {
  return new Problem('identity/link', 'not_found', {
    zh: '这个链接已经用过或已过期。请向单位管理员要一个新的。',
    en: 'This link was used already or has expired. Ask your unit administrator for a new one.',
  });
}
