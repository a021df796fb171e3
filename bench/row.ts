/** What was measured, and what was wanted. */
export interface Row {
  what: string;
  measured: number;
  wanted: string;
  good: boolean;
}

/** A row that must not be above its limit. */
export function atMost(what: string, measured: number, wanted: number): Row {
  return { what, measured, wanted: `≤ ${wanted}`, good: measured <= wanted };
}

/** A row that must not be below its limit. */
export function atLeast(what: string, measured: number, wanted: number): Row {
  return { what, measured, wanted: `≥ ${wanted}`, good: measured >= wanted };
}

/** The middle one of some measures. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
