// Why a figure changed: a fixed chain of recomputations that swaps one thing at a time. Each part is the difference between
// two neighbours of the chain, so the parts add up by construction; they are exact, and rounded only to be shown.
import { sql } from 'kysely';
import { areasInside } from '../areas/tree.ts';
import type { Queries } from '../kit/db.ts';
import { type Fraction, fractionOf, minus, plus, zero } from '../kit/fraction.ts';
import { Problem } from '../kit/problem.ts';
import { keyOf, type Question, valuesOf } from './compute.ts';
import type { Definition, Dimension, Moment, SummedDefinition } from './definition.ts';
import { getFigure, getVersion, type Registry } from './registry.ts';
import { versionInForce } from './store.ts';
import { type Composition, compositionOf, type Term } from './terms.ts';

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

/**
 * Explains why a figure changed: the whole, or one explanation for each key of a dimension, in order of the key. Raises
 * `figures/not_comparable` where its versions are not made of the same terms.
 */
export async function explain(queries: Queries, comparison: Comparison): Promise<Explanation[]> {
  const { from, to, by } = comparison;
  const [before, after] = [compositionIn(from.definition), compositionIn(to.definition)];
  if (before.terms.length !== after.terms.length) throw notComparable();
  const chains = await Promise.all(
    after.terms.map((term, index) => chainOf(queries, comparison, before.terms[index]!, term)),
  );
  const keys = new Set(
    by ? chains.flatMap((chain, index) => (after.terms[index]!.whole ? [] : [...chain.keys()])) : [null],
  );
  return [...keys].sort(byKey).map((key) =>
    explanationOf(
      key,
      after,
      after.terms.map((term, index) => chains[index]!.get(term.whole ? null : key) ?? absent(term)),
    ),
  );
}

/** A sum is made of itself alone. */
function compositionIn(definition: Definition): Composition {
  if (definition.kind === 'ratio' || definition.kind === 'derived') return compositionOf(definition);
  const combine = ([value]: readonly Fraction[]) => ({ value: value!, numerator: null, denominator: null });
  return { terms: [{ of: definition, cutoff: (cutoff) => cutoff }], combine };
}

function notComparable(): Problem {
  return new Problem('figures/not_comparable', 'conflict', {
    zh: '这个指标的两个口径版本组成不同，差额不能逐项拆分。',
    en: 'The two versions of this figure are made of different terms, so the difference cannot be split.',
  });
}

/** The values of the chain, first to last: one more than there are causes; and whether there is none at an end. */
interface Chain {
  values: readonly (Fraction | null)[];
  none: { from: boolean; to: boolean };
}

/** The chain of a part that a term knows nothing of: of a count there are none, of what is reported nobody reported. */
function absent({ of, absent_is_nothing }: Term): Chain {
  const none = of.kind !== 'count' && !absent_is_nothing;
  return {
    values: Array.from({ length: causes.length + 1 }, () => zero),
    none: { from: none, to: none },
  };
}

function byKey(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}

function explanationOf(key: string | null, { combine }: Composition, chains: readonly Chain[]): Explanation {
  const values = Array.from({ length: causes.length + 1 }, (_, step) => {
    const amounts = chains.map((chain) => chain.values[step] ?? null);
    return amounts.every((amount) => amount !== null) ? combine(amounts).value : null;
  });
  const parts = Object.fromEntries(
    causes.map((cause, index) => {
      const [before, after] = [values[index]!, values[index + 1]!];
      return [cause, before && after && minus(after, before)];
    }),
  ) as Explanation['parts'];
  const none = (end: 'from' | 'to') => chains.some((chain) => chain.none[end]);
  return { key, from: none('from') ? null : values[0]!, to: none('to') ? null : values.at(-1)!, parts };
}

/** The sums along the chain, by key. A sum of nothing is 0 here; whether somebody reported is told by the ends. */
async function chainOf(
  queries: Queries,
  comparison: Comparison,
  was: Term,
  is: Term,
): Promise<Map<string | null, Chain>> {
  const { area } = comparison;
  const by = is.whole ? undefined : comparison.by;
  const from = { entry_no: comparison.from.entry_no, cutoff: was.cutoff(comparison.from.cutoff) };
  const to = { entry_no: comparison.to.entry_no, cutoff: is.cutoff(comparison.to.cutoff) };
  const [before, after] = [was.of, is.of];
  const asked: [SummedDefinition, Question][] = [
    [before, { ...from, area, by }],
    [after, { ...from, area, by }],
    [after, { ...from, area, by, areas_entry: to.entry_no }],
    [after, { ...to, area, by }],
  ];
  const [first, defined, placed, last] = await Promise.all(
    asked.map(async ([definition, question]) => {
      const values = await valuesOf(queries, definition, question, { digests: false });
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
      const none = (values: ReadonlyMap<string | null, Fraction | null>, { of, absent_is_nothing }: Term) =>
        of.kind !== 'count' && !absent_is_nothing && (values.get(key) ?? null) === null;
      return [key, { values, none: { from: none(first!, was), to: none(last!, is) } }];
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
  definition: SummedDefinition,
  { from, to, area, by }: { from: Moment; to: Moment; area: string; by: Dimension | undefined },
): Promise<Map<string | null, RecordChanges>> {
  const key = by ? keyOf(by) : sql`null::text`;
  // What there is at a time is said anew: a newer count that came in later is late and corrects nothing.
  const renewed =
    definition.kind === 'stock'
      ? sql`case when former.day = present.day then 'corrected' else 'late' end`
      : sql`'corrected'`;
  const [was, is] = [from.entry_no, to.entry_no].map((entry_no) => ({
    cutoff: from.cutoff,
    entry_no,
    areas_entry: to.entry_no,
  })) as [Moment, Moment];
  const known = (moment: Moment) => sql`(
    select record.record, record.amount, record.day, inside.code is not null as inside, ${key} as key
    from (${definition.records(moment)}) as record
    left join areas as inside on inside.code = record.area_code)`;
  // Of what was said all along, only whether it counts changed: with what was taken back, or else with what came late.
  const said = definition.kind === 'stock' ? definition.said : undefined;
  const cause = (cause: 'voided' | 'late', moment: Moment, record: string) =>
    said
      ? sql`case when ${sql.ref(record)} not in (select record from (${said(moment)}) as said) then ${sql.lit(cause)}
          when exists (select from former where record not in (select record from (${said(is)}) as said)) then 'voided'
          else 'late' end`
      : sql.lit(cause);
  const found = await sql<{ key: string | null } & Record<'voided' | 'corrected' | 'late', string>>`
    with areas as (select * from ${areasInside(area, to.entry_no)} as inside),
    former as (select * from ${known(was)} as known),
    present as (select * from ${known(is)} as known),
    change as (
      select former.key, ${cause('voided', is, 'former.record')} as cause, -former.amount as amount from former
      where former.inside and not exists (select from present where present.record = former.record)
      union all
      select former.key, ${renewed}, -former.amount from former join present using (record) where former.inside
      union all
      select present.key, ${renewed}, present.amount from former join present using (record) where present.inside
      union all
      select present.key, ${cause('late', was, 'present.record')}, present.amount from present
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
