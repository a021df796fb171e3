import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import { button, errorNotice, onceField } from '../kit/parts/form.ts';
import { checkItemStep, evidenceWords, itemStepsOf } from '../ledger/checklist/rules.ts';
import type { ItemRow } from '../ledger/checklist/schema.ts';
import { claimFields } from '../ledger/checklist/section.ts';
import { fileLink, giverOf } from '../ledger/evidence/section.ts';
import { type ProjectPage, refusedIn } from '../ledger/page.ts';
import { itemStateWords } from '../ledger/words.ts';
import { words } from './words.ts';

/** What the items of a project are shown with: who looks, who reported them, and a form that was refused. */
type ItemPage = Pick<
  ProjectPage,
  'project' | 'items' | 'evidence' | 'actor' | 'claims' | 'naming' | 'people' | 'refused'
>;

type Evidence = ItemPage['evidence'][number];

/** Every item with what shows it, and the one thing that this person can do with it; and evidence of the whole. */
export function itemCards(page: ItemPage): HtmlSafeString | '' {
  const { items, evidence } = page;
  const whole = evidence.filter((one) => one.item_id === null);
  const list = html`<ul class="cards items-list">${items.map((item) => itemCard(page, item))}</ul>`;
  return html`${items.length > 0 ? html`<h2>${words.items.zh}</h2>${list}` : ''}${whole.length > 0 ? html`<h2>${words.evidence.zh}</h2>${evidenceList(page, whole)}` : ''}`;
}

function itemCard(page: ItemPage, item: ItemRow): HtmlSafeString {
  const { project, evidence, actor } = page;
  const own = evidence.filter((one) => one.item_id === item.id);
  const steps = itemStepsOf(project, item, actor).filter(([, step]) => !step.reason);
  const { problem, typed } = refusedIn(page, `item-${item.position}`);
  const due = item.planned_end ? html` <span class="day">${item.planned_end} 前</span>` : '';
  return html`<li id="item-${item.position}" class="item-card"><p class="item-title"><strong>${item.position}. ${item.title}</strong></p><p class="meta"><span class="tag tag-${item.state}">${itemStateWords[item.state].zh}</span>${due}</p>
${own.length > 0 ? evidenceList(page, own) : html`<p class="meta">${words.no_evidence.zh}</p>`}
${steps.length > 0 ? html`<details ${problem ? html`open` : ''}><summary>${words.handle.zh}</summary>${itemForm(page, item, own, steps)}</details>` : html`${errorNotice(problem)}${typedAgain(typed('text'))}`}</li>`;
}

/** What was typed in a form that is no longer there, because somebody else went on meanwhile: to be copied, not lost. */
export function typedAgain(text: string): HtmlSafeString | '' {
  return text ? html`<p class="meta">${words.typed_before.zh}</p><p class="typed">${text}</p>` : '';
}

function itemForm(
  page: ItemPage,
  item: ItemRow,
  own: readonly Evidence[],
  steps: ReturnType<typeof itemStepsOf>,
): HtmlSafeString {
  const { project, actor, claims } = page;
  const id = `item-${item.position}`;
  const { problem, typed } = refusedIn(page, id);
  const asks = steps.some(([to]) => to === 'claimed');
  return html`<form method="post" action="/field/projects/${encodeURIComponent(project.number)}/items/${item.position}#${id}" class="stack" enctype="multipart/form-data">${onceField(typed('key') || randomUUID())}
${errorNotice(problem)}${problem && asks ? html`<p class="hint">${words.file_again.zh}</p>` : ''}${asks ? claimFields(item, own, typed) : ''}
<div class="buttons">${steps.map(([to, step], index) =>
    button({
      text: step.word.zh,
      kind: index === steps.length - 1 ? 'primary' : 'plain',
      name: 'to',
      value: to,
      blocked_by: checkItemStep(project, item, to, actor, claims.get(item.id))?.text.zh,
    }),
  )}</div></form>`;
}

/** Evidence as one reads it on a phone: a photo is seen, another file is a link, a text is read. */
function evidenceList(page: ItemPage, evidence: readonly Evidence[]): HtmlSafeString {
  return html`<ul class="evidence">${evidence.map((one) => {
    const href = `/console/evidence/${one.id}/file`;
    const photo = one.media_type?.startsWith('image/');
    const file = one.file_digest
      ? photo
        ? html`<a href="${href}"><img src="${href}" width="160" height="120" loading="lazy" alt="${one.title}"></a>`
        : html`<p>${fileLink(one)}</p>`
      : '';
    return html`<li><span class="tag">${evidenceWords[one.kind].zh}</span> ${one.title}${one.text && one.text !== one.title ? `：${one.text}` : ''} <span class="meta"><span class="day">${one.occurred_on}</span> ${giverOf(page, one)}</span>${file}</li>`;
  })}</ul>`;
}
