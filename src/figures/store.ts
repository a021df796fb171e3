import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { asOf, insertRows, type Row, updateRows } from '../kit/versioned.ts';
import type { Dimension } from './definition.ts';

/** A figure frozen. `cutoff` is exclusive; `known_entry` is what was known; never edited. */
export interface Release {
  id: number;
  code: string;
  version: number;
  definition_hash: string;
  cutoff: Date;
  known_entry: number;
  area_code: string;
  dimension: Dimension | null;
  key: string | null;
  value: string | null;
  numerator: string | null;
  denominator: string | null;
  inputs: number;
  digest: string;
  supersedes_id: number | null;
  reason: string | null;
  since_entry: number;
}

/** The columns of a release that everybody may read; who pressed the button is for staff. */
const columns = sql.join(
  (
    [
      'id',
      'code',
      'version',
      'definition_hash',
      'cutoff',
      'known_entry',
      'area_code',
      'dimension',
      'key',
      'value',
      'numerator',
      'denominator',
      'inputs',
      'digest',
      'supersedes_id',
      'reason',
      'since_entry',
    ] satisfies (keyof Release)[]
  ).map((column) => sql.ref(column)),
);

/** A release by its number. */
export async function findRelease(queries: Queries, id: number): Promise<Release | undefined> {
  const found = await sql<Release>`select ${columns} from release where id = ${id}`.execute(queries);
  return found.rows[0];
}

/** The releases of a figure, newest cut-off first: of the whole, or of parts of it too. */
export async function listReleases(
  queries: Queries,
  code: string,
  limit: number,
  parts = false,
): Promise<Release[]> {
  const found = await sql<Release>`
    select ${columns} from release where code = ${code} and (${parts} or key is null)
    order by cutoff desc, id desc limit ${limit}`.execute(queries);
  return found.rows;
}

/** The releases that one entry made: those of a publication. */
export async function releasesOfEntry(queries: Queries, entry_no: number): Promise<Release[]> {
  return (
    await sql<Release>`select ${columns} from release where since_entry = ${entry_no} order by id`.execute(
      queries,
    )
  ).rows;
}

/** Every release, one page by number. */
export async function listAllReleases(queries: Queries, after: number, limit: number): Promise<Release[]> {
  const found =
    await sql<Release>`select ${columns} from release where id > ${after} order by id limit ${limit}`.execute(
      queries,
    );
  return found.rows;
}

/** Freezes figures; gives them as stored, in the order given. */
export async function insertReleases(
  tx: Transaction,
  releases: readonly (Omit<Release, 'id' | 'since_entry'> & { released_by: string })[],
): Promise<Release[]> {
  return (await insertRows<Row>(tx, 'release', releases)) as unknown as Release[];
}

/** A definition as it came into force. */
export interface EnactedDefinition {
  id: number;
  code: string;
  version: number;
  hash: string;
  text: string;
}

/** The definitions in force. */
export async function listEnacted(queries: Queries): Promise<EnactedDefinition[]> {
  const found = await sql<EnactedDefinition>`select id, code, version, hash, text from definition`.execute(
    queries,
  );
  return found.rows;
}

/** The version of a figure that was in force at an entry; none before the first. */
export async function versionInForce(
  queries: Queries,
  code: string,
  entry_no: number,
): Promise<number | undefined> {
  const found = await sql<{ version: number }>`
    select version from ${asOf('definition', entry_no, ['code', 'version'])} as definition where code = ${code}`.execute(
    queries,
  );
  return found.rows[0]?.version;
}

/** The text of a definition by its hash, whether in force or not any more. */
export async function findDefinitionText(queries: Queries, hash: string): Promise<string | undefined> {
  const found = await sql<{ text: string }>`
    select text from definition where hash = ${hash} union select text from definition_past where hash = ${hash}`.execute(
    queries,
  );
  return found.rows[0]?.text;
}

/** Brings definitions into force: new ones and new versions of known ones. */
export async function enact(
  tx: Transaction,
  added: readonly Omit<EnactedDefinition, 'id'>[],
  changed: readonly EnactedDefinition[],
): Promise<void> {
  await insertRows(tx, 'definition', added);
  await updateRows(
    tx,
    'definition',
    changed as readonly object[] as (EnactedDefinition & Record<string, unknown>)[],
  );
}
