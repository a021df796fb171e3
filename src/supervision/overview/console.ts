import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, checkRole, type Entitled, type Routes } from '../../identity/access.ts';
import { cutoffOf, cutoffText, dayClosedBy, isDay } from '../../kit/clock.ts';
import { selectField, textField } from '../../kit/parts/form.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { countExtensions } from '../../ledger/extensions/actions.ts';
import { type Naming, namingOf } from '../../ledger/naming.ts';
import { deadlineText } from '../../ledger/parts.ts';
import { ledgerReaders } from '../../ledger/rules.ts';
import type { Site } from '../../portal/context.ts';
import { presentOf } from '../../portal/present.ts';
import { countInstructions } from '../actions.ts';
import { type Judged, judge } from '../lights/kept.ts';
import { thresholdEditors } from '../lights/rules.ts';
import { type Light, lights } from '../lights/schema.ts';
import { lightWords, words } from '../words.ts';
import { forecastText, lightBar, lightOf, reasonsText } from './parts.ts';
import { countBy, countLights, type LightCounts, needing, projectsFor } from './rules.ts';

const path = '/console/supervision';
const shownRows = 60;

const Query = Type.Object({
  day: Type.Optional(Type.String({ maxLength: 10 })),
  field: Type.Optional(Type.String({ maxLength: 40 })),
  town: Type.Optional(Type.String({ maxLength: 12 })),
  unit: Type.Optional(Type.String({ maxLength: 100 })),
  light: Type.Optional(Type.Enum(['', ...lights])),
});
type Asked = Partial<Record<'day' | 'field' | 'town' | 'unit', string | undefined>> & {
  light?: Light | '' | undefined;
};

/** The screen of leaders and of whoever watches: what will not make it, where, whose, why, and what was tried. */
export function addOverview(routes: Routes, site: Site): void {
  const config = { access: { roles: ledgerReaders } } as const;
  routes.get(path, { config, schema: { querystring: Query, hide: true } }, async (request, reply) => {
    const actor = actorOf(request, 'console');
    const asked: Asked = request.query;
    const cutoff = await askedCutoff(site, asked.day);
    const naming = await namingOf(site.db);
    const { projects } = await judge(site.db, cutoff);
    const to = { field: asked.field, town: asked.town, unit_id: naming.unitByCode(asked.unit ?? '')?.id };
    const reached = projectsFor(actor, projects, to);
    const body = await overview(site, actor, { asked, naming, reached, cutoff: cutoff ?? new Date() });
    return sendConsolePage(site, request, reply, { title: words.supervision.zh, body });
  });
}

/** The moment that is asked for. A demonstration lives at the cut-off of its newest publication. */
export async function askedCutoff(site: Site, day: string | undefined): Promise<Date | undefined> {
  if (day && isDay(day)) {
    const cutoff = cutoffOf(day);
    return cutoff < new Date() ? cutoff : undefined;
  }
  const { demonstration, published } = await presentOf(site.db);
  return demonstration ? published?.cutoff : undefined;
}

interface Screen {
  asked: Asked;
  naming: Naming;
  reached: readonly Judged[];
  cutoff: Date;
}

async function overview(site: Site, actor: Entitled, screen: Screen): Promise<HtmlSafeString> {
  const { asked, naming, reached, cutoff } = screen;
  const counts = countLights(reached);
  const listed = asked.light
    ? reached.filter(({ standing }) => standing.light === asked.light)
    : needing(reached);
  const fields = inOrder(
    countBy(reached, (pace) => pace.field_code),
    naming.fields,
  );
  const towns = inOrder(
    countBy(reached, (pace) => pace.town_code),
    naming.areas,
  );
  const nameOfField = (code: string) => naming.fields.find((one) => one.code === code)?.title ?? code;
  const nameOfTown = (code: string) => {
    const area = naming.areas.find((one) => one.code === code);
    return !area || area.level === 'district' ? '区本级' : area.name;
  };
  return html`<h1>${words.supervision.zh}</h1><p class="lead">${sentence(counts, cutoff)}</p>
${strip(counts, asked)}
${filters(asked, naming, cutoff)}
<h2 id="listed">${asked.light ? lightWords[asked.light].zh : '需要过问的项目'} <span class="count">${listed.length}</span></h2>
${await list(site, listed, naming)}
<div class="halves">${groups('按领域', fields, nameOfField, (field) => address({ ...asked, field }))}${groups('按地区', towns, nameOfTown, (town) => address({ ...asked, town }))}</div>
${checkRole(actor, thresholdEditors) ? '' : html`<p class="meta"><a href="${path}/thresholds">${words.thresholds.zh}</a>：按领域设定多慢、多久没有记录时亮黄灯、红灯。</p>`}`;
}

/** Groups in the order in which people know their keys. */
function inOrder<T>(counts: ReadonlyMap<string, T>, known: readonly { code: string }[]): Map<string, T> {
  const place = (code: string) => known.findIndex((one) => one.code === code);
  return new Map([...counts].sort(([a], [b]) => place(a) - place(b)));
}

