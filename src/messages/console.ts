import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { actorOf, checkRole, type Routes } from '../identity/access.ts';
import { momentText } from '../kit/clock.ts';
import { formAgain, refuseInvalid, typedTexts, withProblem } from '../kit/http.ts';
import { button, errorSummary, fieldError, onceField, textField } from '../kit/parts/form.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { messageKeepers, messageReaders, resend, setSilence } from './delivery/actions.ts';
import { usualSilence } from './delivery/rules.ts';
import { countStates, findSilence, type KeptDelivery, listKept } from './delivery/store.ts';
import { type DeliveryState, deliveryStates } from './schema.ts';
import { templates } from './templates.ts';
import { channelWords, faultText, stateWords, subjectText } from './words.ts';

const pageLength = 100;
const number = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Key = { key: Type.String({ minLength: 8, maxLength: 100 }) };
const Asked = Type.Object({
  state: Type.Optional(Type.Enum(deliveryStates)),
  before: Type.Optional(number),
});

interface Shown {
  state?: DeliveryState | undefined;
  before?: number | undefined;
  problem?: Problem;
  typed?: Record<string, string>;
}

/** What went out, what waits, what failed and what nobody knows of; sending again by hand; the hours of silence. */
export function addMessageConsole(routes: Routes, site: Site): void {
  const read = { access: { roles: messageReaders } } as const;
  const keep = { access: { roles: messageKeepers } } as const;
  routes.get(
    '/console/messages',
    { config: read, schema: { querystring: Asked, hide: true } },
    (request, reply) => show(site, request, reply, request.query),
  );
  const params = Type.Object({ id: number });
  const once = { params, body: Type.Object(Key), hide: true };
  routes.post('/console/messages/:id/resending', { config: keep, schema: once }, async (request, reply) => {
    const entering = { actor: actorOf(request, 'console'), idempotency_key: request.body.key };
    await resend(site.db, entering, request.params.id);
    return reply.redirect('/console/messages', 303);
  });
  const time = Type.String({ maxLength: 10 });
  const silence = { body: Type.Object({ ...Key, from: time, until: time }), hide: true };
  routes.post(
    '/console/messages/silence',
    { config: keep, schema: silence, ...formAgain },
    async (request, reply) => {
      try {
        refuseInvalid(request);
        const { key, ...asked } = request.body;
        await setSilence(site.db, { actor: actorOf(request, 'console'), idempotency_key: key }, asked);
        return reply.redirect('/console/messages#silence', 303);
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.kind !== 'invalid') throw problem;
        return show(site, request, withProblem(reply, problem), { problem, typed: typedTexts(request.body) });
      }
    },
  );
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  shown: Shown,
): Promise<FastifyReply> {
  const { queries } = site.db;
  const { state, before } = shown;
  const rows = await listKept(queries, { state, before, limit: pageLength });
  const counts = await countStates(queries);
  const keeps = !checkRole(actorOf(request, 'console'), messageKeepers);
  const silence = (await findSilence(queries)) ?? usualSilence;
  const older =
    rows.length < pageLength
      ? ''
      : html`<nav class="pages" aria-label="更早"><a class="button plain" rel="next" href="?state=${state ?? ''}&before=${rows.at(-1)!.id}">更早</a></nav>`;
  const body = html`<h1>消息发送</h1>
<p class="lead">每条消息至少交付一次，编号不变。通道不能识别重复时，没有回音的记为“结果不明”，不自动重发。</p>${errorSummary('zh', shown.problem)}
${stateLinks(counts, state)}
${rows.length ? table(rows, keeps) : html`<p>没有${state ? `“${stateWords[state].zh}”的` : ''}消息。</p>`}${older}
${keeps ? silenceForm(silence, shown) : ''}`;
  return sendConsolePage(site, request, reply, { title: '消息发送', body });
}

function stateLinks(
  counts: ReadonlyMap<DeliveryState, number>,
  here: DeliveryState | undefined,
): HtmlSafeString {
  const link = (state: DeliveryState | undefined, text: string, count?: number) =>
    html`<li><a href="/console/messages${state ? `?state=${state}` : ''}" ${state === here ? html`aria-current="page"` : ''}>${text}${count === undefined ? '' : html` <span class="count">${count}</span>`}</a></li>`;
  const filled = deliveryStates.filter((state) => counts.has(state));
  return html`<nav aria-label="按状态"><ul class="chips">${link(undefined, '全部')}${filled.map((state) => link(state, stateWords[state].zh, counts.get(state)))}</ul></nav>`;
}

function table(rows: readonly KeptDelivery[], keeps: boolean): HtmlSafeString {
  return dataTable<KeptDelivery>({
    caption: '消息',
    caption_hidden: true,
    rows,
    columns: [
      { title: '时间', cell: (row) => momentText(row.told_at) },
      { title: '消息', cell: (row) => templates[row.template].title.zh },
      { title: '关于', cell: (row) => subjectText(row.about) },
      { title: '发给', cell: (row) => row.staff ?? '群众' },
      { title: '通道', cell: (row) => channelWords[row.channel].zh },
      { title: '状态', cell: stateCell },
      { title: '次数', cell: (row) => row.attempts, numeric: true },
      { title: '编号', cell: (row) => html`<code>${row.stable_id.slice(0, 8)}</code>` },
      { title: '重发', cell: (row) => (keeps ? resendForm(row) : '') },
    ],
  });
}

function stateCell({ state, fault, due_at, told_at }: KeptDelivery): HtmlSafeString {
  const later = state === 'waiting' && due_at.getTime() - told_at.getTime() > 60_000;
  const note = fault ? faultText(fault) : later ? `${momentText(due_at)} 后发送` : '';
  return html`${stateWords[state].zh}${note ? html`<br><span class="meta">${note}</span>` : ''}`;
}

function resendForm({ id, state }: KeptDelivery): HtmlSafeString | string {
  if (state !== 'failed' && state !== 'unknown') return '';
  const warning = state === 'unknown' ? html`<span class="meta">对方可能收到两次</span>` : '';
  return html`<form method="post" action="/console/messages/${id}/resending">${onceField(randomUUID())}${button({ text: '重发', kind: 'plain' })}</form>${warning}`;
}

function silenceForm(
  silence: { silent_from: number; silent_until: number },
  { problem, typed }: Shown,
): HtmlSafeString {
  const field = (name: 'from' | 'until', label: string, minutes: number) =>
    textField({
      name,
      label,
      value: typed?.[name] ?? timeText(minutes),
      maxlength: 10,
      error: fieldError('zh', problem, name),
    });
  return html`<h2 id="silence">夜间不打扰</h2><p>这段时间里的消息推到结束时发送；紧急消息和本人愿意随时收的除外。两个时间相同，就是不设。</p>
<form method="post" action="/console/messages/silence" class="stack narrow-form">${onceField(randomUUID())}${field('from', '从', silence.silent_from)}${field('until', '到', silence.silent_until)}${button({ text: '保存' })}</form>`;
}

function timeText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
