import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { isDemonstration } from '../demonstration.ts';
import { actorOf, checkRole, type Routes, reaches, unitsWithin } from '../identity/access.ts';
import { currentHead } from '../journal/head.ts';
import { dayOf } from '../kit/clock.ts';
import { formAgain, largeFile, refuseInvalid, sentFile, typedTexts, withProblem } from '../kit/http.ts';
import {
  areaField,
  button,
  errorSummary,
  fieldError,
  onceField,
  selectField,
  textField,
} from '../kit/parts/form.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import { findFile } from '../ledger/evidence/files.ts';
import { sendKept } from '../ledger/evidence/serve.ts';
import type { Site } from '../portal/context.ts';
import { unmask } from '../residents/actions.ts';
import type { Shown } from '../residents/schema.ts';
import { listUnits } from '../units/actions.ts';
import { proposeWish, takeStep, takeWish, unknownWish } from './actions.ts';
import { keepPhoto } from './photo.ts';
import { wishKeepers, wishReaders } from './rules.ts';
import {
  type ActionName,
  circles,
  StepForm,
  TakingForm,
  WishForm,
  type WishRow,
  type WishState,
  wishStates,
} from './schema.ts';
import { countWishes, findWish, listWishes } from './store.ts';
import { type Refused, wishPage } from './wish-page.ts';
import { circleWords, stateWords } from './words.ts';

const path = '/console/wishes';
const most = 200;
const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
const read = { access: { roles: wishReaders } } as const;
const keep = { access: { roles: wishKeepers } } as const;

/** The steps of the desk by their addresses. */
const steps = {
  verification: 'verify',
  rejection: 'decline',
  fulfilment: 'fulfil',
  confirmation: 'confirm',
  refusal: 'refuse',
  return: 'take_back',
  withdrawal: 'withdraw',
} as const satisfies Record<string, Exclude<ActionName, 'take'>>;

/** The wishes of a village's desk, and of all villages for whoever coordinates. */
export function addWishConsole(routes: Routes, site: Site): void {
  const querystring = Type.Object({ state: Type.Optional(Type.Enum(wishStates)) });
  routes.get(path, { config: read, schema: { querystring, hide: true } }, (request, reply) =>
    showList(site, request, reply, request.query.state),
  );
  addNewWish(routes, site);
  routes.get(`${path}/:number`, { config: read, schema: { params, hide: true } }, (request, reply) =>
    showWish(site, request, reply, request.params.number),
  );
  routes.get(
    `${path}/:number/photo`,
    { config: read, schema: { params, hide: true } },
    async (request, reply) => {
      const wish = await seenWish(site, request, request.params.number);
      const file = wish.photo ? await findFile(site.db.queries, wish.photo) : undefined;
      return sendKept(reply, file, 'photo.jpg', 'no-store');
    },
  );
  for (const [noun, name] of Object.entries(steps)) addStep(routes, site, noun, name);
  addTaking(routes, site);
  addContact(routes, site);
}

function addNewWish(routes: Routes, site: Site): void {
  routes.get(`${path}/new`, { config: keep, schema: { hide: true } }, (request, reply) =>
    showForm(site, request, reply),
  );
  const schema = { body: WishForm, hide: true };
  routes.post(`${path}/new`, { config: keep, schema, ...formAgain }, async (request, reply) => {
    try {
      refuseInvalid(request);
      const { key, phone, ...rest } = request.body;
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      const asked = { ...rest, phone: phone?.trim() || null, synthetic: await isDemonstration(site.db) };
      const { outcome, secret } = await proposeWish(site, entering, asked);
      return showWish(site, request, reply, outcome.number, undefined, { link: secret });
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'forbidden') throw problem;
      return showForm(site, request, withProblem(reply, problem), {
        problem,
        typed: typedTexts(request.body),
      });
    }
  });
}

