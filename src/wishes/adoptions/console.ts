import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes } from '../../identity/access.ts';
import { formAgain, refuseInvalid, typedTexts, withProblem } from '../../kit/http.ts';
import { button, errorSummary, fieldError, onceField, textField } from '../../kit/parts/form.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { adoptionKeepers, adoptProject, releaseProject } from './actions.ts';
import { type ListedAdoption, listAdoptions } from './store.ts';

const path = '/console/adoptions';
const Key = { key: Type.String({ minLength: 8, maxLength: 100 }) };
const Asked = Type.Object({
  ...Key,
  number: Type.String({ maxLength: 40 }),
  adopter: Type.String({ maxLength: 60 }),
  promise: Type.String({ maxLength: 200 }),
});

/** 党员领办: which projects of the ledger a branch or a member took to heart, and what they do there. */
export function addAdoptionConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: adoptionKeepers } } as const;
  routes.get(path, { config, schema: { hide: true } }, (request, reply) => show(site, request, reply));
  routes.post(path, { config, schema: { body: Asked, hide: true }, ...formAgain }, async (request, reply) => {
    try {
      refuseInvalid(request);
      const { key, ...asked } = request.body;
      await adoptProject(site.db, { actor: actorOf(request, 'console'), idempotency_key: key }, asked);
      return reply.redirect(path, 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'forbidden') throw problem;
      return show(site, request, withProblem(reply, problem), { problem, typed: typedTexts(request.body) });
    }
  });
  const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });
  const schema = { params, body: Type.Object(Key), hide: true };
  routes.post(`${path}/:id/end`, { config, schema }, async (request, reply) => {
    const entering = { actor: actorOf(request, 'console'), idempotency_key: request.body.key };
    await releaseProject(site.db, entering, request.params.id);
    return reply.redirect(path, 303);
  });
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  refused?: { problem: Problem; typed: Record<string, string> },
): Promise<FastifyReply> {
  const rows = await listAdoptions(site.db.queries);
  const field = (name: 'number' | 'adopter' | 'promise', label: string, maxlength: number, hint?: string) =>
    textField({
      name,
      label,
      ...(hint && { hint }),
      value: refused?.typed[name] ?? '',
      maxlength,
      error: fieldError('zh', refused?.problem, name),
    });
  const body = html`<h1>党员领办</h1><p class="lead">由谁领办、做什么，随公开项目一起公开。</p>
${rows.length ? table(rows) : html`<p>还没有领办的项目。</p>`}
<h2>登记领办</h2>${errorSummary('zh', refused?.problem)}<form method="post" action="${path}" class="stack" novalidate>${onceField(refused?.typed.key ?? randomUUID())}${field('number', '项目编号', 40, '如 JW2021-001')}${field('adopter', '由谁领办（公开）', 60, '党支部名称，或“某某支部党员”。')}${field('promise', '领办做什么（公开）', 200)}${button({ text: '登记' })}</form>`;
  const trail = [{ href: '/console/wishes', text: '微心愿' }];
  return sendConsolePage(site, request, reply, { title: '党员领办', body, trail });
}

function table(rows: readonly ListedAdoption[]): HtmlSafeString {
  return dataTable<ListedAdoption>({
    caption: '党员领办',
    caption_hidden: true,
    rows,
    columns: [
      { title: '项目', cell: (row) => html`<a href="/console/projects/${row.number}">${row.number}</a>` },
      { title: '由谁领办', cell: (row) => row.adopter },
      { title: '做什么', cell: (row) => row.promise },
      { title: '从', cell: (row) => row.adopted_on },
      { title: '到', cell: (row) => row.ended_on ?? endForm(row.id) },
    ],
  });
}

function endForm(id: number): HtmlSafeString {
  return html`<form method="post" action="${path}/${id}/end">${onceField(randomUUID())}${button({ text: '结束', kind: 'plain' })}</form>`;
}
