import { listAreas } from '../../areas/actions.ts';
import { checkRole, type Entitled } from '../../identity/access.ts';
import { currentHead } from '../../journal/head.ts';
import { type Written, write } from '../../journal/write.ts';
import type { Database, Queries } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import {
  type Computed,
  checkCutoff,
  type Release,
  releaseIn,
  releasesOfEntry,
  type Succession,
} from '../actions.ts';
import { refuseForeignDimension } from '../cli.ts';
import { type Question, valuesOf } from '../compute.ts';
import { withGaps } from '../gaps/actions.ts';
import { getOpenPlan, keepPlan } from '../plans/actions.ts';
import { getFigure, type Registry } from '../registry.ts';
import {
  checkDecision,
  checkReasonGiven,
  checkWithdrawal,
  releaseApprovers,
  releaseProposers,
} from './rules.ts';
import { findProposal, insertProposal, type Proposal, type ProposedFigure, updateProposal } from './store.ts';

export { countWaiting, listProposals, type Proposal } from './store.ts';

interface Entering {
  actor: Entitled;
  idempotency_key?: string | undefined;
  simulated_at?: Date;
}

/** What somebody asks to release. */
export interface ProposalInput {
  title: string;
  figures: ProposedFigure[];
  cutoff: Date;
  /** How it takes the place of releases of an entry, and why. */
  succession?: Succession | undefined;
  supersedes_entry?: number | undefined;
  reason?: string | undefined;
  plan_id?: number | undefined;
}

/**
 * Asks for figures to be released as they are known now. Raises `identity/reach`, `figures/nothing_chosen`,
 * `figures/unknown`, `figures/no_dimension`, `figures/cutoff_ahead`, `figures/reason_missing`,
 * `figures/nothing_superseded`.
 */
export async function proposeRelease(
  db: Database,
  registry: Registry,
  entering: Entering,
  input: ProposalInput,
): Promise<Written<{ id: number }>> {
  const { actor } = entering;
  refuseIf(checkRole(actor, releaseProposers));
  const { figures, cutoff, succession = null, reason, plan_id = null } = input;
  if (figures.length === 0) throw nothingChosen();
  for (const { code, by } of figures) refuseForeignDimension(getFigure(registry, code), by ?? undefined);
  refuseIf(checkCutoff(cutoff, entering.simulated_at ?? new Date()));
  refuseIf(checkReasonGiven(succession !== null, reason, 'reason'));
  const supersedes_entry = succession === null ? null : (input.supersedes_entry ?? null);
  if (succession !== null) await refuseNothingSuperseded(db.queries, figures, supersedes_entry);
  const { entry_no: known_entry } = await currentHead(db);
  const change = {
    ...entering,
    action: 'figures/proposal',
    subject: 'release_proposal',
    reason,
    input: { ...input, cutoff: cutoff.toISOString(), figures: figures.map((one) => ({ ...one })) },
  };
  return write(db, change, async (tx) => {
    if (plan_id !== null) await getOpenPlan(tx.queries, plan_id);
    const id = await insertProposal(tx, {
      title: input.title.trim(),
      figures,
      cutoff,
      known_entry,
      succession,
      supersedes_entry,
      reason: reason?.trim() || null,
      plan_id,
      state: 'proposed',
      proposed_by: actor.account_id,
      proposed_at: tx.entry.at,
      decided_by: null,
      decided_at: null,
      decision: null,
    });
    tx.entry.subject = `release_proposal:${id}`;
    return { id };
  });
}

async function refuseNothingSuperseded(
  queries: Queries,
  figures: readonly ProposedFigure[],
  entry: number | null,
): Promise<void> {
  const codes = new Set((entry === null ? [] : await releasesOfEntry(queries, entry)).map((one) => one.code));
  if (figures.some(({ code }) => codes.has(code))) return;
  const text = {
    zh: '请选它要替代的那一次发布，其中应有同一指标。',
    en: 'Choose the releases that it takes the place of; one of its figures must be among them.',
  };
  throw new Problem('figures/nothing_superseded', 'invalid', text, { supersedes_entry: text });
}

/**
 * Lets a release go, by another person than asked for it: its numbers are frozen as they were read. Raises
 * `identity/reach`, `figures/unknown_proposal`, `figures/proposal_closed`, `figures/own_proposal`, `figures/gap` while what
 * was reported differs from the records and nobody said why.
 */
