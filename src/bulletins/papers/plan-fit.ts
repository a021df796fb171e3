// Between 8 and 12 slides: a long bulletin is drawn together, a short one says more of what it has.
import { type CitedFigure, numbersOf, type Piece } from '../content.ts';
import { ems } from './measure.ts';
import { amountOf, type Paper, type Source } from './paper.ts';
import { chosen, hasNumber, type Point, pointsOf, saidOnce } from './points.ts';
import { noteOf, points_on_slide, type Slide, untitled } from './slide.ts';

/** Until there are no more than there is room for: the beginnings of long tables alone, then neighbours in one. */
export function merged(paper: Paper, slides: readonly Slide[], room: number): Slide[] {
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
  const all = saidOnce([...withSection(one), ...withSection(next)]);
  const points = chosen(all, points_on_slide);
  const both = one.title === next.title ? one.title : `${one.title}、${next.title}`;
  const left = all.filter((point) => !points.includes(point));
  return {
    kind: 'points',
    title: ems(both) <= 20 ? both : `${one.title.replace(/等$/, '')}等`,
    points,
    more: [...left, ...one.more, ...next.more],
    several: true,
    notes: [...one.notes, ...next.notes],
  };
}

/** The lines of a slide that is put together with another: the first says which section it is of. */
function withSection({ title, points, several }: Points): Point[] {
  if (several || title === untitled) return points;
  return points.map((point, index) => (index === 0 ? [`${title}：`, ...point] : point));
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
export function filled(paper: Paper, slides: Slide[], room: number): Slide[] {
  let list = [...slides];
  const ways = [chartsOf, remainingLines, (all: Slide[]) => definitionsOf(paper, all), singleLines];
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
    return typeof label === 'string' && typeof last === 'object' && typeof amountOf(last) === 'number'
      ? [{ label, number: last }]
      : [];
  });
}

/** What did not fit on the slides of its sections goes on behind them while there is room: lines with numbers. */
export function furtherLines(list: readonly Slide[], room: number): Slide[] {
  let left = room;
  return list.flatMap((one) => {
    const slides: Slide[] = [one];
    for (let last = one; last.kind === 'points' && last.more.some(hasNumber) && left > 0; left--) {
      const { more } = last;
      const points = chosen(more, points_on_slide);
      const title = `${one.title}（续）`;
      last = { ...last, title, points, more: more.filter((point) => !points.includes(point)) };
      slides.push(last);
    }
    return slides;
  });
}

/** The same for lines without numbers, where a deck is short. */
function remainingLines(list: Slide[], wanted: number): Slide[] {
  let left = wanted;
  return list.flatMap((one) => {
    if (one.kind !== 'points' || one.more.length === 0 || left-- <= 0) return [one];
    const further = {
      ...one,
      title: `${one.title}（续）`,
      points: chosen(one.more, points_on_slide),
      more: [],
    };
    return [{ ...one, more: [] }, further];
  });
}

/** What the numbers count, two figures to a slide. */
function definitionsOf(paper: Paper, list: Slide[]): Slide[] {
  const distinct = new Map<string, { number: CitedFigure; source: Source }>();
  for (const number of numbersOf(paper.content)) {
    const source = paper.source(number);
    if (!source.part && !distinct.has(number.code)) distinct.set(number.code, { number, source });
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
