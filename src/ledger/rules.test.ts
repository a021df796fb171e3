import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Role, roles } from '../identity/roles.ts';
import { checkDates, checkOrder, checkStep, checkVerifier, course, stepsFrom } from './rules.ts';
import { type ProjectState, projectStates } from './schema.ts';

const holding = (role: Role, ...units: number[]) => ({
  role,
  unit_id: units[0]!,
  reach: new Set(units),
  for_account_id: null,
});
const all = { holdings: 'unlimited' } as const;
const project = (state: ProjectState) => ({ number: 'A', state, unit_id: 7 });

test('a project moves only along its course', () => {
  for (const from of projectStates) {
    for (const to of projectStates) {
      assert.equal(checkStep(project(from), to, all) === undefined, to in course[from], `${from} → ${to}`);
    }
  }
});

test('each step is for the roles of the table, and for the own unit', () => {
  for (const from of projectStates) {
    for (const [to, allowed] of stepsFrom(from)) {
      for (const role of roles) {
        const own = checkStep(project(from), to, { holdings: [holding(role, 7)] });
        const above = checkStep(project(from), to, { holdings: [holding(role, 1, 7)] });
        const foreign = checkStep(project(from), to, { holdings: [holding(role, 8)] });
        assert.equal(own === undefined, allowed.includes(role), `${role}: ${from} → ${to}`);
        assert.equal(above === undefined, allowed.includes(role), `${role}: ${from} → ${to}`);
        assert.equal(foreign?.code, 'identity/reach', `${role}: ${from} → ${to}`);
      }
    }
  }
});

test('nobody is complete without having claimed it', () => {
  assert.ok(checkStep(project('in_progress'), 'completed', all));
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
