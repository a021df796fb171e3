// The measures of GB/T 9704-2012《党政机关公文格式》. Twips: 1/20 pt, 1 mm = 56.69.
import { DocumentGridType, type ISectionPropertiesOptions } from 'docx';

const mm = (length: number) => Math.round((length * 1440) / 25.4);

/** 4.2.1, 5.2.1: A4, 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm. */
const page = { width: mm(210), height: mm(297), top: mm(37), left: mm(28) };
/** The width and height of the 版心 (5.2.1). */
export const body = { width: mm(156), height: mm(225) };
/** Sizes by number (号) in half points, as Word has them. */
export const size = { two: 44, three: 32, four: 28, small_four: 24, five: 21 };
/** 5.2.3: 22 lines to a page, so a line is 225 mm / 22, rounded down to let the last one in. */
const lines = 22;
export const line_pitch = Math.floor(body.height / lines);
/** 5.2.3: 28 characters to a line; the character pitch is told as what it is wider than 3 号, in 1/4096 pt. */
const characters = 28;
const character_pitch = body.width / 20 / characters;
const character_space = Math.floor((character_pitch - size.three / 2) * 4096);
/** The width of one character on the grid. */
export const character = Math.round(character_pitch * 20);
/**
 * 7.5: the dashes of the page number stand 7 mm below the 版心: in the middle of its line of 14 pt. Across, that is 7 mm to the left,
 * in a frame as long as the 版心 is wide.
 */
const dashes = mm(297 - 37 - 225 - 7);
const frame = 400;
export const page_number = {
  footer: dashes - size.four * 5,
  across: { width: frame, left: dashes - frame / 2, top: page.left },
};

/** 7.4: how high a line of the imprint is. */
export const imprint_line = 400;

/** A font for Chinese; digits and Latin letters are in Times New Roman beside it. */
function font(eastAsia: string) {
  return { ascii: 'Times New Roman', hAnsi: 'Times New Roman', cs: 'Times New Roman', eastAsia };
}

/** 5.2.2, 7.2.4, 7.3.1, 7.3.3: fonts by what they are for. */
export const fonts = {
  body: font('仿宋_GB2312'),
  title: font('方正小标宋简体'),
  first: font('黑体'),
  second: font('楷体_GB2312'),
  /** 7.5: 宋体 for page numbers, digits too (半角宋体阿拉伯数字). */
  page: { ascii: '宋体', hAnsi: '宋体', cs: '宋体', eastAsia: '宋体' },
};

/** Where a computer lacks a font, these stand for it, in Word and in WPS. */
const stand_ins: readonly (readonly [name: string, other: string, family: string])[] = [
  ['仿宋_GB2312', 'FangSong', 'modern'],
  ['楷体_GB2312', 'KaiTi', 'modern'],
  ['方正小标宋简体', 'SimSun', 'auto'],
  ['黑体', 'SimHei', 'modern'],
  ['宋体', 'SimSun', 'auto'],
];

/** The table of fonts with what stands for each (ECMA-376 part 1, 17.8.3.1 altName). */
export function fontTable(): string {
  const entries = stand_ins.map(
    ([name, other, family]) =>
      `<w:font w:name="${name}"><w:altName w:val="${other}"/><w:charset w:val="86"/><w:family w:val="${family}"/><w:pitch w:val="default"/></w:font>`,
  );
  const latin =
    '<w:font w:name="Times New Roman"><w:panose1 w:val="02020603050405020304"/><w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>';
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">${entries.join('')}${latin}</w:fonts>`;
}

/** A page of A4 with the grid of the standard; 8: a table that is wide lies across, bound at its top. */
export function sectionProperties(across: boolean): ISectionPropertiesOptions {
  const { width, height, top, left } = page;
  const [bottom, right] = [height - top - body.height, width - left - body.width];
  // A page that lies across is the upright one turned: its head is at the 订口.
  const margin = across
    ? { top: left, right: top, bottom: right, left: bottom, header: mm(15), footer: mm(10) }
    : { top, right, bottom, left, header: mm(15), footer: page_number.footer };
  return {
    page: {
      size: { width, height, orientation: across ? 'landscape' : 'portrait' },
      margin: { ...margin, gutter: 0 },
    },
    grid: {
      type: DocumentGridType.LINES_AND_CHARS,
      linePitch: line_pitch,
      charSpace: character_space,
    },
  };
}
