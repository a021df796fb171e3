import type { Role } from '../identity/roles.ts';

/** Who writes and publishes bulletins. */
export const bulletinPublishers = ['publisher'] as const satisfies readonly Role[];
