import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { verifyChain } from '../src/journal/verify.ts';
import { openProduct } from '../src/product.ts';
import { readSettings } from '../src/settings.ts';

const kills = 20;

/** A process that writes as fast as it can and prints each key once its write is acknowledged. */
function startWriter(data: string, round: number): ChildProcess {
  const file = fileURLToPath(new URL('./support/writer.ts', import.meta.url));
  const env = { ...process.env, SHISHI_DATA: data, DATABASE_URL: '' };
  return spawn(process.execPath, [file, String(round)], { env, stdio: ['ignore', 'pipe', 'ignore'] });
}

test(`twenty kills of writer and database in turn: what was acknowledged is there once, and verify passes`, {
  timeout: 240_000,
}, async () => {
  const data = mkdtempSync(join(tmpdir(), 'shishi-faults-'));
  const acknowledged: string[] = [];
  for (let round = 0; round < kills; round++) {
    const writer = startWriter(data, round);
    let printed = '';
    writer.stdout!.on('data', (chunk) => {
      printed += chunk;
    });
    await once(writer.stdout!, 'data');
    await new Promise((resolve) => setTimeout(resolve, 60 + ((round * 37) % 120)));
    const ended = once(writer, 'exit');
    if (round % 2 === 0) writer.kill('SIGKILL');
    else {
      process.kill(
        Number(readFileSync(join(data, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]),
        'SIGKILL',
      );
      writer.kill('SIGKILL');
    }
    await ended;
    // The last line may be cut in the middle; only whole lines were acknowledged to us.
    acknowledged.push(...printed.split('\n').slice(0, -1));
  }
  const product = await openProduct(readSettings({ SHISHI_DATA: data }));
  try {
    const stored = await product.db.queries.selectFrom('field').select('code').execute();
    const codes = stored.map((row) => row.code);
    assert.equal(new Set(codes).size, codes.length);
    const missing = acknowledged.filter((key) => !codes.includes(key));
    assert.deepEqual(missing, []);
    assert.ok(acknowledged.length > kills, `${acknowledged.length} writes were acknowledged`);
    const { ok, entries } = await verifyChain(product.db);
    assert.equal(ok, true);
    assert.equal(entries, codes.length);
  } finally {
    await product.close();
    rmSync(data, { recursive: true, force: true });
  }
});
