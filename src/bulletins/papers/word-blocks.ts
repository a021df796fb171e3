import {
  AlignmentType,
  BorderStyle,
  ImageRun,
  Paragraph,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  VerticalAlignTable,
  WidthType,
} from 'docx';
import { ChartRun } from 'docx/charts';
import type { Block, CitedFigure, Piece } from '../content.ts';
import { ems } from './measure.ts';
import { type Paper, plain } from './paper.ts';
import { decimalsOf, numberFormat, unnumbered } from './parts.ts';
import { pictureFile } from './picture.ts';
import { fonts, line_pitch, size } from './word-format.ts';

/** The numbering of headings: 一、 and （一）. */
export const heading_numbers = 'headings';

/** A paragraph of text: two characters in, both edges straight (7.3.3). */
function text(words: string): Paragraph {
  return new Paragraph({ style: 'body', children: [new TextRun(words)] });
}

/** An empty line. */
export function blank(): Paragraph {
  return new Paragraph({ children: [] });
}

/** A block of a bulletin as paragraphs and tables, within a width in twips. */
export async function blockOf(
  paper: Paper,
  block: Block<CitedFigure>,
  width: number,
): Promise<(Paragraph | Table)[]> {
  switch (block.kind) {
    case 'heading':
      return [heading(block.text, block.level ?? 1)];
    case 'paragraph':
      return [text(plain(block.pieces))];
    case 'question':
      return [
        new Paragraph({ style: 'question', text: `问：${block.question}` }),
        text(`答：${plain(block.answer)}`),
      ];
    case 'table':
      return [caption(block.caption, true), table(block.head, block.rows, width), blank()];
    case 'chart':
      return [caption(`${block.caption}（单位：${block.unit}）`, true), chart(block, width)];
    case 'picture':
      return picture(paper, block, width);
    case 'annex':
      return [];
  }
}

/** 7.3.3: 一、 in 黑体, （一） in 楷体; the numbers are Word's own. What somebody numbered by hand loses that number. */
function heading(words: string, level: 1 | 2): Paragraph {
  return new Paragraph({
    style: level === 1 ? 'Heading1' : 'Heading2',
    numbering: { reference: heading_numbers, level: level - 1 },
    children: [new TextRun(unnumbered(words))],
  });
}

function caption(words: string, keepNext: boolean): Paragraph {
  return new Paragraph({ style: 'caption', keepNext, children: [new TextRun(words)] });
}

/** A table as wide as its place at most; its head is repeated on every page and no row is torn. */
function table(head: readonly string[], rows: readonly Piece<CitedFigure>[][], width: number): Table {
  const cells = rows.map((row) => head.map((_, index) => plain([row[index] ?? ''])));
  const widths = columnWidths(head, cells, width);
  const row = (texts: readonly string[], isHead: boolean) =>
    new TableRow({
      ...(isHead && { tableHeader: true }),
      cantSplit: true,
      children: texts.map((words, index) => cell(words, widths[index]!, isHead, index > 0)),
    });
  const line = { style: BorderStyle.SINGLE, size: 4, color: '000000' };
  return new Table({
    layout: TableLayoutType.FIXED,
    alignment: AlignmentType.CENTER,
    width: { size: sum(widths), type: WidthType.DXA },
    columnWidths: widths,
    borders: {
      top: line,
      bottom: line,
      left: line,
      right: line,
      insideHorizontal: line,
      insideVertical: line,
    },
    rows: [row(head, true), ...cells.map((texts) => row(texts, false))],
  });
}

function cell(words: string, width: number, isHead: boolean, numeric: boolean): TableCell {
  const number = numeric && !isHead && /^[-+\d.,%]+$/.test(words);
  return new TableCell({
    width: { size: width, type: WidthType.DXA },
    verticalAlign: VerticalAlignTable.CENTER,
    margins: { left: cell_margin, right: cell_margin },
    children: [
      new Paragraph({
        style: 'cell',
        alignment: isHead || number ? AlignmentType.CENTER : AlignmentType.LEFT,
        children: [new TextRun({ text: words, font: isHead ? fonts.first : fonts.body })],
      }),
    ],
  });
}

const cell_margin = 80;
const cell_em = size.small_four * 10;

/**
 * The columns fill the place exactly. Where it is narrow, heads are broken before what stands below them is.
 */
function columnWidths(head: readonly string[], rows: readonly string[][], width: number): number[] {
  const margins = (2 * cell_margin) / cell_em;
  const least = head.map(
    (_, index) => Math.min(14, Math.max(2, ...rows.map((row) => ems(row[index]!)))) + margins,
  );
  const wanted = head.map((title, index) => Math.max(least[index]!, Math.min(14, ems(title)) + margins));
  const room = width / cell_em;
  const missing = sum(wanted) - room;
  const given = sum(wanted) - sum(least);
  const share = missing > 0 && missing <= given ? missing / given : missing > 0 ? 1 : 0;
  const fair = wanted.map((one, index) => one - (one - least[index]!) * share);
  const widths = fair.map((one) => Math.floor((one * width) / sum(fair)));
  widths[0]! += width - sum(widths);
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** How wide a table wants to be, in twips: one wider than the upright page lies across. */
export function wantedWidth(head: readonly string[]): number {
  return sum(head.map((title) => Math.max(3, Math.min(ems(title), 8)) * cell_em + 2 * cell_margin));
}

/** A native chart, so that it can be edited; the bars carry the numbers of the text. */
function chart(block: Extract<Block<CitedFigure>, { kind: 'chart' }>, width: number): Paragraph {
  const pixels = Math.floor(width / 15);
  const format = numberFormat(decimalsOf(block.bars.map(({ number }) => number)));
  const run = new ChartRun({
    type: 'bar',
    legend: false,
    font: { name: '仿宋_GB2312' },
    categories: block.bars.map(({ label }) => label),
    series: [
      { name: block.caption, values: block.bars.map(({ number }) => Number(number.text)), color: '595959' },
    ],
    categoryAxis: { reverseOrder: true },
    valueAxis: { minimum: 0, visible: false, gridlines: false },
    dataLabels: { value: true, numberFormat: format, font: { size: 10.5 } },
    transformation: { width: pixels, height: Math.min(560, 60 + block.bars.length * 34) },
    altText: {
      name: block.caption,
      description: block.bars.map(({ label, number }) => `${label} ${number.text}`).join('，'),
    },
  });
  return new Paragraph({ style: 'picture', children: [run] });
}

/** A picture as wide as the 版心 at most, and not higher than half a page; what stands under it and whose it is. */
async function picture(
  paper: Paper,
  block: Extract<Block<CitedFigure>, { kind: 'picture' }>,
  width: number,
): Promise<Paragraph[]> {
  const stored = await paper.picture(block.file);
  const under = caption(`${block.caption}（${block.source}）`, false);
  if (!stored) return [under];
  const { type, data } = await pictureFile(stored);
  const scale = Math.min(1, width / 15 / block.width, (11 * line_pitch) / 15 / block.height);
  const transformation = {
    width: Math.floor(block.width * scale),
    height: Math.floor(block.height * scale),
  };
  const image = new ImageRun({
    type,
    data,
    transformation,
    altText: { name: block.caption, title: block.caption, description: block.alt },
  });
  return [new Paragraph({ style: 'picture', keepNext: true, children: [image] }), under];
}