function addStep(routes: Routes, site: Site, noun: string, name: (typeof steps)[keyof typeof steps]): void {
  const config = { ...keep, ...largeFile } as const;
  const options = {
    config,
    schema: { params, body: StepForm, hide: true },
    bodyLimit: 21_000_000,
    ...formAgain,
  };
  routes.post(`${path}/:number/${noun}`, options, async (request, reply) => {
    const { number } = request.params;
    try {
      refuseInvalid(request);
      const { key, words, hours, photo } = request.body as Static<typeof StepForm>;
      const digest = await keepPhoto(site.db, sentFile(photo));
      const entering = { actor: actorOf(request, 'console'), who: 'village', idempotency_key: key } as const;
      await takeStep(site, entering, number, name, { words, hours, photo: digest });
      return reply.redirect(`${path}/${number}`, 303);
    } catch (problem) {
      return again(site, request, reply, name, problem);
    }
  });
}

function addTaking(routes: Routes, site: Site): void {
  const schema = { params, body: TakingForm, hide: true };
  routes.post(`${path}/:number/taking`, { config: keep, schema, ...formAgain }, async (request, reply) => {
    const { number } = request.params;
    try {
      refuseInvalid(request);
      const { key, ...taking } = request.body;
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      const { secret } = await takeWish(site, entering, number, taking);
      return showWish(site, request, reply, number, undefined, { link: secret });
    } catch (problem) {
      return again(site, request, reply, 'take', problem);
    }
  });
}

/** How many people one account may see in clear on a day. */
const unmaskedPerDay = 50;
const ContactForm = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  part: Type.Enum(['person', 'taker']),
  reason: Type.String({ maxLength: 200 }),
});

/** Shows whoever wishes or takes in clear, to who keeps the wish and says why; the entry names the reason. */
function addContact(routes: Routes, site: Site): void {
  const schema = { params, body: ContactForm, hide: true };
  routes.post(`${path}/:number/contact`, { config: keep, schema, ...formAgain }, async (request, reply) => {
    const { number } = request.params;
    try {
      refuseInvalid(request);
      const wish = await seenWish(site, request, number);
      const { key, part, reason } = request.body;
      const person_id = part === 'person' ? wish.person_id : wish.taker_person_id;
      if (person_id === null) throw unknownWish();
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      const why = { person_id, reason, handling: `wish:${number}`, per_day: unmaskedPerDay };
      const contact = await unmask(site.db, site.vault, entering, why);
      return showWish(site, request, reply, number, undefined, { contact });
    } catch (problem) {
      return again(site, request, reply, 'contact', problem);
    }
  });
}

async function again(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  name: Refused['name'],
  problem: unknown,
): Promise<FastifyReply> {
  if (!(problem instanceof Problem) || problem.kind === 'not_found' || problem.kind === 'forbidden')
    throw problem;
  const { number } = request.params as { number: string };
  const refused = { name, problem, typed: typedTexts(request.body) };
  return showWish(site, request, withProblem(reply, problem), number, refused);
}

async function seenWish(site: Site, request: FastifyRequest, number: string): Promise<WishRow> {
  const wish = await findWish(site.db.queries, number);
  if (!wish || !reaches(actorOf(request, 'console'), wishReaders, wish.unit_id)) throw unknownWish();
  return wish;
}

async function showWish(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  number: string,
  refused?: Refused,
  more: { link?: string; contact?: Shown } = {},
): Promise<FastifyReply> {
  const wish = await seenWish(site, request, number);
  const keeps = reaches(actorOf(request, 'console'), wishKeepers, wish.unit_id);
  const body = await wishPage(site, wish, { keeps, refused, ...more });
  const trail = [{ href: path, text: '微心愿' }];
  return sendConsolePage(site, request, reply, { title: wish.title, body, trail });
}

