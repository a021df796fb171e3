import { listAreas } from '../areas/actions.ts';
import { currentHead } from '../journal/head.ts';
import type { Database } from '../kit/db.ts';
import type { Message } from '../kit/i18n.ts';

const unnamed: Message = { zh: '本区', en: 'District' };

/** The district's name as the head of every page shows it. */
export async function districtName(db: Database): Promise<Message> {
  const { entry_no } = await currentHead(db);
  const district = (await listAreas(db.queries, entry_no)).find((area) => area.level === 'district');
  return district ? { zh: district.name, en: district.name_en ?? district.name } : unnamed;
}
