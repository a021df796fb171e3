import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addDays } from '../../calendar/rules.ts';
import type { Entitled } from '../../identity/access.ts';
import { type Role, roles } from '../../identity/roles.ts';
import { approvers, reporters } from '../rules.ts';
import { type CheckedCell, median, modifiedZ, questionsOf } from './checks.ts';
import { endedSpans, isPeriodEnd, type Period, periods, periodText, spanAt, spanBefore } from './periods.ts';
import { approvalsLeft, checkReportStep, isOpen, type Standing, stateAfter } from './rules.ts';
import type { ReportCheck, ReportState } from './schema.ts';
import { stepNames } from './schema.ts';
import { readTyped, typedOf } from './typed.ts';

const day = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays('2000-01-01', days));
const period = fc.constantFrom(...periods);

test('periods follow each other without a gap, and every day lies in one', () => {
  fc.assert(
    fc.property(period, day, (every, one) => {
      const span = spanAt(every, one);
      assert.ok(span.first <= one && one <= span.last);
      assert.equal(addDays(spanBefore(every, span).last, 1), span.first);
      assert.deepEqual(spanAt(every, span.first), span);
      assert.ok(isPeriodEnd(every, span.last));
    }),
  );
});

test('periods end as offices count them', () => {
  const table: [Period, string, string, string, string][] = [
    ['day', '2021-08-05', '2021-08-05', '2021-08-05', '2021年8月5日'],
    ['ten_days', '2021-08-10', '2021-08-01', '2021-08-10', '2021年8月上旬'],
    ['ten_days', '2021-08-11', '2021-08-11', '2021-08-20', '2021年8月中旬'],
    ['ten_days', '2021-02-25', '2021-02-21', '2021-02-28', '2021年2月下旬'],
    ['ten_days', '2021-08-31', '2021-08-21', '2021-08-31', '2021年8月下旬'],
    ['month', '2024-02-10', '2024-02-01', '2024-02-29', '2024年2月'],
    ['month', '2021-12-31', '2021-12-01', '2021-12-31', '2021年12月'],
    ['quarter', '2021-08-31', '2021-07-01', '2021-09-30', '2021年第三季度'],
    ['quarter', '2021-12-01', '2021-10-01', '2021-12-31', '2021年第四季度'],
  ];
  for (const [every, one, first, last, text] of table) {
    assert.deepEqual(spanAt(every, one), { first, last }, `${every} ${one}`);
    assert.equal(periodText(every, last), text);
  }
  for (const wrong of ['2021-08-30', '2021-02-29', '2021-13-31', 'never', '']) {
    assert.equal(isPeriodEnd('month', wrong), false, wrong);
  }
});

test('a period is asked for from its last day on, newest first, and none before the form began', () => {
  const lasts = (today: string) => endedSpans('month', today, '2021-06-01').map(({ last }) => last);
  assert.deepEqual(lasts('2021-08-30'), ['2021-07-31', '2021-06-30']);
  assert.deepEqual(lasts('2021-08-31'), ['2021-08-31', '2021-07-31', '2021-06-30']);
  assert.deepEqual(lasts('2021-11-02').length, 5, 'all of them, however long ago');
  assert.deepEqual(lasts('2021-06-15'), []);
});

function holder(role: Role, account_id: number, unit_id = 1): Entitled {
  const holdings = [{ role, unit_id, reach: new Set([unit_id]), for_account_id: null }];
  return { name: `account:${account_id}`, account_id, unit_id, via: 'console', holdings };
}

const states: readonly ReportState[] = ['opened', 'submitted', 'returned', 'reopened', 'approved'];
/** What can be done in each state, and by which of the two sides. */
const course: Record<ReportState, string> = {
  opened: 'submission:reporter',
  submitted: 'withdrawal:reporter approval:approver return:approver',
  returned: 'submission:reporter return:approver',
  reopened: 'submission:reporter correction:reporter',
  approved: 'return:approver correction:reporter',
};

