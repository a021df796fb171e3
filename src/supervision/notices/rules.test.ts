import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publishedDays } from '../../calendar/published.ts';
import { calendarOf } from '../../calendar/rules.ts';
import type { Pace } from '../../ledger/pace.ts';
import type { Judged } from '../lights/kept.ts';
import { standingOf, usualThresholds } from '../lights/rules.ts';
import { causeOf, checkIssue, checkOutcome, sweepingOf, termsOf } from './rules.ts';
import type { Grade, NoticeRow } from './schema.ts';

const pace: Pace = {
  id: 7,
  number: 'T-7',
  title: '一个项目',
  unit_id: 3,
  area_code: '440404',
  town_code: '440404',
  field_code: 'education',
  parent_id: null,
  lead_leader: null,
  responsible: null,
  start: '2021-03-01',
  deadline: '2021-12-31',
  state: 'in_progress',
  completed_on: null,
  last_fact: '2021-08-20',
  nodes: [
    ['2021-06-30', 1000, false],
    ['2021-12-31', 9000, false],
  ],
};
const judged = (ended: string, changes: Partial<Pace> = {}): Judged => {
  const one = { ...pace, ...changes };
  return { pace: one, standing: standingOf(one, ended, usualThresholds) };
};
const now = (ended: string) => ({ ended, at: new Date(`${ended}T23:00:00+08:00`) });
const notice = (changes: Partial<NoticeRow> = {}): NoticeRow => ({
  id: 1,
  number: '催办〔2021〕1号',
  grade: 'reminder',
  project_id: 7,
  unit_id: 3,
  cause: 'yellow:7:behind:2021-06-30',
  text: '',
  emergency: false,
  by_rule: true,
  state: 'issued',
  sign_by: new Date('2021-09-02T00:00+08:00'),
  answer_by: new Date('2021-09-10T00:00+08:00'),
  promised_on: null,
  outcome: null,
  follows_id: null,
  ...changes,
});
const none = new Set<string>();
const fell_behind = { nodes: [['2021-06-30', 5000, false]] as Pace['nodes'] };

test('a yellow light is urged once: not again for the same cause, and again for another', () => {
  const yellow = judged('2021-08-31');
  const first = sweepingOf(yellow, undefined, none, now('2021-08-31'))!;
  assert.deepEqual([first.issue?.grade, first.issue?.cause], ['reminder', 'yellow:7:behind:2021-06-30']);
  assert.equal(sweepingOf(yellow, undefined, new Set([first.issue!.cause]), now('2021-09-01')), undefined);
  assert.equal(sweepingOf(yellow, notice(), new Set([first.issue!.cause]), now('2021-09-01')), undefined);
  const other = judged('2021-08-31', {
    nodes: [
      ['2021-07-31', 1000, false],
      ['2021-12-31', 9000, false],
    ],
  });
  assert.ok(sweepingOf(other, undefined, new Set([first.issue!.cause]), now('2021-08-31'))?.issue);
});

test('a red light is a blue notice at once, and green is nothing', () => {
  assert.equal(
    sweepingOf(judged('2021-08-31', fell_behind), undefined, none, now('2021-08-31'))?.issue?.grade,
    'blue',
  );
  assert.equal(sweepingOf(judged('2021-06-29'), undefined, none, now('2021-06-29')), undefined);
  assert.equal(causeOf(judged('2021-06-29')), undefined);
});

test('an open notice ends by itself when its light is green again', () => {
  const done = judged('2021-08-31', {
    nodes: [
      ['2021-06-30', 1000, true],
      ['2021-12-31', 9000, false],
    ],
  });
  assert.equal(
    sweepingOf(done, notice({ grade: 'yellow' }), none, now('2021-08-31'))?.close?.outcome,
    'resolved',
  );
  assert.equal(
    sweepingOf(done, notice({ by_rule: false }), none, now('2021-08-31')),
    undefined,
    'by hand it is ended by hand',
  );
});

