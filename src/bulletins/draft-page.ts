// The page of a draft: its text on the left, what it will look like on the right, below it what it asks, its check list and the way
// to its signature. The form works by itself; `bulletin.js` draws the right side anew while one types.
import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { Entitled } from '../identity/access.ts';
import { assets } from '../kit/assets.ts';
import { cutoffText, dayClosedBy, dayOf, momentText } from '../kit/clock.ts';
import { stationPath, timeline } from '../kit/parts/course.ts';
import { grouped } from '../kit/parts/figures.ts';
import {
  areaField,
  button,
  errorSummary,
  fieldError,
  onceField,
  selectField,
  textField,
} from '../kit/parts/form.ts';
import type { Problem } from '../kit/problem.ts';
import { actForms, draftPath } from './act-forms.ts';
import { type Check, type Question, questionsIn } from './checklist.ts';
import type { CitedFigure } from './content.ts';
import { acts, checkAct, nameOfReview, stateName, stationsOf } from './course.ts';
import type { Examined, Moved } from './examine.ts';
import { blockHtml, type Manner, pieces } from './parts.ts';
import { kindOf, termLimits } from './rules.ts';
import type { DraftStep } from './schema.ts';
import { longestText } from './templates.ts';

/** What a page of a draft is drawn from: it as looked at, by whom, and what just went wrong. */
export interface DraftPage {
  examined: Examined;
  actor: Entitled;
  charts: ReadonlyMap<object, string>;
  problem?: Problem | undefined;
  /** The cut-off as it was typed, where it could not be understood. */
  typed_cutoff?: string | undefined;
  /** The key of the form that is shown again. */
  key?: string | undefined;
}

/** The whole page. */
export function draftBody(page: DraftPage): HtmlSafeString {
  const { draft, settings } = page.examined;
  const kind = kindOf(draft.kind);
  const head = html`<h1>${draft.title.replace(/\[\[.*?\]\]/g, '…') || `新的${kind.zh}`}</h1>
<p class="lead"><span class="tag">${kind.zh}</span> ${stateName(draft, settings)} · 截至${cutoffText(draft.cutoff, 'zh')} · ${draft.audience === 'public' ? '公开' : '内部'}${draft.supersedes_number ? html` · 更正 ${draft.supersedes_number}` : ''}</p>
${stationPath(stationsOf(draft, settings), '审核进度')}${errorSummary('zh', page.problem)}`;
  if (draft.state === 'draft') return html`${head}${editor(page)}${history(page)}`;
  return html`${head}${reading(page)}${history(page)}`;
}

function editor(page: DraftPage): HtmlSafeString {
  const { examined, problem } = page;
  const { draft } = examined;
  return html`<form method="post" action="${draftPath(draft.id)}" class="editor" id="draft" data-preview="${draftPath(draft.id, '/preview')}">
${onceField(page.key ?? randomUUID())}<input type="hidden" name="version" value="${draft.since_entry}">
<div class="editor-columns"><div class="editor-text stack">
${textField({ name: 'title', label: '标题', value: draft.title, maxlength: 300, error: fieldError('zh', problem, 'title') })}
<div class="editor-row">${textField({
    name: 'cutoff',
    label: '截至',
    maxlength: 40,
    hint: '2021-09-03（当日24时）或 2021-09-03T09:00',
    value: page.typed_cutoff ?? cutoffField(draft.cutoff),
    error: fieldError('zh', problem, 'cutoff'),
  })}${kindFields(page)}</div>
${areaField({
  name: 'text',
  label: '正文',
  hint: '一行一段；# 一级标题，## 二级标题；数字写成 [[指标]]，可从“插入指标”里查找。',
  value: draft.text,
  rows: 24,
  maxlength: longestText,
})}
<div class="buttons">${button({ text: '保存', name: 'do', value: 'save' })}${button({ text: '预览（不保存）', kind: 'plain', name: 'do', value: 'preview' })}${submitButton(page)}</div>
<p><a href="/console/bulletins/figures?cutoff=${encodeURIComponent(cutoffField(draft.cutoff))}" id="find-figures">插入指标</a> · <a href="${draftPath(draft.id, '/pictures')}">图片（${examined.pictures.length}）</a> · <a href="/console/bulletins/writing">怎么写</a></p>
</div>
<div class="editor-preview" id="preview">${previewBody(page)}</div></div></form>${actForms(page, ['secrecy', 'drop'])}<script type="module" src="${assets.bulletin.url}"></script>`;
}

