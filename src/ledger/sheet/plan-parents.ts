// Which project a workbook makes part of which: one level, as everywhere.
import { fail, type Plan, type PlannedRow, type Present } from './planned.ts';
import type { Draft } from './reading.ts';

/** A row that names a project above it, or takes one away. */
export interface Link {
  draft: Draft;
  planned: PlannedRow;
}

/** Holds the projects that rows name above them against the ledger as it would be after the import. */
export function checkParents(plan: Plan, links: readonly Link[], present: Present): void {
  if (links.length === 0) return;
  const numberOf = new Map(present.projects.map((project) => [project.id, project.number]));
  const parentOf = new Map<string, string | null>();
  for (const { number, parent_id } of present.projects) {
    parentOf.set(number, parent_id === null ? null : (numberOf.get(parent_id) ?? null));
  }
  for (const { number } of plan.new) parentOf.set(number, null);
  for (const { planned } of links) parentOf.set(planned.number, planned.change.parent_number ?? null);
  const withParts = new Set(parentOf.values());
  for (const { draft, planned } of links) {
    const parent = planned.change.parent_number;
    if (!parent) continue;
    const wrong = (zh: string, en: string) => fail(plan, draft, 'parent_id', { zh, en });
    if (parent === planned.number) wrong('项目不能做自己的上级项目。', 'A project cannot be above itself.');
    else if (!parentOf.has(parent)) {
      wrong(
        `没有编号为“${parent}”的上级项目，台账里没有，表里也没有。`,
        `There is no project “${parent}”, neither in the ledger nor in the sheet.`,
      );
    } else if (parentOf.get(parent) !== null) {
      wrong(
        `上级项目 ${parent} 自己就是子项目，不能再有子项目。`,
        `Project ${parent} is itself part of another and cannot have parts.`,
      );
    } else if (withParts.has(planned.number)) {
      wrong(
        `项目 ${planned.number} 自己有子项目，不能再归到别的项目下面。`,
        `Project ${planned.number} has parts of its own and cannot be part of another.`,
      );
    }
  }
}
