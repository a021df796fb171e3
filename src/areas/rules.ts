// The tree of areas is what its rows say (parent_code); the official code's prefix is only a check on them.
// Code lengths by level: 6 (county, GB/T 2260), 9 (town), 12 (village), as in the statistical division codes.
import { Problem } from '../kit/problem.ts';
import type { Area, AreaLevel } from './schema.ts';

const codeLength: Record<AreaLevel, number> = { district: 6, town: 9, village: 12 };

/** A Problem when an area's code does not fit its level or its parent; nothing otherwise. */
export function checkAreaCode(area: Pick<Area, 'code' | 'level' | 'parent_code'>): Problem | undefined {
  const fits = area.code.length === codeLength[area.level];
  const inside =
    area.level === 'district' ? area.parent_code === null : area.code.startsWith(area.parent_code ?? '—');
  if (fits && inside) return undefined;
  return new Problem('areas/code', 'invalid', {
    zh: `区划代码 ${area.code} 与层级或上级不符：区 6 位、镇 9 位、村居 12 位，并以上级代码开头。`,
    en: `The division code ${area.code} does not fit its level or parent: 6 digits for a district, 9 for a town, 12 for a village, beginning with its parent's code.`,
  });
}
