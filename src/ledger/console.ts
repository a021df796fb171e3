import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage, staffView } from '../console/layout.ts';
import { actorOf, checkRole, type Routes, reaches } from '../identity/access.ts';
import { listPeople } from '../identity/actions.ts';
import { currentHead, entryAt } from '../journal/head.ts';
import { cutoffOf, dayClosedBy, dayOf, momentText } from '../kit/clock.ts';
import { withProblem } from '../kit/http.ts';
import {
  areaField,
  button,
  errorNotice,
  errorSummary,
  fieldError,
  onceField,
  textField,
} from '../kit/parts/form.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { getStaffProject, reviewSecrecy, type StaffProject, takeStep } from './actions.ts';
import { checklistSection } from './checklist/section.ts';
import { lastItemSteps } from './checklist/store.ts';
import { addComment } from './comments/actions.ts';
import { commentSection } from './comments/section.ts';
import { listComments } from './comments/store.ts';
import { doers, isOneOf, openStates } from './course.ts';
import { evidenceSection } from './evidence/section.ts';
import { askExtension, decideExtension } from './extensions/actions.ts';
import { extensionSection } from './extensions/section.ts';
import { listExtensions } from './extensions/store.ts';
import { allFacts, headline } from './facts.ts';
import { readNaming } from './naming.ts';
import { type ProjectPage, projectPath, type Refused, refusedIn } from './page.ts';
import { listNames, staffPath, stateLight, stepsTimeline } from './parts.ts';
import { mergeProject } from './proposals/actions.ts';
import {
  extensionDeciders,
  isPublic,
  ledgerReaders,
  openSteps,
  secrecyReviewers,
  stepTakers,
} from './rules.ts';
import { StepForm } from './schema.ts';
import { findEntry, listParts, projectsById } from './store.ts';
import { staffStateWords, words } from './words.ts';

const trail = [{ href: '/console/projects', text: words.ledger.zh }];
const Key = Type.String({ minLength: 8, maxLength: 100 });
const params = Type.Object({ number: Type.String({ maxLength: 40 }) });

/** A project for staff: everything about it, as it is or as it was, and what can be done with it. */
export function addProjectConsole(routes: Routes, site: Site): void {
  const read = { access: { roles: ledgerReaders } } as const;
  const query = Type.Object({
    day: Type.Optional(Type.String({ maxLength: 10 })),
    entry: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  });
  routes.get(
    '/console/projects/:number',
    { config: read, schema: { params, querystring: query, hide: true } },
    async (request, reply) => {
      const { day, entry } = request.query;
      const known = day ? await entryOfDay(site, day) : entry;
      return showProject(site, request, reply, request.params.number, undefined, known);
    },
  );
  const step = { params, body: StepForm, hide: true };
  routes.post(
    '/console/projects/:number/steps',
    { config: { access: { roles: stepTakers } }, schema: step },
    async (request, reply) => {
      const { key, ...asked } = request.body;
      return attempt(site, request, reply, 'next', (entering, number) =>
        takeStep(site.db, { ...entering, idempotency_key: key }, { number, ...asked }),
      );
    },
  );
  addSmallForms(routes, site);
}

/** The last entry of a day. Raises `ledger/day_ahead`, and `kit/cutoff` for what is no day. */
async function entryOfDay(site: Site, day: string): Promise<number> {
  const end = cutoffOf(day);
  if (dayOf(new Date()) >= dayClosedBy(end)) return entryAt(site.db.queries, end);
  const text = { zh: `${day} 还没有到，看不到那天的样子。`, en: `${day} is still to come.` };
  throw new Problem('ledger/day_ahead', 'invalid', text, { day: text });
}

