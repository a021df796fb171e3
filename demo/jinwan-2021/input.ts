import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** The rows of an input file of this pack, by its header. */
export function readInput<R extends object = Record<string, string>>(name: string): R[] {
  return parse(readFileSync(new URL(`./input/${name}.csv`, import.meta.url), 'utf8'), { columns: true });
}

/** A number in [0, 1) that is always the same for the same text: what "chance" is in this pack. */
export function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}
