import { type HtmlSafeString, html, unsafeHtml } from '@prairielearn/html';
import { Type } from 'typebox';
import { renderSVG } from 'uqr';
import { listAreas } from '../areas/actions.ts';
import { keptValues } from '../figures/kept.ts';
import { getFigure } from '../figures/registry.ts';
import type { Routes } from '../identity/access.ts';
import { assets } from '../kit/assets.ts';
import { cutoffText, dayClosedBy } from '../kit/clock.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../portal/context.ts';
import { portalPage } from '../portal/layout.ts';
import { namesOf } from '../portal/names.ts';
import { presentOf } from '../portal/present.ts';
import type { Published } from '../portal/published.ts';
import { listPublicItems } from './checklist/store.ts';
import { findFile } from './evidence/files.ts';
import { sendKept } from './evidence/serve.ts';
import { findPublicEvidence, listPublicEvidence } from './evidence/store.ts';
import {
  filterForm,
  listNames,
  type Names,
  projectFacts,
  publicPath,
  stateLight,
  stepsTimeline,
} from './parts.ts';
import {
  publicChecklist,
  publicEvidence,
  publicPress,
  publicProgress,
  publicSurvey,
} from './public-sections.ts';
import { ListQuery, never } from './schema.ts';
import {
  countProjects,
  findPublicProject,
  type ListedProject,
  listProjects,
  listPublicParts,
  listPublicSteps,
  type ProjectCount,
  type ProjectFilter,
} from './store.ts';
import { listPublicAnswers } from './survey/store.ts';
import { words } from './words.ts';

const pageLength = 20;

/** The list of public projects and the page of each, as of the newest publication. */
export function addProjectPages(routes: Routes, site: Site, address: string): void {
  const config = { access: 'public' } as const;
  routes.get(
    '/projects',
    { config, schema: { querystring: ListQuery, hide: true } },
    async (request, reply) => {
      const view = await viewOf(site, request);
      const { q, town, area, field, unit, state, after } = request.query;
      const filter: ProjectFilter = {
        words: q,
        town,
        area,
        field,
        unit,
        state: state || undefined,
        public_only: true,
      };
      const [deadline, id] = (after ?? '').split('_');
      const { published } = await presentOf(site.db);
      const entry_no = published?.known_entry ?? 0;
      const place = deadline ? { deadline, id: Number(id) } : undefined;
      const found = await listProjects(site.db.queries, entry_no, filter, place, pageLength + 1);
      const count = await countProjects(site.db.queries, entry_no, filter);
      const names = await listNames(site.db.queries, entry_no, view);
      const body = listBody(view, published, filter, found, count, names);
      await sendPage(reply, portalPage(view, { title: say(view.language, words.projects), body }));
    },
  );

  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  routes.get('/projects/:number', { config, schema: { params, hide: true } }, async (request, reply) => {
    const view = await viewOf(site, request);
    const { published } = await presentOf(site.db);
    if (!published) throw projectMissing();
    const body = await projectBody(site, view, published, request.params.number, address);
    const trail = [{ href: '/projects', text: say(view.language, words.projects) }];
    await sendPage(reply, portalPage(view, { ...body, trail, read: true }));
  });
}

function listBody(
  view: View,
  published: Published | undefined,
  filter: ProjectFilter,
  found: ListedProject[],
  count: ProjectCount,
  names: Names,
): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const rows = found.slice(0, pageLength);
  const last = rows.at(-1);
  const query = new URLSearchParams({
    q: filter.words ?? '',
    town: filter.town ?? '',
    field: filter.field ?? '',
    unit: filter.unit ?? '',
    state: filter.state ?? '',
    area: filter.area ?? '',
  });
  if (last) query.set('after', `${last.deadline}_${last.id}`);
  return html`<h1>${t(words.projects)}</h1>
${published ? html`<p class="lead">${t(words.as_of)} ${cutoffText(published.cutoff, view.language)}</p>` : ''}
${filterForm(view, '/projects', filter, names)}
<p><a href="/places">${t(words.by_place)}</a></p>
<p class="count" role="status">${countText(view, count)}${hasFilter(filter) ? html` · <a href="/projects">${t(words.clear)}</a>` : ''}</p>
${rows.length === 0 ? html`<p>${t(words.none)}</p>` : projectTable(view, rows, published!, names)}
${found.length > pageLength ? html`<nav class="pages" aria-label="${t(words.next)}"><a class="button plain" rel="next" href="/projects?${query.toString()}">${t(words.next)}</a></nav>` : ''}`;
}

