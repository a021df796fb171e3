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
  if (block.kind === 'heading') return html`<h2>${block.text}</h2>`;
  if (block.kind === 'paragraph') return html`<p>${pieces(block.pieces, number)}</p>`;
  return dataTable<Piece<CitedFigure>[]>({
    caption: block.caption,
    rows: block.rows,
    columns: block.head.map((title, index) => ({
      title,
      numeric: index > 0,
      cell: (row) => pieces([row[index]!], number),
    })),
  });
}
