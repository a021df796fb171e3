import { type HtmlSafeString, html } from '@prairielearn/html';

/** The way from one page of a list to the next and back, each at its own address; nothing where there is one page alone. */
export function pageLinks(
  page: number,
  last: number,
  address: (page: number) => string,
): HtmlSafeString | '' {
  if (last <= 1) return '';
  const link = (to: number, text: string) =>
    to < 1 || to > last ? '' : html`<a class="button plain" href="${address(to)}">${text}</a>`;
  return html`<nav class="pages" aria-label="翻页">${link(page - 1, '上一页')}<span>第 ${page} 页，共 ${last} 页</span>${link(page + 1, '下一页')}</nav>`;
}
