import type { RawBuilder } from 'kysely';
import type { Message } from '../kit/i18n.ts';

/** What a figure may be broken down by. */
export const dimensions = ['field', 'area', 'unit', 'stage', 'dose', 'level', 'day'] as const;
export type Dimension = (typeof dimensions)[number];

/** The two clocks: up to when facts count (exclusive), and what was known. */
export interface Moment {
  cutoff: Date;
  entry_no: number;
  /** The entry by which areas lie in one another and succeed one another, where that is not `entry_no`. */
  areas_entry?: number | undefined;
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
  /** Only in the records of figures that have this dimension. */
  level?: string | null;
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
  /**
   * How many days after a cut-off records of before it still come in as a matter of course: until then a release is
   * provisional (初步), after it final. 0 when not given.
   */
  settles_after_days?: number;
  /** Counts people: where few are behind a part, it is withheld in public, and so is what would give it away. */
  personal?: boolean;
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

/** What there is at a time (places, beds, residents): the last value of each area before the cut-off, added up. */
export interface StockDefinition extends Common {
  kind: 'stock';
  records(at: Moment): RawBuilder<FigureRecord>;
  /**
   * The last values of all areas, those too that do not count because others stand for them: where it is given, what is in
   * it was neither taken back nor is it new when it comes to count or ceases to.
   */
  said?(at: Moment): RawBuilder<FigureRecord>;
}

/** A figure that is a sum over records. */
export type SummedDefinition = CountDefinition | FlowDefinition | StockDefinition;

/** One count over another, in per cent; over nothing there is no value. */
export interface RatioDefinition extends Common {
  kind: 'ratio';
  numerator: CountDefinition;
  denominator: CountDefinition;
}

/** The spans that a figure is followed over: they begin with a calendar month or year of Asia/Shanghai. */
export type Span = 'month' | 'year';

/**
 * How a figure is derived from others. Over nothing there is no value, and none where nobody reported.
 * - `within`: what came since the span began (本月新增, 本年累计).
 * - `growth`: how much more than a span before, in per cent (a month: 环比; a year: 同比). Of a stock what there is is
 *   compared; of the others what came `within` a span, each up to the same day of it.
 * - `share`: a part over the whole, in per cent.
 * - `per_head`: for every so many people.
 */
export type Derivation =
  | { formula: 'within'; of: SummedDefinition; span: Span }
  | { formula: 'growth'; of: SummedDefinition; against: Span; within?: Span }
  | { formula: 'share'; of: SummedDefinition }
  | { formula: 'per_head'; of: SummedDefinition; people: SummedDefinition; per: number };

/** A figure that is computed from others alone. */
export interface DerivedDefinition extends Common {
  kind: 'derived';
  derivation: Derivation;
}

/** A figure, defined once, beside the records that it counts. */
export type Definition = SummedDefinition | RatioDefinition | DerivedDefinition;
