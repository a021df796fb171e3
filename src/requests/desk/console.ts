import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { listAreas } from '../../areas/actions.ts';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes, unitsWithin } from '../../identity/access.ts';
import { listPeople } from '../../identity/actions.ts';
import { currentHead } from '../../journal/head.ts';
import { momentText } from '../../kit/clock.ts';
import { formAgain, refuseInvalid, typedTexts, withProblem } from '../../kit/http.ts';
import { pageLinks } from '../../kit/parts/pages.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { maskedPeople } from '../../residents/actions.ts';
import { listUnits } from '../../units/actions.ts';
import { getStaffRequest, takeAction } from '../actions.ts';
import { offersTo } from '../checks.ts';
import { endStates, requestReaders, stepRoles, workStates } from '../rules.ts';
import { ActionForm, type RequestRow, type RequestState } from '../schema.ts';
import { listParties } from '../store.ts';
import { kindWords, stateWords } from '../words.ts';
import type { Refused } from './action-forms.ts';
import { clockLight, excerpt } from './parts.ts';
import { requestPage } from './request-page.ts';
import { countQueue, listQueue, type QueueCount } from './store.ts';
import { words } from './words.ts';

const path = '/console/requests';
const pageLength = 50;

/** The lists of the desk: what is to be done first, then what waits for the person, what was not solved, what has ended. */
const tabs = {
  todo: { text: words.todo.zh, states: workStates, watched: false },
  rating: { text: words.rating.zh, states: ['answered'], watched: false },
  watched: { text: words.watched.zh, states: [...workStates, 'answered'], watched: true },
  ended: { text: words.ended.zh, states: endStates, watched: false },
} as const satisfies Record<string, { text: string; states: readonly RequestState[]; watched: boolean }>;
type Tab = keyof typeof tabs;
const tabNames = Object.keys(tabs) as Tab[];

const Query = Type.Object({
  show: Type.Optional(Type.Enum(tabNames)),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
});

/** The desk of a unit: its queue with clocks, and one request on one page with its steps in place. */
export function addDesk(routes: Routes, site: Site): void {
  const read = { access: { roles: requestReaders } } as const;
  routes.get(path, { config: read, schema: { querystring: Query, hide: true } }, (request, reply) =>
    showQueue(site, request, reply, request.query),
  );
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  routes.get(`${path}/:number`, { config: read, schema: { params, hide: true } }, (request, reply) =>
    showRequest(site, request, reply, request.params.number),
  );
  const act = { access: { roles: stepRoles } } as const;
  const schema = { params, body: ActionForm, hide: true };
  routes.post(`${path}/:number/steps`, { config: act, schema, ...formAgain }, async (request, reply) => {
    const { number } = request.params;
    try {
      refuseInvalid(request);
      const { key, action, ...asked } = request.body;
      const taker = { who: 'staff', actor: actorOf(request, 'console') } as const;
      await takeAction(site.db, { taker, idempotency_key: key }, number, action, asked);
      return reply.redirect(`${path}/${encodeURIComponent(number)}`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      const typed = typedTexts(request.body);
      const refused = { name: typed.action ?? '', problem, typed };
      return showRequest(site, request, withProblem(reply, problem), number, refused);
    }
  });
}

async function showQueue(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { show = 'todo', page = 1 }: Static<typeof Query>,
): Promise<FastifyReply> {
  const { queries } = site.db;
  const now = new Date();
  const reached = [...unitsWithin(actorOf(request, 'console'), requestReaders)];
  const { states, watched } = tabs[show];
  const counts = await countQueue(queries, reached, now);
  const filter = { units: reached, states, watched };
  const rows = await listQueue(queries, filter, { limit: pageLength, offset: (page - 1) * pageLength });
  const names = await namesOf(site);
  const total = countOf(counts, show).count;
  const address = (to: number) => `${path}?show=${show}&page=${to}`;
  const body = html`<h1>${words.title.zh}</h1>${tabBar(counts, show)}
${rows.length ? queueTable(rows, names, now) : html`<p class="lead">${words.none.zh}</p>`}
${pageLinks(page, Math.ceil(total / pageLength), address)}`;
  return sendConsolePage(site, request, reply, { title: words.title.zh, body });
}

function countOf(counts: readonly QueueCount[], tab: Tab): { count: number; late: number } {
  const { states, watched } = tabs[tab];
  const own = counts.filter(({ state }) => (states as readonly RequestState[]).includes(state));
  return {
    count: own.reduce((sum, one) => sum + (watched ? one.watched : one.count), 0),
    late: tab === 'todo' ? own.reduce((sum, one) => sum + one.late, 0) : 0,
  };
}

function tabBar(counts: readonly QueueCount[], show: Tab): HtmlSafeString {
  return html`<nav class="tabs" aria-label="${words.tabs.zh}"><ul>${tabNames.map((tab) => {
    const { count, late } = countOf(counts, tab);
    return html`<li><a href="${path}?show=${tab}" ${tab === show ? html`aria-current="page"` : ''}>${tabs[tab].text} <span class="count">${count}</span>${late ? html` <span class="late-count">${words.late.zh} ${late}</span>` : ''}</a></li>`;
  })}</ul></nav>`;
}

interface Names {
  units: ReadonlyMap<number, string>;
  areas: ReadonlyMap<string, string>;
}

async function namesOf({ db }: Site): Promise<Names> {
  const { entry_no } = await currentHead(db);
  const units = await listUnits(db.queries, entry_no);
  const areas = await listAreas(db.queries, entry_no);
  return {
    units: new Map(units.map((unit) => [unit.id, unit.short_name])),
    areas: new Map(areas.map((area) => [area.code, area.name])),
  };
}

function queueTable(rows: readonly RequestRow[], { units, areas }: Names, now: Date): HtmlSafeString {
  return dataTable({
    caption: words.title.zh,
    caption_hidden: true,
    rows,
    columns: [
      {
        title: words.what.zh,
        cell: (row) =>
          html`<a href="${path}/${row.number}">${excerpt(row)}</a> <span class="meta">${kindWords[row.kind].zh} · ${row.number}</span>`,
      },
      { title: words.state.zh, cell: (row) => stateWords[row.state].zh },
      {
        title: words.clock.zh,
        cell: (row) =>
          clockLight(row, now) || html`<time>${row.closed_at ? momentText(row.closed_at) : ''}</time>`,
      },
      { title: words.who.zh, cell: (row) => units.get(row.unit_id) },
      { title: words.where.zh, cell: (row) => areas.get(row.area_code) },
    ],
  });
}

async function showRequest(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  number: string,
  refused?: Refused,
): Promise<FastifyReply> {
  const { queries } = site.db;
  const actor = actorOf(request, 'console');
  const now = new Date();
  const found = await getStaffRequest(site.db, actor, number);
  const { person_id } = found.request;
  const people = person_id ? await maskedPeople(queries, site.vault, [person_id]) : new Map();
  const body = requestPage({
    ...found,
    offers: offersTo(found.request, { who: 'staff', actor }, now),
    person: person_id ? people.get(person_id) : undefined,
    parties: (await listParties(queries, found.request.id)).length,
    area: (await namesOf(site)).areas.get(found.request.area_code) ?? '',
    people: await listPeople(queries),
    now,
    refused,
  });
  const trail = [{ href: path, text: words.title.zh }];
  return sendConsolePage(site, request, reply, { title: number, body, trail });
}
