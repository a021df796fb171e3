import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { publishedDays } from './published.ts';
import {
  addWorkingDays,
  addWorkingMinutes,
  calendarOf,
  isProvisional,
  isWorkingDay,
  usualHours,
} from './rules.ts';

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

test('a working day that is made up for a holiday is a weekend day, and no holiday is one worked', () => {
  for (const { day, kind } of publishedDays()) {
    const weekend = [0, 6].includes(new Date(`${day}T00:00Z`).getUTCDay());
    if (kind === 'working') assert.ok(weekend, day);
  }
});

test('every year that is known has its seven holidays', () => {
  for (const year of calendar.years) {
    const names = new Set(
      publishedDays()
        .filter((one) => one.kind === 'holiday' && one.day.startsWith(year))
        .flatMap((one) => one.name.split('、')),
    );
    assert.deepEqual(
      [...names].sort(),
      ['中秋节', '元旦', '劳动节', '国庆节', '春节', '清明节', '端午节'].sort(),
      year,
    );
  }
});

test('a term that reaches into a year without a notice is provisional', () => {
  assert.deepEqual([...calendar.years].sort(), ['2021', '2022', '2023', '2024', '2025', '2026']);
  assert.equal(isProvisional(calendar, '2026-12-31'), false);
  assert.equal(isProvisional(calendar, '2027-01-04'), true);
});

for (const [from, minutes, end, why] of [
  ['2021-09-03T09:00', 120, '2021-09-03T11:00', 'within a morning'],
  ['2021-09-03T11:00', 120, '2021-09-03T15:30', 'over noon'],
  ['2021-09-03T17:00', 60, '2021-09-06T09:00', 'over a weekend'],
  ['2021-09-04T10:00', 30, '2021-09-06T09:00', 'begun on a Saturday'],
  ['2021-09-30T17:00', 60, '2021-10-08T09:00', 'over the National Day'],
  ['2021-09-03T20:00', 390, '2021-09-06T17:30', 'a whole day, to its last minute'],
  ['2021-09-25T12:00', 60, '2021-09-26T09:30', 'on a Sunday that is worked'],
] as const) {
  test(`${minutes} working minutes from ${from}, ${why}, end at ${end}`, () => {
    const moment = (text: string) => new Date(`${text}:00+08:00`);
    assert.equal(
      addWorkingMinutes(calendar, usualHours, moment(from), minutes).toISOString(),
      moment(end).toISOString(),
    );
  });
}

test('working minutes add up: two terms one after the other are one term, and longer ones end later', () => {
  const moment = fc.date({ min: new Date('2021-01-01'), max: new Date('2026-10-31'), noInvalidDate: true });
  const length = fc.integer({ min: 1, max: 2000 });
  fc.assert(
    fc.property(moment, length, length, (from, first, second) => {
      const halfway = addWorkingMinutes(calendar, usualHours, from, first);
      const end = addWorkingMinutes(calendar, usualHours, from, first + second);
      assert.equal(addWorkingMinutes(calendar, usualHours, halfway, second).getTime(), end.getTime());
      assert.ok(end > halfway && halfway > from);
    }),
  );
});
