import { publishedDays } from '../../src/calendar/published.ts';
import { addWorkingDays, calendarOf } from '../../src/calendar/rules.ts';
import type { ProjectState } from '../../src/ledger/schema.ts';
import { checklistOf, itemStepsOf } from './checklists.ts';
import { chance } from './input.ts';
import { batches, type PlannedProject } from './projects.ts';
import type { PackEvent } from './types.ts';

const calendar = calendarOf(publishedDays());
/** How many were verified by 3 September 2021, 9:00, as the report says. */
const completedByReport = 467;
const lastDay = '2021-09-03';
/** How many of them on the last morning; so that every earlier day has fewer. */
const onLastMorning = 3;
/** How many are past their deadline and not complete at the end. */
const stillLate = 5;

interface Step {
  at: string;
  by: string;
  to: ProjectState;
  number: string;
  note: string | null;
}

/** Everything that was done with the projects, grouped by who did the same thing at the same moment. */
export function timeline(projects: readonly PlannedProject[]): PackEvent[] {
  const courses = completionDays(projects);
  return [
    ...registrations(projects),
    ...handovers(projects),
    ...grouped(courses.flatMap(courseOf)),
    ...courses.flatMap((course) => {
      const { begun, claimed, failed } = datesOf(course);
      const { completed, planned } = course;
      return itemStepsOf(planned.project, { begun, claimed: failed ?? claimed, completed });
    }),
    ...corrections(projects),
    ...extensions(courses),
  ];
}

function registrations(projects: readonly PlannedProject[]): PackEvent[] {
  return batches.map(({ batch, document_no, issued_at }, index) => ({
    kind: 'registration',
    at: issued_at,
    by: 'coordinator',
    batch,
    document_no,
    projects: projects.filter((planned) => planned.batch === index).map((planned) => planned.project),
  }));
}

/** Each batch is planned and handed over (交办) on the morning it is issued. */
function handovers(projects: readonly PlannedProject[]): PackEvent[] {
  return batches.flatMap(({ issued_at }, index): PackEvent[] => {
    const own = projects.filter((planned) => planned.batch === index).map(({ project }) => project);
    const day = issued_at.slice(0, 10);
    const assigned = `${day}T10:40:00+08:00`;
    return [
      { kind: 'checklist', at: `${day}T10:20:00+08:00`, by: 'coordinator', plans: own.map(checklistOf) },
      {
        kind: 'review',
        at: `${day}T10:30:00+08:00`,
        by: 'publisher',
        reviewer: '演示·宣传发布',
        numbers: own.map((project) => project.number),
      },
      {
        kind: 'steps',
        at: assigned,
        by: 'coordinator',
        to: 'assigned',
        steps: own.map(({ number }) => ({ number, occurred_at: assigned, note: null })),
      },
    ];
  });
}

interface Course {
  planned: PlannedProject;
  /** The day it was verified; null when it was not by the end of the pack. */
  completed: string | null;
}

/** Chooses which of the made-up projects are complete, and when: slowly at first, then faster, as such work goes. */
function completionDays(projects: readonly PlannedProject[]): Course[] {
  const known = projects.filter((planned) => planned.reported_completion !== undefined);
  const made = projects.filter((planned) => planned.reported_completion === undefined);
  const wanted = completedByReport - known.filter((planned) => planned.reported_completion).length;
  // A few are late: due in summer and still open, as in every programme.
  const due = made.filter(({ project }) => project.deadline < '2021-08-31');
  const late = new Set(
    due.toSorted((a, b) => chance(a.project.number) - chance(b.project.number)).slice(0, stillLate),
  );
  const byHaste = made.toSorted((a, b) => Number(late.has(a)) - Number(late.has(b)) || haste(a) - haste(b));
  return [
    ...known.map((planned) => ({ planned, completed: planned.reported_completion! })),
    ...byHaste.map((planned, rank) => ({
      planned,
      completed: rank < wanted ? dayOfRank(planned, rank, wanted) : null,
    })),
  ];
}

/** Those with distant deadlines tend to be the ones still open. */
function haste(planned: PlannedProject): number {
  return Date.parse(planned.project.deadline) / 86_400_000 + chance(`${planned.project.number}缓急`) * 60;
}

function dayOfRank(planned: PlannedProject, rank: number, wanted: number): string {
  if (rank >= wanted - onLastMorning) return lastDay;
  const earliest = addWorkingDays(calendar, planned.project.start, 12);
  const span = workingDaysBetween(earliest, '2021-09-02');
  const share =
    (0.25 + 0.75 * ((rank + 1) / wanted)) * (0.45 + 0.55 * chance(`${planned.project.number}完成`));
  return addWorkingDays(calendar, earliest, Math.max(1, Math.round(span * share)));
}

function workingDaysBetween(from: string, to: string): number {
  let count = 0;
  for (let day = from; day < to; day = addWorkingDays(calendar, day, 1)) count++;
  return count;
}

