import { type HtmlSafeString, type HtmlValue, html } from '@prairielearn/html';
import { barChart } from '../kit/chart.ts';
import { dataTable } from '../kit/parts/table.ts';
import type { Block, CitedFigure, Content, Piece } from './content.ts';

/** How what a text is made of is shown on a page. */
export interface Manner {
  /** A number: a link to its release, or quietly in a draft. */
  number(figure: CitedFigure): HtmlValue;
  /** Typed words, where something in them is to be marked. */
  words?(text: string): HtmlValue;
  /** The address of a picture. */
  picture(file: string): string;
  /** Charts as drawn by `drawCharts`. */
  charts: ReadonlyMap<object, string>;
}

/** A line of a bulletin. */
export function pieces(list: readonly Piece<CitedFigure>[], manner: Manner): HtmlValue[] {
  return list.map((piece) => {
    if (typeof piece !== 'string') return manner.number(piece);
    return manner.words ? manner.words(piece) : piece;
  });
}

/** Draws the charts of a text, as addresses that hold their pictures. */
export async function drawCharts(content: Content<CitedFigure>): Promise<Map<object, string>> {
  const drawn = new Map<object, string>();
  for (const block of content.blocks) {
    if (block.kind !== 'chart' || block.bars.length === 0) continue;
    const rows = block.bars.map(({ label, number }) => ({
      label,
      amount: Number(number.text),
      text: `${number.text}${block.unit}`,
    }));
    const svg = await barChart(rows, { width: 640, height: heightOf(block.bars.length) });
    drawn.set(block, `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
  }
  return drawn;
}

function heightOf(bars: number): number {
  return 56 + bars * 30;
}

/** A block of a bulletin. */
export function blockHtml(block: Block<CitedFigure>, manner: Manner): HtmlSafeString {
  switch (block.kind) {
    case 'heading':
      return block.level === 2 ? html`<h3>${block.text}</h3>` : html`<h2>${block.text}</h2>`;
    case 'paragraph':
      return html`<p>${pieces(block.pieces, manner)}</p>`;
    case 'question':
      return html`<section class="question"><h3>${block.question}</h3><p>${pieces(block.answer, manner)}</p></section>`;
    case 'annex':
      return html`<h2 class="annex">附件：${block.title}</h2>`;
    case 'picture':
      return html`<figure><img src="${manner.picture(block.file)}" alt="${block.alt}" width="${block.width}" height="${block.height}"><figcaption>${block.caption}${block.source ? html`<span class="source">${block.source}</span>` : ''}</figcaption></figure>`;
    case 'chart':
      return chart(block, manner);
    case 'table':
      return table(block.caption, block.head, block.rows, manner);
  }
}

/** A chart is for the eye; the numbers below it, each a link, say the same to everybody. */
function chart(block: Block<CitedFigure> & { kind: 'chart' }, manner: Manner): HtmlSafeString {
  const src = manner.charts.get(block);
  const rows = block.bars.map(({ label, number }) => [label, number]);
  const numbers = table(block.caption, ['', block.unit], rows, manner);
  if (!src) return numbers;
  return html`<figure class="chart"><img src="${src}" alt="${block.caption}，数字见下表" width="640" height="${heightOf(block.bars.length)}"><figcaption>${block.caption}</figcaption><details><summary>图中数字</summary>${numbers}</details></figure>`;
}

function table(
  caption: string,
  head: readonly string[],
  rows: readonly Piece<CitedFigure>[][],
  manner: Manner,
): HtmlSafeString {
  return dataTable<Piece<CitedFigure>[]>({
    caption,
    rows,
    columns: head.map((title, index) => ({
      title,
      numeric: index > 0,
      // What stands in a table was not typed; it is not marked.
      cell: (row) => pieces([row[index]!], { ...manner, words: (text) => text }),
    })),
  });
}
