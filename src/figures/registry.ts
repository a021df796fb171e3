import type { Queries } from '../kit/db.ts';
import { Problem } from '../kit/problem.ts';
import { canonicalJson, digestOf } from '../kit/seal.ts';
import type { Definition } from './definition.ts';

/** Every figure of the product by its code. Whoever shows a number asks here; nobody counts by themselves. */
export type Registry = ReadonlyMap<string, Definition>;

/** The definitions of several slices as one registry. */
export function registryOf(...definitions: Definition[]): Registry {
  return new Map(definitions.map((definition) => [definition.code, definition]));
}

/** A figure by its code. Raises `figures/unknown`. */
export function getFigure(registry: Registry, code: string): Definition {
  const definition = registry.get(code);
  if (definition) return definition;
  throw new Problem('figures/unknown', 'not_found', {
    zh: `没有代码为 ${code} 的指标。`,
    en: `There is no figure with the code ${code}.`,
  });
}

/** A figure in the version that a release was made by. Raises `figures/unknown`. */
export function getVersion(registry: Registry, code: string, version: number): Definition {
  const newest = getFigure(registry, code);
  return [newest, ...(newest.former ?? [])].find((one) => one.version === version) ?? newest;
}

/** A figure in the version that an address asks for, the newest when it asks for none. Raises `figures/unknown`, `figures/unknown_version`. */
export function askedVersion(
  registry: Registry,
  code: string,
  { version }: { version?: string | undefined },
): Definition {
  const newest = getFigure(registry, code);
  if (!version) return newest;
  const found = [newest, ...(newest.former ?? [])].find((one) => one.version === Number(version));
  if (found) return found;
  throw new Problem('figures/unknown_version', 'not_found', {
    zh: `指标“${newest.title.zh}”没有第 ${version} 版定义。`,
    en: `“${newest.title.en}” has no version ${version} of its definition.`,
  });
}

/** A definition as it is frozen in releases: its full SQL and everything that decides its value. */
export function definitionText(queries: Queries, definition: Definition): string {
  const { code, version, kind, decimals } = definition;
  const head = `${code}@${version} ${kind}, ${decimals} decimals, half up`;
  if (definition.kind === 'derived') {
    const { of, ...rest } = definition.derivation;
    const { people, ...formula } = { people: undefined, ...rest };
    const terms = [of, ...(people ? [people] : [])].map((term) => definitionText(queries, term));
    return `${head}\n= ${canonicalJson(formula)} of (${terms.join(')\nby (')})`;
  }
  if (definition.kind === 'ratio') {
    const parts = [definition.numerator, definition.denominator].map((part) => definitionText(queries, part));
    return `${head}\n= 100 × (${parts[0]})\n÷ (${parts[1]})`;
  }
  const at = { cutoff: new Date(0), entry_no: 0 };
  return `${head}\n${definition.records(at).compile(queries).sql.replace(/\s+/g, ' ').trim()}`;
}

/** The hash of a definition, which a release keeps and `generated/definitions.json` locks. */
export function definitionHash(queries: Queries, definition: Definition): string {
  return digestOf(canonicalJson(definitionText(queries, definition)));
}
