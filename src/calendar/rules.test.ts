import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { publishedDays } from './published.ts';
import { addWorkingDays, calendarOf, isWorkingDay } from './rules.ts';

const calendar = calendarOf(publishedDays());

for (const [day, worked, why] of [
  ['2021-09-03', true, 'an ordinary Friday'],
  ['2021-09-04', false, 'an ordinary Saturday'],
  ['2021-10-01', false, 'the National Day'],
  ['2021-10-09', true, 'a Saturday worked for the National Day'],
  ['2021-02-20', true, 'a Saturday worked for the Spring Festival'],
  ['2022-01-30', true, 'a Sunday worked for the Spring Festival'],
  ['2026-02-23', false, 'the last day of the long Spring Festival of 2026'],
] as const) {
  test(`${day}, ${why}, is ${worked ? '' : 'not '}a working day`, () =>
    assert.equal(isWorkingDay(calendar, day), worked));
}

test('a term of working days steps over holidays and weekends', () => {
  assert.equal(addWorkingDays(calendar, '2021-09-30', 1), '2021-10-08');
  assert.equal(addWorkingDays(calendar, '2021-09-30', 2), '2021-10-09');
  assert.equal(addWorkingDays(calendar, '2021-10-09', -2), '2021-09-30');
});

test('every term ends on a working day, and going back as many days returns to a working day', () => {
  const day = fc.date({ min: new Date('2021-01-01'), max: new Date('2026-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(day, fc.integer({ min: 1, max: 60 }), (date, count) => {
      const end = addWorkingDays(calendar, date.toISOString().slice(0, 10), count);
      assert.ok(isWorkingDay(calendar, end));
      assert.ok(isWorkingDay(calendar, addWorkingDays(calendar, end, -count)));
    }),
  );
});

test('no day is listed twice', () => {
  const days = publishedDays().map((day) => day.day);
  assert.equal(new Set(days).size, days.length);
});
