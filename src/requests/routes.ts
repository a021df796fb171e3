import type { Routes } from '../identity/access.ts';
import type { Site } from '../portal/context.ts';
import { addDesk } from './desk/console.ts';
import { addMyMessages } from './mine/messages.ts';
import { addMyRequests } from './mine/portal.ts';
import { addSubmission } from './submission/portal.ts';

/** The routes of residents' requests: asking, the person's own page, the desk. */
export function addRequests(routes: Routes, site: Site, address: string): void {
  addSubmission(routes, site);
  addMyRequests(routes, site, address);
  addMyMessages(routes, site);
  addDesk(routes, site);
}
