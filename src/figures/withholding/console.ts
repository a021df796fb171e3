import { randomUUID } from 'node:crypto';
import { html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, checkRole, type Routes } from '../../identity/access.ts';
import { currentHead } from '../../journal/head.ts';
import { withProblem } from '../../kit/http.ts';
import { button, errorSummary, fieldError, onceField, textField } from '../../kit/parts/form.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { usualThreshold } from '../withheld.ts';
import { setThreshold, thresholdAt, thresholdBounds, thresholdKeepers } from './actions.ts';

const path = '/console/releases/withholding';
const readers = ['publisher', 'coordinator', 'district_leader', 'inspector'] as const;

const Asked = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  threshold: Type.String({ maxLength: 10 }),
  reason: Type.String({ maxLength: 300 }),
});

interface Said {
  typed?: { threshold: string; reason: string };
  problem?: Problem;
  saved?: boolean;
}

/** 小数字不公布: how few persons are too few to be said, which figures it is about, and who may change it. */
export function addWithholdingConsole(routes: Routes, site: Site): void {
  const querystring = Type.Object({ saved: Type.Optional(Type.String({ maxLength: 5 })) });
  const config = { access: { roles: readers } } as const;
  routes.get(path, { config, schema: { querystring, hide: true } }, (request, reply) =>
    show(site, request, reply, { saved: request.query.saved === '1' }),
  );
  const keeping = { access: { roles: thresholdKeepers } } as const;
  routes.post(path, { config: keeping, schema: { body: Asked, hide: true } }, async (request, reply) => {
    const { key, ...typed } = request.body;
    try {
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      await setThreshold(site.db, entering, wholeNumber(typed.threshold), typed.reason);
      return reply.redirect(`${path}?saved=1`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return show(site, request, withProblem(reply, problem), { typed, problem });
    }
  });
}

function wholeNumber(text: string): number {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN;
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { typed, problem, saved }: Said,
): Promise<FastifyReply> {
  const { entry_no } = await currentHead(site.db);
  const threshold = await thresholdAt(site.db.queries, entry_no);
  const may = !checkRole(actorOf(request, 'console'), thresholdKeepers);
  const personal = [...site.registry.values()].filter((one) => one.personal);
  const form = html`<form method="post" action="${path}" class="stack narrow">${onceField(randomUUID())}
${textField({ name: 'threshold', label: '少于几个人不公布', value: typed?.threshold ?? String(threshold), maxlength: 10, hint: `${thresholdBounds.least} 到 ${thresholdBounds.most}；通常是 ${usualThreshold}`, error: fieldError('zh', problem, 'threshold') })}
${textField({ name: 'reason', label: '为什么改', value: typed?.reason ?? '', maxlength: 300, error: fieldError('zh', problem, 'reason') })}
${button({ text: '保存' })}</form>`;
  const body = html`<h1>小数字不公布</h1>${saved ? html`<p class="notice good" role="status">已保存，从下一次发布起按新的数执行。</p>` : ''}${errorSummary('zh', problem)}
<p class="lead">涉及个人的指标，少于 ${threshold} 人的格子不公布；会被减出来的格子一起不公布。已经发布的不变。</p>
<p>涉及个人的指标：${personal.map(({ code, title }, index) => html`${index > 0 ? '、' : ''}<a href="/figures/${code}">${title.zh}</a>`)}。</p>
${may ? form : html`<p>由区统筹办设置。</p>`}`;
  const trail = [{ href: '/console/releases', text: '数据发布' }];
  return sendConsolePage(site, request, reply, { title: '小数字不公布', body, trail });
}
