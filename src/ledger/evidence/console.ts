import { Type } from 'typebox';
import { actorOf, type Routes, staffOf } from '../../identity/access.ts';
import { formAgain, largeFile, refuseInvalid, sentFile } from '../../kit/http.ts';
import type { Site } from '../../portal/context.ts';
import { getStaffProject } from '../actions.ts';
import { itemVerifiers } from '../checklist/rules.ts';
import { evidenceKinds } from '../checklist/schema.ts';
import { attempt } from '../console.ts';
import { doers } from '../course.ts';
import { ledgerReaders, secrecyReviewers } from '../rules.ts';
import {
  addEvidence,
  discloseEvidence,
  evidenceGivers,
  getEvidence,
  keepSafely,
  removeEvidence,
} from './actions.ts';
import { findFile } from './files.ts';
import { ItemStepForm, takeSentItemStep } from './item-form.ts';
import { sendKept } from './serve.ts';

const Key = Type.String({ minLength: 8, maxLength: 100 });
const File = Type.Optional(Type.Any());

/** Evidence from a desk: given with an item's step or by itself, looked at, opened to the public, taken off. */
export function addEvidenceConsole(routes: Routes, site: Site): void {
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  const item = Type.Object({
    number: Type.String({ maxLength: 40 }),
    position: Type.Integer({ minimum: 1, maximum: 999 }),
  });
  routes.post(
    '/console/projects/:number/items/:position',
    {
      config: { access: { roles: [...doers, ...itemVerifiers] }, ...largeFile },
      schema: { params: item, body: ItemStepForm, hide: true },
      ...formAgain,
    },
    async (request, reply) => {
      const { position } = request.params;
      return attempt(site, request, reply, `item-${position}`, async (entering) => {
        refuseInvalid(request);
        await takeSentItemStep(site.db, entering, request.params, request.body);
      });
    },
  );
  const given = Type.Object({
    key: Key,
    position: Type.Optional(Type.String({ pattern: '^(\\d{1,3})?$' })),
    kind: Type.Enum([...evidenceKinds]),
    title: Type.String({ maxLength: 200 }),
    text: Type.String({ maxLength: 2000 }),
    disclosure: Type.Enum(['public', 'withheld']),
    file: File,
  });
  routes.post(
    '/console/projects/:number/evidence',
    {
      config: { access: { roles: evidenceGivers }, ...largeFile },
      schema: { params, body: given, hide: true },
      ...formAgain,
    },
    async (request, reply) => {
      return attempt(site, request, reply, 'evidence', async (entering, number) => {
        refuseInvalid(request);
        const { key, position, file, ...rest } = request.body;
        // Nobody leaves files at projects that are none of their business.
        await getStaffProject(site.db, entering.actor, number);
        const sent = sentFile(file);
        const kept = sent && (await keepSafely(site.db, { content: sent, name: sent.file_name }));
        const evidence = { ...rest, number, position: position ? Number(position) : null };
        await addEvidence(site.db, { ...entering, idempotency_key: key }, evidence, kept);
      });
    },
  );
  addOneEvidence(routes, site);
}

function addOneEvidence(routes: Routes, site: Site): void {
  const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });
  routes.get(
    '/console/evidence/:id/file',
    { config: { access: { roles: ledgerReaders } }, schema: { params, hide: true } },
    async (request, reply) => {
      const evidence = await getEvidence(site.db, actorOf(request, 'console'), request.params.id);
      const file = evidence.file_digest ? await findFile(site.db.queries, evidence.file_digest) : undefined;
      return sendKept(reply, file, evidence.file_name, 'no-store');
    },
  );
  const disclosure = Type.Object({
    key: Key,
    number: Type.String({ maxLength: 40 }),
    disclosure: Type.Enum(['public', 'withheld']),
  });
  routes.post(
    '/console/evidence/:id/disclosure',
    { config: { access: { roles: secrecyReviewers } }, schema: { params, body: disclosure, hide: true } },
    async (request, reply) => {
      const { key, number, disclosure } = request.body;
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      const reviewer = staffOf(request).name;
      await discloseEvidence(site.db, entering, { id: request.params.id, disclosure, reviewer });
      return reply.redirect(`/console/projects/${encodeURIComponent(number)}#evidence`, 303);
    },
  );
  const removal = Type.Object({
    key: Key,
    number: Type.String({ maxLength: 40 }),
    reason: Type.Optional(Type.String({ maxLength: 1000 })),
  });
  routes.post(
    '/console/evidence/:id/removal',
    { config: { access: { roles: evidenceGivers } }, schema: { params, body: removal, hide: true } },
    async (request, reply) => {
      const { key, number, reason } = request.body;
      const entering = {
        actor: actorOf(request, 'console'),
        idempotency_key: key,
        reason: reason?.trim() || undefined,
      };
      await removeEvidence(site.db, entering, request.params.id);
      return reply.redirect(`/console/projects/${encodeURIComponent(number)}#evidence`, 303);
    },
  );
}
