import type { Routes } from '../identity/access.ts';
import type { Site } from '../portal/context.ts';
import { addAdoptionConsole } from './adoptions/console.ts';
import { addWishConsole } from './console.ts';
import { addHoursConsole } from './hours/console.ts';
import { addMyWishes } from './mine/portal.ts';
import { addWishes } from './portal.ts';

/** The routes of 微心愿: what residents see, whoever wishes or takes, the desk, hours and 党员领办. */
export function addWishRoutes(routes: Routes, site: Site): void {
  addWishes(routes, site);
  addMyWishes(routes, site);
  addHoursConsole(routes, site);
  addWishConsole(routes, site);
  addAdoptionConsole(routes, site);
}
