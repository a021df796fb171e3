import { findRelease, type Release, releasesOfEntry } from '../../figures/actions.ts';
import { getVersion } from '../../figures/registry.ts';
import type { Site } from '../../portal/context.ts';
import { namesOf } from '../../portal/names.ts';
import { presentOf } from '../../portal/present.ts';
import type { Bulletin } from '../actions.ts';
import { numbersOf } from '../content.ts';
import type { Paper, Source } from './paper.ts';

/** A published bulletin with all that its papers say. `address` is what people type to come here. */
export async function paperOf(site: Site, address: string, bulletin: Bulletin): Promise<Paper> {
  const { origin } = new URL(address);
  const { number, published_at, cutoff, synthetic, content } = bulletin;
  return {
    number,
    type: { title: '新闻稿', official: false },
    issuer: (await presentOf(site.db)).district.zh,
    published_at,
    cutoff,
    synthetic,
    content,
    address: `${origin}/bulletins/${number}`,
    sources: await sourcesOf(site, origin, bulletin),
    picture: async () => undefined,
  };
}

/** What stands behind each number of a bulletin. */
async function sourcesOf(
  site: Site,
  origin: string,
  { content, since_entry }: Bulletin,
): Promise<Map<number, Source>> {
  const { queries } = site.db;
  const own = await releasesOfEntry(queries, since_entry);
  const releases = new Map(own.map((release) => [release.id, release]));
  const sources = new Map<number, Source>();
  for (const { release_id } of numbersOf(content)) {
    if (sources.has(release_id)) continue;
    // A text may cite what was released before it.
    const release = releases.get(release_id) ?? (await findRelease(queries, release_id));
    if (release) sources.set(release_id, await sourceOf(site, origin, release));
  }
  return sources;
}

async function sourceOf(site: Site, origin: string, release: Release): Promise<Source> {
  const { id, code, version, dimension, key, known_entry, cutoff } = release;
  const definition = getVersion(site.registry, code, version);
  const names =
    dimension && key
      ? await namesOf(site.db.queries, dimension, known_entry, 'zh')
      : new Map<string, string>();
  const part = key ? (names.get(key) ?? key) : undefined;
  return {
    title: part ? `${definition.title.zh}·${part}` : definition.title.zh,
    explanation: definition.explanation.zh,
    cutoff,
    address: `${origin}/releases/${id}`,
    part: key !== null,
  };
}
