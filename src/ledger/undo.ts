import { checkRole, type Entitled } from '../identity/access.ts';
import { undoIn } from '../journal/undo.ts';
import { type Written, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { coordinators } from './course.ts';
import type { ProjectRow } from './schema.ts';
import { indexWords } from './search.ts';
import { findEntry } from './store.ts';

/** What can be taken back as a whole: imports, edits and bulk changes, and taking one back. */
const undoable = ['ledger/import', 'ledger/edit', 'ledger/checklist', 'ledger/undo', 'ledger/secrecy_review'];

const project = { project_id: 'project' } as const;
const item = { ...project, item_id: 'item' } as const;

/** The tables of the ledger, owners first, with what their rows belong to. */
const tables = [
  { table: 'project' },
  { table: 'project_step', belongs_to: project },
  { table: 'item', belongs_to: project },
  { table: 'item_step', belongs_to: item },
  { table: 'evidence', belongs_to: item },
  { table: 'comment', belongs_to: item },
  { table: 'extension', belongs_to: project },
  { table: 'survey_answer', belongs_to: project },
  { table: 'instruction', belongs_to: project },
] as const;

/**
 * Takes back what an entry of the ledger changed, as a new entry; both stay in the journal. Raises `ledger/unknown_entry`,
 * `ledger/not_undoable`, `journal/newer` when something newer stands on it, `identity/reach`.
 */
export function undoEntry(
  db: Database,
  entering: { actor: Entitled; idempotency_key?: string | undefined },
  entry_no: number,
): Promise<Written<{ restored: number; removed: number }>> {
  const change = { ...entering, action: 'ledger/undo', subject: `entry:${entry_no}`, input: { entry_no } };
  return write(db, change, async (tx) => {
    const entry = await findEntry(tx.queries, entry_no);
    if (!entry) throw unknownEntry(entry_no);
    const own = entry.action === 'ledger/edit' && entry.actor === entering.actor.name;
    if (!own) refuseIf(checkRole(entering.actor, coordinators));
    if (!undoable.includes(entry.action)) throw notUndoable(entry_no);
    const undone = await undoIn(tx, entry_no, tables);
    const projects = undone.find(({ table }) => table === 'project')!;
    await indexWords(tx, projects.restored as unknown as ProjectRow[]);
    tx.entry.detail.undone = entry_no;
    return {
      restored: undone.reduce((sum, one) => sum + one.restored.length, 0),
      removed: undone.reduce((sum, one) => sum + one.removed.length, 0),
    };
  });
}

function unknownEntry(entry_no: number): Problem {
  return new Problem('ledger/unknown_entry', 'not_found', {
    zh: `没有第 ${entry_no} 条操作记录。`,
    en: `There is no entry ${entry_no}.`,
  });
}

function notUndoable(entry_no: number): Problem {
  return new Problem('ledger/not_undoable', 'conflict', {
    zh: `第 ${entry_no} 条操作不能整体撤销：可以撤销的是导入、修改、批量修改和清单编排。办理步骤请在项目页上更正。`,
    en: `Entry ${entry_no} cannot be undone as a whole: imports, edits and checklists can. Correct steps on the project's page.`,
  });
}
