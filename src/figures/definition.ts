import type { RawBuilder } from 'kysely';
import type { Message } from '../kit/i18n.ts';

/** What a figure may be broken down by. */
export const dimensions = ['field', 'area', 'unit', 'stage', 'dose'] as const;
export type Dimension = (typeof dimensions)[number];

/** The two clocks: up to when facts count (exclusive), and what was known. */
export interface Moment {
  cutoff: Date;
  entry_no: number;
}

/**
 * A record that a figure counts. `record` names it for people and for ever (`project:JW-001`); what is not a
 * dimension of the figure is null.
 */
export interface FigureRecord {
  record: string;
  amount: string;
  area_code: string;
  field: string | null;
  unit: string | null;
  stage: string | null;
  dose: string | null;
  day: string;
}

interface Common {
  code: string;
  /** A new version comes into force by an entry; an existing one never changes. */
  version: number;
  title: Message;
  /** What it counts, in words: the 统计口径. */
  explanation: Message;
  unit: Message;
  /** Digits after the point when shown; rounding is half-up and happens only there. */
  decimals: number;
  dimensions: readonly Dimension[];
  /** One of several ways to count the same (口径): of which figure, and how it is called. The figure itself is one too. */
  variant?: { of: string; name: Message };
  /** Earlier versions, by which their releases are computed again for ever. */
  former?: readonly Definition[];
}

/** How many records there are: none is 0. */
export interface CountDefinition extends Common {
  kind: 'count';
  records(at: Moment): RawBuilder<FigureRecord>;
}

/** What records add up to: without any there is no value, since nobody reported. */
export interface FlowDefinition extends Common {
  kind: 'flow';
  records(at: Moment): RawBuilder<FigureRecord>;
}

/** One count over another, in per cent; over nothing there is no value. */
export interface RatioDefinition extends Common {
  kind: 'ratio';
  numerator: CountDefinition;
  denominator: CountDefinition;
}

/** A figure, defined once, beside the records that it counts. */
export type Definition = CountDefinition | FlowDefinition | RatioDefinition;
