import { listAreas } from '../areas/actions.ts';
import { currentHead } from '../journal/head.ts';
import { cutoffOf } from '../kit/clock.ts';
import { parseCommand, wrongUsage } from '../kit/command.ts';
import { type Database, inSnapshot } from '../kit/db.ts';
import { exactText, type Fraction } from '../kit/fraction.ts';
import { Problem } from '../kit/problem.ts';
import { findRelease, recompute, recomputeAll } from './actions.ts';
import { type Question, shown, type Value, valuesOf } from './compute.ts';
import { type Definition, type Dimension, dimensions } from './definition.ts';
import { causes, endAt, explain } from './explain.ts';
import { getFigure, getVersion, type Registry } from './registry.ts';

/** How the command is used. */
export const figuresUsage =
  'figures CODE… --cutoff 2021-09-03 [--by field|area|unit|stage|dose|level|day] [--area CODE] [--boundaries then|now] [--entry N] [--json]';

/** How an explanation is asked for. */
export const explainUsage =
  'figures explain CODE --from ENTRY --to ENTRY --from-cutoff DAY --to-cutoff DAY [--by field|area|unit|stage|dose|level|day] [--area CODE] [--json]';

/** `shishi figures`: prints figures as JSON or as lines, or explains why one changed. */
export async function figuresCommand(db: Database, registry: Registry, args: string[]): Promise<string> {
  if (args[0] === 'explain') return explainCommand(db, registry, args.slice(1));
  const { words, values, flags } = parseCommand(
    args,
    { values: ['cutoff', 'by', 'area', 'entry', 'boundaries'], flags: ['json'] },
    figuresUsage,
  );
  if (words.length === 0) throw wrongUsage(figuresUsage);
  const definitions = words.map((code) => getFigure(registry, code));
  const question = await questionFrom(db, values);
  const rows = await inSnapshot(db, async (queries) => {
    const result = [];
    for (const definition of definitions) {
      refuseForeignDimension(definition, question.by);
      for (const value of await valuesOf(queries, definition, question))
        result.push(row(definition, question, value));
    }
    return result;
  });
  if (flags.has('json')) return JSON.stringify(rows, null, 2);
  return rows
    .map(
      (one) =>
        `${one.title}\t${one.dimensions ? Object.values(one.dimensions) : ''}\t${one.value ?? '—'}${one.unit}`,
    )
    .join('\n');
}

