import { createHash, randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Entitled, type Routes } from '../../identity/access.ts';
import { withProblem } from '../../kit/http.ts';
import { button, errorSummary, onceField, selectField, textField } from '../../kit/parts/form.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { type ColumnName, findColumn, ledgerColumns } from '../columns.ts';
import { doers } from '../course.ts';
import { type CellEdit, type EditPreview, editCells, previewCells } from '../edits.ts';
import { type Naming, namingOf } from '../naming.ts';
import { nameLists } from './names.ts';
import { readView } from './query.ts';
import { scopeOf } from './scope.ts';
import { countGroups, listAllOf } from './store.ts';

const path = '/console/projects/bulk';
const editors = ['coordinator', ...doers] as const;
/** Projects that one change in bulk is about. */
const mostRows = 2000;

const Asked = Type.Object({
  key: Type.Optional(Type.String({ minLength: 8, maxLength: 100 })),
  row: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: mostRows })),
  /** Everything that the list shows, by its address, in place of the rows that were ticked. */
  all: Type.Optional(Type.Literal('yes')),
  view: Type.Optional(Type.String({ maxLength: 3000 })),
  column: Type.Optional(Type.String({ maxLength: 60 })),
  from: Type.Optional(Type.String({ maxLength: 4000 })),
  text: Type.Optional(Type.String({ maxLength: 4000 })),
  reason: Type.Optional(Type.String({ maxLength: 1000 })),
  /** What the result looked like when it was looked at. */
  seen: Type.Optional(Type.String({ maxLength: 64 })),
  without: Type.Optional(Type.Literal('bad')),
  apply: Type.Optional(Type.Literal('yes')),
});

/** What is to be changed, and how. */
interface Change {
  rows: readonly string[];
  /** How many the list shows, where that is more than can be changed at once. */
  found: number;
  name: ColumnName | undefined;
  from: string;
  text: string;
  reason: string;
}

/**
 * The same column of many projects: those that were ticked or all that the list shows, everywhere or only where it says
 * something now; shown with what it would change, then done as one entry.
 */
export function addBulk(routes: Routes, site: Site): void {
  const config = { access: { roles: editors } } as const;
  routes.post(path, { config, schema: { body: Asked, hide: true } }, async (request, reply) => {
    const { key, column: name = '', from = '', text = '', reason = '', seen, without, apply } = request.body;
    const actor = actorOf(request, 'console');
    const chosen = await rowsOf(site, actor, request.body);
    const column = findColumn(name);
    const edits = column
      ? chosen.rows.map((number): CellEdit => ({ number, column: column.name, text }))
      : [];
    const all = await previewCells(site.db, { actor, reason }, edits);
    const meant = from.trim() === '' ? all : all.filter((one) => one.from.trim() === meantBy(from));
    const bad = meant.filter((one) => one.problem);
    const left = new Set(without ? bad.map((one) => one.number) : []);
    const rows = chosen.rows.filter((number) => !left.has(number));
    const preview = meant.filter((one) => !left.has(one.number));
    const change = { ...chosen, rows, name: column?.name, from, text, reason };
    const changed = changedIn(preview);
    const same = seen === markOf(preview);
    let problem = apply && !same ? changedMeanwhile() : undefined;
    if (apply && same && key && column && bad.length === 0 && changed.length > 0) {
      const cells = changed.map((one) => ({
        number: one.number,
        column: column.name,
        text,
        before: one.from,
      }));
      try {
        const { entry_no } = await editCells(site.db, { actor, reason, idempotency_key: key }, cells);
        return reply.redirect(`/console/changes/${entry_no}`, 303);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        problem = error;
      }
    }
    if (problem) withProblem(reply, problem);
    return sendConsolePage(site, request, reply, {
      title: '批量修改',
      body: page(actor, change, preview, await namingOf(site.db), problem),
      trail: [{ href: '/console/projects', text: '项目台账' }],
    });
  });
}

/** The numbers of the projects that were chosen. */
async function rowsOf(
  site: Site,
  actor: Entitled,
  { row = [], all, view = '' }: { row?: string[]; all?: 'yes'; view?: string },
): Promise<Pick<Change, 'rows' | 'found'>> {
  if (!all) return { rows: row, found: row.length };
  const shown = readView(Object.fromEntries(new URLSearchParams(view)));
  const scope = await scopeOf(site, actor);
  const groups = await countGroups(site.db.queries, shown, scope);
  const projects = await listAllOf(site.db.queries, shown, scope, mostRows);
  return {
    rows: projects.map((project) => project.number),
    found: groups.reduce((sum, group) => sum + group.count, 0),
  };
}

/** What a cell has to say now to be changed; a dash is an empty one, as where a list is filtered. */
function meantBy(from: string): string {
  return from.trim() === '-' ? '' : from.trim();
}