/** A count with what is among it, so that nobody compares it with a figure of another 口径. */
function countText(view: View, { count, parts, standing, terminated }: ProjectCount): string {
  const zh = view.language === 'zh';
  const among = [
    parts > 0 && (zh ? `子项目 ${parts} 个` : `${parts} parts of others`),
    standing > 0 && (zh ? `长期坚持 ${standing} 个` : `${standing} standing`),
    terminated > 0 && (zh ? `已终止 ${terminated} 个` : `${terminated} terminated`),
  ].filter(Boolean);
  const all = zh ? `共 ${count} 个` : `${count} ${count === 1 ? 'project' : 'projects'}`;
  if (among.length === 0) return all;
  return zh ? `${all}（其中${among.join('，')}）` : `${all} (among them ${among.join(', ')})`;
}

function hasFilter(filter: ProjectFilter): boolean {
  return Boolean(filter.words || filter.town || filter.area || filter.field || filter.unit || filter.state);
}

function projectTable(view: View, rows: ListedProject[], published: Published, names: Names): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return dataTable<ListedProject>({
    caption: t(words.projects),
    caption_hidden: true,
    rows,
    columns: [
      {
        title: t(words.project),
        cell: (row) =>
          html`<a href="/projects/${row.number}">${row.title}</a>${row.synthetic ? html` <span class="tag">${t(words.synthetic)}</span>` : ''}`,
      },
      { title: t(words.unit), cell: (row) => names.units.get(row.unit_id) },
      {
        title: t(words.deadline),
        cell: (row) => (row.deadline === never ? t(words.standing) : row.deadline),
        numeric: true,
      },
      { title: t(words.state), cell: (row) => stateLight(view, row, published.cutoff) },
    ],
  });
}

async function projectBody(site: Site, view: View, published: Published, number: string, address: string) {
  const { queries } = site.db;
  const { known_entry, cutoff } = published;
  const t = (message: Message) => say(view.language, message);
  const project = await findPublicProject(queries, known_entry, number);
  if (!project) throw projectMissing();
  const names = await listNames(queries, known_entry, view);
  const steps = await listPublicSteps(queries, known_entry, project.id);
  const items = await listPublicItems(queries, known_entry, project.id);
  const parts = await listPublicParts(queries, known_entry, project.id);
  const body = html`<article><h1>${project.title}</h1>
<p class="lead">${stateLight(view, project, cutoff)} ${project.synthetic ? html`<span class="tag">${t(words.synthetic)}</span>` : ''}</p>
${publicProgress(view, items)}
${projectFacts(view, project, names)}
<h2>${t(words.course)}</h2>${publicPath(view, project.state, steps)}
${publicChecklist(view, items, names, dayClosedBy(cutoff))}
${parts.length > 0 ? html`<section aria-labelledby="parts"><h2 id="parts">${t(words.parts)}</h2><ul>${parts.map((part) => html`<li><a href="/projects/${part.number}">${part.title}</a> ${stateLight(view, part, cutoff)}</li>`)}</ul></section>` : ''}
${publicEvidence(view, await listPublicEvidence(queries, known_entry, project.id))}
${publicSurvey(view, await listPublicAnswers(queries, known_entry, project.id), names)}
<h2>${t(words.steps)}</h2>${stepsTimeline(view, steps, names)}
${publicPress(view, project.press)}
<p class="as-of">${t(words.as_of)} ${cutoffText(cutoff, view.language)}</p>
${shareSection(view, `${address}/projects/${encodeURIComponent(project.number)}`)}</article>`;
  return { title: project.title, body };
}

