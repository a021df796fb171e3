// The rules of who may import whom bite: a planted violation of each is found, and the real tree is really read.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function cruise(folder: string): { violations: string[]; modules: number } {
  const program = join(root, 'node_modules/.bin/depcruise');
  const args = [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'];
  const { stdout } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  const { modules, summary } = JSON.parse(stdout);
  return {
    modules: modules.length,
    violations: summary.violations.map((one: { rule: { name: string } }) => one.rule.name),
  };
}

/** A small tree with the house's rules and these files. */
function plant(files: Record<string, string>): { violations: string[]; modules: number } {
  const folder = mkdtempSync(join(tmpdir(), 'shishi-planted-'));
  try {
    cpSync(join(root, '.dependency-cruiser.cjs'), join(folder, '.dependency-cruiser.cjs'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return cruise(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const target = 'export const a = 1;\n';
const use = (path: string) => `import { a } from '${path}';\nexport const b = a;\n`;

for (const [rule, from, to] of [
  ['kit-knows-no-slice', 'src/kit/page.ts', 'src/ledger/rules.ts'],
  ['journal-knows-kit', 'src/journal/write.ts', 'src/ledger/rules.ts'],
  ['areas-below-all', 'src/areas/actions.ts', 'src/units/rules.ts'],
  ['units-above-areas', 'src/units/actions.ts', 'src/identity/rules.ts'],
  ['a-store-is-its-slices-own', 'src/bulletins/actions.ts', 'src/ledger/store.ts'],
  ['residents-see-no-staff-page', 'src/portal/home.ts', 'src/ledger/console.ts'],
  ['source-knows-no-tests', 'src/ledger/actions.ts', 'test/support/database.ts'],
] as const) {
  test(`a planted import of ${to} by ${from} is found`, () => {
    const path = `${'../'.repeat(from.split('/').length - 1)}${to}`;
    const { violations, modules } = plant({ [from]: use(path), [to]: target });
    assert.equal(modules, 2);
    assert.ok(violations.includes(rule), violations.join());
  });
}

test('a planted circle is found, also of types alone', () => {
  const { violations } = plant({
    'src/ledger/a.ts': "import type { B } from './b.ts';\nexport type A = B | 1;\n",
    'src/ledger/b.ts': "import type { A } from './a.ts';\nexport type B = A[];\n",
  });
  assert.ok(violations.includes('no-cycles'), violations.join());
});

test('the real tree is read module by module and has no violation', () => {
  const { violations, modules } = cruise(root);
  assert.deepEqual(violations, []);
  assert.ok(modules > 100, String(modules));
});
