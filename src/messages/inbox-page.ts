import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { type Routes, staffOf } from '../identity/access.ts';
import { momentText } from '../kit/clock.ts';
import { button } from '../kit/parts/form.ts';
import type { Site } from '../portal/context.ts';
import { inboxOf } from './actions.ts';
import type { Told } from './schema.ts';
import { markRead } from './store.ts';

const pageLength = 50;
const number = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** What somebody of staff was told: their inbox, the newest first. */
export function addStaffInbox(routes: Routes, site: Site): void {
  const config = { access: 'staff' } as const;
  const querystring = Type.Object({ before: Type.Optional(number) });
  routes.get('/account/messages', { config, schema: { querystring, hide: true } }, async (request, reply) => {
    const { account_id } = staffOf(request);
    const how = { language: 'zh', limit: pageLength, before: request.query.before } as const;
    const told = await inboxOf(site.db.queries, { account_id }, how);
    const body = html`<h1>我的消息</h1>${told.length ? list(told) : html`<p class="lead">还没有消息。有需要您处理的事，会在这里告诉您。</p>`}`;
    return sendConsolePage(site, request, reply, { title: '我的消息', body });
  });
  const schema = { body: Type.Object({ up_to: number }), hide: true };
  routes.post('/account/messages/reading', { config, schema }, async (request, reply) => {
    await markRead(site.db.queries, staffOf(request).account_id, request.body.up_to);
    return reply.redirect('/account/messages', 303);
  });
}

function list(told: readonly Told[]): HtmlSafeString {
  const unread = told.some((one) => one.read_at === null);
  const last = told.at(-1)!;
  return html`${
    unread
      ? html`<form method="post" action="/account/messages/reading"><input type="hidden" name="up_to" value="${told[0]!.id}">${button({ text: '全部标为已读', kind: 'plain' })}</form>`
      : ''
  }<ol class="inbox">${told.map(item)}</ol>${
    told.length < pageLength
      ? ''
      : html`<nav class="pages" aria-label="更早"><a class="button plain" rel="next" href="?before=${last.id}">更早</a></nav>`
  }`;
}

function item({ at, title, text, link, read_at }: Told): HtmlSafeString {
  return html`<li class="inbox-item${read_at ? '' : ' unread'}"><p class="inbox-text inbox-head"><strong>${title}</strong>${
    read_at ? '' : html` <span class="count">未读</span>`
  } <time>${momentText(at)}</time></p><p class="inbox-text">${link ? html`<a href="${link}">${text}</a>` : text}</p></li>`;
}
