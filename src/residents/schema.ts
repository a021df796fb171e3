import type { Place } from '../kit/vault.ts';

/** What somebody says of themselves, as it is registered. */
export interface NewPerson {
  name: string;
  /** A mobile or landline number as typed; none where somebody has none. */
  phone: string | null;
  /** Whether a code sent to the phone was given back. */
  phone_verified: boolean;
  address?: string | null;
  id_number?: string | null;
}

/** Whether a person's values can be read: erased for good, or unreadable here for want of a key. */
export type Readable = 'readable' | 'erased' | 'unreadable';

/** A person as pages show them. Where they cannot be read, the name says so and the rest is null. */
export interface Shown {
  state: Readable;
  name: string;
  phone: string | null;
  phone_verified: boolean;
  address: string | null;
  id_number: string | null;
}

/** Words that are sealed under a person's key, and where they stand. */
export interface SealedWords {
  person_id: number;
  place: Place;
  sealed: string;
}

/** What became of sealed words that were opened; `text` says so where they cannot be. */
export interface OpenedWords {
  state: Readable;
  text: string;
}
