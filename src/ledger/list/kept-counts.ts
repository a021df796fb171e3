// The counts of a list's groups take longer than a page of it, and are asked for again with every page that somebody turns.
// Nothing that they count can change while no entry is added, so they are kept until one is.
import { currentHead } from '../../journal/head.ts';
import type { Database } from '../../kit/db.ts';
import { type ListView, viewAddress } from './query.ts';
import { countGroups, type GroupCount, type ListScope } from './store.ts';

/** How many lists' counts are kept at a time. */
const room = 200;

const kept = new WeakMap<Database, { entry_no: number; counts: Map<string, Promise<GroupCount[]>> }>();

/** What `countGroups` gives, without counting again while no entry was added. */
export async function keptGroups(db: Database, view: ListView, scope: ListScope): Promise<GroupCount[]> {
  // Read before counting: counts may be of a newer entry than they are kept for, and never of an older one.
  const { entry_no } = await currentHead(db);
  let known = kept.get(db);
  if (!known || known.entry_no < entry_no || known.counts.size > room) {
    known = { entry_no, counts: new Map() };
    kept.set(db, known);
  }
  const name = JSON.stringify([
    viewAddress('', view, { page: 1 }),
    scope.units ?? null,
    scope.also ?? [],
    scope.today,
  ]);
  const before = known.counts.get(name);
  if (before) return before;
  const counted = countGroups(db.queries, view, scope);
  known.counts.set(name, counted);
  counted.catch(() => known.counts.delete(name));
  return counted;
}
