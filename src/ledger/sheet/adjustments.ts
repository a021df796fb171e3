// What a workbook changes in projects that are under way is an adjustment (调整) and wants a reason, as by hand.

import type { Entitled } from '../../identity/access.ts';
import type { Problem } from '../../kit/problem.ts';
import { findColumn } from '../columns.ts';
import { checkEditor } from '../edits.ts';
import type { ProjectRow } from '../schema.ts';
import type { PlannedRow } from './planned.ts';

/** Planning asks as the office does; who applies a plan is asked once more. */
export const office: Entitled = {
  name: 'import',
  account_id: null,
  unit_id: null,
  via: 'console',
  holdings: 'unlimited',
};

/** A Problem when a change of a project is an adjustment and comes without a reason; nothing otherwise. */
export function checkAdjusted(
  project: ProjectRow,
  change: PlannedRow['change'],
  reason: string | undefined,
): Problem | undefined {
  for (const name of Object.keys(change)) {
    const column = findColumn(name);
    const problem = column && checkEditor({ actor: office, reason }, project, column);
    if (problem?.code === wantsReason) return problem;
  }
  return undefined;
}

/** The code of a Problem that a reason would solve. */
export const wantsReason = 'ledger/reason_missing';
