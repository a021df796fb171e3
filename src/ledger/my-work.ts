// What a person has to do with projects, from the steps that their roles let them take: the same table as everywhere.
import type { Entitled } from '../identity/access.ts';
import { checkRole, unitsWithin } from '../identity/access.ts';
import { dayOf } from '../kit/clock.ts';
import type { Queries } from '../kit/db.ts';
import { isOneOf, proposalStates, stepsFrom } from './course.ts';
import { checkStep, ledgerReaders, secrecyReviewers, stepTakers } from './rules.ts';
import { countOverdue, countUnreviewed, type ListedProject, listOpenProjects } from './store.ts';

/** The groups of my work, in the order of their haste. */
export interface MyWork {
  to_verify: ListedProject[];
  /** Proposals on which this person can decide. */
  to_decide: ListedProject[];
  overdue: ListedProject[];
  due_soon: ListedProject[];
  to_start: ListedProject[];
  /** How many projects wait for a review for secrecy by somebody like this person. */
  to_review: number;
  /** How many projects that this person may look at are past their deadline. */
  overdue_in_reach: number;
}

const soon = 30 * 86_400_000;
/** More than anybody can do something about; the ledger has them all. */
const atMost = 500;

/** The projects on which somebody can take the next step, by what expires first. */
export async function listMyWork(queries: Queries, actor: Entitled, now: Date): Promise<MyWork> {
  const work: MyWork = {
    to_verify: [],
    to_decide: [],
    overdue: [],
    due_soon: [],
    to_start: [],
    to_review: checkRole(actor, secrecyReviewers) ? 0 : await countUnreviewed(queries),
    overdue_in_reach: await countOverdue(queries, [...unitsWithin(actor, ledgerReaders)], dayOf(now)),
  };
  const today = dayOf(now);
  const limit = dayOf(new Date(now.getTime() + soon));
  const units = [...unitsWithin(actor, stepTakers)];
  for (const project of await listOpenProjects(queries, units, atMost)) {
    const onward = stepsFrom(project.state).some(
      ([to]) => to !== 'terminated' && !checkStep(project, to, actor),
    );
    // What the own unit claims is for others to verify.
    const claimed = project.state === 'completion_claimed' || project.state === 'verifying';
    if (!onward || (claimed && project.unit_id === actor.unit_id)) continue;
    if (claimed) work.to_verify.push(project);
    else if (isOneOf(proposalStates, project.state)) work.to_decide.push(project);
    else if (project.deadline < today) work.overdue.push(project);
    else if (project.state !== 'in_progress') work.to_start.push(project);
    else if (project.deadline <= limit) work.due_soon.push(project);
  }
  return work;
}
