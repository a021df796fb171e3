import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, checkReach, type Routes } from '../../identity/access.ts';
import { listPeople } from '../../identity/actions.ts';
import { typedTexts, withProblem } from '../../kit/http.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { reporters, reportReaders } from '../rules.ts';
import { saveCells, takeReportStep } from './actions.ts';
import { cellBody } from './cell-page.ts';
import { reportedCell } from './cells.ts';
import { reportHref } from './expected.ts';
import { addFileConsole } from './file-console.ts';
import { unknownReport } from './full-report.ts';
import type { Typed } from './grid.ts';
import { addOverview } from './overview.ts';
import { reportBody } from './page.ts';
import { readReport } from './reading.ts';
import { ReportPath } from './schema.ts';
import { changedCells } from './sending.ts';
import { addSetupConsole } from './setup-console.ts';
import { listCellVersions, listOtherChanges } from './store.ts';

const Key = Type.String({ minLength: 8, maxLength: 100 });
/** The cells of a report as its page sends them. */
const CellsForm = Type.Object(
  {
    key: Key,
    do: Type.Optional(Type.Enum(['save', 'same', 'zero', 'submission'])),
    since: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: Type.String({ maxLength: 400 }) },
);
const StepForm = Type.Object({
  key: Key,
  step: Type.Union([Type.Literal('approval'), Type.Literal('withdrawal')]),
});
const CellStepForm = Type.Object({
  key: Key,
  step: Type.Union([Type.Literal('return'), Type.Literal('correction')]),
  note: Type.String({ maxLength: 300 }),
});
const CellPath = Type.Object({ ...ReportPath.properties, cell: Type.String({ maxLength: 120 }) });

const title = '数据填报';
const trail = [{ href: '/console/reports', text: title }];

/** Reports at a desk: what is expected of whom, a report, and each of its cells. */
export function addReportConsole(routes: Routes, site: Site): void {
  addOverview(routes, site);
  addFileConsole(routes, site);
  addSetupConsole(routes, site);
  const read = { access: { roles: reportReaders } } as const;
  const path = '/console/reports/:form/:unit/:day';
  routes.get(
    path,
    {
      config: read,
      schema: {
        params: ReportPath,
        querystring: Type.Object({ said: Type.Optional(Type.String({ maxLength: 20 })) }),
        hide: true,
      },
    },
    (request, reply) =>
      showReport(site, request, reply, request.params, { said: saidWords[request.query.said ?? ''] }),
  );
  routes.post(
    path,
    { config: { access: { roles: reporters } }, schema: { params: ReportPath, body: CellsForm, hide: true } },
    async (request, reply) => {
      try {
        const said = await takeCells(site, request, request.params, request.body);
        return reply.redirect(`${pathOf(request.params)}?said=${said}`, 303);
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
        const typed = typedOfBody(request.body, problem);
        return showReport(site, request, withProblem(reply, problem), request.params, { problem, typed });
      }
    },
  );
  const step = { params: ReportPath, body: StepForm, hide: true };
  routes.post(`${path}/steps`, { config: read, schema: step }, async (request, reply) => {
    const { key, step } = request.body;
    try {
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      await takeReportStep(site.db, site.registry, entering, request.params, { step });
      return reply.redirect(`${pathOf(request.params)}?said=${step}`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return showReport(site, request, withProblem(reply, problem), request.params, { problem });
    }
  });
  routes.get(
    `${path}/cells/:cell`,
    { config: read, schema: { params: CellPath, hide: true } },
    (request, reply) => showCell(site, request, reply, request.params),
  );
  const cellStep = { params: CellPath, body: CellStepForm, hide: true };
  routes.post(`${path}/cells/:cell`, { config: read, schema: cellStep }, async (request, reply) => {
    const { cell, ...report } = request.params;
    const { key, step, note } = request.body;
    try {
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      await takeReportStep(site.db, site.registry, entering, report, { step, cell, note });
      return reply.redirect(`${pathOf(report)}?said=${step}`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return showCell(site, request, withProblem(reply, problem), request.params, { problem, typed: note });
    }
  });
}

const saidWords: Readonly<Record<string, string>> = {
  save: '已保存。',
  submission: '已提交，等待审核。',
  approval: '已审核通过。',
  withdrawal: '已撤回，可以修改。',
  return: '已退回这一格，其余仍锁定。',
  correction: '这一格已打开，改好后请提交。',
};

function pathOf({ form, unit, day }: ReportPath): string {
  return `/console/reports/${encodeURIComponent(form)}/${encodeURIComponent(unit)}/${encodeURIComponent(day)}`;
}

/** Saves what was typed and, where that was asked, submits it; what was typed stays saved when submitting is refused. */
async function takeCells(
  site: Site,
  request: FastifyRequest,
  path: ReportPath,
  body: Static<typeof CellsForm>,
): Promise<string> {
  const actor = actorOf(request, 'console');
  const { key, do: asked = 'save', since, ...rest } = body;
  const { full } = await readReport(site, request, path);
  refuseIf(checkReach(actor, reporters, full.unit.id));
  const fill = asked === 'same' || asked === 'zero' ? asked : undefined;
  const cells = changedCells(full, rest as Record<string, string>, since, fill);
  if (cells.length > 0) await saveCells(site.db, site.registry, { actor, idempotency_key: key }, path, cells);
  if (asked !== 'submission') return 'save';
  const entering = { actor, idempotency_key: `${key}-submission` };
  await takeReportStep(site.db, site.registry, entering, path, { step: 'submission' });
  return 'submission';
}

async function showReport(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  path: ReportPath,
  outcome: { problem?: Problem; typed?: Typed; said?: string | undefined } = {},
): Promise<FastifyReply> {
  const read = await readReport(site, request, path);
  const people = await listPeople(site.db.queries);
  const actor = actorOf(request, 'console');
  const typed = outcome.typed ?? noneTyped;
  const body = reportBody({ ...read, ...outcome, actor, people, typed });
  return sendConsolePage(site, request, reply, { title: read.full.title, body, trail });
}

const noneTyped: Typed = { texts: new Map(), wrong: new Map() };

function typedOfBody(body: unknown, problem: Problem): Typed {
  // What was refused after it was saved stands in the cells already.
  const wrong = Object.entries(problem.fields).filter(([name]) => name.startsWith('cell-'));
  return {
    texts: new Map(Object.entries(typedTexts(body))),
    wrong: new Map(wrong.map(([name, text]) => [name, text.zh])),
  };
}

async function showCell(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  path: Static<typeof CellPath>,
  outcome: { problem?: Problem; typed?: string } = {},
): Promise<FastifyReply> {
  const { full } = await readReport(site, request, path);
  const cell = full.cells.find(({ place }) => place.key === path.cell);
  if (!cell) throw unknownReport();
  const { report } = full;
  const versions = report ? await listCellVersions(site.db.queries, report.id, cell.place.key) : [];
  const named = { day: full.span.last, name: full.record_name, synthetic: false };
  const counted = reportedCell(cell.place, named, 0).key;
  const others = await listOtherChanges(site.db.queries, cell.place.figure, counted);
  const people = await listPeople(site.db.queries);
  const nameOf = (actor: string) => people.get(Number(actor.split(':')[1])) ?? '系统';
  const body = cellBody({
    full,
    cell,
    actor: actorOf(request, 'console'),
    versions,
    others,
    nameOf,
    ...outcome,
  });
  const way = [...trail, { href: reportHref(full), text: full.title }];
  return sendConsolePage(site, request, reply, { title: cell.name, body, trail: way });
}
