// What projects are found by: the words of their versions, kept beside them.
import { type RawBuilder, sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import { askedWords, searchWords } from '../kit/chinese.ts';
import type { Database } from '../kit/db.ts';
import type { ProjectRow } from './schema.ts';

/** Rows of a statement, so that a large import is never in memory several times over. */
const atOnce = 500;

/** Projects found by words of their texts, of who is responsible and where, or by their number. */
export function matches(asked: string): RawBuilder<boolean> {
  const words = termsOf(asked);
  const pattern = `%${asked.trim().replace(/[\\%_]/g, '\\$&')}%`;
  if (words.length === 0) return sql`number ilike ${pattern}`;
  return sql`(number ilike ${pattern} or ${haveWords(words.join(' & '))})`;
}

/** The words and pairs of characters of a question, as a query of words is made of them. */
export function termsOf(asked: string): string[] {
  return [...new Set(askedWords(asked).flat())].map((word) => `'${word.replace(/['\\]/g, '')}'`);
}

/**
 * Versions of projects whose words a query asks for. The planner cannot guess how many that are, and a join by its guess was
 * seen to take a minute; a truth value is no join, so the versions are looked up once and kept as a hash.
 */
export function haveWords(query: string): RawBuilder<boolean> {
  return sql`((id, since_entry) in (
    select project_id, since_entry from project_words where words @@ ${query}::tsquery)) is true`;
}

/** Keeps what versions of projects are found by, beside them: titles, contents, who is responsible, and where. */
export async function indexWords(
  tx: Pick<Transaction, 'queries'>,
  projects: readonly ProjectRow[],
): Promise<void> {
  if (projects.length === 0) return;
  const names = await sql<{ kind: string; key: string; name: string }>`
    select 'unit' as kind, id::text as key, name || ' ' || short_name as name from unit
    union all select 'area', code, name from area`.execute(tx.queries);
  const nameOf = new Map(names.rows.map((row) => [`${row.kind}:${row.key}`, row.name]));
  for (let at = 0; at < projects.length; at += atOnce) {
    const rows = projects.slice(at, at + atOnce).map((project) => ({
      project_id: project.id,
      since_entry: project.since_entry,
      words: wordsOf(project, nameOf),
    }));
    await sql`
      insert into project_words (project_id, since_entry, words)
      select (row ->> 'project_id')::bigint, (row ->> 'since_entry')::bigint,
        array_to_tsvector(array(select jsonb_array_elements_text(row -> 'words')))
      from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) as row
      on conflict (project_id, since_entry) do update set words = excluded.words`.execute(tx.queries);
  }
}

/**
 * Indexes the projects that have no words yet: those of a ledger that is older than its search. Nothing of it is in a
 * digest, so it is no change. Gives how many there were.
 */
export async function indexMissing({ queries }: Pick<Database, 'queries'>): Promise<number> {
  let count = 0;
  for (const table of ['project', 'project_past'] as const) {
    for (;;) {
      const found = await sql<ProjectRow>`
        select * from ${sql.table(table)} as project where not exists (
          select from project_words as words
          where words.project_id = project.id and words.since_entry = project.since_entry)
        limit ${atOnce}`.execute(queries);
      if (found.rows.length === 0) break;
      await indexWords({ queries }, found.rows);
      count += found.rows.length;
    }
  }
  return count;
}

function wordsOf(project: ProjectRow, nameOf: ReadonlyMap<string, string>): string[] {
  const { title, content, target, number, unit_id, area_code, town_code } = project;
  const about = [
    nameOf.get(`unit:${unit_id}`),
    nameOf.get(`area:${area_code}`),
    nameOf.get(`area:${town_code}`),
  ];
  const words = searchWords([number, title, content, target ?? '', ...about].join(' '));
  return words.map((word) => word.replaceAll("'", ''));
}
