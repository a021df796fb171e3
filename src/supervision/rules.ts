// A leader reads and writes instructions (批示) on projects; a liaison enters them for the leader whom they act for, and
// the entry says so (代录). Instructions are for staff and never public.
import type { Role } from '../identity/roles.ts';

/** Who gives instructions: leaders, and liaisons for theirs. */
export const instructionGivers = ['district_leader', 'liaison'] as const satisfies readonly Role[];
