import type { Role } from '../identity/roles.ts';

/** Who puts the big screen up: those who answer for the whole district. It shows nothing that residents may not see. */
export const screenViewers = [
  'district_leader',
  'liaison',
  'coordinator',
  'inspector',
  'publisher',
] as const satisfies readonly Role[];

/** Who enters that areas are split, merged or moved. */
export const areaKeepers = ['coordinator', 'system_admin'] as const satisfies readonly Role[];
