// The Word file, opened and measured against GB/T 9704-2012.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { numbersIn, samplePaper, unzipped } from '../../../test/support/paper.ts';
import { numbersOf } from '../content.ts';
import type { Paper } from './paper.ts';
import { wordOf } from './word.ts';

let paper: Paper;
let files: Map<string, string>;
let document: string;
before(async () => {
  paper = samplePaper();
  files = unzipped(await wordOf(paper));
  document = files.get('word/document.xml')!;
});

const millimetres = (twips: string) => (Number(twips) / 1440) * 25.4;

/** The attributes of the first element of a name. */
function attributes(xml: string, name: string): Record<string, string> {
  const found = new RegExp(`<w:${name}\\b([^>]*?)/?>`).exec(xml);
  assert.ok(found, name);
  return Object.fromEntries(
    [...found[1]!.matchAll(/w:(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
}

function style(id: string): string {
  const found = new RegExp(`<w:style [^>]*w:styleId="${id}".*?</w:style>`).exec(
    files.get('word/styles.xml')!,
  );
  assert.ok(found, id);
  return found[0];
}

const sections = () => document.match(/<w:sectPr\b.*?<\/w:sectPr>/g)!;
/** Paragraphs with the style and text of each; those in tables too. */
const paragraphs = (xml = document) =>
  [...xml.matchAll(/<w:p>(.*?)<\/w:p>|<w:p\/>/g)].map(([, content = '']) => ({
    content,
    style: /<w:pStyle w:val="(\w+)"/.exec(content)?.[1],
    text: [...content.matchAll(/<w:t\b[^>]*>([^<]*)<\/w:t>/g)].map(([, words]) => words).join(''),
  }));
const tablesIn = (xml: string) => xml.match(/<w:tbl>.*?<\/w:tbl>/g)!;
const withText = (text: string) => paragraphs().find((one) => one.text === text)!;

test('an upright page is A4 with 37 mm above, 28 mm at the binding and a text area of 156 × 225 mm (5.2.1)', () => {
  const upright = sections().filter((section) => section.includes('w:orient="portrait"'));
  assert.equal(upright.length, 3);
  for (const section of upright) {
    const page = attributes(section, 'pgSz');
    const margin = attributes(section, 'pgMar');
    const near = (twips: number, wanted: number) =>
      assert.ok(Math.abs(millimetres(String(twips)) - wanted) < 0.1, `${twips} is ${wanted} mm`);
    near(Number(page.w), 210);
    near(Number(page.h), 297);
    near(Number(margin.top), 37);
    near(Number(margin.left), 28);
    near(Number(page.w) - Number(margin.left) - Number(margin.right), 156);
    near(Number(page.h) - Number(margin.top) - Number(margin.bottom), 225);
  }
});

test('22 lines fit on a page and 28 characters on a line, by the grid and by the text itself (5.2.3)', () => {
  const section = sections()[0]!;
  const [page, margin, grid] = ['pgSz', 'pgMar', 'docGrid'].map((name) => attributes(section, name));
  const width = Number(page!.w) - Number(margin!.left) - Number(margin!.right);
  const height = Number(page!.h) - Number(margin!.top) - Number(margin!.bottom);
  assert.equal(grid!.type, 'linesAndChars');
  assert.equal(Math.floor(height / Number(grid!.linePitch)), 22);
  assert.equal(Math.floor(width / 20 / (16 + Number(grid!.charSpace) / 4096)), 28);
  const normal = style('Normal');
  const spacing = attributes(/<w:pPr>.*?<\/w:pPr>/.exec(normal)![0], 'spacing');
  assert.deepEqual([spacing.lineRule, spacing.before, spacing.after], ['exact', '0', '0']);
  assert.equal(Math.floor(height / Number(spacing.line)), 22);
  const closer = Number(attributes(/<w:rPr>.*?<\/w:rPr>/.exec(normal)![0], 'spacing').val);
  assert.equal(Math.floor(width / (16 * 20 + closer)), 28);
});

test('text is in 3 号仿宋, the title in 2 号小标宋, headings in 黑体 and 楷体, all digits in Times New Roman (5.2.2, 7.3)', () => {
  const set = (id: string) => {
    const own = style(id);
    const fonts = own.includes('<w:rFonts')
      ? attributes(own, 'rFonts')
      : attributes(style('Normal'), 'rFonts');
    const size = own.includes('<w:sz ') ? own : style('Normal');
    return [fonts.eastAsia, fonts.ascii, attributes(size, 'sz').val];
  };
  assert.deepEqual(set('body'), ['仿宋_GB2312', 'Times New Roman', '32']);
  assert.deepEqual(set('Title'), ['方正小标宋简体', 'Times New Roman', '44']);
  assert.deepEqual(set('Heading1'), ['黑体', 'Times New Roman', '32']);
  assert.deepEqual(set('Heading2'), ['楷体_GB2312', 'Times New Roman', '32']);
  assert.deepEqual(set('page'), ['宋体', '宋体', '28']);
  const table = files.get('word/fontTable.xml')!;
  for (const [name, other] of [
    ['仿宋_GB2312', 'FangSong'],
    ['楷体_GB2312', 'KaiTi'],
    ['方正小标宋简体', 'SimSun'],
  ]) {
    assert.ok(table.includes(`<w:font w:name="${name}"><w:altName w:val="${other}"/>`), name);
  }
  assert.match(style('Title'), /<w:jc w:val="center"\/>/);
});

test('every paragraph of text stands two characters in (7.3.3), and the addressee does not (7.3.2)', () => {
  for (const id of ['body', 'Heading1', 'Heading2', 'note']) {
    assert.equal(attributes(style(id), 'ind').firstLineChars, '200', id);
  }
  const texts = paragraphs().filter(({ text }) => text.startsWith('尚有') || text.startsWith('截至2021年'));
  assert.equal(texts.length, 2);
  for (const one of texts) assert.equal(one.style, 'body');
  const addressee = withText('各镇人民政府，区直各单位：');
  assert.equal(addressee.style, undefined);
  assert.doesNotMatch(addressee.content, /<w:ind/);
});

test('headings are numbered 一、 and （一） by Word itself, without what was numbered by hand', () => {
  const levels = files.get('word/numbering.xml')!.match(/<w:lvl w:ilvl="[01]".*?<\/w:lvl>/g)!;
  const own = levels.filter((level) => level.includes('chineseCounting'));
  assert.deepEqual(
    own.map((level) => [attributes(level, 'lvlText').val, attributes(level, 'suff').val]),
    [
      ['%1、', 'nothing'],
      ['（%2）', 'nothing'],
    ],
  );
  const headings = paragraphs().filter((one) => one.style?.startsWith('Heading'));
  assert.deepEqual(
    headings.map((one) => [one.style, one.text, attributes(one.content, 'ilvl').val]),
    [
      ['Heading1', '总体进展', '0'],
      ['Heading2', '教育', '1'],
      ['Heading2', '疫苗接种', '1'],
      ['Heading1', '存在问题', '0'],
    ],
  );
});

test('pages are numbered in 4 号宋体 between dashes, odd ones to the right and even ones to the left, one character in (7.5)', () => {
  assert.match(files.get('word/settings.xml')!, /<w:evenAndOddHeaders\/>/);
  const relations = files.get('word/_rels/document.xml.rels')!;
  for (const section of sections()) {
    for (const [type, side] of [
      ['default', 'right'],
      ['even', 'left'],
    ] as const) {
      const id = new RegExp(`<w:footerReference w:type="${type}" r:id="(\\w+)"`).exec(section)![1]!;
      const target = new RegExp(`<Relationship [^>]*Id="${id}"[^>]*>`).exec(relations)![0];
      const footer = files.get(`word/${/Target="([^"]+)"/.exec(target)![1]}`)!;
      assert.match(footer, /— <\/w:t>.*<w:instrText[^>]*>PAGE<.* —<\/w:t>/);
      assert.equal(attributes(footer, 'jc').val, side);
      assert.equal(attributes(footer, 'ind')[side], '280');
      assert.match(footer, /<w:pStyle w:val="page"\/>/);
    }
  }
  // The middle of its line of 14 pt is where the dashes are: 7 mm below the text area.
  const margin = attributes(sections()[0]!, 'pgMar');
  const below = millimetres(String(Number(margin.bottom) - Number(margin.footer) - 140));
  assert.ok(Math.abs(below - 7) < 0.1, `${below} mm`);
});

test('an official document has a red head, its number and a red line; other papers have none (7.2)', async () => {
  const [mark, , , number] = paragraphs();
  assert.equal(mark!.text, '金湾区为民办实事领导小组办公室文件');
  assert.match(style('mark'), /<w:color w:val="FF0000"\/>/);
  assert.equal(Math.round(millimetres(attributes(style('mark'), 'spacing').before!)), 35);
  assert.equal(number!.text, '金实事办〔2021〕3号');
  assert.match(number!.content, /<w:bottom [^>]*w:color="FF0000"/);
  const plain = unzipped(await wordOf(samplePaper({ type: { title: '新闻稿', official: false } })));
  assert.doesNotMatch(plain.get('word/document.xml')!, /文件<|FF0000|〔2021〕/);
});

test('annexes are listed below the text and each begins a page with its number in 黑体 at the left (7.3.4, 7.3.7)', () => {
  assert.ok(withText('附件：1. 各村（居）项目完成情况表'));
  assert.ok(withText('2. 各单位任务分解一览表'));
  const pages = document.split(/<w:sectPr\b.*?<\/w:sectPr>/);
  for (const [index, page] of pages.slice(1, 3).entries()) {
    const [number, gap, title] = paragraphs(page).filter(({ content }) => !content.includes('<w:sectPr'));
    assert.equal(number!.text, `附件${index + 1}`);
    assert.match(number!.content, /w:eastAsia="黑体"/);
    assert.equal(gap!.text, '');
    assert.equal(title!.style, 'Title');
  }
});

test('the date is in Arabic numerals four characters from the right, the issuer above it and over its middle (7.3.5)', () => {
  const all = paragraphs();
  const date = all.findIndex(({ text }) => text === '2021年9月3日');
  const [above, own] = [all[date - 1]!, all[date]!];
  assert.equal(above.text, paper.issuer);
  const right = (one: { content: string }) => Number(attributes(one.content, 'ind').right ?? 0);
  // 28 characters are 156 mm, so four are 22.3 mm; a long name pushes the date further in.
  assert.ok(millimetres(String(right(own))) > 22, String(right(own)));
  assert.ok(right(above) < right(own));
  assert.equal(attributes(own.content, 'jc').val, 'right');
});

test('tables repeat their head on every page, tear no row and are not wider than their place; wide ones lie across', () => {
  const tables = tablesIn(document).slice(0, 2);
  const [upright, across] = [8845, 12757];
  for (const [index, table] of tables.entries()) {
    const [head, ...rows] = table.match(/<w:tr>.*?<\/w:tr>/g)!;
    assert.match(head!, /<w:tblHeader\/>/);
    for (const row of rows) assert.doesNotMatch(row, /<w:tblHeader/);
    for (const row of [head!, ...rows]) assert.match(row, /<w:cantSplit\/>/);
    const columns = [...table.matchAll(/<w:gridCol w:w="(\d+)"/g)].map(([, width]) => Number(width));
    const width = columns.reduce((total, one) => total + one, 0);
    assert.ok(width <= [upright, across][index]!, `${width}`);
  }
  assert.match(sections()[2]!, /w:orient="landscape"/);
});

test('an official document ends with who issued it and when, between lines at the foot of its last page (7.4)', () => {
  const last = tablesIn(document)[2]!;
  const [copies, issuer, day] = paragraphs(last).map(({ text }) => text);
  assert.equal(copies, '抄送：区委办公室，区人大常委会办公室，区政协办公室。');
  assert.deepEqual([issuer, day], ['金湾区为民办实事领导小组办公室', '2021年9月3日印发']);
  const borders = /<w:tblBorders>.*?<\/w:tblBorders>/.exec(last)![0];
  // Eighths of a point: 0.35 mm and 0.25 mm.
  assert.deepEqual(
    ['top', 'insideH', 'bottom'].map((name) => attributes(borders, name).sz),
    ['8', '6', '8'],
  );
  const from = Number(attributes(last, 'tblpPr').tblpY);
  const heights = [...last.matchAll(/<w:trHeight [^>]*w:val="(\d+)"/g)].map(([, height]) => Number(height));
  assert.equal(Math.round(millimetres(String(heights.reduce((sum, one) => sum + one, from)))), 225);
});

test('every number of the bulletin stands in the document as plain text, and no other number does', async () => {
  const known = numbersOf(paper.content).map(({ text }) => text);
  const said = paragraphs().flatMap(({ text }) => numbersIn(text));
  const charts = [...files].filter(([name]) => /charts\/chart\d+\.xml$/.test(name)).map(([, xml]) => xml);
  assert.equal(charts.length, 1);
  const drawn = [...charts[0]!.matchAll(/<c:val>.*?<\/c:val>/g)].flatMap(([xml]) =>
    [...xml.matchAll(/<c:v>([\d.]+)<\/c:v>/g)].map(([, value]) => Number(value)),
  );
  assert.deepEqual(drawn, [80, 81.1, 82.2, 83.3]);
  const bars = ['80.0', '81.1', '82.2', '83.3'];
  assert.deepEqual(said.toSorted(), known.filter((one) => !bars.includes(one)).toSorted());
  assert.doesNotMatch(document, /<w:hyperlink|releases\/|[0-9a-f]{32}/);
  const closing = paragraphs().find(({ text }) => text.includes('统计口径'))!;
  assert.match(closing.text, /截至2021年9月3日9时.*https:\/\/ss\.example\.gov\.cn\/bulletins\/2021-007/);
});

test('a picture is kept within the text area and its caption says whose it is', () => {
  const extent = /<wp:extent cx="(\d+)" cy="(\d+)"\/>/g;
  const sizes = [...document.matchAll(extent)].map(([, width, height]) => [
    Number(width) / 36_000,
    Number(height) / 36_000,
  ]);
  assert.equal(sizes.length, 2);
  for (const [width, height] of sizes)
    assert.ok(width! <= 156.1 && height! <= 160, `${width} × ${height} mm`);
  assert.ok([...files.keys()].some((name) => /^word\/media\/.+\.png$/.test(name)));
  assert.match(document, /descr="新落成的学校大门"/);
  assert.ok(withText('金山实验学校（区教育局供图）'));
});
