import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import { cutoffText, dayClosedBy, dayOf, dayText, momentText } from '../kit/clock.ts';
import type { Queries } from '../kit/db.ts';
import type { Server } from '../kit/http.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { stationPath, timeline } from '../kit/parts/course.ts';
import { selectField, textField } from '../kit/parts/form.ts';
import { light } from '../kit/parts/light.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../portal/context.ts';
import { portalPage } from '../portal/layout.ts';
import { namesOf } from '../portal/names.ts';
import { presentOf } from '../portal/present.ts';
import type { Published } from '../portal/published.ts';
import { listUnits } from '../units/actions.ts';
import { type ProjectState, projectStates, type StepRow } from './schema.ts';
import {
  countProjects,
  findProject,
  type ListedProject,
  listProjects,
  listSteps,
  type ProjectFilter,
} from './store.ts';
import { stateWords, words } from './words.ts';

const pageLength = 20;

const ListQuery = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 100 })),
  town: Type.Optional(Type.String({ maxLength: 12 })),
  field: Type.Optional(Type.String({ maxLength: 40 })),
  state: Type.Optional(Type.Enum(['', ...projectStates])),
  after: Type.Optional(Type.String({ pattern: '^(\\d{4}-\\d{2}-\\d{2}_\\d{1,15})?$' })),
});

/** The list of public projects and the page of each, as of the newest publication. */
export function addProjectPages(app: Server, site: Site): void {
  const config = { access: 'public' } as const;
  app.get('/projects', { config, schema: { querystring: ListQuery, hide: true } }, async (request, reply) => {
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
  });

  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  app.get('/projects/:number', { config, schema: { params, hide: true } }, async (request, reply) => {
    const view = await viewOf(site, request);
    const { published } = await presentOf(site.db);
    if (!published) throw projectMissing();
    const body = await projectBody(site, view, published, request.params.number);
    const trail = [{ href: '/projects', text: say(view.language, words.projects) }];
    await sendPage(reply, portalPage(view, { ...body, trail }));
  });
}

interface Names {
  fields: Map<string, string>;
  areas: Map<string, string>;
  units: Map<number, string>;
}

async function listNames(queries: Queries, entry_no: number, view: View): Promise<Names> {
  const units = await listUnits(queries, entry_no);
  return {
    fields: await namesOf(queries, 'field', entry_no, view.language),
    areas: await namesOf(queries, 'area', entry_no, view.language),
    units: new Map(units.map((unit) => [unit.id, unit.name])),
  };
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
${filterForm(view, filter, names)}
<p class="count" role="status">${counted}${hasFilter(filter) ? html` · <a href="/projects">${t(words.clear)}</a>` : ''}</p>
${rows.length === 0 ? html`<p>${t(words.none)}</p>` : projectTable(view, rows, published!, names)}
${found.length > pageLength ? html`<nav class="pages" aria-label="${t(words.next)}"><a class="button plain" rel="next" href="/projects?${query.toString()}">${t(words.next)}</a></nav>` : ''}`;
}

function hasFilter(filter: ProjectFilter): boolean {
  return Boolean(filter.words || filter.town || filter.field || filter.state);
}

function filterForm(view: View, filter: ProjectFilter, names: Names): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const options = (map: Map<string, string>) => [...map].map(([value, text]) => ({ value, text }));
  const towns = new Map([...names.areas].filter(([code]) => code.length < 12));
  const states = new Map(projectStates.map((state) => [state as string, t(stateWords[state])]));
  const all = t(words.all);
  return html`<form class="filters" method="get" action="/projects">
${textField({ name: 'q', label: t(words.search), value: filter.words ?? '', type: 'search' })}
${selectField({ name: 'town', label: t(words.town), value: filter.town ?? '', all, options: options(towns) })}
${selectField({ name: 'field', label: t(words.field), value: filter.field ?? '', all, options: options(names.fields) })}
${selectField({ name: 'state', label: t(words.state), value: filter.state ?? '', all, options: options(states) })}
<button type="submit" class="button">${t(words.filter)}</button></form>`;
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
      { title: t(words.deadline), cell: (row) => row.deadline, numeric: true },
      { title: t(words.state), cell: (row) => stateLight(view, row, published.cutoff) },
    ],
  });
}

/** The light of a project as of a cut-off: icon, word and colour. */
function stateLight(
  view: View,
  project: Pick<ListedProject, 'state' | 'deadline' | 'completed_at'>,
  cutoff: Date,
) {
  const t = (message: Message) => say(view.language, message);
  if (project.state === 'completed') {
    const late = project.completed_at !== null && dayOf(project.completed_at) > project.deadline;
    return late ? light('done_late', t(words.done_late)) : light('done', t(stateWords.completed));
  }
  if (project.state === 'terminated') return light('quiet', t(stateWords.terminated));
  if (project.deadline < dayClosedBy(cutoff)) return light('overdue', t(words.overdue));
  return light('green', t(words.on_track));
}

async function projectBody(site: Site, view: View, published: Published, number: string) {
  const { queries } = site.db;
  const t = (message: Message) => say(view.language, message);
  const project = await findProject(queries, published.known_entry, number);
  if (project?.disclosure !== 'public') throw projectMissing();
  const names = await listNames(queries, published.known_entry, view);
  const steps = await listSteps(queries, published.known_entry, project.id);
  const fact = (label: Message, value: string | HtmlSafeString | null | undefined) =>
    value ? html`<div><dt>${t(label)}</dt><dd>${value}</dd></div>` : '';
  const body = html`<h1>${project.title}</h1>
<p class="lead">${stateLight(view, project, published.cutoff)} ${project.synthetic ? html`<span class="tag">${t(words.synthetic)}</span>` : ''}</p>
<dl class="facts">${fact(words.unit, names.units.get(project.unit_id))}${fact(words.deadline, dayText(project.deadline, view.language))}${fact(
    words.content,
    project.content,
  )}${fact(words.field, names.fields.get(project.field_code))}${fact(words.town, names.areas.get(project.area_code))}${fact(
    words.number,
    project.number,
  )}${fact(words.batch, `${project.batch} ${project.document_no}`)}${fact(words.source, project.source_note)}</dl>
<h2>${t(words.course)}</h2>${coursePath(view, project.state, steps)}
<h2>${t(words.steps)}</h2>${timeline(
    steps.map((step) => ({
      when: momentText(step.occurred_at),
      what: t(stateWords[step.to_state]),
      who: (step.unit_id && names.units.get(step.unit_id)) || '',
      note: step.note,
    })),
  )}
<p class="as-of">${t(words.as_of)} ${cutoffText(published.cutoff, view.language)}</p>`;
  return { title: project.title, body };
}

function coursePath(view: View, state: ProjectState, steps: StepRow[]): HtmlSafeString {
  const way: ProjectState[] = ['registered', 'in_progress', 'completion_claimed', 'completed'];
  if (state === 'terminated') way.splice(1, 3, 'terminated');
  const reached = new Set(steps.map((step) => step.to_state));
  const stations = way.map((station) => ({
    text: say(view.language, stateWords[station]),
    here: station === state,
    passed: reached.has(station) && way.indexOf(station) < way.indexOf(state),
  }));
  return stationPath(stations, say(view.language, words.course));
}

function projectMissing(): Problem {
  return new Problem('ledger/project_missing', 'not_found', words.missing);
}
