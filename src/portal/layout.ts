import { type HtmlSafeString, type HtmlValue, html, unsafeHtml } from '@prairielearn/html';
import { type Asset, assets } from '../kit/assets.ts';
import { type Message, say } from '../kit/i18n.ts';
import { document, type View } from '../kit/page.ts';
import type { Problem } from '../kit/problem.ts';
import { aidsPanel, languageSwitch, preference, reader } from './aids.ts';
import { keptInFrame } from './embed.ts';
import { embedFoot, siteFoot } from './foot.ts';
import { errors, words } from './words.ts';

const sections = [
  ['/', words.home],
  ['/projects', words.projects],
  ['/figures', words.figures],
  ['/bulletins', words.bulletins],
] as const;

/** What a page of the residents' shell is made of. */
export interface PortalPage {
  title: string;
  body: HtmlValue;
  /** The way here from the home page, without the page itself. */
  trail?: readonly { href: string; text: string }[];
  index?: boolean;
  /** The Atom feed of what it lists. */
  feed?: { href: string; title: string };
  /** A page of text, that can be read aloud. */
  read?: boolean;
  /** The stylesheet of pages that need more than the usual one. */
  stylesheet?: Asset;
  /** The page searches by itself, so the head does not. */
  searches?: boolean;
}

/** A page of the residents' shell; in a frame of another site without its head and foot. */
export function portalPage(view: View, page: PortalPage): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const site = `${t(view.district)}${view.language === 'zh' ? '' : ' '}${t(words.site)}`;
  const main = html`${page.trail ? crumbs(view, page.trail, page.title) : ''}
<main id="main"><div class="wrap">${page.read ? reader(view) : ''}${page.body}</div></main>`;
  const body = view.embed
    ? html`${main}${embedFoot(view, site)}`
    : html`<a class="skip" href="#main">${t(words.skip)}</a>
${view.demonstration ? html`<aside class="demonstration" aria-label="${view.language === 'zh' ? '提示' : 'Notice'}"><div class="wrap"><p>${t(words.demonstration)}</p></div></aside>` : ''}
${head(view, site, page.searches === true)}
${main}
${siteFoot(view, site)}`;
  const { title, feed, index = true, stylesheet = assets.portal } = page;
  const whole = document(view, { title, site, stylesheet, body, feed, index: index && !view.embed });
  return view.embed ? unsafeHtml(keptInFrame(whole.toString())) : whole;
}

function head(view: View, site: string, searches: boolean): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const elder = preference(view, 'elder', !view.elder, t(view.elder ? words.elder_off : words.elder_on));
  return html`<header class="site-head"><div class="wrap">
<a class="brand" href="/"><span class="mark" aria-hidden="true">实</span><span class="brand-name">${site}</span></a>
<nav class="site-nav" aria-label="${t(words.navigation)}"><ul>${sections.map(
    ([href, text]) =>
      html`<li><a href="${href}" ${isIn(view.path, href) ? html`aria-current="page"` : ''}>${t(text)}</a></li>`,
  )}<li class="nav-search"><a href="/search" ${isIn(view.path, '/search') ? html`aria-current="page"` : ''}>${t(words.search)}</a></li></ul></nav>
${searches ? '' : html`<form class="head-search" role="search" method="get" action="/search"><input type="search" name="q" maxlength="100" aria-label="${t(words.search)}" placeholder="${t(words.search)}"><button type="submit" aria-label="${t(words.search)}"><svg class="magnifier" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><circle cx="8.5" cy="8.5" r="6"></circle><path d="m13 13 5 5"></path></svg></button></form>`}
<div class="switches">${elder}${languageSwitch(view)}${aidsPanel(view)}</div>
</div></header>`;
}

function isIn(path: string, section: string): boolean {
  return section === '/' ? path.split('?')[0] === '/' : path.startsWith(section);
}

function crumbs(view: View, trail: readonly { href: string; text: string }[], title: string): HtmlSafeString {
  const home = { href: '/', text: say(view.language, words.home) };
  return html`<nav class="crumbs" aria-label="${say(view.language, words.here)}"><div class="wrap"><ol>${[
    home,
    ...trail,
  ].map(
    ({ href, text }) => html`<li><a href="${href}">${text}</a></li>`,
  )}<li aria-current="page">${title}</li></ol></div></nav>`;
}

/** The page of something that went wrong: what happened, and the way on. */
export function errorPage(view: View, status: number, problem: Problem | undefined): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const title = status === 404 || status === 403 || status === 500 ? errors[status] : errors.other;
  // Whoever works in another room goes on there.
  const back = /^\/field\b/.test(view.path)
    ? { href: '/field', text: errors.back_to_field }
    : /^\/console\b/.test(view.path)
      ? { href: '/console', text: errors.back_to_console }
      : { href: '/', text: errors.back };
  const body = html`<h1>${t(title)}</h1>${problem ? html`<p class="lead">${t(problem.text)}</p>` : ''}
<p><a class="button plain" href="${back.href}">${t(back.text)}</a></p>`;
  return portalPage(view, { title: t(title), body, index: false });
}
