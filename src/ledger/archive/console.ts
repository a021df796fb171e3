import { type HtmlSafeString, html, unsafeHtml } from '@prairielearn/html';
import { Type } from 'typebox';
import { actorOf, type Routes } from '../../identity/access.ts';
import { listPeople } from '../../identity/actions.ts';
import { dayOf, momentText } from '../../kit/clock.ts';
import type { Database } from '../../kit/db.ts';
import { type ZipFile, zipStored } from '../../kit/zip.ts';
import type { Site } from '../../portal/context.ts';
import { getStaffProject, type StaffProject } from '../actions.ts';
import { cellText } from '../cells.ts';
import { evidenceWords, percentOf, progressOf } from '../checklist/rules.ts';
import { listItemSteps } from '../checklist/store.ts';
import { ledgerColumns } from '../columns.ts';
import { findFile } from '../evidence/files.ts';
import { type EvidenceRow, listEvidence } from '../evidence/store.ts';
import { listProjectEntries, type ProjectEntry } from '../history/store.ts';
import { actionWord } from '../history/words.ts';
import { type Naming, readNaming } from '../naming.ts';
import { ledgerReaders } from '../rules.ts';
import { itemStateWords, staffStateWords } from '../words.ts';

/** 一项一档: everything about a project as one indexed archive, for audit. */
export function addArchive(routes: Routes, site: Site): void {
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  const config = { access: { roles: ledgerReaders } } as const;
  routes.get(
    '/console/projects/:number/archive.zip',
    { config, schema: { params, hide: true } },
    async (request, reply) => {
      const found = await getStaffProject(site.db, actorOf(request, 'console'), request.params.number);
      const content = await archiveOf(site.db, found);
      const name = encodeURIComponent(`${found.project.number} ${found.project.title}（一项一档）.zip`);
      return reply
        .type('application/zip')
        .header('content-disposition', `attachment; filename="archive.zip"; filename*=UTF-8''${name}`)
        .header('cache-control', 'no-store')
        .send(content);
    },
  );
}

/** The archive: an index to read, the record for programs, and every file of evidence under its number. */
async function archiveOf(db: Database, found: StaffProject): Promise<Buffer> {
  const { queries } = db;
  const { project, steps, items, entry_no } = found;
  const naming = await readNaming(queries, entry_no);
  const evidence = await listEvidence(queries, entry_no, project.id);
  const entries = await listProjectEntries(queries, project.id);
  const people = await listPeople(queries);
  const item_steps = await listItemSteps(queries, entry_no, project.id);
  const files: ZipFile[] = [];
  for (const [index, one] of evidence.entries()) {
    const file = one.file_digest ? await findFile(queries, one.file_digest) : undefined;
    if (file) files.push({ name: pathOf(one, index), content: file.content });
  }
  const record = { entry_no, project, steps, items, item_steps, evidence, entries };
  const index = indexPage(found, naming, evidence, entries, people);
  return zipStored(
    [
      { name: '目录.html', content: Buffer.from(index.toString()) },
      { name: '记录.json', content: Buffer.from(JSON.stringify(record, null, 2)) },
      ...files,
    ],
    new Date(),
  );
}

function pathOf(evidence: EvidenceRow, index: number): string {
  return `佐证/${String(index + 1).padStart(3, '0')} ${evidence.file_name ?? evidence.title}`;
}

function indexPage(
  { project, steps, items, entry_no }: StaffProject,
  naming: Naming,
  evidence: readonly EvidenceRow[],
  entries: readonly ProjectEntry[],
  people: ReadonlyMap<number, string>,
): HtmlSafeString {
  const who = (account_id: number | null, unit_id: number | null) =>
    [naming.unitName(unit_id), account_id === null ? '' : people.get(account_id)].filter(Boolean).join(' ');
  const facts = ledgerColumns
    .filter(({ name }) => name !== 'progress')
    .map(({ name, title }) => [title, cellText(name, project, naming)] as const)
    .filter(([, text]) => text);
  const itemNo = new Map(items.map((item) => [item.id, item.position]));
  const table = (heads: readonly string[], rows: readonly (readonly (string | HtmlSafeString)[])[]) =>
    html`<table><thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`;
  const style =
    'body{font:14px/1.6 "Microsoft YaHei",sans-serif;max-width:60em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:4px 8px;text-align:left;vertical-align:top}';
  return html`${unsafeHtml('<!DOCTYPE html>')}
<html lang="zh-CN"><head><meta charset="utf-8"><title>${project.number} ${project.title}</title><style>${unsafeHtml(style)}</style></head><body>
<h1>一项一档：${project.title}</h1><p>${project.number} · ${staffStateWords[project.state].zh} · 数据版本 ${entry_no} · ${dayOf(new Date())} 导出</p>
<h2>一、基本情况</h2>${table(['列', '内容'], [...facts, ...Object.entries(project.extra ?? {})])}
<h2>二、执行清单（进度 ${percentOf(progressOf(items)) ?? '—'}%）</h2>${table(
    ['序号', '事项', '权重', '责任单位', '计划', '实际', '状态'],
    items.map((item) => [
      String(item.position),
      item.title,
      String(Number(item.weight)),
      naming.unitName(item.unit_id),
      `${item.planned_start ?? ''} – ${item.planned_end ?? ''}`,
      `${item.actual_start ?? ''} – ${item.actual_end ?? ''}`,
      itemStateWords[item.state].zh,
    ]),
  )}
<h2>三、佐证材料（${evidence.length} 份）</h2>${table(
    ['序号', '方式', '名称', '属于', '提供', '日期', '校验码（SHA-256）'],
    evidence.map((one, index) => [
      String(index + 1),
      evidenceWords[one.kind].zh,
      one.file_digest
        ? html`<a href="${pathOf(one, index)}">${one.title}</a>`
        : `${one.title}${one.text ? `：${one.text}` : ''}`,
      one.item_id === null ? '整个项目' : `第 ${itemNo.get(one.item_id) ?? ''} 项`,
      who(one.account_id, one.unit_id),
      one.occurred_on,
      one.file_digest ?? '',
    ]),
  )}
<h2>四、办理过程</h2>${table(
    ['时间', '环节', '办理', '说明'],
    steps.map((step) => [
      momentText(step.occurred_at),
      staffStateWords[step.to_state].zh,
      who(step.account_id, step.unit_id),
      step.note ?? '',
    ]),
  )}
<h2>五、操作记录（${entries.length} 条）</h2>${table(
    ['数据版本', '时间', '操作', '操作人', '理由'],
    entries.map((entry) => [
      String(entry.entry_no),
      momentText(entry.at),
      actionWord(entry.action),
      entry.actor.startsWith('account:')
        ? (people.get(Number(entry.actor.slice(8))) ?? entry.actor)
        : entry.actor,
      entry.reason ?? '',
    ]),
  )}</body></html>`;
}
