import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decimalText, exactText, fraction, fractionOf, minus, over, plus, zero } from './fraction.ts';

const any = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 9n }))
  .map(([n, d]) => fraction(n, d));

test('fractions add up exactly, in any order, and a difference takes a sum back', () => {
  fc.assert(
    fc.property(any, any, any, (a, b, c) => {
      assert.deepEqual(plus(a, b, c), plus(c, plus(b, a)));
      assert.deepEqual(minus(plus(a, b), b), a);
      assert.deepEqual(plus(a, zero), a);
      const back = over(a, b);
      if (back) assert.equal(back.n * a.d * b.n, a.n * back.d * b.d);
      else assert.equal(b.n, 0n);
    }),
  );
});

test('a fraction says itself exactly, and rounds half away from 0 when it is shown', () => {
  const cases = [
    ['467', '467', '467.0'],
    ['-3.50', '-7/2', '-3.5'],
    ['0.05', '1/20', '0.1'],
    ['-0.05', '-1/20', '-0.1'],
    ['-0.04', '-1/25', '0.0'],
    ['99.95', '1999/20', '100.0'],
  ] as const;
  for (const [decimal, exact, shown] of cases) {
    assert.equal(exactText(fractionOf(decimal)), exact);
    assert.equal(decimalText(fractionOf(decimal), 1), shown);
  }
  assert.equal(decimalText(fraction(46_700n, 495n), 0), '94');
  assert.throws(() => fraction(1n, 0n), RangeError);
});
