import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import { reaches } from '../../identity/access.ts';
import { areaField, button, errorNotice, fileField, onceField, selectField } from '../../kit/parts/form.ts';
import { evidenceLine } from '../evidence/section.ts';
import type { EvidenceRow } from '../evidence/store.ts';
import { type ProjectPage, projectPath, refusedIn } from '../page.ts';
import { itemStateWords } from '../words.ts';
import {
  checkItemStep,
  evidenceWords,
  isEnough,
  itemStepsOf,
  percentOf,
  planners,
  progressOf,
} from './rules.ts';
import type { ItemRow } from './schema.ts';

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
export function checklistSection(page: ProjectPage): HtmlSafeString {
  const { project, items, actor, past } = page;
  const plan = !past && reaches(actor, planners, project.unit_id);
  const link = plan
    ? html`<p><a class="button plain" href="${projectPath(project, '/checklist')}">${items.length ? '调整清单' : '编排清单'}</a></p>`
    : '';
  if (items.length === 0) return html`<h2 id="checklist">执行清单</h2>${progressBar(items)}${link}`;
  return html`<h2 id="checklist">执行清单</h2>${progressBar(items)}
<ol class="items">${items.map((item) => itemRow(page, item))}</ol>${link}`;
}

function itemRow(page: ProjectPage, item: ItemRow): HtmlSafeString {
  const { naming, evidence, actor, past } = page;
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
    item.planned_end < page.today;
  const needs = (item.depends_on ?? []).length > 0 ? `，在第 ${item.depends_on!.join('、')} 项之后` : '';
  const steps = past ? [] : itemStepsOf(page.project, item, actor);
  return html`<li id="item-${item.position}" value="${item.position}"><div class="item-head"><strong>${item.title}</strong> <span class="tag tag-${item.state}">${itemStateWords[item.state].zh}</span>${late ? html` <span class="light light-overdue"><span aria-hidden="true">■</span> 已逾期</span>` : ''}</div>
<p class="meta">${naming.unitName(item.unit_id)} · 权重 ${Number(item.weight)} · ${days.join(' · ')}${needs}</p>
${own.length ? html`<ul class="evidence">${own.map((one) => evidenceLine(page, one))}</ul>` : ''}
${steps.length > 0 ? itemForm(page, item, own, steps) : ''}</li>`;
}

/** What this person can do with an item: a step, with the evidence that it needs where there is none yet. */
function itemForm(
  page: ProjectPage,
  item: ItemRow,
  own: readonly EvidenceRow[],
  steps: ReturnType<typeof itemStepsOf>,
): HtmlSafeString {
  const { project, actor } = page;
  const id = `item-${item.position}`;
  const { problem, typed } = refusedIn(page, id);
  const claims = steps.some(([to]) => to === 'claimed');
  const buttons = steps.map(([to, step]) =>
    button({
      text: step.word.zh,
      kind: to === 'claimed' || to === 'verified' ? 'primary' : 'plain',
      name: 'to',
      value: to,
      blocked_by: checkItemStep(project, item, to, actor, page.claims.get(item.id))?.text.zh,
    }),
  );
  const note = areaField({
    name: 'note',
    id: `${id}-note`,
    label: `第 ${item.position} 项说明（退回时必填）`,
    value: typed('note'),
    rows: 2,
    maxlength: 1000,
  });
  return html`<details class="act" ${problem ? html`open` : ''}><summary>办理</summary><form method="post" action="${projectPath(project, `/items/${item.position}`)}" class="stack" enctype="multipart/form-data">${onceField(typed('key') || randomUUID())}
${errorNotice(problem)}${claims ? claimFields(item, own, typed) : note}
<div class="buttons">${buttons}</div></form></details>`;
}

/** What reporting an item done asks for, at a desk and on a phone: words, a file, or neither where there is enough. */
export function claimFields(
  item: ItemRow,
  own: readonly EvidenceRow[],
  typed: (name: string) => string,
): HtmlSafeString {
  const id = `item-${item.position}`;
  const kinds = item.evidence_kinds.map((kind) => evidenceWords[kind].zh).join('、');
  const enough = own.some(({ kind }) => isEnough(item, kind));
  return html`<p class="hint">${enough ? '已有佐证，可以直接报完成，也可以补充。' : `佐证（${kinds}，任一种即可；不要求照片）`}</p>
${areaField({ name: 'text', id: `${id}-text`, label: '说明：谁、什么时候、办成了什么', value: typed('text'), rows: 2, maxlength: 2000 })}
${selectField({
  name: 'kind',
  id: `${id}-kind`,
  label: '这段话是',
  value: typed('kind') || 'record',
  options: [
    { value: 'record', text: evidenceWords.record.zh },
    { value: 'telephone', text: evidenceWords.telephone.zh },
  ],
})}
${fileField({ name: 'file', id: `${id}-file`, label: '或上传照片、PDF、Office 文件', accept: '' })}`;
}
