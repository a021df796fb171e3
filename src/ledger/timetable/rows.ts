import { dayOf } from '../../kit/clock.ts';
import type { TimetableRow } from '../../kit/parts/timetable.ts';
import type { ItemRow, ItemState } from '../checklist/schema.ts';
import { never, type ProjectRow } from '../schema.ts';

/** The words around a timetable. */
export const timetableWords = {
  zh: {
    caption: '时间表：计划与实际',
    item: '事项',
    planned: '计划',
    actual: '实际',
    slip: '超过计划',
    under_way: '进行中',
    days: (count: number) => `${count} 天`,
    today: '今天',
    month: (month: number, year?: number) => (year ? `${year}年${month}月` : `${month}月`),
  },
  en: {
    caption: 'Timetable: planned and actual',
    item: 'Item',
    planned: 'Planned',
    actual: 'Actual',
    slip: 'Over plan',
    under_way: 'under way',
    days: (count: number) => (count === 1 ? '1 day' : `${count} days`),
    today: 'today',
    month: (month: number, year?: number) => (year ? `${month}/${year}` : String(month)),
  },
};

/** An item of a checklist as a row of a timetable. */
export function itemTimetable(
  item: Pick<
    ItemRow,
    'position' | 'title' | 'planned_start' | 'planned_end' | 'actual_start' | 'actual_end'
  > & {
    state: ItemState;
  },
): TimetableRow {
  const { planned_start, planned_end, actual_start, actual_end } = item;
  return {
    label: `${item.position} ${item.title}`,
    planned: planned_end ? { start: planned_start ?? planned_end, end: planned_end } : null,
    actual: actual_start ? { start: actual_start, end: actual_end } : null,
  };
}

/** A project as a row: from its start to its deadline, and from its first work to its completion. */
export function projectTimetable(
  project: Pick<ProjectRow, 'number' | 'title' | 'start' | 'deadline' | 'completed_at'>,
  begun: Date | undefined,
  href: string,
): TimetableRow {
  const { start, deadline, completed_at } = project;
  return {
    label: project.title,
    href,
    planned: deadline === never ? null : { start, end: deadline },
    actual: begun ? { start: dayOf(begun), end: completed_at && dayOf(completed_at) } : null,
  };
}
