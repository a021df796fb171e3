// What a project's page for staff is made of; its sections stand beside what they show.
import type { Entitled } from '../identity/access.ts';
import type { View } from '../kit/page.ts';
import type { Problem } from '../kit/problem.ts';
import type { ItemRow, ItemStepRow } from './checklist/schema.ts';
import type { EvidenceRow } from './evidence/store.ts';
import type { Naming } from './naming.ts';
import type { ProjectRow } from './schema.ts';

/** What a page of a project is made of. */
export interface ProjectPage {
  view: View;
  actor: Entitled;
  project: ProjectRow;
  items: readonly ItemRow[];
  evidence: readonly EvidenceRow[];
  /** Who last reported each item done, by item. */
  claims: ReadonlyMap<number, ItemStepRow>;
  naming: Naming;
  people: ReadonlyMap<number, string>;
  numberOf: (id: number) => string;
  /** The day that it shows: today, or the day that is looked back at. */
  today: string;
  /** It shows how things were, so nothing can be done on it. */
  past: boolean;
  /** What was asked of it and refused. */
  refused: Refused | undefined;
}

/** A form of the page that was refused: which part it belongs to, why, and what was typed in it. */
export interface Refused {
  part: string;
  problem: Problem;
  typed: Readonly<Record<string, string>>;
}

/** What was refused in one part of the page: why, and what was typed by the names of its fields. */
export function refusedIn(
  { refused }: Pick<ProjectPage, 'refused'>,
  part: string,
): { problem: Problem | undefined; typed: (name: string) => string } {
  const here = refused?.part === part ? refused : undefined;
  return { problem: here?.problem, typed: (name) => here?.typed[name] ?? '' };
}

/** A path under the project's own. */
export function projectPath(project: Pick<ProjectRow, 'number'>, rest = ''): string {
  return `/console/projects/${encodeURIComponent(project.number)}${rest}`;
}
