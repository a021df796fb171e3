import { listAreas } from '../areas/actions.ts';
import type { Dimension } from '../figures/definition.ts';
import type { Queries } from '../kit/db.ts';
import type { Language } from '../kit/i18n.ts';
import { listFields } from '../ledger/actions.ts';
import { listUnits } from '../units/actions.ts';

/** The names of the keys of a dimension, as known at an entry, in the order in which people expect them. */
export async function namesOf(
  queries: Queries,
  dimension: Dimension,
  entry_no: number,
  language: Language,
): Promise<Map<string, string>> {
  const zh = language === 'zh';
  if (dimension === 'stage') {
    return new Map(
      zh
        ? [
            ['kindergarten', '幼儿园'],
            ['primary', '小学'],
            ['junior', '初中'],
          ]
        : [
            ['kindergarten', 'Kindergarten'],
            ['primary', 'Primary school'],
            ['junior', 'Junior secondary'],
          ],
    );
  }
  if (dimension === 'dose') {
    return new Map(
      ['1', '2', '3'].map((dose) => [dose, zh ? `第${'一二三'[Number(dose) - 1]}针` : `Dose ${dose}`]),
    );
  }
  if (dimension === 'level') {
    return new Map(levels.map((name, level) => [String(level), zh ? name.zh : name.en]));
  }
  // A day is its own name.
  if (dimension === 'day') return new Map();
  if (dimension === 'field') {
    return new Map(
      (await listFields(queries, entry_no)).map((field) => [field.code, zh ? field.title : field.title_en]),
    );
  }
  if (dimension === 'unit') {
    return new Map((await listUnits(queries, entry_no)).map((unit) => [unit.code, unit.name]));
  }
  const areas = await listAreas(queries, entry_no);
  return new Map(areas.map((area) => [area.code, areaName(area, zh)]));
}

/** The levels of ability (GB/T 42195-2022, C.3). */
const levels = [
  { zh: '能力完好', en: 'Able' },
  { zh: '轻度失能', en: 'Slightly impaired' },
  { zh: '中度失能', en: 'Moderately impaired' },
  { zh: '重度失能', en: 'Severely impaired' },
  { zh: '完全失能', en: 'Fully impaired' },
];

function areaName(area: { level: string; name: string; name_en: string | null }, zh: boolean): string {
  if (area.level === 'district') return zh ? '区本级' : 'District-wide';
  return zh ? area.name : (area.name_en ?? area.name);
}
