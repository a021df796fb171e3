import type { Block, CitedFigure } from '../content.ts';

/** A heading without the number that somebody typed before it: 一、 or （一）. */
export function unnumbered(heading: string): string {
  return heading.replace(/^\s*(（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、)\s*/, '');
}

/** How many digits after the point numbers have at most. */
export function decimalsOf(numbers: readonly CitedFigure[]): number {
  return Math.max(0, ...numbers.map(({ text }) => text.split('.')[1]?.length ?? 0));
}

/** A format of Excel for so many digits after the point. */
export function numberFormat(decimals: number): string {
  return decimals > 0 ? `#,##0.${'0'.repeat(decimals)}` : '#,##0';
}

/** An annex with its title. */
export interface Part {
  title: string;
  blocks: Block<CitedFigure>[];
}

/** The text and its annexes (附件). */
export function partsOf(blocks: readonly Block<CitedFigure>[]): {
  text: Block<CitedFigure>[];
  annexes: Part[];
} {
  const text: Block<CitedFigure>[] = [];
  const annexes: Part[] = [];
  for (const block of blocks) {
    if (block.kind === 'annex') annexes.push({ title: block.title, blocks: [] });
    else (annexes.at(-1)?.blocks ?? text).push(block);
  }
  return { text, annexes };
}
