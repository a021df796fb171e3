import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addCalendarDays } from './calendar/actions.ts';
import { publishedDays } from './calendar/published.ts';
import { enactDefinitions } from './figures/actions.ts';
import type { Registry } from './figures/registry.ts';
import type { Entitled } from './identity/access.ts';
import type { Actor } from './journal/write.ts';
import { type Database, openDatabase, ownerUrl } from './kit/db.ts';
import type { Message } from './kit/i18n.ts';
import { migrate, readMigrations } from './kit/migrations.ts';
import { usePostgres } from './kit/postgres.ts';
import { Problem } from './kit/problem.ts';
import { type SigningKey, signingKeyFromFile } from './kit/seal.ts';
import { openVault, type Vault } from './kit/vault.ts';
import { registry } from './registry.ts';
import type { Settings } from './settings.ts';

/** The product opened on its database: what the server and every command work with. */
export interface Product {
  settings: Settings;
  db: Database;
  registry: Registry;
  key: SigningKey;
  /** Seals personal values, by keys outside the database. */
  vault: Vault;
  /** The database's address as its owner, with the district's schema as search path. */
  owner_url: string;
  close(): Promise<void>;
}

/** The steps of the schema, beside the source. */
export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

/** The command line itself, as the actor of what it changes. */
export const commandLine: Entitled = {
  name: 'cli',
  account_id: null,
  unit_id: null,
  via: 'cli',
  holdings: 'unlimited',
};

/** Options for opening: whether the embedded server is to be left running, and who hears of long work. */
export interface OpenOptions {
  leave_running?: boolean;
  onProgress?: (message: Message) => void;
}

/**
 * Opens the product: starts or joins the embedded database or uses the operator's, and brings the schema up to date. Raises a Problem in a sentence when the database cannot be used.
 */
export async function openProduct(settings: Settings, options: OpenOptions = {}): Promise<Product> {
  const postgres = settings.database_url
    ? { url: settings.database_url, release: async () => {} }
    : await usePostgres({ data: settings.data, ...options });
  try {
    await migrate(postgres.url, settings.schema, readMigrations(migrationsFolder)).catch(explainConnection);
    const db = openDatabase(postgres.url, settings.schema);
    const close = async () => {
      await db.close();
      await postgres.release();
    };
    const key = signingKeyFromFile(join(settings.data, 'keys', `${settings.schema}.pem`));
    const vault = openVault(join(settings.data, 'keys', `${settings.schema}-vault`), settings.profile);
    const owner_url = ownerUrl(postgres.url, settings.schema);
    return { settings, db, registry, key, vault, owner_url, close };
  } catch (error) {
    await postgres.release();
    throw error;
  }
}

/**
 * Makes a district ready for work, as often as it is called: the definitions of figures come into force and a new
 * district gets the published holidays, each by an entry. A demonstration says of which moment these entries are.
 */
export async function prepare(product: Product, simulated_at?: Date): Promise<void> {
  const { db } = product;
  const when = simulated_at && { simulated_at };
  await enactDefinitions(db, product.registry, when);
  const any = await db.queries.selectFrom('calendar_day').select('id').limit(1).executeTakeFirst();
  if (any) return;
  const actor: Actor = { name: 'job:calendar', account_id: null, unit_id: null, via: 'job' };
  await addCalendarDays(db, { actor, ...when }, publishedDays());
}

function explainConnection(error: unknown): never {
  if (error instanceof Problem) throw error;
  const { code, message } = error as { code?: string; message: string };
  throw new Problem('product/database', 'unavailable', {
    zh: `无法使用数据库（${code ?? '错误'}：${message}）。请检查 DATABASE_URL、账号权限和数据库是否在运行。`,
    en: `The database cannot be used (${code ?? 'error'}: ${message}). Check DATABASE_URL, the account's rights and whether it runs.`,
  });
}
