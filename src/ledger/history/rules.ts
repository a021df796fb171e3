// The past of a project, told from its versions: what each entry changed, cell by cell.
import { cellText } from '../cells.ts';
import { ledgerColumns } from '../columns.ts';
import type { Naming } from '../naming.ts';
import type { ProjectRow } from '../schema.ts';
import type { ProjectVersion } from './store.ts';

/** A cell that changed between two versions, as people see it. */
export interface Difference {
  title: string;
  from: string;
  to: string;
}

/** What changed between two versions of a project. */
function differences(
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

/** What each entry changed in a project, by the entry; nothing for the one that made it. */
export function changesByEntry(
  versions: readonly ProjectVersion[],
  naming: Naming,
  numberOf: (id: number) => string,
): Map<number, Difference[]> {
  return new Map(
    versions
      .slice(1)
      .map((version, index) => [
        version.entry_no,
        differences(versions[index]!.project, version.project, naming, numberOf),
      ]),
  );
}
