import { type HtmlSafeString, html } from '@prairielearn/html';
import { say } from '../../kit/i18n.ts';
import type { View } from '../../kit/page.ts';
import { words } from './words.ts';

/** The large search field of the home page and of the page of results. */
export function searchForm({ language }: View, typed: string): HtmlSafeString {
  return html`<form class="search" role="search" method="get" action="/search"><label for="q">${say(language, words.hint)}</label><div><input id="q" type="search" name="q" maxlength="100" value="${typed}"><button type="submit" class="button">${say(language, words.search)}</button></div></form>`;
}
