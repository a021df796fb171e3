import { type HtmlSafeString, type HtmlValue, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { elderSwitch, staffView } from '../console/layout.ts';
import { staffOf } from '../identity/access.ts';
import { assets } from '../kit/assets.ts';
import { document, type View } from '../kit/page.ts';
import { type Site, sendPage } from '../portal/context.ts';
import { words as portalWords } from '../portal/words.ts';
import { words } from './words.ts';

const tabs = [
  ['/field', words.to_do],
  ['/field/verification', words.verify],
  ['/field/report', words.report],
  ['/account', words.me],
] as const;

/** Sends a page of 现场: a phone in one hand, so what is used most lies within the thumb's reach at the bottom. */
export async function sendFieldPage(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  page: { title: string; body: HtmlValue; back?: string },
): Promise<FastifyReply> {
  const view = await staffView(site, request);
  await sendPage(reply, fieldPage(view, request, page), 'no-store');
  return reply;
}

function fieldPage(
  view: View,
  request: FastifyRequest,
  page: { title: string; body: HtmlValue; back?: string },
): HtmlSafeString {
  const path = view.path.split('?')[0]!;
  const body = html`<a class="skip" href="#main">${portalWords.skip.zh}</a>
${view.demonstration ? html`<aside class="demonstration" aria-label="提示"><p>${words.demonstration.zh}</p></aside>` : ''}
<header class="field-head">${page.back ? html`<a class="back" href="${page.back}">‹ ${words.back.zh}</a>` : html`<span class="mark" aria-hidden="true">实</span>`}<div class="head-links"><span>${staffOf(request).name}</span><div class="switches">${elderSwitch(view)}</div></div></header>
<main id="main"><h1>${page.title}</h1>${page.body}</main>
<nav class="field-tabs" aria-label="${words.navigation.zh}"><ul>${tabs.map(
    ([href, text]) =>
      html`<li><a href="${href}" ${path === href ? html`aria-current="page"` : ''}>${text.zh}</a></li>`,
  )}</ul></nav>`;
  return document(view, {
    title: page.title,
    site: `${view.district.zh}实事 ${words.field.zh}`,
    stylesheet: assets.console,
    body,
    index: false,
    room: 'field',
  });
}
