import type { Routes } from '../identity/access.ts';
import type { Site } from '../portal/context.ts';
import { addLedgerApi } from './api.ts';
import { addArchive } from './archive/console.ts';
import { addChecklistConsole } from './checklist/console.ts';
import { addProjectConsole } from './console.ts';
import { addEditConsole } from './edit-console.ts';
import { addEvidenceConsole } from './evidence/console.ts';
import { addHistory } from './history/console.ts';
import { addLedgerList } from './list/console.ts';
import { addStampedLists } from './list/stamped.ts';
import { addProposals } from './proposals/console.ts';
import { addReviewConsole } from './review-console.ts';
import { addImportConsole } from './sheet/console.ts';
import { addSurveyConsole } from './survey/console.ts';
import { addTimetables } from './timetable/console.ts';
import { addUndoConsole } from './undo-console.ts';

/** Everything that staff and their programs do with the ledger. */
export function addLedger(routes: Routes, site: Site, address: string): void {
  addLedgerApi(routes, site);
  addLedgerList(routes, site);
  addStampedLists(routes, site);
  addProjectConsole(routes, site);
  addEditConsole(routes, site);
  addChecklistConsole(routes, site);
  addEvidenceConsole(routes, site);
  addHistory(routes, site);
  addImportConsole(routes, site);
  addProposals(routes, site);
  addTimetables(routes, site);
  addArchive(routes, site);
  addUndoConsole(routes, site);
  addReviewConsole(routes, site);
  addSurveyConsole(routes, site, address);
}