function kindFields({ examined: { draft }, problem }: DraftPage): (HtmlSafeString | '')[] {
  const kind = kindOf(draft.kind);
  const has = (name: (typeof kind.needs)[number]) => kind.needs.includes(name);
  const error = (name: string) => fieldError('zh', problem, name);
  return [
    kind.audience_open
      ? selectField({
          name: 'audience',
          label: '给谁看',
          value: draft.audience,
          options: [
            { value: 'public', text: '向社会公开' },
            { value: 'staff', text: '内部' },
          ],
          error: error('audience'),
        })
      : '',
    has('addressee')
      ? textField({
          name: 'addressee',
          label: '主送',
          value: draft.addressee ?? '',
          maxlength: 200,
          error: error('addressee'),
        })
      : '',
    has('contact')
      ? textField({
          name: 'contact',
          label: '联系人和联系方式',
          value: draft.contact ?? '',
          maxlength: 200,
          error: error('contact'),
        })
      : '',
    has('term_days')
      ? textField({
          name: 'term_days',
          label: '异议期（工作日）',
          inputmode: 'numeric',
          value: String(draft.term_days ?? termLimits.usual),
          maxlength: 2,
          error: error('term_days'),
        })
      : '',
  ];
}

/** A cut-off as its field shows it: a day where it is the day's 24:00. */
function cutoffField(cutoff: Date): string {
  const day = dayClosedBy(cutoff);
  if (dayOf(cutoff) !== day) return day;
  return momentText(cutoff).replace(' ', 'T');
}

/** What is drawn anew while one types: the text as it will look, what is wrong with it, what it asks, and the check list. */
export function previewBody(page: DraftPage): HtmlSafeString {
  return html`${article(page)}${faultList(page)}${questionFields(page.examined.questions, page.examined.draft.state === 'draft')}${checkList(page.examined.checks)}`;
}

/** A number of a draft: what it is and up to when, on hover. */
function draftNumber({ registry_title }: { registry_title(figure: CitedFigure): string }) {
  return (figure: CitedFigure) =>
    html`<span class="figure" title="${registry_title(figure)}">${grouped(figure.text)}</span>`;
}

function article({ examined, charts }: DraftPage): HtmlSafeString {
  const { draft, content, read, pictures } = examined;
  const titles = read.scene.figures;
  const manner: Manner = {
    number: draftNumber({ registry_title: ({ code }) => titles.get(code)?.title.zh ?? code }),
    words: (text) => marked(text, examined),
    picture: (file) => {
      const found = pictures.find((one) => one.file_digest === file);
      return draftPath(draft.id, `/pictures/${found?.position ?? 0}`);
    },
    charts,
  };
  const kind = kindOf(draft.kind);
  return html`<article class="bulletin draft" aria-label="预览"><h2 class="title">${pieces(content.title, manner)}</h2>
${draft.addressee && kind.needs.includes('addressee') ? html`<p class="addressee">${draft.addressee}：</p>` : ''}
${content.blocks.map((block) => blockHtml(block, manner))}
${objections(draft.contact, draft.term_days)}${content.signature.length ? html`<div class="signature">${content.signature.map((line) => html`<p>${line}</p>`)}</div>` : ''}</article>`;
}

/** 公示: how long and to whom objections are made, as it will stand under the text. */
function objections(contact: string | null, term_days: number | null): HtmlSafeString | '' {
  if (contact === null && term_days === null) return '';
  return html`<section class="objections"><h2>异议反映</h2><p>对以上内容有异议的，请自发布之日起 ${term_days ?? '…'} 个工作日内反映。</p><p>联系人和联系方式：${contact ?? '…'}</p></section>`;
}

/** Typed words with what they ask marked: a question mark follows, so that colour is not the only sign. */
function marked(text: string, { draft }: Examined): (string | HtmlSafeString)[] {
  const shown: (string | HtmlSafeString)[] = [];
  let at = 0;
  for (const one of questionsIn(text, draft.answers)) {
    if (one.source !== null) continue;
    const why =
      one.kind === 'digits' ? '手打的数字：换成指标，或注明出处' : `${one.what}：隐去，或说明可以公开的理由`;
    shown.push(
      text.slice(at, one.start),
      html`<mark class="asked" title="${why}">${one.text}<span aria-hidden="true">？</span></mark>`,
    );
    at = one.end;
  }
  shown.push(text.slice(at));
  return shown;
}

function faultList({ examined: { faults, read } }: DraftPage): HtmlSafeString | '' {
  if (faults.length + read.missing.length === 0) return '';
  return html`<section class="notice bad"><h3>要改的地方</h3><ul>${faults.map(
    ({ line, message }) => html`<li>${line === 0 ? '标题' : `第 ${line} 行`}：${message.zh}</li>`,
  )}${read.missing.map(
    ({ figure, key }) => html`<li>${figure}${key ? `（${key}）` : ''} 在这个截止时点没有数值。</li>`,
  )}</ul></section>`;
}

