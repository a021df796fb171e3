import type { Channel } from '../schema.ts';
import type { TemplateName } from '../templates.ts';
import type { Outcome } from './rules.ts';

/** What is handed to a channel. It carries the address, so it is never logged and never kept. */
export interface Handing {
  /** The same at every try of the same delivery. */
  stable_id: string;
  /** Where it goes, as this channel knows it: a phone number, an openid, a user of the staff app. */
  address: string;
  template: TemplateName;
  /** What fills the places, in words of the reader's language. */
  shown: Readonly<Record<string, string>>;
  title: string;
  text: string;
  /** The whole address of the page that it leads to. */
  url: string | null;
}

/** A way out of the house: a gateway of the operator's. */
export interface Gateway {
  channel: Channel;
  /** For how long it knows a repetition by its id, in milliseconds: infinite, some minutes, or 0 for not at all. */
  repeatable_for: number;
  /** Hands a message over. It never throws: whatever goes wrong is an outcome. */
  hand(handing: Handing): Promise<Outcome>;
}