for (const state of states) {
  test(`${state}: every step is open to the side that takes it, within reach, and to nobody else`, () => {
    const approvals = [...approvers];
    for (const approved of state === 'submitted' ? [0, 1, 2] : [0]) {
      const standing: Standing = { state, unit_id: 1, approvals, approved, submitted_by: 7 };
      const turn: readonly Role[] = state === 'submitted' ? [approvals[approved]!] : approvals;
      for (const name of stepNames) {
        for (const role of roles) {
          for (const unit_id of [1, 2]) {
            const sides = [
              ...(reporters.some((one) => one === role) ? ['reporter'] : []),
              ...(turn.includes(role) ? ['approver'] : []),
            ];
            const open =
              unit_id === 1 &&
              !(name === 'withdrawal' && approved > 0) &&
              sides.some((side) => course[state].split(' ').includes(`${name}:${side}`));
            const problem = checkReportStep(name, standing, holder(role, 8, unit_id), '为什么');
            assert.equal(problem === undefined, open, `${name} by ${role} of ${unit_id}: ${problem?.code}`);
          }
        }
      }
    }
  });
}

test('whoever submitted a report does not approve it, and a cell is not returned without a reason', () => {
  const standing: Standing = {
    state: 'submitted',
    unit_id: 1,
    approvals: ['unit_head'],
    approved: 0,
    submitted_by: 7,
  };
  const code = (account: number, name: 'approval' | 'return', note?: string) =>
    checkReportStep(name, standing, holder('unit_head', account), note)?.code;
  assert.equal(code(7, 'approval'), 'reporting/own_report');
  assert.equal(code(8, 'approval'), undefined);
  assert.equal(code(8, 'return', '  '), 'reporting/reason_missing');
  assert.equal(code(8, 'return', '多了一个0'), undefined);
});

test('who submits has passed the levels that are theirs, but for the last one', () => {
  const needed: Role[] = ['unit_head', 'town_coordinator', 'coordinator'];
  assert.deepEqual(approvalsLeft(needed, holder('unit_officer', 7), 1), needed);
  assert.deepEqual(approvalsLeft(needed, holder('unit_head', 7), 1), ['town_coordinator', 'coordinator']);
  assert.deepEqual(approvalsLeft(needed, holder('unit_head', 7, 2), 1), needed);
  assert.deepEqual(approvalsLeft(['town_coordinator'], holder('town_coordinator', 7), 1), [
    'town_coordinator',
  ]);
});

test('approvals lead on level by level, and only the last one ends', () => {
  const standing = (approved: number, approvals: Role[] = [...approvers]): Standing => ({
    state: 'submitted',
    unit_id: 1,
    approvals,
    approved,
    submitted_by: null,
  });
  assert.equal(stateAfter('approval', standing(0), 'opened'), 'submitted');
  assert.equal(stateAfter('approval', standing(1), 'opened'), 'submitted');
  assert.equal(stateAfter('approval', standing(2), 'opened'), 'approved');
  assert.equal(stateAfter('submission', standing(0, []), 'opened'), 'approved');
  for (const back of states) assert.equal(stateAfter('withdrawal', standing(0), back), back);
});

test('only what was returned or is corrected opens once a report was submitted', () => {
  for (const state of states) {
    assert.equal(isOpen(state, undefined), state === 'opened', state);
    const opened = { opened_for: '核对' };
    assert.equal(isOpen(state, opened), ['opened', 'returned', 'reopened'].includes(state), state);
  }
});

test('the modified z-score is what Iglewicz and Hoaglin define, and says nothing of fewer than six values', () => {
  const sample = [2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3];
  assert.ok(Math.abs(median(sample) - 2.45) < 1e-9);
  assert.ok(Math.abs(modifiedZ(8.2, sample)! - (0.6745 * 5.75) / 0.15) < 1e-6);
  assert.equal(modifiedZ(100, [1, 2, 3, 4, 5]), undefined);
  // More than half alike: the MAD is 0, and the mean deviation takes its place.
  assert.ok(Math.abs(modifiedZ(20, [10, 10, 10, 10, 10, 16])! - 7.979) < 1e-9);
  assert.equal(modifiedZ(10, [10, 10, 10, 10, 10, 10]), 0);
  assert.equal(modifiedZ(11, [10, 10, 10, 10, 10, 10]), Number.POSITIVE_INFINITY);
  assert.equal(modifiedZ(9, [10, 10, 10, 10, 10, 10]), Number.NEGATIVE_INFINITY);
});