export async function releaseProposal(
  db: Database,
  registry: Registry,
  entering: Entering,
  id: number,
): Promise<Written<{ releases: number }>> {
  const { actor } = entering;
  refuseIf(checkRole(actor, releaseApprovers));
  const proposal = await getProposal(db.queries, id);
  const computed = await withGaps(
    db.queries,
    registry,
    await computeProposal(db.queries, registry, proposal),
  );
  const subject = `release_proposal:${id}`;
  return write(db, { ...entering, action: 'figures/release', subject, input: { id } }, async (tx) => {
    refuseIf(checkDecision(await getProposal(tx.queries, id), actor.account_id));
    const releases = await releaseIn(tx, actor.name, computed);
    await updateProposal(tx, {
      id,
      state: 'released',
      decided_by: actor.account_id,
      decided_at: tx.entry.at,
    });
    if (proposal.plan_id !== null) await keepPlan(tx, proposal.plan_id);
    tx.entry.detail.releases = releases.length;
    return { releases: releases.length };
  });
}

/** Returns a proposal with a reason. Raises what `releaseProposal` raises, and `figures/reason_missing`. */
export function returnProposal(
  db: Database,
  entering: Entering,
  id: number,
  reason: string,
): Promise<Written<undefined>> {
  const { actor } = entering;
  refuseIf(checkRole(actor, releaseApprovers));
  const subject = `release_proposal:${id}`;
  const change = { ...entering, action: 'figures/return', subject, reason, input: { id, reason } };
  return write(db, change, async (tx) => {
    refuseIf(checkDecision(await getProposal(tx.queries, id), actor.account_id));
    refuseIf(checkReasonGiven(true, reason, 'decision'));
    await updateProposal(tx, {
      id,
      state: 'returned',
      decided_by: actor.account_id,
      decided_at: tx.entry.at,
      decision: reason.trim(),
    });
    return undefined;
  });
}

/** Takes one's own proposal back. Raises `figures/unknown_proposal`, `figures/proposal_closed`, `figures/foreign_proposal`. */
export function withdrawProposal(db: Database, entering: Entering, id: number): Promise<Written<undefined>> {
  const { actor } = entering;
  refuseIf(checkRole(actor, releaseProposers));
  const subject = `release_proposal:${id}`;
  return write(db, { ...entering, action: 'figures/withdrawal', subject, input: { id } }, async (tx) => {
    refuseIf(checkWithdrawal(await getProposal(tx.queries, id), actor.account_id));
    await updateProposal(tx, { id, state: 'withdrawn', decided_at: tx.entry.at });
    return undefined;
  });
}

/** A proposal by its id. Raises `figures/unknown_proposal`. */
export async function getProposal(queries: Queries, id: number): Promise<Proposal> {
  const proposal = await findProposal(queries, id);
  if (proposal) return proposal;
  throw new Problem('figures/unknown_proposal', 'not_found', {
    zh: '没有这份发布申请。',
    en: 'There is no such proposal.',
  });
}

/** The numbers of a proposal as they were known when it was made, each with the release that it takes the place of. */
export async function computeProposal(
  queries: Queries,
  registry: Registry,
  proposal: Pick<
    Proposal,
    'figures' | 'cutoff' | 'known_entry' | 'succession' | 'supersedes_entry' | 'reason'
  >,
): Promise<Computed[]> {
  const { figures, cutoff, known_entry, succession, supersedes_entry, reason } = proposal;
  const areas = await listAreas(queries, known_entry);
  const area = areas.find((one) => one.level === 'district')?.code ?? '';
  const former = supersedes_entry === null ? [] : await releasesOfEntry(queries, supersedes_entry);
  const computed: Computed[] = [];
  for (const { code, by } of figures) {
    const definition = getFigure(registry, code);
    const whole: Question = { cutoff, entry_no: known_entry, area };
    // The parts never stand alone: whoever reads them wants to see what they add up to.
    for (const question of by ? [whole, { ...whole, by }] : [whole]) {
      for (const value of await valuesOf(queries, definition, question)) {
        const before = former.find((one) => isSamePart(one, code, question.by ?? null, value.key));
        const standing = { supersedes_id: before?.id ?? null, succession, reason };
        computed.push({ definition, question, value, ...(succession && { standing }) });
      }
    }
  }
  return [...new Map(computed.map((one) => [partName(one), one])).values()];
}

function isSamePart(release: Release, code: string, by: string | null, key: string | null): boolean {
  return release.code === code && release.dimension === by && release.key === key;
}

function partName({ definition, question, value }: Computed): string {
  return [definition.code, question.by ?? '', value.key ?? ''].join('|');
}

function nothingChosen(): Problem {
  const text = { zh: '请至少选一个指标。', en: 'Choose at least one figure.' };
  return new Problem('figures/nothing_chosen', 'invalid', text, { figure: text });
}
