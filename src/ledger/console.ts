import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { sendConsolePage, staffView } from '../console/layout.ts';
import { actorOf, type Entitled, type Routes, unitsWithin } from '../identity/access.ts';
import { currentHead } from '../journal/head.ts';
import { withProblem } from '../kit/http.ts';
import type { View } from '../kit/page.ts';
import { areaField, button, errorSummary, fieldError, onceField, textField } from '../kit/parts/form.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { getStaffProject, takeStep } from './actions.ts';
import {
  filterForm,
  listNames,
  type Names,
  projectFacts,
  stateLight,
  staffPath,
  stepsTimeline,
} from './parts.ts';
import { isPublic, ledgerReaders, openSteps, type StepContext, stepTakers } from './rules.ts';
import { ListQuery, type ProjectRow, StepForm } from './schema.ts';
import { countProjects, type ListedProject, listProjects, type ProjectFilter } from './store.ts';
import { staffStateWords, words } from './words.ts';

const pageLength = 50;
const trail = [{ href: '/console/projects', text: words.ledger.zh }];

/** The ledger as staff see it: the projects of the units that their roles reach, as they are now, and their steps. */
export function addLedgerConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: ledgerReaders } } as const;
  const list = { querystring: ListQuery, hide: true };
  routes.get('/console/projects', { config, schema: list }, async (request, reply) => {
    const view = await staffView(site, request);
    const body = await listBody(site, view, actorOf(request, 'console'), request.query);
    return sendConsolePage(site, request, reply, { title: words.ledger.zh, body });
  });

  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  routes.get('/console/projects/:number', { config, schema: { params, hide: true } }, (request, reply) =>
    showProject(site, request, reply, request.params.number),
  );
  const step = { params, body: StepForm, hide: true };
  routes.post(
    '/console/projects/:number/steps',
    { config: { access: { roles: stepTakers } }, schema: step },
    async (request, reply) => {
      const { number } = request.params;
      const { key, ...asked } = request.body;
      try {
        const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
        await takeStep(site.db, entering, { number, ...asked });
        return reply.redirect(`/console/projects/${encodeURIComponent(number)}#steps`, 303);
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
        return showProject(site, request, withProblem(reply, problem), number, { ...request.body, problem });
      }
    },
  );
}

async function listBody(site: Site, view: View, actor: Entitled, query: Static<typeof ListQuery>) {
  const { queries } = site.db;
  const { q, town, field, state, after } = query;
  const units = [...unitsWithin(actor, ledgerReaders)];
  const filter: ProjectFilter = {
    words: q,
    town,
    field,
    state: state || undefined,
    public_only: false,
    units,
  };
  const [deadline, id] = (after ?? '').split('_');
  const place = deadline ? { deadline, id: Number(id) } : undefined;
  const { entry_no } = await currentHead(site.db);
  const found = await listProjects(queries, null, filter, place, pageLength + 1);
  const count = await countProjects(queries, entry_no, filter);
  const names = await listNames(queries, entry_no, view);
  const rows = found.slice(0, pageLength);
  const last = rows.at(-1);
  const next = new URLSearchParams({ q: q ?? '', town: town ?? '', field: field ?? '', state: state ?? '' });
  if (last) next.set('after', `${last.deadline}_${last.id}`);
  const filtered = Boolean(q || town || field || state);
  return html`<h1>${words.ledger.zh}</h1>${filterForm(view, '/console/projects', filter, names)}
<p class="count" role="status">共 ${count} 个${filtered ? html` · <a href="/console/projects">${words.clear.zh}</a>` : ''}</p>
${rows.length ? projectTable(view, rows, names) : html`<p>${words.none.zh}</p>`}
${found.length > pageLength ? html`<nav class="pages" aria-label="${words.next.zh}"><a class="button plain" rel="next" href="/console/projects?${next.toString()}">${words.next.zh}</a></nav>` : ''}`;
}

