import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, checkReach, type Routes } from '../../identity/access.ts';
import { sentFile, withProblem } from '../../kit/http.ts';
import { areaField, button, errorSummary, fieldError, fileField, onceField } from '../../kit/parts/form.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { readWorkbook } from '../../kit/workbook.ts';
import type { Site } from '../../portal/context.ts';
import { forms } from '../forms.ts';
import { reporters } from '../rules.ts';
import { reportHref } from './expected.ts';
import { type FilePlan, planFile, reportCsv, reportWorkbook } from './file.ts';
import type { FullReport } from './full-report.ts';
import { readReport } from './reading.ts';
import { ReportPath } from './schema.ts';

const FileForm = Type.Object({
  file: Type.Optional(Type.Unsafe<Buffer | string>({})),
  text: Type.Optional(Type.String({ maxLength: 200_000 })),
});

/** A report by file or pasted block: what it would do is shown first, and saved by the report's own form. */
export function addFileConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: reporters } } as const;
  const path = '/console/reports/:form/:unit/:day';
  routes.get(`${path}/file`, { config, schema: { params: ReportPath, hide: true } }, (request, reply) =>
    showFile(site, request, reply, request.params),
  );
  const schema = { params: ReportPath, body: FileForm, hide: true };
  routes.post(`${path}/file`, { config, schema, bodyLimit: 1_500_000 }, async (request, reply) => {
    const { full, entry_no } = await readReport(site, request, request.params);
    try {
      const plan = planFile(full, await rowsSent(request.body));
      const body = planBody(full, plan, entry_no);
      return sendConsolePage(site, request, reply, { title: '核对文件', body, trail: trailOf(full) });
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const asked = { problem, text: request.body.text ?? '' };
      return showFile(site, request, withProblem(reply, problem), request.params, asked);
    }
  });
  routes.get(
    `${path}/template.:ending`,
    {
      config,
      schema: {
        params: Type.Object({ ...ReportPath.properties, ending: Type.Enum(['csv', 'xlsx']) }),
        hide: true,
      },
    },
    async (request, reply) => {
      const { ending, ...report } = request.params;
      const { full } = await readReport(site, request, report);
      const name = encodeURIComponent(`${full.title}-${full.unit.short_name}.${ending}`);
      return reply
        .type(ending === 'csv' ? 'text/csv; charset=utf-8' : xlsx)
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="report.${ending}"; filename*=UTF-8''${name}`)
        .send(ending === 'csv' ? reportCsv(full) : await reportWorkbook(full));
    },
  );
}

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** The rows of what was sent: a file, or text as a spreadsheet copies it. */
async function rowsSent({ file, text = '' }: Static<typeof FileForm>) {
  const sent = sentFile(file);
  if (sent) return (await readWorkbook(sent, sent.file_name)).sheets[0]?.rows ?? [];
  if (text.trim() === '') {
    const nothing = { zh: '请选择文件，或者粘贴内容。', en: 'Choose a file, or paste something.' };
    throw new Problem('reporting/file', 'invalid', nothing, { file: nothing });
  }
  if (text.includes('\t')) return text.split(/\r?\n/).map((line) => line.split('\t'));
  return (await readWorkbook(Buffer.from(text), 'text.csv')).sheets[0]?.rows ?? [];
}

function trailOf(full: FullReport) {
  return [
    { href: '/console/reports', text: '数据填报' },
    { href: reportHref(full), text: full.title },
  ];
}

async function showFile(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  path: ReportPath,
  asked: { problem?: Problem; text?: string } = {},
): Promise<FastifyReply> {
  const { full } = await readReport(site, request, path);
  refuseIf(checkReach(actorOf(request, 'console'), reporters, full.unit.id));
  const href = reportHref(full);
  const body = html`<h1>用文件填 ${full.title}</h1>${errorSummary('zh', asked.problem)}
<p>下载模板，填“数值”一列，再传回来；先给您看会改哪些格，确认后才保存。没有数据的写“无：原因”，留空的行不动。</p>
<p><a href="${href}/template.xlsx">下载 Excel 模板</a>　<a href="${href}/template.csv">下载 CSV 模板</a></p>
<form method="post" action="${href}/file" enctype="multipart/form-data" class="stack narrow">
${fileField({ name: 'file', label: '填好的文件', hint: '.xlsx、.xls、.et 或 CSV，不超过 1 MB。', accept: '.csv,.xlsx,.xls,.et', error: fieldError('zh', asked.problem, 'file') })}
${areaField({ name: 'text', label: '或者从表格里复制后粘贴（连同列名）', maxlength: 200_000, rows: 6, value: asked.text ?? '' })}
${button({ text: '核对' })}</form>`;
  return sendConsolePage(site, request, reply, { title: '用文件填', body, trail: trailOf(full) });
}

/** What a file would do, with the button that does it. */
function planBody(full: FullReport, plan: FilePlan, entry_no: number): HtmlSafeString {
  const { added, changed, unchanged, errors, cells } = plan;
  const href = reportHref(full);
  const fields = cells.map(
    ({ cell, after }) => html`<input type="hidden" name="cell.${cell.place.key}" value="${after}">`,
  );
  const save = html`<form method="post" action="${href}" class="report-form">${onceField(randomUUID())}<input type="hidden" name="since" value="${entry_no}">${fields}<div class="buttons">${button({ text: `保存这 ${cells.length} 格`, name: 'do', value: 'save' })}</div></form>`;
  return html`<h1>核对文件</h1><p class="lead" role="status">新填 ${added} 格，改动 ${changed} 格，未变 ${unchanged} 格，有误 ${errors.length} 处。还没有保存。</p>
${
  errors.length > 0
    ? html`<div class="notice bad" role="alert"><p>有误的行不会保存：</p><ul>${errors.slice(0, 50).map(({ row, column, text }) => html`<li>第 ${row} 行“${column}”：${text}</li>`)}</ul></div>`
    : ''
}${
  cells.length > 0
    ? html`${dataTable({
        caption: '会改的格子',
        rows: cells,
        columns: [
          { title: '格子', cell: ({ cell }) => `${forms[cell.place.figure].title.zh} · ${cell.name}` },
          { title: '现在', cell: ({ before }) => before || '空', numeric: true },
          { title: '改成', cell: ({ after }) => html`<strong>${after}</strong>`, numeric: true },
        ],
      })}${save}`
    : html`<p>没有要保存的格子。</p>`
}<p><a href="${href}/file">重新选文件</a></p>`;
}
