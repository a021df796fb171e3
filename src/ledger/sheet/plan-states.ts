// How far a workbook may move a project. It may say that one was begun or that its unit calls it done; it cannot verify,
// hand over, end or archive.
import { progressOf } from '../checklist/rules.ts';
import type { ItemRow } from '../checklist/schema.ts';
import { doneStates, isOneOf, openStates } from '../course.ts';
import { checkShown, checkStepContext } from '../rules.ts';
import type { ProjectRow, ProjectState } from '../schema.ts';
import { staffStateWords } from '../words.ts';
import { office } from './adjustments.ts';
import { fail, type Plan, type Present } from './planned.ts';
import type { Draft } from './reading.ts';

/** States that a workbook may give to a project. */
const imported = [
  'registered',
  'in_progress',
  'completion_claimed',
] as const satisfies readonly ProjectState[];

/** What a word says here: that something is verified can only mean that its unit calls it done. */
function saidBy(word: ProjectState): ProjectState {
  return isOneOf(doneStates, word) ? 'completion_claimed' : word;
}

/** The state in which a new project comes onto the list; nothing when the workbook says one that it cannot have. */
export function stateOfNew(plan: Plan, draft: Draft): ProjectState | undefined {
  const state = saidBy(draft.state ?? 'registered');
  if (isOneOf(imported, state)) return state;
  const word = staffStateWords[state];
  fail(plan, draft, 'state', {
    zh: `新项目的进展只能是“未启动”“在办”或“已完成”（导入后待核验），表里是“${word.zh}”。请改成其中一种，其余步骤在系统里办理；已终止、不列入的请从表里删去。`,
    en: `A new project is not begun, in progress or done (to be verified); the sheet says “${word.en}”. Later steps are taken here; leave out what was terminated.`,
  });
  return undefined;
}

/** The state that a project is to reach, when a workbook says another one than it has and may move it there. */
export function stateChange(plan: Plan, draft: Draft, project: ProjectRow): ProjectState | undefined {
  if (draft.state === null || draft.state === project.state) return undefined;
  const wanted = saidBy(draft.state);
  if (wanted === project.state) return undefined;
  const order: readonly ProjectState[] = openStates;
  const [from, to] = [order.indexOf(project.state), order.indexOf(wanted)];
  const done = isOneOf(doneStates, project.state) || project.state === 'verifying';
  if (wanted === 'completion_claimed' && done) return undefined;
  // 未启动 about a project that is only being handed over says nothing new.
  if (wanted === 'registered' && from >= 0 && from <= order.indexOf('accepted')) return undefined;
  if (isOneOf(imported, wanted) && from >= 0 && to > from) return wanted;
  fail(plan, draft, 'state', {
    zh: `系统里是“${staffStateWords[project.state].zh}”，表里是“${staffStateWords[draft.state].zh}”。交办、签收、核验、销号、退回和终止要在系统里办理，不能用表格改。`,
    en: `It is “${staffStateWords[project.state].en}” here and “${staffStateWords[draft.state].en}” in the sheet. Assigning, accepting, verifying, reopening and terminating are done here, not in a sheet.`,
  });
  return undefined;
}

/** A row that calls its project done; new ones have no project yet. */
export interface Claim {
  draft: Draft;
  number: string;
  project: ProjectRow | undefined;
}

/** Holds claims of completion to what the course asks of them, with the checklists as they would be after the import. */
export function checkClaims(plan: Plan, claims: readonly Claim[], present: Present): void {
  const stored = Map.groupBy(present.items, (item) => item.project_id);
  const added = Map.groupBy(
    plan.items.planned.filter((one) => one.id === null),
    (one) => one.number,
  );
  for (const { draft, number, project } of claims) {
    const more = (added.get(number) ?? []).map(({ item }) => ({ ...item, state: 'planned' as const }));
    const items: Pick<ItemRow, 'weight' | 'state'>[] = [
      ...((project && stored.get(project.id)) ?? []),
      ...more,
    ];
    const { items: count, items_open } = progressOf(items);
    const shown = { items: count, items_open };
    const problem = project
      ? checkStepContext({ ...project, state: 'in_progress' }, 'completion_claimed', office, {
          ...shown,
          last: undefined,
          claim: undefined,
          evidence: present.evidenceOf(project.id),
        })
      : // What shows that it is done is still on paper; it is asked for before somebody verifies it.
        checkShown({ ...shown, evidence: 1 });
    if (problem) fail(plan, draft, 'state', problem.text);
  }
  if (claims.length === 0) return;
  plan.notes.push(
    `有 ${claims.length} 个项目表里写着已完成，导入为“${staffStateWords.completion_claimed.zh}”：是否完成要由责任单位以外的人在系统里核验，表格不能代替。`,
  );
}
