import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes, staffOf } from '../../identity/access.ts';
import { currentHead } from '../../journal/head.ts';
import { momentText } from '../../kit/clock.ts';
import { largeFile, type SentFile, sentFile, withProblem } from '../../kit/http.ts';
import { button, errorSummary, fieldError, fileField, onceField, textField } from '../../kit/parts/form.ts';
import { Problem } from '../../kit/problem.ts';
import { cut } from '../../kit/text.ts';
import type { Site } from '../../portal/context.ts';
import { leaveOut, type Question } from '../cells.ts';
import { coordinators } from '../course.ts';
import { keepFile } from '../evidence/files.ts';
import { readNaming } from '../naming.ts';
import { addAnswersConsole, answersPath } from './answers-console.ts';
import { exportWorkbook } from './export.ts';
import { answerImport, applyStored, getImport, markedWorkbook, startImport } from './imports.ts';
import type { PlannedRow } from './planned.ts';
import type { CellError } from './reading.ts';
import { type ImportRow, insertImport, listImports, listPlanned, type PlanSummary } from './store.ts';
import type { Synonym } from './synonyms.ts';

const path = '/console/imports';
const trail = [{ href: '/console/projects', text: '项目台账' }];
const shownErrors = 200;
const shownRows = 100;
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Importing a ledger: drop a file in, answer what is unsure, look at what it would do, apply it, take it back. */
export function addImportConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: coordinators } } as const;
  routes.get(path, { config, schema: { hide: true } }, (request, reply) => showStart(site, request, reply));
  const body = Type.Object({
    key: Type.String({ minLength: 8, maxLength: 100 }),
    file: Type.Optional(Type.Any()),
  });
  routes.post(
    path,
    { config: { ...config, ...largeFile }, schema: { body, hide: true } },
    async (request, reply) => {
      let file: SentFile;
      try {
        file = sentFile(request.body.file) ?? refuseNoFile();
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        return showStart(site, request, withProblem(reply, problem), problem);
      }
      const { account_id, unit_id } = staffOf(request);
      const file_digest = await keepFile(site.db.queries, file, 'application/octet-stream');
      const file_name = cut(file.file_name.split(/[/\\]/).at(-1)!, 120) || '台账.xlsx';
      const id = await insertImport(site.db.queries, { account_id, unit_id, file_digest, file_name });
      // It goes on when the page is closed; a server that stops meanwhile takes it up again.
      void startImport(site.db, id);
      return reply.redirect(`${path}/${id}`, 303);
    },
  );
  routes.get(`${path}/template.xlsx`, { config, schema: { hide: true } }, async (_request, reply) => {
    const { entry_no } = await currentHead(site.db);
    const naming = await readNaming(site.db.queries, entry_no);
    const content = await exportWorkbook({ projects: [], items: [], naming, numberOf: new Map() });
    const name = encodeURIComponent('项目台账模板.xlsx');
    return reply
      .type(xlsx)
      .header('content-disposition', `attachment; filename="template.xlsx"; filename*=UTF-8''${name}`)
      .send(content);
  });
  addAnswersConsole(routes, site);
  addOneImport(routes, site);
}

function refuseNoFile(): never {
  const text = { zh: '请选择要导入的表格文件。', en: 'Choose the workbook to import.' };
  throw new Problem('ledger/no_file', 'invalid', text, { file: text });
}

function addOneImport(routes: Routes, site: Site): void {
  const config = { access: { roles: coordinators } } as const;
  const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });
  routes.get(`${path}/:id`, { config, schema: { params, hide: true } }, (request, reply) =>
    showImport(site, request, reply, request.params.id),
  );
  routes.get(
    `${path}/:id/marked.xlsx`,
    { config, schema: { params, hide: true } },
    async (request, reply) => {
      const row = await getImport(site.db, staffOf(request).account_id, request.params.id);
      const content = await markedWorkbook(site.db, row);
      const name = encodeURIComponent(`${row.file_name.replace(/\.[^.]*$/, '')}（已标注）.xlsx`);
      return reply
        .type(xlsx)
        .header('content-disposition', `attachment; filename="marked.xlsx"; filename*=UTF-8''${name}`)
        .header('cache-control', 'no-store')
        .send(content);
    },
  );
  const answers = Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 200 }));
  routes.post(
    `${path}/:id/answers`,
    { config, schema: { params, body: answers, hide: true } },
    async (request, reply) => {
      const { id } = request.params;
      const row = await getImport(site.db, staffOf(request).account_id, id);
      const told = (row.plan?.questions ?? []).flatMap((question, index): Synonym[] => {
        const meaning = request.body[`answer-${index}`];
        const known = question.choices.some((choice) => choice.meaning === meaning);
        return meaning && (known || meaning === leaveOut)
          ? [{ kind: question.kind, text: question.text, meaning }]
          : [];
      });
      await answerImport(site.db, actorOf(request, 'console'), id, told);
      return reply.redirect(`${path}/${id}`, 303);
    },
  );
  const apply = Type.Object({
    key: Type.String({ minLength: 8, maxLength: 100 }),
    batch: Type.String({ maxLength: 60 }),
    document_no: Type.String({ maxLength: 60 }),
    reason: Type.Optional(Type.String({ maxLength: 1000 })),
    without_errors: Type.Optional(Type.Literal('yes')),
  });
  routes.post(
    `${path}/:id/application`,
    { config, schema: { params, body: apply, hide: true } },
    async (request, reply) => {
      const { id } = request.params;
      const { key, batch, document_no, reason, without_errors } = request.body;
      try {
        const row = await getImport(site.db, staffOf(request).account_id, id);
        const actor = actorOf(request, 'console');
        const without = without_errors === 'yes';
        const entering = { actor, idempotency_key: key, batch, document_no, reason, without_errors: without };
        const entry_no = await applyStored(site.db, entering, row);
        return reply.redirect(`/console/changes/${entry_no}`, 303);
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
        return showImport(site, request, withProblem(reply, problem), id, { problem, ...request.body });
      }
    },
  );
}

