import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Node, Pace } from '../../ledger/pace.ts';
import {
  checkThresholds,
  endedDay,
  forecastOf,
  isForecastLate,
  quietMonths,
  standingOf,
  usualThresholds,
} from './rules.ts';
import type { Light, Thresholds } from './schema.ts';

const one: Pace = {
  id: 1,
  number: 'T-1',
  title: '一个项目',
  unit_id: 1,
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
  nodes: [],
};
const four = (done: number): Node[] =>
  ['2021-04-30', '2021-06-30', '2021-08-31', '2021-12-31'].map((end, index) => [end, 2500, index < done]);

// domain/supervision.md, 建议规则: gap, days left, missed reports.
const table: [why: string, pace: Partial<Pace>, ended: string, light: Light][] = [
  ['as planned', { nodes: four(2) }, '2021-08-30', 'green'],
  ['the day before an item is due', { nodes: four(2) }, '2021-08-30', 'green'],
  ['25 points behind from the day that it was due', { nodes: four(2) }, '2021-08-31', 'red'],
  ['ahead of plan', { nodes: four(3) }, '2021-07-01', 'green'],
  [
    '6 points behind',
    {
      nodes: [
        ['2021-08-01', 600, false],
        ['2021-12-31', 9400, false],
      ],
    },
    '2021-08-31',
    'yellow',
  ],
  [
    'exactly 5 points behind',
    {
      nodes: [
        ['2021-08-01', 500, false],
        ['2021-12-31', 9500, false],
      ],
    },
    '2021-08-31',
    'green',
  ],
  [
    'exactly 15 points behind',
    {
      nodes: [
        ['2021-08-01', 1500, false],
        ['2021-12-31', 8500, false],
      ],
    },
    '2021-08-31',
    'yellow',
  ],
  [
    'seven days before the deadline with 75 %',
    { nodes: four(3), last_fact: '2021-12-20' },
    '2021-12-24',
    'yellow',
  ],
  [
    'eight days before the deadline with 75 %',
    { nodes: four(3), last_fact: '2021-12-20' },
    '2021-12-23',
    'green',
  ],
  ['past the deadline', { nodes: four(3), last_fact: '2021-12-20' }, '2021-12-31', 'overdue'],
  ['a month unheard of', { nodes: four(2), last_fact: '2021-06-30' }, '2021-08-05', 'yellow'],
  [
    'a month unheard of, whose report is not due yet',
    { nodes: four(2), last_fact: '2021-06-30' },
    '2021-08-04',
    'green',
  ],
  ['two months unheard of', { nodes: four(2), last_fact: '2021-05-31' }, '2021-08-05', 'red'],
  [
    'claimed and waiting for its verification',
    { state: 'completion_claimed', nodes: four(4), last_fact: '2021-03-01' },
    '2021-08-31',
    'green',
  ],
  [
    'claimed, not verified by the deadline',
    { state: 'completion_claimed', nodes: four(4) },
    '2022-01-01',
    'overdue',
  ],
  ['completed on the last day', { state: 'completed', completed_on: '2021-12-31' }, '2022-02-01', 'done'],
  ['completed a day late', { state: 'archived', completed_on: '2022-01-01' }, '2022-02-01', 'done_late'],
  ['without a checklist', {}, '2021-08-31', 'green'],
  ['without a checklist, near the deadline', { last_fact: '2021-12-20' }, '2021-12-28', 'yellow'],
  ['standing, without days', { deadline: 'infinity' }, '2021-08-31', 'green'],
  [
    'items without days, by days alone: half the time, nothing done',
    { nodes: [[null, 100, false]] },
    '2021-08-01',
    'red',
  ],
];
for (const [why, pace, ended, light] of table) {
  test(`a project ${why} is ${light}`, () =>
    assert.equal(standingOf({ ...one, ...pace }, ended, usualThresholds).light, light));
}

const day = fc
  .integer({ min: 0, max: 700 })
  .map((n) => new Date(Date.UTC(2021, 0, 1 + n)).toISOString().slice(0, 10));
const nodes = fc.array(fc.tuple(fc.option(day), fc.integer({ min: 1, max: 99_999 }), fc.boolean()), {
  maxLength: 8,
});
const thresholds: fc.Arbitrary<Thresholds> = fc
  .tuple(
    fc.integer({ min: 0, max: 50 }),
    fc.integer({ min: 0, max: 50 }),
    fc.integer({ min: 0, max: 60 }),
    fc.integer({ min: 0, max: 100 }),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 0, max: 5 }),
  )
  .map(([yellow_gap, more, days_left, days_left_progress, quiet_yellow, longer]) => ({
    yellow_gap,
    red_gap: yellow_gap + more,
    days_left,
    days_left_progress,
    quiet_yellow,
    quiet_red: quiet_yellow + longer,
  }));
