import type { Answer } from './checklist.ts';
import type { CitedFigure, Content } from './content.ts';
import type { Act, DraftState } from './course.ts';
import type { Audience, Kind } from './rules.ts';

/** An issued bulletin as stored. What it says never changes; taken back, it says nothing any more. */
export interface Bulletin {
  id: number;
  number: string;
  /** Null for those from before there were kinds: press releases. */
  kind: string | null;
  /** Null for those from before: public. */
  audience: Audience | null;
  template: string;
  title: string;
  cutoff: Date;
  published_at: Date;
  /** The entry at which its text was read and its numbers were computed. */
  known_entry: number;
  content: Content<CitedFigure>;
  addressee: string | null;
  contact: string | null;
  /** The last day on which objections are taken (公示). */
  objections_until: string | null;
  supersedes_number: string | null;
  supersede_reason: string | null;
  /** Whether it released the figures that the home page opens with, so that the registers are shown as it knew them. */
  of_ledger: boolean | null;
  /** The entry that issued it and made its releases; `since_entry` of one that was never taken back. */
  issued_entry: number | null;
  withdrawn_at: Date | null;
  withdrawal_reason: string | null;
  synthetic: boolean;
  since_entry: number;
}

/** A text that is being written. */
export interface Draft {
  id: number;
  kind: Kind;
  /** The template that it was begun by. */
  template: string | null;
  title: string;
  text: string;
  cutoff: Date;
  audience: Audience;
  addressee: string | null;
  contact: string | null;
  /** In working days. */
  term_days: number | null;
  state: DraftState;
  /** How many reviews it has passed since it was last sent. */
  passed: number;
  /** The entry that it was sent for review at: what is signed is what was read. */
  known_entry: number | null;
  author_account_id: number | null;
  author_unit_id: number | null;
  writer_ids: number[];
  answers: Answer[];
  secrecy_reviewer_id: number | null;
  supersedes_number: string | null;
  supersede_reason: string | null;
  /** Its number, once issued. */
  number: string | null;
  synthetic: boolean;
  since_entry: number;
}

/** Something that was done with a draft. */
export interface DraftStep {
  id: number;
  draft_id: number;
  act: Act;
  /** Which review it was, from 1. */
  stage: number | null;
  account_id: number | null;
  unit_id: number | null;
  note: string | null;
  known_entry: number | null;
  occurred_at: Date;
}

/**
 * The version of a draft that somebody read: while it is written, its row's; once it is sent for review, the entry that its numbers
 * are of, which stays whatever is noted beside it.
 */
export function versionOf({ known_entry, since_entry }: Pick<Draft, 'known_entry' | 'since_entry'>): number {
  return known_entry ?? since_entry;
}
