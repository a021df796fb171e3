import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { oidcApp, type StaffApp, wecomApp } from './identity/staff-apps.ts';
import { type Profile, profiles } from './kit/cipher.ts';
import { Problem } from './kit/problem.ts';
import type { Gateway } from './messages/delivery/channel.ts';
import { readGateways } from './messages/delivery/gateways.ts';

/** Every setting of the process, checked. What a figure depends on is never here but in versioned rows. */
export interface Settings {
  host: string;
  port: number;
  /** Where the embedded database, keys, files and exported heads live. */
  data: string;
  /** A PostgreSQL of the operator's, as the owner of the district's schema; without it the embedded one is used. */
  database_url: string | undefined;
  /** The district's division code (GB/T 2260). */
  district: string;
  /** Its PostgreSQL schema. */
  schema: string;
  /** The address that people type; sign-in cookies and passkeys are bound to it. */
  address: string;
  /** The addresses of proxies in front, whose word on who asks is taken. */
  proxies: readonly string[];
  /** Minutes without a request after which a session ends, and hours after which it ends in any case. */
  idle_minutes: number;
  session_hours: number;
  /** A port of this machine alone where Prometheus may read the measures; none when not set. */
  metrics_port: number | undefined;
  /** The algorithms that seal personal values from now on. */
  profile: Profile;
  /** How many people one account may unmask on a day. */
  unmask_per_day: number;
  /** The city's apps that sign staff in. */
  apps: readonly StaffApp[];
  /** The ways by which messages leave the house. */
  gateways: readonly Gateway[];
  /** True where the parts page and the demonstration's sign-in links must not exist. */
  production: boolean;
}

/** Reads the settings from the environment. Raises `settings/invalid` naming the one that is wrong. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const port = Number(environment.PORT ?? '8080');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw invalid('PORT', '应为 0–65535 的整数', 'must be a whole number from 0 to 65535');
  }
  const database_url = environment.DATABASE_URL || undefined;
  if (database_url && !/^postgres(ql)?:$/.test(URL.parse(database_url)?.protocol ?? '')) {
    throw invalid(
      'DATABASE_URL',
      '应为 postgres://… 形式的地址',
      'must be an address of the form postgres://…',
    );
  }
  const district = environment.SHISHI_DISTRICT ?? '440404';
  if (!/^\d{6}$/.test(district)) {
    throw invalid('SHISHI_DISTRICT', '应为六位区划代码', 'must be a division code of six digits');
  }
  const host = environment.HOST || '127.0.0.1';
  const address = environment.SHISHI_ADDRESS || addressOf(host, port);
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? '')) {
    throw invalid('SHISHI_ADDRESS', '应为 https://… 形式的地址', 'must be an address of the form https://…');
  }
  const data = resolve(environment.SHISHI_DATA || 'data');
  return {
    host,
    port,
    address,
    proxies: readProxies(environment.SHISHI_PROXIES ?? ''),
    idle_minutes: wholeNumber(environment, 'SHISHI_IDLE_MINUTES', 30),
    session_hours: wholeNumber(environment, 'SHISHI_SESSION_HOURS', 12),
    data,
    database_url,
    district,
    schema: `d${district}`,
    metrics_port: environment.METRICS_PORT ? wholeNumber(environment, 'METRICS_PORT', 0) : undefined,
    profile: readProfile(environment.SHISHI_CIPHERS || 'international'),
    unmask_per_day: wholeNumber(environment, 'SHISHI_UNMASK_PER_DAY', 30),
    apps: readApps(environment),
    gateways: readGateways(environment, data, (names) => together(environment, names)),
    production: environment.NODE_ENV === 'production',
  };
}

/** The address of a host and port, as a browser takes it. */
export function addressOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function readProxies(text: string): string[] {
  const proxies = text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  if (proxies.every((one) => isIP(one.split('/')[0]!) !== 0)) return proxies;
  throw invalid(
    'SHISHI_PROXIES',
    '应为代理的 IP 地址，用逗号隔开',
    'takes the IP addresses of proxies, divided by commas',
  );
}

function readProfile(text: string): Profile {
  const profile = profiles.find((one) => one === text);
  if (profile) return profile;
  throw invalid('SHISHI_CIPHERS', `应为 ${profiles.join(' 或 ')}`, `must be ${profiles.join(' or ')}`);
}

/** Single sign-on is set up by naming all it needs; half of it is refused rather than left out. */
function readApps(environment: NodeJS.ProcessEnv): StaffApp[] {
  const oidc = together(environment, ['OIDC_DISCOVERY_URL', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET']);
  const wecom = together(environment, ['WECOM_URL', 'WECOM_CORPORATION', 'WECOM_AGENT', 'WECOM_SECRET']);
  const apps: StaffApp[] = [];
  if (oidc) {
    const [discovery_url, client_id, client_secret] = oidc as [string, string, string];
    const login_claim = environment.OIDC_LOGIN_CLAIM || 'preferred_username';
    apps.push(oidcApp({ discovery_url, client_id, client_secret, login_claim }));
  }
  if (wecom) {
    const [base_url, corporation_id, agent_id, secret] = wecom as [string, string, string, string];
    apps.push(wecomApp({ base_url, corporation_id, agent_id, secret }));
  }
  return apps;
}

function together(environment: NodeJS.ProcessEnv, names: readonly string[]): string[] | undefined {
  const values = names.map((name) => environment[name] ?? '');
  if (values.every((value) => value === '')) return undefined;
  const missing = names.find((_name, index) => values[index] === '');
  if (missing)
    throw invalid(missing, `与 ${names.join('、')} 须同时设置`, `is missing beside ${names.join(', ')}`);
  return values;
}

function wholeNumber(environment: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const value = Number(environment[name] || otherwise);
  if (Number.isInteger(value) && value > 0) return value;
  throw invalid(name, '应为大于 0 的整数', 'must be a whole number above 0');
}

function invalid(name: string, zh: string, en: string): Problem {
  return new Problem('settings/invalid', 'invalid', {
    zh: `设置 ${name} 不正确：${zh}。`,
    en: `The setting ${name} ${en}.`,
  });
}