/** The forms of a page that change one thing each: merging, review, more time, a comment. */
function addSmallForms(routes: Routes, site: Site): void {
  const merge = Type.Object({
    key: Key,
    into: Type.String({ minLength: 1, maxLength: 40 }),
    note: Type.String({ maxLength: 1000 }),
  });
  routes.post(
    '/console/projects/:number/merger',
    { config: { access: { roles: ['coordinator'] } }, schema: { params, body: merge, hide: true } },
    async (request, reply) => {
      const { key, into, note } = request.body;
      return attempt(site, request, reply, 'merger', (entering, number) =>
        mergeProject(site.db, { ...entering, idempotency_key: key }, { number, into, note }),
      );
    },
  );
  routes.post(
    '/console/projects/:number/secrecy-review',
    {
      config: { access: { roles: secrecyReviewers } },
      schema: { params, body: Type.Object({ key: Key }), hide: true },
    },
    async (request, reply) => {
      const name = request.staff?.name ?? '';
      return attempt(site, request, reply, 'facts', (entering, number) =>
        reviewSecrecy(site.db, { ...entering, idempotency_key: request.body.key }, name, [number]),
      );
    },
  );
  const extension = Type.Object({
    key: Key,
    deadline: Type.String({ pattern: '^(\\d{4}-\\d{2}-\\d{2})?$' }),
    reason: Type.String({ maxLength: 1000 }),
  });
  routes.post(
    '/console/projects/:number/extensions',
    { config: { access: { roles: doers } }, schema: { params, body: extension, hide: true } },
    async (request, reply) => {
      const { key, deadline, reason } = request.body;
      return attempt(site, request, reply, 'extension', (entering, number) =>
        askExtension(site.db, { ...entering, idempotency_key: key }, { number, deadline, reason }),
      );
    },
  );
  const decision = Type.Object({
    key: Key,
    decision: Type.Enum(['granted', 'refused']),
    note: Type.String({ maxLength: 1000 }),
  });
  routes.post(
    '/console/projects/:number/extension-decision',
    { config: { access: { roles: extensionDeciders } }, schema: { params, body: decision, hide: true } },
    async (request, reply) => {
      const { key, ...asked } = request.body;
      return attempt(site, request, reply, 'extension', (entering, number) =>
        decideExtension(site.db, { ...entering, idempotency_key: key }, { number, ...asked }),
      );
    },
  );
  const comment = Type.Object({
    key: Key,
    text: Type.String({ maxLength: 2000 }),
    about: Type.Optional(Type.String({ pattern: '^(\\d{1,3})?$' })),
  });
  routes.post(
    '/console/projects/:number/comments',
    { config: { access: { roles: ledgerReaders } }, schema: { params, body: comment, hide: true } },
    async (request, reply) => {
      const { key, text, about } = request.body;
      const position = about ? Number(about) : undefined;
      return attempt(site, request, reply, 'comments', (entering, number) =>
        addComment(site.db, { ...entering, idempotency_key: key }, { number, position, text }),
      );
    },
  );
}

/**
 * Does what a form asks and goes back to its part of the page; shows the page with what was typed and what is wrong with
 * it when it is refused. `part` is the id of the part.
 */
export async function attempt(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  part: string,
  act: (entering: { actor: ReturnType<typeof actorOf> }, number: string) => Promise<unknown>,
): Promise<FastifyReply> {
  const { number } = request.params as { number: string };
  try {
    await act({ actor: actorOf(request, 'console') }, number);
    const anchor = part === 'next' || part === 'merger' ? '' : `#${part}`;
    return reply.redirect(`${projectPath({ number })}${anchor}`, 303);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code === 'ledger/unknown_project') throw problem;
    const typed = Object.entries(request.body ?? {}).filter(([, value]) => typeof value === 'string');
    const refused = { part, problem, typed: Object.fromEntries(typed) as Record<string, string> };
    return showProject(site, request, withProblem(reply, problem), number, refused);
  }
}

