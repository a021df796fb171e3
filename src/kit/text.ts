import { Problem } from './problem.ts';

/** The text of a CSV file: UTF-8, or what Chinese Excel writes when it is not. Raises `kit/sheet` when it is no text. */
export function textOf(file: Buffer): string {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(file);
      // Nearly any bytes are characters of some kind; text has no NUL among them.
      if (!text.includes('\0')) return text;
    } catch {
      // Not in this encoding; the next one may be it.
    }
  }
  const text = {
    zh: '读不了这个文件。请用 .xlsx 或 CSV 格式。',
    en: 'This file cannot be read. Use .xlsx or CSV.',
  };
  throw new Problem('kit/sheet', 'invalid', text, { file: text });
}

/** The first characters of a text, at most so many; none of them is cut in two, as slicing does with a rare one (𡒄). */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : Array.from(text).slice(0, most).join('');
}
