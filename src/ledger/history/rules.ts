// The past of a project, told from its versions: what each entry changed, cell by cell.
import { cellText } from '../cells.ts';
import { ledgerColumns } from '../columns.ts';
import type { Naming } from '../naming.ts';
import type { ProjectRow } from '../schema.ts';

/** A cell that changed between two versions, as people see it. */
export interface Difference {
  title: string;
  from: string;
  to: string;
}

/** What changed between two versions of a project. */
export function differences(
  before: ProjectRow,
  after: ProjectRow,
  naming: Naming,
  numberOf: (id: number) => string,
): Difference[] {
  const found: Difference[] = [];
  for (const { name, title } of ledgerColumns) {
    if (name === 'progress' || name === 'completed_at') continue;
    const [from, to] = [before, after].map((version) => cellText(name, version, naming, numberOf)) as [
      string,
      string,
    ];
    if (from !== to) found.push({ title, from, to });
  }
  const headers = new Set([...Object.keys(before.extra ?? {}), ...Object.keys(after.extra ?? {})]);
  for (const title of headers) {
    const [from, to] = [before.extra?.[title] ?? '', after.extra?.[title] ?? ''];
    if (from !== to) found.push({ title, from, to });
  }
  return found;
}
