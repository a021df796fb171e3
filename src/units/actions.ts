import { type Actor, type Transaction, type Written, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import { Problem } from '../kit/problem.ts';
import type { Unit } from './schema.ts';
import { insertUnits, listUnits } from './store.ts';

export { listUnits, type UnitRow } from './store.ts';

/** Adds units; a parent is a unit that exists or stands earlier in the list. Raises `units/parent`. */
export function addUnits(
  db: Database,
  actor: Actor,
  units: readonly Unit[],
  simulated_at?: Date,
): Promise<Written<undefined>> {
  const change = { actor, action: 'units/addition', subject: 'unit', ...(simulated_at && { simulated_at }) };
  return write(db, change, (tx) => addUnitsIn(tx, units));
}

async function addUnitsIn(tx: Transaction, units: readonly Unit[]): Promise<undefined> {
  const known = new Map((await listUnits(tx.queries, tx.entry.entry_no)).map((unit) => [unit.code, unit.id]));
  let rest = [...units];
  // Parents before their children, one set-based insert for each generation.
  while (rest.length > 0) {
    const ready = rest.filter((unit) => unit.parent_code === null || known.has(unit.parent_code));
    if (ready.length === 0) throw parentMissing(rest[0]!);
    const rows = ready.map(({ parent_code, ...unit }) => ({
      ...unit,
      parent_id: parent_code ? known.get(parent_code)! : null,
    }));
    for (const unit of await insertUnits(tx, rows)) known.set(unit.code, unit.id);
    rest = rest.filter((unit) => !ready.includes(unit));
  }
  tx.entry.detail.codes = units.map((unit) => unit.code);
}

function parentMissing(unit: Unit): Problem {
  return new Problem('units/parent', 'invalid', {
    zh: `单位“${unit.name}”的上级单位 ${unit.parent_code} 不存在。`,
    en: `The parent unit ${unit.parent_code} of “${unit.name}” does not exist.`,
  });
}
