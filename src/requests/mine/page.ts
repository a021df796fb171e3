import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import { momentText } from '../../kit/clock.ts';
import { type Message, say } from '../../kit/i18n.ts';
import type { View } from '../../kit/page.ts';
import { stationPath, timeline } from '../../kit/parts/course.ts';
import { areaField, button, errorSummary, fieldError, onceField } from '../../kit/parts/form.ts';
import type { Problem } from '../../kit/problem.ts';
import { offersTo } from '../checks.ts';
import {
  type ActionName,
  type RequestRow,
  type RequestState,
  type StepRow,
  satisfactions,
  solvedGrades,
} from '../schema.ts';
import { doneWords, kindWords, personStateWords, satisfactionWords, solvedWords } from '../words.ts';
import type { MyRequest } from './actions.ts';
import { messageWords, words } from './words.ts';

/** A step of the person's that was refused, with what was typed. */
export interface Refused {
  name: ActionName | 'rating';
  problem: Problem;
  typed: Record<string, string>;
}

/** What surrounds a request on its page. */
interface Around {
  link: string;
  now: Date;
  refused: Refused | undefined;
}

/** The page of a person's own request: where it is first, what they can do next, then how it went. */
export function myRequest(view: View, mine: MyRequest, around: Around): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const { request, units } = mine;
  const offered = new Set(
    offersTo(request, { who: 'person' }, around.now)
      .filter((one) => !one.blocked_by)
      .map((one) => one.name),
  );
  const rates = ['rate', 'reopen', 'appeal'].some((name) => offered.has(name as ActionName));
  return html`<p class="kicker">${t(kindWords[request.kind])} <span class="number-of">${t(words.number)} ${request.number}</span></p>
<h1>${t(personStateWords[request.state])}</h1>
${standing(view, mine, around.now)}
<div class="few">${stationPath(stationsOf(t, request), t(words.stations))}</div>
${answerOf(view, mine)}
${rates ? ratingForm(view, request, around) : ''}
${offered.has('supply') ? supplyForm(view, mine, around) : ''}
<h2>${t(words.asked)}</h2><p class="said">${request.content ?? ''}</p>${request.place ? html`<p class="meta">${request.place}</p>` : ''}
<h2>${t(words.course)}</h2>${timeline(mine.steps.filter(isTold).map((step) => told(view, step, units)))}
<p><a href="/my/requests/${request.number}/messages">${t(messageWords.title)}</a></p>${linkBox(view, around.link)}
${offered.has('cancel') ? cancelForm(view, request, around) : ''}`;
}

/** Who has it and until when, in a sentence. */
function standing(view: View, { request, units }: MyRequest, now: Date): HtmlSafeString | '' {
  const t = (message: Message) => say(view.language, message);
  if (request.state === 'closed') {
    return request.solved === null && request.answered_at
      ? html`<p class="lead">${t(words.not_rated)}</p>`
      : '';
  }
  if (request.closed_at || request.state === 'answered') return '';
  const late = request.answer_by && request.answer_by < now;
  return html`<p class="lead">${t(words.with)} <strong>${units.get(request.unit_id)}</strong>${
    request.answer_by ? html`<br>${t(words.by)}：<time>${momentText(request.answer_by)}</time>` : ''
  }</p>${late ? html`<p class="notice bad">${t(words.late)}</p>` : ''}`;
}

/** The last answer, before the question whether it solved anything. */
function answerOf(view: View, { request, steps }: MyRequest): HtmlSafeString | '' {
  const answer = steps.findLast((step) => step.action === 'answer' || step.action === 'explain');
  if (!answer || (request.state !== 'answered' && request.state !== 'closed')) return '';
  return html`<h2>${say(view.language, words.answer)}</h2><p class="said">${answer.words ?? ''}</p>`;
}

const stationOf: Record<RequestState, number> = {
  to_dispatch: 1,
  dispatched: 1,
  need_info: 2,
  accepted: 2,
  redo: 2,
  answered: 4,
  closed: 5,
  rejected: 5,
  merged: 2,
  cancelled: 5,
};