/** What the text asks, one field for each answer; beyond the form only what was answered. */
function questionFields(questions: readonly Question[], open: boolean): HtmlSafeString | '' {
  if (questions.length === 0) return '';
  const rows = questions.map((one, index) => {
    const what = one.kind === 'digits' ? '手打的数字' : one.what!;
    const where = html`<span class="where">${one.line === 0 ? '标题' : `第 ${one.line} 行`}</span> …${one.place}…`;
    if (one.never) return html`<li>${where}<p class="error">${what}不能公开，请从正文里去掉。</p></li>`;
    if (!open) return html`<li>${where}<p class="source">${one.source ?? '没有回答'}</p></li>`;
    const id = `source-${index}`;
    return html`<li class="field"><label for="${id}">${where} <span class="what">${what}</span></label>
<input type="hidden" name="asked[]" value="${one.kind}"><input type="hidden" name="place[]" value="${one.place}">
<input type="text" id="${id}" name="source[]" maxlength="200" value="${one.source ?? ''}" placeholder="${one.kind === 'digits' ? '出处，例如：教育局来文' : '可以公开的理由'}"></li>`;
  });
  return html`<section class="asked-list"><h3>手打的数字和个人信息</h3><p class="hint">能换成指标的请换成指标；不能的逐处注明出处。涉及个人的请隐去，确可公开的说明理由。</p><ol>${rows}</ol></section>`;
}

function checkList(checks: readonly Check[]): HtmlSafeString {
  return html`<section><h3>发布前核对</h3><ul class="checks">${checks.map(
    ({ title, ok, detail }) =>
      html`<li class="${ok ? 'ok' : 'open'}"><span aria-hidden="true">${ok ? '✓' : '○'}</span> <strong>${title}</strong> <span class="detail">${ok ? '' : '待办：'}${detail}</span></li>`,
  )}</ul></section>`;
}

/** Sending is in the form of the text, so that nothing typed is left behind. */
function submitButton({ examined, actor }: DraftPage): HtmlSafeString {
  const { draft, steps, settings } = examined;
  const blocked = checkAct('submission', draft, steps, settings, actor);
  return button({
    text: '保存并送审',
    kind: 'plain',
    name: 'do',
    value: 'submission',
    blocked_by: blocked?.text.zh,
  });
}

/** A text under review: read on the left, decided on the right. */
function reading(page: DraftPage): HtmlSafeString {
  const { examined } = page;
  const { draft, moved } = examined;
  return html`<div class="two-columns"><aside aria-label="办理">${
    draft.number
      ? html`<h2>已发布</h2><p><a class="button" href="${draft.audience === 'public' ? '' : '/console'}/bulletins/${draft.number}">${draft.number}</a></p>`
      : draft.state === 'dropped'
        ? html`<h2>已作废</h2>`
        : html`<h2>办理</h2>${moved?.length ? movedNotice(moved, page) : ''}${actForms(page, ['issue', 'review', 'secrecy', 'return', 'recall'])}`
  }${checkList(examined.checks)}</aside>
<div class="main-column">${article(page)}${faultList(page)}${questionFields(examined.questions, false)}</div></div>`;
}

function movedNotice(moved: readonly Moved[], page: DraftPage): HtmlSafeString {
  const lines = moved
    .slice(0, 8)
    .map(({ name, before, now }) => html`<li>${name}：${before ?? '没有'} → ${now ?? '没有'}</li>`);
  return html`<div class="notice"><p>送审以后记录有变动，${moved.length} 个数字与现在不同：</p><ul>${lines}</ul><p>签发的是送审时读到的数字；要用现在的数字，请由起草人更新后重新送审。</p>${actForms(page, ['refresh'])}</div>`;
}

function history({ examined: { draft, steps, people, settings } }: DraftPage): HtmlSafeString | '' {
  if (steps.length === 0) {
    return html`<p><a href="${draftPath(draft.id, '/versions')}">修改痕迹</a></p>`;
  }
  const what = (step: DraftStep) =>
    step.act === 'review' ? `${nameOfReview(settings, (step.stage ?? 1) - 1)}通过` : acts[step.act].done;
  return html`<section><h2>经过</h2><p><a href="${draftPath(draft.id, '/versions')}">修改痕迹</a></p>${timeline(
    steps.map((step) => ({
      when: momentText(step.occurred_at),
      what: what(step),
      who: (step.account_id !== null && people.get(step.account_id)) || '',
      note: step.note,
    })),
  )}</section>`;
}
