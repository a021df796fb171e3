import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { closeRows, insertRows, updateRows } from '../kit/versioned.ts';
import { type Office, type OfficeName, officeNames } from './schema.ts';

interface SettingRow {
  id: number;
  name: string;
  value: string;
}

async function rows(queries: Queries): Promise<SettingRow[]> {
  return (await sql<SettingRow>`select id, name, value from office_setting`.execute(queries)).rows;
}

/** What the office has set, as it is now. */
export async function findOffice(queries: Queries): Promise<Office> {
  return Object.fromEntries((await rows(queries)).map(({ name, value }) => [name, value]));
}

/** Sets what is given and takes away what is empty; gives the names of what changed. */
export async function saveOffice(tx: Transaction, office: Office): Promise<OfficeName[]> {
  const before = new Map((await rows(tx.queries)).map((row) => [row.name, row]));
  const named = officeNames.filter((name) => name in office);
  const changed = named.filter((name) => (before.get(name)?.value ?? '') !== (office[name] ?? ''));
  const gone = changed.filter((name) => !office[name]);
  const added = changed.filter((name) => office[name] && !before.has(name));
  const edited = changed.filter((name) => office[name] && before.has(name));
  await insertRows(
    tx,
    'office_setting',
    added.map((name) => ({ name, value: office[name]! })),
  );
  await updateRows(
    tx,
    'office_setting',
    edited.map((name) => ({ id: before.get(name)!.id, value: office[name]! })),
  );
  await closeRows(
    tx,
    'office_setting',
    gone.map((name) => before.get(name)!.id),
  );
  return changed;
}
