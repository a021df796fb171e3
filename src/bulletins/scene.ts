import { listAreas } from '../areas/actions.ts';
import { type Definition, type Dimension, dimensions } from '../figures/definition.ts';
import type { Registry } from '../figures/registry.ts';
import type { Queries } from '../kit/db.ts';
import { Problem } from '../kit/problem.ts';
import { namesOf } from '../portal/names.ts';

/** A picture as a text refers to it: by its number among those of the draft. */
export interface Picture {
  position: number;
  file_digest: string;
  alt: string;
  caption: string;
  source: string;
  width: number;
  height: number;
}

/** What a text may speak of at a cut-off, as known at an entry: figures, the keys they are broken down by, and pictures. */
export interface Scene {
  cutoff: Date;
  entry_no: number;
  district: { code: string; name: string };
  figures: ReadonlyMap<string, Pick<Definition, 'code' | 'title' | 'unit' | 'dimensions'>>;
  /** The names of the keys of each dimension, in the order in which tables list them. */
  names: ReadonlyMap<Dimension, ReadonlyMap<string, string>>;
  pictures: readonly Picture[];
}

/** What texts of a district may speak of. Raises `bulletins/no_district` before there is one. */
export async function loadScene(
  queries: Queries,
  registry: Registry,
  moment: { entry_no: number; cutoff: Date },
  pictures: readonly Picture[] = [],
): Promise<Scene> {
  const areas = await listAreas(queries, moment.entry_no);
  const district = areas.find((area) => area.level === 'district');
  if (!district) throw noDistrict();
  // A figure of the district is broken down by its towns; what is no town's is the district's own.
  const shownAreas = new Set(areas.filter((area) => area.level !== 'village').map((area) => area.code));
  const names = new Map<Dimension, ReadonlyMap<string, string>>();
  for (const dimension of dimensions) {
    const all = await namesOf(queries, dimension, moment.entry_no, 'zh');
    names.set(
      dimension,
      dimension === 'area' ? new Map([...all].filter(([code]) => shownAreas.has(code))) : all,
    );
  }
  const { code, name } = district;
  return { ...moment, district: { code, name }, figures: registry, names, pictures };
}

function noDistrict(): Problem {
  return new Problem('bulletins/no_district', 'conflict', {
    zh: '还没有录入本区的区划和项目，不能发布。可先运行 shishi demo load jinwan-2021。',
    en: 'The district has no areas or projects yet, so nothing can be published. Try: shishi demo load jinwan-2021.',
  });
}
