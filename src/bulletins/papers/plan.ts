// Which slides a bulletin gives: pure, before anything is drawn.
import { cutoffText } from '../../kit/clock.ts';
import type { Block, CitedFigure, Piece } from '../content.ts';
import { numbersOf } from '../content.ts';
import { ems, linesOf } from './measure.ts';
import { closingLine, type Paper, plain, type Source } from './paper.ts';
import { unnumbered } from './parts.ts';
import { chosen, hasNumber, type Point, pointsOf, saidOnce } from './points.ts';

/** A slide. `notes` is what whoever speaks has before them: the full paragraphs, and where each number comes from. */
export type Slide = { title: string; notes: string[] } & (
  | { kind: 'cover'; lines: string[] }
  | { kind: 'headline'; numbers: { number: CitedFigure; label: string }[] }
  | { kind: 'points'; points: Point[]; more: Point[] }
  | { kind: 'table'; head: string[]; rows: Piece<CitedFigure>[][] }
  | { kind: 'chart'; unit: string; bars: { label: string; number: CitedFigure }[] }
  | { kind: 'picture'; file: string; alt: string; caption: string; width: number; height: number }
);

/** A deck has at least and at most so many slides, where the bulletin gives them. */
const fewest = 8;
const most = 12;
const points_on_slide = 4;
/** What a table's rows may take together, in rows of one line; its head is one more. */
const rows_on_slide = 10;

const late_words = /逾期|超期|滞后|未按期|未完成|尚未|已过完成时限|延期/;

/** The slides of a bulletin: from 8 to 12, fewer only where there is too little to say. */
export function planOf(paper: Paper): Slide[] {
  const { middle, late } = bodyOf(paper);
  const ends = { first: [cover(paper), ...headline(paper)], last: [...late, sources(paper)] };
  const room = (limit: number) => limit - ends.first.length - ends.last.length;
  const fitted = filled(paper, merged(paper, middle, room(most)), room(fewest));
  return [...ends.first, ...fitted, ...ends.last];
}

function cover(paper: Paper): Slide {
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
    notes: notesOf(paper, [{ kind: 'paragraph', pieces: content.title }]),
  };
}

/** The first three numbers of the text that are of a whole and differ in what they count. */
function headline(paper: Paper): Slide[] {
  const numbers: { number: CitedFigure; label: string }[] = [];
  for (const number of numbersOf(paper.content)) {
    const source = paper.sources.get(number.release_id);
    const known = numbers.some((one) => one.number.code === number.code);
    if (source && !source.part && !known && numbers.length < 3) numbers.push({ number, label: source.title });
  }
  if (numbers.length === 0) return [];
  const notes = numbers.map(({ number, label }) => `${label}：${noteOf(paper, number)}`);
  return [{ kind: 'headline', title: '总体进展', numbers, notes }];
}

/** The slides of the text itself, in its order, and the one of what is late. */
function bodyOf(paper: Paper): { middle: Slide[]; late: Slide[] } {
  const middle: Slide[] = [];
  const late: Point[] = [];
  const late_blocks: Block<CitedFigure>[] = [];
  for (const { title, blocks } of sectionsOf(paper.content.blocks)) {
    const points = pointsOf(blocks);
    const of_late = points.filter((point) => hasNumber(point) && late_words.test(plain(point)));
    if (of_late.length > 0) {
      late.push(...of_late);
      late_blocks.push(
        ...blocks.filter((block) => block.kind === 'paragraph' && late_words.test(plain(block.pieces))),
      );
    }
    const rest = points.filter((point) => !of_late.includes(point));
    if (rest.length > 0) middle.push(pointsSlide(paper, title, rest, blocks));
    middle.push(...blocks.flatMap((block) => drawn(paper, block)));
  }
  return { middle, late: late.length > 0 ? [pointsSlide(paper, '还没有按期完成的', late, late_blocks)] : [] };
}

