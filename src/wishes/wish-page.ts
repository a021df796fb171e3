import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import { listPeople } from '../identity/actions.ts';
import { dayText, momentText } from '../kit/clock.ts';
import { stationPath, timeline } from '../kit/parts/course.ts';
import {
  areaField,
  button,
  errorNotice,
  fieldError,
  fileField,
  onceField,
  selectField,
  textField,
} from '../kit/parts/form.ts';
import type { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { maskedPeople } from '../residents/actions.ts';
import type { Shown } from '../residents/schema.ts';
import { actionsOf } from './rules.ts';
import {
  type ActionName,
  publicStates,
  takerKinds,
  type WishRow,
  type WishState,
  type WishStep,
} from './schema.ts';
import { listSteps } from './store.ts';
import { actionWords, circleWords, doneWords, stateWords, takerWords, whoWords } from './words.ts';

/** A step of the desk that was refused, with what was typed. */
export interface Refused {
  name: ActionName | 'contact';
  problem: Problem;
  typed: Record<string, string>;
}

interface Around {
  /** Whether whoever looks may take steps. */
  keeps: boolean;
  refused: Refused | undefined;
  /** The secret of a private link that was just made, shown this once. */
  link?: string;
  /** Somebody in clear, for whoever asked with a reason. */
  contact?: Shown;
}

const nouns: Partial<Record<ActionName, string>> = {
  verify: 'verification',
  decline: 'rejection',
  take: 'taking',
  fulfil: 'fulfilment',
  confirm: 'confirmation',
  refuse: 'refusal',
  take_back: 'return',
  withdraw: 'withdrawal',
};

/** A wish at the desk of its village: where it is, what to do, who is behind it, how it went. */
export async function wishPage(site: Site, wish: WishRow, around: Around): Promise<HtmlSafeString> {
  const { queries } = site.db;
  const steps = await listSteps(queries, wish.id);
  const staff = await listPeople(queries);
  const ids = [wish.person_id, wish.taker_person_id].filter((id) => id !== null);
  const people = await maskedPeople(queries, site.vault, ids);
  const acts = around.keeps ? actionsOf(wish.state, 'village') : [];
  const order: WishState[] = ['proposed', ...publicStates];
  const at = order.indexOf(wish.state);
  const stations = order.map((state, index) => ({
    text: stateWords[state].zh,
    here: index === at,
    passed: index < at,
  }));
  return html`<p class="kicker">${circleWords[wish.circle].zh} · ${wish.shown_as} <span class="number-of">${wish.number}</span></p><h1>${wish.title}</h1><p class="lead">${wish.story}</p>
${at < 0 ? html`<p><strong>${stateWords[wish.state].zh}</strong></p>` : stationPath(stations, '心愿到了哪一步')}
${around.link ? linkNotice(wish, around.link) : ''}${around.contact ? contactNotice(around.contact) : ''}
<div class="two-columns"><aside class="acts">${acts.length ? html`<h2>办理</h2>${acts.map((name) => actForm(wish, name, around.refused))}` : ''}</aside>
<div class="main-column">${facts(wish, people)}${wish.photo ? html`<p><img class="wish-photo" src="/console/wishes/${wish.number}/photo" alt="认领人的照片" width="320"></p>` : ''}
${around.keeps ? contactForm(wish, around.refused) : ''}<h2>经过</h2>${timeline(steps.map((step) => told(step, staff)))}</div></div>`;
}

function linkNotice(wish: WishRow, secret: string): HtmlSafeString {
  const whose = wish.state === 'proposed' ? '本人' : '认领人';
  return html`<aside class="notice keep"><p><strong>${whose}的链接，只显示这一次</strong></p><p class="address">/my/wish-link/${secret}</p><p>凭它可以看进展、${wish.state === 'proposed' ? '确认是否实现' : '报告实现'}。没有手机的，由村居代办。</p></aside>`;
}

function contactNotice({ name, phone }: Shown): HtmlSafeString {
  return html`<aside class="notice"><p>${name}　${phone ?? '没有电话'}</p><p class="meta">查看已记录。</p></aside>`;
}

function facts(wish: WishRow, people: ReadonlyMap<number, Shown>): HtmlSafeString {
  const who = (id: number | null) => {
    const person = id === null ? undefined : people.get(id);
    return person ? `${person.name}${person.phone ? `　${person.phone}` : ''}` : null;
  };
  const rows: [string, string | null][] = [
    ['本人', who(wish.person_id)],
    ['认领', wish.taker_kind && `${takerWords[wish.taker_kind].zh}　${wish.taker_name}`],
    ['认领联系人', who(wish.taker_person_id)],
    ['预计实现', wish.promised_on && dayText(wish.promised_on, 'zh')],
    ['认领人怎么说', wish.taker_words],
    ['公开的结果', wish.outcome],
    ['回到待认领', wish.times_back ? `${wish.times_back} 次` : null],
  ];
  return html`<dl class="facts">${rows.filter(([, value]) => value).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function actForm(wish: WishRow, name: ActionName, refused: Refused | undefined): HtmlSafeString {
  const here = refused?.name === name ? refused : undefined;
  const typed = (field: string) => here?.typed[field] ?? '';
  const error = (field: string) => fieldError('zh', here?.problem, field);
  const action = `/console/wishes/${wish.number}/${nouns[name]}`;
  const once = onceField(typed('key') || randomUUID());
  const text = (label: string, hint?: string) =>
    areaField({
      name: 'words',
      id: `${name}-words`,
      label,
      ...(hint && { hint }),
      value: typed('words'),
      rows: 2,
      maxlength: 500,
      error: error('words'),
    });
  const first = actionsOf(wish.state, 'village')[0] === name;
  const kind = first ? 'primary' : name === 'withdraw' || name === 'decline' ? 'danger' : 'plain';
  const send = button({ text: actionWords[name].zh, kind });
  const fields = {
    take: () => takerFields(typed, error),
    fulfil: () =>
      html`${text('怎样实现的')}${textField({ name: 'hours', label: '用了几小时（可不填）', value: typed('hours'), maxlength: 5, error: error('hours') })}${fileField({ name: 'photo', label: '照片（可不传）', accept: 'image/*', error: error('file') })}`,
    confirm: () => text('公开的结果（可不写）', '一两句话，不写姓名和住址。'),
  } as Partial<Record<ActionName, () => HtmlSafeString>>;
  const needed = name === 'verify' ? html`` : (fields[name] ?? (() => text('理由')))();
  const enctype = name === 'fulfil' ? html`enctype="multipart/form-data"` : '';
  const form = html`<form method="post" ${enctype} action="${action}" class="stack" novalidate>${once}${errorNotice(here?.problem)}${needed}${send}</form>`;
  return first
    ? form
    : html`<details ${here ? html`open` : ''}><summary>${actionWords[name].zh}</summary>${form}</details>`;
}

function takerFields(
  typed: (name: string) => string,
  error: (name: string) => string | undefined,
): HtmlSafeString {
  const field = (name: string, label: string, maxlength: number) =>
    textField({ name, label, value: typed(name), maxlength, error: error(name) });
  return html`<p class="hint">替来电、来访的人登记认领。</p>${selectField({ name: 'kind', label: '身份', value: typed('kind') || 'branch', options: takerKinds.map((one) => ({ value: one, text: takerWords[one].zh })) })}${field('organisation', '组织或单位名称（公开）', 60)}${field('name', '联系人姓名', 40)}${field('phone', '电话', 20)}${textField({ name: 'promised_on', label: '哪天前实现', type: 'date', value: typed('promised_on'), error: error('promised_on') })}`;
}

function contactForm(wish: WishRow, refused: Refused | undefined): HtmlSafeString {
  const here = refused?.name === 'contact' ? refused : undefined;
  const options = [
    { value: 'person', text: '本人' },
    ...(wish.taker_person_id === null ? [] : [{ value: 'taker', text: '认领联系人' }]),
  ];
  return html`<details ${here ? html`open` : ''}><summary>查看姓名和电话</summary><form method="post" action="/console/wishes/${wish.number}/contact" class="stack" novalidate>${onceField(randomUUID())}${errorNotice(here?.problem)}${selectField({ name: 'part', label: '谁', value: here?.typed.part ?? 'person', options })}${textField({ name: 'reason', label: '为什么要看', hint: '会记录下来。', value: here?.typed.reason ?? '', maxlength: 200, error: fieldError('zh', here?.problem, 'reason') })}${button({ text: '查看', kind: 'plain' })}</form></details>`;
}

function told(step: WishStep, staff: ReadonlyMap<number, string>) {
  const by = step.account_id === null ? undefined : staff.get(step.account_id);
  const who = step.who === 'taker' ? (step.taker_name ?? whoWords.taker) : (by ?? whoWords[step.who]);
  return { when: momentText(step.occurred_at), what: doneWords[step.action], who, note: step.words };
}
