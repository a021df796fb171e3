import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { staffView } from '../console/layout.ts';
import { actorOf, type Routes } from '../identity/access.ts';
import { listPeople } from '../identity/actions.ts';
import { currentHead } from '../journal/head.ts';
import { dayOf } from '../kit/clock.ts';
import { formAgain, largeFile, refuseInvalid, typedTexts, withProblem } from '../kit/http.ts';
import { areaField, button, errorNotice, errorSummary, fieldError, onceField } from '../kit/parts/form.ts';
import { light } from '../kit/parts/light.ts';
import { Problem } from '../kit/problem.ts';
import { getStaffProject, type ListedProject, takeStep } from '../ledger/actions.ts';
import { lastItemClaims } from '../ledger/checklist/actions.ts';
import { itemVerifiers } from '../ledger/checklist/rules.ts';
import { doers } from '../ledger/course.ts';
import { ItemStepForm, takeSentItemStep } from '../ledger/evidence/item-form.ts';
import { listMyWork } from '../ledger/my-work.ts';
import { namingOf } from '../ledger/naming.ts';
import { type Refused, refusedIn } from '../ledger/page.ts';
import { listNames, projectFacts, stateLight } from '../ledger/parts.ts';
import { ledgerReaders, openSteps, stepTakers } from '../ledger/rules.ts';
import { StepForm } from '../ledger/schema.ts';
import { staffStateWords } from '../ledger/words.ts';
import type { Site } from '../portal/context.ts';
import { listReportWork } from '../reporting/reports/expected.ts';
import { itemCards, typedAgain } from './items.ts';
import { sendFieldPage } from './layout.ts';
import { addFieldReports } from './reports.ts';
import { words } from './words.ts';

/** 现场: the staff member's phone. What is to be done, one thing on a screen, its button at the thumb. */
export function addFieldPages(routes: Routes, site: Site): void {
  const config = { access: { roles: stepTakers } } as const;
  const schema = { hide: true };
  routes.get('/field', { config: { access: 'staff' }, schema }, async (request, reply) => {
    const { to_verify, overdue, due_soon, to_start } = await listMyWork(
      site.db.queries,
      actorOf(request, 'console'),
      new Date(),
    );
    const projects = [...overdue, ...due_soon, ...to_start];
    const verify = to_verify.length
      ? html`<p><a class="button plain" href="/field/verification">待核验 ${to_verify.length} 个</a></p>`
      : '';
    const { to_report } = await listReportWork(
      site.db.queries,
      actorOf(request, 'console'),
      await present(site),
    );
    const report = to_report.length
      ? html`<p><a class="button plain" href="/field/report">待填报 ${to_report.length} 张</a></p>`
      : '';
    const list = projects.length ? cards(projects) : html`<p class="lead">${words.nothing.zh}</p>`;
    const body = html`${verify}${report}${projects.length || (!to_verify.length && !to_report.length) ? list : ''}`;
    return sendFieldPage(site, request, reply, { title: words.to_do.zh, body });
  });
  routes.get('/field/verification', { config: { access: 'staff' }, schema }, async (request, reply) => {
    const { to_verify } = await listMyWork(site.db.queries, actorOf(request, 'console'), new Date());
    const body = to_verify.length
      ? cards(to_verify)
      : html`<p class="lead">${words.nothing_to_verify.zh}</p>`;
    return sendFieldPage(site, request, reply, { title: words.verify.zh, body });
  });
  addFieldReports(routes, site);

  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  const read = { config: { access: { roles: ledgerReaders } }, schema: { params, hide: true } } as const;
  routes.get('/field/projects/:number', read, (request, reply) =>
    showProject(site, request, reply, request.params.number),
  );
  const item = Type.Object({
    number: Type.String({ maxLength: 40 }),
    position: Type.Integer({ minimum: 1, maximum: 999 }),
  });
  routes.post(
    '/field/projects/:number/items/:position',
    {
      config: { access: { roles: [...doers, ...itemVerifiers] }, ...largeFile },
      schema: { params: item, body: ItemStepForm, hide: true },
      ...formAgain,
    },
    async (request, reply) => {
      const { number } = request.params;
      try {
        refuseInvalid(request);
        await takeSentItemStep(site.db, { actor: actorOf(request, 'console') }, request.params, request.body);
        return reply.redirect(
          `/field/projects/${encodeURIComponent(number)}#item-${request.params.position}`,
          303,
        );
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
        const part = `item-${request.params.position}`;
        const refused = { part, problem, typed: typedTexts(request.body) };
        return showProject(site, request, withProblem(reply, problem), number, refused);
      }
    },
  );
  const step = { params, body: StepForm, hide: true };
  routes.post(
    '/field/projects/:number/steps',
    { config, schema: step, ...formAgain },
    async (request, reply) => {
      const { number } = request.params;
      try {
        refuseInvalid(request);
        const { key, ...asked } = request.body;
        await takeStep(
          site.db,
          { actor: actorOf(request, 'console'), idempotency_key: key },
          { number, ...asked },
        );
        return reply.redirect('/field', 303);
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
        return showProject(site, request, withProblem(reply, problem), number, {
          part: 'next',
          problem,
          typed: typedTexts(request.body),
        });
      }
    },
  );
}

