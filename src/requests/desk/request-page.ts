import { type HtmlSafeString, html } from '@prairielearn/html';
import { momentText } from '../../kit/clock.ts';
import { timeline } from '../../kit/parts/course.ts';
import { errorNotice } from '../../kit/parts/form.ts';
import type { Shown } from '../../residents/schema.ts';
import type { StaffRequest } from '../actions.ts';
import type { Offer } from '../checks.ts';
import type { StepRow } from '../schema.ts';
import {
  actionWords,
  channelWords,
  doneWords,
  kindWords,
  satisfactionWords,
  solvedWords,
  stateWords,
  urgencyWords,
} from '../words.ts';
import { actionForms, type Refused } from './action-forms.ts';
import { clockLight } from './parts.ts';
import { hopsOf, pathPicture } from './path.ts';
import { words } from './words.ts';

/** What the page of a request is made of. */
export interface RequestPage extends StaffRequest {
  offers: readonly Offer[];
  /** Whoever asked, masked; nothing where no contact was left. */
  person: Shown | undefined;
  parties: number;
  area: string;
  /** The staff by their accounts. */
  people: ReadonlyMap<number, string>;
  now: Date;
  refused: Refused | undefined;
}

/** One request on one page: what is asked, its clock, the whole path, and the steps in place. */
export function requestPage(page: RequestPage): HtmlSafeString {
  const { request, steps, units, now } = page;
  const names = new Map(units.map((unit) => [unit.id, unit.short_name]));
  return html`<p class="kicker">${kindWords[request.kind].zh}${request.urgency === 'usual' ? '' : html` · <strong>${urgencyWords[request.urgency].zh}</strong>`} <span class="number-of">${request.number}</span></p>
<h1 class="request-text">${request.content ?? words.confidential.zh}</h1>
<p class="standing"><span class="station">${stateWords[request.state].zh}</span> <strong>${names.get(request.unit_id)}</strong> ${clockLight(request, now)}</p>
${notOffered(page)}
<div class="two-columns"><aside class="acts"><h2>${words.actions.zh}</h2>${actionForms(request, page.offers, units, page.refused)}</aside>
<div class="main-column">${facts(page)}
<h2>${words.path.zh}</h2>${pathPicture(hopsOf(steps, request), names, now)}
<h2>${words.course.zh}</h2>${timeline(steps.map((step) => told(step, page, names)))}</div></div>`;
}

/** What was refused and is offered no more, as somebody was faster: why, and what was typed. */
function notOffered({ offers, refused }: RequestPage): HtmlSafeString | '' {
  if (!refused || offers.some((one) => one.name === refused.name && !one.blocked_by)) return '';
  const typed = [refused.typed.words, refused.typed.note].filter(Boolean).join('\n');
  return html`${errorNotice(refused.problem)}${typed ? html`<p class="said">${typed}</p>` : ''}`;
}

function facts({ request, person, parties, area, people }: RequestPage): HtmlSafeString {
  const contact = person ? `${person.name}${person.phone ? `　${person.phone}` : ''}` : words.no_person.zh;
  const rows: [string, string][] = [
    [words.where.zh, `${area}${request.place ? `　${request.place}` : ''}`],
    [words.person.zh, contact],
    [words.submitted.zh, `${momentText(request.submitted_at)}　${channelWords[request.channel].zh}`],
    [words.promised.zh, request.answer_by ? momentText(request.answer_by) : '—'],
    ...(request.handler_account_id
      ? [[words.handler.zh, people.get(request.handler_account_id) ?? ''] satisfies [string, string]]
      : []),
    ...(parties > 1 ? [[words.asked_by.zh, `${parties} ${words.people.zh}`] satisfies [string, string]] : []),
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function told(step: StepRow, { people }: RequestPage, units: ReadonlyMap<number, string>) {
  const unit = step.unit_id === null ? undefined : units.get(step.unit_id);
  const name = step.account_id === null ? undefined : people.get(step.account_id);
  const who = name
    ? [unit, name].filter(Boolean).join(' ')
    : step.action === 'lapse'
      ? words.by_itself.zh
      : words.person_did.zh;
  const to = step.to_unit_id === null ? '' : ` → ${units.get(step.to_unit_id)}`;
  const rating =
    step.solved && step.satisfaction
      ? `${solvedWords[step.solved].zh}，${satisfactionWords[step.satisfaction].zh}。`
      : '';
  const what = whatOf(step);
  const said = `${rating}${step.words ?? ''}`;
  const note = step.note ? `【${words.internal.zh}】${step.note}` : '';
  return {
    when: momentText(step.occurred_at),
    what: `${what}${to}`,
    who,
    note: [said, note].filter(Boolean).join('\n') || null,
  };
}

function whatOf({ action, account_id }: StepRow): string {
  if (action === 'submit' || action === 'join')
    return action === 'submit' ? words.person_asked.zh : doneWords.join.zh;
  return account_id === null ? doneWords[action].zh : actionWords[action].zh;
}