async function showProject(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  number: string,
  refused: Refused | undefined,
  known?: number,
): Promise<FastifyReply> {
  const { queries } = site.db;
  const view = await staffView(site, request);
  const actor = actorOf(request, 'console');
  const found = await getStaffProject(site.db, actor, number, known).catch((problem) => {
    throw known !== undefined && problem instanceof Problem && problem.code === 'ledger/unknown_project'
      ? notYet(number)
      : problem;
  });
  const { project, steps, items, evidence, entry_no } = found;
  const then = known === undefined ? undefined : await findEntry(queries, known);
  const now = then?.at ?? new Date();
  const linked = await projectsById(
    queries,
    [project.parent_id, project.merged_into_id].filter((id) => id !== null),
  );
  const page: ProjectPage = {
    view,
    actor,
    project,
    items,
    evidence,
    claims: await lastItemSteps(
      queries,
      items.map((item) => item.id),
      'claimed',
    ),
    naming: await readNaming(queries, entry_no),
    people: await listPeople(queries),
    numberOf: (id) => linked.get(id)?.number ?? '',
    today: dayOf(now),
    past: known !== undefined,
    refused,
  };
  const names = await listNames(queries, entry_no, view);
  const into = project.merged_into_id === null ? undefined : linked.get(project.merged_into_id);
  const next = page.past
    ? ''
    : html`<aside id="next" aria-label="${words.next_step.zh}"><h2>${words.next_step.zh}</h2>${stepForm(page, found)}</aside>`;
  const body = html`<h1>${project.title}</h1>
${known === undefined ? '' : await pastNotice(site, project, known, then?.at)}
<p class="lead">${stateLight(view, project, now)} <span class="station">${staffStateWords[project.state].zh}</span> ${project.synthetic ? html`<span class="tag">${words.synthetic.zh}</span>` : ''}${into ? html` 并入 <a href="${projectPath(into)}">${into.title}</a>` : ''}</p>
${links(page)}${headline(page)}${staffPath(view, project.state, steps)}
<div class="two-columns">${next}<div class="main-column">
${checklistSection(page)}
${await partsSection(site, page, entry_no)}
<h2 id="facts">基本情况</h2>${reviewForm(page)}${allFacts(page)}
${evidenceSection(page)}
${extensionSection(page, await listExtensions(queries, entry_no, project.id))}
<h2 id="steps">${words.steps.zh}</h2>${stepsTimeline(view, steps, names, staffStateWords)}${lookBack(page)}
${commentSection(page, await listComments(queries, entry_no, project.id))}</div></div>`;
  return sendConsolePage(site, request, reply, { title: project.title, body, trail });
}

function notYet(number: string): Problem {
  return new Problem('ledger/not_yet', 'not_found', {
    zh: `那时还没有项目 ${number}。请选晚一些的日子。`,
    en: `There was no project ${number} then. Choose a later day.`,
  });
}

async function pastNotice(
  site: Site,
  project: ProjectPage['project'],
  known: number,
  at: Date | undefined,
): Promise<HtmlSafeString> {
  const { entry_no } = await currentHead(site.db);
  return html`<div class="notice"><p>这是${at ? ` ${momentText(at)} ` : ''}（数据版本 ${known}，现在是 ${entry_no}）时的样子，灯色也按那时算。<a href="${projectPath(project)}">看现在的样子</a></p></div>`;
}

/** Where else there is something about it. */
function links({ project, actor, past }: ProjectPage): HtmlSafeString {
  const edits = !past && reaches(actor, [...doers, 'coordinator'], project.unit_id);
  const published = isPublic(project) && (isOneOf(openStates, project.state) || project.completed_at);
  const link = (href: string, text: string, shown: unknown = true) =>
    shown ? html`<li><a href="${href}">${text}</a></li>` : '';
  return html`<nav class="page-links" aria-label="这个项目"><ul>${link(projectPath(project, '/edit'), '修改', edits)}${link(
    projectPath(project, '/history'),
    '历史和差异',
  )}${link(projectPath(project, '/timetable'), '时间表')}${link(
    projectPath(project, '/survey'),
    '满意度测评',
    project.survey,
  )}${link(projectPath(project, '/supervision'), '督查督办')}${link(projectPath(project, '/instructions'), words.instructions.zh)}${link(
    projectPath(project, '/archive.zip'),
    '一项一档（下载）',
  )}${link(`/projects/${encodeURIComponent(project.number)}`, words.public_page.zh, published)}</ul></nav>`;
}

