import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type AreaName, listAreas } from '../areas/actions.ts';
import type { Routes } from '../identity/access.ts';
import { currentHead } from '../journal/head.ts';
import { assets } from '../kit/assets.ts';
import { dayOf, dayText } from '../kit/clock.ts';
import { formAgain, refuseInvalid, typedTexts, withProblem } from '../kit/http.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { stationPath } from '../kit/parts/course.ts';
import { button, errorSummary, fieldError, onceField, textField } from '../kit/parts/form.ts';
import { Problem } from '../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../portal/context.ts';
import { portalPage } from '../portal/layout.ts';
import { resident, takeWish, unknownWish } from './actions.ts';
import { listShownAdoptions } from './adoptions/public.ts';
import { TakingLimit } from './limit.ts';
import { keepWishLink } from './mine/cookie.ts';
import { circles, publicStates, TakingForm, takerKinds, type WishState } from './schema.ts';
import { countPublicWishes, findPublicWish, listPublicWishes, type PublicWish } from './store.ts';
import { circleWords, stateWords, takerWords, words } from './words.ts';

const pageLength = 24;
const Query = Type.Object({
  state: Type.Optional(Type.Enum(publicStates)),
  town: Type.Optional(Type.String({ maxLength: 12 })),
  circle: Type.Optional(Type.Enum(circles)),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
});
type Filter = { state?: WishState; town?: string; circle?: string; page?: number };

/** The wishes that wait, that were taken and that were fulfilled; one of them; and the form by which it is taken. */
export function addWishes(routes: Routes, site: Site): void {
  const config = { access: 'public' } as const;
  routes.get('/wishes', { config, schema: { querystring: Query, hide: true } }, async (request, reply) => {
    const view = await viewOf(site, request);
    const body = await wishList(site, view, request.query);
    const title = say(view.language, words.wishes);
    await sendPage(reply, portalPage(view, { title, body, stylesheet: assets.wishes }));
    return reply;
  });
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  routes.get('/wishes/:number', { config, schema: { params, hide: true } }, (request, reply) =>
    showWish(site, request, reply, request.params.number),
  );
  const limit = new TakingLimit();
  const schema = { params, body: TakingForm, hide: true };
  routes.post('/wishes/:number/taking', { config, schema, ...formAgain }, async (request, reply) => {
    const { number } = request.params;
    try {
      refuseInvalid(request);
      const { key, ...taking } = request.body;
      limit.check(request.ip, key);
      const entering = { actor: resident, idempotency_key: `wish-${key}` };
      const { secret } = await takeWish(site, entering, number, taking);
      keepWishLink(request, reply, number, secret);
      return reply.redirect(`/my/wishes/${number}`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return showWish(site, request, withProblem(reply, problem), number, {
        problem,
        typed: typedTexts(request.body),
      });
    }
  });
}

async function areaNames(site: Site): Promise<AreaName[]> {
  const { entry_no } = await currentHead(site.db);
  return listAreas(site.db.queries, entry_no);
}

function nameIn(view: View, areas: readonly AreaName[], code: string): string {
  const area = areas.find((one) => one.code === code);
  return (view.language === 'en' && area?.name_en) || area?.name || '';
}

async function wishList(site: Site, view: View, filter: Filter): Promise<HtmlSafeString> {
  const { queries } = site.db;
  const t = (message: Message) => say(view.language, message);
  const { state, town, circle, page = 1 } = filter;
  const states = state ? [state] : publicStates;
  const wishes = await listPublicWishes(queries, { states, town, circle, page, limit: pageLength });
  const counts = await countPublicWishes(queries, { town, circle });
  const areas = await areaNames(site);
  const towns = areas.filter((area) => area.level === 'town');
  const address = (change: Filter) => {
    const chosen = Object.entries({ state, town, circle, ...change }).filter(
      ([, value]) => value !== undefined,
    );
    return `/wishes${chosen.length ? `?${new URLSearchParams(chosen as [string, string][])}` : ''}`;
  };
  const tab = (one: WishState | undefined, text: string, count: number) =>
    html`<li><a href="${address({ state: one } as Filter)}" ${one === state ? html`aria-current="page"` : ''}><span class="tab-number">${count}</span> ${text}</a></li>`;
  const total = publicStates.reduce((sum, one) => sum + (counts.get(one) ?? 0), 0);
  const adopted = await listShownAdoptions(queries);
  return html`<h1>${t(words.wishes)}</h1><p class="lead">${t(words.lead)}</p>
<nav aria-label="${t(words.by_state)}"><ul class="wish-tabs">${tab(undefined, t(words.all), total)}${publicStates.map((one) => tab(one, t(stateWords[one]), counts.get(one) ?? 0))}</ul></nav>
<nav aria-label="${t(words.by_town)}"><ul class="wish-towns"><li><a href="${address({ town: undefined } as unknown as Filter)}" ${town ? '' : html`aria-current="true"`}>${t(words.every_town)}</a></li>${towns.map((one) => html`<li><a href="${address({ town: one.code })}" ${one.code === town ? html`aria-current="true"` : ''}>${nameIn(view, areas, one.code)}</a></li>`)}</ul></nav>
${wishes.length ? html`<ul class="wish-cards">${wishes.map((wish) => card(view, wish, areas))}</ul>` : html`<p class="notice">${t(words.none)}</p>`}
${wishes.length === pageLength ? html`<p><a class="button plain" rel="next" href="${address({ page: page + 1 })}">${t(words.more)}</a></p>` : ''}
<section class="wish-how"><h2>${t(words.how)}</h2><p>${t(words.how_text)}</p></section>
${adopted.length ? html`<section><h2>${t(words.adoptions)}</h2><ul class="adopted">${adopted.map((one) => html`<li><a href="/projects/${one.number}">${one.title}</a><br><span class="meta">${one.adopter} · ${one.promise}</span></li>`)}</ul></section>` : ''}`;
}

function card(view: View, wish: PublicWish, areas: readonly AreaName[]): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return html`<li class="wish-card wish-${wish.state}"><p class="wish-for">${t(circleWords[wish.circle])} · ${wish.shown_as} · ${nameIn(view, areas, wish.area_code)}</p>
<h2><a href="/wishes/${wish.number}">${wish.title}</a></h2><p class="wish-story">${wish.story}</p>
<p class="wish-state">${stateMark(wish.state)} ${t(stateWords[wish.state])}${wish.taker_name ? html` <span class="meta">${wish.taker_name}</span>` : ''}</p></li>`;
}

