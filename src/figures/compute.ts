import { type RawBuilder, sql } from 'kysely';
import { areasInside, areasInsideEach, areasInsideNow } from '../areas/tree.ts';
import type { Queries } from '../kit/db.ts';
import { decimalText, fractionOf } from '../kit/fraction.ts';
import { digestOf } from '../kit/seal.ts';
import type { Definition, Dimension, FigureRecord, Moment, SummedDefinition } from './definition.ts';
import { type Composition, compositionOf, type Term } from './terms.ts';

/** Which figure is asked for: both clocks, the area that it is for, and what it is broken down by. */
export interface Question extends Moment {
  area: string;
  by?: Dimension | undefined;
  /**
   * Without it every record counts where it was recorded, on the boundaries of then; `now` counts it where that lies by
   * the boundaries of the entry.
   */
  boundaries?: 'now' | undefined;
}

/** A figure's value, exact: show it with `shown`. One for each key when it is broken down. */
export interface Value {
  /** The field, area, unit, stage or dose that this row is of; null for the whole. */
  key: string | null;
  /** An exact decimal, or null when there is no value: nobody reported, or a ratio over nothing. */
  value: string | null;
  /** For ratios, and for derived figures that are fractions. */
  numerator: string | null;
  denominator: string | null;
  /** How many records it was computed from. */
  inputs: number;
  /** SHA-256 over the records: one line each, sorted. */
  digest: string;
  /** Of so few persons that it is not said; then there is no value. */
  withheld?: boolean | null;
}

/** Sums that were asked for already: where several figures are made of them, each is computed once. */
export type Sums = Map<string, Promise<Value[]>>;

/** What tells one question about a figure from another. */
export function questionName({ code, version }: Definition, question: Question): string {
  const { cutoff, entry_no, area, by, areas_entry, boundaries } = question;
  return [code, version, cutoff.getTime(), entry_no, area, by, areas_entry, boundaries].join('|');
}

const places = 10;
/** Amounts are whole almost always; what is not keeps so many places. */
const amountPlaces = 6;

/**
 * Computes a figure: the whole, or one value for each key of a dimension, in order of the key. Digests take most of the
 * time over many records: where nobody looks at them they are left out (empty).
 */
export async function valuesOf(
  queries: Queries,
  definition: Definition,
  question: Question,
  { digests, sums = new Map() }: { digests: boolean; sums?: Sums } = { digests: true },
): Promise<Value[]> {
  if (definition.kind !== 'ratio' && definition.kind !== 'derived')
    return sumsOnce(sums, queries, definition, question, digests);
  const composition = compositionOf(definition);
  const terms: { term: Term; values: Map<string | null, Value> }[] = [];
  for (const term of composition.terms) {
    const asked = { ...question, cutoff: term.cutoff(question.cutoff), ...(term.whole && { by: undefined }) };
    const values = await sumsOnce(sums, queries, term.of, asked, digests);
    terms.push({ term, values: new Map(values.map((value) => [value.key, value])) });
  }
  return [...terms[0]!.values.keys()].map((key) => {
    const value = combined(composition, terms, key);
    return digests ? value : { ...value, digest: '' };
  });
}

/** The value of one part from those of its terms. Without a term's amount there is none, but of counts there are 0. */
function combined(
  { combine }: Composition,
  terms: readonly { term: Term; values: ReadonlyMap<string | null, Value> }[],
  key: string | null,
): Value {
  const found = terms.map(({ term, values }) => values.get(term.whole ? null : key));
  const amounts = terms.map(({ term }, index) => {
    const value = found[index]?.value ?? (term.of.kind === 'count' || term.absent_is_nothing ? '0' : null);
    return value === null ? null : fractionOf(value);
  });
  const { value, numerator, denominator } = amounts.every((amount) => amount !== null)
    ? combine(amounts)
    : { value: null, numerator: null, denominator: null };
  return {
    key,
    // Ten places are exact enough to be rounded again: a fraction over less than 10⁹ is never that near to a half.
    value: value && decimalText(value, places),
    numerator: numerator && plain(decimalText(numerator, amountPlaces)),
    denominator: denominator && plain(decimalText(denominator, amountPlaces)),
    inputs: found[0]?.inputs ?? 0,
    digest: digestOf(
      found
        .toReversed()
        .map((one) => one?.digest ?? digestOf(''))
        .join('\n'),
    ),
  };
}

function sumsOnce(
  known: Sums,
  queries: Queries,
  definition: SummedDefinition,
  question: Question,
  digests: boolean,
): Promise<Value[]> {
  const name = `${questionName(definition, question)}|${digests}`;
  const found = known.get(name) ?? sumsOf(queries, definition, question, digests);
  known.set(name, found);
  return found;
}

