import { Type } from 'typebox';

/** The states of a wish; `shown` is the pool from which it can be taken. */
export const wishStates = [
  'proposed',
  'shown',
  'taken',
  'fulfilled',
  'confirmed',
  'declined',
  'withdrawn',
] as const;
export type WishState = (typeof wishStates)[number];

/** The states that residents see. */
export const publicStates = [
  'shown',
  'taken',
  'fulfilled',
  'confirmed',
] as const satisfies readonly WishState[];

/** What is done with a wish. */
export const actionNames = [
  'verify',
  'decline',
  'take',
  'fulfil',
  'confirm',
  'refuse',
  'give_up',
  'take_back',
  'withdraw',
  'lapse',
] as const;
export type ActionName = (typeof actionNames)[number];

/** Who takes wishes. */
export const takerKinds = ['branch', 'member', 'volunteer', 'organisation', 'enterprise'] as const;
export type TakerKind = (typeof takerKinds)[number];

/** For whom wishes are: a circle of people, so that nobody is told apart. */
export const circles = ['elder', 'child', 'disabled', 'hardship', 'veteran', 'other'] as const;
export type Circle = (typeof circles)[number];

/** A wish as it is kept. */
export interface WishRow {
  id: number;
  number: string;
  title: string;
  story: string;
  circle: Circle;
  shown_as: string;
  area_code: string;
  town_code: string;
  unit_id: number;
  person_id: number;
  state: WishState;
  proposed_at: Date;
  shown_at: Date | null;
  taker_kind: TakerKind | null;
  taker_name: string | null;
  taker_person_id: number | null;
  taken_at: Date | null;
  promised_on: string | null;
  fulfilled_at: Date | null;
  taker_words: string | null;
  photo: string | null;
  confirmed_at: Date | null;
  outcome: string | null;
  times_back: number;
  synthetic: boolean;
}

/** A step of a wish. */
export interface WishStep {
  id: number;
  wish_id: number;
  action: ActionName | 'propose';
  from_state: WishState | null;
  to_state: WishState;
  occurred_at: Date;
  who: Who;
  account_id: number | null;
  taker_name: string | null;
  words: string | null;
}

/** Who takes a step: the village and those above it, the taker, whoever wishes, or time by itself. */
export type Who = 'village' | 'taker' | 'person' | 'time';

const Key = { key: Type.String({ minLength: 8, maxLength: 100 }) };

/** The form of a new wish, entered by its village. */
export const WishForm = Type.Object({
  ...Key,
  title: Type.String({ maxLength: 40 }),
  story: Type.String({ maxLength: 400 }),
  circle: Type.Enum(circles),
  unit_code: Type.String({ maxLength: 40 }),
  name: Type.String({ maxLength: 40 }),
  phone: Type.Optional(Type.String({ maxLength: 20 })),
});

/** The form by which somebody takes a wish. */
export const TakingForm = Type.Object({
  ...Key,
  kind: Type.Enum(takerKinds),
  organisation: Type.Optional(Type.String({ maxLength: 60 })),
  name: Type.String({ maxLength: 40 }),
  phone: Type.String({ maxLength: 20 }),
  promised_on: Type.String({ maxLength: 10 }),
});

/** The form of a step: words, and for a fulfilment the hours. */
export const StepForm = Type.Object({
  ...Key,
  words: Type.Optional(Type.String({ maxLength: 500 })),
  hours: Type.Optional(Type.String({ maxLength: 5 })),
  photo: Type.Optional(Type.Unknown()),
});

/** What a step is taken with. */
export interface Asked {
  words?: string | undefined;
  hours?: string | undefined;
  photo?: string | undefined;
}
