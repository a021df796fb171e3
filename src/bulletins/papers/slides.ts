// A bulletin as slides (PPTX, ISO/IEC 29500), 16:9, with tables and charts that can be edited.
import { grouped } from '../../kit/parts/figures.ts';
import type { CitedFigure, Piece } from '../content.ts';
import { type Border, type Deck, deckFile, newDeck, type Sheet } from './deck.ts';
import { ems, linesOf } from './measure.ts';
import { type Paper, plain } from './paper.ts';
import { decimalsOf, numberFormat } from './parts.ts';
import { pictureFile } from './picture.ts';
import { longestCell, planOf } from './plan.ts';
import type { Point } from './points.ts';
import type { Slide } from './slide.ts';
import { titleLines } from './title.ts';

const ink = '1B1F24';
const quiet = '57606A';
const line = 'D8DEE4';
const red = 'B3131B';
const face = '微软雅黑';
/** Inches. */
const page = { width: 13.333, height: 7.5 };
const edge = 0.8;
const inner = page.width - 2 * edge;

/** A bulletin as .pptx. */
export async function slidesOf(paper: Paper): Promise<Buffer> {
  const deck = await newDeck();
  deck.title = plain(paper.content.title);
  deck.author = paper.issuer;
  deck.theme = { headFontFace: face, bodyFontFace: face };
  const plan = planOf(paper);
  for (const [index, slide] of plan.entries()) {
    const sheet = deck.addSlide();
    await draw(deck, sheet, paper, slide);
    if (index > 0) foot(sheet, paper, index + 1, plan.length);
    sheet.addNotes(slide.notes.join('\n'));
  }
  return deckFile(deck, paper.published_at);
}

async function draw(deck: Deck, sheet: Sheet, paper: Paper, slide: Slide): Promise<void> {
  if (slide.kind === 'cover') return drawCover(sheet, slide);
  drawTitle(sheet, slide.title);
  switch (slide.kind) {
    case 'headline':
      return drawHeadline(sheet, slide);
    case 'points':
      return drawPoints(sheet, slide.points);
    case 'table':
      return drawTable(sheet, slide);
    case 'chart':
      return drawChart(deck, sheet, slide);
    case 'picture':
      return drawPicture(sheet, paper, slide);
  }
}

/** The largest of some sizes at which lines fit into a box, in points; the smallest where none does. */
function fitting(texts: readonly string[], width: number, height: number, sizes: readonly number[]): number {
  const fits = sizes.find((points) => {
    const rows = texts.reduce((sum, text) => sum + linesOf(text, (width * 72) / points), 0);
    return rows * points * line_height + (texts.length - 1) * gap <= height * 72;
  });
  return fits ?? sizes.at(-1)!;
}

/** How high a line is, in its own size: the highest that Chinese fonts have, at the distance that lines are set at. */
const line_height = 1.5;
/** Between two lines of a slide, in points. */
const gap = 14;

function drawCover(sheet: Sheet, slide: Extract<Slide, { kind: 'cover' }>): void {
  sheet.addShape('rect', { x: 0, y: 0, w: 0.35, h: page.height, fill: { color: red } });
  const box = { x: 1.2, y: 1.5, w: page.width - 2.4, h: 2.8 };
  const fontSize = fitting([slide.title], box.w - 0.2, box.h, [48, 44, 40, 36, 32, 28]);
  const lines = titleLines(slide.title, ((box.w - 0.2) * 72) / fontSize);
  sheet.addText(lines.join('\n'), { ...box, ...text, fontSize, bold: true, valign: 'bottom' });
  const [issuer = '', ...rest] = slide.lines;
  sheet.addText(issuer, { x: 1.2, y: 4.7, w: page.width - 2.4, h: 0.6, ...text, fontSize: 26, color: red });
  const small = { x: 1.2, y: 5.4, w: page.width - 2.4, h: 0.9 };
  sheet.addText(rest.join(' · '), { ...small, ...text, fontSize: 20, color: quiet, valign: 'top' });
}

const text = { fontFace: face, color: ink, margin: 0, fit: 'none' } as const;

function drawTitle(sheet: Sheet, title: string): void {
  const box = { x: edge, y: 0.55, w: inner, h: 0.8 };
  const fontSize = fitting([title], box.w, box.h, [34, 30, 26, 22]);
  sheet.addText(title, { ...box, ...text, fontSize, bold: true, valign: 'middle' });
  sheet.addShape('rect', { x: edge, y: 1.42, w: 0.9, h: 0.06, fill: { color: red } });
}

function foot(sheet: Sheet, paper: Paper, number: number, of: number): void {
  const words = `${paper.issuer} · ${paper.number}${paper.synthetic ? ' · 演示数据' : ''}`;
  const box = { y: 7.0, h: 0.3, ...text, fontSize: 12, color: quiet };
  sheet.addText(words, { ...box, x: edge, w: 9 });
  sheet.addText(`${number}/${of}`, { ...box, x: page.width - edge - 2, w: 2, align: 'right' });
}

/** Three large numbers, each with its unit and what it counts. */
function drawHeadline(sheet: Sheet, { numbers }: Extract<Slide, { kind: 'headline' }>): void {
  const width = inner / numbers.length;
  for (const [index, { number, label }] of numbers.entries()) {
    const x = edge + index * width;
    const value = grouped(number.text);
    const room = width - 0.4;
    const fontSize = fitting([`${value}${number.unit}`], room, 1.6, [72, 60, 54, 48, 40, 36, 32]);
    sheet.addText(
      [
        { text: value, options: { bold: true, color: red } },
        { text: number.unit, options: { fontSize: Math.round(fontSize / 2.4), color: ink } },
      ],
      { x, y: 2.5, w: room, h: 1.6, ...text, fontSize, valign: 'bottom' },
    );
    const below = { x, y: 4.25, w: room, h: 1.4 };
    sheet.addText(label, {
      ...below,
      ...text,
      fontSize: fitting([label], room, 1.4, [24, 22, 20]),
      valign: 'top',
    });
    if (index > 0)
      sheet.addShape('line', { x: x - 0.2, y: 2.6, w: 0, h: 2.8, line: { color: line, width: 1 } });
  }
}

