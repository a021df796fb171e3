// What is to be reported is computed from forms, units and the calendar whenever it is asked; nobody has to open a period.
import { listAreas } from '../../areas/actions.ts';
import { isValidOn } from '../../areas/rules.ts';
import { readCalendar } from '../../calendar/actions.ts';
import { addWorkingDays, type Calendar } from '../../calendar/rules.ts';
import { checkRole, type Entitled, reaches } from '../../identity/access.ts';
import { roleNames } from '../../identity/roles.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Queries } from '../../kit/db.ts';
import type { Tone } from '../../kit/parts/light.ts';
import { listUnits, type UnitRow } from '../../units/actions.ts';
import { approvers, reporters, reportReaders } from '../rules.ts';
import { givenByRecords } from './derived.ts';
import { endedSpans, type Span, spanAt, spanBefore } from './periods.ts';
import { approversOf } from './rules.ts';
import type { Report, ReportForm } from './schema.ts';
import { countOpened, listForms, listReports, listUnfinished } from './store.ts';

/** How many periods back lists name every report; of older ones those that are missing or unfinished. */
export const periodsNamed = 3;

/** A report that is to be there, begun or not. */
export interface Expected {
  form: ReportForm;
  unit: UnitRow;
  span: Span;
  due: string;
  report: Report | undefined;
  status: Status;
  /** Missing, and of a period before the newest ones: lists name it with its neighbours. */
  older: boolean;
}

/** How far a report is, in a word and a tone. */
export interface Status {
  name: 'to_report' | 'missing' | 'submitted' | 'returned' | 'reopened' | 'approved' | 'given';
  late: boolean;
  tone: Tone;
  word: string;
}

/** Of a report that records give already: nobody is asked for it. */
const givenStatus: Status = { name: 'given', late: false, tone: 'done', word: '系统已有，不用报' };

/** The units that fill in a form. */
export function reportersOf(
  form: Pick<ReportForm, 'unit_level' | 'unit_codes'>,
  units: readonly UnitRow[],
): UnitRow[] {
  if (form.unit_codes.length > 0) return units.filter(({ code }) => form.unit_codes.includes(code));
  return units.filter(({ level }) => level === form.unit_level);
}

/** How far a report is, on a day. `opened` is how many of its cells are open for a reason. */
export function statusOf(report: Report | undefined, due: string, today: string, opened: number): Status {
  const late = report?.submitted_at ? dayOf(report.submitted_at) > due : today > due;
  switch (report?.state) {
    case 'approved':
      return {
        name: 'approved',
        late,
        tone: late ? 'done_late' : 'done',
        word: late ? '迟报，已审定' : '已审定',
      };
    case 'submitted': {
      const role = approversOf(report)[0];
      const word = `待${role ? roleNames[role].zh : ''}审核`;
      return { name: 'submitted', late, tone: late ? 'amber' : 'green', word: late ? `迟报，${word}` : word };
    }
    case 'returned':
      return { name: 'returned', late, tone: 'amber', word: `退回 ${opened} 格` };
    case 'reopened':
      return { name: 'reopened', late, tone: 'amber', word: `更正 ${opened} 格` };
    default:
      if (late) return { name: 'missing', late, tone: 'overdue', word: '逾期未报' };
      return { name: 'to_report', late, tone: 'quiet', word: report ? '填报中' : '待填报' };
  }
}

/**
 * The reports that are to be there: of every active form and unit the newest periods that have ended by a day, and older
 * ones with which somebody has to go on, or that never came since the form is in force.
 */
export async function listExpected(
  queries: Queries,
  asked: { today: string; entry_no: number },
): Promise<Expected[]> {
  const all = await listForms(queries);
  const units = await listUnits(queries, asked.entry_no);
  const calendar = await readCalendar(queries);
  const forms = all.filter(({ active }) => active);
  const planned = await planReports(queries, calendar, forms, units, asked);
  const days = [...new Set(planned.map(({ span }) => span.last))];
  const ids = forms.map(({ id }) => id);
  const unfinished = (await listUnfinished(queries)).filter(({ day }) => day <= asked.today);
  const reports = [...(await listReports(queries, ids, days)), ...unfinished];
  const byPlace = new Map(
    reports.map((report) => [placeOf(report.form_id, report.unit_id, report.day), report]),
  );
  const opened = await countOpened(
    queries,
    unfinished.map(({ id }) => id),
  );
  const there = new Set(planned.map(({ form, unit, span }) => placeOf(form.id, unit.id, span.last)));
  const older = unfinished.flatMap((report) => {
    const form = all.find(({ id }) => id === report.form_id);
    const unit = units.find(({ id }) => id === report.unit_id);
    const known = there.has(placeOf(report.form_id, report.unit_id, report.day));
    if (!form || !unit || known) return [];
    const span = spanAt(form.period, report.day);
    return [{ form, unit, span, due: addWorkingDays(calendar, span.last, form.due_days), newest: true }];
  });
  const begun = (one: { form: ReportForm; unit: UnitRow; span: Span }) =>
    byPlace.has(placeOf(one.form.id, one.unit.id, one.span.last));
  const given = await givenByRecords(
    queries,
    asked.entry_no,
    planned.filter((one) => !begun(one)),
  );
  return [...planned, ...older].flatMap((one) => {
    const { form, unit, span, due, newest } = one;
    const report = byPlace.get(placeOf(form.id, unit.id, span.last));
    const cells = report ? (opened.get(report.id) ?? 0) : 0;
    const status = given.has(one) ? givenStatus : statusOf(report, due, asked.today, cells);
    const isUnfinished = cells > 0 || status.name === 'submitted';
    const isOlder = !newest && status.name === 'missing';
    return newest || isOlder || isUnfinished
      ? [{ form, unit, span, due, report, status, older: isOlder }]
      : [];
  });
}

