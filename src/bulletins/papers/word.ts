// A bulletin as a Word document in the format of GB/T 9704-2012《党政机关公文格式》; clauses stand in parentheses.
import {
  AlignmentType,
  BorderStyle,
  Document,
  LevelFormat,
  LevelSuffix,
  Packer,
  Paragraph,
  type Table,
  TextRun,
} from 'docx';
import { dayText } from '../../kit/clock.ts';
import type { Block, CitedFigure } from '../content.ts';
import { ems } from './measure.ts';
import { closingLine, dateOf, type Paper, plain } from './paper.ts';
import { type Part, partsOf } from './parts.ts';
import { titleLines } from './title.ts';
import { blank, blockOf, heading_numbers, wantedWidth } from './word-blocks.ts';
import { body, character, fonts, fontTable, sectionProperties, size } from './word-format.ts';
import { imprint, pageFooter } from './word-frames.ts';
import { stylesXml } from './word-styles.ts';

/** A bulletin as .docx. Its numbers are plain text: no links, no check codes. */
export async function wordOf(paper: Paper): Promise<Buffer> {
  const { text: main, annexes } = partsOf(paper.content.blocks);
  const sections = [section(await mainText(paper, main, annexes), false)];
  for (const [index, annex] of annexes.entries()) {
    const across = isWide(annex);
    sections.push(section(await annexText(paper, annex, annexMark(annexes, index), across), across));
  }
  if (paper.type.official) addImprint(paper, sections, isWide(annexes.at(-1)));
  const document = new Document({
    title: plain(paper.content.title),
    creator: paper.issuer,
    lastModifiedBy: paper.issuer,
    description: closingLine(paper),
    compatibility: { version: 15, balanceSingleByteDoubleByteWidth: true },
    // 7.5: odd pages to the right, even pages to the left.
    evenAndOddHeaderAndFooters: true,
    defaultTabStop: 2 * character,
    externalStyles: stylesXml(),
    numbering: { config: [{ reference: heading_numbers, levels: headingLevels() }] },
    sections,
  });
  return Packer.toBuffer(document, undefined, [{ path: 'word/fontTable.xml', data: fontTable() }]);
}

type Children = (Paragraph | Table)[];

/** 7.4: at the foot of the last page; where that lies across, on an upright one after it. */
function addImprint(paper: Paper, sections: ReturnType<typeof section>[], across: boolean): void {
  if (across) sections.push(section(imprint(paper), false));
  else sections.at(-1)!.children.push(...imprint(paper));
}

/** 附件 with its number where there are several (7.3.4, 7.3.7). */
function annexMark(annexes: readonly Part[], index: number): string {
  return annexes.length > 1 ? `附件${index + 1}` : '附件';
}

async function mainText(
  paper: Paper,
  blocks: readonly Block<CitedFigure>[],
  annexes: readonly Part[],
): Promise<Children> {
  return [
    ...(paper.type.official ? redHead(paper) : []),
    ...title(plain(paper.content.title)),
    blank(),
    ...(paper.addressee ? [new Paragraph({ children: [new TextRun(`${paper.addressee}：`)] })] : []),
    ...(await blocksOf(paper, blocks, body.width)),
    ...annexList(annexes),
    ...signature(paper),
    ...notes(paper),
  ];
}

async function blocksOf(
  paper: Paper,
  blocks: readonly Block<CitedFigure>[],
  width: number,
): Promise<Children> {
  const children: Children = [];
  for (const block of blocks) children.push(...(await blockOf(paper, block, width)));
  return children;
}

/** 7.2.4 发文机关标志, 35 mm below the top of the 版心; 7.2.5 发文字号 two lines below; 7.2.7 a red line 4 mm under it. */
function redHead({ issuer, document_number }: Paper): Children {
  const mark = `${issuer}文件`;
  // As large as one line holds; the letters of a long name are set narrow rather than small.
  const whole = ((body.width / 20) * 0.98) / ems(mark);
  const points = Math.min(56, Math.max(whole, 42));
  const scale = Math.max(50, Math.floor(Math.min(1, whole / points) * 100));
  const red = 'FF0000';
  const under = { style: BorderStyle.SINGLE, size: 12, color: red, space: 11 };
  return [
    new Paragraph({
      style: 'mark',
      children: [new TextRun({ text: mark, size: Math.floor(points) * 2, scale })],
    }),
    ...(document_number ? [blank(), blank()] : []),
    new Paragraph({
      alignment: AlignmentType.CENTER,
      border: { bottom: under },
      children: [new TextRun(document_number ?? '')],
    }),
    blank(),
    blank(),
  ];
}

