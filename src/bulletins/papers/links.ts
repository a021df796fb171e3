import { type HtmlSafeString, html } from '@prairielearn/html';
import { type Language, type Message, say } from '../../kit/i18n.ts';
import { words } from './words.ts';

/** The feed of bulletins, for the head of a page. */
export function feedOf(language: Language): { href: string; title: string } {
  return { href: '/bulletins.atom', title: say(language, words.feed) };
}

/** What else a bulletin is given out as, by the address of its page. */
export function paperLinks(language: Language, path: string): HtmlSafeString {
  const t = (message: Message) => say(language, message);
  return html`<a href="${path}.docx">${t(words.word)}</a> · <a href="${path}.pptx">${t(words.slides)}</a> · <a href="${path}.xlsx">${t(words.workbook)}</a>`;
}