function projectTable(view: View, rows: ListedProject[], names: Names): HtmlSafeString {
  return dataTable<ListedProject>({
    caption: words.ledger.zh,
    caption_hidden: true,
    rows,
    columns: [
      {
        title: words.number.zh,
        cell: (row) => html`<a href="/console/projects/${row.number}">${row.number}</a>`,
      },
      {
        title: words.project.zh,
        cell: (row) =>
          html`${row.title}${row.synthetic ? html` <span class="tag">${words.synthetic.zh}</span>` : ''}`,
      },
      { title: words.field.zh, cell: (row) => names.fields.get(row.field_code) },
      { title: words.town.zh, cell: (row) => names.areas.get(row.area_code) },
      { title: words.unit.zh, cell: (row) => names.units.get(row.unit_id) },
      { title: words.deadline.zh, cell: (row) => row.deadline, numeric: true },
      { title: words.state.zh, cell: (row) => staffLight(view, row) },
    ],
  });
}

/** The light of today, with the state in the words of staff. */
function staffLight(view: View, project: ListedProject): HtmlSafeString {
  const lit = stateLight(view, project, new Date());
  const station = staffStateWords[project.state].zh;
  return project.state === 'completed' || project.state === 'terminated'
    ? lit
    : html`${lit} <span class="station">${station}</span>`;
}

/** What was typed for a step, and what is wrong with it. */
type Asked = Partial<Static<typeof StepForm>> & { problem?: Problem };

async function showProject(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  number: string,
  asked: Asked = {},
): Promise<FastifyReply> {
  const view = await staffView(site, request);
  const actor = actorOf(request, 'console');
  const { project, steps, context, entry_no } = await getStaffProject(site.db, actor, number);
  const names = await listNames(site.db.queries, entry_no, view);
  const published = isPublic(project);
  const body = html`<h1>${project.title}</h1>
<p class="lead">${staffLight(view, project)} ${project.synthetic ? html`<span class="tag">${words.synthetic.zh}</span>` : ''}</p>
<div class="two-columns"><div>${staffPath(view, project.state, steps)}
${projectFacts(view, project, names)}
<p><a href="/console/projects/${number}/instructions">${words.instructions.zh}</a>${published ? html` · <a href="/projects/${number}">${words.public_page.zh}</a>` : ''}</p>
<h2 id="steps">${words.steps.zh}</h2>${stepsTimeline(view, steps, names, staffStateWords)}</div>
<aside aria-label="${words.next_step.zh}"><h2>${words.next_step.zh}</h2>${stepForm(view, actor, project, context, asked)}</aside></div>`;
  return sendConsolePage(site, request, reply, { title: project.title, body, trail });
}

/** The steps that lead on from here. What is not open to this person stands there with its reason. */
function stepForm(
  view: View,
  actor: Entitled,
  project: ProjectRow,
  context: StepContext,
  asked: Asked,
): HtmlSafeString {
  const steps = openSteps(project, context, actor).filter(({ step }) => !step.form);
  if (steps.length === 0)
    return html`${errorSummary(view.language, asked.problem)}<p>${words.no_step.zh}</p>`;
  const error = (name: string) => fieldError(view.language, asked.problem, name);
  return html`${errorSummary(view.language, asked.problem)}
<form method="post" action="/console/projects/${project.number}/steps" class="stack">${onceField(asked.problem ? (asked.key ?? randomUUID()) : randomUUID())}
${areaField({
  name: 'note',
  label: words.note.zh,
  maxlength: 1000,
  hint: words.note_hint.zh,
  value: asked.note ?? '',
  error: error('note'),
})}
${textField({
  name: 'occurred_at',
  label: words.occurred_at.zh,
  hint: words.occurred_hint.zh,
  type: 'datetime-local',
  value: asked.occurred_at ?? '',
  error: error('occurred_at'),
})}
<div class="buttons">${steps.map(({ to, step, problem }, index) =>
    button({
      text: step.word.zh,
      kind:
        to === 'terminated' ? 'danger' : index === 0 && project.state !== 'completed' ? 'primary' : 'plain',
      name: 'to',
      value: to,
      blocked_by: problem?.text.zh,
    }),
  )}</div></form>`;
}
