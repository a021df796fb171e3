import { randomUUID } from 'node:crypto';
import { html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { actorOf, type Routes } from '../identity/access.ts';
import { withProblem } from '../kit/http.ts';
import { areaField, button, errorSummary, fieldError, onceField, textField } from '../kit/parts/form.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { presentOf } from '../portal/present.ts';
import { setOffice } from './actions.ts';
import { officeEditors } from './rules.ts';
import { type Office, officeFields, officeNames } from './schema.ts';

const longest = 500;
const asked = Object.fromEntries(
  officeNames.map((name) => [name, Type.Optional(Type.String({ maxLength: longest }))]),
);
const Asked = Type.Object({ key: Type.String({ minLength: 8, maxLength: 100 }), ...asked });

/** What the site says of its office: one form, for the office itself and the system administrator. */
export function addOfficeConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: officeEditors } } as const;
  const schema = {
    querystring: Type.Object({ saved: Type.Optional(Type.String({ maxLength: 5 })) }),
    hide: true,
  };
  routes.get('/console/site', { config, schema }, async (request, reply) => {
    const { office } = await presentOf(site.db);
    return show(site, request, reply, office, { saved: request.query.saved === '1' });
  });
  routes.post('/console/site', { config, schema: { body: Asked, hide: true } }, async (request, reply) => {
    const { key, ...typed } = request.body as { key: string } & Office;
    const office = Object.fromEntries(officeNames.map((name) => [name, (typed[name] ?? '').trim()]));
    try {
      await setOffice(site.db, { actor: actorOf(request, 'console'), idempotency_key: key }, office);
      return reply.redirect('/console/site?saved=1', 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind !== 'invalid') throw problem;
      return show(site, request, withProblem(reply, problem), office, { problem });
    }
  });
}

function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  office: Office,
  { problem, saved }: { problem?: Problem; saved?: boolean },
): Promise<FastifyReply> {
  const fields = officeNames.map((name) => {
    const { label, hint, kind } = officeFields[name];
    const error = fieldError('zh', problem, name);
    const field = { name, label: label.zh, hint, value: office[name] ?? '', maxlength: longest, error };
    return kind === 'sites' ? areaField({ ...field, rows: 3 }) : textField(field);
  });
  const body = html`<h1>网站信息</h1><p class="lead">显示在公众页面的页脚和开放数据中。不填的不显示。</p>
${saved ? html`<p class="notice good" role="status">已保存。</p>` : ''}${errorSummary('zh', problem)}
<form method="post" action="/console/site" class="stack">${onceField(randomUUID())}${fields}${button({ text: '保存' })}</form>
<p><a href="/embed">怎样把本站嵌入门户网站</a></p>`;
  return sendConsolePage(site, request, reply, { title: '网站信息', body });
}
