import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { actorOf, type Entitled, type Routes } from '../identity/access.ts';
import { withProblem } from '../kit/http.ts';
import { areaField, button, errorSummary, onceField, selectField, textField } from '../kit/parts/form.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { getStaffProject } from './actions.ts';
import { cellText } from './cells.ts';
import { type ColumnName, findColumn, type LedgerColumn, ledgerColumns } from './columns.ts';
import { doers } from './course.ts';
import { type CellEdit, checkEditor, type EditPreview, editCells, previewCells } from './edits.ts';
import { isLong, listOfNames, nameLists, wordsToChoose } from './list/names.ts';
import { type Naming, namingOf, readNaming } from './naming.ts';
import { projectPath } from './page.ts';
import { projectsById } from './store.ts';

const editors = ['coordinator', ...doers] as const;
const Key = Type.String({ minLength: 8, maxLength: 100 });
const Typed = Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 4000 }));

/** Changing a project as a whole record, and one column of many projects at once, with a look at it before. */
export function addEditConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: editors } } as const;
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  const path = '/console/projects/:number/edit';
  routes.get(path, { config, schema: { params, hide: true } }, (request, reply) =>
    showRecord(site, request, reply, {}),
  );
  routes.post(path, { config, schema: { params, body: Typed, hide: true } }, async (request, reply) => {
    const { number } = request.params;
    const { key = randomUUID(), reason = '', ...typed } = request.body;
    try {
      const actor = actorOf(request, 'console');
      const edits = Object.entries(typed).flatMap(([name, sent]): CellEdit[] => {
        const column = name.startsWith('before.') ? undefined : findColumn(name);
        const [text, before] = [plain(sent), plain(typed[`before.${name}`])];
        return column && text !== before ? [{ number, column: column.name, text, before }] : [];
      });
      if (edits.length > 0) await editCells(site.db, { actor, reason, idempotency_key: key }, edits);
      return reply.redirect(`${projectPath({ number })}#facts`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return showRecord(site, request, withProblem(reply, problem), { typed, reason, problem });
    }
  });
  addBulk(routes, site);
}

/** A text as the ledger keeps it: a form sends its lines ended otherwise. */
function plain(text: string | undefined): string {
  return (text ?? '').replace(/\r\n/g, '\n').trim();
}

interface Asked {
  typed?: Record<string, string>;
  reason?: string;
  problem?: Problem;
}

async function showRecord(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
): Promise<FastifyReply> {
  const { number } = request.params as { number: string };
  const actor = actorOf(request, 'console');
  const { project, entry_no } = await getStaffProject(site.db, actor, number);
  const naming = await readNaming(site.db.queries, entry_no);
  const parents = await projectsById(site.db.queries, project.parent_id === null ? [] : [project.parent_id]);
  const columns = ledgerColumns.filter((column) => !checkEditor({ actor, reason: '调整' }, project, column));
  const fields = columns.map((column) => {
    const now = cellText(column.name, project, naming, (id) => parents.get(id)?.number ?? '');
    const typed = asked.typed?.[column.name];
    const before = asked.typed?.[`before.${column.name}`] ?? now;
    const changed = typed !== undefined && plain(typed) !== plain(before);
    // Whoever was overtaken sees both and replaces what is there now, knowingly; what they left alone is as it is now.
    const overtaken = changed && plain(before) !== plain(now) && plain(typed) !== plain(now);
    const error = asked.problem?.fields[`${number}.${column.name}`]?.zh;
    const meanwhile = overtaken ? `刚被别人改过，现在是“${now || '空'}”。再保存就改成框里的。` : undefined;
    return html`<input type="hidden" name="before.${column.name}" value="${now}">${fieldOf(column, changed ? typed : now, error ?? meanwhile)}`;
  });
  const body = html`<h1>修改项目</h1><p class="lead"><a href="${projectPath(project)}">${project.title}</a></p>
${errorSummary('zh', asked.problem && atFields(asked.problem, number))}
<form method="post" action="${projectPath(project, '/edit')}" class="record">${onceField(randomUUID())}
<div class="record-grid">${fields}</div>
${areaField({ name: 'reason', label: '理由', hint: '项目已交办时，改名称、内容、目标、单位、地区、时限属于调整，要写理由。', value: asked.reason ?? '', rows: 2, maxlength: 1000 })}
${nameLists(naming)}<div class="buttons">${button({ text: '保存' })}<a class="button plain" href="${projectPath(project)}">取消</a></div></form>`;
  const trail = [
    { href: '/console/projects', text: '项目台账' },
    { href: projectPath(project), text: project.title },
  ];
  return sendConsolePage(site, request, reply, { title: '修改项目', body, trail });
}

/** A Problem with cells of a project, at the fields of its form. */
function atFields(problem: Problem, number: string): Problem {
  const fields = Object.entries(problem.fields).map(([name, text]) => [name.replace(`${number}.`, ''), text]);
  return new Problem(problem.code, problem.kind, problem.text, Object.fromEntries(fields));
}

