// The rows of a checklist's sheet (执行清单).
import { plainText, readDay } from '../../kit/days.ts';
import { textOfCell } from '../../kit/sheet.ts';
import { cut } from '../../kit/text.ts';
import type { Grid } from '../../kit/workbook.ts';
import { evidenceWords } from '../checklist/rules.ts';
import { type EvidenceKind, evidenceKinds } from '../checklist/schema.ts';
import type { Naming } from '../naming.ts';
import type { Target } from './headers.ts';
import type { ItemColumnName } from './item-columns.ts';
import { ask, type Reading, unguarded } from './reading.ts';

/** Reads the rows of a checklist's sheet, one at a time in their order. */
export function itemReader(
  grid: Grid,
  columns: ReadonlyMap<number, Target<ItemColumnName>>,
  naming: Naming,
  reading: Reading,
  year: number,
): (row: number) => void {
  const places = new Map<ItemColumnName, number>();
  for (const [index, target] of columns) if ('name' in target) places.set(target.name, index);
  let number = '';
  let position = 0;
  return (row) => {
    const cells = grid.rows[row]!;
    const text = (name: ItemColumnName) =>
      places.has(name) ? unguarded(plainText(textOfCell(cells[places.get(name)!]))) : '';
    if (!text('title')) return;
    const wrong = (name: ItemColumnName, zh: string, en: string) =>
      reading.errors.push({
        sheet: grid.name,
        row: row + 1,
        column: headerOf(name),
        place: (places.get(name) ?? -1) + 1 || null,
        message: { zh, en },
      });
    const given = text('number');
    if (given && given !== number) {
      number = given;
      position = 0;
    }
    if (!number) {
      wrong('number', '没有项目编号，不知道是哪个项目的清单。', 'No project number.');
      return;
    }
    position = Number(text('position')) || position + 1;
    const day = (name: 'planned_start' | 'planned_end') => {
      const written = text(name);
      if (!written) return null;
      const read = readDay(written, { edge: name === 'planned_start' ? 'first' : 'last', year });
      if (read?.kind === 'day') return read.day;
      wrong(name, `“${written}”读不懂，请写成 2021-08-31。`, `“${written}” cannot be read as a day.`);
      return null;
    };
    const weight = text('weight') || '1';
    if (!/^\d{1,6}(\.\d{1,2})?$/.test(weight) || Number(weight) <= 0) {
      wrong('weight', `权重应是大于 0 的数字，表里是“${weight}”。`, `The weight must be a number above 0.`);
      return;
    }
    const unit = text('unit');
    const found = unit ? naming.findUnit(unit) : undefined;
    if (found && !('meaning' in found)) {
      const listed = found.candidates.map((one) => ({ meaning: one.code, text: one.text }));
      const at = { sheet: grid.name, row: row + 1 };
      const place = (places.get('unit') ?? 0) + 1;
      if (listed.length > 0)
        ask(reading, at, headerOf('unit'), place, { kind: 'unit', text: unit, choices: listed });
      else wrong('unit', `“${unit}”不在单位名录里。`, `“${unit}” is no known unit.`);
      return;
    }
    reading.items.push({
      sheet: grid.name,
      row: row + 1,
      number,
      position,
      title: cut(unguarded(textOfCell(cells[places.get('title')!])).trim(), 200),
      weight,
      unit_id: found ? (found.meaning.value as number) : null,
      planned_start: day('planned_start'),
      planned_end: day('planned_end'),
      depends_on: (text('depends_on').match(/\d+/g) ?? []).map(Number),
      evidence_kinds: evidenceOf(text('evidence_kinds')),
    });
  };
}

function headerOf(name: ItemColumnName): string {
  return (
    {
      number: '项目编号',
      weight: '权重',
      unit: '事项责任单位',
      planned_start: '计划开始',
      planned_end: '计划完成',
    }[name as 'number'] ?? name
  );
}

function evidenceOf(text: string): EvidenceKind[] {
  const named = evidenceKinds.filter((kind) => text.includes(evidenceWords[kind].zh));
  return named.length > 0 ? named : ['document', 'record', 'telephone'];
}
