import { type HtmlSafeString, html } from '@prairielearn/html';

/** A number that is a link to what it rests on, underlined with dots as a citation is. */
export function figureLink(figure: { text: string; href: string; title: string }): HtmlSafeString {
  return html`<a class="figure" href="${figure.href}" title="${figure.title}">${grouped(figure.text)}</a>`;
}

/** A large number with its unit, what it is, and up to when. */
export function bigFigure(figure: {
  label: string;
  text: string;
  unit: string;
  href: string;
  as_of: string;
  title: string;
}): HtmlSafeString {
  return html`<div class="big-figure">
<dt>${figure.label}</dt>
<dd><a class="figure" href="${figure.href}" title="${figure.title}"><span class="number">${grouped(figure.text)}</span><span class="unit">${figure.unit}</span></a>
<span class="as-of">${figure.as_of}</span></dd></div>`;
}

/** Digits in groups of three: `842,336`. */
export function grouped(text: string): string {
  const [whole, fraction] = text.split('.');
  const groups = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

/** A part of a whole as a bar, always with its number in words beside it; `share` is 0 to 1. */
export function bar(share: number, label: string): HtmlSafeString {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="bar-ground" width="100" height="4"></rect><rect class="bar-fill" width="${width.toFixed(2)}" height="4"></rect></svg>`;
}
