// Figures of persons when they are frozen: all parts together, since whether one is withheld depends on the others and on
// what was said of them before.
import type { Queries } from '../kit/db.ts';
import { type Question, questionName, type Value, valuesOf } from './compute.ts';
import type { Definition } from './definition.ts';
import { lastSaid, type Release } from './store.ts';
import { isSmall, withheldParts } from './withheld.ts';
import { thresholdAt } from './withholding/actions.ts';

/** A figure computed and ready to be frozen. */
export interface Computed {
  definition: Definition;
  question: Question;
  value: Value;
  /** What it takes the place of, and what was said to a gap between what was reported and what records give. */
  standing?: Partial<Pick<Release, 'supersedes_id' | 'succession' | 'reason' | 'gap' | 'gap_reason'>>;
}

/** What tells one number that is frozen from another. */
export function nameOf({ definition, question, value }: Computed): string {
  const { cutoff, entry_no, area, by } = question;
  return [definition.code, cutoff.toISOString(), entry_no, area, by, value.key].join('|');
}

/** A figure to be frozen, and of a figure of persons whether it is of so few that nothing is said. */
export type Freezable = Computed & { withheld?: boolean };

/**
 * What is to be frozen; of figures of persons the whole and every part, with what is withheld of them. Each stands as it was asked to:
 * a part in the place of a part, the whole in that of the whole.
 */
export async function withPersons(queries: Queries, computed: readonly Computed[]): Promise<Freezable[]> {
  const asked = new Map(computed.map((one) => [nameOf(one), one]));
  const result = new Map<string, Freezable>();
  const decided = new Set<string>();
  for (const one of computed) {
    const { definition, question } = one;
    if (!definition.personal) {
      result.set(nameOf(one), one);
      continue;
    }
    const { by, ...whole } = question;
    for (const each of by ? [whole, question] : [whole]) {
      const name = questionName(definition, each);
      if (decided.has(name)) continue;
      decided.add(name);
      for (const found of await withheldOf(queries, definition, each)) {
        const { standing } = asked.get(nameOf({ definition, ...found })) ?? {};
        const named = { definition, ...found, ...(standing && { standing }) };
        result.set(nameOf(named), named);
      }
    }
  }
  return [...result.values()];
}

/** The whole of a figure of persons or its parts, each with whether it is withheld. */
async function withheldOf(
  queries: Queries,
  definition: Definition,
  question: Question,
): Promise<{ question: Question; value: Value; withheld: boolean }[]> {
  const { by: dimension = null, area: area_code, ...rest } = question;
  const { code } = definition;
  const values = await valuesOf(queries, definition, question);
  const threshold = await thresholdAt(queries, question.entry_no);
  const [before] = await lastSaid(queries, { code, area_code, dimension: null });
  const [whole] =
    dimension === null ? values : await valuesOf(queries, definition, { ...rest, area: area_code });
  const count = (value: string | null | undefined) =>
    value === null || value === undefined ? undefined : BigInt(value);
  const small = isSmall(count(whole!.value) ?? 0n, count(before?.value), threshold);
  if (dimension === null || small) {
    return values.map((value) => ({ question, value, withheld: small }));
  }
  const said = (await lastSaid(queries, { code, area_code, dimension })).map(
    (part) => [part.key ?? '', part] as const,
  );
  const hidden = withheldParts(
    values.map(({ key, value }) => ({ key: key ?? '', value: count(value) ?? 0n })),
    {
      values: new Map(said.map(([key, part]) => [key, count(part.value) ?? 0n])),
      withheld: new Set(said.filter(([, part]) => part.withheld).map(([key]) => key)),
    },
    threshold,
  );
  return values.map((value) => ({ question, value, withheld: hidden.has(value.key ?? '') }));
}
