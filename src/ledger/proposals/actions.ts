import { checkReach } from '../../identity/access.ts';
import { type Transaction, type Written, write } from '../../journal/write.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Database } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { type Batch, type Entering, getProjects, rowsOf, step } from '../actions.ts';
import { coordinators, doers } from '../course.ts';
import { checkOrder, checkReason, checkStep } from '../rules.ts';
import type { NewProject } from '../schema.ts';
import { insertProjects, insertSteps, lastNumber, lastSteps, updateProjects } from '../store.ts';

/**
 * Proposes projects (申报) for the units that an actor's roles reach; the district's office may for everybody. They get
 * the next numbers of the series and count in no figure until they are approved and issued.
 * Raises `identity/reach`, `ledger/unknown_code`, `ledger/dates`.
 */
export function proposeProjects(
  db: Database,
  entering: Entering,
  proposals: readonly Omit<NewProject, 'number'>[],
): Promise<Written<{ numbers: string[] }>> {
  const change = { ...entering, action: 'ledger/proposal', subject: 'project', input: [...proposals] };
  return write(db, change, async (tx) => {
    const numbers = await nextNumbers(tx, proposals.length);
    const rows = await rowsOf(
      tx,
      proposals.map((proposal, index) => ({ ...proposal, number: numbers[index]! })),
    );
    const proposing = entering.actor.unit_id;
    for (const row of rows) {
      refuseIf(checkReach(entering.actor, [...doers, ...coordinators], row.proposing_unit_id ?? row.unit_id));
    }
    const stored = await insertProjects(
      tx,
      rows.map((row) => ({
        ...row,
        proposing_unit_id: row.proposing_unit_id ?? proposing,
        state: 'proposed' as const,
      })),
    );
    await insertSteps(
      tx,
      stored.map((project) => step(project, 'proposed', tx.entry.at, entering.actor, null, null)),
    );
    tx.entry.subject = stored.length === 1 ? `project:${numbers[0]}` : 'project';
    tx.entry.detail.numbers = numbers;
    return { numbers };
  });
}

/** The next numbers of the year's series: `2021-001`. */
async function nextNumbers(tx: Transaction, count: number): Promise<string[]> {
  const prefix = `${dayOf(tx.entry.at).slice(0, 4)}-`;
  const last = Number((await lastNumber(tx.queries, prefix))?.slice(prefix.length) ?? 0);
  return Array.from({ length: count }, (_, index) => `${prefix}${String(last + 1 + index).padStart(3, '0')}`);
}

/**
 * Issues approved projects as a numbered list (印发): they are on the list from then on, in the order given.
 * Raises `ledger/unknown_project`, `ledger/step_impossible`, `identity/reach`.
 */
export function issueProjects(
  db: Database,
  entering: Entering,
  batch: Batch,
  numbers: readonly string[],
): Promise<Written<{ issued: number }>> {
  const input = { ...batch, issued_at: batch.issued_at.toISOString(), numbers: [...numbers] };
  const change = { ...entering, action: 'ledger/issue', subject: `batch:${batch.batch}`, input };
  return write(db, change, async (tx) => {
    const { batch: name, document_no, issued_at } = batch;
    const found = await getProjects(tx, numbers);
    const last = await lastSteps(
      tx.queries,
      found.map((project) => project.id),
    );
    for (const project of found) {
      refuseIf(checkStep(project, 'registered', entering.actor));
      refuseIf(checkOrder(last.get(project.id)!, issued_at, tx.entry.at));
    }
    await updateProjects(
      tx,
      found.map(({ id }, index) => ({
        id,
        state: 'registered' as const,
        batch: name,
        document_no,
        list_no: index + 1,
      })),
    );
    await insertSteps(
      tx,
      found.map((project) => step(project, 'registered', issued_at, entering.actor, project.state, null)),
    );
    tx.entry.detail.numbers = [...numbers];
    return { issued: found.length };
  });
}

/** Merges a proposal into another project: it stays readable and says where it went. */
export function mergeProject(
  db: Database,
  entering: Entering,
  asked: { number: string; into: string; note: string },
): Promise<Written<undefined>> {
  const change = { ...entering, action: 'ledger/merged', subject: `project:${asked.number}`, input: asked };
  return write(db, change, async (tx) => {
    const [project, into] = await getProjects(tx, [asked.number, asked.into]);
    refuseIf(checkStep(project!, 'merged', entering.actor));
    refuseIf(checkReason({ reason: true }, asked.note));
    if (project!.id === into!.id || into!.state === 'merged') throw badMerge();
    await updateProjects(tx, [{ id: project!.id, state: 'merged', merged_into_id: into!.id }]);
    const note = `并入 ${into!.number}《${into!.title}》：${asked.note.trim()}`;
    await insertSteps(tx, [step(project!, 'merged', tx.entry.at, entering.actor, project!.state, note)]);
    tx.entry.detail.into = into!.number;
    return undefined;
  });
}

function badMerge(): Problem {
  const text = { zh: '不能并入这个项目，请另选一个。', en: 'It cannot be merged into that project.' };
  return new Problem('ledger/merge', 'invalid', text, { into: text });
}
