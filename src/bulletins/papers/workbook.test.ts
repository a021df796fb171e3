import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readXlsx } from 'hucre/xlsx';
import { samplePaper } from '../../../test/support/paper.ts';
import { numbersOf } from '../content.ts';
import { workbookOf } from './workbook.ts';

test('each table is a sheet with its numbers as numbers, and the last sheet says where every one of them is from', async () => {
  const paper = samplePaper();
  const { sheets } = await readXlsx(await workbookOf(paper));
  assert.deepEqual(
    sheets.map(({ name }) => name),
    ['各镇完成率', '各村（居）完成情况', '任务分解', '数字来源'],
  );
  const [chart, villages, , sources] = sheets.map(({ rows }) => rows);
  assert.deepEqual(chart!.slice(1, 3), [
    ['三灶镇', 80],
    ['红旗镇', 81.1],
  ]);
  assert.deepEqual(villages!.slice(0, 2), [
    ['村（居）', '梳理（个）', '完成（个）', '完成率（%）'],
    ['第1社区居民委员会', 100, 90, 90],
  ]);
  const drawn = paper.content.blocks.filter(({ kind }) => kind === 'table' || kind === 'chart');
  const numbers = numbersOf({ title: [], blocks: drawn, signature: [] });
  const lines = sources!.slice(1).filter((row) => typeof row[3] === 'number');
  assert.deepEqual(
    lines.map((row) => [row[3], row[5], row[8]]),
    numbers.map(({ text, code, release_id }) => [
      Number(text),
      code,
      `https://ss.example.gov.cn/releases/${release_id}`,
    ]),
  );
});

test('captions that are alike, long or strange still name their sheets, and no text becomes a formula', async () => {
  const caption = '一个很长很长的标题[甲/乙]：*?'.repeat(3);
  const paper = samplePaper({}, (n) => [
    { kind: 'table', caption, head: ['名', '数'], rows: [['=1+1', n('3')]] },
    { kind: 'table', caption, head: ['名', '数'], rows: [['甲', n('＊')]] },
    { kind: 'table', caption: '数字来源', head: ['名', '数'], rows: [['乙', n('5')]] },
  ]);
  const { sheets } = await readXlsx(await workbookOf(paper));
  const names = sheets.map(({ name }) => name);
  assert.equal(new Set(names).size, 4);
  for (const name of names) assert.match(name, /^[^[\]:*?/\\]{1,31}$/);
  assert.equal(sheets[0]!.rows[1]![0], '=1+1');
  // What is withheld stays withheld.
  assert.equal(sheets[1]!.rows[1]![1], '＊');
});
