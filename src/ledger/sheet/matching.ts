import { nameKey } from '../naming.ts';
import type { ProjectRow } from '../schema.ts';
import type { Draft } from './reading.ts';

/** The number that a row gives, if it gives one. */
export function givenNumber(draft: Draft): string | undefined {
  const number = draft.values.number;
  return typeof number === 'string' && number !== '' ? number : undefined;
}

/** Finds the project that a row is about: by its number, else by its title and unit, else by its title alone. */
export function matcherOf(projects: readonly ProjectRow[]) {
  const byNumber = new Map(projects.map((project) => [project.number, project]));
  const byTitle = Map.groupBy(projects, (project) => nameKey(project.title));
  return {
    find(draft: Draft): ProjectRow | undefined {
      const number = givenNumber(draft);
      if (number !== undefined) return byNumber.get(number);
      const same = byTitle.get(nameKey(String(draft.values.title ?? ''))) ?? [];
      const own = same.filter((project) => project.unit_id === draft.values.unit_id);
      if (own.length === 1) return own[0];
      return same.length === 1 && draft.values.unit_id == null ? same[0] : undefined;
    },
  };
}
