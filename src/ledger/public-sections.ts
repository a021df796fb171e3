// The sections of a project's page for residents: who, what, when, how far and how that is computed, what shows it.
import { type HtmlSafeString, html } from '@prairielearn/html';
import { dayText } from '../kit/clock.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { timetable } from '../kit/parts/timetable.ts';
import { percentOf, progressOf } from './checklist/rules.ts';
import type { PublicItem } from './checklist/store.ts';
import type { PublicEvidence } from './evidence/store.ts';
import type { Names } from './parts.ts';
import { sumTallies } from './survey/rules.ts';
import type { PublicAnswer } from './survey/store.ts';
import { itemTimetable, timetableWords } from './timetable/rows.ts';
import { publicItemWords, words } from './words.ts';

/** Progress: its bar, its number, and the sum that it is. */
export function publicProgress(view: View, items: readonly PublicItem[]): HtmlSafeString | '' {
  const t = (message: Message) => say(view.language, message);
  const progress = progressOf(items);
  const percent = percentOf(progress);
  if (percent === null) return '';
  const weight = (hundredths: number) => String(hundredths / 100);
  const width = (part: number) => Math.round((part / progress.total) * 200) / 2;
  const parts = items.filter((item) => item.state === 'verified').map((item) => Number(item.weight));
  const sum = parts.length > 0 ? parts.join(' + ') : '0';
  const counted =
    view.language === 'zh'
      ? `${progress.items} 项中 ${progress.items_verified} 项已由他人核验`
      : `${progress.items_verified} of ${progress.items} items verified by others`;
  return html`<section aria-labelledby="progress"><h2 id="progress">${t(words.progress)}</h2><div class="progress">
<p class="percent-line"><strong class="percent">${percent}%</strong> ${counted}</p>
<svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" class="parts"><rect class="rest" width="100" height="4"></rect><rect class="claimed" width="${width(progress.verified + progress.claimed)}" height="4"></rect><rect class="verified" width="${width(progress.verified)}" height="4"></rect></svg>
<details><summary>${t(words.how_computed)}</summary><p>${t(words.formula)}</p><p class="formula">（${sum}）÷ ${weight(progress.total)} = ${percent}%</p></details></div></section>`;
}

/** The checklist as residents read it, and its timetable. */
export function publicChecklist(
  view: View,
  items: readonly PublicItem[],
  names: Names,
  today: string,
): HtmlSafeString | '' {
  if (items.length === 0) return '';
  const t = (message: Message) => say(view.language, message);
  const day = (text: string | null) => (text ? dayText(text, view.language) : '');
  const rows = items.map((item) => {
    const when = item.actual_end
      ? `${t(words.done_on)} ${day(item.actual_end)}`
      : item.planned_end
        ? `${t(words.planned_for)} ${day(item.planned_end)}`
        : '';
    return html`<li class="${item.state}"><span class="mark" aria-hidden="true">${item.state === 'verified' ? '✓' : item.state === 'claimed' ? '…' : '○'}</span><div><strong>${item.title}</strong> <span class="state">${t(publicItemWords[item.state])}</span><p class="meta">${[names.units.get(item.unit_id), when, `${t(words.weight)} ${Number(item.weight)}`].filter(Boolean).join(' · ')}</p></div></li>`;
  });
  return html`<section aria-labelledby="checklist"><h2 id="checklist">${t(words.checklist)}</h2><ul class="steps-list">${rows}</ul>
<details><summary>${t(words.timetable)}</summary>${timetable(items.map(itemTimetable), today, timetableWords[view.language])}</details></section>`;
}

/** Evidence that was opened to everybody. */
export function publicEvidence(view: View, evidence: readonly PublicEvidence[]): HtmlSafeString | '' {
  if (evidence.length === 0) return '';
  const t = (message: Message) => say(view.language, message);
  return html`<section aria-labelledby="evidence"><h2 id="evidence">${t(words.evidence)}</h2><ul class="evidence">${evidence.map(
    (one) => {
      const file = one.file_digest ? `/evidence/${one.id}` : '';
      const photo = file && one.media_type === 'image/jpeg';
      return html`<li>${photo ? html`<a href="${file}"><img src="${file}" alt="${one.title}" loading="lazy" width="320" height="240"></a>` : ''}<p>${file && !photo ? html`<a href="${file}">${one.title}</a>` : one.title}${one.text && one.text !== one.title ? `：${one.text}` : ''} <span class="meta">${dayText(one.occurred_on, view.language)}</span></p></li>`;
    },
  )}</ul></section>`;
}

/** How satisfied people are with it: sample, valid base and who collected. */
export function publicSurvey(
  view: View,
  answers: readonly PublicAnswer[],
  names: Names,
): HtmlSafeString | '' {
  if (answers.length === 0) return '';
  const t = (message: Message) => say(view.language, message);
  const sums = sumTallies(answers);
  const collected = [
    ...new Set(answers.map((one) => (one.unit_id === null ? t(words.by_qr) : names.units.get(one.unit_id)))),
  ];
  const said =
    view.language === 'zh'
      ? `样本 ${sums.sample}，有效 ${sums.valid}（满意 ${sums.satisfied}，基本满意 ${sums.mostly}，不满意 ${sums.unsatisfied}），不了解 ${sums.unknown}`
      : `Sample ${sums.sample}, valid ${sums.valid} (satisfied ${sums.satisfied}, mostly ${sums.mostly}, not ${sums.unsatisfied}), do not know ${sums.unknown}`;
  return html`<section aria-labelledby="survey"><h2 id="survey">${t(words.satisfaction)}</h2><p><strong class="percent">${sums.rate ?? '—'}${sums.rate ? '%' : ''}</strong></p><p>${said}</p><p class="meta">${t(words.collected_by)} ${collected.join('、')}</p></section>`;
}

/** Links of the press about it: `媒体 日期 标题 链接`, one on each line. */
export function publicPress(view: View, press: string | null): HtmlSafeString | '' {
  if (!press) return '';
  const lines = press.split('\n').filter((line) => line.trim());
  return html`<section aria-labelledby="press"><h2 id="press">${say(view.language, words.press)}</h2><ul>${lines.map(
    (line) => {
      const url = /https?:\/\/\S+/.exec(line)?.[0];
      const text = line.replace(url ?? '', '').trim();
      return html`<li>${url ? html`<a href="${url}" rel="nofollow noopener">${text || url}</a>` : text}</li>`;
    },
  )}</ul></section>`;
}
