import { findRelease, releasesOfEntry } from '../../figures/actions.ts';
import { type Dimension, dimensions } from '../../figures/definition.ts';
import { getFigure } from '../../figures/registry.ts';
import { findFile } from '../../ledger/evidence/files.ts';
import type { Site } from '../../portal/context.ts';
import { namesOf } from '../../portal/names.ts';
import { presentOf } from '../../portal/present.ts';
import type { Bulletin } from '../actions.ts';
import { type CitedFigure, numbersOf } from '../content.ts';
import { kindOf, kindOfStored } from '../rules.ts';
import type { Paper, Source } from './paper.ts';

/** The kinds that are issued as official documents (公文). */
const official: readonly string[] = ['notice'];

/** An issued bulletin with all that its papers say. `page` is the address of its page in full. */
export async function paperOf(site: Site, page: string, bulletin: Bulletin): Promise<Paper> {
  const { number, published_at, cutoff, synthetic, addressee, contact, objections_until } = bulletin;
  const kind = kindOfStored(bulletin.kind);
  const { issuer, signature } = signedBy(bulletin, (await presentOf(site.db)).district.zh);
  return {
    number,
    type: { title: kindOf(kind).zh, official: official.includes(kind) },
    issuer,
    addressee,
    contact,
    objections_until,
    published_at,
    cutoff,
    synthetic,
    content: { ...bulletin.content, signature },
    address: page,
    source: await sourcesOf(site, new URL(page).origin, bulletin),
    picture: async (file) => (await findFile(site.db.queries, file))?.content,
  };
}

/** Who issued it: the last line of its signature where that is a name and not a sentence; else the district. */
function signedBy({ content }: Bulletin, district: string): { issuer: string; signature: string[] } {
  const last = content.signature.at(-1);
  const isName = last !== undefined && !/[，。；：:]/.test(last) && last.length <= 30;
  return isName
    ? { issuer: last, signature: content.signature.slice(0, -1) }
    : { issuer: district, signature: content.signature };
}

/** What stands behind each number of a bulletin: its release, or the figure where it was not released. */
async function sourcesOf(
  site: Site,
  origin: string,
  bulletin: Bulletin,
): Promise<(number: CitedFigure) => Source> {
  const { content, issued_entry, since_entry, known_entry, cutoff } = bulletin;
  const { queries } = site.db;
  const own = await releasesOfEntry(queries, issued_entry ?? since_entry);
  const releases = new Map(own.map((release) => [release.id, release]));
  for (const { release_id } of numbersOf(content)) {
    // A text may cite what was released before it.
    if (release_id === 0 || releases.has(release_id)) continue;
    const release = await findRelease(queries, release_id);
    if (release) releases.set(release_id, release);
  }
  const names = new Map<Dimension, Map<string, string>>();
  for (const dimension of dimensions) {
    const used = [...releases.values()].some((release) => release.dimension === dimension);
    if (used) names.set(dimension, await namesOf(queries, dimension, known_entry, 'zh'));
  }
  return ({ release_id, code }) => {
    const release = releases.get(release_id);
    const known = site.registry.has(code) ? getFigure(site.registry, code) : undefined;
    const title = known?.title.zh ?? code;
    const part =
      release?.dimension && release.key && (names.get(release.dimension)?.get(release.key) ?? release.key);
    return {
      title: part ? `${title}·${part}` : title,
      explanation: known?.explanation.zh ?? '',
      cutoff: release?.cutoff ?? cutoff,
      address: release ? `${origin}/releases/${release_id}` : `${origin}/figures/${code}`,
      part: Boolean(part),
    };
  };
}
