// Ratios and derived figures are made of sums: terms, each a summed figure asked for at a cut-off, and a formula over them.
// Computing, explaining and freezing all go through the terms, so that they cannot disagree.
import { dayClosedBy, dayOf } from '../kit/clock.ts';
import { type Fraction, fraction, minus, over } from '../kit/fraction.ts';
import type { DerivedDefinition, RatioDefinition, Span, SummedDefinition } from './definition.ts';

/** A sum that a figure is made of. */
export interface Term {
  of: SummedDefinition;
  /** The cut-off that it is asked for at, by that of the figure. */
  cutoff(cutoff: Date): Date;
  /** Asked for the whole, also where the figure is broken down. */
  whole?: boolean;
  /** Where nobody reported it is nothing, and not unknown: what came before a span. */
  absent_is_nothing?: boolean;
}

/** What the formula makes of the terms: an exact value, and what stands over what where it is a fraction. */
export interface Combined {
  value: Fraction | null;
  numerator: Fraction | null;
  denominator: Fraction | null;
}

/** A figure that is made of others, as its terms and what is made of them; the first term says which parts there are. */
export interface Composition {
  terms: readonly Term[];
  combine(amounts: readonly Fraction[]): Combined;
}

const now = (cutoff: Date) => cutoff;

/** What a ratio or a derived figure is made of. */
export function compositionOf(definition: RatioDefinition | DerivedDefinition): Composition {
  if (definition.kind === 'ratio') {
    const { numerator, denominator } = definition;
    const terms = [
      { of: denominator, cutoff: now },
      { of: numerator, cutoff: now },
    ];
    return { terms, combine: ([below, above]) => quotient(above!, below!, 100n) };
  }
  const { derivation } = definition;
  const { of } = derivation;
  switch (derivation.formula) {
    case 'within': {
      const terms = [
        { of, cutoff: now },
        { of, cutoff: (cutoff: Date) => beginOf(cutoff, derivation.span), absent_is_nothing: true },
      ];
      const combine = ([until, before]: readonly Fraction[]) => only(minus(until!, before!));
      return { terms, combine };
    }
    case 'growth':
      return growthOf(of, derivation.against, derivation.within);
    case 'share': {
      const terms = [
        { of, cutoff: now },
        { of, cutoff: now, whole: true },
      ];
      return { terms, combine: ([part, whole]) => quotient(part!, whole!, 100n) };
    }
    case 'per_head': {
      const terms = [
        { of: derivation.people, cutoff: now },
        { of, cutoff: now },
      ];
      return { terms, combine: ([people, above]) => quotient(above!, people!, BigInt(derivation.per)) };
    }
  }
}

function growthOf(of: SummedDefinition, against: Span, within: Span | undefined): Composition {
  const before = (cutoff: Date) => spanBefore(cutoff, against);
  const cutoffs = within
    ? [now, (at: Date) => beginOf(at, within), before, (at: Date) => beginOf(before(at), within)]
    : [now, before];
  const combine = (amounts: readonly Fraction[]) => {
    const [present, past] = within
      ? [minus(amounts[0]!, amounts[1]!), minus(amounts[2]!, amounts[3]!)]
      : [amounts[0]!, amounts[1]!];
    return quotient(minus(present, past), past, 100n);
  };
  const terms = cutoffs.map((cutoff, index) => ({ of, cutoff, absent_is_nothing: index > 0 }));
  return { terms, combine };
}

function only(value: Fraction): Combined {
  return { value, numerator: null, denominator: null };
}

function quotient(above: Fraction, below: Fraction, scale: bigint): Combined {
  const rate = over(above, below);
  return {
    value: rate && fraction(rate.n * scale, rate.d),
    numerator: above,
    denominator: below,
  };
}

/** When the month or year began that the last moment before a cut-off lies in. */
export function beginOf(cutoff: Date, span: Span): Date {
  const day = dayClosedBy(cutoff);
  return startOf(span === 'month' ? `${day.slice(0, 7)}-01` : `${day.slice(0, 4)}-01-01`);
}

/**
 * The same cut-off a month or a year before. What closes a month closes the month before (31 March → 28 February); a day
 * that the month before does not have is its last.
 */
export function spanBefore(cutoff: Date, span: Span): Date {
  const day = dayClosedBy(cutoff);
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const back = span === 'month' ? 1 : 12;
  const last = new Date(Date.UTC(year, month - back, 0)).getUTCDate();
  const closes = dayOf(cutoff) !== day;
  const ends = closes && date === new Date(Date.UTC(year, month, 0)).getUTCDate();
  const target = new Date(Date.UTC(year, month - 1 - back, ends ? last : Math.min(date, last)));
  const sinceStart = cutoff.getTime() - startOf(day).getTime();
  return new Date(startOf(target.toISOString().slice(0, 10)).getTime() + sinceStart);
}

function startOf(day: string): Date {
  return new Date(`${day}T00:00:00+08:00`);
}
