import { formsAndReports } from './forms.ts';
import { readInput } from './input.ts';
import { areas, people, units } from './places.ts';
import { plannedProjects } from './projects.ts';
import { reports } from './reports.ts';
import { timeline } from './timeline.ts';
import type { Pack } from './types.ts';
import { wishes } from './wishes.ts';

/** Examples of what an office says of its site: no number and no address of these is anybody's. */
const office = {
  sponsor: '金湾区实事统筹办（示例）',
  contact: '0000-0000000（示例）',
  site_code: '0000000000（示例）',
  icp: '粤ICP备00000000号-1（示例）',
  police: '粤公网安备00000000000000号（示例）',
  emblem_url: 'https://emblem.example/',
  mistake_url: 'https://mistake.example/',
};

/** The demonstration of 金湾区 in 2021, always the same: see README.md for what in it is real. */
export function jinwan2021(): Pack {
  const events = [...timeline(plannedProjects()), ...reports(), ...formsAndReports(), ...wishes()];
  return {
    areas: areas(),
    units: units(),
    people: people(),
    fields: readInput<{ code: string; title: string; title_en: string }>('fields'),
    office,
    events: events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)),
  };
}
