import type { Area } from '../../src/areas/schema.ts';
import type { NewHolding } from '../../src/identity/actions.ts';
import type { Field } from '../../src/ledger/actions.ts';
import type { NewProject, NewStep } from '../../src/ledger/schema.ts';
import type { FormCode } from '../../src/reporting/forms.ts';
import type { Unit } from '../../src/units/schema.ts';

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
  | { kind: 'steps'; to: 'in_progress' | 'completion_claimed' | 'completed'; steps: NewStep[] }
  | { kind: 'correction'; reason: string; corrections: { number: string; title: string; deadline: string }[] }
  | { kind: 'report'; form: FormCode; csv: string; reason?: string }
);

/** A demonstration: what a district would have entered, in order. */
export interface Pack {
  areas: Area[];
  units: Unit[];
  people: Person[];
  fields: Field[];
  events: PackEvent[];
}
