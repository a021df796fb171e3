import { cutoffText } from '../../kit/clock.ts';
import { type Block, type CitedFigure, numbersOf, type Piece } from '../content.ts';
import { type Paper, plain } from './paper.ts';
import type { Point } from './points.ts';

/**
 * A slide. `notes` is what whoever speaks has before them: the full paragraphs, and where each number comes from.
 * Of lines, `more` are those that have no room, and `several` says that they are of several sections.
 */
export type Slide = { title: string; notes: string[] } & (
  | { kind: 'cover'; lines: string[] }
  | { kind: 'headline'; numbers: { number: CitedFigure; label: string }[] }
  | { kind: 'points'; points: Point[]; more: Point[]; several?: true }
  | { kind: 'table'; head: string[]; rows: Piece<CitedFigure>[][] }
  | { kind: 'chart'; unit: string; bars: { label: string; number: CitedFigure }[] }
  | { kind: 'picture'; file: string; alt: string; caption: string; width: number; height: number }
);

/** What a text opens with, before its first heading. */
export const untitled = '基本情况';
/** How many lines a slide has at most. */
export const points_on_slide = 4;

/** The paragraphs in full, and for each number up to when it is and where its release is. */
export function notesOf(paper: Paper, blocks: readonly Block<CitedFigure>[]): string[] {
  const texts = blocks.flatMap((block) => {
    return block.kind === 'paragraph' ? [plain(block.pieces)] : [];
  });
  const numbers = new Map(
    numbersOf({ title: [], blocks: [...blocks], signature: [] }).map((number) => [
      `${number.release_id} ${number.code} ${number.text}`,
      number,
    ]),
  );
  const lines = [...numbers.values()].map((number) => {
    const source = paper.source(number);
    return `${source.title}：${noteOf(paper, number)}`;
  });
  return [...texts, ...lines];
}

export function noteOf(paper: Paper, number: CitedFigure): string {
  const source = paper.source(number);
  const shown = `${number.text}${number.unit}`;
  return `${shown}，截至${cutoffText(source.cutoff, 'zh')}，${source.address}`;
}
