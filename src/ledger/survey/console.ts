import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html, unsafeHtml } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { renderSVG } from 'uqr';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes, reaches, staffOf } from '../../identity/access.ts';
import { dayOf } from '../../kit/clock.ts';
import { withProblem } from '../../kit/http.ts';
import { button, errorSummary, fieldError, onceField, selectField, textField } from '../../kit/parts/form.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { getStaffProject } from '../actions.ts';
import { readNaming } from '../naming.ts';
import { projectPath } from '../page.ts';
import { ledgerReaders } from '../rules.ts';
import { makeSurveyCode, recordAnswers } from './actions.ts';
import {
  answers,
  answerWords,
  channelWords,
  checkCollector,
  checkSurveyed,
  collectors,
  sumTallies,
} from './rules.ts';
import { listAnswers, type SurveyAnswer } from './store.ts';

const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
const Count = Type.Optional(Type.String({ pattern: '^\\s*\\d{0,6}\\s*$' }));
const Collected = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  channel: Type.Enum(['phone', 'paper']),
  satisfied: Count,
  mostly: Count,
  unsatisfied: Count,
  unknown: Count,
});

/** The survey of a project for staff: what came in, by whom, the QR code to put up, and what was collected otherwise. */
export function addSurveyConsole(routes: Routes, site: Site, address: string): void {
  const path = '/console/projects/:number/survey';
  const read = { access: { roles: ledgerReaders } } as const;
  routes.get(path, { config: read, schema: { params, hide: true } }, (request, reply) =>
    show(site, request, reply, address),
  );
  addCode(routes, site, address);
  const config = { access: { roles: collectors } } as const;
  routes.post(path, { config, schema: { params, body: Collected, hide: true } }, async (request, reply) => {
    const { number } = request.params;
    const { key, channel, ...counts } = request.body;
    try {
      const tally = {
        satisfied: Number(counts.satisfied ?? 0),
        mostly: Number(counts.mostly ?? 0),
        unsatisfied: Number(counts.unsatisfied ?? 0),
        unknown: Number(counts.unknown ?? 0),
      };
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      await recordAnswers(site.db, entering, staffOf(request).name, { number, channel, tally });
      return reply.redirect(projectPath({ number }, '/survey'), 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return show(site, request, withProblem(reply, problem), address, problem, counts);
    }
  });
}

/** Makes the QR code of a project that lacks it. */
function addCode(routes: Routes, site: Site, address: string): void {
  const config = { access: { roles: collectors } } as const;
  const body = Type.Object({ key: Type.String({ minLength: 8, maxLength: 100 }) });
  const path = '/console/projects/:number/survey/code';
  routes.post(path, { config, schema: { params, body, hide: true } }, async (request, reply) => {
    const { number } = request.params;
    try {
      const entering = { actor: actorOf(request, 'console'), idempotency_key: request.body.key };
      await makeSurveyCode(site.db, entering, number);
      return reply.redirect(projectPath({ number }, '/survey#code'), 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return show(site, request, withProblem(reply, problem), address, problem);
    }
  });
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  address: string,
  problem?: Problem,
  typed: Record<string, string | undefined> = {},
): Promise<FastifyReply> {
  const { number } = request.params as { number: string };
  const actor = actorOf(request, 'console');
  const { project, entry_no } = await getStaffProject(site.db, actor, number);
  const naming = await readNaming(site.db.queries, entry_no);
  const given = await listAnswers(site.db.queries, project.id);
  const closed = checkSurveyed(project);
  const url = project.survey_code ? `${address}/survey/${project.survey_code}` : '';
  const poster = url
    ? html`<h2 id="code">二维码</h2><div class="poster"><div class="qr">${unsafeHtml(renderSVG(url, { border: 2 }))}</div><p>扫码为“${project.title}”打分，不用留姓名电话。</p></div><p class="meta no-print">用浏览器打印本页即可张贴。链接：${url}</p>`
    : html`<h2 id="code">二维码</h2><p>这个项目还没有二维码：测评是在申请办结之后才打开的，或项目是导入的。</p>${
        reaches(actor, collectors, project.unit_id)
          ? html`<form method="post" action="${projectPath(project, '/survey/code')}">${onceField(randomUUID())}${button({ text: '生成二维码', kind: 'plain' })}</form>`
          : html`<p class="meta">由核验单位、镇村的人在本页生成。</p>`
      }`;
  const form = html`<h2>录入电话、纸质答卷</h2><form method="post" action="${projectPath(project, '/survey')}" class="stack">${onceField(randomUUID())}
${selectField({
  name: 'channel',
  label: '方式',
  value: 'phone',
  options: [
    { value: 'phone', text: channelWords.phone },
    { value: 'paper', text: channelWords.paper },
  ],
})}
<div class="inline">${answers.map((answer) => textField({ name: answer, label: `${answerWords[answer].zh}（份）`, value: typed[answer] ?? '', inputmode: 'numeric', maxlength: 6, error: fieldError('zh', problem, answer) }))}</div>
${button({ text: '录入', blocked_by: checkCollector(project, actor)?.text.zh })}</form>`;
  const body = html`<h1>群众满意度测评</h1><p class="lead"><a href="${projectPath(project)}">${project.title}</a></p>${errorSummary('zh', problem)}
${closed ? html`<p>${project.survey ? '申请办结之后开展测评。' : '这个项目没有要求开展测评（在“修改”里可以打开）。'}</p>` : ''}
${given.length ? results(given, (id) => naming.unitName(id)) : ''}${closed ? '' : html`${form}${poster}`}`;
  const trail = [
    { href: '/console/projects', text: '项目台账' },
    { href: projectPath(project), text: project.title },
  ];
  return sendConsolePage(site, request, reply, { title: '群众满意度测评', body, trail });
}

function results(given: readonly SurveyAnswer[], unitName: (id: number | null) => string): HtmlSafeString {
  const sums = sumTallies(given);
  const scanned = given.filter((one) => one.channel === 'qr');
  const collected = given.filter((one) => one.channel !== 'qr');
  const rows = [
    ...(scanned.length ? [{ who: '群众扫码', when: '', tally: sumTallies(scanned) }] : []),
    ...collected.map((one) => ({
      who: `${channelWords[one.channel]} · ${unitName(one.unit_id)} ${one.collector ?? ''}`,
      when: dayOf(one.occurred_at),
      tally: sumTallies([one]),
    })),
  ];
  return html`<p class="lead">满意度 <strong>${sums.rate ?? '—'}${sums.rate ? '%' : ''}</strong> <span class="meta">（满意 ${sums.satisfied} + 基本满意 ${sums.mostly}）÷ 有效 ${sums.valid}；样本 ${sums.sample}，其中不了解 ${sums.unknown}</span></p>
${sums.unsatisfied > 0 ? html`<div class="notice"><p>有 ${sums.unsatisfied} 份不满意，核验时请了解原因；需要整改的退回承办单位。</p></div>` : ''}
<table class="data"><caption>答卷</caption><thead><tr><th scope="col">采集</th><th scope="col">日期</th>${answers.map((answer) => html`<th scope="col" class="numeric">${answerWords[answer].zh}</th>`)}</tr></thead><tbody>${rows.map(
    ({ who, when, tally }) =>
      html`<tr><th scope="row">${who}</th><td data-label="日期">${when}</td>${answers.map((answer) => html`<td class="numeric" data-label="${answerWords[answer].zh}">${tally[answer]}</td>`)}</tr>`,
  )}</tbody></table>`;
}