function sentence(counts: LightCounts, cutoff: Date): HtmlSafeString {
  const { overdue, forecast_late, total } = counts;
  const when = `截至${cutoffText(cutoff, 'zh')}`;
  if (overdue + forecast_late === 0) return html`${when}，${total} 个项目都能按时完成。`;
  return html`${when}，${total} 个项目中，<strong>${overdue}</strong> 个已逾期，<strong>${forecast_late}</strong> 个时限未到但预计赶不上。`;
}

function strip(counts: LightCounts, asked: Asked): HtmlSafeString {
  return html`<ul class="light-strip">${lights.map((one) => {
    const here = asked.light === one;
    return html`<li><a href="${address({ ...asked, light: here ? '' : one })}#listed" ${here ? html`aria-current="true"` : ''}>${lightOf(one)}<span class="number">${counts[one]}</span></a></li>`;
  })}</ul>`;
}

function filters(asked: Asked, naming: Naming, cutoff: Date): HtmlSafeString {
  const towns = naming.areas.filter((area) => area.level !== 'village');
  const options = (all: readonly { code: string; text: string }[]) =>
    all.map(({ code, text }) => ({ value: code, text }));
  const names = naming.fields.map((one) => ({ code: one.code, text: one.title }));
  return html`<form class="filters" method="get" action="${path}">
${selectField({ name: 'field', label: '领域', value: asked.field ?? '', all: '全部', options: options(names) })}
${selectField({ name: 'town', label: '地区', value: asked.town ?? '', all: '全部', options: options(towns.map((one) => ({ code: one.code, text: one.level === 'district' ? '区本级' : one.name }))) })}
${selectField({ name: 'unit', label: '单位', value: asked.unit ?? '', all: '全部', options: options(naming.units.map((one) => ({ code: one.code, text: one.name }))) })}
${textField({ name: 'day', label: '截至哪一天', type: 'date', value: asked.day || dayClosedBy(cutoff) })}
<button type="submit" class="button">查看</button><a href="${path}">清除条件</a></form>`;
}

function groups(
  title: string,
  counts: ReadonlyMap<string, LightCounts>,
  nameOf: (key: string) => string,
  href: (key: string) => string,
): HtmlSafeString {
  return html`<section><h2>${title}</h2><ul class="light-groups">${[...counts].map(
    ([key, row]) =>
      html`<li class="light-group"><a href="${href(key)}">${nameOf(key)}</a>${lightBar(row, nameOf(key))}<span class="said">${troubleText(row)}</span><span class="of">共 ${row.total}</span></li>`,
  )}</ul></section>`;
}

function troubleText(counts: LightCounts): HtmlSafeString | string {
  const said = (['overdue', 'red', 'yellow'] as const).filter((one) => counts[one] > 0);
  return said.length === 0
    ? html`<span class="meta">没有滞后</span>`
    : html`${said.map((one) => html`${lightOf(one)} ${counts[one]} `)}`;
}

async function list(site: Site, listed: readonly Judged[], naming: Naming): Promise<HtmlSafeString> {
  if (listed.length === 0) return html`<p>没有这样的项目。</p>`;
  const shown = listed.slice(0, shownRows);
  const ids = shown.map(({ pace }) => pace.id);
  const tried = await whatWasTried(site, ids);
  const rest = listed.length - shown.length;
  const areas = new Map(
    naming.areas.map((area) => [area.code, area.level === 'district' ? '区本级' : area.name]),
  );
  return html`${dataTable<Judged>({
    caption: '需要过问的项目',
    caption_hidden: true,
    rows: shown,
    columns: [
      {
        title: '项目',
        cell: ({ pace }) =>
          html`<a href="/console/projects/${pace.number}">${pace.title}</a> <span class="meta">${pace.number}</span>`,
      },
      { title: '灯', cell: ({ standing }) => lightOf(standing.light) },
      { title: '为什么', cell: (one) => reasonsText(one) || '—' },
      { title: '在哪里', cell: ({ pace }) => areas.get(pace.area_code) ?? pace.area_code },
      {
        title: '谁负责',
        cell: ({ pace }) =>
          html`${naming.unitName(pace.unit_id)}${pace.lead_leader ? html` <span class="meta">${pace.lead_leader}</span>` : ''}`,
      },
      { title: '完成时限', cell: ({ pace }) => deadlineText(pace.deadline, 'zh') },
      { title: '照现在的进度', cell: forecastText },
      { title: '做过什么', cell: ({ pace }) => tried.get(pace.id)?.join('、') ?? '—' },
    ],
  })}${rest > 0 ? html`<p class="meta">另有 ${rest} 个，请按领域、地区或单位查看。</p>` : ''}`;
}

/** What was done about projects so far, by project. */
async function whatWasTried({ db }: Site, ids: readonly number[]): Promise<Map<number, string[]>> {
  const tried = new Map<number, string[]>();
  const add = (counts: ReadonlyMap<number, number>, text: (count: number) => string) => {
    for (const [id, count] of counts) tried.set(id, [...(tried.get(id) ?? []), text(count)]);
  };
  add(await countInstructions(db.queries, ids), (count) => `批示 ${count} 次`);
  add(await countExtensions(db.queries, ids), (count) => `申请延期 ${count} 次`);
  return tried;
}

function address(asked: Asked): string {
  const chosen = Object.entries(asked).flatMap(([name, value]) => (value ? [[name, value]] : []));
  const query = new URLSearchParams(chosen).toString();
  return query ? `${path}?${query}` : path;
}
