import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { actorOf, type Routes } from '../identity/access.ts';
import { withProblem } from '../kit/http.ts';
import { areaField, button, errorSummary, onceField, selectField, textField } from '../kit/parts/form.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { getStaffProject } from './actions.ts';
import { cellText } from './cells.ts';
import { findColumn, type LedgerColumn, ledgerColumns } from './columns.ts';
import { doers } from './course.ts';
import { type CellEdit, checkEditor, editCells } from './edits.ts';
import { isLong, listOfNames, nameLists, wordsToChoose } from './list/names.ts';
import { readNaming } from './naming.ts';
import { projectPath } from './page.ts';
import { projectsById } from './store.ts';

const editors = ['coordinator', ...doers] as const;
const Typed = Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 4000 }));

/** Changing a project as a whole record. */
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
