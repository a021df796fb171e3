// The slides, opened: how many, what numbers they say, and that nothing stands beyond their edges.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numbersIn, samplePaper, unzipped } from '../../../test/support/paper.ts';
import { type Block, type CitedFigure, numbersOf } from '../content.ts';
import { linesOf } from './measure.ts';
import type { Paper } from './paper.ts';
import { slidesOf } from './slides.ts';

const [width, height] = [12_192_000, 6_858_000];

interface Opened {
  slides: string[];
  notes: string[];
  files: Map<string, string>;
}

async function opened(paper: Paper): Promise<Opened> {
  const files = unzipped(await slidesOf(paper));
  const numbered = (folder: string, name: string) =>
    [...files]
      .filter(([path]) => new RegExp(`^ppt/${folder}/${name}\\d+\\.xml$`).test(path))
      .sort(([a], [b]) => Number(/\d+/.exec(a)![0]) - Number(/\d+/.exec(b)![0]))
      .map(([, xml]) => xml);
  return { files, slides: numbered('slides', 'slide'), notes: numbered('notesSlides', 'notesSlide') };
}

/** The paragraphs of a slide as plain words. */
function paragraphs(xml: string): string[] {
  return [...xml.matchAll(/<a:p>(.*?)<\/a:p>/g)].map(([, content]) =>
    [...content!.matchAll(/<a:t>([^<]*)<\/a:t>/g)].map(([, words]) => words).join(''),
  );
}

/** The text boxes of a slide: where they stand, in EMU, and what they say at which size. */
function boxes(xml: string) {
  return [...xml.matchAll(/<p:sp>(.*?)<\/p:sp>/gs)].map(([, shape]) => {
    const [, x, y] = /<a:off x="(-?\d+)" y="(-?\d+)"\/>/.exec(shape!)!.map(Number);
    const [, w, h] = /<a:ext cx="(\d+)" cy="(\d+)"\/>/.exec(shape!)!.map(Number);
    const sizes = [...shape!.matchAll(/<a:rPr[^>]* sz="(\d+)"/g)].map(([, size]) => Number(size) / 100);
    return {
      x: x!,
      y: y!,
      w: w!,
      h: h!,
      texts: paragraphs(shape!).filter(Boolean),
      size: Math.max(0, ...sizes),
      sizes,
    };
  });
}

function few(n: (text: string, unit?: string) => CitedFigure): Block<CitedFigure>[] {
  const second: Block<CitedFigure> = {
    kind: 'table',
    caption: '各镇情况',
    head: ['镇', '完成（个）'],
    rows: ['三灶镇', '红旗镇', '南水镇'].map((name, index) => [name, n(index ? String(31 + index) : '＊')]),
  };
  const lines = [
    '建成学校',
    n('6', '所'),
    '所。加装电梯',
    n('12', '部'),
    '部。改造公厕',
    n('9', '座'),
    '座。',
  ];
  return [{ kind: 'paragraph', pieces: lines }, second];
}

function many(n: (text: string, unit?: string) => CitedFigure): Block<CitedFigure>[] {
  return Array.from({ length: 20 }, (_, index): Block<CitedFigure>[] => [
    { kind: 'heading', text: `第${index + 1}个领域` },
    { kind: 'paragraph', pieces: [`${'办理的事情很多，'.repeat(20)}共`, n(String(1000 + index)), '件。'] },
    {
      kind: 'table',
      caption: `第${index + 1}张表`,
      head: ['单位', '件'],
      rows: Array.from({ length: 25 }, (_, row) => [
        `很长很长的单位名称之第${row + 1}科室和下属事业单位`,
        n(String(2000 + row)),
      ]),
    },
  ]).flat();
}

const papers = [
  ['everything', samplePaper()],
  ['few', samplePaper({}, few)],
  ['many', samplePaper({}, many)],
] as const;

