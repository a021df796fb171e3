import { type Entitled, unitsWithin } from '../../identity/access.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Site } from '../../portal/context.ts';
import { namingOf } from '../naming.ts';
import { ledgerReaders } from '../rules.ts';
import type { ListScope } from './store.ts';

/** Whose list it is: by the units that the roles reach. */
export async function scopeOf(site: Site, actor: Entitled): Promise<ListScope> {
  const naming = await namingOf(site.db);
  const reached = unitsWithin(actor, ledgerReaders);
  const every = naming.units.every((unit) => reached.has(unit.id));
  return {
    units: every ? undefined : [...reached],
    unit_codes: naming.units.filter((unit) => reached.has(unit.id)).map((unit) => unit.code),
    today: dayOf(new Date()),
    unitId: (code) => naming.unitByCode(code)?.id,
  };
}