async function showStart(site: Site, request: FastifyRequest, reply: FastifyReply, problem?: Problem) {
  const rows = await listImports(site.db.queries, staffOf(request).account_id, 10);
  const body = html`<h1>导入表格</h1>${errorSummary('zh', problem)}
<p class="lead">把现在用的台账原样传上来：表头怎么写都可以，先给您看结果，不会直接改动台账。</p>
<form method="post" action="${path}" enctype="multipart/form-data" class="stack drop">${onceField(randomUUID())}
${fileField({ name: 'file', label: '台账文件', hint: '.xlsx、.xls、.et 或 CSV，不超过 20 MB。', accept: '.xlsx,.xlsm,.xlsb,.xls,.et,.csv', error: fieldError('zh', problem, 'file') })}
${button({ text: '上传并核对' })} <a class="button plain" href="${path}/template.xlsx">下载模板</a></form>
<p class="links"><a href="${answersPath}">记住的回答</a></p>
${rows.length ? html`<h2>最近的导入</h2><ul class="plain-list">${rows.map((row) => html`<li><a href="${path}/${row.id}">${row.file_name}</a> <span class="tag">${stateText(row)}</span> <span class="meta">${momentText(row.created_at)}</span></li>`)}</ul>` : ''}`;
  return sendConsolePage(site, request, reply, { title: '导入表格', body, trail });
}

function stateText({ state }: Pick<ImportRow, 'state'>): string {
  return { reading: '正在核对', asking: '等您回答', checked: '已核对', applied: '已导入', failed: '读不了' }[
    state
  ];
}

/** An application that was refused: why, and what was typed. */
interface Refused {
  problem: Problem;
  batch: string;
  document_no: string;
  reason?: string;
}

async function showImport(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  id: number,
  refused?: Refused,
): Promise<FastifyReply> {
  const row = await getImport(site.db, staffOf(request).account_id, id);
  if (row.state === 'reading') reply.header('refresh', '2');
  const body = html`<h1>${row.file_name}</h1>${errorSummary('zh', refused?.problem)}${await stateBody(site, row, refused)}`;
  return sendConsolePage(site, request, reply, {
    title: '导入核对',
    body,
    trail: [...trail, { href: path, text: '导入表格' }],
  });
}

