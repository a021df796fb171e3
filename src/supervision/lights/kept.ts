// How far projects are is read once and then brought up to date by what changed, so that a screen over 20,000 of them
// costs no more than looking at them. Each process keeps its own; nothing kept is ever older than the head that was read.
import { currentHead } from '../../journal/head.ts';
import type { Database } from '../../kit/db.ts';
import { listPaces, listTouched, type Pace } from '../../ledger/pace.ts';
import { readThresholds, type ThresholdsOf } from './actions.ts';
import { endedDay, standingOf } from './rules.ts';
import type { Standing } from './schema.ts';

interface Kept {
  entry_no: number;
  paces: Map<number, Pace>;
}

const kept = new WeakMap<Database, Promise<Kept>>();
/** Facts are never dated in the future, but the clocks of two machines may differ. */
const ahead = 86_400_000;

/** How every project on the list is now, by id; at the newest entry or a newer one than was asked for. */
function presentPaces(db: Database): Promise<Kept> {
  const before = kept.get(db);
  const now = before ? before.then((known) => upToDate(db, known)) : upToDate(db, undefined);
  kept.set(db, now);
  // What failed is read anew by the next one.
  now.catch(() => kept.get(db) === now && kept.delete(db));
  return now;
}

async function upToDate(db: Database, known: Kept | undefined): Promise<Kept> {
  const { entry_no } = await currentHead(db);
  if (known?.entry_no === entry_no) return known;
  const at = { entry_no, cutoff: new Date(Date.now() + ahead) };
  if (!known) {
    const all = await listPaces(db.queries, at);
    return { entry_no, paces: new Map(all.map((pace) => [pace.id, pace])) };
  }
  const touched = await listTouched(db.queries, known.entry_no);
  const paces = new Map(known.paces);
  for (const id of touched) paces.delete(id);
  if (touched.length > 0) {
    for (const pace of await listPaces(db.queries, at, touched)) paces.set(pace.id, pace);
  }
  return { entry_no, paces };
}

/** A project with how it stands. */
export interface Judged {
  pace: Pace;
  standing: Standing;
}

/** Every project on the list with how it stands at a moment, and the entry that this is known by. */
export interface Judgement {
  entry_no: number;
  cutoff: Date;
  of: ThresholdsOf;
  projects: Judged[];
}

/** How every project stands now, or stood at an earlier cut-off by what is known now. */
export async function judge(db: Database, cutoff?: Date): Promise<Judgement> {
  if (cutoff && cutoff.getTime() < Date.now()) return judgeAt(db, cutoff);
  const { entry_no, paces } = await presentPaces(db);
  return judged(db, { entry_no, cutoff: cutoff ?? new Date() }, paces.values());
}

async function judgeAt(db: Database, cutoff: Date): Promise<Judgement> {
  const { entry_no } = await currentHead(db);
  return judged(db, { entry_no, cutoff }, await listPaces(db.queries, { entry_no, cutoff }));
}

async function judged(
  db: Database,
  at: { entry_no: number; cutoff: Date },
  paces: Iterable<Pace>,
): Promise<Judgement> {
  const { of } = await readThresholds(db.queries, at.entry_no);
  const ended = endedDay(at.cutoff);
  const projects = [...paces].map((pace) => ({
    pace,
    standing: standingOf(pace, ended, of(pace.field_code)),
  }));
  return { ...at, of, projects };
}
