import type { Area } from '../../src/areas/schema.ts';
import type { NewHolding } from '../../src/identity/actions.ts';
import type { Role } from '../../src/identity/roles.ts';
import type { Unit } from '../../src/units/schema.ts';
import { readInput } from './input.ts';
import type { Person } from './types.ts';

const district = '440404';
// The division codes are those in force on 2021-10-31; the day from which each applied is not in that list.
const valid = { valid_from: '2020-06-30', valid_until: null };
const english: Record<string, string> = {
  三灶镇: 'Sanzao',
  南水镇: 'Nanshui',
  红旗镇: 'Hongqi',
  平沙镇: 'Pingsha',
};

interface VillageRow {
  code: string;
  name: string;
  town_code: string;
  town_name: string;
}

const villages = readInput<VillageRow>('areas');
const towns = [...new Map(villages.map((row) => [row.town_code, row.town_name]))];

/** 金湾区 with its 4 towns and 41 villages and communities. */
export function areas(): Area[] {
  const none = { managed_by: null, kind: null, ...valid };
  return [
    {
      code: district,
      name: '金湾区',
      name_en: 'Jinwan District',
      level: 'district',
      parent_code: null,
      ...none,
    },
    ...towns.map(
      ([code, name]): Area => ({
        code,
        name,
        name_en: `${english[name]} Town`,
        level: 'town',
        parent_code: district,
        ...none,
      }),
    ),
    ...villages.map(
      (row): Area => ({
        code: row.code,
        name: row.name,
        name_en: null,
        level: 'village',
        parent_code: row.town_code,
        ...none,
        kind: row.name.includes('社区') ? 'community' : 'village',
      }),
    ),
  ];
}

/** The short name of a village or community: 三灶社区, 鱼月村. */
function shortName(name: string): string {
  return name.replace(/居民委员会$|居委会$/, '').replace(/村民委员会$|村委会$/, '村');
}

/** The district's own government, its departments, and one unit for each town, village and community. */
export function units(): Unit[] {
  const departments = readInput<{
    code: string;
    name: string;
    short_name: string;
    kind: 'department' | 'party';
  }>('departments');
  const government: Unit = {
    code: district,
    name: '金湾区人民政府',
    short_name: '区政府',
    kind: 'department',
    level: 'district',
    area_code: district,
    parent_code: null,
  };
  return [
    government,
    ...departments.map(
      (row): Unit => ({ ...row, level: 'district', area_code: district, parent_code: district }),
    ),
    ...towns.map(
      ([code, name]): Unit => ({
        code,
        name: `${name}人民政府`,
        short_name: name,
        kind: 'town',
        level: 'town',
        area_code: code,
        parent_code: district,
      }),
    ),
    ...villages.map(
      (row): Unit => ({
        code: row.code,
        name: row.name,
        short_name: shortName(row.name),
        kind: 'village',
        level: 'village',
        area_code: row.code,
        parent_code: row.town_code,
      }),
    ),
  ];
}

/** One officer for each unit, and at least one holder of every role. Nobody here is a real person. */
export function people(): Person[] {
  const holder = (login: string, name: string, unit_code: string, ...roles: NewHolding[]): Person => ({
    login,
    name: `演示·${name}`,
    unit_code,
    roles,
  });
  // A role over units is held for the district's government, above them all.
  const over = (role: Role): NewHolding => ({ role, unit_code: district });
  const working = units().filter((unit) => unit.code !== district);
  return [
    ...working.map((unit) =>
      holder(`${unit.code}.officer`, `${unit.short_name}经办人`, unit.code, {
        role: unit.level === 'village' ? 'village_officer' : 'unit_officer',
      }),
    ),
    ...towns.map(([code, name]) =>
      holder(`${code}.coordinator`, `${name}统筹员`, code, { role: 'town_coordinator' }),
    ),
    holder('leader', '区领导', district, over('district_leader')),
    holder('liaison', '联络员', 'ssb', { ...over('liaison'), for_login: 'leader' }),
    holder('coordinator', '区统筹办', 'ssb', over('coordinator')),
    holder('inspector', '督查', 'dcs', over('inspector')),
    holder('jyj.head', '教育局负责人', 'jyj', { role: 'unit_head' }),
    holder('jyj.admin', '教育局单位管理员', 'jyj', { role: 'unit_admin' }),
    holder('publisher', '宣传发布', 'xcb', over('publisher')),
    holder('system', '系统管理员', 'zwb', over('system_admin')),
    holder('security', '安全管理员', 'zwb', over('security_admin')),
    holder('audit', '审计管理员', 'dcs', over('audit_admin')),
  ];
}

/** The towns by code and name. */
export function townList(): readonly (readonly [code: string, name: string])[] {
  return towns;
}

/** The villages with their short names. */
export function villageList(): { code: string; town_code: string; short_name: string }[] {
  return villages.map((row) => ({
    code: row.code,
    town_code: row.town_code,
    short_name: shortName(row.name),
  }));
}
