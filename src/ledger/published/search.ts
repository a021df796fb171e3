// Public projects by what people type: all words first; where nothing has them all, what has most of them.
import { type RawBuilder, sql } from 'kysely';
import { askedWords } from '../../kit/chinese.ts';
import type { Queries } from '../../kit/db.ts';
import { asOf } from '../../kit/versioned.ts';
import { proposalStates } from '../course.ts';
import type { ProjectRow } from '../schema.ts';
import { matches } from '../search.ts';
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
  const number = numberPattern(asked);
  const all = number ? sql<boolean>`(${matches(asked)} or number ilike ${number})` : matches(asked);
  const exact = await search(queries, entry_no, asked, all, limit);
  if (exact.count > 0) return { ...exact, near: false };
  const most = nearToo ? nearly(asked) : undefined;
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

/** Versions that have more than half of the words and pairs of characters; nothing for a single one. */
function nearly(asked: string): RawBuilder<boolean> | undefined {
  const words = [...new Set(askedWords(asked).flat())].map((word) => `'${word.replace(/['\\]/g, '')}'`);
  if (words.length < 2) return undefined;
  const hits = sql.join(
    words.map((word) => sql`(words @@ ${word}::tsquery)::int`),
    sql` + `,
  );
  return sql<boolean>`(id, since_entry) in (
    select project_id, since_entry from project_words
    where words @@ ${words.join(' | ')}::tsquery and (${hits}) * 2 >= ${words.length})`;
}
