import { type Static, Type } from 'typebox';

/** The levels of the three-level linkage (三级联动): 区, 镇, 村（居）. */
export const AreaLevel = Type.Union([
  Type.Literal('district'),
  Type.Literal('town'),
  Type.Literal('village'),
]);
export type AreaLevel = Static<typeof AreaLevel>;

/** A district, town or village with its official division code: 6, 9 or 12 digits (GB/T 2260; statistical codes). */
export const Area = Type.Object({
  code: Type.String({ pattern: '^(\\d{6}|\\d{9}|\\d{12})$' }),
  name: Type.String({ minLength: 1 }),
  name_en: Type.Union([Type.String(), Type.Null()]),
  level: AreaLevel,
  kind: Type.Union([Type.String(), Type.Null()]),
  parent_code: Type.Union([Type.String(), Type.Null()]),
  managed_by: Type.Union([Type.String(), Type.Null()]),
  valid_from: Type.String({ format: 'date' }),
  valid_until: Type.Union([Type.String({ format: 'date' }), Type.Null()]),
});
export type Area = Static<typeof Area>;

/** Areas that end on a day and those that succeed them: a split, a merger, a move or a new code. */
export interface Succession {
  /** The first day of the new state of things. */
  on_day: string;
  ending: readonly string[];
  /** They begin on that day, whatever their `valid_from` says. */
  beginning: readonly Area[];
  /** Who goes to whom; needed only where several become several. */
  links: readonly { from_code: string; to_code: string }[];
  /** The document that orders it. */
  note: string | null;
}