/** The text by its headings; every question of the press is one too. */
function sectionsOf(
  blocks: readonly Block<CitedFigure>[],
): { title: string; blocks: Block<CitedFigure>[] }[] {
  let heading = '基本情况';
  const sections: { title: string; blocks: Block<CitedFigure>[] }[] = [{ title: heading, blocks: [] }];
  for (const block of blocks) {
    if (block.kind === 'heading' || block.kind === 'annex') {
      heading = block.kind === 'annex' ? block.title : unnumbered(block.text);
      sections.push({ title: heading, blocks: [] });
    } else if (block.kind === 'question') {
      sections.push({ title: block.question, blocks: [{ kind: 'paragraph', pieces: block.answer }] });
      sections.push({ title: heading, blocks: [] });
    } else sections.at(-1)!.blocks.push(block);
  }
  return sections;
}

function pointsSlide(
  paper: Paper,
  title: string,
  points: Point[],
  blocks: readonly Block<CitedFigure>[],
): Slide {
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

/** Until there are no more than there is room for: the beginnings of long tables alone, then neighbours in one. */
function merged(paper: Paper, slides: readonly Slide[], room: number): Slide[] {
  const list = slides.length > room ? beginnings(slides) : [...slides];
  while (list.length > room) {
    const pairs = list.flatMap((one, index) => {
      const next = list[index + 1];
      if (one.kind !== 'points' || next?.kind !== 'points') return [];
      return [{ index, one, next, size: one.points.length + next.points.length }];
    });
    const smallest = pairs.sort((a, b) => a.size - b.size)[0];
    if (!smallest) break;
    list.splice(smallest.index, 2, together(smallest.one, smallest.next));
  }
  return list.length <= room ? list : named(paper, list, room);
}

type Points = Extract<Slide, { kind: 'points' }>;

function together(one: Points, next: Points): Points {
  const all = saidOnce([...one.points, ...next.points]);
  const points = chosen(all, points_on_slide);
  const both = one.title === next.title ? one.title : `${one.title}、${next.title}`;
  const left = all.filter((point) => !points.includes(point));
  return {
    kind: 'points',
    title: ems(both) <= 20 ? both : `${one.title.replace(/等$/, '')}等`,
    points,
    more: [...left, ...one.more, ...next.more],
    notes: [...one.notes, ...next.notes],
  };
}

/** The first part of every table that goes over several slides, which says so. */
function beginnings(slides: readonly Slide[]): Slide[] {
  return slides.flatMap((one) => {
    const part = one.kind === 'table' ? /（(\d+)\/\d+）$/.exec(one.title) : null;
    if (one.kind !== 'table' || !part) return [one];
    if (part[1] !== '1') return [];
    return [{ ...one, title: one.title.replace(part[0], `（前${one.rows.length}行，其余见公报）`) }];
  });
}

/** Keeps what comes first, text before tables, and says what else there is and where. */
function named(paper: Paper, list: readonly Slide[], room: number): Slide[] {
  const texts = list.filter(({ kind }) => kind === 'points').slice(0, room - 1);
  const drawings = list.filter(({ kind }) => kind !== 'points').slice(0, room - 1 - texts.length);
  const kept = list.filter((one) => texts.includes(one) || drawings.includes(one));
  const others = list.filter((one) => !kept.includes(one));
  const points: Point[] = [
    ...others.slice(0, 3).map(({ title }): Point => [title.replace(/（前\d+行，其余见公报）$/, '')]),
    [`全文和全部图表见 ${paper.address}`],
  ];
  return [
    ...kept,
    { kind: 'points', title: '其他图表', points, more: [], notes: others.flatMap(({ notes }) => notes) },
  ];
}

/** Adds what a short bulletin has besides, until there are enough: charts of tables, further lines, what is counted. */
function filled(paper: Paper, slides: Slide[], room: number): Slide[] {
  let list = [...slides];
  const ways = [chartsOf, furtherLines, (all: Slide[]) => definitionsOf(paper, all), singleLines];
  for (const way of ways) if (list.length < room) list = way(list, room - list.length);
  return list;
}

/** The last column of numbers of a table as bars, behind it. */
function chartsOf(list: Slide[], wanted: number): Slide[] {
  let left = wanted;
  return list.flatMap((one) => {
    const bars = one.kind === 'table' ? barsOf(one.rows) : [];
    if (one.kind !== 'table' || bars.length < 2 || left-- <= 0) return [one];
    const title = `${one.title}：${one.head.at(-1)}`;
    return [one, { kind: 'chart', title, unit: bars[0]!.number.unit, bars, notes: one.notes }];
  });
}

function barsOf(rows: readonly Piece<CitedFigure>[][]): { label: string; number: CitedFigure }[] {
  return rows.flatMap((row) => {
    const [label, last] = [row[0], row.at(-1)];
    return typeof label === 'string' && typeof last === 'object' ? [{ label, number: last }] : [];
  });
}

function furtherLines(list: Slide[], wanted: number): Slide[] {
  let left = wanted;
  return list.flatMap((one) => {
    if (one.kind !== 'points' || one.more.length === 0 || left-- <= 0) return [one];
    const further = {
      ...one,
      title: `${one.title}（续）`,
      points: chosen(one.more, points_on_slide),
      more: [],
    };
    return [one, further];
  });
}

/** What the numbers count, two figures to a slide. */
function definitionsOf(paper: Paper, list: Slide[]): Slide[] {
  const distinct = new Map<string, { number: CitedFigure; source: Source }>();
  for (const number of numbersOf(paper.content)) {
    const source = paper.sources.get(number.release_id);
    if (source && !source.part && !distinct.has(number.code)) distinct.set(number.code, { number, source });
  }
  const all = [...distinct.values()];
  const slides: Slide[] = [];
  for (let at = 0; at < all.length; at += 2) {
    const pair = all.slice(at, at + 2);
    slides.push({
      kind: 'points',
      title: '这些数字怎样算',
      points: pair.map(
        ({ source }): Point =>
          chosen(
            pointsOf([{ kind: 'paragraph', pieces: [`${source.title}：${source.explanation}`] }]),
            1,
          )[0]!,
      ),
      more: [],
      notes: pair.map(
        ({ number, source }) => `${source.title}：${source.explanation} ${noteOf(paper, number)}`,
      ),
    });
  }
  return [...list, ...slides.slice(0, 2)];
}

/** One line to a slide where nothing else is left to be said. */
function singleLines(list: Slide[], wanted: number): Slide[] {
  let left = wanted;
  return list.flatMap((one) => {
    if (one.kind !== 'points' || one.points.length < 2 || left <= 0) return [one];
    left -= 1;
    const half = Math.ceil(one.points.length / 2);
    const parts = [one.points.slice(0, half), one.points.slice(half)];
    return parts.map(
      (points, index): Slide => ({ ...one, title: index ? `${one.title}（续）` : one.title, points }),
    );
  });
}

/** The paragraphs in full, and for each number up to when it is and where its release is. */
function notesOf(paper: Paper, blocks: readonly Block<CitedFigure>[]): string[] {
  const texts = blocks.flatMap((block) => {
    return block.kind === 'paragraph' ? [plain(block.pieces)] : [];
  });
  const numbers = new Map(
    numbersOf({ title: [], blocks: [...blocks], signature: [] }).map((number) => [number.release_id, number]),
  );
  const lines = [...numbers.values()].map((number) => {
    const source = paper.sources.get(number.release_id);
    return `${source?.title ?? number.code}：${noteOf(paper, number)}`;
  });
  return [...texts, ...lines];
}

function noteOf(paper: Paper, number: CitedFigure): string {
  const source = paper.sources.get(number.release_id);
  const shown = `${number.text}${number.unit}`;
  return source ? `${shown}，截至${cutoffText(source.cutoff, 'zh')}，${source.address}` : shown;
}