/** Exact numbers as JSON has them: whole ones as numbers, others as fractions in text. */
function exact(value: Fraction | null): number | string | null {
  if (value === null) return null;
  const text = exactText(value);
  return value.d === 1n && Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

async function explainCommand(db: Database, registry: Registry, args: string[]): Promise<string> {
  const names = ['from', 'to', 'from-cutoff', 'to-cutoff', 'by', 'area'];
  const { words, values, flags } = parseCommand(args, { values: names, flags: ['json'] }, explainUsage);
  const missing = ['from', 'to', 'from-cutoff', 'to-cutoff'].some((name) => values[name] === undefined);
  if (words.length !== 1 || missing) throw wrongUsage(explainUsage);
  const asked = (entry: string, cutoff: string) =>
    questionFrom(db, { ...values, entry: values[entry], cutoff: values[cutoff] });
  const [from, to] = [await asked('from', 'from-cutoff'), await asked('to', 'to-cutoff')];
  const explanations = await inSnapshot(db, async (queries) => {
    const ends = {
      from: await endAt(queries, registry, words[0]!, from),
      to: await endAt(queries, registry, words[0]!, to),
    };
    for (const { definition } of Object.values(ends)) refuseForeignDimension(definition, to.by);
    return explain(queries, { ...ends, area: to.area, by: to.by });
  });
  const rows = explanations.map(({ key, from, to, parts }) => ({
    ...(values.by && { key }),
    from: exact(from),
    to: exact(to),
    ...Object.fromEntries(causes.map((cause) => [cause, exact(parts[cause])])),
  }));
  if (flags.has('json')) return JSON.stringify(values.by ? rows : rows[0], null, 2);
  return rows
    .map((row) =>
      Object.entries(row)
        .map(([name, value]) => `${name}\t${value ?? '—'}`)
        .join('\n'),
    )
    .join('\n\n');
}

async function questionFrom(db: Database, values: Record<string, string | undefined>): Promise<Question> {
  const head = await currentHead(db);
  const cutoff = values.cutoff === undefined ? new Date() : cutoffOf(values.cutoff);
  const entry_no = values.entry === undefined ? head.entry_no : Number(values.entry);
  if (!Number.isInteger(entry_no) || entry_no < 0 || entry_no > head.entry_no)
    throw unknownEntry(values.entry, head.entry_no);
  const by = values.by as Dimension | undefined;
  if (by !== undefined && !dimensions.includes(by)) throw wrongUsage(figuresUsage);
  const areas = await listAreas(db.queries, entry_no);
  const area = values.area ?? areas.find((one) => one.level === 'district')?.code ?? '';
  if (values.area !== undefined && !areas.some((one) => one.code === area)) throw unknownArea(area);
  const { boundaries = 'then' } = values;
  if (boundaries !== 'then' && boundaries !== 'now') throw wrongUsage(figuresUsage);
  return { cutoff, entry_no, area, by, ...(boundaries === 'now' && { boundaries }) };
}

function row(definition: Definition, question: Question, value: Value) {
  const text = shown(definition, value.value);
  return {
    code: definition.code,
    title: definition.title.zh,
    value: text === null ? null : Number(text),
    unit: definition.unit.zh,
    cutoff: question.cutoff.toISOString(),
    entry_no: question.entry_no,
    inputs: value.inputs,
    digest: value.digest,
    ...(value.denominator !== null && {
      numerator: Number(value.numerator),
      denominator: Number(value.denominator),
    }),
    ...(question.boundaries && { boundaries: question.boundaries }),
    ...(question.by && { dimensions: { [question.by]: value.key } }),
  };
}

/** Raises `figures/no_dimension` when a figure is not broken down by a dimension. */
export function refuseForeignDimension(definition: Definition, by: Dimension | undefined): void {
  if (by === undefined || definition.dimensions.includes(by)) return;
  const known = definition.dimensions.join(', ');
  throw new Problem('figures/no_dimension', 'invalid', {
    zh: `指标“${definition.title.zh}”不能按 ${by} 细分，可用：${known}。`,
    en: `“${definition.title.en}” is not broken down by ${by}; it can be by ${known}.`,
  });
}

function unknownEntry(text: string | undefined, head: number): Problem {
  return new Problem('figures/unknown_entry', 'invalid', {
    zh: `数据版本 ${text} 不存在，目前为 0 到 ${head}。`,
    en: `There is no entry ${text}; they go from 0 to ${head}.`,
  });
}

function unknownArea(code: string): Problem {
  return new Problem('figures/unknown_area', 'not_found', {
    zh: `没有区划代码为 ${code} 的地区。`,
    en: `There is no area with the code ${code}.`,
  });
}

/** How releases are computed again. */
export const releasesUsage = 'releases recompute [ID] [--json]';

/**
 * `shishi releases recompute`: computes every release again from the records, or one, and says of each whether it is what
 * was released. `ok` is false when any is not.
 */
export async function releasesCommand(
  db: Database,
  registry: Registry,
  args: string[],
): Promise<{ text: string; ok: boolean }> {
  const { words, flags } = parseCommand(args, { flags: ['json'] }, releasesUsage);
  if (words[0] !== 'recompute' || words.length > 2) throw wrongUsage(releasesUsage);
  const rows = [];
  const one = words[1] === undefined ? undefined : await getReleaseById(db, words[1]);
  const again = one
    ? [{ release: one, ...(await recompute(db.queries, registry, one)) }]
    : recomputeAll(db.queries, registry);
  for await (const { release, value, same } of again) {
    const definition = getVersion(registry, release.code, release.version);
    const text = value ? shown(definition, value.value) : null;
    rows.push({
      id: release.id,
      ok: same,
      code: release.code,
      key: release.key,
      value: text === null ? null : Number(text),
      digest: value?.digest ?? null,
    });
  }
  const bad = rows.filter((row) => !row.ok);
  const said =
    bad.length === 0
      ? `${rows.length} 个发布版本重新核算，与发布时完全一致。`
      : `${rows.length} 个发布版本中有 ${bad.length} 个与发布时不一致：${bad.map((row) => row.id).join('、')}。`;
  return { text: flags.has('json') ? JSON.stringify(rows, null, 2) : said, ok: bad.length === 0 };
}

async function getReleaseById(db: Database, text: string) {
  const release = /^\d{1,15}$/.test(text) ? await findRelease(db.queries, Number(text)) : undefined;
  if (release) return release;
  throw new Problem('figures/unknown_release', 'not_found', {
    zh: `没有第 ${text} 个发布版本。`,
    en: `There is no release ${text}.`,
  });
}
