import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutoffOf } from '../kit/clock.ts';
import { registry } from '../registry.ts';
import { type Block, type Citation, type Content, numbersOf, type Piece } from './content.ts';
import { parseText } from './markup.ts';
import type { Scene } from './scene.ts';

const scene: Scene = {
  cutoff: cutoffOf('2021-09-03T09:00'),
  entry_no: 1,
  district: { code: '440404', name: '金湾区' },
  figures: registry,
  names: new Map([
    [
      'field',
      new Map([
        ['education', '基础教育'],
        ['health', '医疗卫生'],
      ]),
    ],
    [
      'area',
      new Map([
        ['440404', '区本级'],
        ['440404100', '三灶镇'],
      ]),
    ],
    ['unit', new Map([['jyj', '区教育局']])],
    ['stage', new Map([['primary', '小学']])],
    ['dose', new Map([['1', '第一针']])],
  ]),
  pictures: [
    {
      position: 1,
      file_digest: 'f'.repeat(64),
      alt: '教室',
      caption: '托管班',
      source: '教育局',
      width: 800,
      height: 600,
    },
  ],
};
const parse = (text: string) => parseText('', text, scene);
const figure = (text: string) => numbersOf(parse(text).content);

const rows: readonly [string, string, unknown][] = [
  ['a heading of the first level', '# 总体进展', { kind: 'heading', text: '总体进展' }],
  ['a heading of the second level', '## 基础教育', { kind: 'heading', level: 2, text: '基础教育' }],
  ['a paragraph', '一段话。', { kind: 'paragraph', pieces: ['一段话。'] }],
  [
    'a figure in a paragraph',
    '共[[ledger.total]]个',
    { kind: 'paragraph', pieces: ['共', { figure: 'ledger.total' }, '个'] },
  ],
  [
    'a figure by its Chinese name and the name of its key',
    '[[完成项目数 领域=基础教育]]',
    { kind: 'paragraph', pieces: [{ figure: 'ledger.completed', by: 'field', key: 'education' }] },
  ],
  [
    'a figure up to another moment',
    '[[vaccination.doses dose=1 cutoff=2021-09-01]]',
    {
      kind: 'paragraph',
      pieces: [{ figure: 'vaccination.doses', by: 'dose', key: '1', cutoff: cutoffOf('2021-09-01') }],
    },
  ],
  [
    'the cut-off in words',
    '截至[[cutoff]]，以及[[cutoff 2021-09-01]]。',
    { kind: 'paragraph', pieces: ['截至2021年9月3日9时，以及2021年9月1日24时。'] },
  ],
  [
    'a table with heads of its own',
    '[[table ledger.total, ledger.completed by=field caption=附表一 分领域 heads=梳理、完成]]',
    {
      kind: 'table',
      caption: '附表一 分领域',
      head: ['领域', '梳理', '完成'],
      rows: [
        [
          '基础教育',
          { figure: 'ledger.total', by: 'field', key: 'education' },
          { figure: 'ledger.completed', by: 'field', key: 'education' },
        ],
        [
          '医疗卫生',
          { figure: 'ledger.total', by: 'field', key: 'health' },
          { figure: 'ledger.completed', by: 'field', key: 'health' },
        ],
      ],
    },
  ],
  [
    'a chart, written in Chinese',
    '[[图表 完成项目数 按=地区 标题=分镇]]',
    {
      kind: 'chart',
      caption: '分镇',
      unit: '个',
      bars: [
        { label: '区本级', number: { figure: 'ledger.completed', by: 'area', key: '440404' } },
        { label: '三灶镇', number: { figure: 'ledger.completed', by: 'area', key: '440404100' } },
      ],
    },
  ],
  [
    'a picture by its number',
    '[[picture 1]]',
    {
      kind: 'picture',
      file: 'f'.repeat(64),
      alt: '教室',
      caption: '托管班',
      source: '教育局',
      width: 800,
      height: 600,
    },
  ],
  ['an annex', '附件：分镇情况', { kind: 'annex', title: '分镇情况' }],
];
for (const [what, text, block] of rows) {
  test(`${what} is read as one`, () => {
    const { content, faults } = parse(text);
    assert.deepEqual(faults, []);
    assert.deepEqual(content.blocks, [block]);
  });
}

test('a question takes the answers that follow it, and signatures stand at the end wherever they are written', () => {
  const { content, faults } = parse('落款：统筹办\n问：多少？\n答：[[ledger.total]]个。\n答：还在办。');
  assert.deepEqual(faults, []);
  assert.deepEqual(content.signature, ['统筹办']);
  assert.deepEqual(content.blocks, [
    { kind: 'question', question: '多少？', answer: [{ figure: 'ledger.total' }, '个。', '\n', '还在办。'] },
  ]);
});

