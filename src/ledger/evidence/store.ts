import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { asOf, closeRows, insertRows, type Row, updateRows } from '../../kit/versioned.ts';
import type { EvidenceKind } from '../checklist/schema.ts';
import type { Disclosure } from '../schema.ts';
import { stillPublic } from '../store.ts';

/** Evidence as stored. A file's bytes lie under its digest. */
export interface EvidenceRow {
  id: number;
  project_id: number;
  item_id: number | null;
  kind: EvidenceKind;
  title: string;
  text: string | null;
  file_digest: string | null;
  file_name: string | null;
  media_type: string | null;
  bytes: number | null;
  occurred_on: string;
  disclosure: Disclosure;
  secrecy_reviewer: string | null;
  reviewed: true | null;
  account_id: number | null;
  unit_id: number | null;
  since_entry: number;
}

const publicColumns = [
  'id',
  'project_id',
  'item_id',
  'kind',
  'title',
  'text',
  'file_digest',
  'file_name',
  'media_type',
  'bytes',
  'occurred_on',
  'disclosure',
  'reviewed',
  'unit_id',
] as const;

/** Evidence as residents may see it: which unit gave it, not which person. */
export type PublicEvidence = Pick<EvidenceRow, (typeof publicColumns)[number]>;

/** The evidence of a project, oldest first, as known at an entry. */
export async function listEvidence(
  queries: Queries,
  entry_no: number,
  project_id: number,
): Promise<EvidenceRow[]> {
  const columns = [...publicColumns, 'secrecy_reviewer', 'account_id', 'since_entry'] as const;
  const found = await sql<EvidenceRow>`
    select * from ${asOf('evidence', entry_no, columns)} as evidence
    where project_id = ${project_id} order by id`.execute(queries);
  return found.rows;
}

/** What was closed again or taken off since it was published is gone at once. */
const stillShown = sql`exists (
  select from evidence as present where present.id = evidence.id and present.disclosure = 'public')`;

/** The evidence of a project that residents may see, as known at an entry. */
export async function listPublicEvidence(
  queries: Queries,
  entry_no: number,
  project_id: number,
): Promise<PublicEvidence[]> {
  const found = await sql<PublicEvidence>`
    select * from ${asOf('evidence', entry_no, publicColumns)} as evidence
    where project_id = ${project_id} and disclosure = 'public' and reviewed and ${stillShown} order by id`.execute(
    queries,
  );
  return found.rows;
}

/** Evidence of a public project that residents may see, by its number, as known at an entry. */
export async function findPublicEvidence(
  queries: Queries,
  entry_no: number,
  id: number,
): Promise<PublicEvidence | undefined> {
  const found = await sql<PublicEvidence>`
    select * from ${asOf('evidence', entry_no, publicColumns)} as evidence
    where id = ${id} and disclosure = 'public' and reviewed and ${stillShown}
      and ${stillPublic(sql`project_id`)} and exists (
        select from ${asOf('project', entry_no, ['id', 'disclosure', 'reviewed'])} as published
        where published.id = project_id and published.disclosure = 'public' and published.reviewed)`.execute(
    queries,
  );
  return found.rows[0];
}

/** The kinds of evidence that projects and their items have, as they are now. */
export async function evidenceKindsOf(
  queries: Queries,
  project_ids: readonly number[],
): Promise<Pick<EvidenceRow, 'project_id' | 'item_id' | 'kind'>[]> {
  const found = await sql<Pick<EvidenceRow, 'project_id' | 'item_id' | 'kind'>>`
    select project_id, item_id, kind from evidence where project_id = any(${project_ids}::bigint[])`.execute(
    queries,
  );
  return found.rows;
}

/** Evidence by its number, as it is now. */
export async function findEvidence(queries: Queries, id: number): Promise<EvidenceRow | undefined> {
  return (await sql<EvidenceRow>`select * from evidence where id = ${id}`.execute(queries)).rows[0];
}

/** Adds evidence and gives it as stored. */
export async function insertEvidence(
  tx: Transaction,
  rows: readonly Omit<EvidenceRow, 'id' | 'since_entry'>[],
): Promise<EvidenceRow[]> {
  return (await insertRows<Row>(tx, 'evidence', rows)) as unknown as EvidenceRow[];
}

/** Changes evidence: whether it is public, and who reviewed that. */
export async function updateEvidence(
  tx: Transaction,
  changes: readonly ({ id: number } & Partial<EvidenceRow>)[],
): Promise<void> {
  await updateRows(tx, 'evidence', changes);
}

/** Takes evidence away from its project; that it was there stays known. */
export async function closeEvidence(tx: Transaction, ids: readonly number[]): Promise<void> {
  await closeRows(tx, 'evidence', ids);
}