/** When work began, when completion was claimed if it was, and when a first attempt had failed. */
function datesOf({ planned, completed }: Course) {
  const { number, start } = planned.project;
  const begun = addWorkingDays(calendar, start, 1 + Math.floor(chance(`${number}开工`) * 4));
  if (completed === null) {
    const waits = chance(`${number}待核验`) < 0.3 && planned.reported_completion === undefined;
    return { begun, claimed: waits ? '2021-09-02' : null, failed: null };
  }
  const claimed = addWorkingDays(calendar, completed, -1 - Math.floor(chance(`${number}申请`) * 2));
  const twice = chance(`${number}退回`) < 0.03 && workingDaysBetween(begun, claimed) > 6;
  return { begun, claimed, failed: twice ? addWorkingDays(calendar, claimed, -4) : null };
}

function courseOf(course: Course): Step[] {
  const { planned, completed } = course;
  const { number, unit_code } = planned.project;
  const officer = `${unit_code}.officer`;
  const { begun, claimed, failed } = datesOf(course);
  const steps: Step[] = [
    step(number, begun, '09:00', officer, 'accepted', null),
    step(number, begun, '09:20', officer, 'in_progress', null),
  ];
  if (claimed === null) return steps;
  if (completed === null) {
    return [...steps, step(number, claimed, '15:10', officer, 'completion_claimed', '已完成，请核验')];
  }
  if (failed) steps.push(...failedAttempt(planned, failed));
  steps.push(step(number, claimed, '15:10', officer, 'completion_claimed', '已完成，请核验'));
  const time = completed === lastDay ? '08:40' : '16:30';
  steps.push(step(number, completed, time, verifierOf(planned), 'completed', '核验通过'));
  return steps;
}

function failedAttempt(planned: PlannedProject, failed: string): Step[] {
  const { number, unit_code } = planned.project;
  return [
    step(number, failed, '15:10', `${unit_code}.officer`, 'completion_claimed', '已完成，请核验'),
    step(
      number,
      addWorkingDays(calendar, failed, 1),
      '16:30',
      verifierOf(planned),
      'in_progress',
      '核验未通过：缺少现场记录，请补充后再申请',
    ),
  ];
}

/** Towns verify their villages, the inspectors everyone else; never the unit that did it. */
function verifierOf({ project }: PlannedProject): string {
  return project.level === 'village' ? `${project.area_code.slice(0, 9)}.coordinator` : 'inspector';
}

function step(
  number: string,
  day: string,
  time: string,
  by: string,
  to: Step['to'],
  note: string | null,
): Step {
  return { at: `${day}T${time}:00+08:00`, by, to, number, note };
}

function grouped(steps: readonly Step[]): PackEvent[] {
  const groups = Map.groupBy(steps, ({ at, by, to }) => `${at} ${by} ${to}`);
  return [...groups.values()].map((group) => ({
    kind: 'steps',
    at: group[0]!.at,
    by: group[0]!.by,
    to: group[0]!.to,
    steps: group.map(({ number, at, note }) => ({ number, occurred_at: at, note })),
  }));
}

/** Three texts put right, as happens in every register, and reviewed again. */
function corrections(projects: readonly PlannedProject[]): PackEvent[] {
  const made = projects.filter(({ project, batch }) => project.synthetic && batch === 0);
  return [40, 120, 200].flatMap((index, turn): PackEvent[] => {
    const { number, title } = made[index]!.project;
    const day = `2021-0${4 + turn}-20`;
    return [
      {
        kind: 'correction',
        at: `${day}T11:00:00+08:00`,
        by: 'coordinator',
        reason: '单位来函更正项目名称',
        cells: [{ number, column: 'title', text: `${title}（更正）` }],
      },
      {
        kind: 'review',
        at: `${day}T11:30:00+08:00`,
        by: 'publisher',
        reviewer: '演示·宣传发布',
        numbers: [number],
      },
    ];
  });
}

/** Two projects that are still open asked for more time in August: one got it, the other waits for an answer. */
function extensions(courses: readonly Course[]): PackEvent[] {
  const open = courses.filter(
    ({ planned, completed }) =>
      completed === null && planned.project.synthetic && planned.project.deadline > '2021-09-20',
  );
  return open.slice(0, 2).flatMap(({ planned }, turn): PackEvent[] => {
    const { number, deadline, unit_code } = planned.project;
    const later = addWorkingDays(calendar, deadline, 20);
    const asked: PackEvent = {
      kind: 'extension',
      at: '2021-08-24T10:00:00+08:00',
      by: `${unit_code}.officer`,
      number,
      deadline: later,
      reason: '受台风影响，场地清理推迟，申请延期。',
    };
    if (turn === 1) return [asked];
    const decided: PackEvent = {
      kind: 'extension_decision',
      at: '2021-08-25T16:00:00+08:00',
      by: 'coordinator',
      number,
      decision: 'granted',
      note: '情况属实，同意延期。',
    };
    return [asked, decided];
  });
}
