import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Role, roles } from '../identity/roles.ts';
import { course, doneStates, findStep, openStates, proposalStates, stepsFrom } from './course.ts';
import {
  checkDates,
  checkExtension,
  checkExtensionDecider,
  checkExtensionStands,
  checkOrder,
  checkReason,
  checkStep,
  checkStepContext,
  checkVerifier,
  isPublic,
  openSteps,
} from './rules.ts';
import { type ProjectState, projectStates, type StepRow } from './schema.ts';

const holding = (role: Role, ...units: number[]) => ({
  role,
  unit_id: units[0]!,
  reach: new Set(units),
  for_account_id: null,
});
const all = { holdings: 'unlimited' } as const;
const project = (state: ProjectState) => ({
  number: 'A',
  state,
  unit_id: 7,
  proposing_unit_id: null as number | null,
  verifying_unit_id: null as number | null,
});
const shown = { items: 3, items_open: 0, evidence: 0 };
const stepBy = (account_id: number, unit_id: number): StepRow => ({
  id: 1,
  project_id: 1,
  from_state: null,
  to_state: 'completion_claimed',
  occurred_at: new Date('2021-05-01T10:00+08:00'),
  account_id,
  unit_id,
  note: null,
});

test('a project moves only along its course', () => {
  for (const from of projectStates) {
    for (const to of projectStates) {
      assert.equal(checkStep(project(from), to, all) === undefined, to in course[from], `${from} → ${to}`);
    }
  }
});

test('each step is for the roles of the table, and for the own unit', () => {
  for (const from of projectStates) {
    for (const [to, step] of stepsFrom(from)) {
      for (const role of roles) {
        const own = checkStep(project(from), to, { holdings: [holding(role, 7)] });
        const above = checkStep(project(from), to, { holdings: [holding(role, 1, 7)] });
        const foreign = checkStep(project(from), to, { holdings: [holding(role, 8)] });
        assert.equal(own === undefined, step.roles.includes(role), `${role}: ${from} → ${to}`);
        assert.equal(above === undefined, step.roles.includes(role), `${role}: ${from} → ${to}`);
        assert.equal(foreign?.code, 'identity/reach', `${role}: ${from} → ${to}`);
      }
    }
  }
});

test('the table of who takes which step is the one that was agreed', () => {
  const table = projectStates.flatMap((from) =>
    stepsFrom(from).map(([to, step]) => `${from} → ${to}: ${[...step.roles].sort().join(' ')}`),
  );
  const doing = 'town_coordinator unit_head unit_officer village_officer';
  const verifying = 'coordinator inspector town_coordinator';
  const screening = 'coordinator town_coordinator unit_head';
  assert.deepEqual(table, [
    `proposed → screened: ${screening}`,
    `proposed → returned: ${screening}`,
    'proposed → declined: coordinator',
    `returned → proposed: ${doing}`,
    'screened → consolidated: coordinator',
    'screened → returned: coordinator',
    'screened → merged: coordinator',
    'screened → declined: coordinator',
    'consolidated → approved: district_leader liaison',
    'consolidated → returned: coordinator',
    'consolidated → merged: coordinator',
    'consolidated → declined: coordinator',
    'merged → screened: coordinator',
    'declined → screened: coordinator',
    'approved → registered: coordinator',
    'approved → returned: coordinator',
    'registered → assigned: coordinator',
    'registered → terminated: coordinator',
    `assigned → accepted: ${doing}`,
    `assigned → registered: ${doing}`,
    'assigned → terminated: coordinator',
    `accepted → in_progress: ${doing}`,
    'accepted → terminated: coordinator',
    `in_progress → completion_claimed: ${doing}`,
    'in_progress → terminated: coordinator',
    `completion_claimed → completed: ${verifying}`,
    `completion_claimed → verifying: ${verifying}`,
    `completion_claimed → in_progress: ${verifying}`,
    'completion_claimed → terminated: coordinator',
    `verifying → completed: ${verifying}`,
    `verifying → in_progress: ${verifying}`,
    'verifying → terminated: coordinator',
    'completed → archived: coordinator',
    `completed → in_progress: ${verifying}`,
    `archived → in_progress: ${verifying}`,
  ]);
});

