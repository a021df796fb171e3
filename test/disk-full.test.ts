import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyChain } from '../src/journal/verify.ts';
import { write } from '../src/journal/write.ts';
import { problemOfDatabaseError } from '../src/kit/db.ts';
import { Problem } from '../src/kit/problem.ts';
import { insertRows } from '../src/kit/versioned.ts';
import { commandLine, openProduct, type Product } from '../src/product.ts';
import { readSettings } from '../src/settings.ts';

/** Room for a new database and its log of writes, in megabytes, and a little more to fill. */
const room = 256;
const megabyte = 1_048_576;

async function writeOne({ db }: Product, code: string): Promise<void> {
  const change = { actor: commandLine, action: 'test/write', subject: 'field', idempotency_key: code };
  await write(db, change, async (tx) => {
    // Letters without a pattern, so that they take their room.
    const title = Array.from({ length: 8000 }, () =>
      String.fromCharCode(0x4e00 + Math.random() * 20000),
    ).join('');
    await insertRows(tx, 'field', [{ code, title, title_en: '', position: 1 }]);
    return undefined;
  });
}

test('a full disk refuses writes in a sentence, loses nothing that was acknowledged, and is over once there is room', async (t) => {
  const disk = mkdtempSync(join(tmpdir(), 'shishi-disk-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${room}m`, 'tmpfs', disk]).status !== 0) {
    t.skip('a small disk can be made by root alone');
    rmSync(disk, { recursive: true });
    return;
  }
  const acknowledged: string[] = [];
  const settings = readSettings({ SHISHI_DATA: join(disk, 'data') });
  const opened: Product[] = [];
  const open = async () => {
    const product = await openProduct(settings);
    opened.push(product);
    return product;
  };
  try {
    const first = await open();
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize - 3 * megabyte));
    let refusal: unknown;
    for (let turn = 0; turn < 2000 && !refusal; turn++) {
      await writeOne(first, `turn-${turn}`).then(
        () => acknowledged.push(`turn-${turn}`),
        (error) => {
          refusal = problemOfDatabaseError(error) ?? error;
        },
      );
    }
    assert.ok(refusal instanceof Problem, String(refusal));
    assert.ok(
      ['kit/disk_full', 'journal/outcome_unknown', 'kit/database_unavailable'].includes(refusal.code),
      refusal.code,
    );
    assert.ok(acknowledged.length > 0);
    rmSync(join(disk, 'filler'));
    await opened.pop()!.close();
    const again = await open();
    const stored = await again.db.queries.selectFrom('field').select('code').execute();
    const codes = new Set(stored.map((row) => row.code));
    assert.deepEqual(
      acknowledged.filter((code) => !codes.has(code)),
      [],
    );
    await writeOne(again, 'after');
    assert.equal((await verifyChain(again.db)).ok, true);
  } finally {
    rmSync(join(disk, 'filler'), { force: true });
    for (const product of opened) await product.close().catch(() => {});
    spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true, force: true });
  }
});
