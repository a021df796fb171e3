import { checkReach, type Entitled } from '../identity/access.ts';
import { type Written, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { getStaffProject } from '../ledger/actions.ts';
import { instructionGivers } from './rules.ts';
import { insertInstruction } from './store.ts';

export { countInstructions, type Instruction, listInstructions } from './store.ts';

/**
 * Writes a leader's instruction (批示) on a project, by the leader or by a liaison for the leader whom they act for.
 * Raises `ledger/unknown_project`, `identity/reach`, `supervision/empty`.
 */
export async function giveInstruction(
  db: Database,
  entering: { actor: Entitled; idempotency_key: string },
  asked: { number: string; text: string },
): Promise<Written<undefined>> {
  const { actor } = entering;
  const text = asked.text.trim();
  if (!text) throw empty();
  const { project } = await getStaffProject(db, actor, asked.number);
  refuseIf(checkReach(actor, instructionGivers, project.unit_id));
  const leader = actor.on_behalf_of?.split(':')[1] ?? actor.account_id;
  const change = {
    ...entering,
    action: 'supervision/instruction',
    subject: `project:${asked.number}`,
    input: { ...asked },
  };
  return write(db, change, async (tx) => {
    await insertInstruction(tx, { project_id: project.id, leader_account_id: Number(leader), text });
    return undefined;
  });
}

function empty(): Problem {
  const text = { zh: '请写批示内容。', en: 'Write the instruction.' };
  return new Problem('supervision/empty', 'invalid', text, { text });
}
