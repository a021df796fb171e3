import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { asOf, insertRows, updateRows } from '../../kit/versioned.ts';
import type { PastValue } from './past.ts';
import type { Report, ReportCheck, ReportForm, ReportStep, StoredCell } from './schema.ts';

const formColumns = [
  'id',
  'code',
  'title',
  'asks',
  'period',
  'unit_level',
  'unit_codes',
  'area_level',
  'due_days',
  'approvals',
  'begins_on',
  'active',
] as const;

/** Every form as it is now, in order of its code. */
export async function listForms(queries: Queries): Promise<ReportForm[]> {
  const columns = sql.join(formColumns.map((column) => sql.ref(column)));
  const found = await sql<ReportForm>`select ${columns} from report_form order by code`.execute(queries);
  return found.rows;
}

/** Adds a form and gives its identity. */
export async function insertForm(tx: Transaction, form: Omit<ReportForm, 'id'>): Promise<number> {
  const [row] = await insertRows(tx, 'report_form', [form]);
  return row!.id;
}

/** Changes a form. */
export async function updateForm(tx: Transaction, form: { id: number } & Partial<ReportForm>): Promise<void> {
  await updateRows(tx, 'report_form', [form]);
}

/** The checks of a form, or of all. */
export async function listChecks(queries: Queries, form_id?: number): Promise<ReportCheck[]> {
  const found = await sql<ReportCheck>`
    select id, form_id, kind, figure, parts, relation, threshold, active from report_check
    where ${form_id === undefined ? sql`true` : sql`form_id = ${form_id}::bigint`} order by id`.execute(
    queries,
  );
  return found.rows;
}

/** Adds checks. */
export async function insertChecks(
  tx: Transaction,
  checks: readonly Omit<ReportCheck, 'id'>[],
): Promise<void> {
  await insertRows(tx, 'report_check', checks);
}

/** Changes a check. */
export async function updateCheck(
  tx: Transaction,
  check: { id: number } & Partial<ReportCheck>,
): Promise<void> {
  await updateRows(tx, 'report_check', [check]);
}

const reportColumns = sql`id, form_id, unit_id, day, state, approvals, approved, submitted_at, submitted_by, synthetic`;

/** The report of a unit for a period, if it has begun. */
export async function findReport(
  queries: Queries,
  { form_id, unit_id, day }: Pick<Report, 'form_id' | 'unit_id' | 'day'>,
): Promise<Report | undefined> {
  const found = await sql<Report>`
    select ${reportColumns} from report
    where form_id = ${form_id}::bigint and unit_id = ${unit_id}::bigint and day = ${day}::date`.execute(
    queries,
  );
  return found.rows[0];
}

/** The reports of forms for the periods that end on days. */
export async function listReports(
  queries: Queries,
  form_ids: readonly number[],
  days: readonly string[],
): Promise<Report[]> {
  const found = await sql<Report>`
    select ${reportColumns} from report
    where form_id = any(${form_ids}::bigint[]) and day = any(${days}::date[]) order by id`.execute(queries);
  return found.rows;
}

/** The reports, of any period, with which somebody has to go on: submitted ones, and those with cells opened. */
export async function listUnfinished(queries: Queries): Promise<Report[]> {
  const found = await sql<Report>`
    select ${reportColumns} from report where state in ('submitted', 'returned', 'reopened') order by id`.execute(
    queries,
  );
  return found.rows;
}

/** Adds a report. */
export async function insertReport(tx: Transaction, report: Omit<Report, 'id'>): Promise<Report> {
  const [row] = await insertRows(tx, 'report', [report]);
  return { ...report, id: row!.id };
}

/** Changes a report. */
export async function updateReport(tx: Transaction, report: { id: number } & Partial<Report>): Promise<void> {
  await updateRows(tx, 'report', [report]);
}

/** The cells of a report that were ever filled in. */
export async function listCells(queries: Queries, report_id: number): Promise<StoredCell[]> {
  const found = await sql<StoredCell>`
    select id, report_id, key, value, nothing, answer, opened_for, approved_value, since_entry from report_cell
    where report_id = ${report_id}::bigint order by id`.execute(queries);
  return found.rows;
}

/** Adds cells. */
export async function insertReportCells(
  tx: Transaction,
  cells: readonly Omit<StoredCell, 'id' | 'since_entry'>[],
): Promise<void> {
  await insertRows(tx, 'report_cell', cells);
}

/** Changes cells. */
export async function updateReportCells(
  tx: Transaction,
  cells: readonly ({ id: number } & Partial<StoredCell>)[],
): Promise<void> {
  await updateRows(tx, 'report_cell', cells);
}

