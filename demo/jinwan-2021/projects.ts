import { addDays } from '../../src/calendar/rules.ts';
import type { NewProject } from '../../src/ledger/schema.ts';
import { chance, readInput } from './input.ts';
import { townList, units, villageList } from './places.ts';

/** A project of the pack with what decides its course. */
export interface PlannedProject {
  project: NewProject;
  batch: number;
  /** The day it was verified, where the report gives one; null for reported projects that were under way. */
  reported_completion?: string | null;
}

/** The three lists as they were issued. The document numbers are the demonstration's. */
export const batches = [
  { batch: '第一批', document_no: '演示〔2021〕1号', issued_at: '2021-03-15T10:00:00+08:00' },
  { batch: '第二批', document_no: '演示〔2021〕2号', issued_at: '2021-04-26T10:00:00+08:00' },
  { batch: '第三批', document_no: '演示〔2021〕3号', issued_at: '2021-06-21T10:00:00+08:00' },
] as const;

interface Kind {
  level: 'town' | 'village';
  field: string;
  unit: string;
  title: string;
  content: string;
}

type Draft = Pick<NewProject, 'title' | 'content' | 'field_code' | 'unit_code' | 'area_code' | 'level'>;

/** All 495, numbered in the order of the lists. */
export function plannedProjects(): PlannedProject[] {
  const made = [...districtDrafts(), ...townDrafts(), ...villageDrafts()].map(synthetic);
  return [...reported(), ...made]
    .sort((a, b) => a.batch - b.batch)
    .map((planned, index) => ({
      ...planned,
      project: { ...planned.project, number: `JW2021-${String(index + 1).padStart(3, '0')}` },
    }));
}

function districtDrafts(): Draft[] {
  return readInput<Kind & Record<string, string>>('district-projects').flatMap((kind) =>
    townList().map(([code, town]) => draft(kind, 'district', kind.unit, code, town, '{town}')),
  );
}

function townDrafts(): Draft[] {
  const kinds = readInput<Kind & Record<string, string>>('local-projects').filter(
    (kind) => kind.level === 'town',
  );
  return townList().flatMap(([code, town]) =>
    kinds.map((kind) => draft(kind, 'town', code, code, town, '{place}')),
  );
}

/** Six for each village, the first one more; the kinds go round so that neighbours differ. */
function villageDrafts(): Draft[] {
  const kinds = readInput<Kind & Record<string, string>>('local-projects').filter(
    (kind) => kind.level === 'village',
  );
  return villageList().flatMap((village, index) =>
    Array.from({ length: index === 0 ? 7 : 6 }, (_, turn) => {
      const kind = kinds[(index * 3 + turn * 7) % kinds.length]!;
      return draft(kind, 'village', village.code, village.code, village.short_name, '{place}');
    }),
  );
}

function draft(
  kind: Kind,
  level: Draft['level'],
  unit_code: string,
  area_code: string,
  place: string,
  mark: string,
): Draft {
  return {
    title: kind.title.replaceAll(mark, place),
    content: kind.content.replaceAll(mark, place),
    field_code: kind.field,
    unit_code,
    area_code,
    level,
  };
}

function synthetic(one: Draft): PlannedProject {
  const luck = chance(`${one.area_code}${one.title}`);
  const batch = luck < 0.54 ? 0 : luck < 0.82 ? 1 : 2;
  const start = batches[batch]!.issued_at.slice(0, 10);
  const deadline = addDays(start, 60 + Math.floor(chance(`${one.title}时限`) * 13) * 15);
  const project: NewProject = {
    ...one,
    number: '',
    target: null,
    start,
    deadline,
    disclosure: 'public',
    synthetic: true,
    source_note: null,
    ...people(one.unit_code),
    ...money(one.title),
    kind: chance(`${one.title}长期`) < 0.03 ? 'standing' : 'dated',
  };
  return { project, batch };
}

/** Made-up people: the demonstration names nobody. */
function people(unit_code: string) {
  const unit = units().find((one) => one.code === unit_code)!;
  return {
    responsible: `演示·${unit.short_name}负责人`,
    handler: `演示·${unit.short_name}经办人`,
  };
}

/** Made-up money, in yuan: half of the projects cost something. */
function money(title: string) {
  if (chance(`${title}资金`) < 0.5) return {};
  const budget = 10_000 * (2 + Math.floor(chance(`${title}预算`) ** 3 * 300));
  const arrived = Math.floor(budget * (0.5 + chance(`${title}到位`) / 2));
  const spent = Math.floor(arrived * chance(`${title}支出`));
  return {
    budget: String(budget),
    funds_arrived: String(arrived),
    funds_spent: String(spent),
    funds_source: chance(`${title}来源`) < 0.7 ? '区财政' : '镇财政',
    beneficiaries: 50 * (1 + Math.floor(chance(`${title}受益`) ** 2 * 200)),
  };
}

function reported(): PlannedProject[] {
  return readInput('reported-projects').map((row) => {
    const project: NewProject = {
      number: '',
      title: row.title!,
      content: row.content!,
      target: null,
      field_code: row.field!,
      unit_code: row.unit!,
      area_code: row.area!,
      level: 'district',
      start: row.start!,
      deadline: row.deadline!,
      disclosure: 'public',
      synthetic: false,
      source_note: `观海融媒 2021-09-03 报道；${row.note}`,
      ...people(row.unit!),
      kind: 'dated',
    };
    const batch = batches.findIndex(({ issued_at }) => issued_at.startsWith(row.start!));
    return { project, batch, reported_completion: row.completed || null };
  });
}
