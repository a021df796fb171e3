// What a person has to do with projects, from the steps that their roles let them take: the same table as everywhere.
import type { Entitled } from '../identity/access.ts';
import { reaches, unitsWithin } from '../identity/access.ts';
import { dayOf } from '../kit/clock.ts';
import type { Queries } from '../kit/db.ts';
import { stepsFrom, stepTakers } from './rules.ts';
import { type ListedProject, listOpenProjects } from './store.ts';

/** The groups of my work, in the order of their haste. */
export interface MyWork {
  to_verify: ListedProject[];
  overdue: ListedProject[];
  due_soon: ListedProject[];
  to_start: ListedProject[];
}

const soon = 30 * 86_400_000;
/** More than anybody can do something about; the ledger has them all. */
const atMost = 500;

/** The projects on which somebody can take the next step, by what expires first. */
export async function listMyWork(queries: Queries, actor: Entitled, now: Date): Promise<MyWork> {
  const work: MyWork = { to_verify: [], overdue: [], due_soon: [], to_start: [] };
  const today = dayOf(now);
  const limit = dayOf(new Date(now.getTime() + soon));
  const units = [...unitsWithin(actor, stepTakers)];
  for (const project of await listOpenProjects(queries, units, atMost)) {
    const onward = stepsFrom(project.state).some(
      ([to, roles]) => to !== 'terminated' && reaches(actor, roles, project.unit_id),
    );
    // What the own unit claims is for others to verify.
    if (!onward || (project.state === 'completion_claimed' && project.unit_id === actor.unit_id)) continue;
    if (project.state === 'completion_claimed') work.to_verify.push(project);
    else if (project.deadline < today) work.overdue.push(project);
    else if (project.state === 'registered') work.to_start.push(project);
    else if (project.deadline <= limit) work.due_soon.push(project);
  }
  return work;
}
