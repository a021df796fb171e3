// Answers as of an entry never change, so one that was found is kept for whoever asks the same again. Nothing has to be
// thrown away but for room; recomputing and explaining never look here.
import type { Database } from '../kit/db.ts';
import { type Question, questionName, type Value, valuesOf } from './compute.ts';
import type { Definition } from './definition.ts';

/** How many answers are kept for a district: every headline figure by every breakdown for some hundred publications. */
const room = 5_000;

const answers = new WeakMap<Database, Map<string, Promise<Value[]>>>();

/**
 * What `valuesOf` gives, without digests, and at once where it was asked before. A question that fails is not kept.
 */
export function keptValues(db: Database, definition: Definition, question: Question): Promise<Value[]> {
  const known = answers.get(db) ?? new Map<string, Promise<Value[]>>();
  answers.set(db, known);
  const name = questionName(definition, question);
  const before = known.get(name);
  if (before) {
    // The last asked for goes to the end, so that the first is the one that nobody missed for longest.
    known.delete(name);
    known.set(name, before);
    return before;
  }
  const asked = valuesOf(db.queries, definition, question, { digests: false });
  known.set(name, asked);
  asked.catch(() => known.delete(name));
  const [oldest] = known.keys();
  if (known.size > room && oldest !== undefined) known.delete(oldest);
  return asked;
}
