import { type RawBuilder, sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import { type Database, type Queries, runPrepared } from '../kit/db.ts';
import { asOf, insertRows, type Row, updateRows } from '../kit/versioned.ts';
import { isOneOf, openStates, proposalStates } from './course.ts';
import type { ProjectRow, ProjectState, StepRow } from './schema.ts';
import { indexWords, matches } from './search.ts';

/** Which projects a list shows. */
export interface ProjectFilter {
  town?: string | undefined;
  /** A town with its villages, or a village. */
  area?: string | undefined;
  field?: string | undefined;
  state?: ProjectState | undefined;
  /** The unit in charge, by its code. */
  unit?: string | undefined;
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
  const still = filter.public_only ? sql` and ${stillPublic(sql`project_past.id`)}` : sql``;
  const past = sql`select ${columns} from project_past where ${where} ${still}`;
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
        (select ${columns} from project_past where ${where} and ${stillPublic(sql`project_past.id`)}
          and since_entry <= published.known_entry and until_entry > published.known_entry ${page})
      ) as project on true ${page}`,
  );
  const [first] = rows;
  if (!first) return undefined;
  const projects = rows.filter((row) => row.id !== null);
  return { known_entry: first.known_entry, projects };
}

/** States in which a project waits for somebody: proposals under way, and what is worked on or to be verified. */
const workStates = [...openStates, 'proposed', 'returned', 'screened', 'consolidated', 'approved'];

/** A project that waits for somebody: listed, with the units that its steps may be for. */
export type OpenProject = ListedProject & Pick<ProjectRow, 'proposing_unit_id' | 'verifying_unit_id'>;

/** Projects of some units that wait for somebody, by deadline, as they are now. */
export async function listOpenProjects(
  queries: Queries,
  units: readonly number[],
  limit: number,
): Promise<OpenProject[]> {
  const columns = sql.join(
    [...listed, 'proposing_unit_id', 'verifying_unit_id'].map((column) => sql.ref(column)),
  );
  const mine = sql`any(${units}::bigint[])`;
  const found = await sql<OpenProject>`
    select ${columns} from project
    where (unit_id = ${mine} or proposing_unit_id = ${mine} or verifying_unit_id = ${mine})
      and state = any(${workStates})
    order by deadline, id limit ${limit}`.execute(queries);
  return found.rows;
}

/** On the list, to be public, and not reviewed for secrecy. */
const unreviewed = sql`disclosure = 'public' and reviewed is null and state not in (${listOf([...proposalStates, 'terminated'])})`;

/** Projects that are to be public and wait for their review, as they are now. */
export async function listUnreviewed(queries: Queries, limit: number): Promise<ProjectRow[]> {
  const found = await sql<ProjectRow>`
    select * from project where ${unreviewed} order by number limit ${limit}`.execute(queries);
  return found.rows;
}

/** How many projects wait for their review. */
export async function countUnreviewed(queries: Queries): Promise<number> {
  const found = await sql<{ count: number }>`select count(*) from project where ${unreviewed}`.execute(
    queries,
  );
  return Number(found.rows[0]!.count);
}

/** How many open projects of some units are past their deadline on a day. */
export async function countOverdue(
  queries: Queries,
  units: readonly number[],
  today: string,
): Promise<number> {
  const found = await sql<{ count: number }>`
    select count(*) from project where unit_id = any(${units}::bigint[])
      and state in (${listOf(openStates)}) and deadline < ${today}::date`.execute(queries);
  return Number(found.rows[0]!.count);
}

/** How many projects there are, and what is among them: the 口径 of a count. */
export interface ProjectCount {
  count: number;
  parts: number;
  standing: number;
  terminated: number;
}

/** How many projects a filter leaves, as known at an entry. */
export async function countProjects(
  queries: Queries,
  entry_no: number,
  filter: ProjectFilter,
): Promise<ProjectCount> {
  const columns = [
    'id',
    'since_entry',
    'town_code',
    'area_code',
    'field_code',
    'state',
    'number',
    'disclosure',
    'reviewed',
    'unit_id',
    'parent_id',
    'kind',
  ] as const;
  const found = await sql<ProjectCount>`
    select count(*)::bigint as count, count(parent_id)::bigint as parts,
      (count(*) filter (where kind = 'standing'))::bigint as standing,
      (count(*) filter (where state = 'terminated'))::bigint as terminated
    from ${asOf('project', entry_no, columns)} as project
    where ${sql.join(conditions(filter, undefined), sql` and `)}
      ${filter.public_only ? sql`and ${stillPublic(sql`project.id`)}` : sql``}`.execute(queries);
  return found.rows[0]!;
}

function conditions(filter: ProjectFilter, after: ListPlace | undefined): RawBuilder<unknown>[] {
  const result = [sql`true`];
  if (filter.public_only) result.push(sql`disclosure = 'public' and reviewed`);
  if (filter.public_only || !filter.state) result.push(sql`state not in (${listOf(proposalStates)})`);
  if (filter.units) result.push(sql`unit_id = any(${filter.units}::bigint[])`);
  if (filter.town) result.push(sql`town_code = ${filter.town}`);
  if (filter.area) {
    const column = filter.area.length === 12 ? sql`area_code` : sql`town_code`;
    result.push(sql`${column} = ${filter.area}`);
  }
  if (filter.unit) result.push(sql`unit_id in (select id from unit where code = ${filter.unit})`);
  if (filter.field) result.push(sql`field_code = ${filter.field}`);
  if (filter.state) result.push(sql`state = ${filter.state}`);
  if (filter.words) result.push(matches(filter.words));
  if (after) result.push(sql`(deadline, id) > (${after.deadline}::date, ${after.id}::bigint)`);
  return result;
}

/**
 * Whether a project that was published may still be seen: what was withdrawn since (撤稿) or is no longer on the list is
 * gone at once, whatever was published.
 */
export function stillPublic(project_id: RawBuilder<unknown>): RawBuilder<boolean> {
  // A value and no join: it is looked up for the few rows of a page, whatever the planner thinks of all of them.
  return sql<boolean>`(select present.disclosure = 'public' and present.state not in (${listOf(proposalStates)})
    from project as present where present.id = ${project_id})`;
}

/** Literals rather than parameters: the planner then knows what an index is for. */
function listOf(states: readonly ProjectState[]): RawBuilder<unknown> {
  return sql.join(states.map((state) => sql.lit(state)));
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
  'reviewed',
  'source_note',
  'list_no',
  'parent_id',
  'weight',
  'kind',
  'lead_leader',
  'co_unit_codes',
  'proposing_unit_id',
  'area_codes',
  'source',
  'target_value',
  'target_unit',
  'budget',
  'funds_arrived',
  'funds_spent',
  'funds_source',
  'beneficiaries',
  'press',
  'verifying_unit_id',
  'survey',
  'merged_into_id',
  'since_entry',
] as const;

/** What residents may read of a project. */
export type PublicProject = Pick<ProjectRow, (typeof whole)[number]>;

const staffOnly = [
  'responsible',
  'handler',
  'phone',
  'secrecy_reviewer',
  'remark',
  'survey_code',
  'extra',
] as const;

/** A project by its number as residents may read it, as known at an entry and not withdrawn since. */
export async function findPublicProject(
  queries: Queries,
  entry_no: number,
  number: string,
): Promise<PublicProject | undefined> {
  const found = await sql<PublicProject>`
    select * from ${asOf('project', entry_no, whole)} as project
    where number = ${number} and disclosure = 'public' and reviewed and state not in (${listOf(proposalStates)})
      and ${stillPublic(sql`project.id`)}`.execute(queries);
  return found.rows[0];
}

/** A project by its number with all that staff may read, as known at an entry. */
export async function findProject(
  queries: Queries,
  entry_no: number,
  number: string,
): Promise<ProjectRow | undefined> {
  const found = await sql<ProjectRow>`
    select * from ${asOf('project', entry_no, [...whole, ...staffOnly])} as project where number = ${number}`.execute(
    queries,
  );
  return found.rows[0];
}

/** Every project on the list, in the order of their numbers, as known at an entry. */
export async function listWholeProjects(queries: Queries, entry_no: number): Promise<ProjectRow[]> {
  const found = await sql<ProjectRow>`
    select * from ${asOf('project', entry_no, [...whole, ...staffOnly])} as project
    where state not in (${listOf(proposalStates)}) order by number collate "C"`.execute(queries);
  return found.rows;
}

/** The sub-projects of a project, in the order of their numbers, as known at an entry. */
export async function listParts(
  queries: Queries,
  entry_no: number,
  parent_id: number,
): Promise<PublicProject[]> {
  const found = await sql<PublicProject>`
    select * from ${asOf('project', entry_no, whole)} as project
    where parent_id = ${parent_id} order by number`.execute(queries);
  return found.rows;
}

/** The sub-projects of a project that residents may see, in the order of their numbers, as known at an entry. */
export async function listPublicParts(
  queries: Queries,
  entry_no: number,
  parent_id: number,
): Promise<PublicProject[]> {
  const found = await sql<PublicProject>`
    select * from ${asOf('project', entry_no, whole)} as project
    where parent_id = ${parent_id} and disclosure = 'public' and reviewed
      and state not in (${listOf(proposalStates)}) and ${stillPublic(sql`project.id`)} order by number`.execute(
    queries,
  );
  return found.rows;
}

/** Which of some projects have sub-projects, as they are now. */
export async function whichHaveParts(queries: Queries, ids: readonly number[]): Promise<Set<number>> {
  const found = await sql<{ parent_id: number }>`
    select distinct parent_id from project where parent_id = any(${ids}::bigint[])`.execute(queries);
  return new Set(found.rows.map((row) => row.parent_id));
}

const publicColumns = ['id', 'project_id', 'from_state', 'to_state', 'occurred_at', 'unit_id'] as const;

/** A step as everybody may read it: which unit took it, not which person, and not what staff noted with it. */
export type PublicStep = Pick<StepRow, (typeof publicColumns)[number]>;

/** The steps of a project for residents since it is on the list, oldest first, as known at an entry. */
export async function listPublicSteps(
  queries: Queries,
  entry_no: number,
  project_id: number,
): Promise<PublicStep[]> {
  const steps = await stepsOf<PublicStep>(queries, entry_no, project_id, publicColumns);
  return steps.filter((step) => !isOneOf(proposalStates, step.to_state));
}

/** The steps of a project, oldest first, as known at an entry. */
export function listSteps(queries: Queries, entry_no: number, project_id: number): Promise<StepRow[]> {
  return stepsOf<StepRow>(queries, entry_no, project_id, [...publicColumns, 'account_id', 'note']);
}

async function stepsOf<Step>(
  queries: Queries,
  entry_no: number,
  project_id: number,
  columns: readonly (keyof StepRow)[],
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

/** Current projects by id. */
export async function projectsById(
  queries: Queries,
  ids: readonly number[],
): Promise<Map<number, ProjectRow>> {
  if (ids.length === 0) return new Map();
  const found = await sql<ProjectRow>`select * from project where id = any(${ids}::bigint[])`.execute(
    queries,
  );
  return new Map(found.rows.map((project) => [project.id, project]));
}

/** Every current project: what an import compares with. */
export async function everyProject(queries: Queries): Promise<ProjectRow[]> {
  return (await sql<ProjectRow>`select * from project order by id`.execute(queries)).rows;
}

/** The highest number of a series: `JW2021-` gives the row of `JW2021-495`. */
export async function lastNumber(queries: Queries, prefix: string): Promise<string | undefined> {
  const pattern = `${prefix.replace(/[\\%_]/g, '\\$&')}%`;
  const found = await sql<{ number: string }>`
    select number from project where number like ${pattern} and substr(number, ${prefix.length + 1}) ~ '^[0-9]+$'
    order by length(number) desc, number desc limit 1`.execute(queries);
  return found.rows[0]?.number;
}

/** Puts projects into the ledger and gives them as stored, in the order given. */
export async function insertProjects(
  tx: Transaction,
  projects: readonly Partial<Omit<ProjectRow, 'id' | 'since_entry'>>[],
): Promise<ProjectRow[]> {
  const stored: ProjectRow[] = [];
  // A statement names its columns once, so every row names those that any of them has.
  const names = [...new Set(projects.flatMap((project) => Object.keys(project)))];
  const full = (project: object) =>
    Object.fromEntries(names.map((name) => [name, (project as Record<string, unknown>)[name] ?? null]));
  for (let at = 0; at < projects.length; at += atOnce) {
    const rows = projects.slice(at, at + atOnce).map(full);
    stored.push(...((await insertRows<Row>(tx, 'project', rows)) as unknown as ProjectRow[]));
  }
  await indexWords(tx, stored);
  return stored;
}

/** Rows of a statement, so that a large import is never in memory several times over. */
const atOnce = 500;

/** Changes projects, all in the same columns, and gives them as stored. */
export async function updateProjects(
  tx: Transaction,
  changes: readonly ({ id: number } & Partial<Omit<ProjectRow, 'id' | 'since_entry'>>)[],
): Promise<ProjectRow[]> {
  const stored = (await updateRows<Row>(tx, 'project', changes)) as unknown as ProjectRow[];
  await indexWords(tx, stored);
  return stored;
}

/** Adds steps. */
export async function insertSteps(tx: Transaction, steps: readonly Omit<StepRow, 'id'>[]): Promise<void> {
  for (let at = 0; at < steps.length; at += atOnce) {
    await insertRows(tx, 'project_step', steps.slice(at, at + atOnce));
  }
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

/** When projects first came to a state, by project, as they are known now. */
export async function firstStepsTo(
  queries: Queries,
  project_ids: readonly number[],
  to: ProjectState,
): Promise<Map<number, Date>> {
  const found = await sql<{ project_id: number; at: Date }>`
    select project_id, min(occurred_at) as at from project_step
    where project_id = any(${project_ids}::bigint[]) and to_state = ${to} group by project_id`.execute(
    queries,
  );
  return new Map(found.rows.map((row) => [row.project_id, row.at]));
}
/** An entry: what kind of change it was, whose, when, and what it was about. */
export async function findEntry(
  queries: Queries,
  entry_no: number,
): Promise<{ action: string; actor: string; at: Date; detail: unknown } | undefined> {
  return queries
    .selectFrom('journal')
    .select(['action', 'actor', 'at', 'detail'])
    .where('entry_no', '=', entry_no)
    .executeTakeFirst();
}
