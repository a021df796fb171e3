import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { publishedDays } from '../calendar/published.ts';
import { calendarOf, usualHours, workingMinutesBetween } from '../calendar/rules.ts';
import { momentText } from '../kit/clock.ts';
import {
  answerTerm,
  endOf,
  half,
  presetsOf,
  resumed,
  signTerm,
  termText,
  usualPreset,
  workingDay,
} from './clocks.ts';
import { kinds, urgencies } from './schema.ts';

const calendar = calendarOf(publishedDays());
const at = (text: string) => new Date(`${text}+08:00`);
const ends = (from: string, days: number) =>
  momentText(endOf(calendar, { minutes: days * workingDay, working: true }, at(from)));

const terms: [from: string, days: number, until: string, why: string][] = [
  ['2021-09-01T09:00', 1, '2021-09-02 09:00', 'a day within the week'],
  ['2021-09-03T17:00', 1, '2021-09-06 17:00', 'over a weekend'],
  ['2021-09-30T17:00', 1, '2021-10-08 17:00', 'over the national holiday'],
  ['2021-10-08T17:30', 1, '2021-10-09 17:30', 'a Saturday that is worked for it counts'],
  ['2021-09-17T10:00', 1, '2021-09-18 10:00', 'the Saturday before mid-autumn is worked'],
  ['2021-09-18T10:00', 1, '2021-09-22 10:00', 'mid-autumn is not'],
  ['2022-01-28T16:00', 5, '2022-02-09 16:00', 'over the spring festival with its two Sundays worked'],
  ['2021-09-04T03:00', 1, '2021-09-06 17:30', 'at night on a Saturday the clock has not begun'],
];

test('working time stands still at night, at noon, on holidays, and runs on make-up days', () => {
  for (const [from, days, until, why] of terms) assert.equal(ends(from, days), until, why);
});

test('a clock by the clock runs day and night', () => {
  const end = endOf(calendar, { minutes: 120, working: false }, at('2021-10-01T23:30'));
  assert.equal(momentText(end), '2021-10-02 01:30');
});

test('what was left when the person was asked is left when they answered, to the minute', () => {
  const moment = fc.date({ min: at('2021-01-05T00:00'), max: at('2022-09-01T00:00'), noInvalidDate: true });
  const minutes = fc.integer({ min: 1, max: 15 * workingDay });
  fc.assert(
    fc.property(moment, minutes, minutes, minutes, (raw, term, before, stood) => {
      const begin = new Date(Math.floor(raw.getTime() / 60_000) * 60_000);
      const deadline = endOf(calendar, { minutes: term, working: true }, begin);
      const from = new Date(begin.getTime() + before * 60_000);
      const until = new Date(from.getTime() + stood * 60_000);
      const later = resumed(calendar, { ends: deadline, working: true }, { from, until });
      assert.ok(later >= deadline, 'a clock never runs backwards');
      const left = (moment: Date, end: Date) => workingMinutesBetween(calendar, usualHours, moment, end);
      if (deadline > from) assert.equal(left(until, later), left(from, deadline));
      else assert.equal(later.getTime(), deadline.getTime(), 'what was over stays over');
    }),
  );
});

test('working minutes between two moments are what adding them again needs', () => {
  const moment = fc.date({ min: at('2021-01-05T00:00'), max: at('2022-09-01T00:00'), noInvalidDate: true });
  fc.assert(
    fc.property(moment, fc.integer({ min: 1, max: 9000 }), (from, minutes) => {
      const end = endOf(calendar, { minutes, working: true }, from);
      assert.equal(workingMinutesBetween(calendar, usualHours, from, end), minutes);
      assert.equal(workingMinutesBetween(calendar, usualHours, end, from), 0);
    }),
  );
});

test('every kind and urgency has its times, signing never takes longer than answering, and a district sets its own', () => {
  const set = [{ ...usualPreset('help', 'usual'), answer_minutes: 3 * workingDay }];
  const presets = presetsOf(set);
  assert.equal(presets.length, kinds.length * urgencies.length);
  for (const preset of presets) assert.ok(signTerm(preset).minutes <= answerTerm(preset).minutes);
  const help = presets.find(({ kind, urgency }) => kind === 'help' && urgency === 'usual')!;
  assert.equal(termText(answerTerm(help)).zh, '3 个工作日');
  assert.deepEqual(half(answerTerm(help)), { minutes: 585, working: true });
});

test('a time is said as people say it', () => {
  const said = (minutes: number, working: boolean) => termText({ minutes, working });
  assert.equal(said(workingDay, true).zh, '1 个工作日');
  assert.equal(said(15 * workingDay, true).en, '15 working days');
  assert.equal(said(120, false).zh, '2 小时');
  assert.equal(said(7 * 1440, false).zh, '7 天');
  assert.equal(said(30, false).en, '30 minutes');
  assert.equal(said(120, true).zh, '工作时间 2 小时');
});
