// What the rules do each night: they look at every project once, issue what is wanted, raise what was not answered, and end
// what has got better. It goes in batches, each an entry; killed between two and run again it goes on where it stopped,
// because what was issued is known by its cause.
import { readCalendar } from '../../calendar/actions.ts';
import type { Entitled } from '../../identity/access.ts';
import { write } from '../../journal/write.ts';
import type { Database } from '../../kit/db.ts';
import { judge } from '../lights/kept.ts';
import { endedDay } from '../lights/rules.ts';
import { closeIn, issueIn } from './actions.ts';
import { type Sweeping, sweepingOf } from './rules.ts';
import { findTaken, readNotices } from './store.ts';

/** What a sweep did. */
export interface Swept {
  issued: number;
  escalated: number;
  closed: number;
}

const job: Entitled = {
  name: 'job:supervision',
  account_id: null,
  unit_id: null,
  via: 'job',
  holdings: 'unlimited',
};

/**
 * Sweeps over every project as of a moment, which is now unless a stepped clock says otherwise. `onBatch` is told after
 * each batch that is stored. Sub-projects are a part of theirs and are not urged by themselves.
 */
export async function sweep(
  db: Database,
  options: {
    at?: Date;
    simulated_at?: Date;
    batch?: number;
    onBatch?: (done: number, of: number) => void;
  } = {},
): Promise<Swept> {
  const { at = new Date(), batch = 1000, onBatch = () => {} } = options;
  const { projects } = await judge(db, options.at);
  const { open, causes } = await readNotices(db.queries);
  const openOf = new Map(open.map((notice) => [notice.project_id, notice]));
  const now = { at, ended: endedDay(at) };
  const all = projects
    .filter(({ pace }) => pace.parent_id === null)
    .flatMap((judged) => {
      const found = sweepingOf(judged, openOf.get(judged.pace.id), causes, now);
      return found ? [{ project_id: judged.pace.id, open: openOf.get(judged.pace.id)?.id, ...found }] : [];
    });
  const swept: Swept = { issued: 0, escalated: 0, closed: 0 };
  for (let from = 0; from < all.length; from += batch) {
    const part = await sweepBatch(db, all.slice(from, from + batch), options.simulated_at, at);
    for (const name of Object.keys(swept) as (keyof Swept)[]) swept[name] += part[name];
    onBatch(Math.min(all.length, from + batch), all.length);
  }
  return swept;
}

type Planned = Sweeping & { project_id: number; open: number | undefined };

async function sweepBatch(
  db: Database,
  planned: readonly Planned[],
  simulated_at: Date | undefined,
  at: Date,
): Promise<Swept> {
  const calendar = await readCalendar(db.queries);
  const change = {
    actor: job,
    action: 'supervision/sweep',
    subject: 'project',
    ...(simulated_at && { simulated_at }),
  };
  const { outcome } = await write(db, change, async (tx) => {
    // Another sweep, or somebody's hand, may have been first: what is no longer as it was read is left alone.
    const ids = planned.map((one) => one.project_id);
    const taken = await findTaken(
      tx,
      ids,
      planned.flatMap(({ issue }) => issue?.cause ?? []),
    );
    const standing = planned.filter(
      (one) =>
        taken.open.get(one.project_id) === one.open && !(one.issue && taken.causes.has(one.issue.cause)),
    );
    const by = { at, account_id: null, unit_id: null };
    const closing = standing.flatMap(({ close }) => close ?? []);
    const issuing = standing.flatMap(({ issue }) => issue ?? []);
    await closeIn(tx, closing, by);
    await issueIn(
      tx,
      calendar,
      issuing.map(({ follows, ...one }) => ({
        ...one,
        emergency: false,
        by_rule: true,
        follows_id: follows?.id ?? null,
      })),
      by,
    );
    const escalated = closing.filter((one) => one.outcome === 'escalated').length;
    const swept = { issued: issuing.length - escalated, escalated, closed: closing.length - escalated };
    Object.assign(tx.entry.detail, swept);
    return { ...swept };
  });
  return outcome;
}
