// Whose turn it is: a request begins at the village, goes up to the town and from there to the district (三级联动). The units
// above are those of the tree of units.
import type { UnitRow } from '../units/actions.ts';

type Placed = Pick<UnitRow, 'id' | 'kind' | 'level' | 'area_code' | 'parent_id'>;

/** The unit that a request of an area begins at: the village's own, else the town's, else the district's. */
export function routeOf<U extends Placed>(
  units: readonly U[],
  area: { code: string; parent_code: string | null },
): U | undefined {
  const own = (code: string | null) =>
    units.find((unit) => unit.area_code === code && (unit.kind === 'village' || unit.kind === 'town'));
  return own(area.code) ?? own(area.parent_code) ?? units.find((unit) => unit.parent_id === null);
}

/** The unit above one; nothing above the district's government. */
export function unitAbove<U extends Placed>(units: readonly U[], unit_id: number): U | undefined {
  const unit = units.find((one) => one.id === unit_id);
  return unit && units.find((one) => one.id === unit.parent_id);
}

/** The unit whose coordinator sends a request of another on: the town above a village, else the district. */
export function coordinatorOf<U extends Placed>(
  units: readonly U[],
  unit_id: number,
  level: 'nearest' | 'district',
): U {
  const above: U[] = [];
  for (let one = units.find(({ id }) => id === unit_id); one; one = unitAbove(units, one.id)) above.push(one);
  const town = level === 'nearest' ? above.slice(1).find((one) => one.kind === 'town') : undefined;
  return town ?? above.at(-1)!;
}
