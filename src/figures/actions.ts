import { type Actor, type Transaction, write } from '../journal/write.ts';
import type { Database, Queries } from '../kit/db.ts';
import { Problem } from '../kit/problem.ts';
import { together } from '../kit/together.ts';
import { type Question, questionName, type Sums, type Value, valuesOf } from './compute.ts';
import type { Definition } from './definition.ts';
import { type Computed, nameOf, withPersons } from './persons.ts';
import { definitionHash, definitionText, getVersion, type Registry } from './registry.ts';
import {
  type EnactedDefinition,
  enact,
  frozenOf,
  insertReleases,
  listAllReleases,
  listEnacted,
  type Release,
} from './store.ts';

export { type Computed, nameOf, withPersons } from './persons.ts';
export {
  findDefinitionText,
  findRelease,
  findReleaseAt,
  findSuccessor,
  lastKnownEntry,
  listOthers,
  listReleasedEntries,
  listReleases,
  type Release,
  type ReleasedEntry,
  releasesOfEntry,
  type Succession,
  successions,
} from './store.ts';

/** A Problem when a cut-off lies ahead: nothing is published about what has not happened yet. */
export function checkCutoff(cutoff: Date, now: Date): Problem | undefined {
  if (cutoff <= now) return undefined;
  const text = {
    zh: '截止时间还没有到，不能发布。请选已经过去的时点；填日期表示当日24时。',
    en: 'The cut-off lies ahead; nothing can be published for it. Choose a moment that is past; a day means its 24:00.',
  };
  return new Problem('figures/cutoff_ahead', 'invalid', text, { cutoff: text });
}

/**
 * Brings the definitions of this version of the product into force by an entry, when there are new ones. An existing
 * version whose text changed is a fault of the programmers and refused.
 */
export async function enactDefinitions(
  db: Database,
  registry: Registry,
  when?: { simulated_at: Date },
): Promise<void> {
  const known = new Map((await listEnacted(db.queries)).map((definition) => [definition.code, definition]));
  const added: Omit<EnactedDefinition, 'id'>[] = [];
  const changed: EnactedDefinition[] = [];
  for (const definition of registry.values()) {
    const { code, version } = definition;
    const [hash, text] = [definitionHash(db.queries, definition), definitionText(db.queries, definition)];
    const before = known.get(code);
    if (!before) added.push({ code, version, hash, text });
    else if (before.version < version) changed.push({ id: before.id, code, version, hash, text });
    else if (before.version === version && before.hash !== hash)
      throw new Error(`definition ${code}@${version} was edited`);
  }
  if (added.length + changed.length === 0) return;
  const actor: Actor = { name: 'job:definitions', account_id: null, unit_id: null, via: 'job' };
  await write(db, { actor, ...when, action: 'figures/definitions', subject: 'definition' }, async (tx) => {
    await enact(tx, added, changed);
    tx.entry.detail.definitions = [...added, ...changed].map(({ code, version }) => `${code}@${version}`);
    return undefined;
  });
}

/**
 * Freezes computed figures within an entry; gives the releases in the order given. Of figures of persons every part is
 * frozen, and which are withheld is decided here, by what was said before.
 */
export async function releaseIn(
  tx: Transaction,
  by: string,
  computed: readonly Computed[],
): Promise<Release[]> {
  const all = await withPersons(tx.queries, computed);
  const released = await insertReleases(
    tx,
    all.map(({ definition, question, value, standing, withheld }) => ({
      code: definition.code,
      version: definition.version,
      definition_hash: definitionHash(tx.queries, definition),
      cutoff: question.cutoff,
      known_entry: question.entry_no,
      area_code: question.area,
      dimension: question.by ?? null,
      ...value,
      released_by: by,
      provisional: isProvisional(definition, question.cutoff, tx.entry.at),
      supersedes_id: null,
      succession: null,
      reason: null,
      gap: null,
      gap_reason: null,
      ...standing,
      withheld: withheld ?? null,
    })),
  );
  const made = new Map(all.map((one, index) => [nameOf(one), released[index]!]));
  return computed.map((one) => masked(made.get(nameOf(one))!));
}

