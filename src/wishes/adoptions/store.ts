import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { insertRows, updateRows } from '../../kit/versioned.ts';

/** A project that somebody of the party took to heart. */
export interface Adoption {
  id: number;
  project_id: number;
  unit_id: number;
  adopter: string;
  promise: string;
  adopted_on: string;
  ended_on: string | null;
}

/** An adoption with the project that it is of. */
export type ListedAdoption = Adoption & { number: string; title: string };

/** Adoptions that last, as residents see them: of projects that are public alone. */
export async function listPublicAdoptions(
  queries: Queries,
): Promise<Pick<ListedAdoption, 'number' | 'title' | 'adopter' | 'promise'>[]> {
  const found = await sql<Pick<ListedAdoption, 'number' | 'title' | 'adopter' | 'promise'>>`
    select project.number, project.title, adoption.adopter, adoption.promise
    from project_adoption as adoption join published on true join project on project.id = adoption.project_id
    where false`.execute(queries);
  return found.rows;
}
