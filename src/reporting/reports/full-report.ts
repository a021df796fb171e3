import { listAreas } from '../../areas/actions.ts';
import { readCalendar } from '../../calendar/actions.ts';
import { addWorkingDays } from '../../calendar/rules.ts';
import type { Definition } from '../../figures/definition.ts';
import { getFigure, type Registry } from '../../figures/registry.ts';
import { listRolesOver } from '../../identity/actions.ts';
import type { Role } from '../../identity/roles.ts';
import type { Queries } from '../../kit/db.ts';
import { Problem } from '../../kit/problem.ts';
import { namesOf } from '../../portal/names.ts';
import { listUnits, type UnitRow } from '../../units/actions.ts';
import { forms } from '../forms.ts';
import { areasFor, type CellPlace, cellPlaces, reportedCell } from './cells.ts';
import { type Question, questionsOf } from './checks.ts';
import { reportersOf } from './expected.ts';
import { type Known, knownOf, type PastValue } from './past.ts';
import { isPeriodEnd, periodText, type Span, spanAt, spanBefore } from './periods.ts';
import { isOpen, type Standing } from './rules.ts';
import type { Report, ReportForm, ReportPath, ReportStep, StoredCell } from './schema.ts';
import { findReport, listCells, listChecks, listForms, listPast, listSteps } from './store.ts';

/** How many earlier periods a report looks back on. */
const lookBack = 12;

/** A cell with what is known of it. */
export interface FullCell {
  place: CellPlace;
  /** Its area and its dimensions in words: 三灶镇第一针. */
  name: string;
  stored: StoredCell | undefined;
  known: Known;
  /** Of what it is a number: 人, 张. */
  counted_in: string;
  /** Whether it says what there is at the end of the period, rather than what came in it. */
  stock: boolean;
  /** Whether it can be written now. */
  open: boolean;
  /** The value that it stands for: as filled in, or as records give it. */
  value: number | undefined;
  /** Whether it is neither filled in, nor known from records, nor said to have nothing to report. */
  empty: boolean;
}

