// Writes without pause, each write with its own key; prints a key when its write is acknowledged. Killed from outside.
import { type Actor, write } from '../../src/journal/write.ts';
import { insertRows } from '../../src/kit/versioned.ts';
import { openProduct } from '../../src/product.ts';
import { readSettings } from '../../src/settings.ts';

const round = process.argv[2];
const { db } = await openProduct(readSettings(process.env));
const actor: Actor = { name: 'cli', account_id: null, unit_id: null, via: 'cli' };

async function writeForEver(lane: number): Promise<void> {
  for (let turn = 0; ; turn++) {
    const code = `${round}-${lane}-${turn}`;
    await write(
      db,
      { actor, action: 'test/write', subject: 'field', idempotency_key: code, input: code },
      async (tx) => {
        await insertRows(tx, 'field', [{ code, title: code, title_en: code, position: turn }]);
        return undefined;
      },
    );
    process.stdout.write(`${code}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(writeForEver));