/** What everybody may know of a release that was just made. */
function masked(release: Release): Release {
  if (release.withheld === null) return release;
  const shown = { ...release, digest: '' };
  return release.withheld ? { ...shown, value: null, numerator: null, denominator: null, inputs: 0 } : shown;
}

/**
 * Whether records of before a cut-off are still to come in at a moment; null for a figure whose records are never late as a
 * matter of course.
 */
export function isProvisional({ settles_after_days }: Definition, cutoff: Date, at: Date): boolean | null {
  return settles_after_days ? at.getTime() < cutoff.getTime() + settles_after_days * 86_400_000 : null;
}

/** What a release gives when it is computed again from the records, as they were known then. */
export interface Recomputed {
  value: Value | undefined;
  /** Whether definition, value and digest are the same as released. */
  same: boolean;
}

/** Computes a release again. It must give the same number, today and in five years. */
export async function recompute(queries: Queries, registry: Registry, release: Release): Promise<Recomputed> {
  const definition = getVersion(registry, release.code, release.version);
  const values = await valuesOf(queries, definition, questionOf(release));
  return comparedWith(queries, definition, release, values);
}

async function comparedWith(
  queries: Queries,
  definition: Definition,
  release: Release,
  values: readonly Value[],
): Promise<Recomputed> {
  const value = values.find((one) => one.key === release.key);
  const frozen = release.withheld === null ? release : await frozenOf(queries, release.id);
  const same =
    value !== undefined &&
    definitionHash(queries, definition) === release.definition_hash &&
    value.digest === frozen.digest &&
    value.inputs === frozen.inputs &&
    equal(value.value, frozen.value);
  return { value, same };
}

/** The question that a release answers. */
export function questionOf(release: Release): Question {
  const { cutoff, known_entry, area_code, dimension } = release;
  return { cutoff, entry_no: known_entry, area: area_code, by: dimension ?? undefined };
}

function equal(a: string | null, b: string | null): boolean {
  return a === b || (a !== null && b !== null && Number(a) === Number(b));
}

/** So many questions are asked at once, of a page of so many releases. */
const atOnce = 4;
const perPage = 100;

function askedBy(registry: Registry, release: Release) {
  const definition = getVersion(registry, release.code, release.version);
  const question = questionOf(release);
  return { definition, question, name: questionName(definition, question) };
}

/** Every release computed again, by number. The parts of one breakdown were released together and are computed together. */
export async function* recomputeAll(
  queries: Queries,
  registry: Registry,
): AsyncGenerator<Recomputed & { release: Release }> {
  for (let after = 0; ; ) {
    const page = await listAllReleases(queries, after, perPage);
    if (page.length === 0) return;
    const sums: Sums = new Map();
    const asked = new Map(page.map((release) => [askedBy(registry, release).name, release] as const));
    const answers = new Map<string, Value[]>();
    await together([...asked], atOnce, async ([name, release]) => {
      const { definition, question } = askedBy(registry, release);
      answers.set(name, await valuesOf(queries, definition, question, { digests: true, sums }));
    });
    for (const release of page) {
      const { definition, name } = askedBy(registry, release);
      yield { release, ...(await comparedWith(queries, definition, release, answers.get(name)!)) };
    }
    after = page.at(-1)!.id;
  }
}

/** Every release as everybody may read it, by number, a page at a time. */
export async function* everyRelease(queries: Queries): AsyncGenerator<Release> {
  for (let after = 0; ; ) {
    const page = await listAllReleases(queries, after, 200);
    if (page.length === 0) return;
    yield* page;
    after = page.at(-1)!.id;
  }
}

/** What recomputing every release found: how many there are, and the entry of the first that differs. */
export async function verifyReleases(
  db: Database,
  registry: Registry,
): Promise<{ releases: number; first_bad: number | null }> {
  let releases = 0;
  let first_bad: number | null = null;
  for await (const { release, same } of recomputeAll(db.queries, registry)) {
    releases++;
    if (first_bad === null && !same) first_bad = release.since_entry;
  }
  return { releases, first_bad };
}
