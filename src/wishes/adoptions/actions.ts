import { checkReach, type Entitled } from '../../identity/access.ts';
import type { Role } from '../../identity/roles.ts';
import { type Written, write } from '../../journal/write.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Database } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { getProjects } from '../../ledger/actions.ts';
import { endAdoption, insertAdoption, listAdoptions } from './store.ts';

/** Who enters that a project was taken to heart, for the units that their roles reach. */
export const adoptionKeepers = [
  'unit_officer',
  'unit_head',
  'village_officer',
  'town_coordinator',
  'coordinator',
] as const satisfies readonly Role[];

interface Entering {
  actor: Entitled;
  idempotency_key?: string;
  simulated_at?: Date;
}

/**
 * Enters that a branch or a member takes a project to heart; who it is stands in public as written. Raises
 * `wishes/adoption`, `ledger/unknown_project`, `identity/reach`.
 */
export function adoptProject(
  db: Database,
  entering: Entering,
  asked: { number: string; adopter: string; promise: string },
): Promise<Written<undefined>> {
  const { number } = asked;
  const [adopter, promise] = [asked.adopter.trim(), asked.promise.trim()];
  if (!adopter) throw empty('adopter');
  if (!promise) throw empty('promise');
  const change = {
    ...entering,
    action: 'wishes/adoption',
    subject: `project:${number}`,
    input: { ...asked },
  };
  return write(db, change, async (tx) => {
    const [project] = await getProjects(tx, [number.trim()]);
    refuseIf(checkReach(entering.actor, adoptionKeepers, project!.unit_id));
    const unit_id = entering.actor.unit_id ?? project!.unit_id;
    const adopted_on = dayOf(tx.entry.at);
    await insertAdoption(tx, {
      project_id: project!.id,
      unit_id,
      adopter,
      promise,
      adopted_on,
      ended_on: null,
    });
    return undefined;
  });
}

/** Ends an adoption. Raises `wishes/no_adoption`, `identity/reach`. */
export function releaseProject(db: Database, entering: Entering, id: number): Promise<Written<undefined>> {
  const change = { ...entering, action: 'wishes/adoption_end', subject: `adoption:${id}`, input: { id } };
  return write(db, change, async (tx) => {
    const adoption = (await listAdoptions(tx.queries)).find((one) => one.id === id && one.ended_on === null);
    if (!adoption) throw unknownAdoption();
    const [project] = await getProjects(tx, [adoption.number]);
    refuseIf(checkReach(entering.actor, adoptionKeepers, project!.unit_id));
    await endAdoption(tx, id, dayOf(tx.entry.at));
    return undefined;
  });
}

function empty(field: 'adopter' | 'promise'): Problem {
  const text = {
    adopter: { zh: '请写由谁领办。', en: 'Say who takes it to heart.' },
    promise: { zh: '请写领办做什么。', en: 'Say what they will do.' },
  }[field];
  return new Problem('wishes/adoption', 'invalid', text, { [field]: text });
}

function unknownAdoption(): Problem {
  return new Problem('wishes/no_adoption', 'not_found', {
    zh: '没有这条领办记录，或者已经结束。',
    en: 'There is no such record, or it has ended.',
  });
}
