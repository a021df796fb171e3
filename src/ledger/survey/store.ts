import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { asOf, insertRows } from '../../kit/versioned.ts';
import type { ProjectRow } from '../schema.ts';
import type { Channel, Tally } from './rules.ts';

/** Answers as stored: a tally by one collector, or a single answer by QR code. */
export interface SurveyAnswer extends Tally {
  id: number;
  project_id: number;
  channel: Channel;
  occurred_at: Date;
  collector: string | null;
  account_id: number | null;
  unit_id: number | null;
}

const publicColumns = [
  'id',
  'project_id',
  'channel',
  'satisfied',
  'mostly',
  'unsatisfied',
  'unknown',
  'occurred_at',
  'unit_id',
] as const;

/** Answers as everybody may see them: which unit collected them, not which person. */
export type PublicAnswer = Pick<SurveyAnswer, (typeof publicColumns)[number]>;

/** The answers about a project as everybody may see them, as known at an entry. */
export async function listPublicAnswers(
  queries: Queries,
  entry_no: number,
  project_id: number,
): Promise<PublicAnswer[]> {
  const found = await sql<PublicAnswer>`
    select * from ${asOf('survey_answer', entry_no, publicColumns)} as answer
    where project_id = ${project_id} order by id`.execute(queries);
  return found.rows;
}

/** The answers about a project, as they are now. */
export async function listAnswers(queries: Queries, project_id: number): Promise<SurveyAnswer[]> {
  const found = await sql<SurveyAnswer>`
    select * from survey_answer where project_id = ${project_id} order by id`.execute(queries);
  return found.rows;
}

/** Adds answers. */
export async function insertAnswers(tx: Transaction, answer: Omit<SurveyAnswer, 'id'>): Promise<void> {
  await insertRows(tx, 'survey_answer', [{ ...answer }]);
}

/** The project that a QR code is about. */
export async function findSurveyed(queries: Queries, code: string): Promise<ProjectRow | undefined> {
  return (await sql<ProjectRow>`select * from project where survey_code = ${code}`.execute(queries)).rows[0];
}