const state = fc.constantFrom('assigned' as const, 'in_progress' as const, 'completion_claimed' as const);
const pace = fc
  .record({ start: day, deadline: fc.oneof(day, fc.constant('infinity')), last_fact: day, state, nodes })
  .map((some): Pace => ({ ...one, ...some }));
const severity: Light[] = ['done', 'done_late', 'green', 'yellow', 'red', 'overdue'];

test('without new progress no light ever gets better', () => {
  fc.assert(
    fc.property(pace, day, day, thresholds, (project, a, b, by) => {
      const [first, second] = a < b ? [a, b] : [b, a];
      const before = standingOf(project, first, by).light;
      const after = standingOf(project, second, by).light;
      assert.ok(
        severity.indexOf(after) >= severity.indexOf(before),
        `${before} on ${first}, ${after} on ${second}`,
      );
    }),
  );
});

test('an item reported done never makes a light worse, nor a forecast later', () => {
  fc.assert(
    fc.property(pace, day, thresholds, fc.nat(), (project, ended, by, which) => {
      fc.pre(project.nodes.length > 0);
      const done = project.nodes.map(
        (node, index): Node => (index === which % project.nodes.length ? [node[0], node[1], true] : node),
      );
      const before = standingOf(project, ended, by);
      const after = standingOf({ ...project, nodes: done }, ended, by);
      assert.ok(severity.indexOf(after.light) <= severity.indexOf(before.light));
      if (after.forecast) assert.ok(after.forecast.earliest <= before.forecast!.earliest);
    }),
  );
});

test('stricter thresholds never make a light better', () => {
  fc.assert(
    fc.property(pace, day, thresholds, (project, ended, by) => {
      const strict = {
        ...by,
        yellow_gap: 0,
        red_gap: 0,
        days_left: by.days_left + 5,
        days_left_progress: 100,
        quiet_yellow: 1,
        quiet_red: 1,
      };
      const before = standingOf(project, ended, by).light;
      assert.ok(severity.indexOf(standingOf(project, ended, strict).light) >= severity.indexOf(before));
    }),
  );
});

test('a light that is not green says why', () => {
  fc.assert(
    fc.property(pace, day, thresholds, (project, ended, by) => {
      const { light, reasons } = standingOf(project, ended, by);
      assert.equal(reasons.length > 0, light !== 'green');
    }),
  );
});

test('a forecast says the slip of the oldest open item, and two ends in order', () => {
  const project = { ...one, nodes: four(2) };
  assert.equal(forecastOf(project, '2021-08-30'), null);
  // Due on 31 August, done on 11 September at the earliest: what ends on 31 December moves by eleven days, or the 306 days
  // of the plan are stretched as its first 184 were, to 195.
  assert.deepEqual(forecastOf(project, '2021-09-10'), {
    slip: 11,
    earliest: '2022-01-11',
    latest: '2022-01-19',
  });
  const standing = standingOf(project, '2021-09-10', usualThresholds);
  assert.equal(isForecastLate(standing, project), true);
  assert.equal(isForecastLate(standing, { deadline: '2022-01-11' }), false);
  fc.assert(
    fc.property(pace, day, (any, ended) => {
      const found = forecastOf(any, ended);
      if (found) assert.ok(found.slip > 0 && found.earliest > ended && found.latest >= found.earliest);
    }),
  );
});

test('a month is missed once its report is due on the fifth of the next', () => {
  assert.equal(quietMonths('2021-07-31', '2021-09-04'), 0);
  assert.equal(quietMonths('2021-07-31', '2021-09-05'), 1);
  assert.equal(quietMonths('2020-12-01', '2021-01-31'), 0);
  assert.equal(quietMonths('2020-12-01', '2021-03-05'), 2);
});

test('a day has ended at its 24:00 in Asia/Shanghai', () => {
  assert.equal(endedDay(new Date('2021-09-03T00:00+08:00')), '2021-09-02');
  assert.equal(endedDay(new Date('2021-09-03T23:59+08:00')), '2021-09-02');
});

test('red cannot come before yellow', () => {
  assert.equal(checkThresholds(usualThresholds), undefined);
  assert.ok(checkThresholds({ ...usualThresholds, red_gap: 4 })?.fields.red_gap);
  assert.ok(checkThresholds({ ...usualThresholds, quiet_yellow: 3 })?.fields.quiet_red);
});
