import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  actionsOf,
  checkPromise,
  checkShown,
  checkStep,
  checkTaker,
  course,
  hoursOf,
  leadsTo,
  longestPromise,
} from './rules.ts';
import { actionNames, type Who, wishStates } from './schema.ts';

const everybody: readonly Who[] = ['village', 'taker', 'person', 'time'];
const filled = { words: '说明' };

test('every state, action and person: what the table does not name is refused with its reason', () => {
  for (const state of wishStates) {
    for (const name of actionNames) {
      for (const who of everybody) {
        const action = (course[state] as Record<string, { who: readonly Who[] } | undefined>)[name];
        const problem = checkStep(state, name, who, filled);
        assert.equal(problem === undefined, action?.who.includes(who) ?? false, `${state} ${name} ${who}`);
        if (problem) assert.match(problem.code, /^wishes\/(taken|not_now)$/);
      }
    }
  }
});

test('from every state that is no end there is a way to an end, and none leads out of one', () => {
  const ends = wishStates.filter((state) => Object.keys(course[state]).length === 0);
  assert.deepEqual(ends, ['confirmed', 'declined', 'withdrawn']);
  for (const start of wishStates) {
    const reached = new Set([start]);
    for (const state of reached)
      for (const name of actionNames) {
        const to = leadsTo(state, name);
        if (to) reached.add(to);
      }
    assert.ok(
      ends.some((end) => reached.has(end)),
      start,
    );
  }
});

test('what was taken and not fulfilled comes back to the pool, whoever ends it', () => {
  for (const name of ['give_up', 'take_back', 'lapse'] as const)
    assert.equal(leadsTo('taken', name), 'shown');
  assert.equal(leadsTo('fulfilled', 'refuse'), 'shown');
  assert.deepEqual(actionsOf('fulfilled', 'person'), ['confirm', 'refuse']);
  assert.deepEqual(actionsOf('fulfilled', 'taker'), []);
  assert.equal(checkStep('taken', 'take_back', 'village', { words: ' ' })?.code, 'wishes/empty');
});

test('what is shown says nothing of who it is', () => {
  const fine = { title: '想要一副老花镜', story: '眼睛看不清报纸了。' };
  assert.equal(checkShown(fine, '陈大文'), undefined);
  const bad = [
    '陈大文想要',
    '电话 13800005678',
    '住 3号楼',
    '证号 110101199003070011',
    '座机 07567654321',
    '',
  ];
  for (const story of bad) assert.ok(checkShown({ ...fine, story }, '陈大文'), story);
});

test('a promise is for a day from today on and not too far; hours are whole or half ones; a body has a name', () => {
  assert.equal(checkPromise('2021-09-03', '2021-09-03'), undefined);
  for (const day of ['2021-09-02', '2022-09-03', '2021-02-30', '下周', '']) {
    assert.ok(checkPromise(day, '2021-09-03'), day);
  }
  assert.equal(longestPromise, 60);
  assert.deepEqual(['2', '1.5', '24', ' 0.5 '].map(hoursOf), ['2.0', '1.5', '24.0', '0.5']);
  assert.deepEqual(['0', '24.5', '1.2', '-1', '二', ''].map(hoursOf), Array(6).fill(undefined));
  assert.ok(checkTaker('branch', ' '));
  assert.ok(checkTaker('branch', '支部 13800005678'));
  assert.equal(checkTaker('branch', '第一党支部'), undefined);
  assert.equal(checkTaker('volunteer', undefined), undefined);
  const confirmed = (words: string) => checkStep('fulfilled', 'confirm', 'village', { words })?.code;
  assert.equal(confirmed('送到 3号楼'), 'wishes/tells');
  assert.equal(confirmed(''), undefined);
});
