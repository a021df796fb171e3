import { type Actor, type Transaction, type Written, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import { refuseIf } from '../kit/problem.ts';
import { checkAreaCode } from './rules.ts';
import type { Area } from './schema.ts';
import { insertAreas } from './store.ts';

export { type AreaName, listAreas } from './store.ts';

/** Adds areas to the tree. Raises `areas/code` for a code that does not fit its level or parent. */
export function addAreas(
  db: Database,
  actor: Actor,
  areas: readonly Area[],
  simulated_at?: Date,
): Promise<Written<undefined>> {
  const change = { actor, action: 'areas/addition', subject: 'area', ...(simulated_at && { simulated_at }) };
  return write(db, change, (tx) => addAreasIn(tx, areas));
}

async function addAreasIn(tx: Transaction, areas: readonly Area[]): Promise<undefined> {
  for (const area of areas) refuseIf(checkAreaCode(area));
  await insertAreas(tx, areas);
  tx.entry.detail.codes = areas.map((area) => area.code);
}
