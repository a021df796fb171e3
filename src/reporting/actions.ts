import { listAreas } from '../areas/actions.ts';
import { checkReach, type Entitled } from '../identity/access.ts';
import { type Transaction, type Written, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { type ReportedCell, readReport } from './csv.ts';
import type { FormCode } from './forms.ts';
import { reporters } from './rules.ts';
import { cellsByKey, insertCells, updateCells } from './store.ts';

/** What a report did: cells that are new, and cells whose value it corrected. */
export type Reported = { added: number; corrected: number; unchanged: number };

/**
 * Takes a unit's report from a CSV file: cells not known before are added, known ones corrected, all in one entry or
 * not at all. Raises `identity/reach`, `reporting/file` with every error by line and column, `reporting/unknown_area`.
 */
export function report(
  db: Database,
  entering: { actor: Entitled; reason?: string; idempotency_key?: string; simulated_at?: Date },
  form: FormCode,
  csv: string,
): Promise<Written<Reported>> {
  const cells = readReport(form, csv);
  return write(
    db,
    { ...entering, action: 'reporting/report', subject: `form:${form}`, input: { form, csv } },
    (tx) => reportIn(tx, entering.actor, form, cells),
  );
}

async function reportIn(
  tx: Transaction,
  actor: Entitled,
  form: FormCode,
  cells: ReportedCell[],
): Promise<Reported> {
  // The command line reports for no unit of its own.
  if (actor.unit_id !== null) refuseIf(checkReach(actor, reporters, actor.unit_id));
  const areas = new Set((await listAreas(tx.queries, tx.entry.entry_no)).map((area) => area.code));
  const stranger = cells.find((cell) => !areas.has(cell.area_code));
  if (stranger) throw unknownArea(stranger.area_code);
  const known = await cellsByKey(
    tx.queries,
    form,
    cells.map((cell) => cell.key),
  );
  const added = cells.filter((cell) => !known.has(cell.key));
  const corrected = cells.flatMap((cell) => {
    const before = known.get(cell.key);
    return before && before.value !== cell.value
      ? [{ id: before.id, value: cell.value, note: cell.note }]
      : [];
  });
  await insertCells(
    tx,
    added.map((cell) => ({
      ...cell,
      form,
      unit_id: actor.unit_id,
      occurred_at: `${cell.day}T00:00:00+08:00`,
    })),
  );
  await updateCells(tx, corrected);
  const outcome = {
    added: added.length,
    corrected: corrected.length,
    unchanged: cells.length - added.length - corrected.length,
  };
  Object.assign(tx.entry.detail, outcome);
  return outcome;
}

function unknownArea(code: string): Problem {
  return new Problem('reporting/unknown_area', 'invalid', {
    zh: `区划代码 ${code} 不在本区，没有保存。`,
    en: `The division code ${code} is not one of this district; nothing was saved.`,
  });
}
