// The tables of a bulletin as a workbook: each a sheet with numbers as numbers, and one that says where every number is from.
import { type CellValue, type WriteSheet, writeXlsx } from 'hucre/xlsx';
import { cutoffText } from '../../kit/clock.ts';
import type { Block, CitedFigure, Piece } from '../content.ts';
import { ems } from './measure.ts';
import { amountOf, closingLine, type Paper, plain } from './paper.ts';
import { decimalsOf } from './parts.ts';

type TableBlock = Extract<Block<CitedFigure>, { kind: 'table' }>;

const bold = { font: { bold: true, name: '微软雅黑', size: 10 }, alignment: { wrapText: true } } as const;
/** Text stays text, whatever it begins with, even when its cell is edited. */
const as_text = { numFmt: '@' } as const;

/** The tables and charts of a bulletin as .xlsx, in their order; the last sheet names figure, cut-off and release of each number. */
export async function workbookOf(paper: Paper): Promise<Buffer> {
  const tables = paper.content.blocks.flatMap(tableOf);
  const names = sheetNames(tables.map(({ caption }) => caption));
  const sheets = tables.map((table, index) => tableSheet(names[index]!, table));
  const sources = sourceSheet(
    paper,
    tables.flatMap((table, index) => cited(names[index]!, table)),
  );
  const written = await writeXlsx({
    sheets: [...sheets, sources],
    defaultFont: { name: '微软雅黑', size: 10 },
    properties: { title: plain(paper.content.title), creator: paper.issuer },
  });
  return Buffer.from(written);
}

function tableOf(block: Block<CitedFigure>): TableBlock[] {
  if (block.kind === 'table') return [block];
  if (block.kind !== 'chart') return [];
  const { caption, unit, bars } = block;
  return [
    { kind: 'table', caption, head: ['', unit], rows: bars.map(({ label, number }) => [label, number]) },
  ];
}

const longest_name = 31;

/** Names as Excel takes them: at most 31 characters, none of []:*?/\ and no two alike. */
function sheetNames(captions: readonly string[]): string[] {
  const names: string[] = [];
  for (const caption of captions) {
    const name =
      caption
        .replace(/[[\]:*?/\\']/g, ' ')
        .trim()
        .slice(0, longest_name) || '表';
    let own = name;
    for (let number = 2; own === sources_name || names.includes(own); number++) {
      own = `${name.slice(0, longest_name - 4)}（${number}）`;
    }
    names.push(own);
  }
  return names;
}

function tableSheet(name: string, { head, rows }: TableBlock): WriteSheet {
  const columns = head.map((title, column) => {
    const pieces = rows.map((row) => row[column] ?? '');
    const numbers = pieces.filter((piece) => typeof piece === 'object');
    const decimals = decimalsOf(numbers);
    const number = { numFmt: decimals > 0 ? `0.${'0'.repeat(decimals)}` : '0' };
    const width = Math.max(
      8,
      ...[title, ...pieces.map((piece) => plain([piece]))].map((text) => ems(text) * 2 + 2),
    );
    return { width: Math.min(60, width), style: numbers.length > 0 ? number : as_text };
  });
  return sheetOf(
    name,
    [head, ...rows.map((row) => head.map((_, column) => cellOf(row[column] ?? '')))],
    columns,
  );
}

function cellOf(piece: Piece<CitedFigure>): CellValue {
  return typeof piece === 'string' ? piece || null : amountOf(piece);
}

interface Place {
  sheet: string;
  row: string;
  column: string;
  number: CitedFigure;
}

function cited(sheet: string, { head, rows }: TableBlock): Place[] {
  return rows.flatMap((row) =>
    row.flatMap((number, column) =>
      typeof number === 'string'
        ? []
        : [{ sheet, row: plain([row[0] ?? '']), column: head[column] ?? '', number }],
    ),
  );
}

const sources_name = '数字来源';

function sourceSheet(paper: Paper, places: readonly Place[]): WriteSheet {
  const head = ['表', '行', '列', '数值', '单位', '指标代码', '指标', '截至', '发布版本或指标页', '统计口径'];
  const rows = places.map(({ sheet, row, column, number }): CellValue[] => {
    const source = paper.source(number);
    const { title, cutoff, address, explanation } = source;
    return [
      sheet,
      row,
      column,
      amountOf(number),
      number.unit,
      number.code,
      title,
      cutoffText(cutoff, 'zh'),
      address,
      explanation,
    ];
  });
  const widths = [24, 24, 16, 12, 8, 28, 28, 22, 48, 60];
  const columns = widths.map((width, index) => ({
    width,
    style: index === 3 ? { numFmt: 'General' } : as_text,
  }));
  return sheetOf(sources_name, [head, ...rows, [], [closingLine(paper)]], columns);
}

function sheetOf(name: string, rows: CellValue[][], columns: NonNullable<WriteSheet['columns']>): WriteSheet {
  const cells = new Map(
    rows[0]!.map((value, index) => [`0,${index}`, { value, type: 'string' as const, style: bold }]),
  );
  return {
    name,
    rows,
    columns,
    cells,
    freezePane: { rows: 1, columns: 1 },
    pageSetup: {
      paperSize: 'a4',
      orientation: 'landscape',
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: '$1:$1',
    },
  };
}