/** A report with everything that its page, its checks and its steps need; it need not have begun. */
export interface FullReport {
  form: ReportForm;
  unit: UnitRow;
  span: Span;
  /** The form's title with the period. */
  title: string;
  /** What the report is called in records that have a name of their own. */
  record_name: string;
  due: string;
  report: Report | undefined;
  standing: Standing;
  cells: FullCell[];
  questions: Question[];
  steps: ReportStep[];
  /** The approvals that it needs when it is submitted now: those of its form that somebody holds for its unit. */
  needed: Role[];
  areaNames: ReadonlyMap<string, string>;
  /** The names of the values of dimensions, by dimension. */
  dimensionNames: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** A report by its path, as known at an entry. Raises `reporting/unknown_report`. */
export async function loadReport(
  queries: Queries,
  registry: Registry,
  path: ReportPath,
  now: { entry_no: number; today: string },
): Promise<FullReport> {
  const { entry_no } = now;
  const form = (await listForms(queries)).find((one) => one.code === path.form);
  const units = await listUnits(queries, entry_no);
  const unit = units.find((one) => one.code === path.unit);
  if (!form || !unit || !isPeriodEnd(form.period, path.day) || path.day > now.today) throw unknownReport();
  const span = spanAt(form.period, path.day);
  const report = await findReport(queries, { form_id: form.id, unit_id: unit.id, day: path.day });
  const isAsked = form.active && span.first >= form.begins_on && reportersOf(form, units).includes(unit);
  if (!report && !isAsked) throw unknownReport();
  const names = await readNames(queries, entry_no);
  const areas = areasFor(form, unit.area_code, await listAreas(queries, entry_no), span.last);
  const places = cellPlaces(form.asks, areas);
  const title = `${form.title}（${periodText(form.period, span.last)}）`;
  const stored = new Map((report ? await listCells(queries, report.id) : []).map((cell) => [cell.key, cell]));
  const isCounted = [...stored.values()].some(({ approved_value }) => approved_value !== null);
  const asked = { form, span, places, isCounted };
  const { known, record_name } = await readKnown(queries, registry, entry_no, asked);
  const needed = await approvalsOf(queries, form, unit.id);
  const begun = report && report.state !== 'opened';
  const standing: Standing = begun
    ? report
    : { state: 'opened', unit_id: unit.id, approvals: needed, approved: 0, submitted_by: null };
  const cells = places.map((place) =>
    fullCell(
      { place, name: nameOf(place, names, areas.length), known: known.get(place.key)! },
      stored.get(place.key),
      standing,
      getFigure(registry, place.figure),
    ),
  );
  const checks = await listChecks(queries, form.id);
  const questions = questionsOf(
    checks,
    cells.map((cell) => ({
      ...cell,
      name: `${forms[cell.place.figure].title.zh}（${cell.name}）`,
      past: cell.known.series.map(({ value }) => value),
      answer: cell.stored?.answer ?? null,
    })),
    (figure) => getFigure(registry, figure).title.zh,
  );
  const due = addWorkingDays(await readCalendar(queries), span.last, form.due_days);
  const steps = report ? await listSteps(queries, report.id) : [];
  const what = { form, unit, span, title, record_name, due, report, standing };
  return { ...what, cells, questions, steps, needed, ...names };
}

/** The names of areas and of the values of dimensions. */
export async function readNames(queries: Queries, entry_no: number) {
  const dimensionNames = new Map<string, ReadonlyMap<string, string>>();
  for (const name of ['stage', 'dose', 'level'] as const) {
    dimensionNames.set(name, await namesOf(queries, name, entry_no, 'zh'));
  }
  return { areaNames: await namesOf(queries, 'area', entry_no, 'zh'), dimensionNames };
}

async function readKnown(
  queries: Queries,
  registry: Registry,
  entry_no: number,
  {
    form,
    span,
    places,
    isCounted,
  }: { form: ReportForm; span: Span; places: readonly CellPlace[]; isCounted: boolean },
): Promise<{ known: Map<string, Known>; record_name: string }> {
  const spans = [span];
  while (spans.length <= lookBack) spans.push(spanBefore(form.period, spans.at(-1)!));
  const past = await listPast(queries, entry_no, {
    figures: form.asks.map((ask) => ask.figure),
    areas: [...new Set(places.map(({ area_code }) => area_code))],
    from: spans.at(-1)!.first,
    to: span.last,
  });
  const isStock = (figure: string) => getFigure(registry, figure).kind === 'stock';
  const record_name = (isCounted && formerName(form, span, past)) || `${form.code} ${span.last}`;
  const report = { day: span.last, name: record_name, synthetic: false };
  const known = knownOf(places, past, spans, isStock, (place) => reportedCell(place, report, 0).key);
  return { known, record_name };
}

/** Records were once named by the title of their form, which may have changed since: what has such a name keeps it. */
function formerName({ period }: ReportForm, { last }: Span, past: readonly PastValue[]): string | undefined {
  const ending = `（${periodText(period, last)}）`;
  const found = past.find(({ day, key }) => day === last && key.includes(`${ending} `));
  return found?.key.slice(0, found.key.indexOf(`${ending} `) + ending.length);
}

function fullCell(
  told: Pick<FullCell, 'place' | 'name' | 'known'>,
  stored: StoredCell | undefined,
  standing: Standing,
  figure: Definition,
): FullCell {
  const { known } = told;
  const filled = stored && (stored.value !== null || stored.nothing !== null);
  const byRecords = !filled && known.records !== undefined;
  return {
    ...told,
    stored,
    counted_in: figure.unit.zh,
    stock: figure.kind === 'stock',
    open: isOpen(standing.state, stored) && !byRecords,
    value: stored?.value ?? (filled ? undefined : known.records?.sum),
    empty: !filled && !byRecords,
  };
}

/** The approvals of a form that somebody holds for a unit; the last one in any case. */
async function approvalsOf(queries: Queries, { approvals }: ReportForm, unit_id: number): Promise<Role[]> {
  const held = new Set(await listRolesOver(queries, unit_id));
  return approvals.filter((role, index) => held.has(role) || index === approvals.length - 1);
}

function nameOf(
  { area_code, dimensions }: CellPlace,
  names: Pick<FullReport, 'areaNames' | 'dimensionNames'>,
  areas: number,
): string {
  const values = Object.entries(dimensions).map(
    ([name, value]) => names.dimensionNames.get(name)?.get(value) ?? value,
  );
  const area = names.areaNames.get(area_code) ?? area_code;
  return [...(areas > 1 || values.length === 0 ? [area] : []), ...values].join('');
}

/** There is no such report. */
export function unknownReport(): Problem {
  return new Problem('reporting/unknown_report', 'not_found', {
    zh: '没有这张报表：表、单位或这一期不对，或者这一期还没有结束。',
    en: 'There is no such report: wrong form, unit or period, or the period has not ended yet.',
  });
}
