// Small numbers of people are withheld (不公布), so that nobody can be recognised in them, and with them whatever would give
// them away by subtraction: from the whole, and from what was said before. A part is small where it has fewer than the
// threshold and is not empty, or changed by fewer since it was last said. Beside the small ones the next smallest go, until
// what is left to guess has room for as many as the threshold; where that is not enough the whole breakdown goes.

/** [K-中] Fewer persons than this are withheld where the district sets nothing else. */
export const usualThreshold = 5;

/** A part of a breakdown, in persons. */
export interface Part {
  key: string;
  value: bigint;
}

/** What was said the last time: what each part was then, and which of them were withheld. */
export interface SaidBefore {
  values: ReadonlyMap<string, bigint>;
  withheld: ReadonlySet<string>;
}

/** Whether a number, or its change since it was last said, is of so few that it is not said. */
export function isSmall(value: bigint, before: bigint | undefined, threshold: number): boolean {
  const few = (count: bigint) => count !== 0n && count < BigInt(threshold) && -count < BigInt(threshold);
  return few(value) || (before !== undefined && few(value - before));
}

/**
 * Which parts of a breakdown are withheld, its whole being public. A part that was withheld before stays so: what is said
 * of it later would tell how many of the others it had been.
 */
export function withheldParts(parts: readonly Part[], before: SaidBefore, threshold: number): Set<string> {
  const small = parts.filter(
    ({ key, value }) => before.withheld.has(key) || isSmall(value, before.values.get(key), threshold),
  );
  if (small.length === 0) return new Set();
  const withheld = new Set(small.map(({ key }) => key));
  const others = parts
    .filter(({ key, value }) => value > 0n && !withheld.has(key))
    .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : a.key < b.key ? -1 : 1));
  const hidden = () => parts.filter(({ key }) => withheld.has(key));
  while (withheld.size < 2 || !hasRoom(hidden(), before, threshold)) {
    const next = others.shift();
    if (!next) return new Set(parts.map(({ key }) => key));
    withheld.add(next.key);
  }
  return withheld;
}

/**
 * Whether what is withheld together could be spread over its parts in enough ways: the persons in it, of whom each part has
 * one at least since empty parts are said, and those who came since the last time.
 */
function hasRoom(hidden: readonly Part[], before: SaidBefore, threshold: number): boolean {
  const sum = hidden.reduce((all, { value }) => all + value, 0n);
  const grown = hidden.reduce((all, { key, value }) => all + value - (before.values.get(key) ?? 0n), 0n);
  const anybodyCame = hidden.some(({ key, value }) => value !== (before.values.get(key) ?? 0n));
  return sum - BigInt(hidden.length) >= BigInt(threshold) && (!anybodyCame || grown >= BigInt(threshold));
}
