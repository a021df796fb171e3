import { type HtmlSafeString, html } from '@prairielearn/html';
import { type Message, say } from '../../kit/i18n.ts';
import type { View } from '../../kit/page.ts';
import { words } from './words.ts';

/** The feed of bulletins, for the head of a page. */
export function feedOf(view: View): { href: string; title: string } {
  return { href: '/bulletins.atom', title: say(view.language, words.feed) };
}

/** What else a bulletin is given out as. */
export function paperLinks(view: View, number: string): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return html`<a href="/bulletins/${number}.docx">${t(words.word)}</a> · <a href="/bulletins/${number}.pptx">${t(words.slides)}</a>`;
}
