// What names in a ledger stand for: units by their full or short names, areas, fields; and what an import was told before.
import { type AreaName, listAreas } from '../areas/actions.ts';
import { currentHead } from '../journal/head.ts';
import { plainText } from '../kit/days.ts';
import type { Database, Queries } from '../kit/db.ts';
import { listUnits, type UnitRow } from '../units/actions.ts';
import { listSynonyms } from './sheet/synonyms.ts';
import { type Field, listFields } from './store.ts';

/** The answer that none of what was offered is meant. */
export const noneOfThem = '—';

/** One thing that a name may stand for. */
export interface Meaning {
  /** What is stored: a unit's id, an area's or a field's code. */
  value: string | number;
  /** How an answer names it for good: its code. */
  code: string;
  text: string;
}

/** What a name stands for: one thing, or several of which somebody must choose; none when it is unknown. */
export type Found = { meaning: Meaning } | { candidates: Meaning[] };

/** The names of a district, as known at an entry. */
export interface Naming {
  units: readonly UnitRow[];
  areas: readonly AreaName[];
  fields: readonly Field[];
  findUnit(text: string): Found;
  findArea(text: string): Found;
  findField(text: string): Found;
  /** What was answered before for a text of a kind, such as a header or a word for a state. */
  answer(kind: string, text: string): string | undefined;
  unitName(id: number | null): string;
  areaName(code: string): string;
  fieldName(code: string): string;
  unitByCode(code: string): UnitRow | undefined;
}

/** Reads the names of a district. `told` are answers that are not stored yet. */
export async function readNaming(
  queries: Queries,
  entry_no: number,
  told: readonly { kind: string; text: string; meaning: string }[] = [],
): Promise<Naming> {
  const units = await listUnits(queries, entry_no);
  const areas = await listAreas(queries, entry_no);
  const fields = await listFields(queries, entry_no);
  const stored = await listSynonyms(queries, entry_no);
  const answers = new Map(
    [...stored, ...told].map((one) => [`${one.kind}:${nameKey(one.text)}`, one.meaning]),
  );
  const unitMeanings = units.map((unit) => ({
    names: [unit.name, unit.short_name, unit.code],
    meaning: { value: unit.id, code: unit.code, text: unit.name },
  }));
  const areaMeanings = areas.map((area) => ({
    names: [area.name, area.code, ...shortAreaNames(area.name)],
    meaning: { value: area.code, code: area.code, text: fullAreaName(area, areas) },
  }));
  const fieldMeanings = fields.map((field) => ({
    names: [field.title, field.code],
    meaning: { value: field.code, code: field.code, text: field.title },
  }));
  const district = areas.find((area) => area.level === 'district')?.name ?? '';
  const unitById = new Map(units.map((unit) => [unit.id, unit]));
  const unitByCode = new Map(units.map((unit) => [unit.code, unit]));
  const areaByCode = new Map(areas.map((area) => [area.code, area]));
  const fieldByCode = new Map(fields.map((field) => [field.code, field]));
  const finder = (kind: string, meanings: readonly Named[]) => finderOf(kind, meanings, district, answers);
  return {
    units,
    areas,
    fields,
    findUnit: finder('unit', unitMeanings),
    findArea: finder('area', areaMeanings),
    findField: finder('field', fieldMeanings),
    answer: (kind, text) => answers.get(`${kind}:${nameKey(text)}`),
    unitName: (id) => (id === null ? '' : (unitById.get(id)?.name ?? '')),
    areaName: (code) => areaByCode.get(code)?.name ?? code,
    fieldName: (code) => fieldByCode.get(code)?.title ?? code,
    unitByCode: (code) => unitByCode.get(code),
  };
}

const kept = new WeakMap<Database, { entry_no: number; naming: Naming }>();

/** The names as they are now. They are read anew when an entry was added, and kept until then. */
export async function namingOf(db: Database): Promise<Naming> {
  const { entry_no } = await currentHead(db);
  const before = kept.get(db);
  if (before?.entry_no === entry_no) return before.naming;
  const naming = await readNaming(db.queries, entry_no);
  kept.set(db, { entry_no, naming });
  return naming;
}

interface Named {
  names: readonly string[];
  meaning: Meaning;
}

