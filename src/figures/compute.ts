import { type RawBuilder, sql } from 'kysely';
import { areasInside } from '../areas/tree.ts';
import type { Queries } from '../kit/db.ts';
import { digestOf } from '../kit/seal.ts';
import type {
  CountDefinition,
  Definition,
  Dimension,
  FigureRecord,
  FlowDefinition,
  Moment,
} from './definition.ts';

/** Which figure is asked for: both clocks, the area that it is for, and what it is broken down by. */
export interface Question extends Moment {
  area: string;
  by?: Dimension | undefined;
  /** The entry by which areas lie in one another, where that is not `entry_no`: the boundaries of another time. */
  areas_entry?: number | undefined;
}

/** A figure's value, exact: show it with `shown`. One for each key when it is broken down. */
export interface Value {
  /** The field, area, unit, stage or dose that this row is of; null for the whole. */
  key: string | null;
  /** An exact decimal, or null when there is no value: nobody reported, or a ratio over nothing. */
  value: string | null;
  /** For ratios only. */
  numerator: string | null;
  denominator: string | null;
  /** How many records it was computed from. */
  inputs: number;
  /** SHA-256 over the records: one line each, sorted. */
  digest: string;
}

/** Computes a figure: the whole, or one value for each key of a dimension, in order of the key. */
export async function valuesOf(
  queries: Queries,
  definition: Definition,
  question: Question,
): Promise<Value[]> {
  if (definition.kind !== 'ratio') return sums(queries, definition, question);
  const numerators = new Map(
    (await sums(queries, definition.numerator, question)).map((value) => [value.key, value]),
  );
  const denominators = await sums(queries, definition.denominator, question);
  return denominators.map((denominator) => ratio(numerators.get(denominator.key), denominator));
}

function ratio(numerator: Value | undefined, denominator: Value): Value {
  const over = denominator.value;
  const count = numerator?.value ?? '0';
  return {
    key: denominator.key,
    value: over === null || Number(over) === 0 ? null : percent(count, over),
    numerator: count,
    denominator: over,
    inputs: denominator.inputs,
    digest: digestOf(`${numerator?.digest ?? digestOf('')}\n${denominator.digest}`),
  };
}

/** A percentage to ten places, half up, in whole arithmetic. */
function percent(numerator: string, denominator: string): string {
  const scale = 10n ** 12n;
  const [a, b] = [BigInt(numerator), BigInt(denominator)];
  const scaled = (a * scale * 2n + b) / (b * 2n);
  return `${scaled / 10n ** 10n}.${String(scaled % 10n ** 10n).padStart(10, '0')}`;
}

async function sums(
  queries: Queries,
  definition: CountDefinition | FlowDefinition,
  question: Question,
): Promise<Value[]> {
  const empty = definition.kind === 'count' ? sql`0` : sql`null`;
  const whole = question.by === undefined;
  const key = whole ? sql`null::text` : keyOf(question.by!);
  const found = await sql<{ key: string | null; value: string | null; inputs: number; digest: string }>`
    select ${key} as key, coalesce(sum(amount), ${empty})::text as value, count(record) as inputs,
      encode(sha256(convert_to(coalesce(string_agg(${line}, E'\n' order by ${line} collate "C"), ''), 'UTF8')), 'hex') as digest
    from ${recordsInside(definition, question)} as counted
    ${whole ? sql`` : sql`group by 1 order by ${key} collate "C"`}`.execute(queries);
  return found.rows.map((row) => ({
    ...row,
    value: row.value && plain(row.value),
    numerator: null,
    denominator: null,
  }));
}

/** A sum of whole amounts comes as `467` or `467.000`; what is kept is the shortest. */
function plain(value: string): string {
  return value.includes('.') ? value.replace(/\.?0+$/, '') : value;
}

/** The key of a record by a dimension: `branch` is what an area is of in the area that is asked for. */
export function keyOf(dimension: Dimension): RawBuilder<string> {
  return dimension === 'area' ? sql`branch` : sql`${sql.ref(dimension)}`;
}

/** What a record contributes to the digest: everything that a figure could be broken down by, and its amount. */
const line = sql`concat_ws('|', record, amount::text, area_code, coalesce(field, ''), coalesce(unit, ''), coalesce(stage, ''), coalesce(dose, ''), day)`;

function recordsInside(definition: CountDefinition | FlowDefinition, question: Question) {
  return sql`(
    select record.*, inside.branch from (${definition.records(question)}) as record
    join ${areasInside(question.area, question.areas_entry ?? question.entry_no)} as inside on inside.code = record.area_code)`;
}

/** The records behind a figure (for a ratio those of its denominator), one page by name; of one key when given. */
export async function recordsOf(
  queries: Queries,
  definition: Definition,
  question: Question & { key?: string | null },
  after: string,
  limit: number,
): Promise<FigureRecord[]> {
  const counted = definition.kind === 'ratio' ? definition.denominator : definition;
  const only = question.by && question.key ? sql`and ${keyOf(question.by)} = ${question.key}` : sql``;
  const found = await sql<FigureRecord>`
    select record, amount::text as amount, area_code, field, unit, stage, dose, day
    from ${recordsInside(counted, question)} as counted
    where record collate "C" > ${after} ${only} order by record collate "C" limit ${limit}`.execute(queries);
  return found.rows;
}

/** A value as it is shown: rounded half up to the figure's decimals; null where there is none. */
export function shown(definition: Pick<Definition, 'decimals'>, value: string | null): string | null {
  if (value === null) return null;
  const [whole, fraction = ''] = value.split('.');
  const { decimals } = definition;
  const digits = BigInt(whole! + fraction.slice(0, decimals).padEnd(decimals, '0'));
  const rounded = String(digits + (Number(fraction[decimals] ?? '0') >= 5 ? 1n : 0n)).padStart(
    decimals + 1,
    '0',
  );
  return decimals === 0 ? rounded : `${rounded.slice(0, -decimals)}.${rounded.slice(-decimals)}`;
}
