import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import type { Routes } from '../identity/access.ts';
import { cutoffText } from '../kit/clock.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../portal/context.ts';
import { portalPage } from '../portal/layout.ts';
import { presentOf } from '../portal/present.ts';
import type { Published } from '../portal/published.ts';
import { isOneOf, proposalStates } from './course.ts';
import {
  filterForm,
  listNames,
  type Names,
  projectFacts,
  publicPath,
  stateLight,
  stepsTimeline,
} from './parts.ts';
import { isPublic } from './rules.ts';
import { ListQuery, never } from './schema.ts';
import {
  countProjects,
  findPublicProject,
  type ListedProject,
  listProjects,
  listPublicSteps,
  type ProjectFilter,
} from './store.ts';
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
      const { q, town, field, state, after } = request.query;
      const filter: ProjectFilter = { words: q, town, field, state: state || undefined, public_only: true };
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
  });
  if (last) query.set('after', `${last.deadline}_${last.id}`);
  const counted =
    view.language === 'zh' ? `共 ${count} 个` : `${count} ${count === 1 ? 'project' : 'projects'}`;
  return html`<h1>${t(words.projects)}</h1>
${published ? html`<p class="lead">${t(words.as_of)} ${cutoffText(published.cutoff, view.language)}</p>` : ''}
${filterForm(view, '/projects', filter, names)}
<p class="count" role="status">${counted}${hasFilter(filter) ? html` · <a href="/projects">${t(words.clear)}</a>` : ''}</p>
${rows.length === 0 ? html`<p>${t(words.none)}</p>` : projectTable(view, rows, published!, names)}
${found.length > pageLength ? html`<nav class="pages" aria-label="${t(words.next)}"><a class="button plain" rel="next" href="/projects?${query.toString()}">${t(words.next)}</a></nav>` : ''}`;
}

function hasFilter(filter: ProjectFilter): boolean {
  return Boolean(filter.words || filter.town || filter.field || filter.state);
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
  const t = (message: Message) => say(view.language, message);
  const project = await findPublicProject(queries, published.known_entry, number);
  if (!project || !isPublic(project) || isOneOf(proposalStates, project.state)) throw projectMissing();
  const names = await listNames(queries, published.known_entry, view);
  const steps = await listPublicSteps(queries, published.known_entry, project.id);
  const body = html`<h1>${project.title}</h1>
<p class="lead">${stateLight(view, project, published.cutoff)} ${project.synthetic ? html`<span class="tag">${t(words.synthetic)}</span>` : ''}</p>
${projectFacts(view, project, names)}
<h2>${t(words.course)}</h2>${publicPath(view, project.state, steps)}
<h2>${t(words.steps)}</h2>${stepsTimeline(view, steps, names)}
<p class="as-of">${t(words.as_of)} ${cutoffText(published.cutoff, view.language)}</p>`;
  return { title: project.title, body };
}

function projectMissing(): Problem {
  return new Problem('ledger/project_missing', 'not_found', words.missing);
}
