// All that continuous integration runs: the checks, then every test on each PostgreSQL that is supported.
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDemonstration } from '../demo/load.ts';
import { usePostgres } from '../src/kit/postgres.ts';
import { pinnedPackage } from '../src/kit/postgres-programs.ts';
import { openProduct } from '../src/product.ts';
import { runChecks } from './check.ts';
import { asOwner, demonstrationTemplate, testSettings, withDatabase } from './support/database.ts';

const everywhere = globSync('{src,demo,test}/**/*.test.ts').sort();
// What starts a server of its own is about the embedded one; what hardly touches a database need not run twice; and a browser
// asks the database nothing that the tests of routes do not ask.
const onDatabase = everywhere.filter((file) => {
  const text = readFileSync(file, 'utf8');
  return (
    text.includes('testProduct') &&
    !text.includes("from 'playwright-core'") &&
    !/contract|faults|disk-full|bad-input|postgres\.test/.test(file)
  );
});

/** Runs test files against a server of the given version, with the demonstration ready to be copied. */
async function testOn(programs: string, files: string[]): Promise<boolean> {
  const data = mkdtempSync(join(tmpdir(), 'shishi-tests-'));
  const server = await usePostgres({ data, programs });
  try {
    process.env.TEST_DATABASE_URL = server.url;
    await asOwner(`create database ${demonstrationTemplate}`);
    const product = await openProduct(testSettings(withDatabase(demonstrationTemplate), data));
    await loadDemonstration(product, 'jinwan-2021', () => {});
    await product.close();
    process.stdout.write(`\n— ${programs}: ${files.length} files —\n`);
    return await run(['--test', '--test-concurrency=2', ...files]);
  } finally {
    await server.release();
    rmSync(data, { recursive: true, force: true });
  }
}

function run(args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    spawn(process.execPath, args, { stdio: 'inherit' }).on('exit', (code) => resolve(code === 0));
  });
}

const checked = await runChecks();
const pinned = await testOn(pinnedPackage(), everywhere);
const oldest = await testOn('postgres-15-linux-x64', onDatabase);
if (!checked || !pinned || !oldest) process.exitCode = 1;
