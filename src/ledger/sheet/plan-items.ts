// What an import would do to checklists: each as it would be with the rows of the workbook, held to what planning one on
// screen is held to. Items that the workbook does not name stay as they are.
import { checkItems, checkPlanChange } from '../checklist/rules.ts';
import type { ItemRow } from '../checklist/schema.ts';
import type { ProjectRow } from '../schema.ts';
import { office, wantsReason } from './adjustments.ts';
import type { Plan, PlannedItem, Present } from './planned.ts';
import type { ItemDraft } from './reading.ts';

/** Adds to a plan what a workbook's checklists would change. */
export function planItems(plan: Plan, drafts: readonly ItemDraft[], present: Present): void {
  const projects = new Map(present.projects.map((project) => [project.number, project]));
  const added = new Map(plan.new.map((row) => [row.number, row]));
  const stored = Map.groupBy(present.items, (item) => item.project_id);
  for (const [number, own] of Map.groupBy(drafts, (draft) => draft.number)) {
    const project = projects.get(number);
    const lead = project?.unit_id ?? (added.get(number)?.change.unit_id as number | undefined);
    if (lead === undefined) {
      fail(plan, own[0]!, `没有编号为 ${number} 的项目。`, `There is no project with the number ${number}.`);
    } else planChecklist(plan, own, project, lead, (project && stored.get(project.id)) ?? []);
  }
}

type Item = PlannedItem['item'];

function planChecklist(
  plan: Plan,
  drafts: readonly ItemDraft[],
  project: ProjectRow | undefined,
  lead: number,
  stored: readonly ItemRow[],
): void {
  const known = new Map(stored.map((item) => [item.position, item]));
  const merged = new Map(stored.map((item) => [item.position, plannedOf(item)]));
  const seen = new Set<number>();
  const planned: PlannedItem[] = [];
  let adjusted = false;
  let unchanged = 0;
  for (const draft of drafts) {
    const { number, position } = draft;
    if (seen.has(position)) {
      fail(plan, draft, `清单第 ${position} 项：序号重复。`, `Item ${position}: its number is there twice.`);
      return;
    }
    seen.add(position);
    const before = known.get(position);
    const item: Item = { ...(before ? plannedOf(before) : emptyItem(lead)), ...draft.values, position };
    if (before && sameItem(plannedOf(before), item)) {
      unchanged++;
      continue;
    }
    merged.set(position, item);
    planned.push({
      number,
      position,
      id: before?.id ?? null,
      since_entry: before?.since_entry ?? null,
      item,
    });
    const problem = project && checkPlanChange(project, before, item, { actor: office });
    if (problem?.code === wantsReason) adjusted = true;
    else if (problem) fail(plan, draft, problem.text.zh, problem.text.en);
  }
  const problem = checkItems([...merged.values()]);
  if (problem) {
    fail(plan, drafts[0]!, problem.text.zh, problem.text.en);
    return;
  }
  if (adjusted) plan.adjusted++;
  plan.items.unchanged += unchanged;
  plan.items.new += planned.filter((one) => one.id === null).length;
  plan.items.changed += planned.filter((one) => one.id !== null).length;
  plan.items.planned.push(...planned);
}

/** What a workbook may say of an item, as it is stored. */
export function plannedOf(item: ItemRow): Item {
  const { position, title, weight, unit_id, planned_start, planned_end, evidence_kinds } = item;
  const depends_on = item.depends_on ?? [];
  return { position, title, weight, unit_id, planned_start, planned_end, depends_on, evidence_kinds };
}

function emptyItem(unit_id: number): Omit<Item, 'position'> {
  const evidence_kinds = ['document', 'record', 'telephone'] as const;
  return {
    title: '',
    weight: '1',
    unit_id,
    planned_start: null,
    planned_end: null,
    depends_on: [],
    evidence_kinds: [...evidence_kinds],
  };
}

function fail(plan: Plan, draft: ItemDraft, zh: string, en: string): void {
  const { sheet, row, number, number_place: place } = draft;
  plan.errors.push({ sheet, row, column: '项目编号', place, message: { zh, en }, checklist_of: number });
}

function sameItem(stored: Item, wanted: Item): boolean {
  return (
    stored.title === wanted.title &&
    Number(stored.weight) === Number(wanted.weight) &&
    stored.unit_id === wanted.unit_id &&
    stored.planned_start === wanted.planned_start &&
    stored.planned_end === wanted.planned_end &&
    stored.depends_on.join() === wanted.depends_on.join() &&
    [...stored.evidence_kinds].sort().join() === [...wanted.evidence_kinds].sort().join()
  );
}
