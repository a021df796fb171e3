// Which slides a bulletin gives: pure, before anything is drawn.
import type { Block, CitedFigure, Piece } from '../content.ts';
import { numbersOf } from '../content.ts';
import { ems, linesOf } from './measure.ts';
import { closingLine, type Paper, plain } from './paper.ts';
import { unnumbered } from './parts.ts';
import { filled, furtherLines, merged } from './plan-fit.ts';
import { chosen, hasNumber, isLead, joined, type Point, pointsOf } from './points.ts';
import { noteOf, notesOf, points_on_slide, type Slide, untitled } from './slide.ts';

/** A deck has at least and at most so many slides, where the bulletin gives them. */
const fewest = 8;
const most = 12;
/** What a table's rows may take together, in rows of one line; its head is one more. */
const rows_on_slide = 10;

const late_words = /逾期|超期|滞后|未按期|未完成|尚未|已过完成时限|延期/;

/** The slides of a bulletin: from 8 to 12, fewer only where there is too little to say. */
export function planOf(paper: Paper): Slide[] {
  const { middle, late, loose } = bodyOf(paper);
  const ends = { first: [cover(paper, loose), ...headline(paper)], last: [...late, sources(paper)] };
  const room = (limit: number) => limit - ends.first.length - ends.last.length;
  const drawn_together = merged(paper, middle, room(most));
  const whole = furtherLines(drawn_together, room(most) - drawn_together.length);
  const fitted = filled(paper, whole, room(fewest));
  return [...ends.first, ...fitted, ...ends.last];
}

function cover(paper: Paper, loose: readonly string[]): Slide {
  const { content, issuer, type } = paper;
  const cutoff = closingLine(paper).replace(/^文中数字|（.*$/g, '');
  const lines = [
    issuer,
    `${cutoff} · ${type.title} ${paper.number}`,
    ...(paper.synthetic ? ['演示数据'] : []),
  ];
  return {
    kind: 'cover',
    title: plain(content.title),
    lines,
    notes: [...notesOf(paper, [{ kind: 'paragraph', pieces: content.title }]), ...loose],
  };
}

/** The first three numbers of the text that are of a whole and differ in what they count. */
function headline(paper: Paper): Slide[] {
  const numbers: { number: CitedFigure; label: string }[] = [];
  for (const number of numbersOf(paper.content)) {
    const source = paper.source(number);
    const known = numbers.some((one) => one.number.code === number.code);
    if (!source.part && !known && numbers.length < 3) numbers.push({ number, label: source.title });
  }
  if (numbers.length === 0) return [];
  const notes = numbers.map(({ number, label }) => `${label}：${noteOf(paper, number)}`);
  return [{ kind: 'headline', title: '总体进展', numbers, notes }];
}

/** The slides of the text itself, in its order, the one of what is late, and notes that have no slide of their own. */
function bodyOf(paper: Paper): { middle: Slide[]; late: Slide[]; loose: string[] } {
  const middle: Slide[] = [];
  const late: Point[] = [];
  const late_blocks: Block<CitedFigure>[] = [];
  const loose: string[] = [];
  for (const { title, parts } of sectionsOf(paper.content.blocks)) {
    const blocks = parts.flatMap((part) => part.blocks);
    const points = parts.flatMap(partPoints);
    const of_late = points.filter(({ point }) => hasNumber(point) && late_words.test(plain(point)));
    late.push(...of_late.map(({ point }) => point));
    if (of_late.length > 0) late_blocks.push(...blocks.filter(isOfLate));
    // A line of one part among several stays there too, so that none of them is missing.
    const rest = points.filter((one) => (one.of_part || !of_late.includes(one)) && !isLead(one.point));
    const lines = rest.map(({ point }) => point);
    if (lines.length > 0) middle.push(pointsSlide(paper, title, lines, blocks));
    else
      loose.push(
        ...notesOf(
          paper,
          blocks.filter((block) => block.kind === 'paragraph' && !isOfLate(block)),
        ),
      );
    middle.push(...blocks.flatMap((block) => drawn(paper, block)));
  }
  const slides = late.length > 0 ? [pointsSlide(paper, '还没有按期完成的', late, late_blocks)] : [];
  return { middle, late: slides, loose };
}

/** The lines of a part of a section; the first says which part it is. */
function partPoints({ name, blocks }: SectionPart): { point: Point; of_part: boolean }[] {
  const of_part = name !== undefined;
  return pointsOf(blocks).map((point, index) => ({
    point: of_part && index === 0 ? [`${name}：`, ...point] : point,
    of_part,
  }));
}

