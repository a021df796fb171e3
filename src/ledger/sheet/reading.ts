// What was read from a workbook, before anything of the ledger is looked at.
import type { Message } from '../../kit/i18n.ts';
import type { Question } from '../cells.ts';
import type { EvidenceKind } from '../checklist/schema.ts';
import type { ColumnName } from '../columns.ts';
import type { ProjectState } from '../schema.ts';

/** Something wrong with a cell, by its place; rows and columns count from 1, as people see them. */
export interface CellError {
  sheet: string;
  row: number;
  /** The header of its column; the row as a whole when it is empty. */
  column: string;
  place: number | null;
  message: Message;
  /** It waits for an answer rather than for another file. */
  unsure?: true;
  /** The project whose checklist it is in. */
  checklist_of?: string;
}

/** A question, where its text stands first, and how many times. */
export interface Asked extends Question {
  sheet: string;
  row: number;
  times: number;
}

/** A project as a row says it. Only columns that the sheet has are there; null is an empty cell. */
export interface Draft {
  sheet: string;
  row: number;
  values: Partial<Record<ColumnName, unknown>>;
  /** Where each column stands in its sheet, from 1. */
  places: Partial<Record<ColumnName, number>>;
  /** Units that stand behind the first in the cell of the unit in charge: they help. */
  helpers?: string[];
  extra: Record<string, string> | null;
  state: ProjectState | null;
  completed_on: string | null;
  year: number;
}

/** What a row may say of an item. */
export interface ItemValues {
  title: string;
  weight: string;
  unit_id: number;
  planned_start: string | null;
  planned_end: string | null;
  depends_on: number[];
  evidence_kinds: EvidenceKind[];
}

/** An item of a checklist as a row says it. Only what the sheet says is there; what it lacks stays as it is. */
export interface ItemDraft {
  sheet: string;
  row: number;
  number: string;
  /** Where the number of its project stands, from 1. */
  number_place: number | null;
  position: number;
  values: Partial<ItemValues>;
}

/** Everything that a workbook says. */
export interface Reading {
  drafts: Draft[];
  items: ItemDraft[];
  errors: CellError[];
  /** Each text that could mean several things, once. */
  questions: Asked[];
  /** What was left aside, in words. */
  notes: string[];
}

/** Keeps questions about a place that nothing waits for. */
export function wonder(
  reading: Reading,
  at: { sheet: string; row: number },
  questions: readonly Question[],
): void {
  for (const one of questions) reading.questions.push({ ...one, sheet: at.sheet, row: at.row, times: 1 });
}

/** Keeps a question, and where its answer is waited for. */
export function ask(
  reading: Reading,
  at: { sheet: string; row: number },
  column: string,
  place: number | null,
  question: Question,
  more: readonly Question[] = [],
): void {
  wonder(reading, at, [question, ...more]);
  const listed = question.choices.map((choice) => choice.text).join('、');
  const message = {
    zh: `“${question.text}”可以是：${listed}。请选定，以后不再问。`,
    en: `“${question.text}” could be: ${listed}. Say which; it is asked once.`,
  };
  reading.errors.push({ sheet: at.sheet, row: at.row, column, place, message, unsure: true });
}
