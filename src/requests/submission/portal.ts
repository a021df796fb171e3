import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type AreaName, listAreas } from '../../areas/actions.ts';
import { isValidOn } from '../../areas/rules.ts';
import { isDemonstration } from '../../demonstration.ts';
import type { Routes } from '../../identity/access.ts';
import { currentHead } from '../../journal/head.ts';
import { assets } from '../../kit/assets.ts';
import { dayOf } from '../../kit/clock.ts';
import { formAgain, refuseInvalid, typedTexts, withProblem } from '../../kit/http.ts';
import { type Message, say } from '../../kit/i18n.ts';
import type { View } from '../../kit/page.ts';
import { areaField, button, errorSummary, fieldError, onceField, textField } from '../../kit/parts/form.ts';
import { Problem } from '../../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../../portal/context.ts';
import { portalPage } from '../../portal/layout.ts';
import { keepLink } from '../mine/cookie.ts';
import { kinds, SubmissionForm } from '../schema.ts';
import { kindHints, kindWords } from '../words.ts';
import { resident, submitRequest } from './actions.ts';
import { isOneTooMany, type Seen, tooMany } from './limit.ts';
import { words } from './words.ts';

/** The form by which somebody asks, on a phone, without an account and without JavaScript. */
export function addSubmission(routes: Routes, site: Site): void {
  const config = { access: 'public' } as const;
  const seen: Seen = new Map();
  const querystring = Type.Object({ area: Type.Optional(Type.String({ maxLength: 12 })) });
  routes.get('/requests/new', { config, schema: { querystring, hide: true } }, (request, reply) =>
    show(site, request, reply, { typed: { area_code: request.query.area ?? '' } }),
  );
  const schema = { body: SubmissionForm, hide: true };
  routes.post('/requests/new', { config, schema, ...formAgain }, async (request, reply) => {
    try {
      refuseInvalid(request);
      if (isOneTooMany(seen, request.ip, request.body.key)) throw tooMany();
      const { key, kind, content, area_code, place, name, phone } = request.body;
      const person =
        name?.trim() || phone?.trim()
          ? { name: name?.trim() || '群众', phone: phone?.trim() || null, phone_verified: false }
          : null;
      const { outcome, secret } = await submitRequest(
        site.db,
        site.vault,
        { actor: resident, idempotency_key: `request-${key}` },
        {
          kind,
          content: content.trim(),
          area_code,
          place: place?.trim() || null,
          person,
          channel: 'portal',
          urgency: 'usual',
          synthetic: await isDemonstration(site.db),
        },
      );
      keepLink(request, reply, outcome.number, secret);
      return reply.redirect(`/my/requests/${outcome.number}`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return show(site, request, withProblem(reply, problem), { problem, typed: typedTexts(request.body) });
    }
  });
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { problem, typed }: { problem?: Problem; typed: Record<string, string> },
): Promise<FastifyReply> {
  const view = await viewOf(site, request);
  const { entry_no } = await currentHead(site.db);
  const today = dayOf(new Date());
  const areas = (await listAreas(site.db.queries, entry_no)).filter((area) => isValidOn(area, today));
  const t = (message: Message) => say(view.language, message);
  const error = (name: string) => fieldError(view.language, problem, name);
  const value = (name: string) => typed[name] ?? '';
  const body = html`<h1>${t(words.title)}</h1><p class="lead">${t(words.lead)}</p>${errorSummary(view.language, problem)}
<form method="post" action="/requests/new" class="stack ask" novalidate>${onceField(value('key') || randomUUID())}
${areaField({ name: 'content', label: t(words.content), hint: t(words.content_hint), value: value('content'), rows: 5, maxlength: 2000, error: error('content') })}
${kindChoices(view, value('kind'), error('kind'))}
${areaChoice(view, areas, value('area_code'), error('area_code'))}
${textField({ name: 'place', label: t(words.place), hint: t(words.place_hint), value: value('place'), maxlength: 200, error: error('place') })}
<fieldset class="who"><legend>${t(words.who)}</legend><p class="hint">${t(words.who_hint)}</p>
${textField({ name: 'name', label: t(words.name), value: value('name'), maxlength: 40, autocomplete: 'name', error: error('name') })}
${textField({ name: 'phone', label: t(words.phone), value: value('phone'), maxlength: 20, autocomplete: 'tel', inputmode: 'numeric', error: error('phone') })}</fieldset>
<p class="hint">${t(words.not_here)}</p>
${button({ text: t(words.send) })}</form>`;
  await sendPage(
    reply,
    portalPage(view, { title: t(words.title), body, stylesheet: assets.requests }),
    'no-store',
  );
  return reply;
}

function kindChoices(view: View, chosen: string, error: string | undefined): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return html`<fieldset class="choices kinds-of-request" id="kind"><legend>${t(words.kind)}</legend>${
    error ? html`<p class="error">${error}</p>` : ''
  }${kinds.map(
    (kind) =>
      html`<label class="choice"><input type="radio" name="kind" value="${kind}" ${kind === chosen ? html`checked` : ''} required><span><strong>${t(kindWords[kind])}</strong> <span class="hint">${t(kindHints[kind])}</span></span></label>`,
  )}</fieldset>`;
}

/** Every village under its town, and the town itself for what is not of one village. */
function areaChoice(
  view: View,
  areas: readonly AreaName[],
  chosen: string,
  error: string | undefined,
): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const name = (area: AreaName) => (view.language === 'en' && area.name_en) || area.name;
  const option = (area: AreaName, text: string) =>
    html`<option value="${area.code}" ${area.code === chosen ? html`selected` : ''}>${text}</option>`;
  const towns = areas.filter((area) => area.level === 'town');
  return html`<div class="field ${error ? 'field-wrong' : ''}"><label for="area_code">${t(words.area)}</label>${
    error ? html`<p class="error" id="area_code-error">${error}</p>` : ''
  }<select id="area_code" name="area_code" required ${error ? html`aria-invalid="true" aria-describedby="area_code-error"` : ''}><option value="">${t(words.choose)}</option>${towns.map(
    (town) =>
      html`<optgroup label="${name(town)}">${areas
        .filter((area) => area.parent_code === town.code)
        .map((area) =>
          option(area, name(area)),
        )}${option(town, `${name(town)}（${t(words.whole_town)}）`)}</optgroup>`,
  )}</select></div>`;
}