/** A report that is to be there, not yet looked for; of the newest periods or of older ones. */
type Planned = Pick<Expected, 'form' | 'unit' | 'span' | 'due'> & { newest: boolean };

/** Every report since forms are in force. Nobody reports for a time before there was their area, or after it. */
async function planReports(
  queries: Queries,
  calendar: Calendar,
  forms: readonly ReportForm[],
  units: readonly UnitRow[],
  { today, entry_no }: { today: string; entry_no: number },
): Promise<Planned[]> {
  const areas = new Map((await listAreas(queries, entry_no)).map((area) => [area.code, area]));
  const isThere = ({ area_code }: UnitRow, day: string) => {
    const area = areas.get(area_code);
    return area !== undefined && isValidOn(area, day);
  };
  return forms.flatMap((form) => {
    const own = reportersOf(form, units);
    return endedSpans(form.period, today, form.begins_on).flatMap((span, index) => {
      const due = addWorkingDays(calendar, span.last, form.due_days);
      const there = own.filter((unit) => isThere(unit, span.last));
      return there.map((unit) => ({ form, unit, span, due, newest: index < periodsNamed }));
    });
  });
}

/** Whether a report waits for somebody to fill it in. */
export function isToReport({ unit, status }: Expected, actor: Entitled): boolean {
  const waits = ['to_report', 'missing', 'returned', 'reopened'].includes(status.name);
  return waits && reaches(actor, reporters, unit.id);
}

/** Whether a report waits for somebody's approval. */
export function isToApprove({ unit, report }: Expected, actor: Entitled): boolean {
  return report?.state === 'submitted' && reaches(actor, approversOf(report), unit.id);
}

function placeOf(form_id: number, unit_id: number, day: string): string {
  return `${form_id}/${unit_id}/${day}`;
}

/** The address of a report's page. */
export function reportHref(
  { form, unit, span }: Pick<Expected, 'form' | 'unit' | 'span'>,
  room = '/console',
): string {
  return `${room}/reports/${encodeURIComponent(form.code)}/${encodeURIComponent(unit.code)}/${span.last}`;
}

/** What somebody has to do with reports, by what is due first: to fill in, and to approve. */
export async function listReportWork(
  queries: Queries,
  actor: Entitled,
  now: { today: string; entry_no: number },
): Promise<{ to_report: Expected[]; to_approve: Expected[] }> {
  const roles = [...reportReaders, ...approvers];
  if (checkRole(actor, roles)) return { to_report: [], to_approve: [] };
  const all = (await listExpected(queries, now)).toSorted((a, b) => a.due.localeCompare(b.due));
  return {
    to_report: all.filter((one) => isToReport(one, actor)),
    to_approve: all.filter((one) => isToApprove(one, actor)),
  };
}

/** Missing reports of a form and a unit for periods that follow one another. */
export interface MissingRun {
  first: Expected;
  last: Expected;
  count: number;
}

/** Missing reports as runs of periods that follow one another, by form and unit, the oldest first. */
export function missingRuns(missing: readonly Expected[]): MissingRun[] {
  const groups = Map.groupBy(missing, ({ form, unit }) => placeOf(form.id, unit.id, ''));
  return [...groups.values()].flatMap((own) => {
    const runs: MissingRun[] = [];
    for (const one of own.toSorted((a, b) => a.span.last.localeCompare(b.span.last))) {
      const run = runs.at(-1);
      if (run && spanBefore(one.form.period, one.span).last === run.last.span.last) {
        run.last = one;
        run.count++;
      } else runs.push({ first: one, last: one, count: 1 });
    }
    return runs;
  });
}