const wrong: readonly [string, string, RegExp][] = [
  ['an unknown figure', '\n[[ledger.totl]]', /没有叫“ledger\.totl”的指标/],
  ['a key that there is not', '\n[[ledger.total field=空]]', /领域里没有“空”。可以写：基础教育、医疗卫生/],
  ['a dimension that the figure has not', '\n[[ledger.total dose=1]]', /不能按“dose”取数，可以按：领域/],
  ['two dimensions', '\n[[ledger.total field=health area=440404]]', /只能按一个维度/],
  ['a later cut-off', '\n[[ledger.total cutoff=2021-09-04]]', /晚于全文的截止时点/],
  ['a cut-off that is none', '\n[[ledger.total cutoff=昨天]]', /截止时间应写成/],
  ['a bracket left open', '\n共[[ledger.total个', /方括号不成对/],
  ['a table within a line', '\n见[[table ledger.total by=field caption=一]]', /自己占一行/],
  ['a table without a dimension', '\n[[table ledger.total caption=一]]', /请写明按什么列出/],
  [
    'heads that do not fit',
    '\n[[table ledger.total by=field caption=一 heads=甲、乙]]',
    /表头有 2 个，指标有 1 个/,
  ],
  ['a picture that there is not', '\n[[picture 7]]', /没有第 7 张图片/],
  ['an answer without a question', '\n答：好', /前面没有“问：”/],
  ['a figure in a heading', '\n# 完成[[ledger.total]]个', /标题、问题和附件名里不能放指标/],
];
for (const [what, text, says] of wrong) {
  test(`${what} is told with its line and what to do`, () => {
    const { faults } = parse(text);
    assert.ok(faults.length >= 1);
    assert.equal(faults[0]!.line, 2);
    assert.match(faults[0]!.message.zh, says);
  });
}

test('a fault in the title is in line 0', () => {
  assert.equal(parseText('[[nothing]]', '', scene).faults[0]!.line, 0);
});

test('whatever is typed is read without an error, keeps its words, and names lines that there are', () => {
  const bits = fc.constantFrom(
    '[[',
    ']]',
    'ledger.total',
    ' by=',
    'field',
    '# ',
    '问：',
    '答：',
    '\n',
    '附件：',
    '落款：',
    'table ',
    '截至',
    '=',
    '12',
    '个',
  );
  const typed = fc
    .array(fc.oneof(bits, fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 30 })
    .map((all) => all.join(''));
  fc.assert(
    fc.property(typed, (text) => {
      const { content, faults, lines } = parse(text);
      const many = text.split(/\r\n|\r|\n/).length;
      assert.ok(faults.every(({ line }) => line >= 1 && line <= many));
      assert.equal(lines.length, content.blocks.length);
      assert.ok(numbersOf(content).every((one) => scene.figures.has(one.figure)));
    }),
  );
});

/** How a text would have been typed. */
function typed({ blocks, signature }: Content<Citation>): string {
  const inline = (pieces: Piece<Citation>[]) =>
    pieces
      .map((piece) =>
        typeof piece === 'string'
          ? piece
          : `[[${piece.figure}${piece.by ? ` ${piece.by}=${piece.key}` : ''}]]`,
      )
      .join('');
  const line = (block: Block<Citation>) => {
    if (block.kind === 'heading') return `${block.level === 2 ? '##' : '#'} ${block.text}`;
    if (block.kind === 'annex') return `附件：${block.title}`;
    if (block.kind === 'question') return `问：${block.question}\n答：${inline(block.answer)}`;
    assert.equal(block.kind, 'paragraph');
    return inline((block as Block<Citation> & { kind: 'paragraph' }).pieces);
  };
  return [...blocks.map(line), ...signature.map((one) => `落款：${one}`)].join('\n');
}

const words = fc.string({
  unit: fc.constantFrom(...'完成情况良好三灶镇，。（）'),
  minLength: 1,
  maxLength: 12,
});
const citation: fc.Arbitrary<Citation> = fc.constantFrom<Citation>(
  { figure: 'ledger.total' },
  { figure: 'ledger.completed', by: 'field', key: 'health' },
  { figure: 'vaccination.doses', by: 'dose', key: '1' },
);
const pieces = fc
  .array(fc.tuple(words, citation), { minLength: 1, maxLength: 4 })
  .map((pairs) => pairs.flat() as Piece<Citation>[]);
const block: fc.Arbitrary<Block<Citation>> = fc.oneof(
  words.map((text): Block<Citation> => ({ kind: 'heading', text })),
  words.map((text): Block<Citation> => ({ kind: 'heading', level: 2, text })),
  words.map((title): Block<Citation> => ({ kind: 'annex', title })),
  pieces.map((list): Block<Citation> => ({ kind: 'paragraph', pieces: list })),
  fc
    .tuple(words, pieces)
    .map(([question, answer]): Block<Citation> => ({ kind: 'question', question, answer })),
);

test('what is typed is what is read, for any text', () => {
  const content = fc.record({
    title: fc.constant<Piece<Citation>[]>([]),
    blocks: fc.array(block, { maxLength: 12 }),
    signature: fc.array(words, { maxLength: 2 }),
  });
  fc.assert(
    fc.property(content, (made) => {
      const { content: read, faults } = parse(typed(made));
      assert.deepEqual(faults, []);
      assert.deepEqual(read, { ...made, title: [] });
    }),
  );
});

test('a number keeps its place and its order among the words', () => {
  assert.deepEqual(
    figure('[[ledger.total]]和[[ledger.completed]]\n[[ledger.overdue]]').map((one) => one.figure),
    ['ledger.total', 'ledger.completed', 'ledger.overdue'],
  );
});