async function showList(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  state: WishState | undefined,
): Promise<FastifyReply> {
  const actor = actorOf(request, 'console');
  const { queries } = site.db;
  const units = [...unitsWithin(actor, wishReaders)];
  const counts = await countWishes(queries, units);
  const usual: WishState[] = ['proposed', 'fulfilled', 'taken', 'shown'];
  const wishes = await listWishes(queries, { units, states: state ? [state] : usual, limit: most });
  const names = new Map(
    (await listUnits(queries, (await currentHead(site.db)).entry_no)).map((one) => [one.id, one.short_name]),
  );
  const link = (one: WishState | undefined, text: string, count: number) =>
    html`<li><a href="${path}${one ? `?state=${one}` : ''}" ${one === state ? html`aria-current="page"` : ''}>${text} <span class="count">${count}</span></a></li>`;
  const open = usual.reduce((sum, one) => sum + (counts.get(one) ?? 0), 0);
  const body = html`<h1>微心愿</h1><p class="lead">核实后展示，认领后跟进，实现后与本人确认。没有按时实现的自动回到待认领。</p>
<p>${checkRole(actor, wishKeepers) ? '' : html`<a class="button" href="${path}/new">登记微心愿</a> `}<a class="button plain" href="${path}/hours">服务时长</a> <a class="button plain" href="/console/adoptions">党员领办</a></p>
<nav aria-label="按状态"><ul class="chips">${link(undefined, '在办', open)}${wishStates.map((one) => link(one, stateWords[one].zh, counts.get(one) ?? 0))}</ul></nav>
${wishes.length ? table(wishes, names) : html`<p>这里没有微心愿。</p>`}`;
  return sendConsolePage(site, request, reply, { title: '微心愿', body });
}

function table(wishes: readonly WishRow[], names: ReadonlyMap<number, string>): HtmlSafeString {
  const today = dayOf(new Date());
  const late = ({ state, promised_on }: WishRow) =>
    state === 'taken' && promised_on !== null && promised_on < today;
  return dataTable<WishRow>({
    caption: '微心愿',
    caption_hidden: true,
    rows: wishes,
    columns: [
      { title: '心愿', cell: (row) => html`<a href="${path}/${row.number}">${row.title}</a>` },
      { title: '谁的', cell: (row) => `${row.shown_as}（${circleWords[row.circle].zh}）` },
      { title: '村居', cell: (row) => names.get(row.unit_id) },
      { title: '状态', cell: (row) => stateWords[row.state].zh },
      { title: '认领', cell: (row) => row.taker_name ?? '—' },
      {
        title: '预计实现',
        cell: (row) =>
          html`${row.promised_on ?? '—'}${late(row) ? html` <span class="late-by">已过</span>` : ''}`,
        numeric: true,
      },
      { title: '编号', cell: (row) => row.number },
    ],
  });
}

async function showForm(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  refused?: { problem: Problem; typed: Record<string, string> },
): Promise<FastifyReply> {
  const within = unitsWithin(actorOf(request, 'console'), wishKeepers);
  const { entry_no } = await currentHead(site.db);
  const villages = (await listUnits(site.db.queries, entry_no)).filter(
    (unit) => unit.kind === 'village' && within.has(unit.id),
  );
  const typed = (name: string) => refused?.typed[name] ?? '';
  const error = (name: string) => fieldError('zh', refused?.problem, name);
  const only = villages.length === 1 ? villages[0]!.code : '';
  const body = html`<h1>登记微心愿</h1><p class="lead">心愿和情况会公开，请不要写姓名、电话和住址；姓名只显示姓氏。</p>${errorSummary('zh', refused?.problem)}
<form method="post" action="${path}/new" class="stack" novalidate>${onceField(typed('key') || randomUUID())}
${textField({ name: 'title', label: '心愿（公开）', hint: '一句话，如“想要一副老花镜”。', value: typed('title'), maxlength: 40, error: error('title') })}
${areaField({ name: 'story', label: '情况（公开）', value: typed('story'), rows: 3, maxlength: 400, error: error('story') })}
${selectField({ name: 'circle', label: '谁的心愿', value: typed('circle') || 'elder', options: circles.map((one) => ({ value: one, text: circleWords[one].zh })) })}
${selectField({ name: 'unit_code', label: '村居', value: typed('unit_code') || only, all: '请选择', options: villages.map((one) => ({ value: one.code, text: one.name })), error: error('unit_code') })}
${textField({ name: 'name', label: '本人姓名（加密保存）', value: typed('name'), maxlength: 40, error: error('name') })}
${textField({ name: 'phone', label: '电话（加密保存，没有可不填）', value: typed('phone'), maxlength: 20, error: error('phone') })}
${button({ text: '登记' })}</form>`;
  const trail = [{ href: path, text: '微心愿' }];
  return sendConsolePage(site, request, reply, { title: '登记微心愿', body, trail });
}
