import type { Entitled } from '../identity/access.ts';
import { write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import type { Vault } from '../kit/vault.ts';
import { keyOf, placeOf } from './reading.ts';
import { countOutdated, listOutdated, saveRotated } from './store.ts';

/** People whose keys are wrapped anew in one statement: few enough that nobody waits for it. */
const batch = 200;

/** What a rotation of keys did. */
export interface Rotated {
  /** People whose key and index stand under the keys in use now. */
  rotated: number;
  /** People whose key cannot be opened here, which stay as they are. */
  unreadable: number;
}

/**
 * Brings every person's key and blind index under new master and index keys. A rotation that was killed is gone on with:
 * new keys are made only where nothing is left under older ones. Everything stays readable meanwhile.
 */
export async function rotateKeys(
  db: Database,
  vault: Vault,
  actor: Entitled,
  onProgress: (done: number, of: number) => void,
): Promise<Rotated> {
  if ((await countOutdated(db.queries, vault)) === 0) vault.addKeys();
  const of = await countOutdated(db.queries, vault);
  const done: Rotated = { rotated: 0, unreadable: 0 };
  for (let after = 0; ; ) {
    const people = await listOutdated(db.queries, vault, after, batch);
    if (people.length === 0) break;
    const renewed = people.flatMap((person) => {
      const kept = vault.rewrapKey(person.key_ref, { master: person.master!, wrapped: person.wrapped! });
      const key = keyOf(vault, person);
      if (!kept || !key) return [];
      const phone =
        person.phone === null ? undefined : vault.open(key, placeOf(person.id, 'phone'), person.phone);
      const fingerprint = phone === undefined ? null : vault.fingerprint('phone', phone);
      return [{ id: person.id, key_ref: person.key_ref, ...kept, fingerprint }];
    });
    await saveRotated(db.queries, renewed);
    done.rotated += renewed.length;
    done.unreadable += people.length - renewed.length;
    after = people.at(-1)!.id;
    onProgress(done.rotated + done.unreadable, Math.max(of, done.rotated + done.unreadable));
  }
  await write(db, { actor, action: 'residents/rotation', subject: 'person' }, async (tx) => {
    tx.entry.detail = { master: vault.master, ...done };
    return undefined;
  });
  return done;
}
