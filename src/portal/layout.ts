import { type HtmlSafeString, type HtmlValue, html } from '@prairielearn/html';
import { assets } from '../kit/assets.ts';
import { type Message, say } from '../kit/i18n.ts';
import { document, type View } from '../kit/page.ts';
import type { Problem } from '../kit/problem.ts';
import { errors, words } from './words.ts';

const sections = [
  ['/', words.home],
  ['/projects', words.projects],
  ['/figures', words.figures],
  ['/bulletins', words.bulletins],
] as const;

/** A page of the residents' shell. `trail` is the way here from the home page, without the page itself. */
export function portalPage(
  view: View,
  page: {
    title: string;
    body: HtmlValue;
    trail?: readonly { href: string; text: string }[];
    index?: boolean;
    feed?: { href: string; title: string };
  },
): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const site = `${t(view.district)}${view.language === 'zh' ? '' : ' '}${t(words.site)}`;
  const body = html`<a class="skip" href="#main">${t(words.skip)}</a>
${view.demonstration ? html`<aside class="demonstration" aria-label="${view.language === 'zh' ? '提示' : 'Notice'}"><div class="wrap"><p>${t(words.demonstration)}</p></div></aside>` : ''}
<header class="site-head"><div class="wrap">
<a class="brand" href="/"><span class="mark" aria-hidden="true">实</span><span class="brand-name">${site}</span></a>
<nav class="site-nav" aria-label="${t(words.navigation)}"><ul>${sections.map(
    ([href, text]) =>
      html`<li><a href="${href}" ${isIn(view.path, href) ? html`aria-current="page"` : ''}>${t(text)}</a></li>`,
  )}</ul></nav>
<div class="switches">${preference(view, 'elder', view.elder ? 'off' : 'on', t(view.elder ? words.elder_off : words.elder_on))}${preference(
    view,
    'language',
    view.language === 'zh' ? 'en' : 'zh',
    t(words.language),
  )}</div>
</div></header>
${page.trail ? crumbs(view, page.trail, page.title) : ''}
<main id="main"><div class="wrap">${page.body}</div></main>
<footer class="site-foot"><div class="wrap">
<p>${t(words.cite)}</p>
<p>${site} · <a href="/api/v1">${t(words.api)}</a> · <a href="/sign-in">${t(words.sign_in)}</a></p>
</div></footer>`;
  return document(view, {
    title: page.title,
    site,
    stylesheet: assets.portal,
    body,
    index: page.index ?? true,
    feed: page.feed,
  });
}

function isIn(path: string, section: string): boolean {
  return section === '/' ? path.split('?')[0] === '/' : path.startsWith(section);
}

/** A switch of how pages look, kept in the reader's own browser. */
export function preference(
  view: View,
  name: 'elder' | 'language',
  value: string,
  text: string,
): HtmlSafeString {
  return html`<form method="post" action="/preferences"><input type="hidden" name="back" value="${view.path}"><button type="submit" name="${name}" value="${value}">${text}</button></form>`;
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
