import type { Role } from '../identity/roles.ts';

/** Who reports for a unit. */
export const reporters = [
  'unit_officer',
  'unit_head',
  'village_officer',
  'town_coordinator',
] as const satisfies readonly Role[];

/** Who looks at reports: those who report or approve, and those who watch over the whole. */
export const reportReaders = [
  ...reporters,
  'coordinator',
  'inspector',
  'district_leader',
  'liaison',
] as const satisfies readonly Role[];

/** The roles that may approve reports, as a form names them in their order. */
export const approvers = ['unit_head', 'town_coordinator', 'coordinator'] as const satisfies readonly Role[];

/** Who keeps the forms. */
export const formKeepers = ['coordinator'] as const satisfies readonly Role[];
