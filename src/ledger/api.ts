import { Type } from 'typebox';
import { actorOf, type Routes, unitsWithin } from '../identity/access.ts';
import { Entered, entered, IdempotencyHeaders, ProblemBody } from '../journal/schema.ts';
import type { Site } from '../portal/context.ts';
import { takeStep } from './actions.ts';
import { addWorkApi } from './api-work.ts';
import { findColumn, ledgerColumns } from './columns.ts';
import { doers } from './course.ts';
import { editCells } from './edits.ts';
import { ledgerReaders, stepTakers } from './rules.ts';
import { ApiListQuery, ListedProjectBody, projectStates } from './schema.ts';
import { listProjects } from './store.ts';
import { undoEntry } from './undo.ts';

const Step = Type.Object({
  to: Type.Enum([...projectStates]),
  note: Type.Optional(Type.String({ maxLength: 1000 })),
  occurred_at: Type.Optional(Type.String({ maxLength: 40, description: '不填为现在 · Now, if left out.' })),
});
const Page = Type.Object({
  items: Type.Array(ListedProjectBody),
  next: Type.Union([Type.String(), Type.Null()], {
    description: '作为 after 再请求；最后一页为 null · To be sent as after; null on the last page.',
  }),
});

/** The ledger for programs of staff: what the console shows and does, with the same rights. */
export function addLedgerApi(routes: Routes, site: Site): void {
  routes.get(
    '/api/v1/ledger/projects',
    {
      config: { access: { roles: ledgerReaders } },
      schema: {
        querystring: ApiListQuery,
        response: { 200: Page, '4xx': ProblemBody },
        summary:
          '职责范围内的项目，最新情况，按完成时限 · Projects of the units that your roles reach, as they are now',
        tags: ['staff'],
        security: [{ session: [] }],
      },
    },
    async (request) => {
      const { q, after, limit = 20, ...filter } = request.query;
      const [deadline, id] = (after ?? '').split('_');
      const place = deadline ? { deadline, id: Number(id) } : undefined;
      const units = [...unitsWithin(actorOf(request, 'api'), ledgerReaders)];
      const asked = { ...filter, words: q, public_only: false, units };
      const found = await listProjects(site.db.queries, null, asked, place, limit + 1);
      const items = found.slice(0, limit).map((one) => ({
        ...one,
        completed_at: one.completed_at?.toISOString() ?? null,
      }));
      const last = items.at(-1);
      return { items, next: found.length > limit && last ? `${last.deadline}_${last.id}` : null };
    },
  );
  routes.post(
    '/api/v1/projects/:number/steps',
    {
      config: { access: { roles: stepTakers } },
      schema: {
        params: Type.Object({ number: Type.String({ maxLength: 40 }) }),
        headers: IdempotencyHeaders,
        body: Step,
        response: { 200: Type.Object({ ...Entered, steps: Type.Integer() }), '4xx': ProblemBody },
        summary: '办理项目的下一步 · Take the next step of a project',
        tags: ['staff'],
        security: [{ session: [] }],
      },
    },
    async (request) => {
      const idempotency_key = request.headers['idempotency-key'];
      const entering = { actor: actorOf(request, 'api'), idempotency_key };
      return entered(await takeStep(site.db, entering, { number: request.params.number, ...request.body }));
    },
  );
  addCells(routes, site);
  addWorkApi(routes, site);
}

const Cells = Type.Object({
  cells: Type.Array(
    Type.Object({
      number: Type.String({ maxLength: 40 }),
      column: Type.Enum(ledgerColumns.map((column) => column.name)),
      text: Type.String({
        maxLength: 4000,
        description: '和表格里写的一样 · As it is written in the ledger.',
      }),
      before: Type.Optional(
        Type.String({
          maxLength: 4000,
          description: '改之前看到的内容；已被别人改动时不保存 · What was seen; refused when it has changed.',
        }),
      ),
    }),
    { minItems: 1, maxItems: 2000 },
  ),
  reason: Type.Optional(Type.String({ maxLength: 1000 })),
});

/** Changing cells, and taking a change back. */
function addCells(routes: Routes, site: Site): void {
  const config = { access: { roles: ['coordinator', ...doers] } } as const;
  const common = { headers: IdempotencyHeaders, tags: ['staff'], security: [{ session: [] }] };
  routes.post(
    '/api/v1/ledger/cells',
    {
      config,
      schema: {
        ...common,
        body: Cells,
        response: {
          200: Type.Object({ ...Entered, cells: Type.Integer(), texts: Type.Array(Type.String()) }),
          '4xx': ProblemBody,
        },
        summary: '修改若干格，全部或都不 · Change cells of projects, all or none',
      },
    },
    async (request) => {
      const { cells, reason } = request.body;
      const idempotency_key = request.headers['idempotency-key'];
      const entering = { actor: actorOf(request, 'api'), idempotency_key, reason };
      const edits = cells.map((cell) => ({ ...cell, column: findColumn(cell.column)!.name }));
      const { texts, ...written } = await editCells(site.db, entering, edits);
      return { ...entered(written), texts };
    },
  );
  routes.post(
    '/api/v1/ledger/undo',
    {
      config,
      schema: {
        ...common,
        body: Type.Object({ entry: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
        response: {
          200: Type.Object({ ...Entered, restored: Type.Integer(), removed: Type.Integer() }),
          '4xx': ProblemBody,
        },
        summary: '撤销一次导入或修改 · Take back an import or an edit',
      },
    },
    async (request) => {
      const idempotency_key = request.headers['idempotency-key'];
      const entering = { actor: actorOf(request, 'api'), idempotency_key };
      return entered(await undoEntry(site.db, entering, request.body.entry));
    },
  );
}