test('every state can be reached from a proposal, and every state but termination leads on', () => {
  const reached = new Set<ProjectState>(['proposed']);
  for (const state of reached) for (const [to] of stepsFrom(state)) reached.add(to);
  assert.deepEqual([...reached].sort(), [...projectStates].sort());
  for (const state of projectStates)
    assert.equal(stepsFrom(state).length === 0, state === 'terminated', state);
});

test('completion is reached from a claim alone, and the list from an approval alone', () => {
  for (const from of projectStates) {
    const completes = findStep(from, 'completed') !== undefined;
    assert.equal(completes, from === 'completion_claimed' || from === 'verifying', from);
    const lists = findStep(from, 'registered') !== undefined;
    assert.equal(lists, from === 'approved' || from === 'assigned', from);
  }
});

test('a state is a proposal, open, done or terminated, and never two of them', () => {
  for (const state of projectStates) {
    const kinds = [proposalStates, openStates, doneStates, ['terminated']] as const;
    assert.equal(kinds.filter((kind) => (kind as readonly string[]).includes(state)).length, 1, state);
  }
});

test('what goes back, ends or is refused wants a reason', () => {
  for (const from of projectStates) {
    for (const [to, step] of stepsFrom(from)) {
      const wants =
        ['returned', 'merged', 'declined', 'terminated'].includes(to) || /退回|重新|恢复/.test(step.word.zh);
      // 重新申报 answers what it was sent back for, by what the proposal says now.
      assert.equal(step.reason ?? false, wants && from !== 'returned', `${from} → ${to}`);
      assert.equal(checkReason(step, '  ')?.code, step.reason && 'ledger/reason_missing');
      assert.equal(checkReason(step, '缺少照片'), undefined);
    }
  }
});

test('steps are dated in order and not in the future', () => {
  const last = { occurred_at: new Date('2021-05-01T10:00+08:00') };
  const now = new Date('2021-05-03T10:00+08:00');
  assert.equal(checkOrder(last, new Date('2021-05-02T10:00+08:00'), now), undefined);
  assert.equal(checkOrder(last, last.occurred_at, now), undefined);
  assert.equal(checkOrder(last, new Date('2021-04-30T10:00+08:00'), now)?.code, 'ledger/step_order');
  assert.equal(checkOrder(last, new Date('2021-05-04T10:00+08:00'), now)?.code, 'ledger/step_future');
});

test('completion is verified by another person of another unit', () => {
  const claim = { account_id: 1, unit_id: 7 };
  assert.equal(checkVerifier({ unit_id: 7 }, claim, { account_id: 2, unit_id: 8 }), undefined);
  for (const verifier of [
    { account_id: 1, unit_id: 8 },
    { account_id: 2, unit_id: 7 },
    { account_id: null, unit_id: null },
  ]) {
    assert.equal(checkVerifier({ unit_id: 7 }, claim, verifier)?.code, 'ledger/own_verification');
  }
});

test('who claims for another unit, or by a workbook, does not let the unit in charge verify itself', () => {
  for (const claim of [
    { account_id: 1, unit_id: 9 },
    { account_id: null, unit_id: null },
  ]) {
    const own = checkVerifier({ unit_id: 7 }, claim, { account_id: 2, unit_id: 7 });
    assert.equal(own?.code, 'ledger/own_verification');
    assert.equal(checkVerifier({ unit_id: 7 }, claim, { account_id: 2, unit_id: 8 }), undefined);
  }
});