function changedIn(preview: readonly EditPreview[]): EditPreview[] {
  return preview.filter((one) => !one.problem && one.from !== one.to);
}

/** A mark of what a change would do: another one is asked about again. */
function markOf(preview: readonly EditPreview[]): string {
  const lines = changedIn(preview).map(({ number, column, from, to }) => [number, column, from, to]);
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex');
}

function changedMeanwhile(): Problem {
  return new Problem('ledger/edited_meanwhile', 'conflict', {
    zh: '要改的内容或项目和刚才看到的不一样了，还没有修改。请再看一遍下表。',
    en: 'What would change is not what was shown; nothing was changed. Look at it again.',
  });
}

function page(
  actor: Entitled,
  change: Change,
  preview: readonly EditPreview[],
  naming: Naming,
  problem: Problem | undefined,
): HtmlSafeString {
  const { rows, found, name, from, text, reason } = change;
  if (rows.length === 0) {
    return html`<h1>批量修改</h1><p>还没有选项目。请在台账里勾选要改的项目，再点“批量修改选中的”；要改筛选出的全部项目，点“批量修改筛选出的全部”。</p><p><a class="button plain" href="/console/projects">回到台账</a></p>`;
  }
  const office = actor.holdings === 'unlimited' || actor.holdings.some((one) => one.role === 'coordinator');
  const columns = ledgerColumns.filter((column) =>
    column.editors.some((role) => (office ? role === 'coordinator' : role !== 'coordinator')),
  );
  const bad = preview.filter((one) => one.problem);
  const changed = changedIn(preview);
  const blocked =
    bad.length > 0
      ? `有 ${bad.length} 个不能改，见下表`
      : changed.length === 0
        ? from.trim()
          ? '没有现在正好是这个内容的'
          : '没有要改的'
        : undefined;
  return html`<h1>批量修改</h1>${errorSummary('zh', problem)}<p class="lead">已选 ${rows.length} 个项目</p>
${found > rows.length && found > mostRows ? html`<div class="notice"><p>筛选出 ${found} 个，一次最多改 ${mostRows} 个：这里是列表里的前 ${rows.length} 个。其余的改完这些之后再改，或把条件收窄。</p></div>` : ''}
<form method="post" action="${path}" class="stack">${onceField(randomUUID())}${rows.map((row) => html`<input type="hidden" name="row" value="${row}">`)}<input type="hidden" name="seen" value="${markOf(preview)}">
<div class="inline">${selectField({ name: 'column', label: '改哪一列', value: name ?? '', options: columns.map((column) => ({ value: column.name, text: column.title })) })}
${textField({ name: 'from', label: '把原来的（可不填）', value: from, maxlength: 4000, hint: '只改现在正好是它的，如原责任人；空白写 -' })}
${textField({ name: 'text', label: '换成', value: text, maxlength: 4000, hint: '单位、地区、领域写名称；清空请留空。' })}
${textField({ name: 'reason', label: '理由', value: reason, maxlength: 1000 })}</div>
<div class="buttons">${button({ text: '先看结果', kind: name ? 'plain' : 'primary' })}${
    name
      ? button({
          text: `修改 ${changed.length} 个`,
          name: 'apply',
          value: 'yes',
          blocked_by: blocked,
        })
      : ''
  }${bad.length > 0 && changed.length > 0 ? button({ text: `不改这 ${bad.length} 个，再看结果`, name: 'without', value: 'bad', kind: 'plain' }) : ''}</div></form>
${name ? resultTable(rows.length, preview) : ''}${nameLists(naming)}`;
}

/** What would change and what cannot; what stays as it is, is only counted. */
function resultTable(chosen: number, preview: readonly EditPreview[]): HtmlSafeString {
  const changed = changedIn(preview);
  const shown = preview.filter((one) => one.problem || one.from !== one.to);
  const unchanged = chosen - shown.length;
  if (shown.length === 0) return html`<p>共选 ${chosen} 个，都不变。</p>`;
  const rows = shown.map(
    (one) =>
      html`<tr><th scope="row">${one.number}</th><td data-label="项目">${one.title}</td><td data-label="原来"><del>${one.from || '（空）'}</del></td><td data-label="改成"><ins>${one.to || '（空）'}</ins></td><td data-label="说明">${one.problem ? html`<span class="error">${one.problem.text.zh}</span>` : ''}</td></tr>`,
  );
  return html`<table class="data differences"><caption>共选 ${chosen} 个，将修改 ${changed.length} 个${unchanged > 0 ? `，其余 ${unchanged} 个不变` : ''}</caption><thead><tr><th scope="col">编号</th><th scope="col">项目</th><th scope="col">原来</th><th scope="col">改成</th><th scope="col">说明</th></tr></thead><tbody>${rows}</tbody></table>`;
}
