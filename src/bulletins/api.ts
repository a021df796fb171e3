import { Type } from 'typebox';
import { isDemonstration } from '../demonstration.ts';
import { actorOf, type Routes } from '../identity/access.ts';
import { Entered, entered, IdempotencyHeaders, ProblemBody } from '../journal/schema.ts';
import { cutoffOf } from '../kit/clock.ts';
import type { Site } from '../portal/context.ts';
import { publish, templateCodes } from './actions.ts';
import { bulletinPublishers } from './rules.ts';

/** Publishing a bulletin for programs. */
export function addBulletinApi(routes: Routes, site: Site): void {
  routes.post(
    '/api/v1/bulletins',
    {
      config: { access: { roles: bulletinPublishers } },
      schema: {
        headers: IdempotencyHeaders,
        body: Type.Object({
          template: Type.Enum([...templateCodes]),
          cutoff: Type.String({
            maxLength: 40,
            description:
              '2021-09-03（当日24时）或 2021-09-03T09:00 · 2021-09-03 (its 24:00) or 2021-09-03T09:00.',
          }),
        }),
        response: {
          200: Type.Object({ ...Entered, number: Type.String(), url: Type.String() }),
          '4xx': ProblemBody,
        },
        summary: '发布公报，每个数字成为发布版本 · Publish a bulletin, every number of it as a release',
        tags: ['staff'],
        security: [{ session: [] }],
      },
    },
    async (request) => {
      const { template, cutoff } = request.body;
      const entering = {
        actor: actorOf(request, 'api'),
        idempotency_key: request.headers['idempotency-key'],
      };
      const publication = { template, cutoff: cutoffOf(cutoff), synthetic: await isDemonstration(site.db) };
      const written = entered(await publish(site.db, site.registry, entering, publication));
      return { ...written, url: `/bulletins/${written.number}` };
    },
  );
}
