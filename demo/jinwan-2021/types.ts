import type { Area } from '../../src/areas/schema.ts';
import type { NewHolding } from '../../src/identity/actions.ts';
import type { Field } from '../../src/ledger/actions.ts';
import type { Plan } from '../../src/ledger/checklist/actions.ts';
import type { ItemState, NewItemStep } from '../../src/ledger/checklist/schema.ts';
import type { CellEdit } from '../../src/ledger/edits.ts';
import type { NewProject, NewStep, ProjectState } from '../../src/ledger/schema.ts';
import type { Office } from '../../src/office/schema.ts';
import type { FormCode } from '../../src/reporting/forms.ts';
import type { ReportForm, ReportPath, SentCell, StepName } from '../../src/reporting/reports/schema.ts';
import type { KeptCheck } from '../../src/reporting/reports/setup.ts';
import type { Unit } from '../../src/units/schema.ts';
import type { NewWish, Taking } from '../../src/wishes/actions.ts';
import type { ActionName, Who } from '../../src/wishes/schema.ts';

/** A demonstration account with its roles. */
export interface Person {
  login: string;
  name: string;
  unit_code: string;
  roles: NewHolding[];
}

/** Something that somebody entered at some moment; `at` is local time with its zone, `by` a login. */
export type PackEvent = { at: string; by: string } & (
  | { kind: 'registration'; batch: string; document_no: string; projects: NewProject[] }
  | { kind: 'checklist'; plans: Plan[] }
  | { kind: 'steps'; to: ProjectState; steps: NewStep[] }
  | { kind: 'item_steps'; to: ItemState; steps: NewItemStep[] }
  | { kind: 'correction'; reason: string; cells: CellEdit[] }
  | { kind: 'review'; reviewer: string; numbers: string[] }
  | { kind: 'proposal'; proposals: Omit<NewProject, 'number'>[] }
  | { kind: 'extension'; number: string; deadline: string; reason: string }
  | { kind: 'extension_decision'; number: string; decision: 'granted' | 'refused'; note: string }
  | { kind: 'report'; form: FormCode; csv: string; reason?: string }
  | { kind: 'report_form'; form: Omit<ReportForm, 'id'>; checks: KeptCheck[] }
  | { kind: 'report_cells'; path: ReportPath; cells: SentCell[] }
  | { kind: 'report_step'; path: ReportPath; step: StepName; cell?: string; note?: string }
  | { kind: 'wish'; wish: NewWish }
  | { kind: 'wish_taking'; number: string; taking: Taking }
  | {
      kind: 'wish_step';
      number: string;
      name: Exclude<ActionName, 'take'>;
      who: Who;
      words?: string;
      hours?: string;
    }
  | { kind: 'adoption'; number: string; adopter: string; promise: string }
);

/** A demonstration: what a district would have entered, in order. */
export interface Pack {
  areas: Area[];
  units: Unit[];
  people: Person[];
  fields: Field[];
  office: Office;
  events: PackEvent[];
}
