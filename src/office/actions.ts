import { checkRole, type Entitled } from '../identity/access.ts';
import { type Written, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import { refuseIf } from '../kit/problem.ts';
import { checkOffice, officeEditors } from './rules.ts';
import type { Office, OfficeName } from './schema.ts';
import { saveOffice } from './store.ts';

export { findOffice } from './store.ts';

/** Sets what the site says of its office; an empty text takes one away. Raises `identity/reach`, `office/setting`. */
export async function setOffice(
  db: Database,
  entering: { actor: Entitled; idempotency_key?: string; simulated_at?: Date },
  office: Office,
): Promise<Written<{ changed: OfficeName[] }>> {
  refuseIf(checkRole(entering.actor, officeEditors));
  refuseIf(checkOffice(office));
  const change = { ...entering, action: 'office/settings', subject: 'office', input: office };
  return write(db, change, async (tx) => {
    const changed = await saveOffice(tx, office);
    tx.entry.detail.settings = changed;
    return { changed };
  });
}
