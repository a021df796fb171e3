import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The options of a process that works on somebody else's workbook: it may read the code that it runs and nothing else of
 * the disk (not the data beside it), start nothing, and grow to so many MB.
 */
export function isolated(heap: number): string[] {
  return [
    '--permission',
    `--allow-fs-read=${at('./')}`,
    `--allow-fs-read=${at('../../node_modules/')}`,
    `--max-old-space-size=${heap}`,
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
  ];
}
