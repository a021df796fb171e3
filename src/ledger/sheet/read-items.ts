// The rows of a checklist's sheet (执行清单).
import { plainText, readDay } from '../../kit/days.ts';
import { textOfCell } from '../../kit/sheet.ts';
import { cut } from '../../kit/text.ts';
import type { Grid } from '../../kit/workbook.ts';
import { evidenceWords } from '../checklist/rules.ts';
import { evidenceKinds } from '../checklist/schema.ts';
import type { Naming } from '../naming.ts';
import { unguarded } from './guard.ts';
import type { Target } from './headers.ts';
import { type ItemColumnName, itemColumns } from './item-columns.ts';
import { ask, type ItemDraft, type Reading } from './reading.ts';

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
    const wrong = (name: ItemColumnName, zh: string, en: string) =>
      reading.errors.push({
        sheet: grid.name,
        row: row + 1,
        column: titleOf(name),
        place: (places.get(name) ?? -1) + 1 || null,
        message: { zh, en },
        ...((text('number') || number) && { checklist_of: text('number') || number }),
      });
    const title = unguarded(textOfCell(cells[places.get('title')!])).trim();
    if (!title) {
      const said = (['weight', 'unit', 'planned_start', 'planned_end'] as const).some(text);
      if (said) wrong('title', '缺“清单事项”。', 'The item has no title.');
      return;
    }
    if (title.length > longestTitle) {
      wrong(
        'title',
        `“清单事项”有 ${title.length} 个字，最多 ${longestTitle} 个。`,
        `The item has ${title.length} characters; at most ${longestTitle}.`,
      );
      return;
    }
    const given = text('number');
    if (given && given !== number) {
      number = given;
      position = 0;
    }
    if (!number) {
      wrong('number', '没有项目编号，不知道是哪个项目的清单。', 'No project number.');
      return;
    }
    const written = text('position');
    if (written && !/^[1-9]\d{0,2}(\.0+)?$/.test(written)) {
      wrong(
        'position',
        `“事项序号”应是 1 到 999 的整数，表里是“${cut(written, 20)}”。`,
        'The number of an item is a whole number from 1 to 999.',
      );
      return;
    }
    position = written ? Number(written) : position + 1;
    const day = (name: 'planned_start' | 'planned_end') => {
      const written = text(name);
      if (!written) return null;
      const read = readDay(written, { edge: name === 'planned_start' ? 'first' : 'last', year });
      if (read?.kind === 'day') return read.day;
      wrong(name, `“${written}”读不懂，请写成 2021-08-31。`, `“${written}” cannot be read as a day.`);
      return null;
    };
    const weight = text('weight');
    if (weight && (!/^\d{1,6}(\.\d{1,2})?$/.test(weight) || Number(weight) <= 0)) {
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
        ask(reading, at, titleOf('unit'), place, { kind: 'unit', text: unit, choices: listed });
      else wrong('unit', `“${unit}”不在单位名录里。`, `“${unit}” is no known unit.`);
      return;
    }
    const values: ItemDraft['values'] = { title };
    if (weight) values.weight = weight;
    if (found) values.unit_id = found.meaning.value as number;
    if (places.has('planned_start')) values.planned_start = day('planned_start');
    if (places.has('planned_end')) values.planned_end = day('planned_end');
    if (places.has('depends_on')) values.depends_on = (text('depends_on').match(/\d+/g) ?? []).map(Number);
    const kinds = evidenceKinds.filter((kind) => text('evidence_kinds').includes(evidenceWords[kind].zh));
    if (kinds.length > 0) values.evidence_kinds = kinds;
    const number_place = places.has('number') ? places.get('number')! + 1 : null;
    reading.items.push({ sheet: grid.name, row: row + 1, number, number_place, position, values });
  };
}

const longestTitle = 200;

function titleOf(name: ItemColumnName): string {
  return itemColumns.find((column) => column.name === name)!.title;
}
