import { currentHead } from '../journal/head.ts';
import { type Actor, type Transaction, type Written, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import { refuseIf } from '../kit/problem.ts';
import type { Json } from '../kit/seal.ts';
import { checkAreaCode, checkSuccession, linksOf } from './rules.ts';
import type { Area, Succession } from './schema.ts';
import { endAreas, insertAreas, insertSuccessions, listAreas } from './store.ts';

export { type AreaName, listAreas, listKeptSuccessions, listSuccessions } from './store.ts';

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

/** Says whether areas may succeed others, and changes nothing. Raises what `succeedAreas` raises. */
export async function planSuccession(db: Database, succession: Succession): Promise<void> {
  const { entry_no } = await currentHead(db);
  const known = await listAreas(db.queries, entry_no);
  refuseIf(checkSuccession(known, { ...succession, beginning: begunBy(succession) }));
}

function begunBy({ beginning, on_day }: Succession): Area[] {
  return beginning.map((area) => ({ ...area, valid_from: on_day, valid_until: null }));
}

/**
 * Lets areas end on a day and others succeed them: a split, a merger, a move or a new code, in one entry. What was
 * recorded for an area before stays with it. Raises `areas/succession`, `areas/code`.
 */
export function succeedAreas(
  db: Database,
  actor: Actor,
  succession: Succession,
  idempotency_key?: string,
): Promise<Written<{ ended: number; begun: number }>> {
  const change = {
    actor,
    action: 'areas/succession',
    subject: 'area',
    reason: succession.note ?? undefined,
    idempotency_key,
    input: JSON.parse(JSON.stringify(succession)) as Json,
  };
  return write(db, change, async (tx) => {
    const { on_day, ending, note } = succession;
    const begun = begunBy(succession);
    const known = await listAreas(tx.queries, tx.entry.entry_no);
    refuseIf(checkSuccession(known, { ...succession, beginning: begun }));
    await endAreas(tx, ending, on_day);
    await insertAreas(tx, begun);
    const links = linksOf(succession);
    await insertSuccessions(
      tx,
      links.map((link) => ({ ...link, on_day, note })),
    );
    Object.assign(tx.entry.detail, {
      on_day,
      ending: [...ending],
      beginning: begun.map((area) => area.code),
    });
    return { ended: ending.length, begun: begun.length };
  });
}