function stationsOf(t: (message: Message) => string, { state }: RequestRow) {
  const at = stationOf[state];
  const names = [words.submitted, words.signed, words.handled, words.answered, words.rated];
  return names.map((name, index) => ({ text: t(name), here: index === at, passed: index < at }));
}

/** What the person is told: every step but notes that are for staff alone. */
function isTold(step: StepRow): boolean {
  return step.action !== 'note' || step.words !== null;
}

function told(view: View, step: StepRow, units: ReadonlyMap<number, string>) {
  const t = (message: Message) => say(view.language, message);
  const own = step.account_id === null && step.action !== 'lapse';
  const unit = step.unit_id === null ? undefined : units.get(step.unit_id);
  const who = own ? t(words.you) : (unit ?? '');
  const rating =
    step.solved && step.satisfaction
      ? `${t(solvedWords[step.solved])}，${t(satisfactionWords[step.satisfaction])}。`
      : '';
  const to = step.to_unit_id && units.get(step.to_unit_id);
  const what =
    to && step.action !== 'decline' ? `${t(doneWords[step.action])} → ${to}` : t(doneWords[step.action]);
  return { when: momentText(step.occurred_at), what, who, note: `${rating}${step.words ?? ''}` || null };
}

function formParts(view: View, around: Around, name: Refused['name']) {
  const refused = around.refused?.name === name ? around.refused : undefined;
  return {
    value: (field: string) => refused?.typed[field] ?? '',
    error: (field: string) => fieldError(view.language, refused?.problem, field),
    summary: errorSummary(view.language, refused?.problem),
    once: onceField(refused?.typed.key ?? randomUUID()),
  };
}

function ratingForm(view: View, request: RequestRow, around: Around): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const { value, error, summary, once } = formParts(view, around, 'rating');
  const choices = <V extends string>(
    name: string,
    legend: Message,
    all: readonly V[],
    text: Record<V, Message>,
  ) =>
    html`<fieldset class="choices grades" id="${name}"><legend>${t(legend)}</legend>${error(name) ? html`<p class="error">${error(name)}</p>` : ''}<div class="grade-row">${all.map(
      (one) =>
        html`<label class="choice"><input type="radio" name="${name}" value="${one}" ${value(name) === one ? html`checked` : ''} required> ${t(text[one])}</label>`,
    )}</div></fieldset>`;
  return html`<section class="todo" id="rating">${summary}<form method="post" action="/my/requests/${request.number}/rating" class="stack" novalidate>${once}
${choices('solved', words.rate, solvedGrades, solvedWords)}<p class="hint">${t(words.rate_again)}</p>
${choices('satisfaction', words.satisfied, satisfactions, satisfactionWords)}
${areaField({ name: 'words', label: t(words.more), value: value('words'), rows: 2, maxlength: 2000, error: error('words') })}
${button({ text: t(words.send_rating) })}</form></section>`;
}

function supplyForm(view: View, { request, steps }: MyRequest, around: Around): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const { value, error, summary, once } = formParts(view, around, 'supply');
  const question = steps.findLast((step) => step.action === 'ask')?.words;
  return html`<section class="todo" id="supplement">${summary}${question ? html`<p class="said">${question}</p>` : ''}<form method="post" action="/my/requests/${request.number}/supplement" class="stack">${once}
${areaField({ name: 'words', label: t(words.supply), value: value('words'), rows: 4, maxlength: 2000, error: error('words') })}
${button({ text: t(words.send) })}</form></section>`;
}

function cancelForm(view: View, request: RequestRow, around: Around): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const { value, summary, once } = formParts(view, around, 'cancel');
  return html`<details class="after" ${summary ? html`open` : ''}><summary>${t(words.cancel)}</summary>${summary}<form method="post" action="/my/requests/${request.number}/cancellation" class="stack">${once}
${areaField({ name: 'words', id: 'cancel-words', label: t(words.cancel_why), value: value('words'), rows: 2, maxlength: 2000 })}
${button({ text: t(words.cancel_send), kind: 'danger' })}</form></details>`;
}

function linkBox(view: View, link: string): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return html`<aside class="notice keep"><p><strong>${t(words.link)}</strong></p><p><a class="address" href="${link}">${link}</a></p><p class="hint">${t(words.link_hint)}</p></aside>`;
}
