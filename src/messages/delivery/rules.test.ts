import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { afterSilence, afterTry, dueAt, mayRepeat, type Outcome, usualSilence } from './rules.ts';

const at = (time: string) => new Date(`2021-09-03T${time}:00+08:00`);
const next = (time: string) => new Date(`2021-09-04T${time}:00+08:00`);

test('at night a message waits for the morning, in the district’s time', () => {
  const table: [Date, Date][] = [
    [at('12:00'), at('12:00')],
    [at('21:29'), at('21:29')],
    [at('21:30'), next('08:00')],
    [at('23:59'), next('08:00')],
    [next('00:00'), next('08:00')],
    [next('07:59'), next('08:00')],
    [next('08:00'), next('08:00')],
  ];
  for (const [from, to] of table) assert.deepEqual(afterSilence(from, usualSilence), to, from.toISOString());
  assert.deepEqual(afterSilence(at('13:10'), { silent_from: 780, silent_until: 840 }), at('14:00'));
  assert.deepEqual(afterSilence(at('13:10'), { silent_from: 0, silent_until: 0 }), at('13:10'));
});

test('a message is never early, never more than a day late, and never due in the silence', () => {
  const minutes = fc.integer({ min: 0, max: 1439 });
  const moments = fc.date({ min: at('00:00'), max: new Date('2030-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(moments, minutes, minutes, (moment, silent_from, silent_until) => {
      const due = afterSilence(moment, { silent_from, silent_until });
      assert.ok(due >= moment || moment.getTime() - due.getTime() < 60_000);
      assert.ok(due.getTime() - moment.getTime() <= 86_400_000);
      assert.deepEqual(afterSilence(due, { silent_from, silent_until }), due);
    }),
  );
});

test('what is urgent, and whoever wants it so, does not wait', () => {
  const silence = usualSilence;
  const choice = { at_night: true };
  assert.deepEqual(dueAt(at('23:00'), { urgent: true, silence, choice: undefined }), at('23:00'));
  assert.deepEqual(dueAt(at('23:00'), { urgent: false, silence, choice }), at('23:00'));
  assert.deepEqual(
    dueAt(at('23:00'), { urgent: false, silence, choice: { at_night: false } }),
    next('08:00'),
  );
});

test('what follows from a try: a lost answer is repeated only where a repetition is known, and else is unknown', () => {
  const table: [Outcome['took'], boolean, boolean, string, boolean][] = [
    ['taken', true, false, 'handed', false],
    ['taken', false, true, 'handed', false],
    ['refused', true, false, 'failed', false],
    ['later', false, false, 'waiting', true],
    ['later', false, true, 'failed', false],
    ['lost', true, false, 'waiting', true],
    ['lost', true, true, 'unknown', false],
    ['lost', false, false, 'unknown', false],
  ];
  for (const [took, repeatable, last, state, again] of table) {
    const after = afterTry({ took, fault: 'fault' } as Outcome, { repeatable, last });
    assert.deepEqual([after.state, after.again], [state, again], `${took} ${repeatable} ${last}`);
  }
  assert.equal(mayRepeat(600_000, at('12:00'), at('12:09')), true);
  assert.equal(mayRepeat(600_000, at('12:00'), at('12:10')), false);
  assert.equal(mayRepeat(0, at('12:00'), at('12:00')), false);
});
