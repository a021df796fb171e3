// A city's staff app (粤政易, 政务微信) or its OIDC service signs staff in. It says which login somebody has; the account
// itself must be there already, and an app opens none.
import { sql } from 'kysely';
import type { Database } from '../kit/db.ts';
import type { Message } from '../kit/i18n.ts';
import { ensureAuthUser } from './store.ts';

/** What an app tells of somebody: whatever it calls it. */
type Profile = Record<string, unknown>;

/** An app that signs staff in: the adapter of a city's single sign-on. */
export interface StaffApp {
  /** In addresses and settings: `oidc`, `wecom`. */
  id: string;
  title: Message;
  client_id: string;
  client_secret: string;
  /** An OIDC service is known by its discovery document alone. */
  discovery_url?: string;
  scopes?: readonly string[];
  /** Where an app that does not speak OIDC asks for consent, with what else it wants in that address. */
  authorization_url?: string;
  authorization_params?: Readonly<Record<string, string>>;
  /** How such an app turns the code that it sent back into who it is. */
  profileOfCode?: (code: string) => Promise<Profile>;
  /** The login of our account, as this app knows it. */
  loginOf(profile: Profile): string | undefined;
  /** What never changes for this person in that app. */
  subjectOf(profile: Profile): string | undefined;
}

/** An app as better-auth wants it. Tokens of the app are used once and not kept. */
export function signInOf(app: StaffApp, db: Database) {
  const { profileOfCode } = app;
  return {
    providerId: app.id,
    clientId: app.client_id,
    clientSecret: app.client_secret,
    disableSignUp: true,
    disableImplicitSignUp: true,
    ...(app.discovery_url && { discoveryUrl: app.discovery_url, requireIdTokenVerification: true }),
    ...(app.authorization_url && { authorizationUrl: app.authorization_url }),
    ...(app.authorization_params && { authorizationUrlParams: { ...app.authorization_params } }),
    scopes: [...(app.scopes ?? [])],
    pkce: !profileOfCode,
    accountSubject: ({ profile }: { profile: Profile }) => app.subjectOf(profile) ?? '',
    ...(profileOfCode && {
      getToken: async ({ code }: { code: string }) => ({ accessToken: code, raw: await profileOfCode(code) }),
      getUserInfo: async (tokens: { raw?: Profile }) => ({
        ...tokens.raw,
        id: app.subjectOf(tokens.raw ?? {}),
        emailVerified: true,
      }),
    }),
    mapProfileToUser: async (profile: Profile) => {
      const login = app.loginOf(profile);
      const email = login && (await emailOfLogin(db, login));
      // An unknown login gets an address that nobody has, and is refused as such.
      return { email: email || 'nobody@staff.invalid', emailVerified: true, name: '' };
    },
  };
}

async function emailOfLogin(db: Database, login: string): Promise<string | undefined> {
  const found = await sql<{ id: number }>`
    select id from account where login = ${login} and not disabled`.execute(db.queries);
  const id = found.rows[0]?.id;
  return id === undefined ? undefined : ensureAuthUser(db.queries, id);
}

/** An OIDC service of a city. */
export function oidcApp(options: {
  discovery_url: string;
  client_id: string;
  client_secret: string;
  /** The claim that holds the login of our account. */
  login_claim: string;
}): StaffApp {
  const { login_claim, ...rest } = options;
  return {
    ...rest,
    id: 'oidc',
    title: { zh: '统一身份认证', en: 'Single sign-on' },
    scopes: ['openid', 'profile'],
    loginOf: (profile) => textOf(profile[login_claim]),
    subjectOf: (profile) => textOf(profile.sub),
  };
}

/**
 * 政务微信, on which 粤政易 stands, in a city's own installation: it speaks its own form of OAuth 2, with a token for the
 * organisation and a second request for who sent the code. Its user id is the login of our account.
 */
export function wecomApp(options: {
  base_url: string;
  corporation_id: string;
  agent_id: string;
  secret: string;
}): StaffApp {
  const { base_url, corporation_id, agent_id, secret } = options;
  const profileOfCode = async (code: string): Promise<Profile> => {
    const token = await askJson(new URL('/cgi-bin/gettoken', base_url), {
      corpid: corporation_id,
      corpsecret: secret,
    });
    const access_token = textOf(token.access_token) ?? '';
    return askJson(new URL('/cgi-bin/user/getuserinfo', base_url), { access_token, code });
  };
  return {
    id: 'wecom',
    title: { zh: '政务微信（粤政易）', en: 'Government WeChat' },
    client_id: corporation_id,
    client_secret: secret,
    authorization_url: new URL('/connect/oauth2/authorize', base_url).toString(),
    authorization_params: { appid: corporation_id, agentid: agent_id, scope: 'snsapi_base' },
    profileOfCode,
    loginOf: (profile) => textOf(profile.UserId ?? profile.userid),
    subjectOf: (profile) => textOf(profile.UserId ?? profile.userid),
  };
}

async function askJson(url: URL, query: Record<string, string>): Promise<Profile> {
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'error' });
  const body = (await response.json()) as Profile;
  if (!response.ok || (body.errcode !== undefined && body.errcode !== 0)) {
    throw new Error(`the staff app answered ${response.status}, errcode ${String(body.errcode)}`);
  }
  return body;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
