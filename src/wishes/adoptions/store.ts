import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { insertRows, updateRows } from '../../kit/versioned.ts';

/** A project that a branch or member of the party took to heart (党员领办). */
export interface Adoption {
  id: number;
  project_id: number;
  unit_id: number;
  adopter: string;
  promise: string;
  adopted_on: string;
  ended_on: string | null;
}

/** An adoption with the number of its project. */
export type ListedAdoption = Adoption & { number: string };

/** Every adoption, those that last first. */
export async function listAdoptions(queries: Queries): Promise<ListedAdoption[]> {
  const found = await sql<ListedAdoption>`
    select adoption.id, project_id, adoption.unit_id, adopter, promise, adopted_on, ended_on, project.number
    from project_adoption as adoption join project on project.id = adoption.project_id
    order by ended_on is not null, adopted_on desc, adoption.id desc`.execute(queries);
  return found.rows;
}

/** The adoptions that last, the newest first, in columns that residents may see. */
export async function listLasting(
  queries: Queries,
): Promise<Pick<ListedAdoption, 'number' | 'adopter' | 'promise'>[]> {
  const found = await sql<Pick<ListedAdoption, 'number' | 'adopter' | 'promise'>>`
    select project.number, adopter, promise
    from project_adoption as adoption join project on project.id = adoption.project_id
    where ended_on is null order by adopted_on desc, adoption.id desc limit 20`.execute(queries);
  return found.rows;
}

/** Adds an adoption. */
export async function insertAdoption(tx: Transaction, adoption: Omit<Adoption, 'id'>): Promise<void> {
  await insertRows(tx, 'project_adoption', [{ ...adoption }]);
}

/** Ends an adoption. */
export async function endAdoption(tx: Transaction, id: number, ended_on: string): Promise<void> {
  await updateRows(tx, 'project_adoption', [{ id, ended_on }]);
}
