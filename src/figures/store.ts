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
  /** Records of before the cut-off were still to come in when it was released (初步数). Null where they never are. */
  provisional: boolean | null;
  /** What it takes the place of, how, and why. */
  supersedes_id: number | null;
  succession: Succession | null;
  reason: string | null;
  /** What was reported less what the records gave, where they differed, and what was said to it. */
  gap: string | null;
  gap_reason: string | null;
  /**
   * Of a figure of persons: whether they are so few that nothing is said. Null where the figure is of none. Where it is
   * true there is no value here, and where it is not null no digest, by which one could guess at small parts.
   */
  withheld: boolean | null;
  since_entry: number;
}

/** How a release takes the place of another: the final one of a provisional, a revision (修订), a correction (更正). */
export const successions = ['final', 'revision', 'correction'] as const;
export type Succession = (typeof successions)[number];

/** What a release was made from, for computing it again. */
export interface Frozen {
  value: string | null;
  inputs: number;
  digest: string;
}

/** The columns of a release that everybody may read; who pressed the button is for staff. */
const columns = sql.join([
  ...(
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
      'provisional',
      'supersedes_id',
      'succession',
      'reason',
      'gap',
      'gap_reason',
      'withheld',
      'since_entry',
    ] satisfies (keyof Release)[]
  ).map((column) => sql.ref(column)),
  ...(['value', 'numerator', 'denominator'] satisfies (keyof Release)[]).map(
    (column) => sql`case when withheld then null else ${sql.ref(column)} end as ${sql.ref(column)}`,
  ),
  sql`case when withheld then 0 else inputs end as inputs`,
  sql`case when withheld is null then digest else '' end as digest`,
]);

/** A release by its number. */
export async function findRelease(queries: Queries, id: number): Promise<Release | undefined> {
  const found = await sql<Release>`select ${columns} from release where id = ${id}`.execute(queries);
  return found.rows[0];
}

/** What a release was made from, also where nobody is told. */
export async function frozenOf(queries: Queries, id: number): Promise<Frozen> {
  const found = await sql<Frozen>`select value, inputs, digest from release where id = ${id}`.execute(
    queries,
  );
  return found.rows[0]!;
}

/** The release that took the place of one; none where it still stands. */
export async function findSuccessor(queries: Queries, id: number): Promise<Release | undefined> {
  const found =
    await sql<Release>`select ${columns} from release where supersedes_id = ${id} order by id desc limit 1`.execute(
      queries,
    );
  return found.rows[0];
}

/** What was last released of the parts of a figure of persons, also what was withheld. */
export async function lastSaid(
  queries: Queries,
  { code, area_code, dimension }: Pick<Release, 'code' | 'area_code' | 'dimension'>,
): Promise<{ key: string | null; value: string | null; withheld: boolean }[]> {
  const same = sql`code = ${code} and area_code = ${area_code} and dimension is not distinct from ${dimension}`;
  const found = await sql<{ key: string | null; value: string | null; withheld: boolean }>`
    select key, value, coalesce(withheld, false) as withheld from release
    where ${same} and since_entry = (select max(since_entry) from release where ${same})`.execute(queries);
  return found.rows;
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

/** What was said last of a figure, or of a part of it, for a cut-off; or of the whole alone, and as known at one entry. */
export async function findReleaseAt(
  queries: Queries,
  code: string,
  cutoff: Date,
  { whole = false, known_entry }: { whole?: boolean; known_entry?: number | undefined } = {},
): Promise<Release | undefined> {
  const found = await sql<Release>`
    select ${columns} from release where code = ${code} and cutoff = ${cutoff} and (not ${whole} or key is null)
      and (${known_entry ?? null}::bigint is null or known_entry = ${known_entry ?? null}::bigint)
    order by id desc limit 1`.execute(queries);
  return found.rows[0];
}

/** The other releases of the same part of a figure for the same area, newest cut-off first. */
export async function listOthers(
  queries: Queries,
  { id, code, area_code, dimension, key }: Pick<Release, 'id' | 'code' | 'area_code' | 'dimension' | 'key'>,
): Promise<Release[]> {
  const found = await sql<Release>`
    select ${columns} from release
    where code = ${code} and area_code = ${area_code} and dimension is not distinct from ${dimension}
      and key is not distinct from ${key} and id <> ${id}
    order by cutoff desc, id desc`.execute(queries);
  return found.rows;
}

/** The newest entry as known at which a figure was released; 0 before its first release. */
export async function lastKnownEntry(queries: Queries, code: string): Promise<number> {
  const found = await sql<{ last: number }>`
    select coalesce(max(known_entry), 0) as last from release where code = ${code}`.execute(queries);
  return found.rows[0]!.last;
}

/** The releases that one entry made: those of a publication. */
export async function releasesOfEntry(queries: Queries, entry_no: number): Promise<Release[]> {
  return (
    await sql<Release>`select ${columns} from release where since_entry = ${entry_no} order by id`.execute(
      queries,
    )
  ).rows;
}

/** The releases that an entry made together. */
export interface ReleasedEntry {
  entry_no: number;
  cutoff: Date;
  count: number;
}

/** The newest entries that released figures. */
export async function listReleasedEntries(queries: Queries, limit: number): Promise<ReleasedEntry[]> {
  const found = await sql<ReleasedEntry>`
    select since_entry as entry_no, max(cutoff) as cutoff, count(*)::int as count from release
    group by since_entry order by since_entry desc limit ${limit}`.execute(queries);
  return found.rows;
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
