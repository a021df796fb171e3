import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutoffOf, cutoffText, dayClosedBy, daysBefore } from './clock.ts';
import { Problem } from './problem.ts';

test('a day as cut-off means its 24:00 in Asia/Shanghai', () => {
  assert.equal(cutoffOf('2021-09-01').toISOString(), '2021-09-01T16:00:00.000Z');
});

test('a moment as cut-off is taken in Asia/Shanghai unless it names a zone', () => {
  assert.equal(cutoffOf('2021-09-03T09:00').toISOString(), '2021-09-03T01:00:00.000Z');
  assert.equal(cutoffOf('2021-09-03T01:00Z').toISOString(), '2021-09-03T01:00:00.000Z');
});

for (const text of [
  '',
  '2021-02-30',
  '2021-9-3',
  'today',
  '2021-09-03T25:00',
  '0000-00-00',
  '2021-09-03 09:00',
]) {
  test(`“${text}” is refused as a cut-off with a sentence`, () => {
    assert.throws(
      () => cutoffOf(text),
      (error) => error instanceof Problem && error.code === 'kit/cutoff',
    );
  });
}

test('a cut-off is written as officials write it', () => {
  assert.equal(cutoffText(cutoffOf('2021-09-01'), 'zh'), '2021年9月1日24时');
  assert.equal(cutoffText(cutoffOf('2021-09-03T09:00'), 'zh'), '2021年9月3日9时');
  assert.equal(cutoffText(cutoffOf('2021-09-03T09:05'), 'zh'), '2021年9月3日9时5分');
  assert.equal(cutoffText(cutoffOf('2021-09-01'), 'en'), '1 September 2021, 24:00');
});

test('days before a cut-off are counted from the day that it closes', () => {
  for (const text of ['2021-09-03', '2021-09-03T09:00']) {
    assert.equal(dayClosedBy(daysBefore(cutoffOf(text), 2)), '2021-09-01');
  }
});
