import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { actorOf, type Routes } from '../identity/access.ts';
import { withProblem } from '../kit/http.ts';
import {
  areaField,
  button,
  errorSummary,
  fieldError,
  fileField,
  onceField,
  textField,
} from '../kit/parts/form.ts';
import { Problem } from '../kit/problem.ts';
import { textOf } from '../kit/text.ts';
import type { Site } from '../portal/context.ts';
import { type Reported, report } from './actions.ts';
import { columnsOf, columnWords, type FormCode, formCodes, forms } from './forms.ts';
import { reporters } from './rules.ts';

const Report = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  file: Type.Optional(Type.Unsafe<Buffer | string>({})),
  text: Type.Optional(Type.String({ maxLength: 200_000 })),
  reason: Type.Optional(Type.String({ maxLength: 300 })),
});
const title = '数据填报';

/** Records by file, as a register gives them (each school, each day): a page for each sort, to send or paste a CSV file. */
export function addReportFiles(routes: Routes, site: Site): void {
  const config = { access: { roles: reporters } } as const;
  const params = Type.Object({ form: Type.Enum([...formCodes]) });
  const path = '/console/reports/:form';
  routes.get(path, { config, schema: { params, hide: true } }, (request, reply) =>
    showForm(site, request, reply, request.params.form),
  );
  const schema = { params, body: Report, hide: true };
  routes.post(path, { config, schema, bodyLimit: 1_500_000 }, async (request, reply) => {
    const { form } = request.params;
    const { key, file, text = '', reason } = request.body;
    try {
      const csv = file && file.length > 0 ? textOf(Buffer.from(file)) : text;
      const entering = {
        actor: actorOf(request, 'console'),
        idempotency_key: key,
        ...(reason && { reason }),
      };
      const { outcome } = await report(site.db, entering, form, csv);
      return showForm(site, request, reply, form, { outcome });
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return showForm(site, request, withProblem(reply, problem), form, { asked: request.body, problem });
    }
  });
}

interface Said {
  outcome?: Reported;
  asked?: Static<typeof Report>;
  problem?: Problem;
}

async function showForm(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  code: FormCode,
  said: Said = {},
): Promise<FastifyReply> {
  const form = forms[code];
  const body = html`<h1>${form.title.zh}</h1>${errorSummary('zh', said.problem)}${said.outcome ? done(said.outcome) : ''}
<form method="post" action="/console/reports/${code}" enctype="multipart/form-data" class="stack narrow">${onceField(randomUUID())}
<p>第一行写列名：<code>${columnsOf(code).join(',')}</code>。同一格再报一次即为更正，须写理由。</p>
<details><summary>各列怎么填</summary><dl class="facts">${columnsOf(code).map((column) => html`<div><dt><code>${column}</code></dt><dd>${columnWords[column]}</dd></div>`)}</dl></details>
${fileField({ name: 'file', label: 'CSV 文件', hint: 'UTF-8 或 GBK，不超过 1 MB。', accept: '.csv,text/csv' })}
${areaField({
  name: 'text',
  label: '或者粘贴内容',
  maxlength: 200_000,
  value: pasted(said.asked),
  rows: 8,
  error: fieldError('zh', said.problem, 'text'),
})}
${textField({ name: 'reason', label: '更正理由', maxlength: 300, hint: '只有更正时要填。', value: said.asked?.reason ?? '' })}
${button({ text: '报送' })}</form>`;
  const trail = [{ href: '/console/reports', text: title }];
  return sendConsolePage(site, request, reply, { title: form.title.zh, body, trail });
}

/** A file cannot be put back into its field, so what was in it stands in the text to be mended there. */
function pasted(asked: Static<typeof Report> | undefined): string {
  if (!asked) return '';
  return asked.file && asked.file.length > 0 ? textOf(Buffer.from(asked.file)) : (asked.text ?? '');
}

function done({ added, corrected, unchanged }: Reported): HtmlSafeString {
  return html`<div class="notice good" role="status"><p>已收到：新增 ${added} 格，更正 ${corrected} 格，未变 ${unchanged} 格。</p></div>`;
}
