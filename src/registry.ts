import { registryOf } from './figures/registry.ts';
import { ledgerFigures } from './ledger/figures.ts';
import { satisfaction } from './ledger/survey/figures.ts';
import { reportedFigures } from './reporting/figures.ts';
import { supervisionFigures } from './supervision/lights/figures.ts';

/** Every figure that there is. A slice defines its own; this is the list of them. */
export const registry = registryOf(...ledgerFigures, satisfaction, ...reportedFigures, ...supervisionFigures);
