import type { Pace } from '../../ledger/pace.ts';
import type { ThresholdsOf } from './actions.ts';
import type { Judgement } from './kept.ts';
import { endedDay, standingOf } from './rules.ts';
import type { Light } from './schema.ts';

/** A project whose light other thresholds would change. */
export interface Change {
  pace: Pace;
  before: Light;
  after: Light;
}

/** The projects whose lights would change by other thresholds. */
export function changesBetween({ projects, cutoff }: Judgement, of: ThresholdsOf): Change[] {
  const ended = endedDay(cutoff);
  return projects
    .map(({ pace, standing }) => ({
      pace,
      before: standing.light,
      after: standingOf(pace, ended, of(pace.field_code)).light,
    }))
    .filter(({ before, after }) => before !== after);
}
