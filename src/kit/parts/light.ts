import { type HtmlSafeString, html } from '@prairielearn/html';

/** The tones of a light. Colour is never the only sign: each has its shape, and its word stands beside it. */
const shapes = {
  green: '●',
  amber: '▲',
  red: '◆',
  overdue: '■',
  done: '✓',
  done_late: '✓',
  quiet: '–',
} as const;
export type Tone = keyof typeof shapes;

/** A light: shape, word and colour. */
export function light(tone: Tone, word: string): HtmlSafeString {
  return html`<span class="light light-${tone}"><span aria-hidden="true">${shapes[tone]}</span> ${word}</span>`;
}
