import type { Routes } from '../identity/access.ts';
import type { Site } from '../portal/context.ts';
import { addInstructionConsole } from './console.ts';
import { addThresholds } from './lights/console.ts';
import { addOverview } from './overview/console.ts';

/** Everything that staff do to watch over projects. */
export function addSupervision(routes: Routes, site: Site): void {
  addOverview(routes, site);
  addThresholds(routes, site);
  addInstructionConsole(routes, site);
}
