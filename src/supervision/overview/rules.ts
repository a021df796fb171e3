// The leader's screen: what will not make it, where, whose, why, before it does not. Whoever reads the ledger sees the
// projects that their roles reach. Villages and people are never set against each other (减负).
import { type Entitled, unitsWithin } from '../../identity/access.ts';
import { ledgerReaders } from '../../ledger/rules.ts';
import type { Judged } from '../lights/kept.ts';
import { isForecastLate } from '../lights/rules.ts';
import { type Light, lights } from '../lights/schema.ts';

/** What the screen is narrowed to. */
export interface Narrowing {
  field?: string | undefined;
  town?: string | undefined;
  unit_id?: number | undefined;
}

/** How many projects have each light. */
export type LightCounts = Record<Light, number> & { total: number; forecast_late: number };

/** The whole projects that somebody's roles reach, narrowed; sub-projects are a part of theirs. */
export function projectsFor(actor: Entitled, projects: readonly Judged[], to: Narrowing): Judged[] {
  const reached = unitsWithin(actor, ledgerReaders);
  return projects.filter(
    ({ pace }) =>
      pace.parent_id === null &&
      reached.has(pace.unit_id) &&
      (!to.field || pace.field_code === to.field) &&
      (!to.town || pace.town_code === to.town) &&
      (!to.unit_id || pace.unit_id === to.unit_id),
  );
}

/** How many have each light. */
export function countLights(projects: Iterable<Judged>): LightCounts {
  const counts = {
    total: 0,
    forecast_late: 0,
    ...Object.fromEntries(lights.map((one) => [one, 0])),
  } as LightCounts;
  for (const { pace, standing } of projects) {
    counts.total++;
    counts[standing.light]++;
    if (isForecastLate(standing, pace)) counts.forecast_late++;
  }
  return counts;
}

/** The same by some key, in the order in which keys come. */
export function countBy(
  projects: readonly Judged[],
  keyOf: (pace: Judged['pace']) => string,
): Map<string, LightCounts> {
  const groups = new Map<string, Judged[]>();
  for (const one of projects) {
    const key = keyOf(one.pace);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return new Map([...groups].map(([key, group]) => [key, countLights(group)]));
}

/** What needs somebody: overdue, forecast late, far behind, behind; in each the nearest deadline first. */
export function needing(projects: readonly Judged[]): Judged[] {
  const rank = ({ pace, standing }: Judged) =>
    standing.light === 'overdue' ? 0 : isForecastLate(standing, pace) ? 1 : standing.light === 'red' ? 2 : 3;
  return projects
    .filter(({ standing }) => ['overdue', 'red', 'yellow'].includes(standing.light))
    .map((one) => ({ one, rank: rank(one) }))
    .sort((a, b) => a.rank - b.rank || (a.one.pace.deadline < b.one.pace.deadline ? -1 : 1))
    .map(({ one }) => one);
}
