import { type HtmlSafeString, html } from '@prairielearn/html';

/** How wide pictures of figures are drawn, in CSS pixels: on a desk, and where a page is as narrow as a phone. */
export const chartWidths = { wide: 720, narrow: 358 } as const;

/**
 * A chart as a picture of its own address, drawn again for phones so that its letters stay legible. `src` is an address
 * with a query; the drawing route takes `narrow=1`.
 */
export function chartFigure(chart: { src: string; height: number; alt: string }): HtmlSafeString {
  const { src, height, alt } = chart;
  return html`<figure class="chart"><picture><source media="(max-width: 40em)" srcset="${src}&amp;narrow=1" width="${chartWidths.narrow}" height="${height}"><img src="${src}" width="${chartWidths.wide}" height="${height}" alt="${alt}"></picture></figure>`;
}
