import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { asOf, closeRows, insertRows, type Row, updateRows } from '../../kit/versioned.ts';
import type { ItemRow, ItemState, ItemStepRow } from './schema.ts';

const columns = [
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
  'depends_on',
  'evidence_kinds',
  'state',
  'since_entry',
] as const;

/** The items of projects in their order, as known at an entry. */
export async function listItems(
  queries: Queries,
  entry_no: number,
  project_ids: readonly number[],
): Promise<ItemRow[]> {
  const found = await sql<ItemRow>`
    select * from ${asOf('item', entry_no, columns)} as item
    where project_id = any(${project_ids}::bigint[]) order by project_id, position, id`.execute(queries);
  return found.rows;
}

const publicColumns = [
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

/** An item as residents may see it. */
export type PublicItem = Pick<ItemRow, (typeof publicColumns)[number]>;

/** The items of a project for residents, as known at an entry. */
export async function listPublicItems(
  queries: Queries,
  entry_no: number,
  project_id: number,
): Promise<PublicItem[]> {
  const found = await sql<PublicItem>`
    select * from ${asOf('item', entry_no, publicColumns)} as item
    where project_id = ${project_id} order by position, id`.execute(queries);
  return found.rows;
}

/** The items of projects as they are now. */
export async function currentItems(queries: Queries, project_ids: readonly number[]): Promise<ItemRow[]> {
  const found = await sql<ItemRow>`
    select * from item where project_id = any(${project_ids}::bigint[]) order by project_id, position, id`.execute(
    queries,
  );
  return found.rows;
}

/** The last step to a state of each item of projects, by item. */
export async function lastItemSteps(
  queries: Queries,
  item_ids: readonly number[],
  to?: ItemState,
): Promise<Map<number, ItemStepRow>> {
  const found = await sql<ItemStepRow>`
    select distinct on (item_id) * from item_step
    where item_id = any(${item_ids}::bigint[]) and (${to ?? null}::text is null or to_state = ${to ?? null})
    order by item_id, occurred_at desc, id desc`.execute(queries);
  return new Map(found.rows.map((step) => [step.item_id, step]));
}

/** Every step with the items of a project, oldest first, as known at an entry. */
export async function listItemSteps(
  queries: Queries,
  entry_no: number,
  project_id: number,
): Promise<ItemStepRow[]> {
  const all = [
    'id',
    'project_id',
    'item_id',
    'from_state',
    'to_state',
    'occurred_at',
    'account_id',
    'unit_id',
    'note',
  ];
  const found = await sql<ItemStepRow>`
    select * from ${asOf('item_step', entry_no, all as (keyof ItemStepRow)[])} as step
    where project_id = ${project_id} order by occurred_at, id`.execute(queries);
  return found.rows;
}

/** Adds items and gives them as stored. */
export async function insertItems(
  tx: Transaction,
  items: readonly Omit<ItemRow, 'id' | 'since_entry'>[],
): Promise<ItemRow[]> {
  return (await insertRows<Row>(tx, 'item', items)) as unknown as ItemRow[];
}

/** Changes items. */
export async function updateItems(
  tx: Transaction,
  changes: readonly ({ id: number } & Partial<Omit<ItemRow, 'since_entry'>>)[],
): Promise<void> {
  await updateRows(tx, 'item', changes);
}

/** Takes items off their checklist; what they were stays known. */
export async function closeItems(tx: Transaction, ids: readonly number[]): Promise<void> {
  await closeRows(tx, 'item', ids);
}

/** Adds steps with items. */
export async function insertItemSteps(
  tx: Transaction,
  steps: readonly Omit<ItemStepRow, 'id'>[],
): Promise<void> {
  await insertRows(tx, 'item_step', steps);
}

/** The weights of projects' items by state: what progress is computed from, without reading the items. */
export interface ItemSums {
  project_id: number;
  items: number;
  verified: string;
  claimed: string;
  total: string;
}

/** The sums of items for projects, as they are now. */
export async function sumItems(
  queries: Queries,
  project_ids: readonly number[],
): Promise<Map<number, ItemSums>> {
  const found = await sql<ItemSums>`
    select project_id, count(*) as items, sum(weight) as total,
      coalesce(sum(weight) filter (where state = 'verified'), 0) as verified,
      coalesce(sum(weight) filter (where state = 'claimed'), 0) as claimed
    from item where project_id = any(${project_ids}::bigint[]) group by project_id`.execute(queries);
  return new Map(found.rows.map((row) => [row.project_id, row]));
}
