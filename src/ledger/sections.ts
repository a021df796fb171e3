// The sections of a project's page for staff.
import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { Entitled } from '../identity/access.ts';
import { reaches } from '../identity/access.ts';
import { dayOf, momentText } from '../kit/clock.ts';
import type { View } from '../kit/page.ts';
import { timeline } from '../kit/parts/course.ts';
import { areaField, button, fieldError, onceField, selectField, textField } from '../kit/parts/form.ts';
import type { Problem } from '../kit/problem.ts';
import { cellText } from './cells.ts';
import {
  checkItemStep,
  evidenceWords,
  itemStepsFrom,
  percentOf,
  planners,
  progressOf,
} from './checklist/rules.ts';
import type { ItemRow } from './checklist/schema.ts';
import { ledgerColumns } from './columns.ts';
import type { Comment } from './comments/store.ts';
import { doers, extensibleStates, isOneOf } from './course.ts';
import type { EvidenceRow } from './evidence/store.ts';
import type { Naming } from './naming.ts';
import { extensionDeciders, secrecyReviewers } from './rules.ts';
import type { Extension, ProjectRow } from './schema.ts';
import { itemStateWords } from './words.ts';

/** What a page of a project is made of. */
export interface ProjectPage {
  view: View;
  actor: Entitled;
  project: ProjectRow;
  items: readonly ItemRow[];
  evidence: readonly EvidenceRow[];
  naming: Naming;
  people: ReadonlyMap<number, string>;
  numberOf: (id: number) => string;
  /** It shows how things were, so nothing can be done on it. */
  past: boolean;
}

/** A path under the project's own. */
export function projectPath(project: Pick<ProjectRow, 'number'>, rest = ''): string {
  return `/console/projects/${encodeURIComponent(project.number)}${rest}`;
}

/** Everything that the ledger says of a project, column by column; what is empty is left out. */
export function allFacts({ project, naming, numberOf }: ProjectPage): HtmlSafeString {
  const facts = ledgerColumns
    .filter(({ name }) => !['title', 'state', 'progress', 'content'].includes(name))
    .map(({ name, title }) => ({ title, text: cellText(name, project, naming, numberOf) }))
    .filter(({ text }) => text !== '');
  const own = Object.entries(project.extra ?? {}).map(([title, text]) => ({ title, text }));
  return html`<p class="content">${project.content}</p><dl class="facts">${[...facts, ...own].map(
    ({ title, text }) => html`<div><dt>${title}</dt><dd>${text}</dd></div>`,
  )}</dl>`;
}

/** Progress with its parts, its number and how it comes about. */
export function progressBar(items: readonly Pick<ItemRow, 'weight' | 'state'>[]): HtmlSafeString {
  const progress = progressOf(items);
  const percent = percentOf(progress);
  if (percent === null) return html`<p class="meta">还没有执行清单，没有进度。</p>`;
  const weight = (hundredths: number) => String(hundredths / 100);
  const width = (part: number) => Math.round((part / progress.total) * 200) / 2;
  return html`<div class="progress"><svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" class="parts"><rect class="rest" width="100" height="4"></rect><rect class="claimed" width="${width(progress.verified + progress.claimed)}" height="4"></rect><rect class="verified" width="${width(progress.verified)}" height="4"></rect></svg>
<p><strong class="percent">${percent}%</strong> <span class="meta">已核验 ${progress.items_verified}/${progress.items} 项；已核验权重 ${weight(progress.verified)} ÷ 全部权重 ${weight(progress.total)}${progress.claimed ? `，另有 ${weight(progress.claimed)} 已报完成待核验` : ''}</span></p></div>`;
}

/** The checklist: what, whose, when, how far, and what this person can do with each item. */
export function checklist(page: ProjectPage, problem?: Problem): HtmlSafeString {
  const { project, items, actor, past } = page;
  const plan = !past && reaches(actor, planners, project.unit_id);
  const link = plan
    ? html`<p><a class="button plain" href="${projectPath(project, '/checklist')}">${items.length ? '调整清单' : '编排清单'}</a></p>`
    : '';
  if (items.length === 0) return html`<h2 id="checklist">执行清单</h2>${progressBar(items)}${link}`;
  return html`<h2 id="checklist">执行清单</h2>${progressBar(items)}${problem ? html`<div class="notice bad" role="alert"><p>${problem.text.zh}</p></div>` : ''}
<ol class="items">${items.map((item) => itemRow(page, item))}</ol>${link}`;
}

