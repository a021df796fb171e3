import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes, reaches } from '../../identity/access.ts';
import { cutoffText } from '../../kit/clock.ts';
import { withProblem } from '../../kit/http.ts';
import { areaField, button, errorSummary, fieldError, onceField, selectField } from '../../kit/parts/form.ts';
import { Problem } from '../../kit/problem.ts';
import { getStaffProject } from '../../ledger/actions.ts';
import { namingOf } from '../../ledger/naming.ts';
import { ledgerReaders } from '../../ledger/rules.ts';
import type { Site } from '../../portal/context.ts';
import { judge } from '../lights/kept.ts';
import { issueNotice, listNotices } from '../notices/actions.ts';
import { noticeTable } from '../notices/parts.ts';
import { gradeWords, noticeIssuers } from '../notices/rules.ts';
import { type Grade, grades } from '../notices/schema.ts';
import { words } from '../words.ts';
import { askedCutoff } from './moment.ts';
import { forecastText, lightOf, reasonsText } from './parts.ts';

const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
const Asked = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  grade: Type.Enum([...grades]),
  text: Type.String({ maxLength: 2000 }),
  emergency: Type.Optional(Type.Literal('1')),
});
interface Typed {
  grade?: Grade;
  text?: string;
  emergency?: '1' | undefined;
}

/** How one project stands, why, when it will be done, and the notices about it; whoever supervises issues one here. */
export function addProjectSupervision(routes: Routes, site: Site): void {
  const read = { access: { roles: ledgerReaders } } as const;
  routes.get(
    '/console/projects/:number/supervision',
    { config: read, schema: { params, hide: true } },
    (request, reply) => show(site, request, reply, request.params.number),
  );
  const issue = { access: { roles: noticeIssuers } } as const;
  routes.post(
    '/console/projects/:number/notices',
    { config: issue, schema: { params, body: Asked, hide: true } },
    async (request, reply) => {
      const { number } = request.params;
      const { key, ...typed } = request.body;
      try {
        const asked = { number, grade: typed.grade, text: typed.text, emergency: typed.emergency === '1' };
        const { outcome } = await issueNotice(
          site.db,
          { actor: actorOf(request, 'console'), idempotency_key: key },
          asked,
        );
        return reply.redirect(`/console/supervision/notices/${outcome.id}`, 303);
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.kind !== 'invalid') throw problem;
        return show(site, request, withProblem(reply, problem), number, { typed, problem });
      }
    },
  );
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  number: string,
  refused: { typed?: Typed; problem?: Problem } = {},
): Promise<FastifyReply> {
  const actor = actorOf(request, 'console');
  const { project } = await getStaffProject(site.db, actor, number);
  const cutoff = await askedCutoff(site);
  const { projects } = await judge(site.db, cutoff);
  const judged = projects.find(({ pace }) => pace.id === project.id);
  const notices = await listNotices(site.db.queries, { project_id: project.id }, 100);
  const now = cutoff ?? new Date();
  const stands = judged
    ? html`<p class="lead">${lightOf(judged.standing.light)} ${reasonsText(judged) || '没有滞后'}</p>
<dl class="facts"><div><dt>截至</dt><dd>${cutoffText(now, 'zh')}</dd></div><div><dt>计划进度</dt><dd>${share(judged.standing.planned)}</dd></div><div><dt>已报完成</dt><dd>${share(judged.standing.actual)}</dd></div><div><dt>照现在的进度</dt><dd>${forecastText(judged)}</dd></div></dl>
<details><summary>灯和预测怎样得出</summary><p>灯按已报完成的权重与计划（序时进度）相差多少、离时限几天、几个月没有记录来定，没有人工填写。预测：最早应完成而没完成的事项晚了几天，余下的都按计划工期办、整体顺延这么多天，是最早的完成日期；照目前的快慢拉长全部计划，是较晚的完成日期。</p></details>`
    : html`<p class="lead">这个项目不在清单上，没有灯。</p>`;
  const body = html`<h1>${project.title}</h1>${stands}${errorSummary('zh', refused.problem)}
<h2>催办和督办</h2>${notices.length ? noticeTable(notices, await namingOf(site.db), now, words.notices.zh) : html`<p>还没有催办、督办。</p>`}
${reaches(actor, noticeIssuers, project.unit_id) ? issueForm(number, refused) : ''}
<p><a href="/console/projects/${number}/instructions">${words.instructions.zh}</a> · <a href="/console/projects/${number}/timetable">时间表</a></p>`;
  const trail = [
    { href: '/console/supervision', text: words.supervision.zh },
    { href: `/console/projects/${number}`, text: project.title },
  ];
  return sendConsolePage(site, request, reply, { title: words.supervision.zh, body, trail });
}

const share = (percent: number | null) => (percent === null ? '—' : `${percent}%`);

function issueForm(
  number: string,
  { typed = {}, problem }: { typed?: Typed; problem?: Problem },
): HtmlSafeString {
  const error = (name: string) => fieldError('zh', problem, name);
  return html`<details class="act" ${problem ? html`open` : ''}><summary>发出催办或督办</summary><form method="post" action="/console/projects/${number}/notices" class="stack">${onceField(randomUUID())}
${selectField({ name: 'grade', label: '等级', value: typed.grade ?? 'reminder', options: grades.map((value) => ({ value, text: gradeWords[value].zh })), error: error('grade') })}
${areaField({ name: 'text', label: '事由和要求', value: typed.text ?? '', maxlength: 2000, error: error('text') })}
<p class="choice"><input type="checkbox" id="emergency" name="emergency" value="1" ${typed.emergency ? html`checked` : ''}> <label for="emergency">特急：可以直接发红色，期限减半</label></p>
${button({ text: '发出' })}</form></details>`;
}
