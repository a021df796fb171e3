import { Type } from 'typebox';
import { actorOf, type Routes } from '../identity/access.ts';
import { Entered, entered, IdempotencyHeaders, ProblemBody } from '../journal/schema.ts';
import type { Site } from '../portal/context.ts';
import { report } from './actions.ts';
import { formCodes } from './forms.ts';
import { reporters } from './rules.ts';

/** Reporting for programs of units: a form's CSV file as the body. */
export function addReportingApi(routes: Routes, site: Site): void {
  const counted = { added: Type.Integer(), corrected: Type.Integer(), unchanged: Type.Integer() };
  routes.post(
    '/api/v1/reports/:form',
    {
      config: { access: { roles: reporters } },
      schema: {
        params: Type.Object({ form: Type.Enum([...formCodes]) }),
        querystring: Type.Object({ reason: Type.Optional(Type.String({ maxLength: 300 })) }),
        headers: IdempotencyHeaders,
        consumes: ['text/csv'],
        body: Type.String({ maxLength: 1_000_000 }),
        response: { 200: Type.Object({ ...Entered, ...counted }), '4xx': ProblemBody },
        summary:
          '以 CSV 填报：新格增加，已报的格须写理由更正 · Report by CSV: new cells are added, known ones corrected for a reason',
        tags: ['staff'],
        security: [{ session: [] }],
      },
    },
    async (request) => {
      const { reason } = request.query;
      const idempotency_key = request.headers['idempotency-key'];
      const entering = { actor: actorOf(request, 'api'), idempotency_key, ...(reason && { reason }) };
      return entered(await report(site.db, entering, request.params.form, request.body));
    },
  );
}
