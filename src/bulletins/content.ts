import type { Dimension } from '../figures/definition.ts';

/** A number of a text, before it is frozen: which figure, for which key, and up to when if not the text's own cut-off. */
export interface Citation {
  figure: string;
  by?: Dimension;
  key?: string;
  cutoff?: Date;
}

/** A number of a published text: the release that it shows. */
export interface CitedFigure {
  release_id: number;
  code: string;
  /** As shown, rounded. */
  text: string;
  unit: string;
}

/** A piece of a line: words, or a number that is a figure. */
export type Piece<Number> = string | Number;

/** A block of a bulletin. Numbers are citations in a draft and cited figures once published. */
export type Block<Number> =
  /** Without a level it is of the first (一、); the second is （一）. */
  | { kind: 'heading'; level?: 1 | 2; text: string }
  | { kind: 'paragraph'; pieces: Piece<Number>[] }
  | { kind: 'table'; caption: string; head: string[]; rows: Piece<Number>[][] }
  /** A stored picture by its digest, with what it shows, what stands under it and whose it is; sizes in pixels. */
  | {
      kind: 'picture';
      file: string;
      alt: string;
      caption: string;
      source: string;
      width: number;
      height: number;
    }
  /** A drawn comparison: every bar is a number of its own. `unit` is that of all of them. */
  | { kind: 'chart'; caption: string; unit: string; bars: { label: string; number: Number }[] }
  /** A question of the press and what is said to it (发布会口径). */
  | { kind: 'question'; question: string; answer: Piece<Number>[] }
  /** From here on an annex (附件), on a page of its own. */
  | { kind: 'annex'; title: string };

/** A bulletin: its title, its blocks, who made it and where its facts other than figures come from. */
export interface Content<Number> {
  title: Piece<Number>[];
  blocks: Block<Number>[];
  signature: string[];
}

/** Replaces every number of a text, in order. */
export function mapNumbers<A extends object, B>(content: Content<A>, change: (number: A) => B): Content<B> {
  const pieces = (list: Piece<A>[]): Piece<B>[] =>
    list.map((piece) => (typeof piece === 'string' ? piece : change(piece)));
  return {
    title: pieces(content.title),
    blocks: content.blocks.map((block) => {
      switch (block.kind) {
        case 'paragraph':
          return { ...block, pieces: pieces(block.pieces) };
        case 'table':
          return { ...block, rows: block.rows.map(pieces) };
        case 'chart':
          return { ...block, bars: block.bars.map((bar) => ({ ...bar, number: change(bar.number) })) };
        case 'question':
          return { ...block, answer: pieces(block.answer) };
        default:
          return block;
      }
    }),
    signature: content.signature,
  };
}

/** Every number of a text, in order. */
export function numbersOf<A extends object>(content: Content<A>): A[] {
  const numbers: A[] = [];
  mapNumbers(content, (number) => numbers.push(number));
  return numbers;
}
