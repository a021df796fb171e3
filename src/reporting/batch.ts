// Values of several forms in one file (`import reported`): a row names its figure, its area or unit, its day, its value and
// the figure's dimensions, whatever the form's own columns are called.
import { listAreas } from '../areas/actions.ts';
import { isValidOn } from '../areas/rules.ts';
import { checkReach, type Entitled } from '../identity/access.ts';
import { type Transaction, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import type { Message } from '../kit/i18n.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import type { SheetRow } from '../kit/sheet.ts';
import { listUnits, type UnitRow } from '../units/actions.ts';
import { differs, reportIn } from './actions.ts';
import { type CellError, cellOf, type ReportedCell } from './csv.ts';
import { type FormCode, formCodes, forms } from './forms.ts';
import { reporters } from './rules.ts';
import { cellsByKey } from './store.ts';

type AreaSpan = Parameters<typeof isValidOn>[0];

/** What is wrong with a row of the file, by its line and column. */
export interface BatchError {
  row: number;
  column: string;
  message: Message;
}

/** A cell with the form that it is of and the unit that reports it. */
type Placed = ReportedCell & { form: FormCode; unit_id: number };

/** What a file of values would do. */
export interface Batch {
  rows: number;
  new: number;
  changed: number;
  unchanged: number;
  errors: BatchError[];
  cells: Placed[];
}

/** Reads a file of values and says what it would do; nothing is written. */
export async function planBatch(db: Database, rows: readonly SheetRow[]): Promise<Batch> {
  const units = await listUnits(db.queries, Number.MAX_SAFE_INTEGER);
  const areas = new Map(
    (await listAreas(db.queries, Number.MAX_SAFE_INTEGER)).map((area) => [area.code, area]),
  );
  const errors: BatchError[] = [];
  const cells: Placed[] = [];
  const lines = new Map<string, number>();
  for (const { line, cells: row } of rows) {
    const placed = readRow(row, line, { units, areas }, errors);
    if (!placed) continue;
    const name = `${placed.form}:${placed.key}`;
    const first = lines.get(name);
    if (first !== undefined) {
      errors.push({ row: line, column: 'code', message: repeated(first) });
      continue;
    }
    lines.set(name, line);
    cells.push(placed);
  }
  const counts = { new: 0, changed: 0, unchanged: 0 };
  for (const [form, own] of Map.groupBy(cells, (cell) => cell.form)) {
    const known = await cellsByKey(
      db.queries,
      form,
      own.map((cell) => cell.key),
    );
    for (const cell of own) {
      const before = known.get(cell.key);
      counts[!before ? 'new' : differs(before, cell) ? 'changed' : 'unchanged']++;
    }
  }
  return { rows: rows.length, ...counts, errors, cells };
}

/**
 * Takes a file of values as one entry, or nothing of it. Raises `reporting/file` when anything in it is wrong, and what
 * `report` raises.
 */
export async function applyBatch(
  db: Database,
  entering: { actor: Entitled; reason?: string | undefined; idempotency_key?: string | undefined },
  batch: Batch,
): Promise<number> {
  if (batch.errors.length > 0) throw wrongFile(batch.errors);
  const { actor, reason } = entering;
  const input = batch.cells.map((cell) => ({ ...cell }));
  const change = { ...entering, action: 'reporting/import', subject: 'form', input };
  const { entry_no } = await write(db, change, async (tx: Transaction) => {
    for (const [unit_id, own] of Map.groupBy(batch.cells, (cell) => cell.unit_id)) {
      refuseIf(checkReach(actor, reporters, unit_id));
      for (const [form, cells] of Map.groupBy(own, (cell) => cell.form)) {
        const plain = cells.map(({ form: _, unit_id: __, ...cell }) => cell);
        await reportIn(tx, { actor: { ...actor, unit_id }, ...(reason && { reason }) }, form, plain);
      }
    }
    tx.entry.detail.cells = batch.cells.length;
    return undefined;
  });
  return entry_no;
}

function readRow(
  row: Readonly<Record<string, string>>,
  line: number,
  { units, areas }: { units: readonly UnitRow[]; areas: ReadonlyMap<string, AreaSpan> },
  errors: BatchError[],
): Placed | undefined {
  const before = errors.length;
  const wrong = (column: string, zh: string, en: string) =>
    errors.push({ row: line, column, message: { zh, en } });
  const code = formCodes.find((one) => one === row.code);
  if (!code) {
    wrong('code', `没有代码为“${row.code ?? ''}”的填报表`, 'is the code of no form');
    return undefined;
  }
  const form = forms[code];
  const unit = unitOf(row, units);
  if (!unit) {
    const column = row.unit ? 'unit' : 'area';
    wrong(column, '不知道由哪个单位填报：请写单位，或写有填报单位的区划', 'names no unit that reports');
    return undefined;
  }
  const own: CellError[] = [];
  const { area, day = '', value = '', ...rest } = row;
  const native = { ...rest, area_code: area || unit.area_code, [form.day]: day, [form.value]: value };
  const cell = cellOf(form, native, line, own);
  const said: Record<string, string> = { [form.day]: 'day', [form.value]: 'value', area_code: 'area' };
  for (const { column, text } of own)
    errors.push({ row: line, column: said[column] ?? column, message: text });
  const place = areas.get(cell.area_code);
  if (own.length === 0 && !(place && isValidOn(place, cell.day))) {
    wrong('area', '区划代码不在本区，或当时还没有、已经终止', 'is no area of this district on that day');
  }
  const missing = form.key.filter((name) => !native[name]);
  for (const name of missing) wrong(said[name] ?? name, '不能为空，否则分不清是哪一格', 'must not be empty');
  return errors.length > before ? undefined : { ...cell, form: code, unit_id: unit.id };
}

/** The unit that a row names by code or name; else the one in charge of its area: the town's or village's own. */
function unitOf({ unit, area }: Readonly<Record<string, string>>, units: readonly UnitRow[]) {
  if (unit) return units.find((one) => [one.code, one.name, one.short_name].includes(unit));
  return units.find((one) => one.code === area) ?? units.find((one) => one.area_code === area);
}

function repeated(first: number): Message {
  return { zh: `与第 ${first} 行是同一格`, en: `is the same cell as line ${first}` };
}

function wrongFile(errors: readonly BatchError[]): Problem {
  return new Problem('reporting/file', 'invalid', {
    zh: `文件没有保存，共 ${errors.length} 处需要修改。`,
    en: `Nothing of the file was saved; ${errors.length} to mend.`,
  });
}
