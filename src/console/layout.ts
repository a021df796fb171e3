import { type HtmlSafeString, type HtmlValue, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bulletinReaders } from '../bulletins/rules.ts';
import { releaseApprovers } from '../figures/proposals/rules.ts';
import { type Access, checkAccess, staffOf } from '../identity/access.ts';
import { accountReaders, journalReaders, securityReaders } from '../identity/rules.ts';
import { assets } from '../kit/assets.ts';
import { type Message, say } from '../kit/i18n.ts';
import { document, type View } from '../kit/page.ts';
import { ledgerReaders } from '../ledger/rules.ts';
import { countUnread } from '../messages/actions.ts';
import { messageReaders } from '../messages/delivery/actions.ts';
import { officeEditors } from '../office/rules.ts';
import { preference } from '../portal/aids.ts';
import { type Site, sendPage, viewOf } from '../portal/context.ts';
import { words as portalWords } from '../portal/words.ts';
import { reportReaders } from '../reporting/rules.ts';
import { requestReaders } from '../requests/rules.ts';
import { wishReaders } from '../wishes/rules.ts';
import { areaKeepers, screenViewers } from './rules.ts';
import { words } from './words.ts';

interface Section {
  href: string;
  /** Where else its pages are. */
  also?: readonly string[];
  text: Message;
  access: Access;
}

const sections: readonly Section[] = [
  { href: '/console', text: words.my_work, access: 'staff' },
  { href: '/console/supervision', text: words.supervision, access: { roles: ledgerReaders } },
  {
    href: '/console/projects',
    also: ['/console/imports', '/console/changes', '/console/stamped-lists'],
    text: words.ledger,
    access: { roles: ledgerReaders },
  },
  {
    href: '/console/wishes',
    also: ['/console/adoptions'],
    text: words.wishes,
    access: { roles: wishReaders },
  },
  { href: '/console/proposals', text: words.proposals, access: { roles: ledgerReaders } },
  { href: '/console/requests', text: words.requests, access: { roles: requestReaders } },
  { href: '/console/timetable', text: words.timetable, access: { roles: ledgerReaders } },
  { href: '/console/reports', text: words.reports, access: { roles: reportReaders } },
  { href: '/console/releases', text: words.releases, access: { roles: releaseApprovers } },
  { href: '/console/bulletins', text: words.bulletins, access: { roles: bulletinReaders } },
  { href: '/console/screen', text: words.screen, access: { roles: screenViewers } },
  { href: '/console/areas', text: words.areas, access: { roles: areaKeepers } },
  { href: '/console/site', text: words.site, access: { roles: officeEditors } },
  { href: '/console/messages', text: words.sent_messages, access: { roles: messageReaders } },
  { href: '/console/accounts', text: words.accounts, access: { roles: accountReaders } },
  { href: '/console/security', text: words.security_log, access: { roles: securityReaders } },
  { href: '/console/journal', text: words.journal, access: { roles: journalReaders } },
];

/** A page of the staff shell, before it is framed. `trail` is the way here, without the page itself. */
export interface ConsolePage {
  title: string;
  body: HtmlValue;
  trail?: readonly { href: string; text: string }[];
}

/** How staff see pages: in Chinese, in the district's name. */
export async function staffView(site: Site, request: FastifyRequest): Promise<View> {
  return { ...(await viewOf(site, request)), language: 'zh' };
}

/** Sends a page of the staff shell. It is of one person, so nothing on the way may keep it. */
export async function sendConsolePage(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  page: ConsolePage,
): Promise<FastifyReply> {
  const view = await staffView(site, request);
  const unread = await countUnread(site.db.queries, staffOf(request).account_id);
  await sendPage(reply, consolePage(view, request, page, unread), 'no-store');
  return reply;
}

function consolePage(view: View, request: FastifyRequest, page: ConsolePage, unread: number): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const staff = staffOf(request);
  const open = sections.filter((section) => !checkAccess(section.access, staff));
  const path = view.path.split('?')[0]!;
  const isIn = (href: string) => path === href || path.startsWith(`${href}/`);
  const here = open.filter(({ href, also = [] }) => [href, ...also].some(isIn)).at(-1);
  const site = `${t(view.district)}${t(portalWords.site)} ${t(words.console)}`;
  const body = html`<a class="skip" href="#main">${t(portalWords.skip)}</a>
${view.demonstration ? html`<aside class="demonstration" aria-label="提示"><div class="wrap"><p>${t(portalWords.demonstration)}</p></div></aside>` : ''}
<header class="desk-head"><a class="brand" href="/console"><span class="mark" aria-hidden="true">实</span><span class="brand-name">${site}</span></a>
<div class="head-links"><a href="/account">${staff.name}</a><a href="/account/messages">${t(words.messages)}${unread > 0 ? html` <span class="count">${unread}</span>` : ''}</a><a href="/field">${t(words.field)}</a><a href="/">${t(words.public_site)}</a>
<div class="switches">${elderSwitch(view)}</div>
<form method="post" action="/sign-out"><button type="submit" class="link">${t(words.sign_out)}</button></form></div></header>
<div class="desk-frame"><nav class="desk-nav" aria-label="${t(words.navigation)}"><ul>${open.map(
    ({ href, text }) =>
      html`<li><a href="${href}" ${href === here?.href ? html`aria-current="page"` : ''}>${t(text)}</a></li>`,
  )}</ul></nav>
<main id="main">${page.trail ? crumbs(page.trail, page.title) : ''}${page.body}</main></div>`;
  return document(view, {
    title: page.title,
    site,
    stylesheet: assets.console,
    body,
    index: false,
    room: 'desk',
  });
}

/** The switch to 长辈版 and back, for every room of staff. */
export function elderSwitch(view: View): HtmlSafeString {
  const text = view.elder ? portalWords.elder_off : portalWords.elder_on;
  return preference(view, 'elder', !view.elder, say(view.language, text));
}

function crumbs(trail: readonly { href: string; text: string }[], title: string): HtmlSafeString {
  return html`<nav class="crumbs" aria-label="当前位置"><ol>${trail.map(
    ({ href, text }) => html`<li><a href="${href}">${text}</a></li>`,
  )}<li aria-current="page">${title}</li></ol></nav>`;
}
