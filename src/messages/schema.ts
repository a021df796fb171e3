import type { Language, Message } from '../kit/i18n.ts';
import type { TemplateName } from './templates.ts';

/** What may fill a place of a template: a text, the same in both languages, or a whole number. */
export type Filling = string | Message | number;

/** To whom a message goes: a person of the register, or somebody of staff. */
export type Recipient = { person_id: number } | { account_id: number };

/** A message as it is kept: a template, what fills it, and whom it is for. */
export interface MessageRow {
  id: number;
  template: TemplateName;
  filled: Record<string, Filling>;
  /** The subject that it tells of, such as `request:12`. */
  about: string;
  /** A path of this site; never one that opens by itself what is private. */
  link: string | null;
  person_id: number | null;
  account_id: number | null;
}

/** A message as it is read in an inbox. */
export interface Told {
  id: number;
  at: Date;
  title: string;
  text: string;
  link: string | null;
  read_at: Date | null;
}

/** The ways out of the house. The inbox, in the portal and the console, has every message in any case. */
export type Channel = 'sms' | 'email' | 'wechat' | 'wecom';

/** How a person wants to hear. */
export interface Choice {
  channel: 'sms' | 'email' | 'wechat' | 'none';
  language: Language;
  /** Whether messages may come in the hours of silence too. */
  at_night: boolean;
}

/** The state of a delivery. `withheld` is a demonstration's, which never leaves the house. */
export const deliveryStates = ['waiting', 'trying', 'handed', 'failed', 'unknown', 'withheld'] as const;
export type DeliveryState = (typeof deliveryStates)[number];
