// What an import would do to checklists.
import { checkItems } from '../checklist/rules.ts';
import type { ItemRow } from '../checklist/schema.ts';
import type { Plan, PlannedItem, Present } from './planned.ts';
import type { ItemDraft } from './reading.ts';

/** Adds to a plan what a workbook's checklists would change. */
export function planItems(plan: Plan, drafts: readonly ItemDraft[], present: Present): void {
  const projects = new Map(present.projects.map((project) => [project.number, project]));
  const planned = new Map(plan.new.map((row) => [row.number, row]));
  const known = new Map(present.items.map((item) => [`${item.project_id}#${item.position}`, item]));
  for (const [number, own] of Map.groupBy(drafts, (draft) => draft.number)) {
    const project = projects.get(number);
    const lead = project?.unit_id ?? (planned.get(number)?.change.unit_id as number | undefined);
    const wrong = (draft: ItemDraft, zh: string, en: string) =>
      plan.errors.push({
        sheet: draft.sheet,
        row: draft.row,
        column: '项目编号',
        place: null,
        message: { zh, en },
      });
    if (lead === undefined) {
      wrong(own[0]!, `没有编号为 ${number} 的项目。`, `There is no project with the number ${number}.`);
      continue;
    }
    const problem = checkItems(own);
    if (problem) {
      wrong(own[0]!, problem.text.zh, problem.text.en);
      continue;
    }
    for (const { sheet: _sheet, row: _row, number: _number, unit_id, ...item } of own) {
      const before = project && known.get(`${project.id}#${item.position}`);
      if (before && sameItem(before, { ...item, unit_id: unit_id ?? before.unit_id })) {
        plan.items.unchanged++;
        continue;
      }
      if (before) plan.items.changed++;
      else plan.items.new++;
      const unit = unit_id ?? before?.unit_id ?? lead;
      plan.items.planned.push({
        number,
        position: item.position,
        id: before?.id ?? null,
        item: { ...item, unit_id: unit },
      });
    }
  }
}

function sameItem(stored: ItemRow, wanted: PlannedItem['item']): boolean {
  return (
    stored.title === wanted.title &&
    Number(stored.weight) === Number(wanted.weight) &&
    stored.unit_id === wanted.unit_id &&
    stored.planned_start === wanted.planned_start &&
    stored.planned_end === wanted.planned_end &&
    JSON.stringify(stored.depends_on ?? []) === JSON.stringify(wanted.depends_on) &&
    [...stored.evidence_kinds].sort().join() === [...wanted.evidence_kinds].sort().join()
  );
}
