import type { Database } from '../../kit/db.ts';
import type { Vault } from '../../kit/vault.ts';
import { contactsOf, openFor } from '../../residents/actions.ts';
import { addressPlace } from '../choices.ts';
import type { AddressOf } from './deliver.ts';

/**
 * Looks up where a delivery goes: the phone of the person's record, the address that they gave for mail or their 公众号, or
 * the login of staff. Nothing where there is none, and nothing of a person who was erased.
 */
export function addressBook(db: Database, vault: Vault): AddressOf {
  return async ({ channel, person_id, login, choice_id, address }) => {
    if (channel === 'wecom') return login ?? undefined;
    if (person_id === null) return undefined;
    if (channel === 'sms') {
      const person = (await contactsOf(db.queries, vault, [person_id])).get(person_id);
      return person?.phone ?? undefined;
    }
    if (choice_id === null || address === null) return undefined;
    const place = addressPlace(choice_id);
    const [opened] = await openFor(db.queries, vault, [{ person_id, place, sealed: address }]);
    return opened?.state === 'readable' ? opened.text : undefined;
  };
}