/** The page's address to be passed on: as a code, as text, and by the device's own way where it has one. */
function shareSection(view: View, url: string): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return html`<section class="share" aria-labelledby="share"><h2 id="share">${t(words.share)}</h2>
<div class="share-body"><div class="qr">${unsafeHtml(renderSVG(url, { border: 1 }))}</div><div><p>${t(words.share_hint)}</p><p class="address">${url}</p>
<p class="buttons" data-share="${url}" data-copied="${t(words.copied)}" hidden><button type="button" class="button plain" data-do="share">${t(words.share)}</button><button type="button" class="button plain" data-do="print">${t(words.print)}</button></p></div></div></section><script type="module" src="${assets.share.url}"></script>`;
}

function projectMissing(): Problem {
  return new Problem('ledger/project_missing', 'not_found', words.missing);
}

/** Files of evidence that was opened to everybody, as of the newest publication. */
export function addPublicEvidence(routes: Routes, site: Site): void {
  const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });
  const config = { access: 'public' } as const;
  routes.get('/evidence/:id', { config, schema: { params, hide: true } }, async (request, reply) => {
    const { published } = await presentOf(site.db);
    const found =
      published && (await findPublicEvidence(site.db.queries, published.known_entry, request.params.id));
    const file = found?.file_digest ? await findFile(site.db.queries, found.file_digest) : undefined;
    return sendKept(reply, file, found?.file_name ?? null, 'private, no-cache');
  });
}

/** The district's places as tiles: each town with its villages, how many projects it has and how many are completed. */
export function addPlaces(routes: Routes, site: Site): void {
  const config = { access: 'public' } as const;
  routes.get('/places', { config, schema: { hide: true } }, async (request, reply) => {
    const view = await viewOf(site, request);
    const { published } = await presentOf(site.db);
    const t = (message: Message) => say(view.language, message);
    const tiles = published ? await placeTiles(site, view, published) : [];
    const body = html`<h1>${t(words.by_place)}</h1><p class="lead">${t(words.places_lead)}</p>
${published ? html`<p class="as-of">${t(words.as_of)} ${cutoffText(published.cutoff, view.language)}</p>` : ''}
<div class="tiles places">${tiles}</div>`;
    await sendPage(reply, portalPage(view, { title: t(words.by_place), body }));
  });
}

async function placeTiles(site: Site, view: View, published: Published): Promise<HtmlSafeString[]> {
  const { queries } = site.db;
  const entry_no = published.known_entry;
  const areas = await listAreas(queries, entry_no);
  const names = await namesOf(queries, 'area', entry_no, view.language);
  const short = (code: string) =>
    (names.get(code) ?? code).replace(/(居民委员会|居委会)$/, '').replace(/(村民委员会|村委会)$/, '村');
  /** One figure by the areas right inside another; the area itself is what is recorded for it alone. */
  const inside = async (figure: string, area: string) => {
    const question = { cutoff: published.cutoff, entry_no, area, by: 'area' as const };
    const values = await keptValues(site.db, getFigure(site.registry, figure), question);
    return new Map(values.map(({ key, value }) => [key, Number(value)]));
  };
  const said = (total: number, done: number) =>
    view.language === 'zh' ? `${total} 个，完成 ${done} 个` : `${done} of ${total} completed`;
  const tiles: HtmlSafeString[] = [];
  for (const town of areas.filter((area) => area.level === 'town')) {
    const totals = await inside('ledger.total', town.code);
    const dones = await inside('ledger.completed', town.code);
    const sum = (counts: Map<string | null, number>) =>
      [...counts.values()].reduce((all, one) => all + one, 0);
    const [total, done] = [sum(totals), sum(dones)];
    const villages = areas.filter((area) => area.parent_code === town.code);
    const link = (code: string) => html`<a href="/projects?area=${code}">${short(code)}</a>`;
    tiles.push(html`<section class="tile"><h2>${link(town.code)}</h2>
<p><a class="figure" href="/figures/ledger.total?by=area">${said(total, done)}</a></p>
<progress max="100" value="${total === 0 ? 0 : Math.round((done / total) * 100)}" aria-hidden="true"></progress>
<ul>${villages.map(({ code }) => html`<li>${link(code)} <span class="meta">${said(totals.get(code) ?? 0, dones.get(code) ?? 0)}</span></li>`)}</ul></section>`);
  }
  return tiles;
}
