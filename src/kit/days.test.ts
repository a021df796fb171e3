import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDay } from './days.ts';

const last = (text: string) => {
  const read = readDay(text, { edge: 'last', year: 2021 });
  return read?.kind === 'day' ? read.day : read;
};
const first = (text: string) => {
  const read = readDay(text, { edge: 'first', year: 2021 });
  return read?.kind === 'day' ? read.day : read;
};

test('a deadline is read however an office writes it', () => {
  const table: [string, string][] = [
    ['2021-08-31', '2021-08-31'],
    ['2021/8/31', '2021-08-31'],
    ['2021.8.31', '2021-08-31'],
    ['２０２１．８．３１', '2021-08-31'],
    ['2021年8月31日', '2021-08-31'],
    ['2021年8月31日前', '2021-08-31'],
    ['2021年8月31日前完成', '2021-08-31'],
    ['2021-08-31 00:00:00', '2021-08-31'],
    ['20210831', '2021-08-31'],
    ['44439', '2021-08-31'],
    ['44439.5', '2021-08-31'],
    ['8月31日', '2021-08-31'],
    ['8.31', '2021-08-31'],
    ['８月', '2021-08-31'],
    ['8月底', '2021-08-31'],
    ['2021年8月底', '2021-08-31'],
    ['2021年8月底前', '2021-08-31'],
    ['2021年8月', '2021-08-31'],
    ['2021.8', '2021-08-31'],
    ['2021-02', '2021-02-28'],
    ['2020年2月末', '2020-02-29'],
    ['8月上旬', '2021-08-10'],
    ['8月中旬', '2021-08-20'],
    ['2021 年 8 月 下旬', '2021-08-31'],
    ['年底', '2021-12-31'],
    ['年底前', '2021-12-31'],
    ['2022年底前', '2022-12-31'],
    ['2022年年底', '2022-12-31'],
    ['年内', '2021-12-31'],
    ['2021年', '2021-12-31'],
    ['2021年度', '2021-12-31'],
    ['上半年', '2021-06-30'],
    ['2021年第三季度', '2021-09-30'],
    ['三季度', '2021-09-30'],
    ['二〇二一年八月三十一日', '2021-08-31'],
    ['十二月底', '2021-12-31'],
    ['二十日', ''],
  ];
  for (const [text, day] of table) assert.equal(last(text) ?? '', day, text);
});

test('a start is the first day of the period that is written', () => {
  const table: [string, string][] = [
    ['2021年3月', '2021-03-01'],
    ['3月上旬', '2021-03-01'],
    ['3月中旬', '2021-03-11'],
    ['第二季度', '2021-04-01'],
    ['2021年', '2021-01-01'],
    ['下半年', '2021-07-01'],
    ['年初', '2021-01-01'],
  ];
  for (const [text, day] of table) assert.equal(first(text), day, text);
});

test('what has no end is standing, what could be two days is asked about, and nonsense is no day', () => {
  for (const text of ['长期', '长期坚持', '持续推进', '常年', '全年'])
    assert.deepEqual(last(text), { kind: 'standing' }, text);
  assert.deepEqual(last('8月前'), { kind: 'unsure', days: ['2021-07-31', '2021-08-31'] });
  assert.deepEqual(last('2021年1月前'), { kind: 'unsure', days: ['2020-12-31', '2021-01-31'] });
  for (const text of [
    '',
    '待定',
    '2021-02-30',
    '13月',
    '8月32日',
    '12345678',
    '一年',
    '1899-01-01',
    '9999年',
  ])
    assert.equal(last(text), undefined, text);
});
