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

/**
 * What was published last, or nothing before the first publication: the newest knowledge that a bulletin for everybody released the
 * figures of the ledger by. A withdrawal takes a text back and no figure, so it moves nothing: the registers neither jump back
 * nor show what nobody released. A text signed late, with the figures of an earlier entry, moves nothing either. `number` is that
 * of a text that can still be read, as long as there is one.
 */
export async function findPublished(queries: Queries): Promise<Published | undefined> {
  const found = await sql<Published>`
    select coalesce((
        select number from bulletin
        where coalesce(audience, 'public') = 'public' and coalesce(of_ledger, true) and withdrawn_at is null
        order by known_entry desc, id desc limit 1), number) as number,
      cutoff, known_entry, entry_no from published`.execute(queries);
  return found.rows[0];
}
