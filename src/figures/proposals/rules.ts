// A figure goes public by two people: one asks for it to be released and another, who did not, lets it go or returns it
// with a reason. What is released is what was read: the entry stands in the proposal. What was released before is never
// changed; another release takes its place (final of a provisional, revision, correction) and says why.
import type { Role } from '../../identity/roles.ts';
import { Problem } from '../../kit/problem.ts';
import type { Succession } from '../actions.ts';

/** Who asks for figures to be released. */
export const releaseProposers = ['publisher', 'coordinator'] as const satisfies readonly Role[];
/** Who lets them go: never the one who asked. */
export const releaseApprovers = [
  'publisher',
  'coordinator',
  'district_leader',
] as const satisfies readonly Role[];

/** Where a proposal stands. */
export type ProposalState = 'proposed' | 'released' | 'returned' | 'withdrawn';

/** A Problem when somebody decides on a proposal that is not open, or on their own; nothing otherwise. */
export function checkDecision(
  proposal: { state: ProposalState; proposed_by: number | null },
  account_id: number | null,
): Problem | undefined {
  if (proposal.state !== 'proposed') return closed();
  // Of two machines nobody knows who stands behind them: only people can be told apart.
  if (account_id === null || account_id !== proposal.proposed_by) return undefined;
  return new Problem('figures/own_proposal', 'forbidden', {
    zh: '发布须由另一人批准，提出发布的人不能批准自己的申请。',
    en: 'A release is let go by a second person, and not by whoever asked for it.',
  });
}

/** A Problem when somebody takes back a proposal that is not open or not theirs; nothing otherwise. */
export function checkWithdrawal(
  proposal: { state: ProposalState; proposed_by: number | null },
  account_id: number | null,
): Problem | undefined {
  if (proposal.state !== 'proposed') return closed();
  if (account_id === proposal.proposed_by) return undefined;
  return new Problem('figures/foreign_proposal', 'forbidden', {
    zh: '只有提出发布的人可以撤回申请。',
    en: 'Only whoever asked for a release takes it back.',
  });
}

/** A Problem when a release is to take the place of others without a reason, or a return has none; nothing otherwise. */
export function checkReasonGiven(
  needed: boolean,
  reason: string | undefined,
  field: string,
): Problem | undefined {
  if (!needed || reason?.trim()) return undefined;
  const text = { zh: '请写明理由。', en: 'Say why.' };
  return new Problem('figures/reason_missing', 'invalid', text, { [field]: text });
}

/** What each way of taking another's place is called. */
export const successionNames: Record<Succession, { zh: string; en: string }> = {
  final: { zh: '最终数', en: 'Final' },
  revision: { zh: '修订', en: 'Revision' },
  correction: { zh: '更正', en: 'Correction' },
};

function closed(): Problem {
  return new Problem('figures/proposal_closed', 'conflict', {
    zh: '这份发布申请已经处理过了，请刷新页面。',
    en: 'This proposal has been decided on already; reload the page.',
  });
}