/** For who reviews, while what is to be public was not reviewed. */
function reviewForm({ project, actor, past }: ProjectPage): HtmlSafeString | '' {
  if (past || project.disclosure !== 'public' || project.reviewed || checkRole(actor, secrecyReviewers))
    return '';
  return html`<form method="post" action="${projectPath(project, '/secrecy-review')}" class="inline">${onceField(randomUUID())}${button({ text: '保密审查通过，可以公开', kind: 'plain' })}</form>`;
}

async function partsSection(
  site: Site,
  { project, view }: ProjectPage,
  entry_no: number,
): Promise<HtmlSafeString | ''> {
  const parts = await listParts(site.db.queries, entry_no, project.id);
  if (parts.length === 0) return '';
  return html`<h2 id="parts">子项目</h2><ul class="parts">${parts.map(
    (part) =>
      html`<li><a href="${projectPath(part)}">${part.title}</a> ${stateLight(view, part, new Date())}</li>`,
  )}</ul>`;
}

/** Looks back: as it was at the end of a day. */
function lookBack({ project }: ProjectPage): HtmlSafeString {
  return html`<details class="act"><summary>看某一天的样子</summary><form method="get" action="${projectPath(project)}" class="inline">${textField({ name: 'day', label: '哪一天（当天 24 时）', type: 'date', value: '' })}${button({ text: '查看', kind: 'plain' })}</form></details>`;
}

/** The steps that lead on from here. What is not open to this person stands there with its reason. */
function stepForm(page: ProjectPage, { context }: StaffProject): HtmlSafeString {
  const { project, actor, view } = page;
  const all = openSteps(project, context, actor);
  const steps = all.filter(({ step }) => !step.form);
  const { problem, typed } = refusedIn(page, 'next');
  if (all.length === 0) return html`${errorNotice(problem)}<p class="meta">${words.no_step.zh}</p>`;
  const error = (name: string) => fieldError(view.language, problem, name);
  const moment = textField({
    name: 'occurred_at',
    label: words.occurred_at.zh,
    hint: words.occurred_hint.zh,
    type: 'datetime-local',
    value: typed('occurred_at'),
    error: error('occurred_at'),
  });
  const form = html`<form method="post" action="${projectPath(project, '/steps')}" class="stack">${onceField(typed('key') || randomUUID())}
${areaField({
  name: 'note',
  label: words.note.zh,
  maxlength: 1000,
  rows: 3,
  hint: words.note_hint.zh,
  value: typed('note'),
  error: error('note'),
})}
<details class="act" ${typed('occurred_at') ? html`open` : ''}><summary>不是现在发生的</summary>${moment}</details>
<div class="buttons">${steps.map(({ to, step, problem }, index) =>
    button({
      text: step.word.zh,
      kind:
        to === 'terminated' || to === 'declined'
          ? 'danger'
          : index === 0 && !step.reason && project.state !== 'completed'
            ? 'primary'
            : 'plain',
      name: 'to',
      value: to,
      blocked_by: problem?.text.zh,
    }),
  )}</div></form>`;
  const issue = all.some(({ step }) => step.form === 'issue')
    ? html`<p><a class="button" href="/console/proposals/issue">印发清单</a></p>`
    : '';
  const merges = all.some(({ step }) => step.form === 'merge');
  return html`${errorSummary(view.language, problem)}${issue}${steps.length > 0 ? form : ''}${merges ? mergeForm(page) : ''}`;
}

function mergeForm(page: ProjectPage): HtmlSafeString {
  const { problem, typed } = refusedIn(page, 'merger');
  const error = (name: string) => fieldError('zh', problem, name);
  return html`<details class="act" id="merger" ${problem ? html`open` : ''}><summary>合并到其他项目</summary><form method="post" action="${projectPath(page.project, '/merger')}" class="stack">${onceField(typed('key') || randomUUID())}${errorNotice(problem)}
${textField({ name: 'into', label: '并入哪个项目（编号）', value: typed('into'), maxlength: 40, error: error('into') })}
${areaField({ name: 'note', id: 'merge-note', label: '理由', value: typed('note'), rows: 2, maxlength: 1000, error: error('note') })}${button({ text: '合并', kind: 'plain' })}</form></details>`;
}
