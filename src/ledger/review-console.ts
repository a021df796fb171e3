import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { actorOf, type Routes, staffOf } from '../identity/access.ts';
import { withProblem } from '../kit/http.ts';
import { button, errorSummary, onceField } from '../kit/parts/form.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { reviewSecrecy } from './actions.ts';
import { cellText } from './cells.ts';
import type { ItemRow } from './checklist/schema.ts';
import { currentItems } from './checklist/store.ts';
import { ledgerColumns } from './columns.ts';
import { type Naming, namingOf } from './naming.ts';
import { projectPath } from './page.ts';
import { secrecyReviewers } from './rules.ts';
import type { ProjectRow } from './schema.ts';
import { countUnreviewed, listUnreviewed } from './store.ts';

const path = '/console/review';
const shown = 50;

/** 保密审查: what is to be public and nobody has reviewed, with the texts that residents would read, many at a time. */
export function addReviewConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: secrecyReviewers } } as const;
  routes.get(path, { config, schema: { hide: true } }, (request, reply) => show(site, request, reply));
  const number = Type.String({ maxLength: 40 });
  const body = Type.Object({
    key: Type.String({ minLength: 8, maxLength: 100 }),
    number: Type.Optional(Type.Union([number, Type.Array(number, { maxItems: shown })])),
  });
  routes.post(path, { config, schema: { body, hide: true } }, async (request, reply) => {
    const numbers = [request.body.number ?? []].flat();
    try {
      if (numbers.length === 0) throw nothingChosen();
      const entering = { actor: actorOf(request, 'console'), idempotency_key: request.body.key };
      await reviewSecrecy(site.db, entering, staffOf(request).name, numbers);
      return reply.redirect(path, 303);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return show(site, request, withProblem(reply, problem), problem);
    }
  });
}

function nothingChosen(): Problem {
  return new Problem('ledger/nothing_chosen', 'invalid', {
    zh: '请先勾选看过的项目。',
    en: 'Choose the projects that you have looked at.',
  });
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  problem?: Problem,
): Promise<FastifyReply> {
  const { queries } = site.db;
  const projects = await listUnreviewed(queries, shown);
  const count = await countUnreviewed(queries);
  const naming = await namingOf(site.db);
  const ids = projects.map((project) => project.id);
  const items = Map.groupBy(await currentItems(queries, ids), (item) => item.project_id);
  const form = html`<form method="post" action="${path}">${onceField(randomUUID())}
<ul class="review-list">${projects.map((project) => reviewCard(project, items.get(project.id) ?? [], naming))}</ul>
<div class="buttons">${button({ text: '勾选的审查通过，可以公开' })}</div></form>`;
  const body = html`<h1>保密审查</h1>${errorSummary('zh', problem)}
<p class="lead">下面是拟主动公开、还没有审查的项目，连同公众会看到的全部文字。涉及个人隐私、工作秘密的，请打开项目修改或改为不予公开。</p>
${count === 0 ? html`<p>没有待审查的项目。</p>` : html`<p class="count">共 ${count} 个${count > shown ? `，先列出 ${shown} 个` : ''}</p>${form}`}`;
  return sendConsolePage(site, request, reply, { title: '保密审查', body });
}

/** A project with every text that residents would read. */
function reviewCard(project: ProjectRow, items: readonly ItemRow[], naming: Naming): HtmlSafeString {
  const texts = ledgerColumns
    .filter(({ published, kind, name }) => published && kind === 'text' && name !== 'title')
    .map(({ name, title }) => ({ title, text: cellText(name, project, naming) }))
    .filter(({ text }) => text !== '');
  const listed = items.map((item) => item.title).join('；');
  return html`<li><label class="check"><input type="checkbox" name="number" value="${project.number}"> <strong>${project.title}</strong></label> <span class="meta"><a href="${projectPath(project)}">${project.number}</a> · ${naming.unitName(project.unit_id)}</span>
<dl>${texts.map(({ title, text }) => html`<div class="review-text"><dt>${title}</dt><dd>${text}</dd></div>`)}${listed ? html`<div class="review-text"><dt>清单事项</dt><dd>${listed}</dd></div>` : ''}</dl></li>`;
}