function isOfLate(block: Block<CitedFigure>): boolean {
  return block.kind === 'paragraph' && late_words.test(plain(block.pieces));
}

/** What stands under a heading of the second level, or before the first of them. */
interface SectionPart {
  name?: string;
  blocks: Block<CitedFigure>[];
}

/** The text by its headings of the first level, each by those of the second; every question of the press is a heading too. */
function sectionsOf(blocks: readonly Block<CitedFigure>[]): { title: string; parts: SectionPart[] }[] {
  let heading = untitled;
  const sections: { title: string; parts: SectionPart[] }[] = [];
  const begin = (title: string) => sections.push({ title, parts: [{ blocks: [] }] });
  begin(heading);
  for (const block of blocks) {
    const { parts } = sections.at(-1)!;
    if (block.kind === 'heading' && block.level === 2) {
      parts.push({ name: unnumbered(block.text), blocks: [] });
    } else if (block.kind === 'heading' || block.kind === 'annex') {
      heading = block.kind === 'annex' ? block.title : unnumbered(block.text);
      begin(heading);
    } else if (block.kind === 'question') {
      begin(block.question);
      sections.at(-1)!.parts[0]!.blocks.push({ kind: 'paragraph', pieces: block.answer });
      begin(heading);
    } else parts.at(-1)!.blocks.push(block);
  }
  return sections;
}

function pointsSlide(
  paper: Paper,
  title: string,
  all: Point[],
  blocks: readonly Block<CitedFigure>[],
): Slide {
  const points = joined(all, points_on_slide);
  const first = chosen(points, points_on_slide);
  const more = points.filter((point) => !first.includes(point));
  return { kind: 'points', title, points: first, more, notes: notesOf(paper, blocks) };
}

/** The slides of a table, a chart or a picture. */
function drawn(paper: Paper, block: Block<CitedFigure>): Slide[] {
  const notes = notesOf(paper, [block]);
  switch (block.kind) {
    case 'table':
      return tableSlides(block, notes);
    case 'chart':
      return [
        { kind: 'chart', title: block.caption, unit: block.unit, bars: block.bars.slice(0, 12), notes },
      ];
    case 'picture': {
      const { file, alt, width, height } = block;
      const caption = `${block.caption}（${block.source}）`;
      return [{ kind: 'picture', title: block.caption, file, alt, caption, width, height, notes }];
    }
    default:
      return [];
  }
}

/** Columns that are still legible beside each other. */
const columns_on_slide = 8;

function tableSlides(whole_table: Extract<Block<CitedFigure>, { kind: 'table' }>, notes: string[]): Slide[] {
  const block = firstColumns(whole_table);
  const heights = block.rows.map((row) =>
    Math.max(...row.map((cell) => linesOf(plain([cell]), longestCell(block.head.length)))),
  );
  const whole = heights.reduce((sum, one) => sum + one, 0);
  const count = Math.ceil(whole / rows_on_slide);
  // No slide with a single row left over: all are about as full.
  const goal = Math.ceil(whole / count);
  const pages: Piece<CitedFigure>[][][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const [index, row] of block.rows.entries()) {
    if (used + heights[index]! > goal) {
      pages.push([]);
      used = 0;
    }
    pages.at(-1)!.push(row);
    used += heights[index]!;
  }
  return pages.map((rows, index) => ({
    kind: 'table',
    title: pages.length > 1 ? `${block.caption}（${index + 1}/${pages.length}）` : block.caption,
    head: block.head,
    rows,
    notes,
  }));
}

function firstColumns(table: Extract<Block<CitedFigure>, { kind: 'table' }>): typeof table {
  if (table.head.length <= columns_on_slide) return table;
  return {
    ...table,
    caption: `${table.caption}（前${columns_on_slide}列，其余见公报）`,
    head: table.head.slice(0, columns_on_slide),
    rows: table.rows.map((row) => row.slice(0, columns_on_slide)),
  };
}

/** How many ems a cell holds in one line, by how many columns there are. */
export function longestCell(columns: number): number {
  return Math.floor(42 / Math.max(3, columns)) - 0.8;
}

function sources(paper: Paper): Slide {
  const points: Point[] = [
    [closingLine(paper).replace(/，每个数字.*$/, '')],
    ['打开公报网页，点任何一个数字，可看统计口径、历次发布和记录，并重新核算'],
    [paper.address],
  ];
  return {
    kind: 'points',
    title: '数字从哪里来，怎样核对',
    points: points.filter((one) => ems(plain(one)) <= 84),
    more: [],
    notes: [...paper.content.signature],
  };
}