test('who verifies for a unit that a project names is of that unit, whatever else they hold', () => {
  const named = { ...project('completion_claimed'), verifying_unit_id: 9 };
  for (const role of ['unit_officer', 'unit_head', 'inspector'] as const) {
    assert.equal(checkStep(named, 'completed', { holdings: [holding(role, 9)] }), undefined, role);
    const doer = checkStep(named, 'completed', { holdings: [holding(role, 7)] });
    assert.equal(doer?.code, 'identity/reach', role);
  }
  const unnamed = checkStep(project('completion_claimed'), 'completed', {
    holdings: [holding('unit_officer', 7)],
  });
  assert.equal(unnamed?.code, 'identity/reach');
});

test('a proposal belongs to who proposes it, whoever is to lead it', () => {
  const proposal = { ...project('returned'), proposing_unit_id: 5 };
  const by = (unit: number) => ({ holdings: [holding('unit_officer', unit)] });
  assert.equal(checkStep(proposal, 'proposed', by(5)), undefined);
  assert.equal(checkStep(proposal, 'proposed', by(7))?.code, 'identity/reach');
  const assigned = { ...project('assigned'), proposing_unit_id: 5 };
  assert.equal(checkStep(assigned, 'accepted', by(5))?.code, 'identity/reach');
  assert.equal(checkStep(assigned, 'accepted', by(7)), undefined);
});

test('nothing is complete while an item is open, or with neither a checklist nor evidence', () => {
  const other = { account_id: 2, unit_id: 8 };
  for (const [from, to, actor] of [
    ['in_progress', 'completion_claimed', { account_id: 1, unit_id: 7 }],
    ['completion_claimed', 'completed', other],
    ['verifying', 'completed', other],
  ] as const) {
    const said = (context: typeof shown) =>
      checkStepContext(project(from), to, actor, { last: stepBy(1, 7), claim: stepBy(1, 7), ...context })
        ?.code;
    assert.equal(said({ items: 3, items_open: 1, evidence: 4 }), 'ledger/items_open', `${from} → ${to}`);
    assert.equal(said({ items: 0, items_open: 0, evidence: 0 }), 'ledger/nothing_shown', `${from} → ${to}`);
    assert.equal(said({ items: 0, items_open: 0, evidence: 1 }), undefined, `${from} → ${to}`);
    assert.equal(said({ items: 3, items_open: 0, evidence: 0 }), undefined, `${from} → ${to}`);
  }
});

test('where a project names who verifies it, nobody else does', () => {
  const named = { ...project('completion_claimed'), verifying_unit_id: 9 };
  const context = { last: stepBy(1, 7), claim: stepBy(1, 7), ...shown };
  for (const to of ['completed', 'verifying'] as const) {
    assert.equal(checkStepContext(named, to, { account_id: 2, unit_id: 9 }, context), undefined);
    const other = checkStepContext(named, to, { account_id: 2, unit_id: 8 }, context);
    assert.equal(other?.code, 'ledger/verifying_unit');
  }
});

test('completion is not claimed while items of the checklist are open', () => {
  const context = { last: stepBy(1, 7), claim: undefined, ...shown, items_open: 2 };
  const actor = { account_id: 1, unit_id: 7 };
  const refused = checkStepContext(project('in_progress'), 'completion_claimed', actor, context);
  assert.equal(refused?.code, 'ledger/items_open');
  const done = { ...context, ...shown };
  assert.equal(checkStepContext(project('in_progress'), 'completion_claimed', actor, done), undefined);
});

test('a proposal is screened and approved by another person than the one before', () => {
  const context = { last: stepBy(1, 7), claim: undefined, ...shown };
  for (const [from, to] of [
    ['proposed', 'screened'],
    ['consolidated', 'approved'],
  ] as const) {
    const own = checkStepContext(project(from), to, { account_id: 1, unit_id: 7 }, context);
    assert.equal(own?.code, 'ledger/own_step');
    assert.equal(checkStepContext(project(from), to, { account_id: 2, unit_id: 7 }, context), undefined);
  }
});

