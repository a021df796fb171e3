// The tree of areas is what its rows say (parent_code); the official code's prefix is only a check on them.
// An area is never edited into another: it ends on a day and others succeed it (split, merger, move, new code), so that
// what was counted for it before stays counted for it.
// Code lengths by level: 6 (county, GB/T 2260), 9 (town), 12 (village), as in the statistical division codes.
import { Problem } from '../kit/problem.ts';
import type { Area, AreaLevel, Succession } from './schema.ts';

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

/** Whether an area exists on a day: from its first day until the day before its end. */
export function isValidOn(area: Pick<Area, 'valid_from' | 'valid_until'>, day: string): boolean {
  return area.valid_from <= day && (area.valid_until === null || day < area.valid_until);
}

/** Which area each ending one goes to: all to all where one side is a single area, else as given. */
export function linksOf(succession: Succession): { from_code: string; to_code: string }[] {
  const { ending, beginning, links } = succession;
  if (links.length > 0) return [...links];
  if (ending.length > 1 && beginning.length > 1) return [];
  return ending.flatMap((from_code) => beginning.map((to) => ({ from_code, to_code: to.code })));
}

/**
 * A Problem when areas cannot succeed others on a day: unknown or already ended ones, codes that were ever used, a
 * successor without origin or an origin without successor, or villages left behind in a town that ends; nothing
 * otherwise.
 */
export function checkSuccession(known: readonly Area[], succession: Succession): Problem | undefined {
  const { on_day, ending, beginning } = succession;
  const byCode = new Map(known.map((area) => [area.code, area]));
  if (ending.length === 0 || beginning.length === 0 || new Set(ending).size < ending.length) {
    return refused(
      '要写明哪些区划终止、由哪些区划接替，且不重复。',
      'Name which areas end and which succeed them, each once.',
    );
  }
  for (const code of ending) {
    const area = byCode.get(code);
    if (!area || !isValidOn(area, on_day) || area.valid_from >= on_day) {
      return refused(
        `区划 ${code} 在 ${on_day} 不存在或当日才设立。`,
        `The area ${code} does not exist on ${on_day}, or begins that day.`,
      );
    }
  }
  const codes = beginning.map((area) => area.code);
  const reused = codes.find((code, index) => byCode.has(code) || codes.indexOf(code) !== index);
  if (reused) {
    return refused(
      `区划代码 ${reused} 已经用过，不能再用。`,
      `The division code ${reused} has been used and is not used again.`,
    );
  }
  const links = linksOf(succession);
  const unlinked =
    ending.find((code) => !links.some((link) => link.from_code === code)) ??
    codes.find((code) => !links.some((link) => link.to_code === code)) ??
    links.find(({ from_code, to_code }) => !ending.includes(from_code) || !codes.includes(to_code))
      ?.from_code;
  if (unlinked) {
    return refused(`请写明 ${unlinked} 的接替关系。`, `Say what becomes of ${unlinked}.`);
  }
  const left = known.find(
    (area) =>
      ending.includes(area.parent_code ?? '') && isValidOn(area, on_day) && !ending.includes(area.code),
  );
  if (left) {
    return refused(
      `${left.name}（${left.code}）的上级将终止，请一并写明它的去向。`,
      `${left.name} (${left.code}) lies in an area that ends: say what becomes of it too.`,
    );
  }
  const parents = new Map([...known, ...beginning].map((area) => [area.code, area]));
  for (const area of beginning) {
    const problem = checkAreaCode(area);
    if (problem) return problem;
    const parent = area.parent_code === null ? undefined : parents.get(area.parent_code);
    const ends = ending.includes(area.parent_code ?? '');
    if (area.level !== 'district' && (!parent || ends || !isValidOn({ ...parent }, on_day))) {
      return refused(
        `${area.code} 的上级 ${area.parent_code} 在 ${on_day} 不存在。`,
        `The parent ${area.parent_code} of ${area.code} does not exist on ${on_day}.`,
      );
    }
  }
  return undefined;
}

function refused(zh: string, en: string): Problem {
  return new Problem('areas/succession', 'invalid', {
    zh: `${zh}没有改动。`,
    en: `${en} Nothing was changed.`,
  });
}