/** A field for a column, by what it holds. */
function fieldOf(column: LedgerColumn, value: string, error: string | undefined): HtmlSafeString {
  const { name, title: label, max: maxlength = 400 } = column;
  const common = { name, label, value, ...(error && { error }) };
  const words = wordsToChoose(column);
  if (words) {
    return selectField({ ...common, all: '', options: words.map((text) => ({ value: text, text })) });
  }
  if (isLong(column)) return areaField({ ...common, maxlength, rows: 3 });
  const hint =
    column.kind === 'deadline'
      ? '可写 8月31日、年底前、长期坚持'
      : column.kind === 'units' || column.kind === 'areas'
        ? '用顿号隔开'
        : undefined;
  const list = listOfNames(column);
  return textField({ ...common, maxlength, ...(hint && { hint }), ...(list && { list }) });
}

const mostRows = 500;

/** The same column of many projects: chosen, shown with what it would change, then done as one entry. */
function addBulk(routes: Routes, site: Site): void {
  const config = { access: { roles: editors } } as const;
  const body = Type.Object({
    key: Type.Optional(Key),
    row: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: mostRows })),
    column: Type.Optional(Type.String({ maxLength: 60 })),
    text: Type.Optional(Type.String({ maxLength: 4000 })),
    reason: Type.Optional(Type.String({ maxLength: 1000 })),
    apply: Type.Optional(Type.Literal('yes')),
  });
  routes.post('/console/projects/bulk', { config, schema: { body, hide: true } }, async (request, reply) => {
    const { key, row: rows = [], column: name = '', text = '', reason = '', apply } = request.body;
    const actor = actorOf(request, 'console');
    const column = findColumn(name);
    const edits = column ? rows.map((number): CellEdit => ({ number, column: column.name, text })) : [];
    const preview = await previewCells(site.db, { actor, reason }, edits);
    const bad = preview.filter((one) => one.problem);
    const changed = preview.filter((one) => !one.problem && one.from !== one.to);
    if (apply && key && column && bad.length === 0 && changed.length > 0) {
      const chosen = changed.map(({ number, from }) => ({ number, column: column.name, text, before: from }));
      const { entry_no } = await editCells(site.db, { actor, reason, idempotency_key: key }, chosen);
      return reply.redirect(`/console/changes/${entry_no}`, 303);
    }
    const naming = await namingOf(site.db);
    const page = bulkPage(actor, { rows, name: column?.name, text, reason }, preview, naming);
    return sendConsolePage(site, request, reply, {
      title: '批量修改',
      body: page,
      trail: [{ href: '/console/projects', text: '项目台账' }],
    });
  });
}

function bulkPage(
  actor: Entitled,
  asked: { rows: readonly string[]; name: ColumnName | undefined; text: string; reason: string },
  preview: readonly EditPreview[],
  naming: Naming,
): HtmlSafeString {
  const { rows, name, text, reason } = asked;
  if (rows.length === 0) {
    return html`<h1>批量修改</h1><p>还没有选项目。请在台账里勾选要改的项目，再点“批量修改选中的”。</p><p><a class="button plain" href="/console/projects">回到台账</a></p>`;
  }
  const office = actor.holdings === 'unlimited' || actor.holdings.some((one) => one.role === 'coordinator');
  const columns = ledgerColumns.filter((column) =>
    column.editors.some((role) => (office ? role === 'coordinator' : role !== 'coordinator')),
  );
  const bad = preview.filter((one) => one.problem);
  const changed = preview.filter((one) => !one.problem && one.from !== one.to);
  const form = html`<form method="post" action="/console/projects/bulk" class="stack">${onceField(randomUUID())}${rows.map((row) => html`<input type="hidden" name="row" value="${row}">`)}
<div class="inline">${selectField({ name: 'column', label: '改哪一列', value: name ?? '', options: columns.map((column) => ({ value: column.name, text: column.title })) })}
${textField({ name: 'text', label: '改成', value: text, maxlength: 4000, hint: '单位、地区、领域写名称；清空请留空。' })}
${textField({ name: 'reason', label: '理由', value: reason, maxlength: 1000 })}</div>
<div class="buttons">${button({ text: '先看结果', kind: name ? 'plain' : 'primary' })}${
    name
      ? button({
          text: `修改 ${changed.length} 个`,
          name: 'apply',
          value: 'yes',
          blocked_by:
            bad.length > 0
              ? `有 ${bad.length} 个不能改，见下表`
              : changed.length === 0
                ? '没有要改的'
                : undefined,
        })
      : ''
  }</div></form>`;
  const table = name
    ? html`<table class="data differences"><caption>共选 ${rows.length} 个，将修改 ${changed.length} 个</caption><thead><tr><th scope="col">编号</th><th scope="col">项目</th><th scope="col">原来</th><th scope="col">改成</th><th scope="col">说明</th></tr></thead><tbody>${preview.map(
        (one) =>
          html`<tr><th scope="row">${one.number}</th><td data-label="项目">${one.title}</td><td data-label="原来"><del>${one.from || '（空）'}</del></td><td data-label="改成"><ins>${one.to || '（空）'}</ins></td><td data-label="说明">${one.problem ? html`<span class="error">${one.problem.text.zh}</span>` : one.from === one.to ? '不变' : ''}</td></tr>`,
      )}</tbody></table>`
    : '';
  return html`<h1>批量修改</h1><p class="lead">已选 ${rows.length} 个项目</p>${form}${table}<datalist id="units">${naming.units.map((unit) => html`<option value="${unit.name}"></option>`)}</datalist>`;
}
