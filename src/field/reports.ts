import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { actorOf, checkReach, type Routes } from '../identity/access.ts';
import { currentHead } from '../journal/head.ts';
import { dayOf } from '../kit/clock.ts';
import { withProblem } from '../kit/http.ts';
import { grouped } from '../kit/parts/figures.ts';
import { button, errorSummary, onceField, textField } from '../kit/parts/form.ts';
import { light } from '../kit/parts/light.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { forms } from '../reporting/forms.ts';
import { saveCells, takeReportStep } from '../reporting/reports/actions.ts';
import { untouchedCells } from '../reporting/reports/completeness.ts';
import { type Expected, listReportWork, reportHref } from '../reporting/reports/expected.ts';
import { type FullCell, type FullReport, unknownReport } from '../reporting/reports/full-report.ts';
import { olderMissing } from '../reporting/reports/parts.ts';
import { periodText } from '../reporting/reports/periods.ts';
import { readReport } from '../reporting/reports/reading.ts';
import { checkReportStep } from '../reporting/reports/rules.ts';
import { ReportPath } from '../reporting/reports/schema.ts';
import { changedCells } from '../reporting/reports/sending.ts';
import { typedOf } from '../reporting/reports/typed.ts';
import { reporters } from '../reporting/rules.ts';
import { sendFieldPage } from './layout.ts';
import { words } from './words.ts';

const CellPath = Type.Object({ ...ReportPath.properties, cell: Type.String({ maxLength: 120 }) });
type CellPath = Static<typeof CellPath>;
const Key = Type.String({ minLength: 8, maxLength: 100 });
/** One cell as a phone sends it: a number, the same as before, or why there is nothing. */
const CellForm = Type.Object({
  key: Key,
  value: Type.Optional(Type.String({ maxLength: 40 })),
  how: Type.Optional(Type.Enum(['value', 'same', 'nothing'])),
  nothing: Type.Optional(Type.String({ maxLength: 300 })),
  answer: Type.Optional(Type.String({ maxLength: 300 })),
});
type CellForm = Static<typeof CellForm>;

