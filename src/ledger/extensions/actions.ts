import { checkReach } from '../../identity/access.ts';
import { type Written, write } from '../../journal/write.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Database } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { type Entering, getProjects } from '../actions.ts';
import { doers } from '../course.ts';
import {
  checkExtension,
  checkExtensionDecider,
  checkExtensionStands,
  checkReason,
  extensionDeciders,
} from '../rules.ts';
import { updateProjects } from '../store.ts';
import { insertExtension, listExtensions, updateExtension } from './store.ts';

export { countExtensions } from './store.ts';

/**
 * Asks for a later deadline (延期), before the present one has passed.
 * Raises `ledger/unknown_project`, `ledger/extension_…`, `ledger/reason_missing`, `identity/reach`.
 */
export function askExtension(
  db: Database,
  entering: Entering,
  asked: { number: string; deadline: string; reason: string },
): Promise<Written<undefined>> {
  const subject = `project:${asked.number}`;
  const input = { number: asked.number, deadline: asked.deadline, reason: asked.reason };
  return write(db, { ...entering, action: 'ledger/extension', subject, input }, async (tx) => {
    const { account_id, unit_id } = entering.actor;
    const [project] = await getProjects(tx, [asked.number]);
    refuseIf(checkReach(entering.actor, doers, project!.unit_id));
    const all = await listExtensions(tx.queries, tx.entry.entry_no, project!.id);
    const open = all.find((one) => one.decision === null);
    refuseIf(checkExtension(project!, open, asked, dayOf(tx.entry.at)));
    await insertExtension(tx, {
      project_id: project!.id,
      former_deadline: project!.deadline,
      deadline: asked.deadline,
      reason: asked.reason.trim(),
      asked_at: tx.entry.at,
      account_id,
      unit_id,
      decision: null,
      decided_at: null,
      decided_by: null,
      decision_note: null,
    });
    return undefined;
  });
}

/**
 * Decides on a later deadline; granted, it is the project's from now on. Raises `ledger/no_extension`,
 * `ledger/own_extension`, `ledger/extension_past`, `ledger/reason_missing` for a refusal without one, `identity/reach`.
 */
export function decideExtension(
  db: Database,
  entering: Entering,
  asked: { number: string; decision: 'granted' | 'refused'; note: string },
): Promise<Written<undefined>> {
  const subject = `project:${asked.number}`;
  const input = { number: asked.number, decision: asked.decision, note: asked.note };
  return write(db, { ...entering, action: 'ledger/extension_decision', subject, input }, async (tx) => {
    const [project] = await getProjects(tx, [asked.number]);
    refuseIf(checkReach(entering.actor, extensionDeciders, project!.unit_id));
    const all = await listExtensions(tx.queries, tx.entry.entry_no, project!.id);
    const open = all.find((one) => one.decision === null);
    if (!open) throw noExtension();
    refuseIf(checkExtensionDecider(open, entering.actor));
    if (asked.decision === 'refused') refuseIf(checkReason({ reason: true }, asked.note));
    else refuseIf(checkExtensionStands(project!, open));
    await updateExtension(tx, {
      id: open.id,
      decision: asked.decision,
      decided_at: tx.entry.at,
      decided_by: entering.actor.account_id,
      decision_note: asked.note.trim() || null,
    });
    if (asked.decision === 'granted') {
      await updateProjects(tx, [{ id: project!.id, deadline: open.deadline }]);
    }
    tx.entry.detail.decision = asked.decision;
    return undefined;
  });
}

function noExtension(): Problem {
  return new Problem('ledger/no_extension', 'conflict', {
    zh: '没有等待决定的延期申请。可能已经由别人决定，请刷新页面。',
    en: 'No request waits to be decided. Somebody may have decided it; reload the page.',
  });
}
