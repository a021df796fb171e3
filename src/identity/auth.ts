// better-auth keeps passwords, second factors and sessions; who somebody is, what they may do and whether their account
// is open are our own tables and entries. Nothing of it is reachable but through the routes of this slice.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { Database } from '../kit/db.ts';
import { makeOnce } from '../kit/seal.ts';
import { type StaffApp, signInOf } from './staff-apps.ts';

/** What signing in is made with. */
export interface AuthOptions {
  db: Database;
  /** The file of the secret that cookies are signed and second factors encrypted with; made when missing. */
  secret_file: string;
  /** The address that people type, such as `https://shishi.example.gov.cn`. */
  address: string;
  /** After how many minutes without a request a session ends. */
  idle_minutes: number;
  apps: readonly StaffApp[];
}

/** Opens better-auth on a district's own tables. */
export function openAuth({ db, secret_file, address, idle_minutes, apps }: AuthOptions) {
  const oauth = genericOAuth({ config: apps.map((app) => signInOf(app, db)) });
  return betterAuth({
    appName: '实事 Shishi',
    baseURL: address,
    basePath: '/sign-in/auth',
    secret: secretFromFile(secret_file),
    trustedOrigins: [address],
    telemetry: { enabled: false },
    // What it would log may carry what somebody typed; we log by security_log.
    logger: { disabled: true },
    rateLimit: { enabled: false },
    database: { db: db.queries, type: 'postgres' },
    advanced: {
      cookiePrefix: 'shishi',
      useSecureCookies: address.startsWith('https://'),
      ipAddress: { disableIpTracking: true },
      database: { generateId: 'uuid' },
    },
    emailAndPassword: { enabled: true, disableSignUp: true, maxPasswordLength: 128 },
    user: { modelName: 'auth_user', fields: { ...times, emailVerified: 'email_verified' } },
    session: {
      modelName: 'auth_session',
      fields: {
        ...times,
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
      },
      additionalFields: { method: { type: 'string', required: false, input: false } },
      expiresIn: idle_minutes * 60,
      updateAge: 60,
    },
    account: {
      modelName: 'auth_credential',
      fields: {
        ...times,
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'user_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
      },
      accountLinking: { enabled: true, trustedProviders: apps.map((app) => app.id) },
      updateAccountOnSignIn: false,
    },
    // An app's tokens say who somebody is, once; there is nothing to keep them for.
    databaseHooks: {
      session: {
        create: {
          before: async (session, ctx) => ({
            data: { ...session, method: session.method ?? methodOf(ctx?.path) },
          }),
        },
      },
      account: {
        create: {
          before: async (account) => ({
            data: { ...account, accessToken: null, refreshToken: null, idToken: null },
          }),
        },
      },
    },
    verification: {
      modelName: 'auth_verification',
      fields: { ...times, expiresAt: 'expires_at' },
      storeIdentifier: 'hashed',
    },
    plugins: [secondFactor(), passkeys(address), oauth, sessions()],
  });
}

/** better-auth as opened for a district. */
export type Auth = ReturnType<typeof openAuth>;

const times = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

function secondFactor() {
  return twoFactor({
    issuer: '实事 Shishi',
    accountLockout: { enabled: true, maxFailedAttempts: 5, durationSeconds: 1800 },
    schema: {
      user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
      twoFactor: {
        modelName: 'auth_two_factor',
        fields: {
          userId: 'user_id',
          backupCodes: 'backup_codes',
          failedVerificationCount: 'failed_verification_count',
          lockedUntil: 'locked_until',
        },
      },
    },
  });
}

function passkeys(address: string) {
  return passkey({
    rpID: new URL(address).hostname,
    rpName: '实事 Shishi',
    origin: new URL(address).origin,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    schema: {
      passkey: {
        modelName: 'auth_passkey',
        fields: {
          publicKey: 'public_key',
          userId: 'user_id',
          credentialID: 'credential_id',
          deviceType: 'device_type',
          backedUp: 'backed_up',
          createdAt: 'created_at',
        },
      },
    },
  });
}

interface OpenSession {
  account_id: number;
  method: string;
}

/** Opening a session for somebody whom another check than a password has let in. Never reachable by HTTP. */
function sessions() {
  // Called by our own code alone, in whose types it is checked.
  const validate = (value: unknown) => ({ value: value as OpenSession });
  const types = undefined as unknown as { input: OpenSession; output: OpenSession };
  const body = { '~standard': { version: 1 as const, vendor: 'shishi', validate, types } };
  return {
    id: 'shishi-sessions',
    endpoints: {
      openSession: createAuthEndpoint.serverOnly(
        { method: 'POST', requireHeaders: true, body },
        async (ctx) => {
          const { account_id, method } = ctx.body;
          const user = await ctx.context.internalAdapter.findUserById(String(account_id));
          if (!user) throw new Error('openSession: the account has no auth_user');
          const session = await ctx.context.internalAdapter.createSession(user.id, false, { method });
          await setSessionCookie(ctx, { session, user });
          return ctx.json({ account_id });
        },
      ),
    },
  };
}

/** By what a session was opened; a passkey and a city's app stand for two factors. */
function methodOf(path: string | undefined): string {
  if (path?.startsWith('/passkey/')) return 'passkey';
  return path?.startsWith('/callback/') ? 'app' : 'password';
}

function secretFromFile(file: string): string {
  makeOnce(file, () => randomBytes(32).toString('hex'));
  return readFileSync(file, 'utf8').trim();
}
