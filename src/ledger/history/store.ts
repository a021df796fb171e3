import { sql } from 'kysely';
import type { Queries } from '../../kit/db.ts';
import type { EvidenceKind, ItemRow, ItemState } from '../checklist/schema.ts';
import type { Extension, ProjectRow, StepRow } from '../schema.ts';
import type { SurveyAnswer } from '../survey/store.ts';

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

/** What entries did to the rows around a project, by the entry that made each version; items are told apart by id. */
export interface Deeds {
  steps: (Pick<StepRow, 'to_state' | 'note'> & Made)[];
  items: (Pick<ItemRow, 'position' | 'title' | 'weight' | 'unit_id' | 'planned_start' | 'planned_end'> &
    Made)[];
  item_steps: ({ item_id: number; to_state: ItemState; note: string | null } & Made)[];
  evidence: ({ item_id: number | null; kind: EvidenceKind; title: string; text: string | null } & Made)[];
  comments: ({ item_id: number | null; text: string } & Made)[];
  extensions: (Pick<Extension, 'former_deadline' | 'deadline' | 'reason' | 'decision' | 'decision_note'> &
    Made)[];
  answers: (Pick<SurveyAnswer, 'channel' | 'satisfied' | 'mostly' | 'unsatisfied' | 'unknown'> & Made)[];
}

/** A version of a row: the entry that made it, and the one that replaced it or took it away. */
interface Made {
  id: number;
  since_entry: number;
  until_entry: number | null;
}

/** Every version of every row around a project, oldest first. */
export async function listDeeds(queries: Queries, project_id: number): Promise<Deeds> {
  const versions = async <Version>(table: string, ...columns: string[]): Promise<Version[]> => {
    const list = sql.join(['since_entry', 'id', ...columns].map((name) => sql.ref(name)));
    const found = await sql<Version>`
      select ${list}, null::bigint as until_entry from ${sql.table(table)} where project_id = ${project_id}
      union all
      select ${list}, until_entry from ${sql.table(`${table}_past`)} where project_id = ${project_id}
      order by since_entry, id`.execute(queries);
    return found.rows;
  };
  return {
    steps: await versions('project_step', 'to_state', 'note'),
    items: await versions('item', 'position', 'title', 'weight', 'unit_id', 'planned_start', 'planned_end'),
    item_steps: await versions('item_step', 'item_id', 'to_state', 'note'),
    evidence: await versions('evidence', 'item_id', 'kind', 'title', 'text'),
    comments: await versions('comment', 'item_id', 'text'),
    extensions: await versions(
      'extension',
      'former_deadline',
      'deadline',
      'reason',
      'decision',
      'decision_note',
    ),
    answers: await versions('survey_answer', 'channel', 'satisfied', 'mostly', 'unsatisfied', 'unknown'),
  };
}