/** Adds a step. */
export async function insertStep(
  tx: Transaction,
  step: Omit<ReportStep, 'id' | 'since_entry'>,
): Promise<void> {
  await insertRows(tx, 'report_step', [step]);
}

/** The steps of a report, oldest first. */
export async function listSteps(queries: Queries, report_id: number): Promise<ReportStep[]> {
  const found = await sql<ReportStep>`
    select id, report_id, step, from_state, to_state, role, key, occurred_at, account_id, unit_id, note, since_entry
    from report_step where report_id = ${report_id}::bigint order by id`.execute(queries);
  return found.rows;
}

/** How many cells of reports are open for a reason, by report. */
export async function countOpened(
  queries: Queries,
  report_ids: readonly number[],
): Promise<Map<number, number>> {
  const found = await sql<{ report_id: number; count: number }>`
    select report_id, count(*)::int as count from report_cell
    where report_id = any(${report_ids}::bigint[]) and opened_for is not null group by report_id`.execute(
    queries,
  );
  return new Map(found.rows.map(({ report_id, count }) => [report_id, count]));
}

const valueColumns = ['form', 'key', 'area_code', 'day', 'stage', 'dose', 'level', 'value'] as const;

/** What was reported by any way, of figures and areas, from a day to a day, as known at an entry. */
export async function listPast(
  queries: Queries,
  entry_no: number,
  asked: { figures: readonly string[]; areas: readonly string[]; from: string; to: string },
): Promise<PastValue[]> {
  const { figures, areas, from, to } = asked;
  const found = await sql<PastValue>`
    select * from ${asOf('reported_value', entry_no, valueColumns)} as value
    where form = any(${figures}) and area_code = any(${areas}) and day between ${from}::date and ${to}::date
    order by day, key`.execute(queries);
  return found.rows;
}

/** Of which figures, areas, dimensions and days anything was reported within a time, by any way. */
export async function listReportedPlaces(
  queries: Queries,
  figures: readonly string[],
  { first, last }: { first: string; last: string },
): Promise<Omit<PastValue, 'key' | 'value'>[]> {
  const found = await sql<Omit<PastValue, 'key' | 'value'>>`
    select distinct form, area_code, stage, dose, level, to_char(day, 'YYYY-MM-DD') as day from reported_value
    where form = any(${figures}) and occurred_at >= ${`${first}T00:00:00+08:00`}::timestamptz
      and occurred_at <= ${`${last}T00:00:00+08:00`}::timestamptz`.execute(queries);
  return found.rows;
}

/** A version of a cell with the entry that made it. */
export interface CellVersion {
  value: number | null;
  nothing: string | null;
  answer: string | null;
  opened_for: string | null;
  approved_value: number | null;
  entry_no: number;
  at: Date;
  actor: string;
  via: string;
  action: string;
  reason: string | null;
}

/** Every version of a cell, oldest first. */
export async function listCellVersions(
  queries: Queries,
  report_id: number,
  key: string,
): Promise<CellVersion[]> {
  const columns = sql`value, nothing, answer, opened_for, approved_value, since_entry`;
  const found = await sql<CellVersion>`
    select version.value, version.nothing, version.answer, version.opened_for, version.approved_value,
      journal.entry_no, journal.at, journal.actor, journal.via, journal.action, journal.reason
    from (
      select ${columns} from report_cell where report_id = ${report_id}::bigint and key = ${key}
      union all select ${columns} from report_cell_past where report_id = ${report_id}::bigint and key = ${key}
    ) as version join journal on journal.entry_no = version.since_entry
    order by version.since_entry`.execute(queries);
  return found.rows;
}

/** A change of a counted value that was not made by its report: by a file, or by taking it back. */
export interface OtherChange {
  /** Nothing where the value was taken back. */
  value: number | null;
  entry_no: number;
  at: Date;
  actor: string;
  reason: string | null;
}

/** The changes of a counted value by other ways than reports, oldest first. */
export async function listOtherChanges(queries: Queries, form: string, key: string): Promise<OtherChange[]> {
  const found = await sql<OtherChange>`
    with version as (
      select id, value, since_entry from reported_value where form = ${form} and key = ${key}
      union all
      select id, value, since_entry from reported_value_past where form = ${form} and key = ${key}
    ), change as (
      select value, since_entry as entry_no from version
      union all
      select null, past.until_entry from reported_value_past as past
      where form = ${form} and key = ${key}
        and not exists (select from version where version.id = past.id and version.since_entry = past.until_entry)
    )
    select change.value, change.entry_no, journal.at, journal.actor, journal.reason
    from change join journal using (entry_no)
    where journal.action not in ('reporting/approval', 'reporting/submission') order by entry_no`.execute(
    queries,
  );
  return found.rows;
}
