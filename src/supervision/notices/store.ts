import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { insertRows, updateRows } from '../../kit/versioned.ts';
import type { Grade, NoticeRow, NoticeState, NoticeStep } from './schema.ts';

/** A notice with what its lists say of its project. */
export interface ListedNotice extends NoticeRow {
  project_number: string;
  title: string;
  issued_at: Date;
}

/** What notices are asked for. */
export interface NoticeFilter {
  /** Only of these units; all when not given. */
  units?: readonly number[] | undefined;
  grade?: Grade | undefined;
  state?: NoticeState | undefined;
  open?: boolean | undefined;
  project_id?: number | undefined;
  id?: number | undefined;
}

/** Notices by what expires first; the closed ones after them, newest first. */
export async function listNotices(
  queries: Queries,
  filter: NoticeFilter,
  limit: number,
): Promise<ListedNotice[]> {
  const { units, grade, state, open, project_id, id } = filter;
  const where = [
    sql`true`,
    ...(units ? [sql`notice.unit_id = any(${units}::bigint[])`] : []),
    ...(grade ? [sql`notice.grade = ${grade}`] : []),
    ...(state ? [sql`notice.state = ${state}`] : []),
    ...(open ? [sql`notice.state <> 'closed'`] : []),
    ...(project_id ? [sql`notice.project_id = ${project_id}::bigint`] : []),
    ...(id ? [sql`notice.id = ${id}::bigint`] : []),
  ];
  const found = await sql<ListedNotice>`
    select notice.*, project.number as project_number, project.title, issued.occurred_at as issued_at
    from notice
    join project on project.id = notice.project_id
    join lateral (
      select occurred_at from notice_step where notice_id = notice.id order by id limit 1
    ) as issued on true
    where ${sql.join(where, sql` and `)}
    order by notice.state = 'closed', case when notice.state <> 'closed' then
      case when notice.state = 'issued' then notice.sign_by else notice.answer_by end end, notice.id desc
    limit ${limit}`.execute(queries);
  return found.rows;
}

/** The open notice of a project, where there is one. */
export async function findOpenNotice(queries: Queries, project_id: number): Promise<NoticeRow | undefined> {
  const found = await sql<NoticeRow>`
    select * from notice where project_id = ${project_id}::bigint and state <> 'closed'`.execute(queries);
  return found.rows[0];
}

/** Every open notice, and every cause that there ever was one for. */
export async function readNotices(queries: Queries): Promise<{ open: NoticeRow[]; causes: Set<string> }> {
  const open = await sql<NoticeRow>`select * from notice where state <> 'closed'`.execute(queries);
  const causes = await sql<{ cause: string }>`select cause from notice`.execute(queries);
  return { open: open.rows, causes: new Set(causes.rows.map((row) => row.cause)) };
}

/** How many notices each of some projects had, by grade. */
export async function countNotices(
  queries: Queries,
  ids: readonly number[],
): Promise<{ project_id: number; grade: Grade; count: number }[]> {
  const found = await sql<{ project_id: number; grade: Grade; count: number }>`
    select project_id, grade, count(*) from notice where project_id = any(${ids}::bigint[]) group by 1, 2`.execute(
    queries,
  );
  return found.rows;
}

/** The steps of a notice, oldest first, with who took them. */
export async function listNoticeSteps(
  queries: Queries,
  notice_id: number,
): Promise<(NoticeStep & { person: string | null })[]> {
  const found = await sql<NoticeStep & { person: string | null }>`
    select step.*, account.name as person from notice_step as step
    left join account on account.id = step.account_id
    where notice_id = ${notice_id}::bigint order by step.id`.execute(queries);
  return found.rows;
}

/** How many notices there are of each grade in a year, to number the next. */
export async function lastNumbers(tx: Transaction, year: string): Promise<Map<Grade, number>> {
  const found = await sql<{ grade: Grade; last: number }>`
    select grade, max((regexp_match(number, '(\\d+)号$'))[1]::int) as last from notice
    where number like ${`%〔${year}〕%`} group by grade`.execute(tx.queries);
  return new Map(found.rows.map((row) => [row.grade, row.last]));
}

/** Which of some projects have an open notice, and which of some causes are known, under the lock of the head. */
export async function findTaken(
  tx: Transaction,
  project_ids: readonly number[],
  causes: readonly string[],
): Promise<{ open: Map<number, number>; causes: Set<string> }> {
  const open = await sql<{ id: number; project_id: number }>`
    select id, project_id from notice where state <> 'closed' and project_id = any(${project_ids}::bigint[])`.execute(
    tx.queries,
  );
  const known = await sql<{
    cause: string;
  }>`select cause from notice where cause = any(${causes}::text[])`.execute(tx.queries);
  return {
    open: new Map(open.rows.map((row) => [row.project_id, row.id])),
    causes: new Set(known.rows.map((row) => row.cause)),
  };
}

/** Issues notices; each with its first step. */
export async function insertNotices(
  tx: Transaction,
  notices: readonly Omit<NoticeRow, 'id'>[],
  step: Pick<NoticeStep, 'occurred_at' | 'account_id' | 'unit_id'>,
): Promise<NoticeRow[]> {
  const rows = await insertRows<NoticeRow & Record<string, unknown>>(tx, 'notice', notices as never);
  await insertNoticeSteps(
    tx,
    rows.map(({ id, text }) => ({ ...step, notice_id: id, to_state: 'issued', note: text })),
  );
  return rows;
}

/** Steps of notices. */
export async function insertNoticeSteps(tx: Transaction, steps: readonly NoticeStep[]): Promise<void> {
  await insertRows(tx, 'notice_step', steps as never);
}

/** Changes notices; all the same columns. */
export async function updateNotices(
  tx: Transaction,
  changes: readonly ({ id: number } & Partial<NoticeRow>)[],
): Promise<void> {
  await updateRows(tx, 'notice', changes as never);
}
