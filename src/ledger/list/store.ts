import { type RawBuilder, sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { closeRows, insertRows, updateRows } from '../../kit/versioned.ts';
import { type ColumnName, getColumn } from '../columns.ts';
import { doneStates, openStates, proposalStates } from '../course.ts';
import { type ProjectRow, projectStates } from '../schema.ts';
import { matches } from '../search.ts';
import type { Condition, GroupName, LightFilter, ListView } from './query.ts';

/** Whose list it is: the units that somebody's roles reach, or everybody's, and the day it is. */
export interface ListScope {
  /** None where the roles reach every unit: then nothing has to be looked up. */
  units: readonly number[] | undefined;
  unit_codes: readonly string[];
  today: string;
  /** Units by their codes, to read addresses by. */
  unitId: (code: string) => number | undefined;
  /** Of these, what is the business of each of some units or places as well. */
  also?: readonly Business[];
}

/** What is somebody's business: they lead it, help, have an item of its checklist, or it is done where they are. */
export interface Business {
  units: readonly number[];
  unit_codes: readonly string[];
  /** A town with its villages, or a village. */
  areas?: readonly string[];
}

/**
 * A page of a list, as it is now. Where its groups were counted already they say which of them the page is of, so that
 * nothing has to be put in order that is not on it.
 */
export async function listLedger(
  queries: Queries,
  view: ListView,
  scope: ListScope,
  limit: number,
  groups?: readonly GroupCount[],
): Promise<ProjectRow[]> {
  const from = (view.page - 1) * limit;
  const { condition, before } = groupsOfPage(view, groups, from, from + limit);
  const group = view.group && placed(view.group, 'of_group');
  const sort = placed(view.sort.column, 'of_sort');
  const first = group ? sql`${group.key} nulls last, ${sql.ref(view.group!)}, ` : sql``;
  const direction = view.sort.descending ? sql`desc nulls last` : sql`asc nulls last`;
  const found = await sql<ProjectRow>`
    select project.* from project ${group?.join ?? sql``} ${sort.join ?? sql``}
    where ${where(view, scope)} and ${condition}
    order by ${first}${sort.key} ${direction}, project.id limit ${limit} offset ${from - before}`.execute(
    queries,
  );
  return found.rows;
}

/** Which groups the rows from one place of a list to another are of, and how many rows come before the first of them. */
function groupsOfPage(
  { group }: ListView,
  groups: readonly GroupCount[] | undefined,
  from: number,
  until: number,
): { condition: RawBuilder<unknown>; before: number } {
  if (!group || !groups) return { condition: sql`true`, before: 0 };
  let at = 0;
  let before = 0;
  const keys: (string | null)[] = [];
  for (const { key, count } of groups) {
    const next = at + Number(count);
    if (next <= from) before = next;
    else if (at < until) keys.push(key);
    at = next;
  }
  const named = keys.filter((key) => key !== null);
  const ref = sql`project.${sql.ref(group)}`;
  const listed = group === 'unit_id' ? sql`${named.map(Number)}::bigint[]` : sql`${named}::text[]`;
  const empty = keys.includes(null) ? sql` or ${ref} is null` : sql``;
  return { condition: sql`(${ref} = any(${listed})${empty})`, before };
}

/**
 * What rows are in order of, and the table that it takes: the place of a unit among all is found once for all rows, and
 * not by a look at its name for each.
 */
function placed(
  name: ColumnName | GroupName,
  alias: 'of_group' | 'of_sort',
): { key: RawBuilder<unknown>; join?: RawBuilder<unknown> } {
  if (name === 'town_code' || getColumn(name).kind !== 'unit') return { key: readKey(name) };
  const [row, place] = [`row_${alias}`, `place_${alias}`];
  const join = sql`left join (
    select unit.id as ${sql.ref(row)}, row_number() over (order by unit.name collate "zh-x-icu", unit.id) as ${sql.ref(place)}
    from unit) as ${sql.table(alias)} on ${sql.ref(row)} = project.${sql.ref(name)}`;
  return { key: sql.ref(place), join };
}

/** Everything that a view shows, for export and for changes in bulk. */
export async function listAllOf(
  queries: Queries,
  view: ListView,
  scope: ListScope,
  limit: number,
): Promise<ProjectRow[]> {
  return listLedger(queries, { ...view, page: 1 }, scope, limit);
}

/** How many projects a group of a list has, how many of them are done and how many past their deadline. */
export interface GroupCount extends Omit<ListCounts, 'total'> {
  key: string | null;
  count: number;
  done: number;
  late: number;
}

/** The groups of a list with their counts, in the order of the list; one group of everything where it is not grouped. */
export async function countGroups(queries: Queries, view: ListView, scope: ListScope): Promise<GroupCount[]> {
  const { group } = view;
  const grouped = group
    ? sql`group by ${sql.ref(group)} order by ${readKey(group)} nulls last, ${sql.ref(group)}`
    : sql``;
  const found = await sql<GroupCount>`
    select ${group ? sql`${sql.ref(group)}::text` : sql`null::text`} as key, count(*) as count,
      count(*) filter (where state in (${states(doneStates)})) as done,
      count(*) filter (where state in (${states(openStates)}) and deadline < ${scope.today}::date) as late, ${among}
    from project where ${where(view, scope)} ${grouped}`.execute(queries);
  return found.rows;
}

/** How many projects a list shows, and those among them that one may want to know of when comparing the number. */
export interface ListCounts {
  total: number;
  /** 子项目 of other projects. */
  parts: number;
  /** 终止. */
  terminated: number;
  /** 长期坚持: they have no deadline. */
  standing: number;
}

/** What a list counts. */
export async function countList(queries: Queries, view: ListView, scope: ListScope): Promise<ListCounts> {
  const found = await sql<ListCounts>`
    select count(*) as total, ${among} from project where ${where(view, scope)}`.execute(queries);
  return found.rows[0]!;
}

/** What a list counts, by the groups that it has. */
export function sumGroups(groups: readonly GroupCount[]): ListCounts {
  const sum = (name: 'count' | Exclude<keyof ListCounts, 'total'>) =>
    groups.reduce((all, group) => all + Number(group[name]), 0);
  return {
    total: sum('count'),
    parts: sum('parts'),
    terminated: sum('terminated'),
    standing: sum('standing'),
  };
}

const among = sql`count(parent_id) as parts, count(*) filter (where state = 'terminated') as terminated,
  count(*) filter (where kind = 'standing') as standing`;

function states(list: readonly string[]): RawBuilder<unknown> {
  return sql.join(list.map((state) => sql.lit(state)));
}

/**
 * What a list is in order of: a column as it is read. States come in the order of their course, choices in the order in
 * which they are offered, names and texts by pinyin; numbers, days and areas as they are stored.
 */
function readKey(name: ColumnName | GroupName): RawBuilder<unknown> {
  if (name === 'progress') return progress;
  const ref = sql.ref(name);
  if (name === 'town_code') return ref;
  const { kind, choices } = getColumn(name);
  if (kind === 'state') return placeIn(projectStates, ref);
  if (choices) return placeIn(Object.keys(choices), ref);
  if (kind === 'unit') return sql`(select unit.name from unit where unit.id = ${ref}) collate "zh-x-icu"`;
  if (kind === 'field') return sql`(select field.position from field where field.code = ${ref})`;
  if (kind === 'project') return sql`(select parent.number from project as parent where parent.id = ${ref})`;
  if (kind === 'text' && name !== 'number' && name !== 'document_no') return sql`${ref} collate "zh-x-icu"`;
  return ref;
}

function placeIn(list: readonly string[], ref: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`array_position(array[${states(list)}]::text[], ${ref})`;
}

/** The share of a project's checklist that is verified; as the rules compute it, in the database for sorting alone. */
const progress = sql`(
  select coalesce(sum(weight) filter (where state = 'verified'), 0) / nullif(sum(weight), 0)
  from item where item.project_id = project.id)`;

function where(view: ListView, scope: ListScope): RawBuilder<unknown> {
  const all: RawBuilder<unknown>[] = [sql`true`];
  if (scope.units) {
    const { units, unit_codes } = scope;
    // Whoever proposed a project or is to verify it sees it too.
    const mine = sql`any(${units}::bigint[])`;
    all.push(sql`(${isBusinessOf({ units, unit_codes })} or proposing_unit_id = ${mine}
      or verifying_unit_id = ${mine})`);
  }
  all.push(...(scope.also ?? []).map(isBusinessOf));
  if (view.words) all.push(matches(view.words));
  if (view.light) all.push(lightOf(view.light, scope.today));
  for (const condition of view.conditions) all.push(conditionOf(condition, scope));
  if (!view.conditions.some(({ column }) => column.name === 'state')) {
    all.push(sql`state not in (${states(proposalStates)})`);
  }
  return sql.join(all, sql` and `);
}

/** Whether whoever leads a project, helps with it or has an item of its checklist is among some units. */
function isBusinessOf({ units, unit_codes, areas = [] }: Business): RawBuilder<unknown> {
  const here = areas.length > 0 ? sql` or ${areaOf(areas)} or area_codes && ${areas}::text[]` : sql``;
  return sql`(unit_id = any(${units}::bigint[]) or co_unit_codes && ${unit_codes}::text[]
    or id in (select project_id from item where item.unit_id = any(${units}::bigint[]))${here})`;
}

function lightOf(light: LightFilter, today: string): RawBuilder<unknown> {
  const done = sql`state in (${states(doneStates)})`;
  const open = sql`state in (${states(openStates)})`;
  // A deadline is kept until its 24:00 in Shanghai.
  const late = sql`completed_at >= (deadline + 1)::timestamp at time zone 'Asia/Shanghai'`;
  switch (light) {
    case 'on_track':
      return sql`${open} and deadline >= ${today}::date`;
    case 'overdue':
      return sql`${open} and deadline < ${today}::date`;
    case 'done':
      return sql`${done} and not coalesce(${late}, false)`;
    case 'done_late':
      return sql`${done} and ${late}`;
  }
}

function conditionOf(condition: Condition, scope: ListScope): RawBuilder<unknown> {
  const { column } = condition;
  const ref = sql.ref(column.name === 'progress' ? 'id' : column.name);
  if (condition.kind === 'empty') return sql`${ref} is null`;
  if (condition.kind === 'part') {
    const pattern = `%${condition.text.replace(/[\\%_]/g, '\\$&')}%`;
    if (column.kind === 'project') {
      return sql`${ref} in (select parent.id from project as parent where parent.number ilike ${pattern})`;
    }
    return sql`${ref} ilike ${pattern}`;
  }
  if (condition.kind === 'span') {
    const value =
      column.name === 'progress'
        ? sql`100 * ${progress}`
        : column.name === 'completed_at'
          ? sql`(completed_at at time zone 'Asia/Shanghai')::date`
          : column.kind === 'money'
            ? sql`${ref} / 10000`
            : ref;
    const type = sql.raw(
      column.kind === 'start' || column.kind === 'deadline' || column.name === 'completed_at'
        ? 'date'
        : 'numeric',
    );
    const from = condition.from ? sql`${value} >= ${condition.from}::${type}` : sql`true`;
    const to = condition.to ? sql`${value} <= ${condition.to}::${type}` : sql`true`;
    return sql`(${from} and ${to})`;
  }
  const { values } = condition;
  switch (column.kind) {
    case 'unit':
      return sql`${ref} = any(${values.flatMap((code) => scope.unitId(code) ?? [])}::bigint[])`;
    case 'units':
      return sql`${ref} && ${values}::text[]`;
    case 'areas':
      return sql`(${ref} && ${values}::text[] or area_code = any(${values}))`;
    case 'area':
      return areaOf(values);
    case 'yes':
      return values.includes('是') || values.includes('true') ? sql`${ref}` : sql`${ref} is not true`;
    default:
      return sql`${ref} = any(${values})`;
  }
}

/** Of a village: what is recorded for it. Of a town or the district: what is recorded for it and the villages of a town. */
function areaOf(codes: readonly string[]): RawBuilder<unknown> {
  const villages = codes.filter((code) => code.length === 12);
  const others = codes.filter((code) => code.length !== 12);
  const parts = [
    ...(villages.length > 0 ? [sql`area_code = any(${villages})`] : []),
    ...(others.length > 0 ? [sql`town_code = any(${others})`] : []),
  ];
  return sql`(${sql.join(parts, sql` or `)})`;
}

/** A way of looking at the ledger under a name. */
export interface SavedView {
  id: number;
  account_id: number;
  name: string;
  query: string;
}

/** Somebody's views, by name. */
export async function listViews(queries: Queries, account_id: number): Promise<SavedView[]> {
  const found = await sql<SavedView>`
    select id, account_id, name, query from saved_view where account_id = ${account_id}
    order by name collate "zh-x-icu"`.execute(queries);
  return found.rows;
}

/** Keeps a view under a name, in place of the one that had it. */
export async function saveView(tx: Transaction, view: Omit<SavedView, 'id'>): Promise<void> {
  const known = (await listViews(tx.queries, view.account_id)).find((one) => one.name === view.name);
  if (known) await updateRows(tx, 'saved_view', [{ id: known.id, query: view.query }]);
  else await insertRows(tx, 'saved_view', [view]);
}

/** Forgets a view. */
export async function dropView(tx: Transaction, id: number): Promise<void> {
  await closeRows(tx, 'saved_view', [id]);
}

/** A printed list that came back stamped (盖章扫描件): what it was, as known at which entry, its scan, and who kept it. */
export interface StampedList {
  id: number;
  title: string;
  query: string;
  known_entry: number;
  file_digest: string;
  file_name: string;
  media_type: string;
  account_id: number | null;
  unit_id: number | null;
}

/** The newest stamped lists; those that one account kept alone where it is given. */
export async function listStampedLists(
  queries: Queries,
  account_id: number | undefined,
  limit: number,
): Promise<StampedList[]> {
  const whose = account_id === undefined ? sql`true` : sql`account_id = ${account_id}`;
  const found = await sql<StampedList>`
    select * from stamped_list where ${whose} order by id desc limit ${limit}`.execute(queries);
  return found.rows;
}

/** A stamped list by its id. */
export async function findStampedList(queries: Queries, id: number): Promise<StampedList | undefined> {
  return (await sql<StampedList>`select * from stamped_list where id = ${id}`.execute(queries)).rows[0];
}

/** Adds a stamped list. */
export async function insertStampedList(tx: Transaction, list: Omit<StampedList, 'id'>): Promise<void> {
  await insertRows(tx, 'stamped_list', [{ ...list }]);
}
