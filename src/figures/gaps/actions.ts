// What units report and what records give stand side by side, cell by cell. A cell is compared at the end of the day that
// was reported for, so that time alone makes no gap. A release of either figure is held back while they differ, until the
// gap is gone or somebody has said why it is there; then it goes out with the signed gap and the reason.
import { checkReach, checkRole, type Entitled, reaches } from '../../identity/access.ts';
import type { Role } from '../../identity/roles.ts';
import { type Written, write } from '../../journal/write.ts';
import { cutoffOf } from '../../kit/clock.ts';
import type { Database, Queries } from '../../kit/db.ts';
import { exactText, type Fraction, fractionOf, minus, plus } from '../../kit/fraction.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { together } from '../../kit/together.ts';
import { listUnits } from '../../units/actions.ts';
import { type Question, recordsOf, sumsPerArea } from '../compute.ts';
import type { SummedDefinition } from '../definition.ts';
import type { Computed } from '../persons.ts';
import { getFigure, type Registry } from '../registry.ts';
import { type Pair, pairOf, pairs } from './pairs.ts';
import { insertStatements, listStatements } from './store.ts';

/** Who says why a gap is there. */
export const gapStaters = ['coordinator', 'town_coordinator', 'publisher'] as const satisfies readonly Role[];

/** One cell of both figures: reported less derived, and what was said to a gap of that size. */
export interface Gap {
  area_code: string;
  unit: string | null;
  day: string;
  reported: string;
  derived: string | null;
  gap: Fraction;
  reason: string | null;
}

/** So many days are asked about at once. */
const atOnce = 4;

/** The cells that were reported, each beside what the records gave at the end of its day, as known at an entry. */
export async function listGaps(
  queries: Queries,
  registry: Registry,
  pair: Pair,
  question: Question,
): Promise<Gap[]> {
  const cells = await recordsOf(queries, getFigure(registry, pair.reported), question, '', null);
  const said = Map.groupBy(await listStatements(queries, pair.reported), placeOf);
  const derived = getSum(registry, pair.derived);
  const sums = new Map<string, ReadonlyMap<string, string>>();
  const days = Map.groupBy(cells, ({ day }) => day);
  await together([...days], atOnce, async ([day, own]) => {
    const moment = { cutoff: cutoffOf(day), entry_no: question.entry_no };
    const areas = own.map(({ area_code }) => area_code);
    sums.set(day, await sumsPerArea(queries, derived, moment, areas));
  });
  return cells.map(({ area_code, day, amount, unit }) => {
    const value = sums.get(day)?.get(area_code) ?? (derived.kind === 'count' ? '0' : null);
    const gap = minus(fractionOf(amount), fractionOf(value ?? '0'));
    const statement = said.get(placeOf({ area_code, day }))?.find((one) => isSame(fractionOf(one.gap), gap));
    const reason = statement?.reason ?? null;
    return { area_code, unit, day, reported: amount, derived: value, gap, reason };
  });
}

function placeOf({ area_code, day }: { area_code: string; day: string }): string {
  return `${area_code} ${day}`;
}

/** What records give is a sum over them. */
function getSum(registry: Registry, code: string): SummedDefinition {
  const definition = getFigure(registry, code);
  if (definition.kind !== 'ratio' && definition.kind !== 'derived') return definition;
  throw new Error(`${code} is no sum over records, so nothing reported can be held against it`);
}

function isSame(a: Fraction, b: Fraction): boolean {
  return a.n === b.n && a.d === b.d;
}

/** What a release says of the gap of its figure: the sum over its cells and the reasons. */
interface Known {
  gap: string;
  gap_reason: string;
}

/** The gap of a figure: nothing where there is none, a Problem while a part of it has no reason. */
async function gapOf(
  queries: Queries,
  registry: Registry,
  pair: Pair,
  question: Question,
): Promise<Known | Problem | undefined> {
  const open = (await listGaps(queries, registry, pair, question)).filter(({ gap }) => gap.n !== 0n);
  if (open.length === 0) return undefined;
  const unexplained = open.filter(({ reason }) => reason === null);
  if (unexplained.length > 0) return heldBack(registry, pair, unexplained);
  return {
    gap: exactText(plus(...open.map(({ gap }) => gap))),
    gap_reason: [...new Set(open.map(({ reason }) => reason))].join('；'),
  };
}