async function present(site: Site): Promise<{ today: string; entry_no: number }> {
  const { entry_no } = await currentHead(site.db);
  return { today: dayOf(new Date()), entry_no };
}

function cards(projects: readonly ListedProject[]): HtmlSafeString {
  const today = dayOf(new Date());
  return html`<ul class="cards">${projects
    .slice(0, 50)
    .map(
      (one) =>
        html`<li><a href="/field/projects/${one.number}"><strong>${one.title}</strong><span class="meta">${one.number} · <span class="day">${one.deadline} 前完成</span></span> ${one.deadline < today ? light('overdue', '已逾期') : ''}</a></li>`,
    )}</ul>`;
}

async function showProject(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  number: string,
  refused?: Refused,
): Promise<FastifyReply> {
  const view = await staffView(site, request);
  const actor = actorOf(request, 'console');
  const found = await getStaffProject(site.db, actor, number);
  const { project, items, context, entry_no } = found;
  const ids = items.map((item) => item.id);
  const claims = await lastItemClaims(site.db.queries, ids);
  const naming = await namingOf(site.db);
  const people = await listPeople(site.db.queries);
  const names = await listNames(site.db.queries, entry_no, view);
  const steps = openSteps(project, context, actor).filter(
    ({ to, step }) => to !== 'terminated' && !step.form,
  );
  const waiting = items.filter((item) => item.state === 'claimed').length;
  const passes = steps.some(({ to, problem }) => to === 'completed' && !problem);
  const alsoVerified =
    passes && waiting > 0
      ? html`<p class="notice">通过后，${waiting} 项已报完成的事项一并核验。请先看过上面的佐证。</p>`
      : '';
  const { problem, typed } = refusedIn({ refused }, 'next');
  const form = html`<form method="post" action="/field/projects/${encodeURIComponent(number)}/steps#next" class="stack">${onceField(typed('key') || randomUUID())}
${areaField({ name: 'note', label: words.note.zh, maxlength: 1000, value: typed('note'), rows: 3, error: fieldError('zh', problem, 'note') })}
${alsoVerified}<div class="buttons">${steps.map(({ to, step, problem }, index) =>
    button({
      text: step.word.zh,
      kind: index === 0 ? 'primary' : 'plain',
      name: 'to',
      value: to,
      blocked_by: problem?.text.zh,
    }),
  )}</div></form>`;
  // Who verifies reads what was to be done and what was said to be done before the buttons.
  const claimed = project.state === 'completion_claimed' || project.state === 'verifying';
  const said = claimed && context.claim?.note;
  const body = html`<p class="lead">${stateLight(view, project, new Date())} <span class="station">${staffStateWords[project.state].zh}</span></p>
<p>${project.content}</p>${said ? html`<div class="notice"><p>${words.claimed.zh}：${said}</p></div>` : ''}
${itemCards({ ...found, actor, claims, naming, people, refused })}${steps.length ? html`<div id="next">${errorSummary('zh', problem)}${form}</div>` : html`${errorNotice(problem)}${typedAgain(typed('note'))}<p>${words.no_step.zh}</p>`}<h2>${words.facts.zh}</h2>${projectFacts(view, project, names)}`;
  return sendFieldPage(site, request, reply, { title: project.title, body, back: '/field' });
}
