// Why a figure changed: a fixed chain of recomputations that swaps one thing at a time. Each part is the difference between
// two neighbours of the chain, so the parts add up by construction; they are exact, and rounded only to be shown.
import { sql } from 'kysely';
import { areasInside } from '../areas/tree.ts';
import type { Queries } from '../kit/db.ts';
import { type Fraction, fraction, fractionOf, minus, over, plus, zero } from '../kit/fraction.ts';
import { keyOf, type Question, valuesOf } from './compute.ts';
import type { CountDefinition, Definition, Dimension, FlowDefinition, Moment } from './definition.ts';
import { getFigure, getVersion, type Registry } from './registry.ts';
import { versionInForce } from './store.ts';

/** What may have changed between two answers, in the order of the chain. */
export const causes = ['definition', 'areas', 'voided', 'corrected', 'late', 'period'] as const;
export type Cause = (typeof causes)[number];

/** One end of a comparison: a definition asked with both clocks. */
export interface End extends Moment {
  definition: Definition;
}

/** What is compared, and for which area. */
export interface Comparison {
  from: End;
  to: End;
  area: string;
  by?: Dimension | undefined;
}

/** Why one value became another: `from` and the parts add up to `to`. */
export interface Explanation {
  /** The part of a breakdown; null for the whole. */
  key: string | null;
  /** None where there was no value: nobody reported, or a ratio over nothing. */
  from: Fraction | null;
  to: Fraction | null;
  /** None where a ratio has no value on either side of a step. */
  parts: Record<Cause, Fraction | null>;
}

/** A figure at an entry, in the version that was in force then. Raises `figures/unknown`. */
export async function endAt(
  queries: Queries,
  registry: Registry,
  code: string,
  moment: Moment,
): Promise<End> {
  const version = await versionInForce(queries, code, moment.entry_no);
  const definition = version === undefined ? getFigure(registry, code) : getVersion(registry, code, version);
  return { ...moment, definition };
}

/** Explains why a figure changed: the whole, or one explanation for each key of a dimension, in order of the key. */
export async function explain(queries: Queries, comparison: Comparison): Promise<Explanation[]> {
  const { from, to } = comparison;
  const ends = [from.definition.kind, to.definition.kind];
  const chains =
    from.definition.kind === 'ratio' && to.definition.kind === 'ratio'
      ? ratioChains(
          await chainOf(queries, comparison, from.definition.numerator, to.definition.numerator),
          await chainOf(queries, comparison, from.definition.denominator, to.definition.denominator),
        )
      : ends.includes('ratio')
        ? undefined
        : await chainOf(queries, comparison, from.definition as Summed, to.definition as Summed);
  if (!chains) throw new TypeError('a figure is a ratio in one of its versions and not in the other');
  const keys = comparison.by ? [...chains.keys()].sort(byKey) : [null];
  return keys.map((key) => explanationOf(key, chains.get(key) ?? empty));
}

type Summed = CountDefinition | FlowDefinition;
/** The values of the chain, first to last: one more than there are causes; and whether there is none at an end. */
interface Chain {
  values: readonly (Fraction | null)[];
  none: { from: boolean; to: boolean };
}

const empty: Chain = {
  values: Array.from({ length: causes.length + 1 }, () => zero),
  none: { from: false, to: false },
};

function byKey(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}

function explanationOf(key: string | null, { values, none }: Chain): Explanation {
  const parts = Object.fromEntries(
    causes.map((cause, index) => {
      const [before, after] = [values[index]!, values[index + 1]!];
      return [cause, before && after && minus(after, before)];
    }),
  ) as Explanation['parts'];
  return { key, from: none.from ? null : values[0]!, to: none.to ? null : values.at(-1)!, parts };
}

/** The chain of a ratio from those of its numerator and its denominator, in per cent. */
function ratioChains(
  numerators: ReadonlyMap<string | null, Chain>,
  denominators: ReadonlyMap<string | null, Chain>,
): Map<string | null, Chain> {
  return new Map(
    [...denominators].map(([key, denominator]) => {
      const numerator = numerators.get(key) ?? empty;
      const values = denominator.values.map((below, index) => {
        const rate = over(numerator.values[index] ?? zero, below ?? zero);
        return rate && fraction(rate.n * 100n, rate.d);
      });
      return [key, { values, none: { from: false, to: false } }];
    }),
  );
}

