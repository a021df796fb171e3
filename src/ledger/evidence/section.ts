import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import { reaches } from '../../identity/access.ts';
import {
  areaField,
  button,
  errorNotice,
  fileField,
  onceField,
  selectField,
  textField,
} from '../../kit/parts/form.ts';
import { evidenceWords } from '../checklist/rules.ts';
import { coordinators, doers } from '../course.ts';
import { type ProjectPage, projectPath, refusedIn } from '../page.ts';
import { secrecyReviewers } from '../rules.ts';
import { isSettled } from './actions.ts';
import type { EvidenceRow } from './store.ts';

/** A piece of evidence in a line: what, from whom, and its file. */
export function evidenceLine(page: ProjectPage, one: EvidenceRow): HtmlSafeString {
  const file = one.file_digest ? html` ${fileLink(one)}` : '';
  const open = one.disclosure === 'public' ? (one.reviewed ? '公开' : '拟公开，待审查') : '不公开';
  return html`<li><span class="tag">${evidenceWords[one.kind].zh}</span> ${one.title}${one.text && one.text !== one.title ? `：${one.text}` : ''}${file} <span class="meta">${one.occurred_on} · ${giverOf(page, one)} · ${open}</span>${page.past ? '' : evidenceButtons(page, one)}</li>`;
}

/** Who gave a piece of evidence: the unit and the person, as far as they are known. */
export function giverOf(
  { naming, people }: Pick<ProjectPage, 'naming' | 'people'>,
  { unit_id, account_id }: Pick<EvidenceRow, 'unit_id' | 'account_id'>,
): string {
  const by = [naming.unitName(unit_id), account_id === null ? '' : people.get(account_id)];
  return by.filter(Boolean).join(' ');
}

/** The file of a piece of evidence, by its name and size. */
export function fileLink({
  id,
  file_name,
  bytes,
}: Pick<EvidenceRow, 'id' | 'file_name' | 'bytes'>): HtmlSafeString {
  return html`<a class="file" href="/console/evidence/${id}/file">${file_name ?? '文件'}（${size(bytes ?? 0)}）</a>`;
}

/** Opening evidence to everybody or taking that back, for who reviews; taking it off, for who gave it or the office. */
function evidenceButtons({ project, items, actor }: ProjectPage, one: EvidenceRow): HtmlSafeString {
  const form = (path: string, text: string, fields: HtmlSafeString | '') =>
    html`<form method="post" action="/console/evidence/${one.id}/${path}" class="inline-form">${onceField(randomUUID())}<input type="hidden" name="number" value="${project.number}">${fields}<button type="submit" class="link">${text}</button></form>`;
  const reviews = reaches(actor, secrecyReviewers, one.unit_id ?? project.unit_id);
  const shown = one.disclosure === 'public' && one.reviewed;
  const disclosure = (value: string) => html`<input type="hidden" name="disclosure" value="${value}">`;
  const own = one.account_id !== null && one.account_id === actor.account_id;
  const office = reaches(actor, coordinators, project.unit_id);
  const settled = isSettled(
    project,
    items.find((item) => item.id === one.item_id),
  );
  const id = `removal-${one.id}`;
  const removal = settled
    ? office
      ? html`<details class="act"><summary>移除…</summary>${form('removal', '移除', textField({ name: 'reason', id, label: '已据此报完成，请写明移除的理由', value: '', maxlength: 1000 }))}</details>`
      : ''
    : own || office
      ? form('removal', '移除', '')
      : '';
  return html`${reviews ? (shown ? form('disclosure', '不再公开', disclosure('withheld')) : form('disclosure', '审查通过，公开', disclosure('public'))) : ''}${removal}`;
}

/** A number of bytes for people. */
function size(bytes: number): string {
  return bytes < 1_000_000
    ? `${Math.max(1, Math.round(bytes / 1000))} KB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Evidence of the project as a whole, and the form to add some. */
export function evidenceSection(page: ProjectPage): HtmlSafeString {
  const { project, items, evidence, actor, past } = page;
  const { problem, typed } = refusedIn(page, 'evidence');
  const whole = evidence.filter((one) => one.item_id === null);
  const may =
    !past &&
    [project.unit_id, ...items.map((item) => item.unit_id)].some((id) =>
      reaches(actor, [...doers, 'coordinator', 'inspector'], id),
    );
  const form = html`<details class="act" ${problem ? html`open` : ''}><summary>添加佐证</summary><form method="post" action="${projectPath(project, '/evidence')}" class="stack" enctype="multipart/form-data">${onceField(typed('key') || randomUUID())}
${errorNotice(problem)}
${selectField({ name: 'position', label: '属于', value: typed('position'), all: '整个项目', options: items.map((item) => ({ value: String(item.position), text: `第 ${item.position} 项 ${item.title}` })) })}
${selectField({ name: 'kind', label: '方式', value: typed('kind') || 'document', options: Object.entries(evidenceWords).map(([value, word]) => ({ value, text: word.zh })) })}
${textField({ name: 'title', label: '名称', hint: '不填则用文件名。', value: typed('title'), maxlength: 200 })}
${areaField({ name: 'text', id: 'evidence-text', label: '内容', hint: '系统记录、电话确认写在这里。', value: typed('text'), rows: 2, maxlength: 2000 })}
${fileField({ name: 'file', id: 'evidence-file', label: '文件', hint: '照片、PDF、Word、Excel、PPT、OFD，每个不超过 20 MB。照片会重新编码，去掉位置等信息。', accept: '' })}
${selectField({
  name: 'disclosure',
  label: '公开',
  value: typed('disclosure') || 'withheld',
  options: [
    { value: 'withheld', text: '不公开' },
    { value: 'public', text: '拟公开（须保密审查）' },
  ],
})}
${button({ text: '添加', kind: 'plain' })}</form></details>`;
  return html`<h2 id="evidence">佐证材料</h2>${whole.length ? html`<ul class="evidence">${whole.map((one) => evidenceLine(page, one))}</ul>` : html`<p class="meta">没有整个项目的佐证；各事项的佐证在执行清单里。</p>`}${may ? form : ''}`;
}
