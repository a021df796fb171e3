import { sql } from 'kysely';
import type { Queries } from '../kit/db.ts';

/**
 * What residents may see of the registers: the state of things as of the newest publication. Progress and delays go
 * public as an approved release and not by themselves.
 */
export interface Published {
  number: string;
  cutoff: Date;
  /** The entry that the publication was computed at; public pages show the registers as known then. */
  known_entry: number;
  /** The entry that published it, in which its releases were made. */
  entry_no: number;
}

/** The newest publication, or nothing before the first. */
export async function findPublished(queries: Queries): Promise<Published | undefined> {
  const found = await sql<Published>`
    select number, cutoff, known_entry, since_entry as entry_no from bulletin order by id desc limit 1`.execute(
    queries,
  );
  return found.rows[0];
}
