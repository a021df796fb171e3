import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { asOwner } from './support/database.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
let data: string;

/** The command line as other programs use it, on an embedded database of its own. */
function shishi(args: string[], environment: Record<string, string> = {}) {
  const env = { ...process.env, SHISHI_DATA: data, DATABASE_URL: '', ...environment };
  const { status, stdout, stderr } = spawnSync('npm', ['run', '-s', 'shishi', '--', ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

before(() => {
  data = mkdtempSync(join(tmpdir(), 'shishi-contract-'));
  assert.equal(shishi(['demo', 'load', 'jinwan-2021']).status, 0);
});
after(() => rmSync(data, { recursive: true, force: true }));

test('the three figures of the report are printed as JSON, with what they rest on', () => {
  const codes = ['ledger.total', 'ledger.completed', 'ledger.completion_rate'];
  const rows = JSON.parse(shishi(['figures', ...codes, '--cutoff', '2021-09-03', '--json']).stdout);
  assert.deepEqual(
    rows.map((row: { code: string; value: number }) => [row.code, row.value]),
    [
      ['ledger.total', 495],
      ['ledger.completed', 467],
      ['ledger.completion_rate', 94.3],
    ],
  );
  for (const row of rows) {
    for (const name of ['title', 'unit', 'cutoff', 'entry_no', 'inputs', 'digest'])
      assert.ok(name in row, name);
  }
});

const ugly = fileURLToPath(new URL('../src/ledger/sheet/fixtures/titles-and-merges.xlsx', import.meta.url));

test('a ledger is exported, compared, imported and taken back by the command line', () => {
  const out = join(data, 'ledger.xlsx');
  assert.equal(shishi(['export', 'ledger', out]).status, 0);
  const same = shishi(['import', 'ledger', out, '--json']);
  const counts = { rows: 495, new: 0, changed: 0, unchanged: 495, missing: 0, errors: [] };
  assert.equal(same.status, 0);
  assert.partialDeepStrictEqual(JSON.parse(same.stdout), { ...counts, entry: null });

  const dry = shishi(['import', 'ledger', ugly, '--dry-run', '--json']);
  assert.partialDeepStrictEqual(JSON.parse(dry.stdout), {
    rows: 4,
    new: 4,
    missing: 495,
    errors: [],
    entry: null,
  });
  const { entry } = JSON.parse(shishi(['import', 'ledger', ugly, '--json']).stdout);
  assert.ok(entry > 0);
  const total = () =>
    JSON.parse(shishi(['figures', 'ledger.total', '--cutoff', '2099-01-01', '--json']).stdout)[0].value;
  assert.equal(total(), 499);
  const undone = shishi(['undo', String(entry), '--json']);
  assert.equal(undone.status, 0);
  assert.partialDeepStrictEqual(JSON.parse(undone.stdout), { undone: entry, entry: entry + 1 });
  assert.equal(total(), 495);
  assert.equal(JSON.parse(shishi(['verify', '--json']).stdout).ok, true);
});

test('a workbook with errors ends badly and says where; so do a missing file, a wrong cut-off and an unknown entry', () => {
  const wrong = shishi([
    'import',
    'ledger',
    ugly.replace('titles-and-merges', 'sections-and-errors'),
    '--json',
  ]);
  assert.equal(wrong.status, 1);
  const { errors, entry } = JSON.parse(wrong.stdout);
  assert.equal(entry, null);
  assert.ok(errors.length > 3);
  for (const error of errors) {
    assert.ok(
      Number.isInteger(error.row) && error.row > 0 && typeof error.column === 'string',
      JSON.stringify(error),
    );
    assert.match(error.message, /[\u4e00-\u9fff]/);
  }
  for (const args of [
    ['import', 'ledger', '/no/such/file.xlsx'],
    ['export', 'ledger', join(data, 'x.xlsx'), '--cutoff', '2021-13-01'],
    ['export', 'ledger', join(data, 'x.xlsx'), '--entry', '99999999'],
    ['undo', '1'],
    ['undo', '99999999'],
  ]) {
    const { status, stderr } = shishi(args);
    assert.equal(status, 1, args.join(' '));
    assert.doesNotMatch(stderr, /at file:|Error:/);
  }
});

test('an export as of a day has the ledger as it was known then', () => {
  const out = join(data, 'then.csv');
  assert.equal(shishi(['export', 'ledger', out, '--cutoff', '2021-04-01']).status, 0);
  const lines = readFileSync(out, 'utf8').trim().split('\r\n');
  assert.ok(lines.length > 100 && lines.length < 496, String(lines.length));
});

test('loading the demonstration again changes nothing', () => {
  const before = JSON.parse(shishi(['verify', '--json']).stdout);
  assert.equal(shishi(['demo', 'load', 'jinwan-2021']).status, 0);
  assert.deepEqual(JSON.parse(shishi(['verify', '--json']).stdout), before);
});

test('a bulletin is published by one command, and the same key publishes it once', () => {
  const publish = () =>
    shishi(['bulletin', 'publish', 'jinwan-press', '--cutoff', '2021-09-03', '--key', 'once', '--json']);
  const first = JSON.parse(publish().stdout);
  assert.match(first.number, /^\d{4}-\d{3}$/);
  assert.equal(first.url, `/bulletins/${first.number}`);
  assert.deepEqual(JSON.parse(publish().stdout), first);
});

test('verify names an altered entry and ends with 1', async () => {
  const fine = shishi(['verify', '--json']);
  assert.equal(fine.status, 0);
  assert.equal(JSON.parse(fine.stdout).ok, true);
  const url = shishi(['db', 'url']).stdout.trim();
  await asOwner(`update journal set actor = 'somebody' where entry_no = 77`, url);
  const altered = shishi(['verify', '--json']);
  assert.equal(altered.status, 1);
  assert.equal(JSON.parse(altered.stdout).first_bad, 77);
});

for (const [what, args, environment] of [
  ['an unknown command', ['nothing'], {}],
  ['an unknown figure', ['figures', 'nothing', '--cutoff', '2021-09-03'], {}],
  ['a cut-off that is none', ['figures', 'ledger.total', '--cutoff', 'yesterday'], {}],
  ['a cut-off that lies ahead', ['bulletin', 'publish', 'jinwan-press', '--cutoff', '2999-01-01'], {}],
  ['a wrong setting', ['verify'], { PORT: 'eighty' }],
  ['a database that is not there', ['verify'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }],
] as const) {
  test(`${what} is refused in one sentence of each language`, () => {
    const { status, stdout, stderr } = shishi([...args], environment);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /[\u4e00-\u9fff].*\n[A-Z].*\n$/);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });
}

test('a taken port is one sentence that says what to do', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as { port: number };
  const { status, stderr } = shishi(['serve'], { PORT: String(port) });
  holder.close();
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`端口 ${port} 已被占用`));
});

test('start serves the demonstration, prints one-time links for its roles, and ends at Ctrl-C', async () => {
  const env = { ...process.env, SHISHI_DATA: data, DATABASE_URL: '', PORT: '0', NODE_ENV: '' };
  // A group of its own, as a terminal gives: Ctrl-C reaches all of it.
  const server = spawn('npm', ['start'], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  for (let turn = 0; turn < 200 && !said.includes('Audit administrator'); turn++) await sleep(100);
  const links = [...said.matchAll(/: (http:\/\/127\.0\.0\.1:\d+)(\/sign-in\/link\/\S+)/g)];
  assert.equal(links.length, 13, said);
  const [, address, path] = links[0]!;
  assert.match(
    await (await fetch(`${address}${path}`)).text(),
    /以演示角色进入|Enter as a demonstration role/,
  );
  assert.equal(
    JSON.parse(shishi(['figures', 'ledger.total', '--cutoff', '2021-09-03', '--json']).stdout)[0].value,
    495,
  );
  const ended = once(server, 'exit');
  process.kill(-server.pid!, 'SIGINT');
  await ended;
  await assert.rejects(fetch(`${address}/`));
});
