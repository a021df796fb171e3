import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Routes } from '../../identity/access.ts';
import { assets } from '../../kit/assets.ts';
import { dayText } from '../../kit/clock.ts';
import { formAgain, largeFile, refuseInvalid, sentFile, typedTexts, withProblem } from '../../kit/http.ts';
import { type Message, say } from '../../kit/i18n.ts';
import type { View } from '../../kit/page.ts';
import {
  areaField,
  button,
  errorSummary,
  fieldError,
  fileField,
  onceField,
  textField,
} from '../../kit/parts/form.ts';
import { Problem } from '../../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../../portal/context.ts';
import { portalPage } from '../../portal/layout.ts';
import { getMyWish, resident, takeStep } from '../actions.ts';
import { keepPhoto } from '../photo.ts';
import { type ActionName, StepForm, type WishRow } from '../schema.ts';
import { actionWords, stateWords, words } from '../words.ts';
import { keepWishLink, keptWishLink } from './cookie.ts';

/** What each part may do, and by which address. */
const steps = {
  fulfilment: { name: 'fulfil', part: 'taker' },
  return: { name: 'give_up', part: 'taker' },
  confirmation: { name: 'confirm', part: 'person' },
  refusal: { name: 'refuse', part: 'person' },
} as const satisfies Record<string, { name: Exclude<ActionName, 'take'>; part: 'taker' | 'person' }>;

/** The page of whoever wishes or takes, by their private link: what they say next. */
export function addMyWishes(routes: Routes, site: Site): void {
  const config = { access: 'public' } as const;
  const link = Type.Object({ secret: Type.String({ pattern: '^[A-Za-z0-9_-]{40,64}$' }) });
  routes.get(
    '/my/wish-link/:secret',
    { config, schema: { params: link, hide: true } },
    async (request, reply) => {
      const { secret } = request.params;
      const { wish } = await getMyWish(site, secret);
      keepWishLink(request, reply, wish.number, secret);
      return reply.header('cache-control', 'no-store').redirect(`/my/wishes/${wish.number}`, 303);
    },
  );
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  routes.get('/my/wishes/:number', { config, schema: { params, hide: true } }, (request, reply) =>
    show(site, request, reply, request.params.number),
  );
  const upload = { access: 'public', ...largeFile } as const;
  for (const [path, { name, part }] of Object.entries(steps)) {
    const schema = { params, body: StepForm, hide: true };
    const options = { config: upload, schema, bodyLimit: 21_000_000, ...formAgain };
    routes.post(`/my/wishes/:number/${path}`, options, async (request, reply) => {
      const { number } = request.params;
      try {
        refuseInvalid(request);
        const { key, words: said, hours, photo } = request.body as Static<typeof StepForm>;
        const mine = await getMyWish(site, keptWishLink(request, number));
        if (mine.part !== part) throw notYours();
        const digest = await keepPhoto(site.db, sentFile(photo));
        const entering = { actor: resident, who: part, idempotency_key: `wish-${key}` };
        await takeStep(site, entering, mine.wish.number, name, { words: said, hours, photo: digest });
        return reply.redirect(`/my/wishes/${number}`, 303);
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
        return show(site, request, withProblem(reply, problem), number, {
          problem,
          typed: typedTexts(request.body),
        });
      }
    });
  }
}

function notYours(): Problem {
  return new Problem('wishes/no_link', 'not_found', {
    zh: '这个链接不能这样办。',
    en: 'This link is not for that.',
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
  const { wish, part } = await getMyWish(site, keptWishLink(request, number));
  const view = await viewOf(site, request);
  const t = (message: Message) => say(view.language, message);
  const title = t(part === 'taker' ? words.yours : words.your_wish);
  const body = html`<p class="wish-for">${title} <span class="number-of">${wish.number}</span></p><h1>${wish.title}</h1>
<p class="lead">${t(stateWords[wish.state])}${wish.state === 'taken' && wish.promised_on ? html` · ${t(words.until)} ${dayText(wish.promised_on, view.language)}` : ''}</p><p class="said">${wish.story}</p>
${errorSummary(view.language, refused?.problem)}${part === 'taker' ? ofTaker(view, wish, refused) : ofPerson(view, wish, refused)}
<p class="hint">${t(words.keep)}</p>`;
  await sendPage(
    reply,
    portalPage(view, { title, body, index: false, stylesheet: assets.wishes }),
    'no-store',
  );
  return reply;
}

function ofTaker(view: View, wish: WishRow, refused: Refused | undefined): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  if (wish.state === 'fulfilled') return html`<p class="notice good">${t(words.said)}</p>`;
  if (wish.state === 'confirmed') return html`<p class="notice good">${t(words.thanks)}</p>`;
  if (wish.state !== 'taken') return html``;
  const typed = (name: string) => refused?.typed[name] ?? '';
  const error = (name: string) => fieldError(view.language, refused?.problem, name);
  return html`<p>${t(words.village_calls)}</p><section class="todo"><form method="post" enctype="multipart/form-data" action="/my/wishes/${wish.number}/fulfilment" class="stack" novalidate>${onceField(typed('key') || randomUUID())}
${areaField({ name: 'words', label: t(words.say_how), value: typed('words'), rows: 3, maxlength: 500, error: error('words') })}
${textField({ name: 'hours', label: t(words.hours), value: typed('hours'), maxlength: 5, inputmode: 'numeric', error: error('hours') })}
${fileField({ name: 'photo', label: t(words.photo), accept: 'image/*', error: error('file') })}
${button({ text: t(actionWords.fulfil) })}</form></section>
<form method="post" action="/my/wishes/${wish.number}/return">${onceField(randomUUID())}${button({ text: t(actionWords.give_up), kind: 'plain' })}</form>`;
}

function ofPerson(view: View, wish: WishRow, refused: Refused | undefined): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  if (wish.state !== 'fulfilled') return html``;
  const error = fieldError(view.language, refused?.problem, 'words');
  return html`<section class="todo"><h2>${t(words.is_it)}</h2><p class="said">${wish.taker_words}</p>
<form method="post" action="/my/wishes/${wish.number}/confirmation">${onceField(randomUUID())}${button({ text: t(actionWords.confirm) })}</form>
<details ${refused ? html`open` : ''}><summary>${t(actionWords.refuse)}</summary><form method="post" action="/my/wishes/${wish.number}/refusal" class="stack" novalidate>${onceField(refused?.typed.key ?? randomUUID())}${areaField({ name: 'words', label: t(words.why_not), value: refused?.typed.words ?? '', rows: 2, maxlength: 500, error })}${button({ text: t(actionWords.refuse), kind: 'plain' })}</form></details></section>`;
}
