// How far projects are, by both clocks: what supervision judges them by. Every part is read from dated facts before the
// cut-off, as known at an entry, so that any past day can be looked at again.
import { type RawBuilder, sql } from 'kysely';
import type { Moment } from '../figures/definition.ts';
import { dayOf } from '../kit/clock.ts';
import type { Queries } from '../kit/db.ts';
import { asOf } from '../kit/versioned.ts';
import type { ProjectState } from './schema.ts';

/** An item as a node of the plan: by when it is planned, its weight in hundredths, and whether it is reported done. */
export type Node = [planned_end: string | null, weight: number, done: boolean];

/** How far a project is. */
export interface Pace {
  id: number;
  number: string;
  title: string;
  unit_id: number;
  area_code: string;
  town_code: string;
  field_code: string;
  parent_id: number | null;
  lead_leader: string | null;
  responsible: string | null;
  start: string;
  /** `infinity` for a standing project. */
  deadline: string;
  state: ProjectState;
  /** The day on which it was last verified as complete. */
  completed_on: string | null;
  /** The last day of which anything is known of it: a step, an item or evidence. */
  last_fact: string;
  /** Its checklist; empty without one. */
  nodes: Node[];
}

const some = (column: string, ids: readonly number[] | undefined) =>
  ids ? sql`and ${sql.ref(column)} = any(${ids}::bigint[])` : sql``;
const dayIn = (column: string) => sql`(${sql.ref(column)} at time zone 'Asia/Shanghai')::date`;

/** Projects with the state of their last step before the cut-off; `ids` are those that are asked for. */
export function projectsAt(at: Moment, ids?: readonly number[]): RawBuilder<unknown> {
  const columns = [
    'id',
    'number',
    'title',
    'unit_id',
    'area_code',
    'town_code',
    'field_code',
    'parent_id',
    'start',
    'deadline',
  ] as const;
  return sql`(
    select project.*, step.state, ${dayIn('step.completed_at')} as completed_on, ${dayIn('step.last')} as last_step
    from (
      select project_id, (array_agg(to_state order by occurred_at desc, id desc))[1] as state,
        max(occurred_at) filter (where to_state = 'completed') as completed_at, max(occurred_at) as last
      from ${asOf('project_step', at.entry_no, ['id', 'project_id', 'to_state', 'occurred_at'])} as known
      where occurred_at < ${at.cutoff} ${some('project_id', ids)}
      group by project_id
    ) as step
    join ${asOf('project', at.entry_no, columns)} as project on project.id = step.project_id)`;
}

/** Items with whether they were reported done, verified or not, before the cut-off. */
export function itemsAt(at: Moment, ids?: readonly number[]): RawBuilder<unknown> {
  const columns = ['id', 'project_id', 'weight', 'planned_end'] as const;
  return sql`(
    select item.*, coalesce(step.to_state in ('claimed', 'verified'), false) as done
    from ${asOf('item', at.entry_no, columns)} as item
    left join (
      select distinct on (item_id) item_id, to_state
      from ${asOf('item_step', at.entry_no, ['id', 'project_id', 'item_id', 'to_state', 'occurred_at'])} as known
      where occurred_at < ${at.cutoff} ${some('project_id', ids)}
      order by item_id, occurred_at desc, id desc
    ) as step on step.item_id = item.id
    where true ${some('item.project_id', ids)})`;
}

/** The last day before the cut-off of which something is known of a project's items or evidence. */
export function lastFactsAt(at: Moment, ids?: readonly number[]): RawBuilder<unknown> {
  return sql`(
    select project_id, max(day) as day from (
      select project_id, ${dayIn('occurred_at')} as day
      from ${asOf('item_step', at.entry_no, ['project_id', 'occurred_at'])} as step
      where occurred_at < ${at.cutoff} ${some('project_id', ids)}
      union all
      select project_id, occurred_on from ${asOf('evidence', at.entry_no, ['project_id', 'occurred_on'])} as evidence
      where occurred_on <= ${dayOf(at.cutoff)}::date ${some('project_id', ids)}
    ) as fact group by project_id)`;
}

/** How far the projects on the list are: those that were approved, not terminated. All, or those asked for. */
export async function listPaces(queries: Queries, at: Moment, ids?: readonly number[]): Promise<Pace[]> {
  const found = await sql<Pace>`
    select project.id, project.number, project.title, project.unit_id, project.area_code, project.town_code,
      project.field_code, project.parent_id, whole.lead_leader, whole.responsible, project.start,
      project.deadline, project.state, project.completed_on,
      greatest(project.start, project.last_step, fact.day) as last_fact, coalesce(items.nodes, '[]') as nodes
    from ${projectsAt(at, ids)} as project
    join ${asOf('project', at.entry_no, ['id', 'lead_leader', 'responsible'])} as whole on whole.id = project.id
    left join (
      select project_id, json_agg(json_build_array(planned_end, (weight * 100)::int, done) order by planned_end, id) as nodes
      from ${itemsAt(at, ids)} as item group by project_id
    ) as items on items.project_id = project.id
    left join ${lastFactsAt(at, ids)} as fact on fact.project_id = project.id
    where project.state = any(${sql.lit(`{${listedStates.join()}}`)}::text[])
    order by project.deadline, project.id`.execute(queries);
  return found.rows;
}

/** States of a project that is on the list: it has a light. */
export const listedStates = [
  'approved',
  'registered',
  'assigned',
  'accepted',
  'in_progress',
  'completion_claimed',
  'verifying',
  'completed',
  'archived',
] as const satisfies readonly ProjectState[];

/** The projects of which anything changed after an entry. */
export async function listTouched(queries: Queries, entry_no: number): Promise<number[]> {
  const tables = ['project', 'project_step', 'item', 'item_step', 'evidence'] as const;
  const parts = tables.flatMap((table) => {
    const id = sql.ref(table === 'project' ? 'id' : 'project_id');
    return [
      sql`select ${id} as id from ${sql.table(table)} where since_entry > ${entry_no}::bigint`,
      sql`select ${id} as id from ${sql.table(`${table}_past`)} where until_entry > ${entry_no}::bigint`,
    ];
  });
  const found = await sql<{ id: number }>`${sql.join(parts, sql` union `)}`.execute(queries);
  return found.rows.map((row) => row.id);
}