async function sumsOf(
  queries: Queries,
  definition: SummedDefinition,
  question: Question,
  digests: boolean,
): Promise<Value[]> {
  const empty = definition.kind === 'count' ? sql`0` : sql`null`;
  const whole = question.by === undefined;
  const key = whole ? sql`null::text` : keyOf(question.by!);
  const digest = digests
    ? sql`encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex')`
    : sql`''`;
  // The fence keeps the line from being put together twice, to be sorted by and to be strung together: a third of the time.
  const lines = digests
    ? sql`(select counted.*, ${lineOf(definition)} as line from ${recordsInside(definition, question)} as counted offset 0)`
    : recordsInside(definition, question);
  const found = await sql<{ key: string | null; value: string | null; inputs: number; digest: string }>`
    select ${key} as key, coalesce(sum(amount), ${empty})::text as value, count(record) as inputs,
      ${digest} as digest
    from ${lines} as counted
    ${whole ? sql`` : sql`group by 1 order by ${key} collate "C"`}`.execute(queries);
  return found.rows.map((row) => ({
    ...row,
    value: row.value && plain(row.value),
    numerator: null,
    denominator: null,
  }));
}

/** What a sum is for each of several areas, with everything in it, in one question. An area without a record is left out. */
export async function sumsPerArea(
  queries: Queries,
  definition: SummedDefinition,
  moment: Moment,
  areas: readonly string[],
): Promise<Map<string, string>> {
  const found = await sql<{ scope: string; value: string }>`
    select scope, sum(amount)::text as value from (${definition.records(moment)}) as record
    join ${areasInsideEach(areas, moment.entry_no)} as inside on inside.code = record.area_code
    group by scope`.execute(queries);
  return new Map(found.rows.map(({ scope, value }) => [scope, plain(value)]));
}

/** A sum of whole amounts comes as `467` or `467.000`; what is kept is the shortest. */
function plain(value: string): string {
  return value.includes('.') ? value.replace(/\.?0+$/, '') : value;
}

/** The key of a record by a dimension: `branch` is what an area is of in the area that is asked for. */
export function keyOf(dimension: Dimension): RawBuilder<string> {
  return dimension === 'area' ? sql`branch` : sql`${sql.ref(dimension)}`;
}

/**
 * What a record contributes to the digest: everything that a figure could be broken down by, and its amount. Dimensions
 * that came later stand only in the digests of the figures that have them.
 */
function lineOf({ dimensions }: SummedDefinition): RawBuilder<string> {
  const level = dimensions.includes('level') ? sql`, coalesce(level, '')` : sql``;
  return sql`concat_ws('|', record, amount::text, area_code, coalesce(field, ''), coalesce(unit, ''), coalesce(stage, ''), coalesce(dose, '')${level}, day)`;
}

function recordsInside(definition: SummedDefinition, question: Question) {
  const { area, entry_no, areas_entry = entry_no } = question;
  const inside =
    question.boundaries === 'now' ? areasInsideNow(area, areas_entry) : areasInside(area, areas_entry);
  return sql`(
    select record.*, inside.branch from (${definition.records(question)}) as record
    join ${inside} as inside on inside.code = record.area_code)`;
}

/** The records behind a figure (of a ratio or a derived one those of its first term), by name, one page or all of them (null); of one key when given. */
export async function recordsOf(
  queries: Queries,
  definition: Definition,
  question: Question & { key?: string | null },
  after: string,
  limit: number | null,
): Promise<FigureRecord[]> {
  const counted = countedBy(definition);
  const only = question.by && question.key ? sql`and ${keyOf(question.by)} = ${question.key}` : sql``;
  const found = await sql<FigureRecord>`
    select record, amount::text as amount, area_code, field, unit, stage, dose, day
    from ${recordsInside(counted, question)} as counted
    where record collate "C" > ${after} ${only} order by record collate "C" limit ${limit}`.execute(queries);
  return found.rows;
}

/** The sum whose records stand behind a figure: its own, or those of the first of its terms. */
function countedBy(definition: Definition): SummedDefinition {
  return definition.kind === 'ratio' || definition.kind === 'derived'
    ? compositionOf(definition).terms[0]!.of
    : definition;
}

/** A value as it is shown: rounded to the figure's decimals, half away from 0 (四舍五入); null where there is none. */
export function shown(definition: Pick<Definition, 'decimals'>, value: string | null): string | null {
  return value === null ? null : decimalText(fractionOf(value), definition.decimals);
}
