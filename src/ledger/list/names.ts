import { type HtmlSafeString, html } from '@prairielearn/html';
import type { LedgerColumn } from '../columns.ts';
import type { Naming } from '../naming.ts';

/** The words that a cell of a column is chosen among, as the screen shows them; nothing where it is written freely. */
export function wordsToChoose(column: LedgerColumn): string[] | undefined {
  if (column.choices) return Object.values(column.choices).map(([word]) => word!);
  return column.kind === 'yes' ? ['是', '否'] : undefined;
}

/** The id of the list of names that a cell of a column is written with; see `nameLists`. */
export function listOfNames(column: LedgerColumn): string | undefined {
  const lists: Partial<Record<LedgerColumn['kind'], string>> = {
    unit: 'units',
    units: 'units',
    area: 'areas',
    areas: 'areas',
    field: 'fields',
  };
  return lists[column.kind];
}

/** Whether a cell of a column holds a text of several lines. */
export function isLong(column: LedgerColumn): boolean {
  return column.kind === 'text' && (column.max ?? 0) > 200;
}

/** The names to choose from while writing a cell. */
export function nameLists(naming: Naming): HtmlSafeString {
  const list = (id: string, names: readonly string[]) =>
    html`<datalist id="${id}">${names.map((name) => html`<option value="${name}"></option>`)}</datalist>`;
  const units = naming.units.map((unit) => unit.name);
  const areas = naming.areas.map((area) => area.name);
  const fields = naming.fields.map((field) => field.title);
  return html`${list('units', units)}${list('areas', areas)}${list('fields', fields)}`;
}
