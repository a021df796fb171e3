import type { Queries } from '../kit/db.ts';
import type { Language } from '../kit/i18n.ts';
import type { Place, Vault } from '../kit/vault.ts';
import { maskIdNumber, maskName, maskPhone, normalPhone, sameName } from './rules.ts';
import type { OpenedWords, Readable, SealedWords, Shown } from './schema.ts';
import { listByPhone, listPeople, type SealedColumn, type StoredPerson } from './store.ts';
import { words } from './words.ts';

/** People as lists and pages show them: masked (李**, 138****1234), by number. Unknown numbers are left out. */
export async function maskedPeople(
  queries: Queries,
  vault: Vault,
  ids: readonly number[],
  language: Language = 'zh',
): Promise<Map<number, Shown>> {
  const people = await listPeople(queries, ids);
  return new Map(people.map((person) => [person.id, masked(openPerson(vault, person, language), language)]));
}

/**
 * People with their values in clear, by number: for handing over messages and for nothing that a page shows. Who may see a
 * person in clear goes through `unmask`.
 */
export async function contactsOf(
  queries: Queries,
  vault: Vault,
  ids: readonly number[],
): Promise<Map<number, Shown>> {
  const people = await listPeople(queries, ids);
  return new Map(people.map((person) => [person.id, openPerson(vault, person, 'zh')]));
}

/** The numbers of the people who gave a phone, oldest first; none where it is no phone number. */
export async function findByPhone(queries: Queries, vault: Vault, phone: string): Promise<number[]> {
  const normal = normalPhone(phone);
  if (!normal) return [];
  const people = await listByPhone(queries, vault.fingerprints('phone', normal), false);
  return people.filter((person) => !person.erased).map((person) => person.id);
}

/** The person who confirmed a phone under the same name; nothing where there is none. */
export async function findKnown(
  queries: Queries,
  vault: Vault,
  phone: string,
  name: string,
): Promise<number | undefined> {
  const people = await listByPhone(queries, vault.fingerprints('phone', phone), true);
  const same = people.find((person) => {
    const known = openPerson(vault, person, 'zh');
    return known.state === 'readable' && known.phone === phone && sameName(known.name, name);
  });
  return same?.id;
}

/** Opens words that are sealed under people's keys, in the order given. Nothing is raised for what cannot be opened. */
export async function openFor(
  queries: Queries,
  vault: Vault,
  sealed: readonly SealedWords[],
  language: Language = 'zh',
): Promise<OpenedWords[]> {
  const people = new Map(
    (await listPeople(queries, [...new Set(sealed.map((one) => one.person_id))])).map((one) => [one.id, one]),
  );
  return sealed.map(({ person_id, place, sealed: value }) => {
    const person = people.get(person_id);
    const key = person && keyOf(vault, person);
    const text = key && vault.open(key, place, value);
    if (text !== undefined) return { state: 'readable', text };
    const state = person?.erased ? 'erased' : 'unreadable';
    return { state, text: words[state][language] };
  });
}

/** Where a value of a person stands. */
export function placeOf(id: number, column: SealedColumn): Place {
  return { table: 'person', id, column };
}

/** A person's key; nothing where it was destroyed or cannot be opened here. */
export function keyOf(vault: Vault, { key_ref, master, wrapped }: StoredPerson): Buffer | undefined {
  return master && wrapped ? vault.openKey(key_ref, { master, wrapped }) : undefined;
}

function openPerson(vault: Vault, person: StoredPerson, language: Language): Shown {
  const key = keyOf(vault, person);
  const open = (column: SealedColumn) => {
    const sealed = person[column];
    return key && sealed !== null ? vault.open(key, placeOf(person.id, column), sealed) : undefined;
  };
  const name = person.erased ? undefined : open('name');
  if (name === undefined) return lost(person.erased ? 'erased' : 'unreadable', language);
  return {
    state: 'readable',
    name,
    phone: open('phone') ?? null,
    phone_verified: person.phone_verified,
    address: open('address') ?? null,
    id_number: open('id_number') ?? null,
  };
}

function lost(state: Exclude<Readable, 'readable'>, language: Language): Shown {
  const name = words[state][language];
  return { state, name, phone: null, phone_verified: false, address: null, id_number: null };
}

function masked(person: Shown, language: Language): Shown {
  if (person.state !== 'readable') return person;
  const { name, phone, address, id_number } = person;
  return {
    ...person,
    name: maskName(name),
    phone: phone && maskPhone(phone),
    address: address && words.masked[language],
    id_number: id_number && maskIdNumber(id_number),
  };
}
