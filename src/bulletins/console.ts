import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { isDemonstration } from '../demonstration.ts';
import { actorOf, type Routes } from '../identity/access.ts';
import { cutoffOf, cutoffText } from '../kit/clock.ts';
import { withProblem } from '../kit/http.ts';
import { button, errorSummary, fieldError, onceField, selectField, textField } from '../kit/parts/form.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { draftBulletin, listBulletins, publish, templateChoices, templateCodes } from './actions.ts';
import type { CitedFigure } from './content.ts';
import { blockHtml, pieces } from './parts.ts';
import { bulletinPublishers } from './rules.ts';
import { words } from './words.ts';

const Draft = Type.Object({
  template: Type.Optional(Type.Enum([...templateCodes])),
  cutoff: Type.Optional(Type.String({ maxLength: 40 })),
});
const Publish = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  template: Type.Enum([...templateCodes]),
  cutoff: Type.String({ maxLength: 40 }),
  known_entry: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
});
const title = '公报发布';

/** Writing a bulletin: choose a cut-off, read the text that its figures make, publish what was read. */
export function addBulletinConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: bulletinPublishers } } as const;
  const path = '/console/bulletins';
  routes.get(path, { config, schema: { querystring: Draft, hide: true } }, async (request, reply) => {
    const { template = templateCodes[0]!, cutoff } = request.query;
    if (!cutoff) return show(site, request, reply, { template, cutoff: '' });
    try {
      return await showDraft(site, request, reply, { template, cutoff });
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return show(site, request, withProblem(reply, problem), { template, cutoff, problem });
    }
  });
  routes.post(path, { config, schema: { body: Publish, hide: true } }, async (request, reply) => {
    const { key, template, cutoff, known_entry } = request.body;
    try {
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      const synthetic = await isDemonstration(site.db);
      const publication = { template, cutoff: cutoffOf(cutoff), known_entry, synthetic };
      const { number } = (await publish(site.db, site.registry, entering, publication)).outcome;
      return reply.redirect(`/bulletins/${number}`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return show(site, request, withProblem(reply, problem), { template, cutoff, problem });
    }
  });
}

interface Asked {
  template: string;
  cutoff: string;
  problem?: Problem;
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
  draft: HtmlSafeString | string = '',
): Promise<FastifyReply> {
  const bulletins = await listBulletins(site.db.queries, 20);
  const body = html`<h1>${title}</h1>${errorSummary('zh', asked.problem)}
<form class="filters narrow" method="get" action="/console/bulletins">
${selectField({
  name: 'template',
  label: '模板',
  value: asked.template,
  options: templateChoices,
})}
${textField({
  name: 'cutoff',
  label: '截至',
  maxlength: 40,
  hint: '2021-09-03（当日24时）或 2021-09-03T09:00',
  value: asked.cutoff,
  error: fieldError('zh', asked.problem, 'cutoff'),
})}
${button({ text: '预览', kind: draft ? 'plain' : 'primary' })}</form>
${draft}
<h2>已发布</h2>${bulletins.length ? html`<ul class="list">${bulletins.map((one) => html`<li><a href="/bulletins/${one.number}">${one.title}</a><span class="meta">${one.number} · ${words.cutoff.zh} ${cutoffText(one.cutoff, 'zh')}</span></li>`)}</ul>` : html`<p>${words.none.zh}</p>`}`;
  return sendConsolePage(site, request, reply, { title, body });
}

async function showDraft(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: { template: string; cutoff: string },
): Promise<FastifyReply> {
  const publication = { template: asked.template, cutoff: cutoffOf(asked.cutoff), synthetic: false };
  const { content, known_entry } = await draftBulletin(site.db, site.registry, publication);
  const number = ({ text }: CitedFigure) => html`<span class="figure">${text}</span>`;
  const draft = html`<article class="bulletin draft" aria-label="草稿"><h2>${pieces(content.title, number)}</h2>
${content.blocks.map((block) => blockHtml(block, number))}
<div class="signature">${content.signature.map((line) => html`<p>${line}</p>`)}</div></article>
<form method="post" action="/console/bulletins">${onceField(randomUUID())}<input type="hidden" name="template" value="${asked.template}"><input type="hidden" name="cutoff" value="${asked.cutoff}"><input type="hidden" name="known_entry" value="${known_entry}">
<p>发布后编号固定、数字冻结，只能更正或撤稿。</p>${button({ text: '发布' })}</form>`;
  return show(site, request, reply, asked, draft);
}
