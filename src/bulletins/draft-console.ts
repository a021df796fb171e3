import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { actorOf, type Routes } from '../identity/access.ts';
import { cutoffOf } from '../kit/clock.ts';
import { formAgain, refuseInvalid, typedTexts, withProblem } from '../kit/http.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import type { Answer } from './checklist.ts';
import { type DraftPage, draftBody, draftPath, previewBody } from './draft-page.ts';
import { type DraftText, saveDraft, takeAct } from './drafts.ts';
import { examine, getDraft } from './examine.ts';
import { drawCharts } from './parts.ts';
import { bulletinReaders, bulletinWriters, kindOf, termLimits } from './rules.ts';
import type { Draft } from './schema.ts';
import { longestText } from './templates.ts';

const Key = Type.String({ minLength: 8, maxLength: 100 });
const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });
const Version = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Texts = Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 500 }));

const DraftForm = Type.Object({
  key: Key,
  version: Version,
  title: Type.String({ maxLength: 300 }),
  cutoff: Type.String({ maxLength: 40 }),
  text: Type.String({ maxLength: longestText }),
  audience: Type.Optional(Type.Enum(['public', 'staff'])),
  addressee: Type.Optional(Type.String({ maxLength: 200 })),
  contact: Type.Optional(Type.String({ maxLength: 200 })),
  term_days: Type.Optional(Type.String({ pattern: '^\\d{0,2}$' })),
  asked: Type.Optional(Type.Array(Type.Enum(['digits', 'person']), { maxItems: 500 })),
  place: Texts,
  source: Texts,
  do: Type.Optional(Type.Enum(['save', 'preview', 'submission'])),
});
const ActForm = Type.Object({
  key: Key,
  version: Version,
  act: Type.Enum(['submission', 'review', 'return', 'recall', 'refresh', 'secrecy', 'issue', 'drop']),
  note: Type.Optional(Type.String({ maxLength: 1000 })),
});

/** The page of a draft: written, previewed, sent, reviewed, signed. */
export function addDraftConsole(routes: Routes, site: Site): void {
  const reading = { access: { roles: bulletinReaders } } as const;
  const writing = { access: { roles: bulletinWriters } } as const;
  const path = '/console/bulletins/drafts/:id';
  routes.get(path, { config: reading, schema: { params, hide: true } }, async (request, reply) => {
    const draft = await getDraft(site.db, request.params.id);
    return showDraft(site, request, reply, draft, {});
  });
  routes.post(
    path,
    { config: writing, schema: { params, body: DraftForm, hide: true }, ...formAgain },
    async (request, reply) => {
      const draft = await getDraft(site.db, request.params.id);
      try {
        refuseInvalid(request);
        return await save(site, request, reply, draft, request.body);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        const typed = typedTexts(request.body);
        const { cutoff: typed_cutoff, key } = typed;
        const shown = { ...draft, ...withoutCutoff(typed), answers: answersOf(request.body) };
        const refused = withProblem(reply, problem);
        return showDraft(site, request, refused, shown, { problem, typed_cutoff, key });
      }
    },
  );
  routes.post(
    `${path}/preview`,
    { config: writing, schema: { params, body: DraftForm, hide: true } },
    async (request, reply) => {
      const draft = await getDraft(site.db, request.params.id);
      const page = await pageOf(site, request, typedDraft(draft, request.body), {});
      return reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(previewBody(page).toString());
    },
  );
  routes.post(
    `${path}/acts`,
    { config: reading, schema: { params, body: ActForm, hide: true } },
    async (request, reply) => {
      const { key, act, version, note } = request.body;
      const { id } = request.params;
      try {
        const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
        const { outcome } = await takeAct(site.db, site.registry, entering, { id, act, version, note });
        const draft = outcome.number ? await getDraft(site.db, id) : undefined;
        const issued = draft && `${draft.audience === 'public' ? '' : '/console'}/bulletins/${draft.number}`;
        return reply.redirect(issued ?? draftPath(id), 303);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        const draft = await getDraft(site.db, id);
        return showDraft(site, request, withProblem(reply, problem), draft, { problem });
      }
    },
  );
}