for (const [name, paper] of papers) {
  test(`a bulletin (${name}) gives 8 to 12 slides of 16:9, each with notes`, async () => {
    const { slides, notes, files } = await opened(paper);
    assert.ok(slides.length >= 8 && slides.length <= 12, String(slides.length));
    assert.equal(notes.length, slides.length);
    assert.match(files.get('ppt/presentation.xml')!, new RegExp(`<p:sldSz cx="${width}" cy="${height}"`));
  });

  test(`every number on the slides and in the notes is one of the bulletin (${name})`, async () => {
    const { slides, notes } = await opened(paper);
    const known = new Set([
      ...numbersOf(paper.content).map(({ text }) => text),
      // How a deck speaks of itself: its pages and how much of a table it shows.
      ...Array.from({ length: 12 }, (_, index) => String(index + 1)),
    ]);
    let found = 0;
    const own = /^\d+\/\d+$|（前\d+[行列]，其余见公报）/g;
    for (const xml of [...slides, ...notes]) {
      const words = paragraphs(xml).map((text) =>
        text
          .replace(own, '')
          .replace(/指标\d+/g, '')
          .replace(/（\d+\/\d+）$/, ''),
      );
      for (const number of words.flatMap(numbersIn)) {
        found++;
        assert.ok(known.has(number), `${number} in ${words.join(' | ')}`);
      }
    }
    assert.ok(found > 10, String(found));
  });

  test(`nothing stands beyond a slide, no text is larger than its box, and none but the foot is below 20 pt (${name})`, async () => {
    const { slides } = await opened(paper);
    let measured = 0;
    for (const [index, xml] of slides.entries()) {
      for (const { x, y, w, h, texts, size, sizes } of boxes(xml)) {
        assert.ok(x >= 0 && y >= 0 && x + w <= width && y + h <= height, `slide ${index + 1}: ${texts}`);
        if (texts.length === 0) continue;
        measured++;
        const rows = texts.reduce((sum, text) => sum + linesOf(text, w / 12_700 / size), 0);
        assert.ok(
          rows * size * 1.45 <= h / 12_700 || (rows === 1 && size * 1.2 <= h / 12_700),
          `slide ${index + 1}: ${texts} at ${size}`,
        );
        if (y < 6_300_000) assert.ok(Math.min(...sizes) >= 20, `slide ${index + 1}: ${texts} at ${sizes}`);
      }
      const frame =
        /<p:graphicFrame>.*?<a:off x="(\d+)" y="(\d+)"\/>\s*<a:ext cx="(\d+)" cy="(\d+)"\/>/s.exec(xml);
      if (frame) {
        const [x, y, w] = frame.slice(1).map(Number);
        const rows = [...xml.matchAll(/<a:tr h="(\d+)"/g)].reduce((sum, [, one]) => sum + Number(one), 0);
        assert.ok(
          x! + w! <= width && y! + rows <= 6_858_000 - 300_000,
          `slide ${index + 1}: a table of ${rows}`,
        );
      }
    }
    assert.ok(measured > 20, String(measured));
  });
}

test('the notes have the full paragraphs, and for each number up to when it is and where its release is', async () => {
  const paper = samplePaper();
  const { notes } = await opened(paper);
  const all = notes.flatMap(paragraphs).join('\n');
  for (const block of paper.content.blocks) {
    if (block.kind !== 'paragraph') continue;
    const text = block.pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
    assert.ok(all.includes(text), text);
  }
  for (const { text, unit, release_id } of numbersOf(paper.content)) {
    assert.ok(
      all.includes(`${text}${unit}，截至2021年9月2日24时，https://ss.example.gov.cn/releases/${release_id}`),
      text,
    );
  }
});

test('tables and charts are native, so that they can be edited, and bars carry their numbers', async () => {
  const { slides, files } = await opened(samplePaper());
  assert.ok(slides.some((xml) => xml.includes('<a:tbl>')));
  const chart = [...files].find(([name]) => /^ppt\/charts\/chart\d+\.xml$/.test(name))![1];
  assert.deepEqual(
    [.../<c:val>.*?<\/c:val>/s.exec(chart)![0].matchAll(/<c:v>([\d.]+)<\/c:v>/g)].map(([, value]) =>
      Number(value),
    ),
    [80, 81.1, 82.2, 83.3],
  );
  assert.match(chart, /<c:showVal val="1"\/>/);
  assert.ok([...files.keys()].some((name) => /^ppt\/embeddings\/.+\.xlsx$/.test(name)));
});

test('what is late has a slide of its own, and the last one says where to check', async () => {
  const { slides } = await opened(samplePaper());
  const texts = slides.map((xml) => paragraphs(xml).join('\n'));
  assert.ok(texts.some((text) => /还没有按期完成的/.test(text) && /28/.test(text)));
  assert.match(texts.at(-1)!, /怎样核对[\s\S]*https:\/\/ss\.example\.gov\.cn\/bulletins\/2021-007/);
});
