import { type RawBuilder, sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import { type Database, type Queries, runPrepared } from '../kit/db.ts';
import { asOf, insertRows, type Row, updateRows } from '../kit/versioned.ts';
import type { ProjectRow, ProjectState, StepRow } from './schema.ts';

/** Which projects a list shows. */
export interface ProjectFilter {
  town?: string | undefined;
  field?: string | undefined;
  state?: ProjectState | undefined;
  /** Part of a title or number. */
  words?: string | undefined;
  /** Public ones only, as residents may see them. */
  public_only: boolean;
  /** Those of these units only; everybody's when it is not given. */
  units?: readonly number[] | undefined;
}

/** The place in a list after which the next page begins: the last row's deadline and id. */
export interface ListPlace {
  deadline: string;
  id: number;
}

const listed = [
  'id',
  'number',
  'title',
  'field_code',
  'unit_id',
  'area_code',
  'town_code',
  'deadline',
  'state',
  'completed_at',
  'synthetic',
] as const;

/** A project as lists show it. */
export type ListedProject = Pick<ProjectRow, (typeof listed)[number]>;

/** One page of projects by deadline, as known at an entry, or as they are now when none is given. */
export async function listProjects(
  queries: Queries,
  entry_no: number | null,
  filter: ProjectFilter,
  after: ListPlace | undefined,
  limit: number,
): Promise<ListedProject[]> {
  const columns = sql.join(listed.map((column) => sql.ref(column)));
  const where = sql.join(conditions(filter, after), sql` and `);
  const page = sql`order by deadline, id limit ${limit}`;
  const current = sql`select ${columns} from project where ${where}`;
  if (entry_no === null) return (await sql<ListedProject>`${current} ${page}`.execute(queries)).rows;
  // Each branch is in order by its own index, so that a page reads a page's worth of rows whatever the register's size.
  const past = sql`select ${columns} from project_past where ${where}`;
  const found = await sql<ListedProject>`
    select * from (
      (${current} and since_entry <= ${entry_no}::bigint ${page})
      union all
      (${past} and since_entry <= ${entry_no}::bigint and until_entry > ${entry_no}::bigint ${page})
    ) as project ${page}`.execute(queries);
  return found.rows;
}

/**
 * One page of public projects by deadline as of the newest publication, and the entry that it was computed at: one
 * statement, as it is asked more often than anything else. Nothing before the first publication.
 */
export async function listPublishedProjects(
  db: Database,
  filter: Omit<ProjectFilter, 'public_only'>,
  after: ListPlace | undefined,
  limit: number,
): Promise<{ known_entry: number; projects: ListedProject[] } | undefined> {
  const columns = sql.join(listed.map((column) => sql.ref(column)));
  const where = sql.join(conditions({ ...filter, public_only: true }, after), sql` and `);
  const page = sql`order by deadline, id limit ${limit}`;
  const rows = await runPrepared(
    db,
    sql<ListedProject & { known_entry: number }>`
      select published.known_entry, project.* from published left join lateral (
        (select ${columns} from project where ${where} and since_entry <= published.known_entry ${page})
        union all
        (select ${columns} from project_past where ${where} and since_entry <= published.known_entry
          and until_entry > published.known_entry ${page})
      ) as project on true ${page}`,
  );
  const [first] = rows;
  if (!first) return undefined;
  const projects = rows.filter((row) => row.id !== null);
  return { known_entry: first.known_entry, projects };
}

/** Projects of some units that are neither complete nor terminated, by deadline, as they are now. */
export async function listOpenProjects(
  queries: Queries,
  units: readonly number[],
  limit: number,
): Promise<ListedProject[]> {
  const columns = sql.join(listed.map((column) => sql.ref(column)));
  const found = await sql<ListedProject>`
    select ${columns} from project
    where unit_id = any(${units}::bigint[]) and state in ('registered', 'in_progress', 'completion_claimed')
    order by deadline, id limit ${limit}`.execute(queries);
  return found.rows;
}

/** How many projects a filter leaves, as known at an entry. */
export async function countProjects(
  queries: Queries,
  entry_no: number,
  filter: ProjectFilter,
): Promise<number> {
  const columns = ['town_code', 'field_code', 'state', 'title', 'number', 'disclosure', 'unit_id'] as const;
  const found = await sql<{ count: number }>`
    select count(*)::bigint as count from ${asOf('project', entry_no, columns)} as project
    where ${sql.join(conditions(filter, undefined), sql` and `)}`.execute(queries);
  return found.rows[0]!.count;
}

function conditions(filter: ProjectFilter, after: ListPlace | undefined): RawBuilder<unknown>[] {
  const result = [sql`true`];
  if (filter.public_only) result.push(sql`disclosure = 'public'`);
  if (filter.units) result.push(sql`unit_id = any(${filter.units}::bigint[])`);
  if (filter.town) result.push(sql`town_code = ${filter.town}`);
  if (filter.field) result.push(sql`field_code = ${filter.field}`);
  if (filter.state) result.push(sql`state = ${filter.state}`);
  if (filter.words) {
    const pattern = `%${filter.words.replace(/[\\%_]/g, '\\$&')}%`;
    result.push(sql`(title ilike ${pattern} or number ilike ${pattern})`);
  }
  if (after) result.push(sql`(deadline, id) > (${after.deadline}::date, ${after.id}::bigint)`);
  return result;
}

const whole = [
  ...listed,
  'content',
  'target',
  'level',
  'batch',
  'document_no',
  'start',
  'disclosure',
  'source_note',
  'since_entry',
] as const;

/** A project by its number, as known at an entry. */
export async function findProject(
  queries: Queries,
  entry_no: number,
  number: string,
): Promise<ProjectRow | undefined> {
  const found = await sql<ProjectRow>`
    select * from ${asOf('project', entry_no, whole)} as project where number = ${number}`.execute(queries);
  return found.rows[0];
}

const publicColumns = [
  'id',
  'project_id',
  'from_state',
  'to_state',
  'occurred_at',
  'unit_id',
  'note',
] as const;

/** A step as everybody may read it: which unit took it, not which person. */
export type PublicStep = Pick<StepRow, (typeof publicColumns)[number]>;

/** The steps of a project for residents, oldest first, as known at an entry. */
export function listPublicSteps(
  queries: Queries,
  entry_no: number,
  project_id: number,
): Promise<PublicStep[]> {
  return stepsOf<PublicStep>(queries, entry_no, project_id, publicColumns);
}

/** The steps of a project, oldest first, as known at an entry. */
export function listSteps(queries: Queries, entry_no: number, project_id: number): Promise<StepRow[]> {
  return stepsOf<StepRow>(queries, entry_no, project_id, [...publicColumns, 'account_id']);
}

async function stepsOf<Step>(
  queries: Queries,
  entry_no: number,
  project_id: number,
  columns: readonly ((typeof publicColumns)[number] | 'account_id')[],
): Promise<Step[]> {
  const found = await sql<Step>`
    select * from ${asOf('project_step', entry_no, columns)} as step
    where project_id = ${project_id} order by occurred_at, id`.execute(queries);
  return found.rows;
}

/** The current rows of projects by number. */
export async function projectsByNumber(
  queries: Queries,
  numbers: readonly string[],
): Promise<Map<string, ProjectRow>> {
  const found = await sql<ProjectRow>`select * from project where number = any(${numbers})`.execute(queries);
  return new Map(found.rows.map((project) => [project.number, project]));
}

/** The last step of each project, and the last claim of completion, by project. */
export async function lastSteps(
  queries: Queries,
  project_ids: readonly number[],
  to?: ProjectState,
): Promise<Map<number, StepRow>> {
  const found = await sql<StepRow>`
    select distinct on (project_id) * from project_step
    where project_id = any(${project_ids}::bigint[]) and (${to ?? null}::text is null or to_state = ${to ?? null})
    order by project_id, occurred_at desc, id desc`.execute(queries);
  return new Map(found.rows.map((step) => [step.project_id, step]));
}

/** Puts projects on the list and gives them as stored. */
export async function insertProjects(
  tx: Transaction,
  projects: readonly Record<string, unknown>[],
): Promise<ProjectRow[]> {
  return insertRows<ProjectRow & Row>(tx, 'project', projects);
}

/** Changes projects. */
export async function updateProjects(
  tx: Transaction,
  changes: readonly ({ id: number } & Record<string, unknown>)[],
): Promise<void> {
  await updateRows(tx, 'project', changes);
}

/** Adds steps. */
export async function insertSteps(tx: Transaction, steps: readonly Omit<StepRow, 'id'>[]): Promise<void> {
  await insertRows(tx, 'project_step', steps);
}

/** A field of the programme (领域). */
export interface Field {
  code: string;
  title: string;
  title_en: string;
}

/** The fields in their order, as known at an entry. */
export async function listFields(queries: Queries, entry_no: number): Promise<Field[]> {
  const found = await sql<Field>`
    select code, title, title_en from ${asOf('field', entry_no, ['code', 'title', 'title_en', 'position'])} as field
    order by position`.execute(queries);
  return found.rows;
}

/** Adds fields, in their order. */
export async function insertFields(tx: Transaction, fields: readonly Field[]): Promise<void> {
  await insertRows(
    tx,
    'field',
    fields.map((field, position) => ({ ...field, position })),
  );
}
