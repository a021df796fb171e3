import { type HtmlSafeString, html } from '@prairielearn/html';
import { dataTable } from '../kit/parts/table.ts';
import type { Block, CitedFigure, Piece } from './content.ts';

/** How a number of a text is shown: as a link to its release, or quietly in a draft. */
export type ShowNumber = (figure: CitedFigure) => HtmlSafeString;

/** A line of a bulletin. */
export function pieces(list: Piece<CitedFigure>[], number: ShowNumber): (string | HtmlSafeString)[] {
  return list.map((piece) => (typeof piece === 'string' ? piece : number(piece)));
}

/** A block of a bulletin. */
export function blockHtml(block: Block<CitedFigure>, number: ShowNumber): HtmlSafeString {
  switch (block.kind) {
    case 'heading':
      return block.level === 2 ? html`<h3>${block.text}</h3>` : html`<h2>${block.text}</h2>`;
    case 'paragraph':
      return html`<p>${pieces(block.pieces, number)}</p>`;
    case 'question':
      return html`<h3>${block.question}</h3><p>${pieces(block.answer, number)}</p>`;
    case 'annex':
      return html`<h2 class="annex">${block.title}</h2>`;
    case 'picture':
      return html`<figure><img src="/bulletins/pictures/${block.file}" alt="${block.alt}" width="${block.width}" height="${block.height}"><figcaption>${block.caption}（${block.source}）</figcaption></figure>`;
    case 'chart':
      return table(
        block.caption,
        ['', block.unit],
        block.bars.map(({ label, number }) => [label, number]),
        number,
      );
    case 'table':
      return table(block.caption, block.head, block.rows, number);
  }
}

function table(
  caption: string,
  head: string[],
  rows: Piece<CitedFigure>[][],
  number: ShowNumber,
): HtmlSafeString {
  return dataTable<Piece<CitedFigure>[]>({
    caption,
    rows,
    columns: head.map((title, index) => ({
      title,
      numeric: index > 0,
      cell: (row) => pieces([row[index]!], number),
    })),
  });
}
