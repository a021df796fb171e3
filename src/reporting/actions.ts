import { listAreas } from '../areas/actions.ts';
import { isValidOn } from '../areas/rules.ts';
import { checkReach, type Entitled } from '../identity/access.ts';
import { type Transaction, type Written, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { listUnits } from '../units/actions.ts';
import { type ReportedCell, readReport } from './csv.ts';
import type { FormCode } from './forms.ts';
import { reporters } from './rules.ts';
import { cellsByKey, closeCells, hasApproved, insertCells, type KnownCell, updateCells } from './store.ts';

/** What a report did: cells that are new, and cells whose value it corrected. */
export type Reported = { added: number; corrected: number; unchanged: number };

/**
 * Takes a unit's report from a CSV file: cells not known before are added, known ones corrected, all in one entry or
 * not at all. Raises `reporting/file` with every error by line and column, `reporting/unknown_area`,
 * `reporting/foreign_area`, `reporting/reason_missing`, `identity/reach`.
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
    (tx) => reportIn(tx, entering, form, cells),
  );
}

/** What `report` does inside an entry, for the unit of the actor. */
export async function reportIn(
  tx: Transaction,
  { actor, reason }: { actor: Entitled; reason?: string },
  form: FormCode,
  cells: ReportedCell[],
): Promise<Reported> {
  // The command line reports for no unit of its own.
  if (actor.unit_id !== null) refuseIf(checkReach(actor, reporters, actor.unit_id));
  await refuseForeignAreas(tx, actor, cells);
  const known = await cellsByKey(
    tx.queries,
    form,
    cells.map((cell) => cell.key),
  );
  const added = cells.filter((cell) => !known.has(cell.key));
  const corrected = cells.flatMap((cell) => {
    const before = known.get(cell.key);
    return before && differs(before, cell) ? [{ ...before, cell }] : [];
  });
  await refuseApproved(tx, actor, corrected);
  if (corrected.length > 0 && !reason) throw reasonMissing(corrected.length);
  // What another unit reported is corrected by that unit, or by one above it.
  for (const { unit_id } of corrected) {
    if (unit_id !== null) refuseIf(checkReach(actor, reporters, unit_id));
  }
  await insertCells(
    tx,
    added.map((cell) => ({
      ...cell,
      form,
      unit_id: actor.unit_id,
      occurred_at: `${cell.day}T00:00:00+08:00`,
    })),
  );
  await updateCells(
    tx,
    corrected.map(({ id, cell: { value, note, day, area_code } }) => ({
      id,
      value,
      note,
      day,
      area_code,
      occurred_at: `${day}T00:00:00+08:00`,
    })),
  );
  const outcome = {
    added: added.length,
    corrected: corrected.length,
    unchanged: cells.length - added.length - corrected.length,
  };
  Object.assign(tx.entry.detail, outcome);
  return outcome;
}

/**
 * Takes back cells that should never have been reported (作废), with a reason: figures of earlier entries keep them.
 * Raises `reporting/unknown_cell`, `reporting/reason_missing`, `identity/reach`.
 */
export function voidCells(
  db: Database,
  entering: { actor: Entitled; reason?: string; idempotency_key?: string },
  form: FormCode,
  keys: readonly string[],
): Promise<Written<{ voided: number }>> {
  const { actor, reason } = entering;
  const change = {
    ...entering,
    action: 'reporting/void',
    subject: `form:${form}`,
    input: { form, keys: [...keys] },
  };
  return write(db, change, async (tx) => {
    const known = await cellsByKey(tx.queries, form, keys);
    const cells = keys.map((key) => known.get(key) ?? refuseUnknownCell(key));
    for (const { unit_id } of cells) {
      if (unit_id !== null) refuseIf(checkReach(actor, reporters, unit_id));
    }
    await refuseApproved(tx, actor, cells);
    if (!reason?.trim()) throw reasonMissing(keys.length);
    return { voided: await voidIn(tx, form, keys) };
  });
}

/** What `voidCells` does inside an entry, to the cells that are there. */
export async function voidIn(tx: Transaction, form: FormCode, keys: readonly string[]): Promise<number> {
  const ids = [...(await cellsByKey(tx.queries, form, keys)).values()].map(({ id }) => id);
  await closeCells(tx, ids);
  tx.entry.detail.voided = ids.length;
  return ids.length;
}

/** Whether a cell says something else than is stored; a cell that is named by more than its day and area may move. */
export function differs(before: KnownCell, cell: Pick<ReportedCell, 'value' | 'day' | 'area_code'>): boolean {
  return before.value !== cell.value || before.day !== cell.day || before.area_code !== cell.area_code;
}

/** What was approved in a report is corrected there, where it is approved again; nobody changes it past those who approved. */
async function refuseApproved(
  tx: Transaction,
  { unit_id, holdings }: Entitled,
  cells: readonly KnownCell[],
): Promise<void> {
  if (unit_id === null || holdings === 'unlimited' || cells.length === 0) return;
  const ids = cells.map(({ id }) => id);
  if (!(await hasApproved(tx.queries, ids))) return;
  throw new Problem('reporting/approved', 'conflict', {
    zh: '其中有报表已经审定的数，不能在这里改。请打开那一期报表，在那一格点“更正”，改后再审定。没有保存。',
    en: 'Some of these were approved in a report: correct them in that report, where they are approved again. Nothing was saved.',
  });
}

function refuseUnknownCell(key: string): never {
  throw new Problem('reporting/unknown_cell', 'not_found', {
    zh: `没有填报过“${key}”这一格，或已经作废。`,
    en: `The cell “${key}” was never reported, or was taken back already.`,
  });
}

/** A unit reports for its own area and what lies in it; the command line for every area of the district. */
async function refuseForeignAreas(tx: Transaction, actor: Entitled, cells: ReportedCell[]): Promise<void> {
  const { entry_no } = tx.entry;
  const areas = new Map((await listAreas(tx.queries, entry_no)).map((area) => [area.code, area]));
  const units = await listUnits(tx.queries, entry_no);
  const own = units.find((unit) => unit.id === actor.unit_id)?.area_code;
  for (const { area_code, day } of cells) {
    const area = areas.get(area_code);
    if (!area || !isValidOn(area, day)) throw unknownArea(area_code);
    let at: string | null | undefined = area_code;
    while (own && at && at !== own) at = areas.get(at)?.parent_code;
    if (own && !at) throw foreignArea(area_code);
  }
}

function reasonMissing(count: number): Problem {
  const text = {
    zh: `有 ${count} 格与已报的不同，是更正，请写明理由。没有保存。`,
    en: `${count} cells differ from what was reported: say why they are corrected. Nothing was saved.`,
  };
  return new Problem('reporting/reason_missing', 'invalid', text, { reason: text });
}

function foreignArea(code: string): Problem {
  return new Problem('reporting/foreign_area', 'forbidden', {
    zh: `区划 ${code} 不属于本单位，不能填报，没有保存。`,
    en: `The area ${code} is not of this unit; nothing was saved.`,
  });
}

function unknownArea(code: string): Problem {
  return new Problem('reporting/unknown_area', 'invalid', {
    zh: `区划代码 ${code} 不在本区，或当时还没有、已经终止，没有保存。`,
    en: `The division code ${code} is not one of this district on that day; nothing was saved.`,
  });
}
