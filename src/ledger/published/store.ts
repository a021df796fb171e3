// What residents read of the whole ledger at once, as of a publication: what is late, what moved, and every row as open data.
import { sql } from 'kysely';
import type { Queries } from '../../kit/db.ts';
import { asOf } from '../../kit/versioned.ts';
import type { ItemState } from '../checklist/schema.ts';
import { openStates, proposalStates } from '../course.ts';
import type { ProjectRow, ProjectState } from '../schema.ts';
import { stillPublic } from '../store.ts';

const listOf = (states: readonly ProjectState[]) => sql.join(states.map((state) => sql.lit(state)));
const open = (project: string) => sql<boolean>`${sql.ref(`${project}.disclosure`)} = 'public'
  and ${sql.ref(`${project}.reviewed`)} and ${sql.ref(`${project}.state`)} not in (${listOf(proposalStates)})
  and ${stillPublic(sql.ref(`${project}.id`))}`;
const guardColumns = ['id', 'number', 'title', 'disclosure', 'reviewed', 'state'] as const;

/** A project that should be complete and is not. */
export type LateProject = Pick<
  ProjectRow,
  'number' | 'title' | 'deadline' | 'unit_id' | 'area_code' | 'synthetic'
>;

/** Public projects past their deadline on a day and not complete, the longest late first; parts of others not by themselves. */
export async function listLate(
  queries: Queries,
  entry_no: number,
  day: string,
  limit: number,
): Promise<LateProject[]> {
  const columns = [...guardColumns, 'deadline', 'unit_id', 'area_code', 'synthetic', 'parent_id'] as const;
  const found = await sql<LateProject>`
    select number, title, deadline, unit_id, area_code, synthetic from ${asOf('project', entry_no, columns)} as project
    where ${open('project')} and state in (${listOf(openStates)}) and parent_id is null and deadline < ${day}::date
    order by deadline, id limit ${limit}`.execute(queries);
  return found.rows;
}

/** A step of a public project, for those who look what is new. */
export interface NewStep {
  number: string;
  title: string;
  to_state: ProjectState;
  occurred_at: Date;
  unit_id: number;
}

/** Steps that residents ask about: begun, reported done, completed, ended. */
const told = ['in_progress', 'completion_claimed', 'completed', 'terminated'] as const;

/** How many of the newest steps are looked at for public projects before it is left at those. */
const mostSteps = 1000;

/** The newest steps of public projects before a cut-off, one for each project. */
export async function listNewSteps(
  queries: Queries,
  entry_no: number,
  cutoff: Date,
  limit: number,
): Promise<NewStep[]> {
  const step = asOf('project_step', entry_no, ['id', 'project_id', 'to_state', 'occurred_at']);
  const steps = await sql<Pick<NewStep, 'to_state' | 'occurred_at'> & { project_id: number }>`
    select project_id, to_state, occurred_at from ${step} as step
    where occurred_at < ${cutoff} and to_state in (${listOf(told)})
    order by occurred_at desc, id desc limit ${mostSteps}`.execute(queries);
  const newest = new Map(steps.rows.toReversed().map((one) => [one.project_id, one]));
  const ids = [...newest.keys()];
  const found = await sql<Pick<NewStep, 'number' | 'title' | 'unit_id'> & { id: number }>`
    select id, number, title, unit_id from ${asOf('project', entry_no, [...guardColumns, 'unit_id'])} as project
    where id = any(${ids}::bigint[]) and ${open('project')}`.execute(queries);
  const projects = new Map(found.rows.map(({ id, ...project }) => [id, project]));
  // The oldest was put in first and keeps its place when a newer one takes it, so the order is by the newest again.
  return [...newest.values()]
    .sort((a, b) => b.occurred_at.getTime() - a.occurred_at.getTime())
    .flatMap(({ project_id, ...one }) => {
      const project = projects.get(project_id);
      return project ? [{ ...project, ...one }] : [];
    })
    .slice(0, limit);
}

const openColumns = [
  ...guardColumns,
  'content',
  'target',
  'target_value',
  'target_unit',
  'field_code',
  'unit_id',
  'co_unit_codes',
  'area_code',
  'area_codes',
  'level',
  'kind',
  'source',
  'batch',
  'document_no',
  'list_no',
  'parent_id',
  'weight',
  'start',
  'deadline',
  'completed_at',
  'lead_leader',
  'beneficiaries',
  'budget',
  'funds_arrived',
  'funds_spent',
  'funds_source',
  'synthetic',
] as const;

/** A project as open data, with the number of the project that it is a part of where that is public too. */
export type OpenProject = Pick<ProjectRow, (typeof openColumns)[number]> & { parent_number: string | null };

/** How many rows are read at once, so that a large register is never in memory. */
const atOnce = 500;

/** Every public project in the order of its id, as known at an entry. */
export async function* everyOpenProject(queries: Queries, entry_no: number): AsyncGenerator<OpenProject> {
  const known = asOf('project', entry_no, openColumns);
  const parents = asOf('project', entry_no, guardColumns);
  for (let after = 0; ; ) {
    const found = await sql<OpenProject>`
      select project.*, (select parent.number from ${parents} as parent
        where parent.id = project.parent_id and ${open('parent')}) as parent_number
      from ${known} as project where project.id > ${after} and ${open('project')}
      order by project.id limit ${atOnce}`.execute(queries);
    yield* found.rows;
    if (found.rows.length < atOnce) return;
    after = found.rows.at(-1)!.id;
  }
}

/** An item of a public project's checklist as open data. */
export interface OpenItem {
  id: number;
  number: string;
  position: number;
  title: string;
  weight: string;
  unit_id: number;
  planned_start: string | null;
  planned_end: string | null;
  actual_start: string | null;
  actual_end: string | null;
  state: ItemState;
}

const itemColumns = [
  'id',
  'project_id',
  'position',
  'title',
  'weight',
  'unit_id',
  'planned_start',
  'planned_end',
  'actual_start',
  'actual_end',
  'state',
] as const;

/** Every item of public projects in the order of its id, as known at an entry. */
export async function* everyOpenItem(queries: Queries, entry_no: number): AsyncGenerator<OpenItem> {
  const known = asOf('item', entry_no, itemColumns);
  const projects = asOf('project', entry_no, guardColumns);
  for (let after = 0; ; ) {
    // A page of items first and their projects by id: a join would go through every project for each page.
    const page = await sql<OpenItem & { project_id: number }>`
      select * from ${known} as item where id > ${after} order by id limit ${atOnce}`.execute(queries);
    const ids = [...new Set(page.rows.map((item) => item.project_id))];
    const found = await sql<{ id: number; number: string }>`
      select id, number from ${projects} as project where id = any(${ids}::bigint[]) and ${open('project')}`.execute(
      queries,
    );
    const numbers = new Map(found.rows.map(({ id, number }) => [id, number]));
    for (const { project_id, ...item } of page.rows) {
      const number = numbers.get(project_id);
      if (number !== undefined) yield { ...item, number };
    }
    if (page.rows.length < atOnce) return;
    after = page.rows.at(-1)!.id;
  }
}

/** What was withdrawn, as a text that differs when it does: files of a publication change by nothing else. */
export async function withdrawnMark(queries: Queries): Promise<string> {
  const found = await sql<{ mark: string }>`
    select count(*) || '-' || coalesce(sum(id), 0) as mark from project where disclosure <> 'public'`.execute(
    queries,
  );
  return found.rows[0]!.mark;
}