function itemRow(page: ProjectPage, item: ItemRow): HtmlSafeString {
  const { project, naming, evidence, actor, past } = page;
  const own = evidence.filter((one) => one.item_id === item.id);
  const days = [
    item.planned_start || item.planned_end
      ? `计划 ${item.planned_start ?? ''} 至 ${item.planned_end ?? ''}`
      : '',
    item.actual_start ? `实际 ${item.actual_start} 至 ${item.actual_end ?? '…'}` : '',
  ].filter(Boolean);
  const late =
    item.planned_end !== null &&
    item.state !== 'verified' &&
    item.state !== 'claimed' &&
    item.planned_end < dayOf(new Date());
  const needs = (item.depends_on ?? []).length > 0 ? `，在第 ${item.depends_on!.join('、')} 项之后` : '';
  const steps = past
    ? []
    : itemStepsFrom(item.state).filter(([, step]) => reaches(actor, step.roles, item.unit_id));
  return html`<li id="item-${item.position}" value="${item.position}"><div class="item-head"><strong>${item.title}</strong> <span class="tag">${itemStateWords[item.state].zh}</span>${late ? html` <span class="light light-overdue"><span aria-hidden="true">■</span> 已逾期</span>` : ''}</div>
<p class="meta">${naming.unitName(item.unit_id)} · 权重 ${Number(item.weight)} · ${days.join(' · ')}${needs}</p>
${own.length ? html`<ul class="evidence">${own.map((one) => evidenceLine(page, one))}</ul>` : ''}
${steps.length > 0 ? itemForm(page, item, own, steps) : ''}</li>`;

  function itemForm(
    _page: ProjectPage,
    item: ItemRow,
    own: readonly EvidenceRow[],
    steps: ReturnType<typeof itemStepsFrom>,
  ): HtmlSafeString {
    const claims = steps.some(([to]) => to === 'claimed');
    const enough = own.some(({ kind }) => item.evidence_kinds.includes(kind));
    const kinds = item.evidence_kinds.map((kind) => evidenceWords[kind].zh).join('、');
    const buttons = steps.map(([to, step]) => {
      const blocked = checkItemStep(project, item, to, actor, undefined);
      return button({
        text: step.word.zh,
        kind: to === 'claimed' || to === 'verified' ? 'primary' : 'plain',
        name: 'to',
        value: to,
        blocked_by: blocked?.text.zh,
      });
    });
    const id = `item-${item.position}`;
    return html`<details class="act"><summary>办理</summary><form method="post" action="${projectPath(project, `/items/${item.position}`)}" class="stack" enctype="multipart/form-data">${onceField(randomUUID())}
${
  claims && !enough
    ? html`<p class="hint">佐证（${kinds}，任一种即可；不要求照片）</p>
<div class="field"><label for="${id}-text">说明：谁、什么时候、办成了什么</label><textarea id="${id}-text" name="text" rows="2" maxlength="2000"></textarea></div>
<div class="field"><label for="${id}-kind">这段话是</label><select id="${id}-kind" name="kind"><option value="record">系统记录</option><option value="telephone">电话确认</option></select></div>
<div class="field"><label for="${id}-file">或上传文件（PDF、Office、照片）</label><input id="${id}-file" name="file" type="file"></div>`
    : html`<div class="field"><label for="${id}-note">第 ${item.position} 项说明（退回时必填）</label><textarea id="${id}-note" name="note" rows="2" maxlength="1000"></textarea></div>`
}
<div class="buttons">${buttons}</div></form></details>`;
  }
}

