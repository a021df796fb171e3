import { type Static, Type } from 'typebox';
import { AreaLevel } from '../areas/schema.ts';

/** What sort of body a unit is: 部门, 镇, 村居, 党组织, 队伍, 社会组织, 企业. */
const UnitKind = Type.Union([
  Type.Literal('department'),
  Type.Literal('town'),
  Type.Literal('village'),
  Type.Literal('party'),
  Type.Literal('team'),
  Type.Literal('social_organisation'),
  Type.Literal('enterprise'),
]);
export type UnitKind = Static<typeof UnitKind>;

/** A body that is responsible for something: in an area, at a level, perhaps under another unit. */
export const Unit = Type.Object({
  code: Type.String({ minLength: 1 }),
  name: Type.String({ minLength: 1 }),
  short_name: Type.String({ minLength: 1 }),
  kind: UnitKind,
  level: AreaLevel,
  area_code: Type.String(),
  parent_code: Type.Union([Type.String(), Type.Null()]),
});
export type Unit = Static<typeof Unit>;