test('a later deadline is asked for in time, for a later day, with a reason, and once at a time', () => {
  const base = { state: 'in_progress', deadline: '2021-08-31' } as const;
  const asked = { deadline: '2021-09-30', reason: '台风' };
  const code = (problem: { code: string } | undefined) => problem?.code;
  assert.equal(code(checkExtension(base, undefined, asked, '2021-08-31')), undefined);
  assert.equal(code(checkExtension(base, undefined, asked, '2021-09-01')), 'ledger/extension_late');
  assert.equal(code(checkExtension(base, { id: 1 }, asked, '2021-08-01')), 'ledger/extension_open');
  const same = { ...asked, deadline: '2021-08-31' };
  assert.equal(code(checkExtension(base, undefined, same, '2021-08-01')), 'ledger/extension_earlier');
  const mute = { ...asked, reason: ' ' };
  assert.equal(code(checkExtension(base, undefined, mute, '2021-08-01')), 'ledger/reason_missing');
  for (const state of projectStates) {
    const open = ['assigned', 'accepted', 'in_progress'].includes(state);
    const found = code(checkExtension({ ...base, state }, undefined, asked, '2021-08-01'));
    assert.equal(found, open ? undefined : 'ledger/extension_state', state);
  }
  assert.equal(
    checkExtensionDecider({ account_id: 1, unit_id: 7 }, { account_id: 2, unit_id: 8 }),
    undefined,
  );
  for (const decider of [
    { account_id: 1, unit_id: 8 },
    { account_id: 2, unit_id: 7 },
  ]) {
    const own = checkExtensionDecider({ account_id: 1, unit_id: 7 }, decider);
    assert.equal(own?.code, 'ledger/own_extension');
  }
});

test('an extension is granted only while the project stands where it was asked for', () => {
  const asked = { former_deadline: '2021-08-31' };
  for (const state of projectStates) {
    const open = ['assigned', 'accepted', 'in_progress'].includes(state);
    const found = checkExtensionStands({ state, deadline: '2021-08-31' }, asked)?.code;
    assert.equal(found, open ? undefined : 'ledger/extension_past', state);
  }
  const moved = checkExtensionStands({ state: 'in_progress', deadline: '2021-09-15' }, asked);
  assert.equal(moved?.code, 'ledger/extension_past');
});

test('a deadline does not lie before the start, and nothing is public that was not reviewed', () => {
  assert.equal(checkDates({ start: '2021-03-01', deadline: '2021-03-01' }), undefined);
  assert.equal(checkDates({ start: '2021-03-01', deadline: 'infinity' }), undefined);
  assert.equal(checkDates({ start: '2021-03-02', deadline: '2021-03-01' })?.code, 'ledger/dates');
  assert.equal(isPublic({ disclosure: 'public', reviewed: true }), true);
  assert.equal(isPublic({ disclosure: 'public', reviewed: null }), false);
  assert.equal(isPublic({ disclosure: 'withheld', reviewed: true }), false);
});

test('what is offered is what may be done, and a blocked step says why', () => {
  const claim = stepBy(1, 7);
  const context = { last: claim, claim, ...shown };
  const person = (account_id: number, unit_id: number, role: Role) => ({
    name: `account:${account_id}`,
    account_id,
    unit_id,
    via: 'console' as const,
    holdings: [holding(role, unit_id, 7)],
  });
  const own = openSteps(project('completion_claimed'), context, person(1, 7, 'town_coordinator'));
  assert.equal(own.find(({ to }) => to === 'completed')?.problem?.code, 'ledger/own_verification');
  const other = openSteps(project('completion_claimed'), context, person(2, 8, 'inspector'));
  assert.deepEqual(
    other.map(({ to, problem }) => [to, problem]),
    [
      ['completed', undefined],
      ['verifying', undefined],
      ['in_progress', undefined],
    ],
  );
});