/** Up to four short lines with their numbers in bold; as large as they fit. */
function drawPoints(sheet: Sheet, points: readonly Point[]): void {
  const box = { x: edge, y: 1.85, w: inner, h: 4.9 };
  const fontSize = fitting(
    points.map(shownPlain),
    box.w,
    box.h,
    points.length > 2 ? sizes : [36, 32, ...sizes],
  );
  const runs = points.flatMap((point, index) =>
    point.map((piece, at) => ({
      text: shown(piece),
      options: {
        ...(typeof piece === 'object' && { bold: true, color: red }),
        ...(at === point.length - 1 && index < points.length - 1 && { breakLine: true }),
        paraSpaceAfter: gap,
      },
    })),
  );
  sheet.addText(runs, { ...box, ...text, fontSize, valign: 'top', lineSpacingMultiple: 1.15 });
}

const sizes = [28, 26, 24, 22, 20];

function shown(piece: Piece<CitedFigure>): string {
  return typeof piece === 'string' ? piece : grouped(piece.text);
}

function shownPlain(point: Point): string {
  return point.map(shown).join('');
}

/** A native table; numbers to the right. */
function drawTable(sheet: Sheet, { head, rows }: Extract<Slide, { kind: 'table' }>): void {
  const widths = head.map((title, column) =>
    Math.max(
      ems(title),
      ...rows.map((row) => Math.min(ems(plain([row[column] ?? ''])), longestCell(head.length))),
      3,
    ),
  );
  const whole = widths.reduce((sum, one) => sum + one, 0);
  const fontSize = whole * 20 + head.length * 20 <= inner * 72 ? 20 : 16;
  const cell = (words: string, column: number, isHead: boolean) => ({
    text: words,
    options: {
      align: column > 0 ? ('right' as const) : ('left' as const),
      bold: isHead,
      color: isHead ? quiet : ink,
      border: [
        none,
        none,
        { type: 'solid' as const, pt: isHead ? 1.5 : 0.75, color: isHead ? red : line },
        none,
      ] as Borders,
    },
  });
  sheet.addTable(
    [
      head.map((title, column) => cell(title, column, true)),
      ...rows.map((row) => head.map((_, column) => cell(shown(row[column] ?? ''), column, false))),
    ],
    {
      x: edge,
      y: 1.65,
      w: inner,
      colW: widths.map((one) => (one / whole) * inner),
      rowH: 0.46,
      margin: [0.02, 0.1, 0.02, 0.1],
      fontFace: face,
      fontSize,
      valign: 'middle',
    },
  );
}

const none = { type: 'none' as const };
type Borders = [Border, Border, Border, Border];

/** A native chart of bars from zero, each with its number. */
function drawChart(deck: Deck, sheet: Sheet, { title, unit, bars }: Extract<Slide, { kind: 'chart' }>): void {
  const data = [
    {
      name: unit || title,
      labels: bars.map(({ label }) => label),
      values: bars.map(({ number }) => Number(number.text)),
    },
  ];
  const format = numberFormat(decimalsOf(bars.map(({ number }) => number)));
  // The package's types know one order alone; from the top down is the other that there is.
  const downwards = 'maxMin' as 'minMax';
  sheet.addChart(deck.ChartType.bar, data, {
    x: edge,
    y: 1.7,
    w: inner,
    h: 5.1,
    barDir: 'bar',
    barGapWidthPct: 45,
    chartColors: [red],
    catAxisOrientation: downwards,
    catAxisLabelFontFace: face,
    catAxisLabelFontSize: bars.length > 9 ? 16 : 20,
    catAxisLabelColor: ink,
    valAxisHidden: true,
    valAxisMinVal: 0,
    valGridLine: { style: 'none' },
    showValue: true,
    dataLabelPosition: 'outEnd',
    dataLabelFontFace: face,
    dataLabelFontSize: bars.length > 9 ? 16 : 20,
    dataLabelColor: ink,
    dataLabelFormatCode: format,
    altText: bars.map(({ label, number }) => `${label} ${number.text}${number.unit}`).join('，'),
  });
}

async function drawPicture(
  sheet: Sheet,
  paper: Paper,
  slide: Extract<Slide, { kind: 'picture' }>,
): Promise<void> {
  const stored = await paper.picture(slide.file);
  const under = { x: edge, y: 6.35, w: inner, h: 0.5 };
  const fontSize = fitting([slide.caption], inner, 0.5, [20, 18, 16]);
  sheet.addText(slide.caption, { ...under, ...text, fontSize, color: quiet, align: 'center' });
  if (!stored) return;
  const { type, data } = await pictureFile(stored);
  const scale = Math.min(inner / slide.width, 4.5 / slide.height);
  const [w, h] = [slide.width * scale, slide.height * scale];
  const place = { x: (page.width - w) / 2, y: 1.7 + (4.5 - h) / 2, w, h };
  sheet.addImage({
    ...place,
    altText: slide.alt,
    data: `image/${type === 'jpg' ? 'jpeg' : 'png'};base64,${data.toString('base64')}`,
  });
}