/** The sums along the chain, by key. A sum of nothing is 0 here; whether somebody reported is told by the ends. */
async function chainOf(
  queries: Queries,
  { from, to, area, by }: Comparison,
  before: Summed,
  after: Summed,
): Promise<Map<string | null, Chain>> {
  const moment = { cutoff: from.cutoff, entry_no: from.entry_no };
  const asked: [Summed, Question][] = [
    [before, { ...moment, area, by }],
    [after, { ...moment, area, by }],
    [after, { ...moment, area, by, areas_entry: to.entry_no }],
    [after, { cutoff: to.cutoff, entry_no: to.entry_no, area, by }],
  ];
  const [first, defined, placed, last] = await Promise.all(
    asked.map(async ([definition, question]) => {
      const values = await valuesOf(queries, definition, question);
      return new Map(values.map((one) => [one.key, one.value === null ? null : fractionOf(one.value)]));
    }),
  );
  const changes = await recordChanges(queries, after, { from, to, area, by });
  const keys = new Set([first, defined, placed, last].flatMap((values) => [...values!.keys()]));
  for (const key of changes.keys()) keys.add(key);
  return new Map(
    [...keys].map((key) => {
      const { voided, corrected, late } = changes.get(key) ?? { voided: zero, corrected: zero, late: zero };
      const start = placed!.get(key) ?? zero;
      const values = [
        first!.get(key) ?? zero,
        defined!.get(key) ?? zero,
        start,
        plus(start, voided),
        plus(start, voided, corrected),
        plus(start, voided, corrected, late),
        last!.get(key) ?? zero,
      ];
      // Of a count that is missing from a breakdown there are none; of what is reported, nobody reported.
      const none = (values: ReadonlyMap<string | null, Fraction | null>, kind: Summed['kind']) =>
        kind === 'flow' && (values.get(key) ?? null) === null;
      return [key, { values, none: { from: none(first!, before.kind), to: none(last!, after.kind) } }];
    }),
  );
}

type RecordChanges = Record<'voided' | 'corrected' | 'late', Fraction>;

/**
 * What became of records up to the first cut-off between the two entries: those that are gone, those that say something
 * else, and those that were not known. A record that moved to another area or key is corrected on both sides.
 */
async function recordChanges(
  queries: Queries,
  definition: Summed,
  { from, to, area, by }: Pick<Comparison, 'from' | 'to' | 'area' | 'by'>,
): Promise<Map<string | null, RecordChanges>> {
  const key = by ? keyOf(by) : sql`null::text`;
  const known = (entry_no: number) => sql`(
    select record.record, record.amount, inside.code is not null as inside, ${key} as key
    from (${definition.records({ cutoff: from.cutoff, entry_no })}) as record
    left join areas as inside on inside.code = record.area_code)`;
  const found = await sql<{ key: string | null } & Record<'voided' | 'corrected' | 'late', string>>`
    with areas as (select * from ${areasInside(area, to.entry_no)} as inside),
    former as (select * from ${known(from.entry_no)} as known),
    present as (select * from ${known(to.entry_no)} as known),
    change as (
      select former.key, 'voided' as cause, -former.amount as amount from former
      where former.inside and not exists (select from present where present.record = former.record)
      union all
      select former.key, 'corrected', -former.amount from former join present using (record) where former.inside
      union all
      select present.key, 'corrected', present.amount from former join present using (record) where present.inside
      union all
      select present.key, 'late', present.amount from present
      where present.inside and not exists (select from former where former.record = present.record)
    )
    select key, coalesce(sum(amount) filter (where cause = 'voided'), 0)::text as voided,
      coalesce(sum(amount) filter (where cause = 'corrected'), 0)::text as corrected,
      coalesce(sum(amount) filter (where cause = 'late'), 0)::text as late
    from change group by key`.execute(queries);
  return new Map(
    found.rows.map(({ key, voided, corrected, late }) => [
      key,
      { voided: fractionOf(voided), corrected: fractionOf(corrected), late: fractionOf(late) },
    ]),
  );
}
