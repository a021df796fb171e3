import { wordsOf } from '../../kit/chinese.ts';
import { ems } from './measure.ts';

/**
 * A title in as few lines as it needs, of nearly the same length and broken between words (GB/T 9704-2012, 7.3.1: 回行时词意完整、
 * 排列对称、长短适宜). `width` in ems.
 */
export function titleLines(title: string, width: number): string[] {
  const count = Math.ceil(ems(title) / width);
  if (count <= 1) return [title];
  const goal = ems(title) / count;
  const lines: string[] = [''];
  for (const word of wordsOf(title)) {
    const last = lines.at(-1)!;
    const [without, together] = [ems(last), ems(last + word)];
    const nearer = Math.abs(without - goal) < Math.abs(together - goal);
    // Marks stay with what they follow, and the last line takes what is left as long as it holds.
    const breaks = without > 0 && !/^[\p{P}%]/u.test(word) && !/[“（《]$/.test(last);
    if (breaks && (together > width || (nearer && lines.length < count))) lines.push(word);
    else lines[lines.length - 1] = last + word;
  }
  return lines;
}
