/** Figures that units report although records give them too: which is which. */
export const pairs = [{ reported: 'ledger.completed_reported', derived: 'ledger.completed' }] as const;
export type Pair = (typeof pairs)[number];

/** The pair that a figure is one side of; none for most. */
export function pairOf(code: string): Pair | undefined {
  return pairs.find(({ reported, derived }) => reported === code || derived === code);
}
