import { type HtmlSafeString, type HtmlValue, html } from '@prairielearn/html';

/** A text in which the words that were asked for are marked. */
export function marked(text: string, words: readonly string[]): HtmlSafeString {
  const pattern = patternOf(words);
  if (!pattern) return html`${text}`;
  const pieces: HtmlValue[] = text
    .split(pattern)
    .map((piece, index) => (index % 2 === 1 ? html`<mark>${piece}</mark>` : piece));
  return html`${pieces}`;
}

const around = 36;

/** The part of a long text where the first of the words stands, with them marked. */
export function snippet(text: string, words: readonly string[]): HtmlSafeString | '' {
  const line = text.replace(/\s+/g, ' ');
  const at = patternOf(words)?.exec(line)?.index ?? 0;
  const start = Math.max(0, at - around);
  const end = start + around * 3;
  const cut = line.slice(start, end);
  if (!cut) return '';
  return html`${start > 0 ? '…' : ''}${marked(cut, words)}${end < line.length ? '…' : ''}`;
}

function patternOf(words: readonly string[]): RegExp | undefined {
  const safe = words.filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return safe.length > 0 ? new RegExp(`(${safe.join('|')})`, 'i') : undefined;
}
