import type { Block, CitedFigure, Piece } from '../content.ts';
import { ems } from './measure.ts';
import { plain } from './paper.ts';

/** A short line of a slide, made of the words of a text. */
export type Point = Piece<CitedFigure>[];

/** How wide a line may be, in ems: three rows of a slide at most. */
const longest_point = 72;

const sentence_end = /[。；！？]/;
const clause_end = /[，：]/;

/** The short lines that paragraphs give: their sentences, and where one is long, its clauses. */
export function pointsOf(blocks: readonly Block<CitedFigure>[]): Point[] {
  const points = blocks.flatMap((block) => (block.kind === 'paragraph' ? sentencesOf(block.pieces) : []));
  return saidOnce(points);
}

/** Without the lines that were there before: a sentence that is said twice is shown once. */
export function saidOnce(points: readonly Point[]): Point[] {
  return [...new Map(points.map((point) => [plain(point), point])).values()];
}

function sentencesOf(pieces: readonly Piece<CitedFigure>[]): Point[] {
  return cut(pieces, sentence_end)
    .flatMap((sentence) => {
      if (ems(plain(sentence)) <= longest_point) return [trimmed(sentence)];
      return packed(cut(sentence, clause_end)).map(trimmed);
    })
    .filter((point) => plain(point) !== '');
}

/** Cuts a line behind each of the marks; numbers are never cut. */
function cut(pieces: readonly Piece<CitedFigure>[], mark: RegExp): Point[] {
  const parts: Point[] = [[]];
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      parts.at(-1)!.push(piece);
      continue;
    }
    for (const words of piece.split(new RegExp(`(?<=${mark.source})`))) {
      if (words) parts.at(-1)!.push(words);
      if (mark.test(words.slice(-1))) parts.push([]);
    }
  }
  return parts.filter((part) => part.length > 0);
}

/** Puts clauses together again as far as a line holds them. */
function packed(clauses: readonly Point[]): Point[] {
  const lines: Point[] = [];
  for (const clause of clauses) {
    const last = lines.at(-1);
    if (last && ems(plain(last)) + ems(plain(clause)) <= longest_point) last.push(...clause);
    else lines.push([...clause]);
  }
  return lines;
}

/** Without the mark at its end, and not longer than a line may be: what does not fit stands in the notes. */
function trimmed(point: Point): Point {
  const last = point.at(-1);
  const bare: Point =
    typeof last === 'string' ? [...point.slice(0, -1), last.replace(/[。；！？，：\s]+$/, '')] : point;
  return ems(plain(bare)) <= longest_point ? bare : shortened(bare);
}

function shortened(point: Point): Point {
  const kept: Point = [];
  let room = longest_point - 1;
  for (const piece of point) {
    const words = typeof piece === 'string' ? piece : piece.text;
    if (ems(words) <= room) {
      kept.push(piece);
      room -= ems(words);
      continue;
    }
    if (typeof piece === 'string') {
      let part = '';
      for (const one of piece)
        if (ems(part + one) <= room) part += one;
        else break;
      kept.push(`${part}…`);
    }
    break;
  }
  return kept;
}

/** Short neighbours in one line, as long as there are more lines than a slide has. */
export function joined(points: readonly Point[], most: number): Point[] {
  const list = [...points];
  while (list.length > most) {
    const pairs = list
      .slice(1)
      .map((next, index) => ({ index, width: ems(plain(list[index]!)) + ems(plain(next)) }));
    const shortest = pairs.sort((a, b) => a.width - b.width)[0]!;
    if (shortest.width > longest_point / 2) break;
    const [one, next] = list.slice(shortest.index, shortest.index + 2);
    list.splice(shortest.index, 2, [...one!, '；', ...next!]);
  }
  return list;
}

/** Whether a line only leads to what follows. */
export function isLead(point: Point): boolean {
  return !hasNumber(point) && /(如下|以下\S{0,4})$/.test(plain(point));
}

/** Whether a line says a number. */
export function hasNumber(point: Point): boolean {
  return point.some((piece) => typeof piece !== 'string');
}

/** The lines that say most, in their order: those with numbers first. */
export function chosen(points: readonly Point[], most: number): Point[] {
  const ranked = [...points].sort((a, b) => Number(hasNumber(b)) - Number(hasNumber(a))).slice(0, most);
  return points.filter((point) => ranked.includes(point));
}
