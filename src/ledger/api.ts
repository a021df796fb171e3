import { Type } from 'typebox';
import { actorOf, type Routes, unitsWithin } from '../identity/access.ts';
import { Entered, entered, IdempotencyHeaders, ProblemBody } from '../journal/schema.ts';
import type { Site } from '../portal/context.ts';
import { takeStep } from './actions.ts';
import { ledgerReaders, stepTakers } from './rules.ts';
import { ApiListQuery, ListedProjectBody, projectStates } from './schema.ts';
import { listProjects } from './store.ts';

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
}