async function stateBody(site: Site, row: ImportRow, refused?: Refused): Promise<HtmlSafeString> {
  const { id, plan } = row;
  if (row.state === 'failed') {
    return html`<div class="notice bad" role="alert"><p>${row.problem?.zh ?? '读不了这个文件。'}</p></div><p><a class="button" href="${path}">重新选择文件</a></p>`;
  }
  if (row.state === 'reading' || !plan) {
    const percent = row.total > 0 ? Math.min(99, Math.floor((100 * row.done) / row.total)) : 0;
    return html`<p class="lead" role="status">正在核对… ${percent}%</p><progress max="100" value="${percent}" aria-label="核对进度">${percent}%</progress>
<p class="meta">可以关掉这个页面，核对会继续；回到“导入表格”就能看到结果。<a href="${path}/${id}">刷新</a></p>`;
  }
  if (row.state === 'asking') return questions(id, plan.questions);
  const applied = row.state === 'applied';
  const { errors } = plan;
  const changes = plan.new + plan.changed + plan.items.new + plan.items.changed;
  const result = applied
    ? html`<div class="notice good"><p>已导入。<a href="/console/changes/${row.entry_no}">查看这次操作，或撤销</a>${errors > 0 ? html`　另有 ${plan.left_count} 行没有导入，列在下面。<a href="${path}/${id}/marked.xlsx">下载标注了错误的原表</a>` : ''}</p></div>`
    : errors > 0
      ? html`<div class="notice bad"><p>有 ${errors} 处错误，改好后再传一次。<a href="${path}/${id}/marked.xlsx">下载标注了错误的原表</a></p></div>${plan.rest ? restForm(row, plan, refused) : ''}`
      : changes === 0
        ? html`<div class="notice good"><p>表格和台账完全一致，不需要导入。</p></div>`
        : html`<form method="post" action="${path}/${id}/application" class="stack">${onceField(`import-${id}`)}${applicationFields(plan, refused)}${button({ text: `导入：新增 ${plan.new} 个，变更 ${plan.changed} 个` })}</form>`;
  const { queries } = site.db;
  const wrong = await listPlanned(queries, id, 'error', shownErrors);
  const changed = await listPlanned(queries, id, 'changed', shownRows);
  const added = await listPlanned(queries, id, 'new', shownRows);
  return html`${summary(plan)}${result}${plan.notes.length ? html`<ul class="notes">${plan.notes.map((note) => html`<li>${note}</li>`)}</ul>` : ''}
${errors > 0 ? html`${errorTable(wrong, errors)}${leftList(plan)}` : ''}${changed.length ? changeTable(changed, plan.changed) : ''}${added.length ? newTable(added, plan.new) : ''}
${plan.missing_count ? html`<h2>台账里有而表里没有：${plan.missing_count} 个</h2><p class="meta">它们保持不变。${plan.missing.slice(0, 30).join('、')}${plan.missing_count > 30 ? ' 等' : ''}</p>` : ''}`;
}

/** What an application wants to know besides its file. */
function applicationFields(plan: PlanSummary, refused: Refused | undefined): HtmlSafeString {
  return html`${plan.new > 0 ? html`<div class="inline">${textField({ name: 'batch', label: '新项目的批次（表里没有时用）', value: refused?.batch ?? '', maxlength: 60 })}${textField({ name: 'document_no', label: '印发文号', value: refused?.document_no ?? '', maxlength: 60 })}</div>` : html`<input type="hidden" name="batch" value=""><input type="hidden" name="document_no" value="">`}
${plan.adjusted > 0 ? textField({ name: 'reason', label: '调整理由', hint: `有 ${plan.adjusted} 个项目已经交办，改动属于调整。`, value: refused?.reason ?? '', maxlength: 1000, error: fieldError('zh', refused?.problem, 'reason') }) : ''}`;
}

/** Rows without errors need not wait for the others. */
function restForm({ id }: ImportRow, plan: PlanSummary, refused: Refused | undefined): HtmlSafeString {
  return html`<form method="post" action="${path}/${id}/application" class="stack">${onceField(`import-rest-${id}`)}<input type="hidden" name="without_errors" value="yes">
${applicationFields(plan, refused)}${button({ text: `先导入没有错误的 ${plan.rest} 行`, kind: 'plain' })}
<p class="hint">其余 ${plan.left_count} 行这次不导入，列在页面下方；改好后把整张表再传一次，已导入的不会重复。</p></form>`;
}

function leftList({ left = [], left_count = 0 }: PlanSummary): HtmlSafeString {
  if (left_count === 0) return html``;
  const shown = left.slice(0, shownRows);
  return html`<h2>不能导入的行：${left_count} 行</h2><p class="meta">${shown.map(({ sheet, row, title }) => `${sheet} 第 ${row} 行${title ? `“${cut(title, 30)}”` : ''}`).join('、')}${left_count > shown.length ? ' 等' : ''}</p>`;
}

function summary({
  rows,
  new: added,
  changed,
  unchanged,
  missing_count,
  errors,
  items,
}: PlanSummary): HtmlSafeString {
  const tile = (label: string, count: number) => html`<div><dt>${label}</dt><dd>${count}</dd></div>`;
  return html`<dl class="tally">${tile('读到', rows)}${tile('新增', added)}${tile('变更', changed)}${tile('未变', unchanged)}${tile('表里没有', missing_count)}${tile('错误', errors)}${items.rows ? tile('清单事项改动', items.new + items.changed) : ''}</dl>`;
}

function errorTable(errors: readonly CellError[], count: number): HtmlSafeString {
  return html`<h2>错误</h2><table class="data"><caption><span class="hidden">错误</span></caption><thead><tr><th scope="col">位置</th><th scope="col">列</th><th scope="col">问题</th></tr></thead><tbody>${errors.map(
    ({ sheet, row, column, message }) =>
      html`<tr><th scope="row">${sheet} 第 ${row} 行</th><td data-label="列">${column}</td><td data-label="问题">${message.zh}</td></tr>`,
  )}</tbody></table>${count > errors.length ? html`<p class="meta">只列出前 ${shownErrors} 处，其余见标注了错误的原表。</p>` : ''}`;
}

