import sharp from 'sharp';
import type { Block, CitedFigure, Piece } from '../../src/bulletins/content.ts';
import type { Paper, Source } from '../../src/bulletins/papers/paper.ts';
import { cutoffOf } from '../../src/kit/clock.ts';
import { unzip } from '../../src/kit/zip.ts';

/** A number of a paper that is made up for a test; each is a release of its own. */
export type Numbers = (text: string, unit?: string, code?: string) => CitedFigure;

/** A paper made up for a test: a 通报 with all that there is, or only with the blocks that are given. */
export function samplePaper(
  more: Partial<Paper> = {},
  write: (n: Numbers) => Block<CitedFigure>[] = everything,
): Paper {
  const sources = new Map<number, Source>();
  const n: Numbers = (text, unit = '个', code = `ledger.${sources.size}`) => {
    const release_id = sources.size + 1;
    sources.set(release_id, {
      title: `指标${release_id}`,
      explanation: '截至时点已经梳理的项目，不论进展。',
      cutoff: cutoffOf('2021-09-02'),
      address: `https://ss.example.gov.cn/releases/${release_id}`,
      part: code === 'part',
    });
    return { release_id, code, text, unit };
  };
  const title: Piece<CitedFigure>[] = [
    '关于金湾区“我为群众办实事”项目完成率达',
    n('94.3', '%'),
    '%情况的通报',
  ];
  return {
    number: '2021-007',
    type: { title: '通报', official: true },
    issuer: '金湾区为民办实事领导小组办公室',
    addressee: '各镇人民政府，区直各单位',
    document_number: '金实事办〔2021〕3号',
    copied_to: '区委办公室，区人大常委会办公室，区政协办公室',
    published_at: cutoffOf('2021-09-03T10:00'),
    cutoff: cutoffOf('2021-09-03T09:00'),
    synthetic: true,
    content: { title, blocks: write(n), signature: ['文字：张三'] },
    address: 'https://ss.example.gov.cn/bulletins/2021-007',
    source: ({ release_id }) => sources.get(release_id)!,
    picture: async () =>
      sharp({ create: { width: 640, height: 400, channels: 3, background: '#8aa' } })
        .webp()
        .toBuffer(),
    ...more,
  };
}

const sentence = '各级各部门要压实责任，逐项对照执行清单和时间表，确保按时完成，不得以任何理由推诿拖延。';

function everything(n: Numbers): Block<CitedFigure>[] {
  const towns = ['三灶镇', '红旗镇', '南水镇', '平沙镇'];
  return [
    {
      kind: 'paragraph',
      pieces: ['截至2021年9月3日9时，共梳理项目', n('495'), '个，其中已完成', n('467'), '个。', sentence],
    },
    { kind: 'heading', text: '总体进展' },
    { kind: 'paragraph', pieces: [sentence.repeat(4)] },
    { kind: 'heading', level: 2, text: '教育' },
    { kind: 'paragraph', pieces: ['新增幼儿园学位', n('2160', '个', 'part'), '个。', sentence.repeat(3)] },
    { kind: 'heading', level: 2, text: '（二）疫苗接种' },
    { kind: 'paragraph', pieces: ['累计接种', n('842336', '针次'), '针次。', sentence.repeat(3)] },
    {
      kind: 'chart',
      caption: '各镇完成率',
      unit: '%',
      bars: towns.map((label, index) => ({ label, number: n(`8${index}.${index}`, '%', 'part') })),
    },
    { kind: 'heading', text: '二、存在问题' },
    {
      kind: 'paragraph',
      pieces: ['尚有', n('28'), '个项目未完成，其中逾期', n('5'), '个。', sentence.repeat(2)],
    },
    {
      kind: 'picture',
      file: 'a'.repeat(64),
      alt: '新落成的学校大门',
      caption: '金山实验学校',
      source: '区教育局供图',
      width: 640,
      height: 400,
    },
    { kind: 'question', question: '为什么有的项目没有完成？', answer: ['有', n('3'), '个受台风影响。'] },
    { kind: 'annex', title: '各村（居）项目完成情况表' },
    {
      kind: 'table',
      caption: '各村（居）完成情况',
      head: ['村（居）', '梳理（个）', '完成（个）', '完成率（%）'],
      rows: Array.from({ length: 60 }, (_, index) => [
        `第${index + 1}社区居民委员会`,
        n(String(100 + index), '个', 'part'),
        n(String(90 + index), '个', 'part'),
        n('90.0', '%', 'part'),
      ]),
    },
    { kind: 'annex', title: '各单位任务分解一览表' },
    {
      kind: 'table',
      caption: '任务分解',
      head: ['单位', ...Array.from({ length: 11 }, (_, index) => `第${index + 1}类项目`)],
      rows: towns.map((name) => [
        name,
        ...Array.from({ length: 11 }, (_, index) => n(String(200 + index), '个', 'part')),
      ]),
    },
  ];
}

/** The files of an archive as text, by their names. */
export function unzipped(archive: Buffer): Map<string, string> {
  return new Map(unzip(archive).map(({ name, content }) => [name, content.toString('utf8')]));
}

/** Every number in a text that stands for itself: not those of days, of ordinals or of addresses. */
export function numbersIn(text: string): string[] {
  const without = text
    .replace(/https?:\S+?(?=[）\s]|$)/g, '')
    .replace(
      /\d+年\d+月\d+日(\d+时)?|\d+月\d+日|〔\d+〕\d+号|\d{4}-\d{3}|第\d+|附件：?\d|^\d+\. |今年\d+月|\d+岁/gm,
      '',
    );
  return without.replace(/(\d),(?=\d{3})/g, '$1').match(/\d+(\.\d+)?/g) ?? [];
}
