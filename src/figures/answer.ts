// A figure as it is asked for on public pages and in files: up to what is released, as it was known then.

import { type AreaName, listAreas, listSuccessions } from '../areas/actions.ts';
import { cutoffOf } from '../kit/clock.ts';
import type { Queries } from '../kit/db.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { findReleaseAt, lastKnownEntry, listReleases, type Release, releasesOfEntry } from './actions.ts';
import { refuseForeignDimension } from './cli.ts';
import { type Question, type Value, valuesOf } from './compute.ts';
import type { Definition, Dimension } from './definition.ts';
import { keptValues } from './kept.ts';
import { words } from './words.ts';

/** What is asked in an address: a cut-off as people write it, and what it is broken down by. */
export interface Asked {
  cutoff?: string | undefined;
  by?: Dimension | '' | undefined;
  /** A town or a village in place of the whole district. */
  area?: string | undefined;
  /** On the boundaries of now, where areas were split or moved since. */
  boundaries?: 'then' | 'now' | undefined;
  /** As it was known at an entry, for the same answer for ever; as known at the last release of the cut-off when not given. */
  entry?: string | undefined;
  /** In a version of its definition; the newest when not given. */
  version?: string | undefined;
}

/** A figure's answer: the whole, its parts where it is broken down, and the question that both answer. */
export interface Answer {
  definition: Definition;
  question: Question;
  newest: Release;
  whole: Value;
  parts: Value[];
  /** Whether areas were split, merged or moved, so that then and now differ. */
  moved: boolean;
  /** The area that is asked for, and all that there are, to go on from it; none for figures of persons. */
  place?: AreaName;
  areas?: readonly AreaName[];
}

/**
 * The answer of a figure, with digests where they are asked for; nothing before its first release. Raises `figures/unreleased_cutoff` for a cut-off that is
 * later than what is released, `figures/unreleased_entry` for an entry that is newer, `figures/no_dimension`, `figures/unknown_area`, `kit/cutoff`.
 */
export async function answerOf(
  site: Pick<Site, 'db' | 'registry'>,
  definition: Definition,
  asked: Asked,
  { digests }: { digests: boolean } = { digests: false },
): Promise<Answer | undefined> {
  const { queries } = site.db;
  const newest = await newestRelease(queries, definition);
  if (!newest) return undefined;
  const by = asked.by || undefined;
  refuseForeignDimension(definition, by);
  if (definition.personal) return releasedAnswer(queries, definition, asked, newest);
  const cutoff = asked.cutoff ? cutoffOf(asked.cutoff) : newest.cutoff;
  if (cutoff > newest.cutoff)
    throw new Problem('figures/unreleased_cutoff', 'invalid', words.later, { cutoff: words.later });
  const boundaries = asked.boundaries === 'now' ? asked.boundaries : undefined;
  // At a released cut-off the number that was said last for it is the answer, also where that was a correction.
  const said = await findReleaseAt(queries, newest.code, cutoff);
  const entry_no = asked.entry ? Number(asked.entry) : (said ?? newest).known_entry;
  if (asked.entry && !(entry_no >= 1 && entry_no <= (await lastKnownEntry(queries, newest.code))))
    throw new Problem('figures/unreleased_entry', 'invalid', words.newer, { entry: words.newer });
  const area = asked.area || newest.area_code;
  const known = await listAreas(queries, entry_no);
  const place = known.find(({ code }) => code === area);
  if (!place) throw new Problem('figures/unknown_area', 'not_found', words.unknown_area);
  const question = { cutoff, entry_no, area, boundaries };
  const values = (one: Question) =>
    digests ? valuesOf(queries, definition, one) : keptValues(site.db, definition, one);
  const [whole] = await values(question);
  const parts = by ? await values({ ...question, by }) : [];
  const moved = (await listSuccessions(queries, newest.known_entry)).length > 0;
  return {
    definition,
    question: { ...question, by },
    newest,
    whole: whole!,
    parts,
    moved,
    place,
    areas: known,
  };
}

/**
 * The answer of a figure of persons: only what was released of it, since by asking for other times or places one could
 * single people out. Raises `figures/released_only`.
 */
async function releasedAnswer(
  queries: Queries,
  definition: Definition,
  asked: Asked,
  newest: Release,
): Promise<Answer> {
  const at = asked.cutoff ? cutoffOf(asked.cutoff) : newest.cutoff;
  const known_entry = asked.entry ? Number(asked.entry) : undefined;
  const release = await findReleaseAt(queries, definition.code, at, { whole: true, known_entry });
  const by = asked.by || undefined;
  const together = release ? await releasesOfEntry(queries, release.since_entry) : [];
  const parts = together.filter((one) => one.code === definition.code && by && one.dimension === by);
  if (!release || (by && parts.length === 0))
    throw new Problem('figures/released_only', 'invalid', words.released_only, {
      cutoff: words.released_only,
    });
  const question = { cutoff: release.cutoff, entry_no: release.known_entry, area: release.area_code, by };
  return { definition, question, newest: release, whole: release, parts, moved: false };
}

/**
 * The release that says up to when a figure may be asked: of the whole, else of a part, else of the figure that this is
 * another way to count, or that this is derived from.
 */
async function newestRelease(queries: Queries, definition: Definition): Promise<Release | undefined> {
  const { code, variant } = definition;
  const [whole] = await listReleases(queries, code, 1);
  if (whole) return whole;
  const [part] = await listReleases(queries, code, 1, true);
  if (part) return part;
  // What is derived from a released figure is public with it.
  if (definition.kind === 'derived') return newestRelease(queries, definition.derivation.of);
  if (!variant || variant.of === code) return undefined;
  return (await listReleases(queries, variant.of, 1))[0];
}

/** A value of a series: the end of a month, or the cut-off that was asked for. */
export interface SeriesPoint {
  cutoff: Date;
  value: string | null;
}

const months = 12;

/** A figure at the ends of the months before a cut-off and at the cut-off itself, as known at the same entry. */
export async function seriesOf(
  site: Pick<Site, 'db'>,
  { definition, question }: Answer,
): Promise<SeriesPoint[]> {
  if (definition.personal) return releasedSeries(site.db.queries, definition, question.cutoff);
  const cutoffs = [...monthEnds(question.cutoff), question.cutoff];
  const points = await Promise.all(
    cutoffs.map(async (cutoff) => {
      const { by: _, ...asked } = question;
      const [whole] = await keptValues(site.db, definition, { ...asked, cutoff });
      return { cutoff, value: whole!.value };
    }),
  );
  // Before anything was counted there is nothing to see.
  const first = points.findIndex((point) => point.value !== null && Number(point.value) !== 0);
  return first < 0 ? [] : points.slice(Math.max(0, first - 1));
}

async function releasedSeries(queries: Queries, { code }: Definition, until: Date): Promise<SeriesPoint[]> {
  const releases = await listReleases(queries, code, months);
  const points = new Map(
    releases.filter(({ cutoff }) => cutoff <= until).map((one) => [one.cutoff.getTime(), one]),
  );
  return [...points.values()].reverse().map(({ cutoff, value }) => ({ cutoff, value }));
}

/** The last moments of the months before a cut-off, in Asia/Shanghai, oldest first. */
function monthEnds(cutoff: Date): Date[] {
  const local = new Date(cutoff.getTime() + 8 * 3_600_000 - 1);
  return Array.from({ length: months }, (_, index) => {
    const start = Date.UTC(local.getUTCFullYear(), local.getUTCMonth() - (months - 1 - index), 1);
    return new Date(start - 8 * 3_600_000);
  }).filter((end) => end < cutoff);
}