function changeTable(changed: readonly PlannedRow[], count: number): HtmlSafeString {
  return html`<h2>变更：逐格对照</h2><table class="data differences"><caption><span class="hidden">变更</span></caption><thead><tr><th scope="col">项目</th><th scope="col">列</th><th scope="col">原来</th><th scope="col">改成</th></tr></thead><tbody>${changed.flatMap(
    (row) =>
      row.cells.map(
        ({ column, from, to }) =>
          html`<tr><th scope="row">${row.number} ${row.title}</th><td data-label="列">${column}</td><td data-label="原来"><del>${from || '（空）'}</del></td><td data-label="改成"><ins>${to || '（空）'}</ins></td></tr>`,
      ),
  )}</tbody></table>${count > changed.length ? html`<p class="meta">只列出前 ${shownRows} 个项目。</p>` : ''}`;
}

function newTable(added: readonly PlannedRow[], count: number): HtmlSafeString {
  return html`<h2>新增</h2><table class="data"><caption><span class="hidden">新增</span></caption><thead><tr><th scope="col">编号</th><th scope="col">项目名称</th><th scope="col">完成时限</th><th scope="col">位置</th></tr></thead><tbody>${added.map(
    (row) =>
      html`<tr><th scope="row">${row.number}</th><td data-label="项目名称">${row.title}</td><td data-label="完成时限">${row.change.deadline === 'infinity' ? '长期坚持' : row.change.deadline}</td><td data-label="位置">${row.sheet} 第 ${row.row} 行</td></tr>`,
  )}</tbody></table>${count > added.length ? html`<p class="meta">只列出前 ${shownRows} 个。</p>` : ''}`;
}

const kindWords: Record<string, string> = {
  header: '这一列是什么',
  unit: '指哪个单位',
  area: '指哪个地区',
  field: '属于哪个领域',
  state: '是什么进展',
  day: '是哪一天',
  start_day: '作为开始时间是哪一天',
};

/** What is asked about, by its kind, in the order of the page; every other kind comes last. */
const groups: readonly { title: string; kinds: readonly string[] }[] = [
  { title: '表头', kinds: ['header'] },
  { title: '单位', kinds: ['unit'] },
  { title: '地区', kinds: ['area'] },
  { title: '领域', kinds: ['field'] },
  { title: '日期', kinds: ['day', 'start_day'] },
  { title: '进展', kinds: ['state'] },
];

/** None of what is offered may be right. */
function withNone(choices: Question['choices']): Question['choices'] {
  if (choices.some((choice) => choice.meaning === leaveOut)) return choices;
  return [...choices, { meaning: leaveOut, text: '都不是，按错误列出，我去改表' }];
}

function questions(id: number, asked: PlanSummary['questions']): HtmlSafeString {
  const grouped = Map.groupBy(asked.entries(), ([, { kind }]) =>
    groups.findIndex((group) => group.kinds.includes(kind)),
  );
  const sections = [...groups.keys(), -1].flatMap((index) => {
    const own = grouped.get(index);
    return own ? { title: groups[index]?.title ?? '其他', own } : [];
  });
  return html`<p class="lead">有 ${asked.length} 处不敢替您决定，请选一下。回答会记住，以后不再问。</p>
<form method="post" action="${path}/${id}/answers">${sections.map(
    ({ title, own }) =>
      html`<section><h2>${title}</h2><div class="record-grid">${own.map(([index, one]) => question(index, one))}</div></section>`,
  )}<p>答错了，可以在<a href="${answersPath}">记住的回答</a>里忘记，再传一次。</p><p>${button({ text: '回答并继续' })}</p></form>`;
}

/** One question, with where its text stands. Only what differs by no more than an ending is chosen beforehand. */
function question(
  index: number,
  { kind, text, choices, likely, sheet, row, times }: PlanSummary['questions'][number],
): HtmlSafeString {
  const place =
    sheet && html`<p class="meta">${sheet} 第 ${row} 行${times > 1 ? html`起，共 ${times} 处` : ''}</p>`;
  return html`<fieldset><legend>“${text}”${kindWords[kind] ?? '是什么意思'}？</legend>${place}${withNone(
    choices,
  ).map(
    (choice) =>
      html`<label class="check"><input type="radio" name="answer-${index}" value="${choice.meaning}" required ${choice.meaning === likely ? 'checked' : ''}> ${choice.text}</label>`,
  )}</fieldset>`;
}
