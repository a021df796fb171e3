import { Type } from 'typebox';
import { actorOf, type Routes, reaches } from '../../identity/access.ts';
import { currentHead } from '../../journal/head.ts';
import { Entered, entered, IdempotencyHeaders, ProblemBody } from '../../journal/schema.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Site } from '../../portal/context.ts';
import { reporters, reportReaders } from '../rules.ts';
import { saveCells, takeReportStep } from './actions.ts';
import { listExpected } from './expected.ts';
import type { FullReport } from './full-report.ts';
import { readReport } from './reading.ts';
import { checkReportStep } from './rules.ts';
import { ReportPath, SentCell, stepNames } from './schema.ts';

const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) =>
  Type.Union([type, Type.Null()]);

const ExpectedReport = Type.Object({
  form: Type.String(),
  title: Type.String(),
  unit: Type.String(),
  first: Type.String({ format: 'date' }),
  day: Type.String({ format: 'date', description: '期末日，也是报表的地址 · The last day of the period.' }),
  due: Type.String({ format: 'date' }),
  status: Type.String(),
  late: Type.Boolean(),
});

const WholeReport = Type.Object({
  form: Type.String(),
  title: Type.String(),
  unit: Type.String(),
  day: Type.String({ format: 'date' }),
  due: Type.String({ format: 'date' }),
  state: Type.String(),
  approvals: Type.Array(Type.String()),
  approved: Type.Integer(),
  cells: Type.Array(
    Type.Object({
      key: Type.String(),
      figure: Type.String(),
      area_code: Type.String(),
      dimensions: Type.Record(Type.String(), Type.String()),
      value: OrNull(Type.Integer()),
      nothing: OrNull(Type.String({ description: '没有数据的原因 · Why there is nothing to report.' })),
      answer: OrNull(Type.String()),
      open: Type.Boolean(),
      opened_for: OrNull(Type.String()),
      approved_value: OrNull(Type.Integer()),
      last_period: OrNull(Type.Integer()),
    }),
  ),
  questions: Type.Array(
    Type.Object({ key: Type.String(), text: Type.String(), must: Type.Boolean(), answered: Type.Boolean() }),
  ),
  actions: Type.Array(
    Type.Object({
      step: Type.Enum([...stepNames]),
      of_cell: Type.Boolean(),
      blocked_by: OrNull(Type.String()),
    }),
  ),
});

/** Reports for programs of units: what is expected, a report with its cells, saving cells, and every step. */
export function addReportsApi(routes: Routes, site: Site): void {
  const read = { access: { roles: reportReaders } } as const;
  const common = { tags: ['staff'], security: [{ session: [] }] };
  routes.get(
    '/api/v1/reports',
    {
      config: read,
      schema: {
        response: { 200: Type.Object({ items: Type.Array(ExpectedReport) }), '4xx': ProblemBody },
        summary:
          '应报的报表：最近三期的，更早没有报的和没有办完的 · The reports that are expected: of the newest three periods, and older ones that are missing or unfinished',
        ...common,
      },
    },
    async (request) => {
      const actor = actorOf(request, 'api');
      const { entry_no } = await currentHead(site.db);
      const all = await listExpected(site.db.queries, { today: dayOf(new Date()), entry_no });
      const items = all.filter(({ unit }) => reaches(actor, reportReaders, unit.id));
      return {
        items: items.map(({ form, unit, span, due, status }) => ({
          form: form.code,
          title: form.title,
          unit: unit.code,
          first: span.first,
          day: span.last,
          due,
          status: status.name,
          late: status.late,
        })),
      };
    },
  );
  const path = '/api/v1/reports/:form/:unit/:day';
  routes.get(
    path,
    {
      config: read,
      schema: {
        params: ReportPath,
        response: { 200: WholeReport, '4xx': ProblemBody },
        summary:
          '一张报表：各格、核对时问的、现在能办的 · A report: its cells, what is asked about, what can be done',
        ...common,
      },
    },
    async (request) => {
      const { full } = await readReport(site, request, request.params);
      return told(full, actorOf(request, 'api'));
    },
  );
  routes.post(
    `${path}/cells`,
    {
      config: { access: { roles: reporters } },
      schema: {
        params: ReportPath,
        headers: IdempotencyHeaders,
        body: Type.Object({ cells: Type.Array(SentCell, { minItems: 1, maxItems: 5000 }) }),
        response: { 200: Type.Object({ ...Entered, saved: Type.Integer() }), '4xx': ProblemBody },
        summary:
          '保存格子 · Saves cells: 0 is a value, null is not reported, `nothing` says why there is none',
        ...common,
      },
    },
    async (request) => {
      const entering = {
        actor: actorOf(request, 'api'),
        idempotency_key: request.headers['idempotency-key'],
      };
      return entered(await saveCells(site.db, site.registry, entering, request.params, request.body.cells));
    },
  );
  routes.post(
    `${path}/steps`,
    {
      config: read,
      schema: {
        params: ReportPath,
        headers: IdempotencyHeaders,
        body: Type.Object({
          step: Type.Enum([...stepNames]),
          cell: Type.Optional(Type.String({ maxLength: 120 })),
          note: Type.Optional(Type.String({ maxLength: 300 })),
        }),
        response: { 200: Type.Object({ ...Entered, state: Type.String() }), '4xx': ProblemBody },
        summary:
          '提交、撤回、审核、退回一格、更正一格 · Submits, withdraws, approves, returns or corrects a cell',
        ...common,
      },
    },
    async (request) => {
      const entering = {
        actor: actorOf(request, 'api'),
        idempotency_key: request.headers['idempotency-key'],
      };
      return entered(await takeReportStep(site.db, site.registry, entering, request.params, request.body));
    },
  );
}

function told(full: FullReport, actor: ReturnType<typeof actorOf>) {
  const { form, unit, span, due, standing, cells, questions } = full;
  return {
    form: form.code,
    title: full.title,
    unit: unit.code,
    day: span.last,
    due,
    state: standing.state,
    approvals: [...standing.approvals],
    approved: standing.approved,
    cells: cells.map(({ place, stored, value, open, known }) => ({
      ...place,
      dimensions: { ...place.dimensions },
      value: value ?? null,
      nothing: stored?.nothing ?? null,
      answer: stored?.answer ?? null,
      open,
      opened_for: stored?.opened_for ?? null,
      approved_value: stored?.approved_value ?? null,
      last_period: known.series.at(-1)?.value ?? null,
    })),
    questions: questions.map(({ key, text, must, answered }) => ({ key, text, must, answered })),
    actions: stepNames.map((step) => ({
      step,
      of_cell: step === 'return' || step === 'correction',
      blocked_by: checkReportStep(step, standing, actor, undefined)?.text.zh ?? null,
    })),
  };
}
