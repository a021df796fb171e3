import { type Written, write } from '../../journal/write.ts';
import type { Database } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { type Entering, getProjects, unitsOf } from '../actions.ts';
import { listItems } from '../checklist/store.ts';
import { checkSees } from '../rules.ts';
import { insertComment } from './store.ts';

/** Leaves a note with a project, or with one item of its checklist, for staff. Raises `ledger/unknown_project`, `identity/reach`. */
export function addComment(
  db: Database,
  entering: Entering,
  asked: { number: string; position?: number | undefined; text: string },
): Promise<Written<undefined>> {
  const subject = `project:${asked.number}`;
  const input = { number: asked.number, position: asked.position ?? null, text: asked.text };
  return write(db, { ...entering, action: 'ledger/comment', subject, input }, async (tx) => {
    const { account_id, unit_id } = entering.actor;
    const [project] = await getProjects(tx, [asked.number]);
    const items = await listItems(tx.queries, tx.entry.entry_no, [project!.id]);
    refuseIf(checkSees(entering.actor, await unitsOf(tx.queries, project!, items)));
    const text = asked.text.trim();
    if (!text) throw emptyComment();
    await insertComment(tx, {
      project_id: project!.id,
      item_id: items.find((item) => item.position === asked.position)?.id ?? null,
      text,
      account_id,
      unit_id,
      occurred_at: tx.entry.at,
    });
    return undefined;
  });
}

function emptyComment(): Problem {
  const text = { zh: '请写下要说的话。', en: 'Write what you want to say.' };
  return new Problem('ledger/comment_empty', 'invalid', text, { text });
}
