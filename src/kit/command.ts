import { parseArgs } from 'node:util';
import { Problem } from './problem.ts';

/** The options that a command understands: those with a value, and those that are simply there. */
export interface Understood {
  values?: readonly string[];
  flags?: readonly string[];
}

/** A command line taken apart. */
export interface CommandLine {
  words: string[];
  values: Record<string, string | undefined>;
  flags: ReadonlySet<string>;
}

/** Takes a command line apart. Raises `kit/command` with the usage when an option is unknown or lacks its value. */
export function parseCommand(args: string[], understood: Understood, usage: string): CommandLine {
  const options = {
    ...Object.fromEntries((understood.values ?? []).map((name) => [name, { type: 'string' as const }])),
    ...Object.fromEntries((understood.flags ?? []).map((name) => [name, { type: 'boolean' as const }])),
  };
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    const entries = Object.entries(values);
    return {
      words: positionals,
      values: Object.fromEntries(entries.filter(([, value]) => typeof value === 'string')) as Record<
        string,
        string
      >,
      flags: new Set(entries.filter(([, value]) => value === true).map(([name]) => name)),
    };
  } catch {
    throw wrongUsage(usage);
  }
}

/** The Problem of a command that cannot be understood: says how it is used. */
export function wrongUsage(usage: string): Problem {
  return new Problem('kit/command', 'invalid', { zh: `用法：shishi ${usage}`, en: `Usage: shishi ${usage}` });
}
