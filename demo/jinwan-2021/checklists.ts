// What each made-up project consists of, and when its items were reported done and verified.

import { publishedDays } from '../../src/calendar/published.ts';
import { addWorkingDays, calendarOf } from '../../src/calendar/rules.ts';
import type { Plan } from '../../src/ledger/checklist/actions.ts';
import type { NewProject } from '../../src/ledger/schema.ts';
import { chance } from './input.ts';
import type { PackEvent } from './types.ts';

const calendar = calendarOf(publishedDays());

/** What is built has other items than what is served. */
const built = new Set(['education', 'health', 'housing', 'transport', 'environment']);
const parts = {
  built: [
    ['完成实施方案和预算审批', '15'],
    ['落实场地，做好周边群众工作', '15'],
    ['组织施工或采购', '50'],
    ['自查验收，投入使用', '20'],
  ],
  served: [
    ['制定实施方案', '20'],
    ['摸清服务对象，确定名单', '20'],
    ['组织实施', '40'],
    ['自查总结，公布结果', '20'],
  ],
} as const;

/** Which share of the time each item is planned to take. */
const ends = [0.2, 0.4, 0.85, 1];

/** The checklist of a project. In a town's area the town sees to the place and the neighbours. */
export function checklistOf(project: NewProject): Plan {
  const kind = built.has(project.field_code) ? 'built' : 'served';
  const days = Math.max(8, (Date.parse(project.deadline) - Date.parse(project.start)) / 86_400_000);
  const dayAt = (share: number) =>
    new Date(Date.parse(project.start) + Math.round(days * share) * 86_400_000).toISOString().slice(0, 10);
  const items = parts[kind].map(([title, weight], index) => ({
    position: index + 1,
    title,
    weight,
    unit_code: unitOf(project, index),
    planned_start: dayAt(index === 0 ? 0 : ends[index - 1]!),
    planned_end: dayAt(ends[index]!),
    depends_on: index === 0 ? [] : [index],
    evidence_kinds: ['document', 'record', 'telephone'] as ('document' | 'record' | 'telephone')[],
  }));
  return { number: project.number, items };
}

function unitOf(project: NewProject, index: number): string {
  const townly = project.level === 'district' && project.area_code.length === 9 && index === 1;
  return townly ? project.area_code : project.unit_code;
}

/** How a project went, as far as its items are concerned. */
interface Dates {
  begun: string;
  /** The day by which every item was reported done; null where that did not happen. */
  claimed: string | null;
  completed: string | null;
}

/** The steps of a project's items: reported done, those of one unit half by half, before completion is claimed. */
export function itemStepsOf(project: NewProject, { begun, claimed, completed }: Dates): PackEvent[] {
  const { number } = project;
  const { items } = checklistOf(project);
  const done = claimed ? items.length : Math.floor(chance(`${number}事项`) * (items.length - 0.5));
  const reached = items.slice(0, done);
  const halves = [reached.slice(0, 2), reached.slice(2)];
  const events: PackEvent[] = [];
  for (const [index, half] of halves.entries()) {
    const day = between(begun, claimed ?? '2021-09-01', [0.4, claimed ? 1 : 0.7][index]!);
    for (const [unit, own] of Map.groupBy(half, (item) => item.unit_code)) {
      const at = `${day}T14:${unit === project.unit_code ? 10 : 20}:00+08:00`;
      const steps = own.map((item) => ({
        number,
        position: item.position,
        occurred_at: at,
        note: null,
        started_on: between(begun, day, [0, 0.3, 0.1, 0.7][item.position - 1]!),
        evidence: {
          kind: 'record' as const,
          title: `${item.title}办理记录`,
          text: '演示数据：记录已存于单位档案。',
        },
      }));
      events.push({ kind: 'item_steps', at, by: `${unit}.officer`, to: 'claimed', steps });
    }
  }
  if (completed !== null || claimed !== null || done < 2) return events;
  // What is still under way was partly looked at; what is complete was verified with the whole.
  const at = `${between(begun, '2021-09-02', 0.9)}T16:50:00+08:00`;
  const by = project.level === 'village' ? `${project.area_code.slice(0, 9)}.coordinator` : 'inspector';
  const steps = halves[0]!.map(({ position }) => ({ number, position, occurred_at: at, note: null }));
  return [...events, { kind: 'item_steps', at, by, to: 'verified', steps }];
}

/** A working day a share of the way from one day to another. */
function between(from: string, to: string, share: number): string {
  const span = Math.max(0, Date.parse(to) - Date.parse(from));
  const day = new Date(Date.parse(from) + Math.floor((span * share) / 86_400_000) * 86_400_000).toISOString();
  const next = addWorkingDays(calendar, addWorkingDays(calendar, day.slice(0, 10), -1), 1);
  return next > to ? to : next < from ? from : next;
}