/** A name without what people add or leave out: spaces, brackets' shapes, the district's own name. */
export function nameKey(text: string): string {
  return plainText(text)
    .replace(/[\s“”"'‘’]/g, '')
    .toLowerCase();
}

function finderOf(
  kind: string,
  meanings: readonly Named[],
  district: string,
  answers: ReadonlyMap<string, string>,
): (text: string) => Found {
  const exact = new Map<string, Meaning[]>();
  for (const { names, meaning } of meanings) {
    for (const key of new Set(names.flatMap((name) => keysOf(name, district)))) {
      exact.set(key, [...(exact.get(key) ?? []), meaning]);
    }
  }
  const byCode = new Map(meanings.map(({ meaning }) => [meaning.code, meaning]));
  const known = new Map<string, Found>();
  const find = (text: string): Found => {
    const answered = answers.get(`${kind}:${nameKey(text)}`);
    if (answered && byCode.has(answered)) return { meaning: byCode.get(answered)! };
    for (const key of keysOf(text, district)) {
      const found = exact.get(key);
      if (found?.length === 1) return { meaning: found[0]! };
      if (found && answered !== noneOfThem) return { candidates: found };
    }
    if (answered === noneOfThem) return { candidates: [] };
    const key = keysOf(text, district).at(-1)!;
    const near = meanings.filter(({ names }) =>
      names.some((name) => {
        const other = keysOf(name, district).at(-1)!;
        return key.length >= 2 && (other.includes(key) || key.includes(other));
      }),
    );
    if (near.length > 0) return { candidates: near.slice(0, 8).map(({ meaning }) => meaning) };
    // 文广旅体局 for 文化广电旅游体育局.
    const longer = meanings.filter(({ names }) => names.some((name) => abbreviates(key, nameKey(name))));
    return { candidates: longer.slice(0, 5).map(({ meaning }) => meaning) };
  };
  // A column names the same few units thousands of times.
  return (text) => {
    const before = known.get(text);
    if (before) return before;
    const found = find(text);
    known.set(text, found);
    return found;
  };
}

/** Whether the characters of a text occur in a name, in their order. */
function abbreviates(text: string, name: string): boolean {
  const wanted = [...text];
  if (wanted.length < 3) return false;
  let at = 0;
  for (const one of name) if (one === wanted[at]) at++;
  return at === wanted.length;
}

/** The town or village that a text speaks of; nothing when there is none, or several apart from each other. */
export function areaIn(text: string, areas: readonly AreaName[]): AreaName | undefined {
  const key = nameKey(text);
  const found = areas.filter(
    (area) =>
      area.level !== 'district' &&
      [area.name, ...shortAreaNames(area.name)].some(
        (name) => /[镇乡村区]$|街道$/.test(name) && key.includes(name),
      ),
  );
  const towns = new Set(found.map((area) => (area.level === 'town' ? area.code : area.parent_code)));
  if (towns.size !== 1) return undefined;
  const villages = found.filter((area) => area.level === 'village');
  return villages.length === 1 ? villages[0] : areas.find((area) => towns.has(area.code));
}

/** A name as it is, and without the district or its rank before it: 珠海市金湾区教育局, 区教育局, 教育局. */
function keysOf(name: string, district: string): string[] {
  const key = nameKey(name).replace(/([镇乡区县])政府$/, '$1人民政府');
  const short = district.replace(/[区县市]$/, '');
  const bare = key
    .replace(new RegExp(`^(.{2,3}市)?(${district}|${short})(?=.)`), '')
    .replace(/^(区委区政府|区委|区政府|区|县|市)(?=.{2,})/, '');
  return bare === key || bare === '' ? [key] : [key, bare];
}

/** 鱼林村 for 鱼林村民委员会, 三灶社区 for 三灶社区居民委员会. */
function shortAreaNames(name: string): string[] {
  const short = name.replace(/(村民委员会|村委会)$/, '村').replace(/(居民委员会|居委会)$/, '');
  const bare = name.replace(/(社区居民委员会|社区居委会|村民委员会|村委会|镇|街道)$/, '');
  return [...new Set([short, short.replace(/村村$/, '村'), bare])].filter(
    (one) => one !== name && one.length > 1,
  );
}

function fullAreaName(area: AreaName, areas: readonly AreaName[]): string {
  const parent = area.level === 'village' && areas.find((one) => one.code === area.parent_code);
  return parent ? `${parent.name}${area.name}` : area.name;
}
