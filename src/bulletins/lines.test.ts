import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareLines } from './lines.ts';

test('a changed line went and came, the others stay', () => {
  assert.deepEqual(compareLines('一\n二\n三', '一\n贰\n三'), [
    { text: '一', change: 'same' },
    { text: '二', change: 'gone' },
    { text: '贰', change: 'new' },
    { text: '三', change: 'same' },
  ]);
});

test('from a comparison both texts can be told, and equal ones show no change', () => {
  const text = fc
    .array(fc.constantFrom('一', '二', '三', ''), { minLength: 1, maxLength: 12 })
    .map((all) => all.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = compareLines(before, after);
      const without = (change: string) =>
        lines
          .filter((line) => line.change !== change)
          .map((line) => line.text)
          .join('\n');
      assert.equal(without('new'), before);
      assert.equal(without('gone'), after);
      if (before === after) assert.ok(lines.every((line) => line.change === 'same'));
    }),
  );
});