/**
 * What is to be released, in the same order, with the gaps that are known; and what holds it back: `figures/gap` while a gap has no
 * reason. A number by a dimension is held back with its whole, and only the whole carries the gap.
 */
export async function readGaps(
  queries: Queries,
  registry: Registry,
  computed: readonly Computed[],
): Promise<{ computed: Computed[]; held: Problem | undefined }> {
  const gaps = new Map<string, Known | Problem | undefined>();
  const result: Computed[] = [];
  for (const one of computed) {
    const { by, ...whole } = one.question;
    const pair = pairOf(one.definition.code);
    const name = JSON.stringify([pair?.reported, whole]);
    if (pair && !gaps.has(name)) gaps.set(name, await gapOf(queries, registry, pair, whole));
    const known = gaps.get(name);
    const carries = known && !by && !(known instanceof Problem);
    result.push(carries ? { ...one, standing: { ...one.standing, ...known } } : one);
  }
  return { computed: result, held: [...gaps.values()].find((known) => known instanceof Problem) };
}

/** What is to be released with the gaps that are known, to be called before anything is locked. Raises `figures/gap`. */
export async function withGaps(
  queries: Queries,
  registry: Registry,
  computed: readonly Computed[],
): Promise<Computed[]> {
  const { computed: known, held } = await readGaps(queries, registry, computed);
  if (held) throw held;
  return known;
}

/**
 * Says why cells differ, as they differ now. Raises `identity/reach`, `figures/unknown_pair`, `figures/no_gap`,
 * `figures/reason_missing`.
 */
export async function stateGap(
  db: Database,
  registry: Registry,
  entering: { actor: Entitled; idempotency_key?: string | undefined; simulated_at?: Date },
  cell: { reported: string; area_code: string; day: string; reason: string },
  question: Question,
): Promise<Written<undefined>> {
  refuseIf(checkRole(entering.actor, gapStaters));
  await refuseForeign(db.queries, entering.actor, cell.area_code, question.entry_no);
  const pair = pairs.find(({ reported }) => reported === cell.reported);
  const gaps = pair ? await listGaps(db.queries, registry, pair, question) : [];
  const found = gaps.find(({ area_code, day }) => area_code === cell.area_code && day === cell.day);
  if (!found || found.gap.n === 0n) throw noGap();
  const reason = cell.reason.trim();
  if (!reason) {
    const text = { zh: '请写明差在哪里、为什么。', en: 'Say where the difference comes from.' };
    throw new Problem('figures/reason_missing', 'invalid', text, { reason: text });
  }
  const { reported, area_code, day } = cell;
  const change = {
    ...entering,
    action: 'figures/gap_statement',
    subject: `figure:${reported}`,
    reason,
    input: { ...cell },
  };
  return write(db, change, async (tx) => {
    const { account_id } = entering.actor;
    const gap = exactText(found.gap);
    await insertStatements(tx, [
      { reported, area_code, day, gap, reason, stated_at: tx.entry.at, account_id },
    ]);
    return undefined;
  });
}

function heldBack(registry: Registry, pair: Pair, gaps: readonly Gap[]): Problem {
  const title = getFigure(registry, pair.reported).title;
  return new Problem('figures/gap', 'conflict', {
    zh: `“${title.zh}”有 ${gaps.length} 格与记录算出的数不一致，暂不能发布。请先在“核对”中更正，或写明差额的原因。`,
    en: `${gaps.length} cells of “${title.en}” differ from what the records give, so nothing is released. Correct them, or say why they differ.`,
  });
}

/** A town says it of itself; the office and the publisher of every town. */
async function refuseForeign(
  queries: Queries,
  actor: Entitled,
  area_code: string,
  entry_no: number,
): Promise<void> {
  if (!checkRole(actor, ['coordinator', 'publisher'])) return;
  const own = (await listUnits(queries, entry_no)).filter((unit) => unit.area_code === area_code);
  const reached = own.find(({ id }) => reaches(actor, ['town_coordinator'], id));
  refuseIf(checkReach(actor, ['town_coordinator'], reached?.id ?? 0));
}

function noGap(): Problem {
  return new Problem('figures/no_gap', 'conflict', {
    zh: '这一格现在没有差额，不用说明。',
    en: 'This cell has no gap now.',
  });
}
