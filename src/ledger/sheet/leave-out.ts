// What of a workbook can be imported first while some of its rows are wrong: all but those rows, what belongs to them, and
// what would belong to nothing without them.
import { checkParents, type Link } from './plan-parents.ts';
import type { LeftRow, Plan, Present } from './planned.ts';
import type { Draft, Reading } from './reading.ts';

type Place = Pick<LeftRow, 'sheet' | 'row'>;

/** Marks in a plan what stays out, and lists the rows. */
export function leaveOut(
  plan: Plan,
  reading: Reading,
  links: readonly Link[],
  present: Present,
  numberOf: (draft: Draft) => string | undefined,
): void {
  if (plan.errors.length === 0) return;
  const left = new Set(plan.errors.map(keyOf));
  // A project whose parent stays out has nothing to belong to, and so on.
  for (let before = 0; before !== left.size; ) {
    before = left.size;
    const rest = {
      ...plan,
      new: plan.new.filter((row) => !left.has(keyOf(row))),
      errors: [] as Plan['errors'],
    };
    checkParents(
      rest,
      links.filter(({ draft }) => !left.has(keyOf(draft))),
      present,
    );
    for (const error of rest.errors) left.add(keyOf(error));
  }
  const numbers = new Set(plan.errors.flatMap((error) => error.checklist_of ?? []));
  const titles = new Map<string, string>();
  for (const draft of reading.drafts) {
    const key = keyOf(draft);
    if (!left.has(key)) continue;
    titles.set(key, String(draft.values.title ?? ''));
    const number = numberOf(draft);
    if (number) numbers.add(number);
  }
  for (const row of [...plan.new, ...plan.changed]) {
    if (!left.has(keyOf(row))) continue;
    row.left = true;
    numbers.add(row.number);
  }
  for (const item of plan.items.planned) if (numbers.has(item.number)) item.left = true;
  for (const item of reading.items) {
    if (!numbers.has(item.number)) continue;
    left.add(keyOf(item));
    titles.set(keyOf(item), item.values.title ?? '');
  }
  const places = [...plan.errors, ...plan.new, ...plan.changed, ...reading.items].filter((one) =>
    left.has(keyOf(one)),
  );
  const rows = new Map(places.map((one) => [keyOf(one), one]));
  plan.left = [...rows].map(([key, { sheet, row }]) => ({ sheet, row, title: titles.get(key) ?? '' }));
  plan.left_count = plan.left.length;
}

function keyOf({ sheet, row }: Place): string {
  return `${sheet}:${row}`;
}

/** A plan without what stays out. */
export function withoutLeft(plan: Plan): Plan {
  const stays = ({ left }: { left?: true }) => !left;
  const planned = plan.items.planned.filter(stays);
  return {
    ...plan,
    new: plan.new.filter(stays),
    changed: plan.changed.filter(stays),
    items: {
      ...plan.items,
      new: planned.filter((item) => item.id === null).length,
      changed: planned.filter((item) => item.id !== null).length,
      planned,
    },
  };
}

/** How many rows can be imported first. */
export function restOf(plan: Plan): number {
  const { new: added, changed, items } = withoutLeft(plan);
  return added.length + changed.length + items.planned.length;
}
