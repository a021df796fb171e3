// Public projects by what people type: all words first; where nothing has them all, what has most of them.
import { type RawBuilder, sql } from 'kysely';
import type { Queries } from '../../kit/db.ts';
import { asOf } from '../../kit/versioned.ts';
import { proposalStates } from '../course.ts';
import type { ProjectRow } from '../schema.ts';
import { haveWords, matches, termsOf } from '../search.ts';
import { stillPublic } from '../store.ts';

/** A project that was found. */
export type FoundProject = Pick<
  ProjectRow,
  | 'number'
  | 'title'
  | 'content'
  | 'unit_id'
  | 'area_code'
  | 'deadline'
  | 'state'
  | 'completed_at'
  | 'synthetic'
>;

/** How many were found, the first of them, and whether they only come near what was asked. */
export interface Found {
  count: number;
  near: boolean;
  projects: FoundProject[];
}

const columns = [
  'id',
  'since_entry',
  'number',
  'title',
  'content',
  'unit_id',
  'area_code',
  'deadline',
  'state',
  'completed_at',
  'synthetic',
  'disclosure',
  'reviewed',
] as const;

/**
 * Public projects as known at an entry: by number first, then by title, then by the rest of what they say. Where none has all
 * the words, those that come near are given when they are wanted.
 */
export async function searchPublished(
  queries: Queries,
  entry_no: number,
  asked: string,
  limit: number,
  nearToo: boolean,
): Promise<Found> {
  const words = termsOf(asked);
  // Only what has a digit or a Latin letter may be part of a number; all others are spared a look at each.
  const numbered = words.length === 0 || /[a-z0-9]/i.test(asked);
  const number = numberPattern(asked);
  const all = number
    ? sql<boolean>`(${matches(asked)} or number ilike ${number})`
    : numbered
      ? matches(asked)
      : haveWords(words.join(' & '));
  const exact = await search(queries, entry_no, asked, all, limit);
  if (exact.count > 0) return { ...exact, near: false };
  const most = nearToo ? nearly(words) : undefined;
  if (!most) return { count: 0, near: false, projects: [] };
  return { ...(await search(queries, entry_no, asked, most, limit)), near: true };
}

async function search(
  queries: Queries,
  entry_no: number,
  asked: string,
  condition: RawBuilder<boolean>,
  limit: number,
): Promise<Omit<Found, 'near'>> {
  const pattern = `%${asked.replace(/[\\%_]/g, '\\$&')}%`;
  const found = await sql<FoundProject & { count: number }>`
    select number, title, content, unit_id, area_code, deadline, state, completed_at, synthetic,
      count(*) over () as count
    from ${asOf('project', entry_no, columns)} as project
    where ${condition} and disclosure = 'public' and reviewed
      and state not in (${sql.join(proposalStates.map((state) => sql.lit(state)))}) and ${stillPublic(sql`project.id`)}
    order by (number ilike ${pattern}) desc, (title ilike ${pattern}) desc, deadline, id limit ${limit}`.execute(
    queries,
  );
  const projects = found.rows.map(({ count: _, ...project }) => project);
  return { count: found.rows[0]?.count ?? 0, projects };
}

/** `JW-001` and `jw1` are how people write `JW2021-001`. */
function numberPattern(asked: string): string | undefined {
  const written = /^([a-z]{1,6})[-\s]?0*(\d{1,6})$/i.exec(asked.trim());
  return written ? `${written[1]}%-${written[2]!.padStart(3, '0')}` : undefined;
}

/** Versions that have all words but a run of half of them: what is written wrong stands in one place. Nothing for a single word. */
function nearly(words: readonly string[]): RawBuilder<boolean> | undefined {
  if (words.length < 2) return undefined;
  const run = Math.floor(words.length / 2);
  const rests = Array.from({ length: words.length - run + 1 }, (_, at) =>
    words.filter((_word, index) => index < at || index >= at + run),
  );
  return haveWords(rests.map((rest) => `(${rest.join(' & ')})`).join(' | '));
}
