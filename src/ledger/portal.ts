import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import { listAreas } from '../areas/actions.ts';
import type { Routes } from '../identity/access.ts';
import { cutoffText, dayClosedBy } from '../kit/clock.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../portal/context.ts';
import { portalPage } from '../portal/layout.ts';
import { presentOf } from '../portal/present.ts';
import type { Published } from '../portal/published.ts';
import { listPublicItems } from './checklist/store.ts';
import { isOneOf, proposalStates } from './course.ts';
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
import { isPublic } from './rules.ts';
import { ListQuery, never } from './schema.ts';
import {
  type AreaCount,
  countByArea,
  countProjects,
  findPublicProject,
  type ListedProject,
  listParts,
  listProjects,
  listPublicSteps,
  type ProjectFilter,
} from './store.ts';
import { listPublicAnswers } from './survey/store.ts';
import { words } from './words.ts';

const pageLength = 20;

/** The list of public projects and the page of each, as of the newest publication. */
export function addProjectPages(routes: Routes, site: Site): void {
  const config = { access: 'public' } as const;
  routes.get(
    '/projects',
    { config, schema: { querystring: ListQuery, hide: true } },
    async (request, reply) => {
      const view = await viewOf(site, request);
      const { q, town, area, field, state, after } = request.query;
      const filter: ProjectFilter = {
        words: q,
        town,
        area,
        field,
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
    const body = await projectBody(site, view, published, request.params.number);
    const trail = [{ href: '/projects', text: say(view.language, words.projects) }];
    await sendPage(reply, portalPage(view, { ...body, trail }));
  });
}

function listBody(
  view: View,
  published: Published | undefined,
  filter: ProjectFilter,
  found: ListedProject[],
  count: number,
  names: Names,
): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const rows = found.slice(0, pageLength);
  const last = rows.at(-1);
  const query = new URLSearchParams({
    q: filter.words ?? '',
    town: filter.town ?? '',
    field: filter.field ?? '',
    state: filter.state ?? '',
    area: filter.area ?? '',
  });
  if (last) query.set('after', `${last.deadline}_${last.id}`);
  const counted =
    view.language === 'zh' ? `共 ${count} 个` : `${count} ${count === 1 ? 'project' : 'projects'}`;
  return html`<h1>${t(words.projects)}</h1>
${published ? html`<p class="lead">${t(words.as_of)} ${cutoffText(published.cutoff, view.language)}</p>` : ''}
${filterForm(view, '/projects', filter, names)}
<p><a href="/places">${t(words.by_place)}</a></p>
<p class="count" role="status">${counted}${hasFilter(filter) ? html` · <a href="/projects">${t(words.clear)}</a>` : ''}</p>
${rows.length === 0 ? html`<p>${t(words.none)}</p>` : projectTable(view, rows, published!, names)}
${found.length > pageLength ? html`<nav class="pages" aria-label="${t(words.next)}"><a class="button plain" rel="next" href="/projects?${query.toString()}">${t(words.next)}</a></nav>` : ''}`;
}

function hasFilter(filter: ProjectFilter): boolean {
  return Boolean(filter.words || filter.town || filter.area || filter.field || filter.state);
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

async function projectBody(site: Site, view: View, published: Published, number: string) {
  const { queries } = site.db;
  const { known_entry, cutoff } = published;
  const t = (message: Message) => say(view.language, message);
  const project = await findPublicProject(queries, known_entry, number);
  if (!project || !isPublic(project) || isOneOf(proposalStates, project.state)) throw projectMissing();
  const names = await listNames(queries, known_entry, view);
  const steps = await listPublicSteps(queries, known_entry, project.id);
  const items = await listPublicItems(queries, known_entry, project.id);
  const parts = (await listParts(queries, known_entry, project.id)).filter(isPublic);
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
<p class="hint share">${t(words.share_hint)}</p></article>`;
  return { title: project.title, body };
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

/** The districts' places as tiles: each town with its villages, how many projects and how many of them are completed. */
export function addPlaces(routes: Routes, site: Site): void {
  const config = { access: 'public' } as const;
  routes.get('/places', { config, schema: { hide: true } }, async (request, reply) => {
    const view = await viewOf(site, request);
    const { published } = await presentOf(site.db);
    const t = (message: Message) => say(view.language, message);
    const entry_no = published?.known_entry ?? 0;
    const areas = await listAreas(site.db.queries, entry_no);
    const counts = await countByArea(site.db.queries, entry_no);
    const names = await listNames(site.db.queries, entry_no, view);
    const name = (code: string) =>
      (names.areas.get(code) ?? code)
        .replace(/(居民委员会|居委会)$/, '')
        .replace(/(村民委员会|村委会)$/, '村');
    const link = (code: string, count: AreaCount | undefined, tag: 'h2' | 'span') => {
      const said = count
        ? view.language === 'zh'
          ? `${count.total} 个，完成 ${count.done} 个`
          : `${count.done} of ${count.total} completed`
        : '';
      const text = html`<a href="/projects?area=${code}">${name(code)}</a>`;
      return tag === 'h2'
        ? html`<h2>${text}</h2><p>${said}</p>`
        : html`${text} <span class="meta">${said}</span>`;
    };
    const towns = areas.filter((area) => area.level === 'town');
    const body = html`<h1>${t(words.by_place)}</h1><p class="lead">${t(words.places_lead)}</p>
${published ? html`<p class="as-of">${t(words.as_of)} ${cutoffText(published.cutoff, view.language)}</p>` : ''}
<div class="tiles places">${towns.map((town) => {
      const villages = areas.filter((area) => area.parent_code === town.code);
      const inside = [town.code, ...villages.map((area) => area.code)].map((code) => counts.get(code));
      const sum = {
        total: inside.reduce((all, one) => all + (one?.total ?? 0), 0),
        done: inside.reduce((all, one) => all + (one?.done ?? 0), 0),
      };
      const share = sum.total === 0 ? 0 : Math.round((sum.done / sum.total) * 100);
      return html`<section class="tile">${link(town.code, sum, 'h2')}<progress max="100" value="${share}" aria-hidden="true"></progress><ul>${villages.map((area) => html`<li>${link(area.code, counts.get(area.code), 'span')}</li>`)}</ul></section>`;
    })}</div>`;
    await sendPage(reply, portalPage(view, { title: t(words.by_place), body }));
  });
}