/** 7.3.1: 2 号小标宋, centred, in lines that keep words whole. */
function title(words: string): Paragraph[] {
  return titleLines(words, body.width / 20 / (size.two / 2)).map(
    (line) => new Paragraph({ style: 'Title', children: [new TextRun(line)] }),
  );
}

/** 7.3.4 附件说明: a line below the text, two characters in; names that go on hang under their first character. */
function annexList(annexes: readonly Part[]): Children {
  if (annexes.length === 0) return [];
  const several = annexes.length > 1;
  const items = annexes.map(({ title: name }, index) => {
    const before = index === 0 ? '附件：' : '';
    const number = several ? `${index + 1}. ` : '';
    // 附件： is three characters wide, the number one and a half.
    const hanging = (several ? 1.5 : 0) + (index === 0 ? 3 : 0);
    const left = 2 + 3 + (several ? 1.5 : 0);
    return new Paragraph({
      indent: { left: Math.round(left * character), hanging: Math.round(hanging * character) },
      children: [new TextRun(`${before}${number}${name}`)],
    });
  });
  return [blank(), ...items];
}

/** 7.3.5.1: the date four characters from the right, the issuer above it and centred over it. */
function signature(paper: Paper): Children {
  const date = dateOf(paper);
  const over = (ems(paper.issuer) - ems(date)) / 2;
  // A name that is longer than there is room for pushes the date to the left.
  const date_in = Math.max(4, over);
  const right = (words: string, characters: number): Paragraph =>
    new Paragraph({
      alignment: AlignmentType.RIGHT,
      indent: { right: Math.round(characters * character) },
      keepLines: true,
      keepNext: words === paper.issuer,
      children: [new TextRun(words)],
    });
  return [blank(), blank(), right(paper.issuer, Math.max(0, date_in - over)), right(date, date_in)];
}

/** 7.3.6 附注: in parentheses, two characters in, under the date. */
function notes(paper: Paper): Children {
  const lines = [
    ...(paper.objections_until
      ? [`对以上内容有异议的，请于${dayText(paper.objections_until, 'zh')}前（含当日）反映`]
      : []),
    ...(paper.contact ? [`联系人和联系方式：${paper.contact}`] : []),
    ...(paper.type.official ? [] : paper.content.signature),
    closingLine(paper),
    ...(paper.synthetic ? ['演示数据'] : []),
  ];
  return lines.map((line) => new Paragraph({ style: 'note', text: `（${line.replace(/。$/, '')}）` }));
}

/** 7.3.7: 附件 and its number in 3 号黑体 at the top left, its title centred on the third line. */
async function annexText(paper: Paper, annex: Part, mark: string, across: boolean): Promise<Children> {
  return [
    new Paragraph({ children: [new TextRun({ text: mark, font: fonts.first })] }),
    blank(),
    ...title(annex.title),
    blank(),
    ...(await blocksOf(paper, annex.blocks, across ? body.height : body.width)),
  ];
}

function isWide(annex: Part | undefined): boolean {
  return (annex?.blocks ?? []).some(
    (block) => block.kind === 'table' && wantedWidth(block.head) > body.width,
  );
}

function section(children: Children, across: boolean) {
  const { RIGHT, LEFT } = AlignmentType;
  const footers = { default: pageFooter(RIGHT, across), even: pageFooter(LEFT, across) };
  return { properties: sectionProperties(across), footers, children };
}

/** 7.3.3: 一、 and （一） stand two characters in, with nothing between number and heading. */
function headingLevels() {
  const level = (
    number: number,
    format: typeof LevelFormat.CHINESE_COUNTING | typeof LevelFormat.DECIMAL,
    text: string,
  ) => ({
    level: number,
    format,
    text,
    alignment: AlignmentType.LEFT,
    suffix: LevelSuffix.NOTHING,
    style: { paragraph: { indent: { firstLine: 2 * character, firstLineChars: 200 } } },
  });
  return [level(0, LevelFormat.CHINESE_COUNTING, '%1、'), level(1, LevelFormat.CHINESE_COUNTING, '（%2）')];
}
