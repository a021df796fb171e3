import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Routes } from '../../identity/access.ts';
import { assets } from '../../kit/assets.ts';
import { momentText } from '../../kit/clock.ts';
import { formAgain, refuseInvalid, typedTexts, withProblem } from '../../kit/http.ts';
import { type Language, type Message, say } from '../../kit/i18n.ts';
import type { View } from '../../kit/page.ts';
import { button, errorSummary, fieldError, onceField, textField } from '../../kit/parts/form.ts';
import { Problem } from '../../kit/problem.ts';
import { inboxOf } from '../../messages/actions.ts';
import { findChoice, setChoice } from '../../messages/choices.ts';
import type { Told } from '../../messages/schema.ts';
import { choiceWords } from '../../messages/words.ts';
import { type Site, sendPage, viewOf } from '../../portal/context.ts';
import { portalPage } from '../../portal/layout.ts';
import { getMyRequest } from './actions.ts';
import { keptLink } from './cookie.ts';
import { messageWords as words } from './words.ts';

/** The channels that a person may choose by themselves; 公众号 is linked in WeChat. */
const choosable = ['sms', 'email', 'none'] as const;
const Chosen = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  channel: Type.Enum(choosable),
  language: Type.Enum(['zh', 'en']),
  at_night: Type.Optional(Type.Literal('yes')),
  address: Type.Optional(Type.String({ maxLength: 254 })),
});

/** What a person was told of their request, and how they want to hear. */
export function addMyMessages(routes: Routes, site: Site): void {
  const config = { access: 'public' } as const;
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  const path = '/my/requests/:number/messages';
  routes.get(path, { config, schema: { params, hide: true } }, (request, reply) =>
    show(site, request, reply, request.params.number),
  );
  const schema = { params, body: Chosen, hide: true };
  routes.post(`${path}/choice`, { config, schema, ...formAgain }, async (request, reply) => {
    const { number } = request.params;
    try {
      refuseInvalid(request);
      const { key, at_night, ...rest } = request.body as Static<typeof Chosen>;
      const person_id = await personOf(site, request, number);
      await setChoice(site, { key, person_id }, { ...rest, at_night: at_night === 'yes' });
      return reply.redirect(`/my/requests/${number}/messages`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return show(site, request, withProblem(reply, problem), number, {
        problem,
        typed: typedTexts(request.body),
      });
    }
  });
}

async function personOf(site: Site, request: FastifyRequest, number: string): Promise<number> {
  const { party } = await getMyRequest(site.db.queries, keptLink(request, number));
  if (party.person_id !== null) return party.person_id;
  throw new Problem('requests/no_contact', 'not_found', {
    zh: '这个需求没有留联系方式，不另外发送消息。',
    en: 'No contact was left with this request, so nothing is sent.',
  });
}

interface Refused {
  problem: Problem;
  typed: Record<string, string>;
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  number: string,
  refused?: Refused,
): Promise<FastifyReply> {
  const { queries } = site.db;
  const person_id = await personOf(site, request, number);
  const view = await viewOf(site, request);
  const told = await inboxOf(queries, { person_id }, { language: view.language, limit: 100 });
  const choice = (await findChoice(queries, person_id)) ?? {
    channel: 'sms',
    language: view.language,
    at_night: false,
  };
  const t = (message: Message) => say(view.language, message);
  const body = html`<h1>${t(words.title)}</h1><p><a href="/my/requests/${number}">${t(words.back)}</a></p>
${told.length ? html`<ol class="told">${told.map(item)}</ol>` : html`<p class="lead">${t(words.none)}</p>`}
${choiceForm(view, number, choice, refused)}`;
  const title = t(words.title);
  const page = portalPage(view, { title, body, index: false, stylesheet: assets.requests });
  await sendPage(reply, page, 'no-store');
  return reply;
}

function item({ at, title, text }: Told): HtmlSafeString {
  return html`<li><p class="meta"><time>${momentText(at)}</time></p><p><strong>${title}</strong><br>${text}</p></li>`;
}

function choiceForm(
  view: View,
  number: string,
  choice: { channel: keyof typeof choiceWords; language: Language; at_night: boolean },
  refused: Refused | undefined,
): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const { typed, problem } = refused ?? {};
  const radio = (name: string, value: string, text: string, on: boolean) =>
    html`<label class="choice"><input type="radio" name="${name}" value="${value}" ${on ? html`checked` : ''}> ${text}</label>`;
  const channel = typed?.channel ?? choice.channel;
  const language = typed?.language ?? choice.language;
  const at_night = typed ? typed.at_night === 'yes' : choice.at_night;
  return html`<section class="todo" id="choice"><h2>${t(words.how)}</h2>${errorSummary(view.language, problem)}
<form method="post" action="/my/requests/${number}/messages/choice" class="stack">${onceField(typed?.key ?? randomUUID())}
<fieldset class="choices"><legend>${t(words.channel)}</legend>${choosable.map((one) => radio('channel', one, t(choiceWords[one]), one === channel))}</fieldset>
${textField({ name: 'address', label: t(words.address), hint: t(words.address_hint), value: typed?.address ?? '', maxlength: 254, autocomplete: 'email', error: fieldError(view.language, problem, 'address') })}
<fieldset class="choices"><legend>${t(words.language)}</legend>${radio('language', 'zh', '中文', language === 'zh')}${radio('language', 'en', 'English', language === 'en')}</fieldset>
<label class="choice"><input type="checkbox" name="at_night" value="yes" ${at_night ? html`checked` : ''}> ${t(words.at_night)}</label>
${button({ text: t(words.save) })}</form></section>`;
}
