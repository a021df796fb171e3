// The quick part of `npm test`: form, types, who imports whom, what nobody uses.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const checks = [
  ['biome', ['check', '--error-on-warnings', '.']],
  ['tsc', ['-p', '.', '--noEmit']],
  ['depcruise', ['--config', '.dependency-cruiser.cjs', 'src', 'demo']],
  ['knip', ['--no-progress']],
] as const;

/** Runs every check to its end and tells whether all passed. */
export async function runChecks(): Promise<boolean> {
  const results = checks.map(([program, args]) => {
    const path = fileURLToPath(new URL(`../node_modules/.bin/${program}`, import.meta.url));
    const { status } = spawnSync(path, args, { stdio: 'inherit' });
    process.stdout.write(`${status === 0 ? '✓' : '✗'} ${program}\n`);
    return status === 0;
  });
  return results.every(Boolean);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !(await runChecks())) process.exitCode = 1;
