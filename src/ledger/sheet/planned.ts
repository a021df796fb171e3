// What an import would do, and what planning it compares with.
import type { Message } from '../../kit/i18n.ts';
import type { ItemRow } from '../checklist/schema.ts';
import { type ColumnName, getColumn } from '../columns.ts';
import type { ProjectChanges } from '../edits.ts';
import type { Naming } from '../naming.ts';
import type { ProjectRow, ProjectState } from '../schema.ts';
import type { CellError, Draft, ItemValues, Reading } from './reading.ts';

/** A cell that would change, as people see it. */
export interface CellChange {
  column: string;
  from: string;
  to: string;
}

/** A project that would be new, or would change. */
export interface PlannedRow {
  sheet: string;
  row: number;
  number: string;
  title: string;
  /** Of a project that is there: its id, and the entry of the version that it was compared with. */
  id: number | null;
  since_entry: number | null;
  change: ProjectChanges & { parent_number?: string | null };
  cells: CellChange[];
  /** The state that it is to reach, and on which day it was completed by its own account. */
  state: ProjectState | null;
  completed_on: string | null;
  /** Something is wrong in its row, or in what it belongs to: it stays out when the rest is imported first. */
  left?: true;
}

/** An item that would be new, or would change. */
export interface PlannedItem {
  number: string;
  position: number;
  /** Of an item that is there: its id, and the entry of the version that it was compared with. */
  id: number | null;
  since_entry: number | null;
  item: ItemValues & { position: number };
  /** Its checklist or its project stays out when the rest is imported first. */
  left?: true;
}

/** A row that stays out when the rest is imported first. */
export interface LeftRow {
  sheet: string;
  row: number;
  title: string;
}

/** What an import would do. */
export interface Plan {
  rows: number;
  new: PlannedRow[];
  changed: PlannedRow[];
  unchanged: number;
  /** Numbers of projects on the list that the workbook does not have. They stay as they are. */
  missing: string[];
  items: { rows: number; new: number; changed: number; unchanged: number; planned: PlannedItem[] };
  /** How many projects under way it adjusts: that wants a reason. */
  adjusted: number;
  /** Rows that stay out when the rest is imported first. */
  left: LeftRow[];
  left_count: number;
  errors: CellError[];
  questions: Reading['questions'];
  notes: string[];
}

/** What planning compares with: the ledger as it is now. */
export interface Present {
  projects: readonly ProjectRow[];
  /** The checklists and the pieces of evidence of those projects that the workbook calls done or plans items for. */
  items: readonly ItemRow[];
  evidenceOf: (project_id: number) => number;
  naming: Naming;
  district_code: string;
  /** Gives the number of a new project that has none: the next of its series each time. */
  nextNumber: () => string;
  today: string;
}

/** Tells what is wrong with a cell of a row. */
export function fail(plan: Plan, draft: Draft, column: ColumnName, message: Message): void {
  plan.errors.push({
    sheet: draft.sheet,
    row: draft.row,
    column: getColumn(column).title,
    place: draft.places[column] ?? null,
    message,
  });
}
