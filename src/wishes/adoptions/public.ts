import type { Queries } from '../../kit/db.ts';
import { findPublicProject } from '../../ledger/actions.ts';
import { findPublished } from '../../portal/published.ts';
import { listLasting } from './store.ts';

/** An adoption as residents see it. */
export interface ShownAdoption {
  number: string;
  title: string;
  adopter: string;
  promise: string;
}

/** The adoptions that last, of projects that residents see as of the newest publication. */
export async function listShownAdoptions(queries: Queries): Promise<ShownAdoption[]> {
  const published = await findPublished(queries);
  if (!published) return [];
  const shown: ShownAdoption[] = [];
  for (const { number, adopter, promise } of await listLasting(queries)) {
    const project = await findPublicProject(queries, published.known_entry, number);
    if (project) shown.push({ number, title: project.title, adopter, promise });
  }
  return shown;
}
