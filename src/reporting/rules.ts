import type { Role } from '../identity/roles.ts';

/** Who reports for a unit. */
export const reporters = [
  'unit_officer',
  'unit_head',
  'village_officer',
  'town_coordinator',
] as const satisfies readonly Role[];
