// The figures of a publication as pages lay them out: the whole, and the three of each field or area together.
import type { Release } from '../figures/actions.ts';

/** The release of the whole of a figure. */
export function wholeOf(releases: readonly Release[], code: string): Release | undefined {
  return releases.find((one) => one.code === code && one.key === null);
}

/** How many were listed and completed in a field or area, and the rate, as released together. */
export interface Trio {
  key: string;
  name: string;
  total: Release;
  completed: Release;
  rate: Release;
}

/** The three figures of each key of a dimension, in the order of its names; keys that were not released are left out. */
export function triosOf(
  releases: readonly Release[],
  dimension: 'field' | 'area',
  names: ReadonlyMap<string, string>,
): Trio[] {
  const inside = releases.filter((one) => one.dimension === dimension);
  const find = (code: string, key: string) => inside.find((one) => one.code === code && one.key === key);
  return [...names].flatMap(([key, name]) => {
    const total = find('ledger.total', key);
    const completed = find('ledger.completed', key);
    const rate = find('ledger.completion_rate', key);
    return total && completed && rate ? [{ key, name, total, completed, rate }] : [];
  });
}
