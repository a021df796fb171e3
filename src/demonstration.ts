import type { Database } from './kit/db.ts';

/** Whether a district holds a demonstration: then every page says so. */
export async function isDemonstration(db: Database): Promise<boolean> {
  const found = await db.queries
    .selectFrom('journal')
    .select('entry_no')
    .where('simulated', '=', true)
    .orderBy('entry_no')
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
