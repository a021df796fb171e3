import { character, fonts, imprint_line, line_pitch, size } from './word-format.ts';

/** Letters stand closer by this, in twips, so that 28 of them and not 27 fill a line (5.2.3). */
const closer = -7;

/** What a style sets: its font and size in half points, and how its paragraphs stand. */
interface Style {
  id: string;
  name: string;
  font?: (typeof fonts)[keyof typeof fonts];
  size?: number;
  /** Children of w:pPr in the order of the schema. */
  paragraph?: string;
  color?: string;
}

const two_in = `<w:ind w:firstLineChars="200" w:firstLine="${2 * character}"/>`;
const centred = '<w:jc w:val="center"/>';
const line = (twips: number, rule = 'exact') =>
  `<w:spacing w:before="0" w:after="0" w:line="${twips}" w:lineRule="${rule}"/>`;

const styles: readonly Style[] = [
  { id: 'Title', name: 'Title', font: fonts.title, size: size.two, paragraph: `<w:keepNext/>${centred}` },
  {
    id: 'Heading1',
    name: 'heading 1',
    font: fonts.first,
    paragraph: `<w:keepNext/>${two_in}<w:outlineLvl w:val="0"/>`,
  },
  {
    id: 'Heading2',
    name: 'heading 2',
    font: fonts.second,
    paragraph: `<w:keepNext/>${two_in}<w:outlineLvl w:val="1"/>`,
  },
  { id: 'body', name: '正文段落', paragraph: `${two_in}<w:jc w:val="both"/>` },
  // An address is not broken, so lines before it would be torn apart if they were straight at both edges.
  { id: 'note', name: '附注', paragraph: `${two_in}<w:jc w:val="left"/>` },
  { id: 'question', name: '问', font: fonts.first, paragraph: `<w:keepNext/>${two_in}<w:jc w:val="both"/>` },
  { id: 'caption', name: '图表题', font: fonts.first, size: size.four, paragraph: centred },
  { id: 'cell', name: '表中文字', size: size.small_four, paragraph: line(400) },
  // An exact line would cut a picture off.
  { id: 'picture', name: '图', paragraph: `${line(240, 'auto')}${centred}` },
  {
    id: 'mark',
    name: '发文机关标志',
    font: fonts.title,
    color: 'FF0000',
    paragraph: `<w:spacing w:before="1984" w:after="0" w:line="240" w:lineRule="auto"/>${centred}`,
  },
  {
    id: 'imprint',
    name: '版记',
    size: size.four,
    paragraph: `${line(imprint_line)}<w:ind w:left="280" w:right="280"/>`,
  },
  { id: 'end', name: '末行', size: 2, paragraph: line(20) },
  { id: 'page', name: '页码', font: fonts.page, size: size.four, paragraph: line(size.four * 10) },
];

/**
 * The styles of a document. Lines and letters have the pitch of the grid by themselves and do not snap to it: Word, WPS and
 * LibreOffice then break the same lines, where LibreOffice would give a letter of 16 pt two cells of 15.8. No room is added
 * between digits and Chinese, which would take it from the 28.
 */
export function stylesXml(): string {
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr>${fontXml(fonts.body)}<w:sz w:val="${size.three}"/><w:szCs w:val="${size.three}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults><w:style w:type="paragraph" w:styleId="Normal" w:default="1"><w:name w:val="Normal"/><w:qFormat/><w:pPr><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>${line(line_pitch)}</w:pPr><w:rPr>${fontXml(fonts.body)}<w:snapToGrid w:val="0"/><w:spacing w:val="${closer}"/><w:sz w:val="${size.three}"/><w:szCs w:val="${size.three}"/></w:rPr></w:style><w:style w:type="table" w:styleId="TableNormal" w:default="1"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>${styles.map(styleXml).join('')}</w:styles>`;
}

function styleXml({ id, name, font, size: half_points, paragraph = '', color }: Style): string {
  // Only text of 3 号 is set closer: its line is what the standard counts.
  const run = [
    font ? fontXml(font) : '',
    color ? `<w:color w:val="${color}"/>` : '',
    half_points ? `<w:spacing w:val="0"/><w:sz w:val="${half_points}"/><w:szCs w:val="${half_points}"/>` : '',
  ].join('');
  return `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>${paragraph}</w:pPr><w:rPr>${run}</w:rPr></w:style>`;
}

function fontXml({ ascii, hAnsi, cs, eastAsia }: (typeof fonts)['body']): string {
  return `<w:rFonts w:ascii="${ascii}" w:hAnsi="${hAnsi}" w:eastAsia="${eastAsia}" w:cs="${cs}"/>`;
}