test('the modified z-score does not change when everything is moved or stretched', () => {
  const values = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 6, maxLength: 24 });
  fc.assert(
    fc.property(
      values,
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 1, max: 50 }),
      (past, value, factor) => {
        const plain = modifiedZ(value, past)!;
        const moved = modifiedZ(
          value * factor + 7,
          past.map((one) => one * factor + 7),
        )!;
        assert.ok(plain === moved || Math.abs(plain - moved) <= 1e-6 * Math.max(1, Math.abs(plain)));
      },
    ),
  );
});

const usual: ReportCheck = {
  id: 1,
  form_id: 1,
  kind: 'outlier',
  figure: 'elders.beds',
  parts: [],
  relation: null,
  threshold: null,
  active: true,
};

function cell(
  figure: ReportCheck['figure'],
  value: number | undefined,
  past: number[] = [],
  answer = '',
): CheckedCell {
  const place = { key: `${figure}-1-${value}`, figure, area_code: '1', dimensions: {} };
  return { place, value, past, answer, open: true, name: '三灶镇' };
}

test('an outlier and a fall are asked about until they are answered; a sum has to be put right', () => {
  const past = [100, 104, 98, 101, 99, 103];
  const asked = (checks: ReportCheck[], ...cells: CheckedCell[]) =>
    questionsOf(checks, cells, (code) => code);
  assert.deepEqual(asked([usual], cell('elders.beds', 102, past)), []);
  const [far] = asked([usual], cell('elders.beds', 1020, past));
  assert.deepEqual([far!.must, far!.answered], [false, false]);
  assert.equal(asked([usual], cell('elders.beds', 1020, past, '新建一院'))[0]!.answered, true);
  assert.deepEqual(asked([{ ...usual, threshold: 1e6 }], cell('elders.beds', 1020, past)), []);
  assert.deepEqual(asked([{ ...usual, active: false }], cell('elders.beds', 1020, past)), []);
  const fall = { ...usual, kind: 'fall' } as const;
  assert.match(asked([fall], cell('elders.beds', 90, past))[0]!.text, /少了 13（上次 103）/);
  assert.deepEqual(asked([fall], cell('elders.beds', 103, past)), []);
  const sum = { ...usual, kind: 'sum', figure: 'population.residents', parts: ['elders.assessed'] } as const;
  const parts = (relation: 'equal' | 'at_most', of: number) =>
    asked(
      [{ ...sum, parts: [...sum.parts], relation }],
      cell('population.residents', 10),
      cell('elders.assessed', of),
      cell('elders.assessed', 4),
    );
  assert.deepEqual(parts('equal', 6), []);
  assert.equal(parts('equal', 5)[0]!.must, true);
  assert.deepEqual(parts('at_most', 5), []);
  assert.match(parts('at_most', 7)[0]!.text, /合计 11，多于/);
});

test('0, nothing to report, and not reported are three things, however they are written', () => {
  const table: [string, string][] = [
    ['', 'empty'],
    ['  ', 'empty'],
    ['未报', 'empty'],
    ['0', 'value 0'],
    ['1,234', 'value 1234'],
    ['１２３４', 'value 1234'],
    ['12 人', 'value 12'],
    ['12.0', 'value 12'],
    ['无：本月没有开诊', 'nothing 本月没有开诊'],
    ['无（设备检修）', 'nothing 设备检修'],
    ['/ 未开展', 'nothing 未开展'],
    ['无', 'wrong'],
    ['—', 'wrong'],
    ['-5', 'wrong'],
    ['3.5', 'wrong'],
    ['很多', 'wrong'],
    ['1e3', 'wrong'],
    ['9'.repeat(13), 'wrong'],
  ];
  for (const [text, meaning] of table) {
    const read = readTyped(text);
    const said = read.kind === 'value' ? ` ${read.value}` : read.kind === 'nothing' ? ` ${read.nothing}` : '';
    assert.equal(`${read.kind}${said}`, meaning, text);
  }
  for (const stored of [
    { value: 0, nothing: null },
    { value: 17, nothing: null },
    { value: null, nothing: '没有开诊' },
  ]) {
    const { kind: _, ...read } = readTyped(typedOf(stored)) as { kind: string };
    assert.deepEqual({ value: null, nothing: null, ...read }, stored);
  }
});
