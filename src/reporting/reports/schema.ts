import { type Static, Type } from 'typebox';
import type { AreaLevel } from '../../areas/schema.ts';
import type { Role } from '../../identity/roles.ts';
import type { FormCode } from '../forms.ts';
import type { Period } from './periods.ts';

/** Where a report is. `returned`: cells were sent back; `reopened`: the unit corrects cells of an approved report. */
export type ReportState = 'opened' | 'submitted' | 'returned' | 'reopened' | 'approved';

/** What can be done with a report, in the order of the buttons. */
export const stepNames = ['submission', 'withdrawal', 'approval', 'return', 'correction'] as const;
export type StepName = (typeof stepNames)[number];

/** A figure that a form asks for, with the values of its dimensions; every value of a dimension that is not named. */
export interface Ask {
  figure: FormCode;
  values?: Record<string, string[]>;
}

/** A form (报表) as the coordinator keeps it. */
export interface ReportForm {
  id: number;
  code: string;
  title: string;
  asks: Ask[];
  period: Period;
  /** The units that report: all of a level, or those named by code. */
  unit_level: AreaLevel | null;
  unit_codes: string[];
  /** The areas for which a unit reports: its own, or each of a level in its own. */
  area_level: 'own' | 'town' | 'village';
  /** How many working days after the end of the period it is due. */
  due_days: number;
  approvals: Role[];
  /** The first day of the first period that is asked for. */
  begins_on: string;
  active: boolean;
}

/** A check of a form, as the coordinator keeps it. */
export interface ReportCheck {
  id: number;
  form_id: number;
  /** Parts against their whole, values that fall, values far from the unit's own past. */
  kind: 'sum' | 'fall' | 'outlier';
  figure: FormCode;
  parts: FormCode[];
  relation: 'equal' | 'at_most' | null;
  threshold: number | null;
  active: boolean;
}

/** A report: a form filled in by a unit for the period that ends on `day`. */
export interface Report {
  id: number;
  form_id: number;
  unit_id: number;
  day: string;
  state: ReportState;
  approvals: Role[];
  /** How many of the approvals it has. */
  approved: number;
  submitted_at: Date | null;
  submitted_by: number | null;
  synthetic: boolean;
}

/** A cell as stored. */
export interface StoredCell {
  id: number;
  report_id: number;
  key: string;
  value: number | null;
  /** Why there is nothing to report. */
  nothing: string | null;
  answer: string | null;
  /** Why this cell is open while the rest is locked. */
  opened_for: string | null;
  approved_value: number | null;
  since_entry: number;
}

/** A step of a report. */
export interface ReportStep {
  id: number;
  report_id: number;
  step: StepName | 'opening';
  from_state: ReportState;
  to_state: ReportState;
  /** As what the step was taken, of an approval. */
  role: Role | null;
  key: string | null;
  occurred_at: Date;
  account_id: number | null;
  unit_id: number | null;
  note: string | null;
  since_entry: number;
}

/** A cell as it is sent: a value, nothing to report with the reason, or neither (not reported). */
export const SentCell = Type.Object({
  key: Type.String({ maxLength: 120 }),
  value: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 999_999_999_999 }), Type.Null()])),
  nothing: Type.Optional(Type.Union([Type.String({ maxLength: 300 }), Type.Null()])),
  answer: Type.Optional(Type.Union([Type.String({ maxLength: 300 }), Type.Null()])),
});
export type SentCell = Static<typeof SentCell>;

/** Which report: the codes of form and unit, and the last day of the period. */
export const ReportPath = Type.Object({
  form: Type.String({ maxLength: 60 }),
  unit: Type.String({ maxLength: 40 }),
  day: Type.String({ maxLength: 10 }),
});
export type ReportPath = Static<typeof ReportPath>;
