// What stands at a place of the page rather than in its text: the page number and the imprint.
import {
  AlignmentType,
  BorderStyle,
  Footer,
  HeightRule,
  PageNumber,
  Paragraph,
  Table,
  TableAnchorType,
  TableCell,
  TableLayoutType,
  TableRow,
  TextDirection,
  TextRun,
  WidthType,
} from 'docx';
import { ems, linesOf } from './measure.ts';
import { dateOf, type Paper } from './paper.ts';
import { body, imprint_line, page_number, size } from './word-format.ts';

type Side = typeof AlignmentType.RIGHT | typeof AlignmentType.LEFT;

/**
 * 7.5: 4 号半角宋体, between dashes, one character in, to the right on odd pages and to the left on even ones. 8: where a table lies
 * across, it stands where it does on the other pages, so at the left edge of the page and turned.
 */
export function pageFooter(side: Side, across: boolean): Footer {
  const number = pageNumber(side);
  if (!across) return new Footer({ children: [number] });
  const table = new Table({
    layout: TableLayoutType.FIXED,
    width: { size: page_number.across.width, type: WidthType.DXA },
    columnWidths: [page_number.across.width],
    borders: noBorders,
    float: {
      horizontalAnchor: TableAnchorType.PAGE,
      verticalAnchor: TableAnchorType.PAGE,
      absoluteHorizontalPosition: page_number.across.left,
      absoluteVerticalPosition: page_number.across.top,
    },
    rows: [
      new TableRow({
        height: { value: body.width, rule: HeightRule.EXACT },
        children: [
          new TableCell({
            textDirection: TextDirection.TOP_TO_BOTTOM_RIGHT_TO_LEFT,
            margins: { left: 0, right: 0 },
            children: [number],
          }),
        ],
      }),
    ],
  });
  return new Footer({ children: [table, new Paragraph({ style: 'page' })] });
}

function pageNumber(side: Side): Paragraph {
  const one = size.four * 10;
  return new Paragraph({
    alignment: side,
    indent: side === AlignmentType.RIGHT ? { right: one } : { left: one },
    style: 'page',
    children: [new TextRun({ children: ['— ', PageNumber.CURRENT, ' —'] })],
  });
}

const none = { style: BorderStyle.NONE, size: 0, color: 'auto' };
const noBorders = {
  top: none,
  bottom: none,
  left: none,
  right: none,
  insideHorizontal: none,
  insideVertical: none,
};

/**
 * 7.4 版记: at the bottom of the text area, in 4 号仿宋 one character in at both sides, between lines of 0.35 mm with one of
 * 0.25 mm in the middle: 抄送机关 (7.4.2), 印发机关和印发日期 (7.4.3).
 */
export function imprint(paper: Paper): (Table | Paragraph)[] {
  const { LEFT, RIGHT } = AlignmentType;
  const day = `${dateOf(paper)}印发`;
  // The day takes what it needs, and the issuer what is left.
  const issuer_width = body.width - Math.ceil((ems(day) + 2.5) * size.four * 10);
  const issued: ImprintCell[] = [
    { words: paper.issuer, side: LEFT, width: issuer_width },
    { words: day, side: RIGHT, width: body.width - issuer_width },
  ];
  const copies: ImprintCell[] = [{ words: `抄送：${paper.copied_to}。`, side: LEFT, width: body.width }];
  const rows = paper.copied_to ? [copies, issued] : [issued];
  const heights = rows.map((cells) => Math.max(...cells.map(imprintHeight)));
  const thick = { style: BorderStyle.SINGLE, size: 8, color: '000000' };
  const table = new Table({
    layout: TableLayoutType.FIXED,
    width: { size: body.width, type: WidthType.DXA },
    columnWidths: issued.map(({ width }) => width),
    borders: { ...noBorders, top: thick, bottom: thick, insideHorizontal: { ...thick, size: 6 } },
    float: {
      horizontalAnchor: TableAnchorType.MARGIN,
      verticalAnchor: TableAnchorType.MARGIN,
      absoluteHorizontalPosition: 0,
      // Its last line is the lower edge of the text area.
      absoluteVerticalPosition: body.height - heights.reduce((sum, one) => sum + one, 0),
    },
    rows: rows.map(
      (cells, index) =>
        new TableRow({
          height: { value: heights[index]!, rule: HeightRule.EXACT },
          children: cells.map((cell) => imprintCell(cell, 3 - cells.length)),
        }),
    ),
  });
  // A table needs a paragraph after it: as low as one may be, so that it begins no page.
  return [table, new Paragraph({ style: 'end' })];
}

interface ImprintCell {
  words: string;
  side: Side;
  width: number;
}

function imprintHeight({ words, width }: ImprintCell): number {
  // One character is left free at both sides.
  return linesOf(words, (width - size.four * 20) / (size.four * 10)) * imprint_line;
}

function imprintCell({ words, side, width }: ImprintCell, columnSpan: number): TableCell {
  return new TableCell({
    columnSpan,
    width: { size: width, type: WidthType.DXA },
    margins: { left: 0, right: 0 },
    children: [new Paragraph({ style: 'imprint', alignment: side, children: [new TextRun(words)] })],
  });
}