/** The state is told by a sign and a word; colour comes on top. */
function stateMark(state: WishState): HtmlSafeString {
  const marks: Partial<Record<WishState, string>> = {
    shown: '○',
    taken: '◐',
    fulfilled: '◕',
    confirmed: '✓',
  };
  return html`<span aria-hidden="true">${marks[state] ?? ''}</span>`;
}

interface Refused {
  problem: Problem;
  typed: Record<string, string>;
}

async function showWish(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  number: string,
  refused?: Refused,
): Promise<FastifyReply> {
  const wish = await findPublicWish(site.db.queries, number);
  if (!wish) throw unknownWish();
  const view = await viewOf(site, request);
  const t = (message: Message) => say(view.language, message);
  const areas = await areaNames(site);
  const order: WishState[] = [...publicStates];
  const at = order.indexOf(wish.state);
  const stations = order.map((state, index) => ({
    text: t(stateWords[state]),
    here: index === at,
    passed: index < at,
  }));
  const body = html`<p class="wish-for">${t(circleWords[wish.circle])} · ${wish.shown_as} · ${nameIn(view, areas, wish.area_code)} <span class="number-of">${wish.number}</span></p>
<h1>${wish.title}</h1><p class="lead said">${wish.story}</p>
<div class="few">${stationPath(stations, t(words.stations))}</div>
${facts(view, wish)}
${wish.outcome ? html`<h2>${t(words.outcome)}</h2><p class="said">${wish.outcome}</p>` : ''}
${wish.state === 'shown' ? takingForm(view, wish.number, refused) : refused ? errorSummary(view.language, refused.problem) : ''}`;
  const trail = [{ href: '/wishes', text: t(words.wishes) }];
  const page = portalPage(view, { title: wish.title, body, trail, stylesheet: assets.wishes });
  await sendPage(reply, page, refused ? 'no-store' : undefined);
  return reply;
}

function facts(view: View, wish: PublicWish): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const day = (at: Date) => dayText(dayOf(at), view.language);
  const line = (label: Message, text: string | null | false) =>
    text ? html`<div><dt>${t(label)}</dt><dd>${text}</dd></div>` : '';
  const taker = wish.taker_kind && `${wish.taker_name}（${t(takerWords[wish.taker_kind])}）`;
  return html`<dl class="wish-facts">${line(words.from, wish.shown_at && day(wish.shown_at))}${line(words.taken_by, taker)}${line(words.until, wish.state === 'taken' && wish.promised_on && dayText(wish.promised_on, view.language))}${line(words.fulfilled_on, wish.confirmed_at && day(wish.confirmed_at))}</dl>`;
}

/** The fields by which a wish is taken. */
function takingFields(view: View, refused: Refused | undefined): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const typed = (name: string) => refused?.typed[name] ?? '';
  const error = (name: string) => fieldError(view.language, refused?.problem, name);
  const text = (name: 'organisation' | 'name' | 'phone', label: Message, maxlength: number) => ({
    name,
    label: t(label),
    value: typed(name),
    maxlength,
    error: error(name),
  });
  const kind = typed('kind') || 'volunteer';
  return html`${onceField(typed('key') || randomUUID())}<fieldset class="choices takers" id="kind"><legend>${t(words.as)}</legend>${takerKinds.map((one) => html`<label class="choice"><input type="radio" name="kind" value="${one}" ${one === kind ? html`checked` : ''}> ${t(takerWords[one])}</label>`)}</fieldset>
${textField({ ...text('organisation', words.organisation, 60), hint: t(words.organisation_hint) })}
${textField({ ...text('name', words.name, 40), autocomplete: 'name' })}
${textField({ ...text('phone', words.phone, 20), autocomplete: 'tel', inputmode: 'numeric' })}
${textField({ name: 'promised_on', label: t(words.promised_on), type: 'date', value: typed('promised_on'), error: error('promised_on') })}`;
}

function takingForm(view: View, number: string, refused: Refused | undefined): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return html`<section class="todo" id="taking"><h2 class="wish-ask">${t(words.take_it)}</h2><p>${t(words.take_lead)}</p>${errorSummary(view.language, refused?.problem)}
<form method="post" action="/wishes/${number}/taking" class="stack ask" novalidate>${takingFields(view, refused)}${button({ text: t(words.send_taking) })}</form></section>`;
}
