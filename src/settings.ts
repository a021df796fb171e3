import { resolve } from 'node:path';
import { Problem } from './kit/problem.ts';

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
  return {
    host: environment.HOST || '127.0.0.1',
    port,
    data: resolve(environment.SHISHI_DATA || 'data'),
    database_url,
    district,
    schema: `d${district}`,
    production: environment.NODE_ENV === 'production',
  };
}

function invalid(name: string, zh: string, en: string): Problem {
  return new Problem('settings/invalid', 'invalid', {
    zh: `设置 ${name} 不正确：${zh}。`,
    en: `The setting ${name} ${en}.`,
  });
}
