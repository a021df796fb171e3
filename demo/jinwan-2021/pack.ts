import { formsAndReports } from './forms.ts';
import { readInput } from './input.ts';
import { areas, people, units } from './places.ts';
import { plannedProjects } from './projects.ts';
import { reports } from './reports.ts';
import { timeline } from './timeline.ts';
import type { Pack } from './types.ts';

/** The demonstration of 金湾区 in 2021, always the same: see README.md for what in it is real. */
export function jinwan2021(): Pack {
  const events = [...timeline(plannedProjects()), ...reports(), ...formsAndReports()];
  return {
    areas: areas(),
    units: units(),
    people: people(),
    fields: readInput<{ code: string; title: string; title_en: string }>('fields'),
    events: events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)),
  };
}
