import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Routes } from '../../identity/access.ts';
import { assets } from '../../kit/assets.ts';
import { formAgain, refuseInvalid, typedTexts, withProblem } from '../../kit/http.ts';
import { say } from '../../kit/i18n.ts';
import { Problem } from '../../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../../portal/context.ts';
import { portalPage } from '../../portal/layout.ts';
import { type ActionName, satisfactions, solvedGrades } from '../schema.ts';
import { getMyRequest, takeMyAction } from './actions.ts';
import { keepLink, keptLink } from './cookie.ts';
import { myRequest, type Refused } from './page.ts';
import { words } from './words.ts';

const Words = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  words: Type.Optional(Type.String({ maxLength: 2000 })),
});
const Rating = Type.Object({
  ...Words.properties,
  solved: Type.Optional(Type.Enum(solvedGrades)),
  satisfaction: Type.Optional(Type.Enum(satisfactions)),
});

/** A person's own request, by its private link: where it is, what was said, and the rating. */
export function addMyRequests(routes: Routes, site: Site, address: string): void {
  const config = { access: 'public' } as const;
  const link = Type.Object({ secret: Type.String({ pattern: '^[A-Za-z0-9_-]{40,60}$' }) });
  routes.get('/my/link/:secret', { config, schema: { params: link, hide: true } }, async (request, reply) => {
    const { secret } = request.params;
    const { number } = (await getMyRequest(site.db.queries, secret)).request;
    keepLink(request, reply, number, secret);
    return reply.header('cache-control', 'no-store').redirect(`/my/requests/${number}`, 303);
  });

  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  const open = (request: FastifyRequest, reply: FastifyReply, number: string, refused?: Refused) =>
    show(site, request, reply, { number, address, refused });
  routes.get('/my/requests/:number', { config, schema: { params, hide: true } }, (request, reply) =>
    open(request, reply, request.params.number),
  );
  const take = async (
    request: FastifyRequest,
    reply: FastifyReply,
    number: string,
    name: ActionName | 'rating',
  ) => {
    try {
      refuseInvalid(request);
      const { key, ...asked } = request.body as Static<typeof Rating>;
      await takeMyAction(site.db, { secret: keptLink(request, number), key }, name, asked);
      return reply.redirect(`/my/requests/${number}`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return open(request, withProblem(reply, problem), number, {
        name,
        problem,
        typed: typedTexts(request.body),
      });
    }
  };
  const steps = [
    ['rating', 'rating', Rating],
    ['supplement', 'supply', Words],
    ['cancellation', 'cancel', Words],
  ] as const;
  for (const [path, name, body] of steps) {
    const schema = { params, body, hide: true };
    routes.post(`/my/requests/:number/${path}`, { config, schema, ...formAgain }, (request, reply) =>
      take(request, reply, request.params.number, name),
    );
  }
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { number, address, refused }: { number: string; address: string; refused: Refused | undefined },
): Promise<FastifyReply> {
  const secret = keptLink(request, number);
  const mine = await getMyRequest(site.db.queries, secret);
  const view = await viewOf(site, request);
  const body = myRequest(view, mine, { link: `${address}/my/link/${secret}`, now: new Date(), refused });
  const title = say(view.language, words.title);
  await sendPage(
    reply,
    portalPage(view, { title, body, index: false, stylesheet: assets.requests }),
    'no-store',
  );
  return reply;
}
