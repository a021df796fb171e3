import { sql } from 'kysely';
import type { Queries } from '../../kit/db.ts';
import type { ProjectRow } from '../schema.ts';

/** A version of a project with the entry that made it. */
export interface ProjectVersion {
  project: ProjectRow;
  entry_no: number;
  at: Date;
  actor: string;
  on_behalf_of: string | null;
  action: string;
  reason: string | null;
}

/** Every version of a project, oldest first. */
export async function listVersions(queries: Queries, project_id: number): Promise<ProjectVersion[]> {
  const columns = await sql<{ name: string }>`
    select attname as name from pg_attribute
    where attrelid = 'project'::regclass and attnum > 0 and not attisdropped order by attnum`.execute(
    queries,
  );
  const list = sql.join(columns.rows.map(({ name }) => sql.ref(name)));
  type Row = ProjectRow & Omit<ProjectVersion, 'project'>;
  const found = await sql<Row>`
    select version.*, journal.entry_no, journal.at, journal.actor, journal.action, journal.reason,
      journal.detail ->> 'on_behalf_of' as on_behalf_of
    from (
      select ${list} from project where id = ${project_id}
      union all select ${list} from project_past where id = ${project_id}
    ) as version join journal on journal.entry_no = version.since_entry
    order by version.since_entry`.execute(queries);
  return found.rows.map(({ entry_no, at, actor, on_behalf_of, action, reason, ...project }) => ({
    project: project as unknown as ProjectRow,
    entry_no,
    at,
    actor,
    on_behalf_of,
    action,
    reason,
  }));
}

/** An entry about a project. */
export interface ProjectEntry {
  entry_no: number;
  at: Date;
  actor: string;
  actor_unit: number | null;
  via: string;
  action: string;
  reason: string | null;
}

/** The journal of a project: every entry that opened or closed one of its rows, newest first. */
export async function listProjectEntries(queries: Queries, project_id: number): Promise<ProjectEntry[]> {
  const tables = ['project_step', 'item', 'item_step', 'evidence', 'comment', 'extension', 'survey_answer'];
  const parts = tables.map(
    (table) => sql`
      select since_entry from ${sql.table(table)} where project_id = ${project_id}
      union select since_entry from ${sql.table(`${table}_past`)} where project_id = ${project_id}
      union select until_entry from ${sql.table(`${table}_past`)} where project_id = ${project_id}`,
  );
  const found = await sql<ProjectEntry>`
    select entry_no, at, actor, actor_unit, via, action, reason from journal where entry_no in (
      select since_entry from project where id = ${project_id}
      union select since_entry from project_past where id = ${project_id}
      union ${sql.join(parts, sql` union `)})
    order by entry_no desc`.execute(queries);
  return found.rows;
}
