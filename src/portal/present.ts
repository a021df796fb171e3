import { listAreas } from '../areas/actions.ts';
import { isDemonstration } from '../demonstration.ts';
import { currentHead } from '../journal/head.ts';
import type { Database } from '../kit/db.ts';
import type { Message } from '../kit/i18n.ts';
import { findOffice } from '../office/actions.ts';
import type { Office } from '../office/schema.ts';
import { findPublished, type Published } from './published.ts';

/** What every page needs to know of the district as it is now. */
export interface Present {
  /** The newest entry; while it stays the same, nothing that a page shows can have changed. */
  entry_no: number;
  district: Message;
  demonstration: boolean;
  published: Published | undefined;
  office: Office;
}

const unnamed: Message = { zh: '本区', en: 'District' };
const known = new WeakMap<Database, Present>();

/** The district as it is now. One small read as long as no entry was added; what hangs on the head is kept. */
export async function presentOf(db: Database): Promise<Present> {
  const { entry_no } = await currentHead(db);
  const before = known.get(db);
  if (before?.entry_no === entry_no) return before;
  const district = (await listAreas(db.queries, entry_no)).find((area) => area.level === 'district');
  const present: Present = {
    entry_no,
    district: district ? { zh: district.name, en: district.name_en ?? district.name } : unnamed,
    demonstration: await isDemonstration(db),
    published: await findPublished(db.queries),
    office: await findOffice(db.queries),
  };
  // A slower read of an older head must not replace a newer one.
  if (entry_no >= (known.get(db)?.entry_no ?? 0)) known.set(db, present);
  return present;
}