type Form = Static<typeof DraftForm>;

async function save(site: Site, request: FastifyRequest, reply: FastifyReply, draft: Draft, form: Form) {
  const { id } = draft;
  if (form.do === 'preview') {
    const shown = typedDraft(draft, form);
    return showDraft(site, request, reply, { ...shown, since_entry: form.version }, { key: form.key });
  }
  const entering = { actor: actorOf(request, 'console'), idempotency_key: form.key };
  const { version } = form;
  await saveDraft(site.db, entering, { ...textOf(draft, form), id, version, answers: answersOf(form) });
  if (form.do === 'submission') {
    const submitting = { ...entering, idempotency_key: `${form.key.slice(0, 90)}-sent` };
    try {
      await takeAct(site.db, site.registry, submitting, { id, act: 'submission' });
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      // It is saved all the same: what is shown again is the new version, with a key of its own.
      const saved = await getDraft(site.db, id);
      return showDraft(site, request, withProblem(reply, problem), saved, { problem });
    }
  }
  return reply.redirect(draftPath(id), 303);
}

function typedDraft(draft: Draft, form: Form): Draft {
  return { ...draft, ...textOf(draft, form), answers: answersOf(form), known_entry: null };
}

function textOf(draft: Draft, form: Form): DraftText {
  const { title, text } = form;
  const days = form.term_days ? Number(form.term_days) : null;
  if (days !== null && (days < termLimits.least || days > termLimits.most)) throw wrongTerm();
  return {
    kind: draft.kind,
    audience: kindOf(draft.kind).audience_open ? (form.audience ?? draft.audience) : draft.audience,
    title,
    text: text.replaceAll('\r\n', '\n'),
    cutoff: cutoffOf(form.cutoff),
    addressee: form.addressee?.trim() || null,
    contact: form.contact?.trim() || null,
    term_days: days,
  };
}

function withoutCutoff({ title, text, addressee, contact }: Record<string, string>): Partial<Draft> {
  const typed = { title, text, addressee, contact };
  return Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== undefined));
}

/** The answers of a form: those that say something, each by the place that it is about. */
function answersOf(body: unknown): Answer[] {
  const { asked, place, source } = (body ?? {}) as Partial<Form>;
  if (![asked, place, source].every(Array.isArray)) return [];
  return place!.flatMap((one, index) => {
    const said = String(source![index] ?? '').trim();
    return said ? [{ kind: asked![index] ?? 'digits', place: one, source: said }] : [];
  });
}

async function pageOf(
  site: Site,
  request: FastifyRequest,
  draft: Draft,
  more: Pick<DraftPage, 'problem' | 'typed_cutoff' | 'key'>,
): Promise<DraftPage> {
  const examined = await examine(site.db, site.registry, draft);
  const charts = await drawCharts(examined.content);
  return { examined, charts, actor: actorOf(request, 'console'), ...more };
}

async function showDraft(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  draft: Draft,
  more: Pick<DraftPage, 'problem' | 'typed_cutoff' | 'key'>,
): Promise<FastifyReply> {
  const page = await pageOf(site, request, draft, more);
  const title = `${kindOf(draft.kind).zh} ${draft.number ?? `草稿 ${draft.id}`}`;
  const trail = [{ href: '/console/bulletins', text: '公报发布' }];
  return sendConsolePage(site, request, reply, { title, body: draftBody(page), trail });
}

function wrongTerm(): Problem {
  const { least, most } = termLimits;
  const text = {
    zh: `异议期是 ${least} 到 ${most} 个工作日。`,
    en: `Objections are taken for ${least} to ${most} working days.`,
  };
  return new Problem('bulletins/term', 'invalid', text, { term_days: text });
}
