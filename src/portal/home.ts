import { type HtmlSafeString, html } from '@prairielearn/html';
import { type Release, releasesOfEntry } from '../figures/actions.ts';
import { shown } from '../figures/compute.ts';
import { getFigure } from '../figures/registry.ts';
import type { Routes } from '../identity/access.ts';
import { cutoffText } from '../kit/clock.ts';
import { say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { bar, bigFigure, figureLink } from '../kit/parts/figures.ts';
import { type Site, sendPage, viewIn } from './context.ts';
import { portalPage } from './layout.ts';
import { namesOf } from './names.ts';
import { presentOf } from './present.ts';
import type { Published } from './published.ts';
import { homeWords as words } from './words.ts';

/** Home as it was last drawn, for each way of looking at it; good while no entry was added. */
interface Drawn {
  entry_no: number;
  pages: Map<string, string>;
}

/** The home page: how far are we, what is late, by field and by town; every number from the newest publication. */
export function addHome(routes: Routes, site: Site): void {
  let drawn: Drawn = { entry_no: -1, pages: new Map() };
  routes.get('/', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    const present = await presentOf(site.db);
    const { published, entry_no } = present;
    const view = { ...viewIn(present, request), path: '/' };
    const way = `${view.language} ${view.elder}`;
    if (drawn.entry_no !== entry_no) drawn = { entry_no, pages: new Map() };
    const { pages } = drawn;
    let page = pages.get(way);
    if (page === undefined) {
      const body = published ? await overview(site, view, published) : nothingYet(view);
      page = portalPage(view, { title: say(view.language, words.title), body }).toString();
      pages.set(way, page);
    }
    await sendPage(reply, page);
  });
}

function nothingYet(view: View): HtmlSafeString {
  return html`<h1>${say(view.language, words.heading)}</h1><p class="lead">${say(view.language, words.nothing)}</p>`;
}

async function overview(site: Site, view: View, published: Published): Promise<HtmlSafeString> {
  const { db } = site;
  const t = (message: { zh: string; en: string }) => say(view.language, message);
  const releases = await releasesOfEntry(db.queries, published.entry_no);
  const whole = (code: string) => releases.find((one) => one.code === code && one.key === null);
  const as_of = `${t(words.as_of)} ${cutoffText(published.cutoff, view.language)}`;
  const big = (code: string) => {
    const release = whole(code);
    if (!release) return '';
    const definition = getFigure(site.registry, code);
    const text = shown(definition, release.value) ?? '—';
    const { title, explanation, unit } = definition;
    return bigFigure({
      label: t(title),
      text,
      unit: t(unit),
      href: `/releases/${release.id}`,
      as_of,
      title: t(explanation),
    });
  };
  const rate = whole('ledger.completion_rate');
  const names = (by: 'field' | 'area') => namesOf(db.queries, by, published.known_entry, view.language);
  return html`<h1>${t(words.heading)}</h1><p class="lead">${t(words.lead)}</p>
<dl class="headline">${big('ledger.total')}${big('ledger.completed')}${big('ledger.completion_rate')}</dl>
${rate ? html`<div class="whole">${bar(Number(rate.value) / 100, `${t(words.rate)} ${Number(rate.value).toFixed(1)}%`)}</div>` : ''}
<p>${late(site, view, whole('ledger.overdue'))} <a href="/projects">${t(words.all)}</a></p>
<h2>${t(words.by_field)}</h2><ul class="breakdown">${rows(site, releases, 'field', await names('field'), view)}</ul>
<h2>${t(words.by_town)}</h2><ul class="tiles">${tiles(site, releases, await names('area'), view)}</ul>
<h2>${t(words.newest)}</h2><p><a href="/bulletins/${published.number}">${published.number}</a> · ${as_of}</p>`;
}

function late(site: Site, view: View, release: Release | undefined): HtmlSafeString | string {
  if (!release?.value) return '';
  const title = say(view.language, getFigure(site.registry, release.code).explanation);
  const number = figureLink({ text: release.value, href: `/releases/${release.id}`, title });
  return view.language === 'zh'
    ? html`其中${number}个已过时限还没有完成。`
    : html`${number} are past their deadline and not complete.`;
}

/** The three figures of one field or area, as released together. */
function trio(releases: readonly Release[], dimension: string, key: string) {
  const one = (code: string) =>
    releases.find((r) => r.code === code && r.dimension === dimension && r.key === key);
  return {
    total: one('ledger.total'),
    completed: one('ledger.completed'),
    rate: one('ledger.completion_rate'),
  };
}

function link(site: Site, view: View, release: Release): HtmlSafeString {
  const definition = getFigure(site.registry, release.code);
  const text = `${shown(definition, release.value) ?? '—'}`;
  return figureLink({
    text,
    href: `/releases/${release.id}`,
    title: say(view.language, definition.explanation),
  });
}

function rows(
  site: Site,
  releases: readonly Release[],
  dimension: 'field',
  names: Map<string, string>,
  view: View,
) {
  return [...names].map(([key, name]) => {
    const { total, completed, rate } = trio(releases, dimension, key);
    if (!total || !completed || !rate) return '';
    return html`<li><div class="row"><a href="/projects?field=${key}">${name}</a><span>${link(site, view, completed)} / ${link(site, view, total)} · ${link(site, view, rate)}%</span></div>${bar(
      Number(rate.value) / 100,
      `${name} ${Number(rate.value).toFixed(1)}%`,
    )}</li>`;
  });
}

function tiles(site: Site, releases: readonly Release[], names: Map<string, string>, view: View) {
  return [...names].map(([key, name]) => {
    const { total, completed, rate } = trio(releases, 'area', key);
    if (!total || !completed || !rate || key.length !== 9) return '';
    return html`<li class="tile"><h3><a href="/projects?town=${key}">${name}</a></h3><div class="rate">${link(site, view, rate)}%</div>${bar(
      Number(rate.value) / 100,
      `${name} ${Number(rate.value).toFixed(1)}%`,
    )}<p>${say(view.language, words.done)} ${link(site, view, completed)} / ${link(site, view, total)}</p></li>`;
  });
}
