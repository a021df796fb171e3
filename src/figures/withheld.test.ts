import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSmall, type Part, type SaidBefore, withheldParts } from './withheld.ts';

const keys = ['a', 'b', 'c', 'd'];
const threshold = 3;
const partsOf = (values: readonly number[]): Part[] =>
  values.map((value, index) => ({ key: keys[index]!, value: BigInt(value) }));
const nothingBefore: SaidBefore = { values: new Map(), withheld: new Set() };
const withheld = (values: readonly number[], before = nothingBefore, least = threshold) =>
  [...withheldParts(partsOf(values), before, least)].sort().join('');

test('few persons are withheld, and with them the next smallest, so that the whole gives nothing away', () => {
  assert.equal(withheld([10, 20, 30]), '');
  assert.equal(withheld([0, 20, 30]), '');
  assert.equal(withheld([2, 20, 30]), 'ab');
  assert.equal(withheld([2, 30, 20]), 'ac');
  assert.equal(withheld([2, 2, 30]), 'abc');
  assert.equal(withheld([2, 2, 30, 40]), 'abc');
  assert.equal(withheld([1, 1, 0, 9]), 'abd');
  // Two parts of three persons have no room to hide in: nothing of the breakdown is said, the empty parts neither.
  assert.equal(withheld([1, 2, 0, 0]), 'abcd');
});

test('what changed by few since it was last said is withheld, and what was withheld stays so', () => {
  assert.ok(isSmall(12n, 10n, 5) && isSmall(8n, 10n, 5) && !isSmall(10n, 10n, 5) && !isSmall(15n, 10n, 5));
  const before = {
    values: new Map([
      ['a', 10n],
      ['b', 20n],
      ['c', 30n],
    ]),
    withheld: new Set<string>(),
  };
  assert.equal(withheld([12, 20, 40], before), 'abc');
  assert.equal(withheld([12, 26, 40], before), 'ab');
  assert.equal(withheld([10, 20, 40], before), '');
  assert.equal(withheld([60, 20, 40], { values: new Map(), withheld: new Set(['a', 'b']) }), 'ab');
});

interface Said {
  whole: number;
  /** What was said of each part, or nothing. */
  parts: (number | undefined)[];
}

/** What is said of a history of a breakdown, release after release, each knowing those before; none of small wholes. */
function sayAll(history: readonly (readonly number[])[]): (Said | undefined)[] {
  const last = new Map<string, bigint>();
  const hidden = new Set<string>();
  let whole: bigint | undefined;
  return history.map((values) => {
    const sum = values.reduce((a, b) => a + b, 0);
    if (isSmall(BigInt(sum), whole, threshold)) return undefined;
    whole = BigInt(sum);
    const now = withheldParts(partsOf(values), { values: last, withheld: hidden }, threshold);
    for (const [index, value] of values.entries()) {
      if (now.has(keys[index]!)) hidden.add(keys[index]!);
      last.set(keys[index]!, BigInt(value));
    }
    return { whole: sum, parts: values.map((value, index) => (now.has(keys[index]!) ? undefined : value)) };
  });
}

/** Every history that agrees with what was said: each release's breakdowns that do, each no less than the one before. */
function* consistent(said: readonly Said[], at = 0, before: readonly number[] = []): Generator<number[][]> {
  const one = said[at];
  if (!one) {
    yield [];
    return;
  }
  // Where anything is said, what is not is no empty part.
  const least = one.parts.some((part) => part !== undefined) ? 1 : 0;
  for (const values of fillings(one, before, least)) {
    for (const rest of consistent(said, at + 1, values)) yield [values, ...rest];
  }
}

function* fillings(
  said: Said,
  before: readonly number[],
  least: number,
  chosen: readonly number[] = [],
): Generator<number[]> {
  const index = chosen.length;
  const left = said.whole - chosen.reduce((a, b) => a + b, 0);
  if (index === said.parts.length) {
    if (left === 0) yield [...chosen];
    return;
  }
  const floor = before[index] ?? 0;
  const part = said.parts[index];
  const [from, to] = part === undefined ? [Math.max(least, floor), left] : [part, part];
  if (part !== undefined && part < floor) return;
  for (let value = from; value <= Math.min(to, left); value++) {
    yield* fillings(said, before, least, [...chosen, value]);
  }
}

test('a solver that knows everything ever said finds no small number, whole or in growth', () => {
  const growth = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(growth, { minLength: 1, maxLength: 3 }), (growths) => {
      const history: number[][] = [];
      for (const one of growths) history.push(one.map((add, index) => add + (history.at(-1)?.[index] ?? 0)));
      const said = sayAll(history);
      const published = said.filter((one) => one !== undefined);
      const known = history.filter((_, index) => said[index] !== undefined);
      const possible = new Map<string, Set<number>>();
      let found = 0;
      for (const world of consistent(published)) {
        if (++found > 200_000) return;
        for (const [release, values] of world.entries()) {
          for (const [part, value] of values.entries()) {
            for (const [name, seen] of [
              [`value ${release} ${part}`, value],
              [`growth ${release} ${part}`, value - (world[release - 1]?.[part] ?? 0)],
            ] as const) {
              if (!possible.has(name)) possible.set(name, new Set());
              possible.get(name)!.add(seen);
            }
          }
        }
      }
      assert.ok(found > 0, 'what happened agrees with what was said');
      for (const [release, values] of known.entries()) {
        for (const [part, value] of values.entries()) {
          const grown = value - (known[release - 1]?.[part] ?? 0);
          for (const [name, secret] of [
            [`value ${release} ${part}`, value],
            [`growth ${release} ${part}`, grown],
          ] as const) {
            if (secret === 0 || secret >= threshold) continue;
            const guesses = possible.get(name)!;
            assert.ok(guesses.size >= threshold, `${name}: ${[...guesses]} of ${JSON.stringify(published)}`);
          }
        }
      }
    }),
    { numRuns: 400 },
  );
});