/** Reports on a phone: one question on a screen, its number large, then the next; at the end all of it, to submit. */
export function addFieldReports(routes: Routes, site: Site): void {
  const config = { access: { roles: reporters } } as const;
  routes.get(
    '/field/report',
    { config: { access: 'staff' }, schema: { hide: true } },
    async (request, reply) => {
      const { entry_no } = await currentHead(site.db);
      const now = { today: dayOf(new Date()), entry_no };
      const { to_report } = await listReportWork(site.db.queries, actorOf(request, 'console'), now);
      const body = to_report.length
        ? html`<ul class="cards">${to_report
            .filter((one) => !one.older)
            .slice(0, 50)
            .map(reportCard)}</ul>${olderMissing(
            to_report.filter((one) => one.older),
            '/field',
          )}`
        : html`<p class="lead">${words.nothing_to_report.zh}</p>`;
      return sendFieldPage(site, request, reply, { title: words.report.zh, body });
    },
  );
  const path = '/field/reports/:form/:unit/:day';
  routes.get(path, { config, schema: { params: ReportPath, hide: true } }, (request, reply) =>
    showWhole(site, request, reply, request.params),
  );
  const submission = { params: ReportPath, body: Type.Object({ key: Key }), hide: true };
  routes.post(`${path}/submission`, { config, schema: submission }, async (request, reply) => {
    try {
      const entering = { actor: actorOf(request, 'console'), idempotency_key: request.body.key };
      await takeReportStep(site.db, site.registry, entering, request.params, { step: 'submission' });
      return reply.redirect('/field/report', 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return showWhole(site, request, withProblem(reply, problem), request.params, problem);
    }
  });
  routes.get(`${path}/cells/:cell`, { config, schema: { params: CellPath, hide: true } }, (request, reply) =>
    showCell(site, request, reply, request.params),
  );
  const schema = { params: CellPath, body: CellForm, hide: true };
  routes.post(`${path}/cells/:cell`, { config, schema }, async (request, reply) => {
    try {
      return reply.redirect(await takeCell(site, request, request.params, request.body), 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return showCell(site, request, withProblem(reply, problem), request.params, {
        problem,
        typed: request.body,
      });
    }
  });
}

function reportCard(one: Expected): HtmlSafeString {
  return html`<li><a href="${reportHref(one, '/field')}"><strong>${one.form.title} ${periodText(one.form.period, one.span.last)}</strong><span class="meta">${one.unit.short_name} · <span class="day">${one.due} 前报</span></span> ${light(one.status.tone, one.status.word)}</a></li>`;
}

function cellPath(full: FullReport, { place }: FullCell): string {
  return `${reportHref(full, '/field')}/cells/${encodeURIComponent(place.key)}`;
}

/** Saves one cell and says where to go on: to a question about it, to the next empty cell, or to the whole. */
async function takeCell(
  site: Site,
  request: FastifyRequest,
  path: CellPath,
  sent: CellForm,
): Promise<string> {
  const { cell: key, ...report } = path;
  const actor = actorOf(request, 'console');
  const { full } = await readReport(site, request, report);
  refuseIf(checkReach(actor, reporters, full.unit.id));
  const cell = full.cells.find(({ place }) => place.key === key);
  if (!cell) throw unknownReport();
  const last = cell.known.series.at(-1);
  const text =
    sent.how === 'same' && last
      ? String(last.value)
      : sent.how === 'nothing'
        ? `无：${sent.nothing ?? ''}`
        : (sent.value ?? '');
  const answer = sent.answer === undefined ? {} : { [`answer-${key}`]: sent.answer };
  const changed = changedCells(full, { [`cell-${key}`]: text, ...answer }, undefined, undefined);
  if (changed.length > 0) {
    const entering = { actor, idempotency_key: sent.key };
    await saveCells(site.db, site.registry, entering, report, changed);
  }
  const { full: now } = await readReport(site, request, report);
  if (now.questions.some((one) => one.key === key && !one.answered && !one.must)) return cellPath(now, cell);
  const at = now.cells.findIndex(({ place }) => place.key === key);
  const next = [...now.cells.slice(at + 1), ...now.cells.slice(0, at)].find(
    (one) => one.open && needsWork(one, now),
  );
  return next ? cellPath(now, next) : reportHref(now, '/field');
}

/** Whether a cell is still to be filled in or answered. */
function needsWork(cell: FullCell, full: FullReport): boolean {
  return (
    cell.empty ||
    untouchedCells(full).includes(cell) ||
    full.questions.some(({ key, answered, must }) => key === cell.place.key && !answered && !must)
  );
}

async function showCell(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  path: CellPath,
  refused?: { problem: Problem; typed: CellForm },
): Promise<FastifyReply> {
  const { full } = await readReport(site, request, path);
  const index = full.cells.findIndex(({ place }) => place.key === path.cell);
  const cell = full.cells[index];
  if (!cell) throw unknownReport();
  const title = `${full.form.title} ${periodText(full.form.period, full.span.last)}`;
  const open = full.cells.filter((one) => one.open);
  const place = cell.open
    ? html`<p class="meta">第 ${open.indexOf(cell) + 1} 格，共 ${open.length} 格</p>`
    : '';
  const body = html`${place}${errorSummary('zh', refused?.problem)}${cell.open ? cellForm(full, cell, refused?.typed) : locked(cell)}`;
  return sendFieldPage(site, request, reply, { title, body, back: reportHref(full, '/field') });
}

function locked(cell: FullCell): HtmlSafeString {
  const value = cell.value === undefined ? typedOf(cell.stored) : grouped(String(cell.value));
  return html`<p class="report-question">${cell.name}：${value || '未报'}</p><p>这一格现在不能修改。</p>`;
}

/** The question of one cell, with everything that helps to answer it. */
function cellForm(full: FullReport, cell: FullCell, typed: CellForm | undefined): HtmlSafeString {
  const { place, name, stored, known } = cell;
  const last = known.series.at(-1);
  const asked = full.questions.filter(({ key, must }) => key === place.key && !must);
  const isReturned = stored?.opened_for;
  const value =
    typed?.value ?? (stored?.value === null || stored?.value === undefined ? '' : String(stored.value));
  const id = `cell-${place.key}`;
  return html`<form method="post" action="${cellPath(full, cell)}" class="stack">${onceField(randomUUID())}
${isReturned ? html`<div class="notice"><p>${full.standing.state === 'returned' ? '退回' : '更正'}：${stored.opened_for}</p></div>` : ''}
<label class="report-question" for="${id}">${periodText(full.form.period, full.span.last)}${cell.stock ? '末' : ''}，${forms[place.figure].title.zh}“${name}”有多少${cell.counted_in}？</label>
<input type="text" class="report-number" id="${id}" name="value" value="${value}" inputmode="numeric" autocomplete="off" maxlength="40">
<p class="report-past">${last ? `上期（${periodText(full.form.period, last.last)}）是 ${grouped(String(last.value))}` : '没有上期的数'}。${cell.stock ? '' : '没有发生填 0。'}</p>
${asked.map(({ text }) => html`<div class="notice"><p>${text}</p></div>`)}${
  asked.length > 0 || isReturned
    ? textField({
        name: 'answer',
        label: '对的话，写一句为什么',
        value: typed?.answer ?? stored?.answer ?? '',
        maxlength: 300,
      })
    : ''
}<div class="buttons">${button({ text: '保存，下一格', name: 'how', value: 'value' })}${
    last && cell.stock
      ? button({
          text: `和上期一样：${grouped(String(last.value))}`,
          kind: 'plain',
          name: 'how',
          value: 'same',
        })
      : ''
  }</div>
<details ${stored?.nothing || typed?.how === 'nothing' ? html`open` : ''}><summary>没有数据</summary>${textField({ name: 'nothing', label: '为什么没有', value: typed?.nothing ?? stored?.nothing ?? '', maxlength: 300 })}<div class="buttons">${button({ text: '没有数据，下一格', kind: 'plain', name: 'how', value: 'nothing' })}</div></details></form>`;
}

async function showWhole(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  path: ReportPath,
  problem?: Problem,
): Promise<FastifyReply> {
  const { full } = await readReport(site, request, path);
  const actor = actorOf(request, 'console');
  const open = full.cells.filter((cell) => cell.open);
  const left = open.filter((cell) => needsWork(cell, full));
  const first = left[0];
  const submit = checkReportStep('submission', full.standing, actor, undefined);
  const title = `${full.form.title} ${periodText(full.form.period, full.span.last)}`;
  const go = first
    ? html`<p><a class="button" href="${cellPath(full, first)}">${full.standing.state !== 'opened' ? `看退回的 ${left.length} 格` : open.length === left.length ? '开始填' : `接着填，还有 ${left.length} 格`}</a></p>`
    : html`<form method="post" action="${reportHref(full, '/field')}/submission" class="stack">${onceField(randomUUID())}<div class="buttons">${button({ text: '提交', blocked_by: submit?.text.zh })}</div></form>`;
  const body = html`${errorSummary('zh', problem)}<p class="meta">${full.unit.name} · <span class="day">${full.due} 前报</span></p>
${open.length > 0 || !submit ? go : html`<p class="lead">${submit.text.zh}</p>`}<ul class="cards">${full.cells.map((cell) => wholeCell(full, cell))}</ul>`;
  return sendFieldPage(site, request, reply, { title, body, back: '/field/report' });
}

function wholeCell(full: FullReport, cell: FullCell): HtmlSafeString {
  const value = cell.value === undefined ? typedOf(cell.stored) || '未填' : grouped(String(cell.value));
  const opened =
    cell.open && cell.stored?.opened_for
      ? html`<br><span class="meta">${light('amber', '退回')}：${cell.stored.opened_for}</span>`
      : '';
  const known = !cell.stored && cell.known.records ? html`<span class="meta">系统已有，不用报</span>` : '';
  return html`<li id="cell-${cell.place.key}"><a href="${cellPath(full, cell)}"><strong>${value}</strong><span class="meta">${forms[cell.place.figure].title.zh} · ${cell.name}</span>${opened}${known}</a></li>`;
}
