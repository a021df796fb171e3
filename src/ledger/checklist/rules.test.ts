import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Role, roles } from '../../identity/roles.ts';
import { type ProjectState, projectStates } from '../schema.ts';
import {
  checkEvidence,
  checkItemStep,
  checkItems,
  itemCourse,
  itemStepsFrom,
  percentOf,
  progressOf,
} from './rules.ts';
import { type EvidenceKind, evidenceKinds, type ItemState, itemStates } from './schema.ts';

const person = (role: Role, account_id: number, ...units: number[]) => ({
  name: `account:${account_id}`,
  account_id,
  unit_id: units[0]!,
  via: 'console' as const,
  holdings: [{ role, unit_id: units[0]!, reach: new Set(units), for_account_id: null }],
});
const project = (state: ProjectState, verifying_unit_id: number | null = null) => ({
  number: 'A',
  state,
  verifying_unit_id,
});
const item = (state: ItemState) => ({ position: 1, state, unit_id: 7 });
const claim = { account_id: 1, unit_id: 7 };

test('an item moves only along its course, by the roles of the table, for its own unit', () => {
  for (const from of itemStates) {
    for (const to of itemStates) {
      for (const role of roles) {
        const problem = checkItemStep(project('in_progress'), item(from), to, person(role, 2, 7), claim);
        const step = itemStepsFrom(from).find(([state]) => state === to)?.[1];
        assert.equal(problem === undefined, step?.roles.includes(role) ?? false, `${role}: ${from} → ${to}`);
        const foreign = checkItemStep(project('in_progress'), item(from), to, person(role, 2, 8), claim);
        assert.ok(foreign, `${role} of another unit: ${from} → ${to}`);
      }
    }
  }
});

test('items are worked on while their project is accepted, in progress or to be verified', () => {
  for (const state of projectStates) {
    const problem = checkItemStep(
      project(state),
      item('planned'),
      'claimed',
      person('unit_officer', 1, 7),
      undefined,
    );
    const open = ['accepted', 'in_progress', 'completion_claimed', 'verifying'].includes(state);
    assert.equal(problem?.code, open ? undefined : 'ledger/item_project_state', state);
  }
});

test('an item is verified by another person, and by the unit that the project names', () => {
  const check = (account_id: number, unit: number, verifying: number | null) =>
    checkItemStep(
      project('in_progress', verifying),
      item('claimed'),
      'verified',
      person('inspector', account_id, unit, verifying ?? 7),
      claim,
    )?.code;
  assert.equal(check(1, 7, null), 'ledger/own_item');
  assert.equal(check(2, 7, null), undefined);
  assert.equal(check(2, 8, 8), undefined);
  assert.equal(check(2, 9, 8), 'ledger/verifying_unit');
});

test('evidence is enough when it is of a kind that the item accepts, and a photo is never the only one', () => {
  for (const kind of evidenceKinds) {
    for (const wanted of evidenceKinds) {
      const problem = checkEvidence({ position: 1, evidence_kinds: [wanted] }, [{ kind }]);
      const enough = kind === wanted || (kind === 'photo' && wanted === 'document');
      assert.equal(problem?.code, enough ? undefined : 'ledger/evidence_missing', `${kind} for ${wanted}`);
    }
  }
  assert.equal(
    checkEvidence({ position: 1, evidence_kinds: ['record'] }, [])?.code,
    'ledger/evidence_missing',
  );
  assert.equal(checkItems([planned(1, { evidence_kinds: ['photo'] })])?.code, 'ledger/item_plan');
  assert.equal(checkItems([planned(1, { evidence_kinds: ['photo', 'telephone'] })]), undefined);
});

function planned(position: number, rest: Partial<ReturnType<typeof plain>> = {}) {
  return { ...plain(position), ...rest };
}
function plain(position: number) {
  return {
    position,
    title: '事项',
    weight: '1',
    planned_start: null as string | null,
    planned_end: null as string | null,
    depends_on: [] as number[],
    evidence_kinds: ['record'] as EvidenceKind[],
  };
}

test('a checklist has each number once, no day before its start, and nothing that waits for itself', () => {
  assert.equal(checkItems([planned(1), planned(2, { depends_on: [1] })]), undefined);
  assert.equal(checkItems([planned(1), planned(1)])?.code, 'ledger/item_plan');
  assert.equal(checkItems([planned(1, { depends_on: [1] })])?.code, 'ledger/item_plan');
  assert.equal(checkItems([planned(1, { depends_on: [9] })])?.code, 'ledger/item_plan');
  assert.equal(checkItems([planned(1, { weight: '0' })])?.code, 'ledger/item_plan');
  const backwards = planned(1, { planned_start: '2021-05-02', planned_end: '2021-05-01' });
  assert.equal(checkItems([backwards])?.code, 'ledger/item_plan');
  const round = [
    planned(1, { depends_on: [3] }),
    planned(2, { depends_on: [1] }),
    planned(3, { depends_on: [2] }),
  ];
  assert.equal(checkItems(round)?.code, 'ledger/item_round');
});

const items = fc.array(
  fc.record({
    weight: fc.integer({ min: 1, max: 1_000_000 }).map((hundredths) => (hundredths / 100).toFixed(2)),
    state: fc.constantFrom(...itemStates),
  }),
  { minLength: 1, maxLength: 40 },
);

test('progress never falls when an item is verified', () => {
  fc.assert(
    fc.property(items, fc.nat(), (list, chosen) => {
      const before = Number(percentOf(progressOf(list)));
      const index = chosen % list.length;
      const after = list.map((one, at) => (at === index ? { ...one, state: 'verified' as const } : one));
      assert.ok(Number(percentOf(progressOf(after))) >= before);
    }),
  );
});

test('progress is 100 only when every item is verified, and then it is', () => {
  fc.assert(
    fc.property(items, (list) => {
      const all = list.every(({ state }) => state === 'verified');
      assert.equal(percentOf(progressOf(list)) === '100.0', all);
    }),
  );
});

test('progress is the weight of what is verified, half up, whatever the order', () => {
  const of = (...list: [string, ItemState][]) =>
    percentOf(progressOf(list.map(([weight, state]) => ({ weight, state }))));
  assert.equal(of(['1', 'verified'], ['2', 'planned']), '33.3');
  assert.equal(of(['2', 'verified'], ['1', 'claimed']), '66.7');
  assert.equal(of(['1', 'verified'], ['1', 'planned']), '50.0');
  assert.equal(of(['9999.99', 'verified'], ['0.01', 'claimed']), '99.9');
  assert.equal(of(['1', 'claimed']), '0.0');
  assert.equal(percentOf(progressOf([])), null);
  fc.assert(
    fc.property(items, (list) => {
      assert.deepEqual(progressOf(list), progressOf([...list].reverse()));
    }),
  );
});

test('every step of the items’ course that goes back wants a reason', () => {
  for (const steps of Object.values(itemCourse)) {
    for (const [to, step] of Object.entries(steps)) {
      assert.equal('reason' in step, to === 'in_progress' && step.word.zh === '退回', `${to}`);
    }
  }
});