/** A piece of evidence in a line: what, from whom, and its file. */
function evidenceLine(page: ProjectPage, one: EvidenceRow): HtmlSafeString {
  const { naming, people } = page;
  const by = [
    one.unit_id === null ? '' : naming.unitName(one.unit_id),
    one.account_id === null ? '' : people.get(one.account_id),
  ];
  const file = one.file_digest
    ? html` <a href="/console/evidence/${one.id}/file">${one.file_name ?? '文件'}（${size(one.bytes ?? 0)}）</a>`
    : '';
  const open = one.disclosure === 'public' ? (one.reviewed ? '公开' : '拟公开，待审查') : '不公开';
  return html`<li><span class="tag">${evidenceWords[one.kind].zh}</span> ${one.title}${one.text && one.text !== one.title ? `：${one.text}` : ''}${file} <span class="meta">${one.occurred_on} · ${by.filter(Boolean).join(' ')} · ${open}</span>${page.past ? '' : evidenceButtons(page, one)}</li>`;
}

/** Opening evidence to everybody or taking that back, for who reviews; taking it off, for who gave it or the office. */
function evidenceButtons({ project, actor }: ProjectPage, one: EvidenceRow): HtmlSafeString {
  const form = (path: string, text: string, fields: HtmlSafeString | '') =>
    html`<form method="post" action="/console/evidence/${one.id}/${path}" class="inline-form">${onceField(randomUUID())}<input type="hidden" name="number" value="${project.number}">${fields}<button type="submit" class="link">${text}</button></form>`;
  const reviews = reaches(actor, secrecyReviewers, one.unit_id ?? project.unit_id);
  const shown = one.disclosure === 'public' && one.reviewed;
  const disclosure = (value: string) => html`<input type="hidden" name="disclosure" value="${value}">`;
  const own = one.account_id !== null && one.account_id === actor.account_id;
  const removes = own || reaches(actor, ['coordinator'], one.unit_id ?? project.unit_id);
  return html`${reviews ? (shown ? form('disclosure', '不再公开', disclosure('withheld')) : form('disclosure', '审查通过，公开', disclosure('public'))) : ''}${removes ? form('removal', '移除', '') : ''}`;
}

