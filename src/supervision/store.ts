import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { insertRows } from '../kit/versioned.ts';

/** An instruction as staff read it: whose, what, when, and who entered it. */
export interface Instruction {
  id: number;
  text: string;
  leader: string;
  at: Date;
  /** Who entered it, where that was not the leader. */
  entered_by: string | null;
}

/** The instructions on a project, oldest first. */
export async function listInstructions(queries: Queries, project_id: number): Promise<Instruction[]> {
  const found = await sql<Instruction>`
    select instruction.id, instruction.text, leader.name as leader, journal.at,
      case when journal.actor <> 'account:' || leader.id then author.name end as entered_by
    from instruction
    join journal on journal.entry_no = instruction.since_entry
    join account as leader on leader.id = instruction.leader_account_id
    left join account as author on journal.actor = 'account:' || author.id
    where instruction.project_id = ${project_id}::bigint order by instruction.id`.execute(queries);
  return found.rows;
}

/** How many instructions there are on each of some projects. */
export async function countInstructions(
  queries: Queries,
  ids: readonly number[],
): Promise<Map<number, number>> {
  const found = await sql<{ id: number; count: number }>`
    select project_id as id, count(*) from instruction where project_id = any(${ids}::bigint[]) group by 1`.execute(
    queries,
  );
  return new Map(found.rows.map(({ id, count }) => [id, count]));
}

/** Adds an instruction. */
export async function insertInstruction(
  tx: Transaction,
  instruction: { project_id: number; leader_account_id: number; text: string },
): Promise<void> {
  await insertRows(tx, 'instruction', [instruction]);
}
