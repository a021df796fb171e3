import { formsAndReports } from './forms.ts';
import { readInput } from './input.ts';
import { areas, people, units } from './places.ts';
import { plannedProjects } from './projects.ts';
import { reports } from './reports.ts';
import { timeline } from './timeline.ts';
import type { Pack, PackEvent } from './types.ts';
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
  const events = [...timeline(plannedProjects()), ...reports(), ...formsAndReports(), ...wishes(), ...sweeps];
  return {
    areas: areas(),
    units: units(),
    people: people(),
    fields: readInput<{ code: string; title: string; title_en: string }>('fields'),
    office,
    events: events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)),
  };
}

/** The mornings of supervision: often enough for a notice that nobody answers to go from blue to red. */
const sweeps: PackEvent[] = ['2021-08-10', '2021-08-18', '2021-08-25', '2021-08-31', '2021-09-02'].map(
  (day) => ({
    kind: 'supervision',
    at: `${day}T08:30:00+08:00`,
    by: 'inspector',
  }),
);
