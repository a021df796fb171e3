import type { Block, CitedFigure } from '../content.ts';

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
