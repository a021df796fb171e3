import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { insertRows, updateRows } from '../../kit/versioned.ts';
import type { Succession } from '../actions.ts';
import type { Dimension } from '../definition.ts';
import type { ProposalState } from './rules.ts';

/** A figure to be released, whole or with the parts of a dimension. */
export interface ProposedFigure {
  code: string;
  by: Dimension | null;
}

/** Figures that somebody asks to release. */
export interface Proposal {
  id: number;
  title: string;
  figures: ProposedFigure[];
  cutoff: Date;
  known_entry: number;
  succession: Succession | null;
  supersedes_entry: number | null;
  reason: string | null;
  plan_id: number | null;
  state: ProposalState;
  proposed_by: number | null;
  proposed_at: Date;
  decided_by: number | null;
  decided_at: Date | null;
  decision: string | null;
}

/** The newest proposals, those that wait first. */
export async function listProposals(queries: Queries, limit: number): Promise<Proposal[]> {
  const found = await sql<Proposal>`
    select * from release_proposal order by state = 'proposed' desc, id desc limit ${limit}`.execute(queries);
  return found.rows;
}

/** How many wait for a decision by somebody else than one account. */
export async function countWaiting(queries: Queries, account_id: number | null): Promise<number> {
  const found = await sql<{ count: number }>`
    select count(*) as count from release_proposal
    where state = 'proposed' and proposed_by is distinct from ${account_id}`.execute(queries);
  return Number(found.rows[0]!.count);
}

/** A proposal by its id. */
export async function findProposal(queries: Queries, id: number): Promise<Proposal | undefined> {
  return (await sql<Proposal>`select * from release_proposal where id = ${id}`.execute(queries)).rows[0];
}

/** Adds a proposal; gives its id. */
export async function insertProposal(tx: Transaction, proposal: Omit<Proposal, 'id'>): Promise<number> {
  const [made] = await insertRows(tx, 'release_proposal', [{ ...proposal }]);
  return made!.id;
}

/** What became of a proposal. */
export async function updateProposal(
  tx: Transaction,
  change: { id: number } & Partial<Proposal>,
): Promise<void> {
  await updateRows(tx, 'release_proposal', [change]);
}