/** A number of bytes for people. */
function size(bytes: number): string {
  return bytes < 1_000_000
    ? `${Math.max(1, Math.round(bytes / 1000))} KB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Evidence of the project as a whole, and the form to add some. */
export function evidenceSection(page: ProjectPage, problem?: Problem): HtmlSafeString {
  const { project, items, evidence, actor, past } = page;
  const whole = evidence.filter((one) => one.item_id === null);
  const may =
    !past &&
    [project.unit_id, ...items.map((item) => item.unit_id)].some((id) =>
      reaches(actor, [...doers, 'coordinator', 'inspector'], id),
    );
  const form = html`<details class="act" ${problem ? html`open` : ''}><summary>添加佐证</summary><form method="post" action="${projectPath(project, '/evidence')}" class="stack" enctype="multipart/form-data">${onceField(randomUUID())}
${problem ? html`<div class="notice bad" role="alert"><p>${problem.text.zh}</p></div>` : ''}
${selectField({ name: 'position', label: '属于', value: '', all: '整个项目', options: items.map((item) => ({ value: String(item.position), text: `第 ${item.position} 项 ${item.title}` })) })}
${selectField({ name: 'kind', label: '方式', value: 'document', options: Object.entries(evidenceWords).map(([value, word]) => ({ value, text: word.zh })) })}
${textField({ name: 'title', label: '名称', hint: '不填则用文件名。', value: '', maxlength: 200 })}
<div class="field"><label for="evidence-text">内容</label><p class="hint" id="evidence-text-hint">系统记录、电话确认写在这里。</p><textarea id="evidence-text" name="text" rows="2" maxlength="2000" aria-describedby="evidence-text-hint"></textarea></div>
<div class="field"><label for="evidence-file">文件</label><p class="hint" id="evidence-file-hint">照片、PDF、Word、Excel、PPT、OFD，每个不超过 20 MB。照片会重新编码，去掉位置等信息。</p><input id="evidence-file" name="file" type="file" aria-describedby="evidence-file-hint"></div>
${selectField({
  name: 'disclosure',
  label: '公开',
  value: 'withheld',
  options: [
    { value: 'withheld', text: '不公开' },
    { value: 'public', text: '拟公开（须保密审查）' },
  ],
})}
${button({ text: '添加', kind: 'plain' })}</form></details>`;
  return html`<h2 id="evidence">佐证材料</h2>${whole.length ? html`<ul class="evidence">${whole.map((one) => evidenceLine(page, one))}</ul>` : html`<p class="meta">没有整个项目的佐证；各事项的佐证在执行清单里。</p>`}${may ? form : ''}`;
}

/** Requests for more time, and the forms to ask and to decide. */
export function extensionSection(
  page: ProjectPage,
  extensions: readonly Extension[],
  problem?: Problem,
): HtmlSafeString | '' {
  const { project, actor, naming, past } = page;
  const open = extensions.find((one) => one.decision === null);
  const asks =
    !past && !open && isOneOf(extensibleStates, project.state) && reaches(actor, doers, project.unit_id);
  const decides = !past && open && reaches(actor, extensionDeciders, project.unit_id);
  if (extensions.length === 0 && !asks) return '';
  const told = timeline(
    extensions.map((one) => ({
      when: momentText(one.asked_at),
      what: `申请从 ${one.former_deadline} 延到 ${one.deadline}：${one.decision === 'granted' ? '同意' : one.decision === 'refused' ? '不同意' : '待决定'}`,
      who: naming.unitName(one.unit_id),
      note: [one.reason, one.decision_note && `答复：${one.decision_note}`].filter(Boolean).join(' '),
    })),
  );
  const error = (name: string) => fieldError('zh', problem, name);
  const ask = html`<details class="act" ${problem ? html`open` : ''}><summary>申请延期</summary><form method="post" action="${projectPath(project, '/extensions')}" class="stack">${onceField(randomUUID())}${problem ? html`<div class="notice bad" role="alert"><p>${problem.text.zh}</p></div>` : ''}
${textField({ name: 'deadline', label: '延到哪一天', type: 'date', value: '', error: error('deadline') })}${areaField({ name: 'reason', label: '理由', value: '', rows: 2, maxlength: 1000, error: error('reason') })}${button({ text: '提交申请', kind: 'plain' })}</form></details>`;
  const decide = html`<form method="post" action="${projectPath(project, '/extension-decision')}" class="stack">${onceField(randomUUID())}${problem ? html`<div class="notice bad" role="alert"><p>${problem.text.zh}</p></div>` : ''}${areaField({ name: 'note', label: '意见（不同意时必填）', value: '', rows: 2, maxlength: 1000, error: error('note') })}
<div class="buttons">${button({ text: '同意延期', name: 'decision', value: 'granted' })}${button({ text: '不同意', kind: 'plain', name: 'decision', value: 'refused' })}</div></form>`;
  return html`<h2 id="extension">延期</h2>${extensions.length ? told : ''}${asks ? ask : ''}${decides ? decide : ''}`;
}

/** What staff say to each other about a project. */
export function commentSection(
  page: ProjectPage,
  comments: readonly Comment[],
  problem?: Problem,
): HtmlSafeString {
  const { project, items, naming, people, past } = page;
  const itemOf = (id: number | null) => items.find((item) => item.id === id);
  const about = (id: number | null) => (itemOf(id) ? `［第 ${itemOf(id)!.position} 项］` : '');
  const told = timeline(
    comments.map((one) => ({
      when: momentText(one.occurred_at),
      what: one.account_id === null ? '系统' : (people.get(one.account_id) ?? ''),
      who: naming.unitName(one.unit_id),
      note: `${about(one.item_id)}${one.text}`,
    })),
  );
  const form = html`<form method="post" action="${projectPath(project, '/comments')}" class="stack">${onceField(randomUUID())}${items.length ? selectField({ name: 'about', label: '关于', value: '', all: '整个项目', options: items.map((item) => ({ value: String(item.position), text: `第 ${item.position} 项 ${item.title}` })) }) : ''}${areaField({ name: 'text', label: '留言', hint: '只有工作人员看得到。', value: '', rows: 2, maxlength: 2000, error: fieldError('zh', problem, 'text') })}${button({ text: '留言', kind: 'plain' })}</form>`;
  return html`<h2 id="comments">留言</h2>${comments.length ? told : ''}${past ? '' : form}`;
}
