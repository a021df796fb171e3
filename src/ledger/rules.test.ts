import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDates, checkOrder, checkStep, checkVerifier, course } from './rules.ts';
import { projectStates } from './schema.ts';

test('a project moves only along its course', () => {
  for (const from of projectStates) {
    for (const to of projectStates) {
      const allowed = (course[from] as readonly string[]).includes(to);
      assert.equal(checkStep({ number: 'A', state: from }, to) === undefined, allowed, `${from} → ${to}`);
    }
  }
});

test('nobody is complete without having claimed it', () => {
  assert.ok(checkStep({ number: 'A', state: 'in_progress' }, 'completed'));
});

for (const [claimer, verifier, fine] of [
  [[1, 10], [2, 20], true],
  [[1, 10], [1, 20], false],
  [[1, 10], [2, 10], false],
  [[1, 10], [null, null], false],
] as const) {
  test(`a claim by account ${claimer[0]} of unit ${claimer[1]} is ${fine ? '' : 'not '}verified by account ${verifier[0]} of unit ${verifier[1]}`, () => {
    const problem = checkVerifier(
      { account_id: claimer[0], unit_id: claimer[1] },
      { account_id: verifier[0], unit_id: verifier[1] },
    );
    assert.equal(problem === undefined, fine);
  });
}

test('a step is not dated before the last one, nor ahead of now', () => {
  const day = (text: string) => new Date(`2021-0${text}T00:00Z`);
  const last = { occurred_at: day('5-01') };
  assert.equal(checkOrder(last, day('5-02'), day('6-01')), undefined);
  assert.equal(checkOrder(last, day('4-30'), day('6-01'))?.code, 'ledger/step_order');
  assert.equal(checkOrder(last, day('6-02'), day('6-01'))?.code, 'ledger/step_future');
});

test('a deadline does not lie before the start', () => {
  assert.equal(checkDates({ start: '2021-03-01', deadline: '2021-03-01' }), undefined);
  assert.equal(checkDates({ start: '2021-03-02', deadline: '2021-03-01' })?.code, 'ledger/dates');
});