const steps: [why: string, from: Partial<NoticeRow>, red: boolean, on: string, to: Grade | undefined][] = [
  ['a reminder while the light turns red', {}, true, '2021-09-01', 'blue'],
  ['a reminder that is not due', {}, false, '2021-09-01', undefined],
  ['a reminder that nobody answered', {}, false, '2021-09-10', 'blue'],
  ['a blue one before its answer is due', { grade: 'blue' }, true, '2021-09-01', undefined],
  ['a blue one that nobody answered', { grade: 'blue', state: 'signed' }, true, '2021-09-10', 'yellow'],
  ['a yellow one that nobody answered', { grade: 'yellow' }, true, '2021-09-10', 'red'],
  ['a red one that nobody answered', { grade: 'red' }, true, '2021-09-10', undefined],
  [
    'an answered one until the day that was promised',
    { grade: 'blue', state: 'answered', promised_on: '2021-09-20' },
    true,
    '2021-09-19',
    undefined,
  ],
  [
    'an answered one after the promised day, still red',
    { grade: 'blue', state: 'answered', promised_on: '2021-09-20' },
    true,
    '2021-09-20',
    'yellow',
  ],
  [
    'an answered one after the promised day, only yellow',
    { grade: 'blue', state: 'answered', promised_on: '2021-09-20' },
    false,
    '2021-09-21',
    undefined,
  ],
];
for (const [why, from, red, on, to] of steps) {
  test(`${why} ${to ? `goes up to ${to}, and to nothing higher` : 'stays'}`, () => {
    const found = sweepingOf(
      judged(on, red ? { ...fell_behind, last_fact: on } : { last_fact: on }),
      notice(from),
      new Set(['yellow:7:behind:2021-06-30', 'red:7:behind:2021-06-30']),
      now(on),
    );
    assert.equal(found?.issue?.grade, to);
    if (to) assert.equal(found?.close?.outcome, 'escalated');
  });
}

test('terms are in working time, and shorter for an emergency', () => {
  const calendar = calendarOf(publishedDays());
  const friday = new Date('2021-09-03T09:00+08:00');
  const blue = termsOf(calendar, { grade: 'blue', emergency: false }, friday);
  assert.equal(blue.sign_by.toISOString(), new Date('2021-09-06T09:00+08:00').toISOString());
  assert.equal(blue.answer_by.toISOString(), new Date('2021-09-10T09:00+08:00').toISOString());
  const red = termsOf(calendar, { grade: 'red', emergency: true }, friday);
  assert.ok(red.answer_by < blue.answer_by && red.sign_by < blue.sign_by);
});

test('by hand it goes one grade at a time, an emergency straight to red, and never down', () => {
  const actor = { holdings: 'unlimited' } as const;
  const asked = (grade: Grade, emergency = false) => ({ grade, text: '事由', emergency });
  assert.equal(checkIssue(actor, pace, undefined, asked('blue')), undefined);
  assert.equal(checkIssue(actor, pace, undefined, asked('red'))?.code, 'supervision/notice_jump');
  assert.equal(checkIssue(actor, pace, undefined, asked('red', true)), undefined);
  assert.equal(
    checkIssue(actor, pace, { number: 'x', grade: 'yellow' }, asked('blue'))?.code,
    'supervision/notice_open',
  );
  assert.equal(checkIssue(actor, pace, { number: 'x', grade: 'yellow' }, asked('red')), undefined);
});

test('nothing that was not answered is settled; it can be withdrawn with a reason', () => {
  const actor = { holdings: 'unlimited' } as const;
  assert.equal(
    checkOutcome(notice(), actor, { outcome: 'settled', note: '已说明' })?.code,
    'supervision/notice_unanswered',
  );
  assert.equal(
    checkOutcome(notice(), actor, { outcome: 'withdrawn', note: ' ' })?.code,
    'supervision/outcome_reason',
  );
  assert.equal(checkOutcome(notice(), actor, { outcome: 'withdrawn', note: '发错' }), undefined);
  assert.equal(
    checkOutcome(notice({ state: 'answered' }), actor, { outcome: 'resolved', note: '现场查看' }),
    undefined,
  );
});
