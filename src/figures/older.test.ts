// A district that was kept by an earlier release of the product, as its backup left it: before the ledger had proposals,
// sub-projects and a longer course, and before the figures of the ledger had their second versions.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type TestProduct, testProduct } from '../../test/support/database.ts';
import { restore } from '../backup/restore.ts';
import { currentHead } from '../journal/head.ts';
import { verifyChain } from '../journal/verify.ts';
import { cutoffOf } from '../kit/clock.ts';
import { exactText } from '../kit/fraction.ts';
import { migrate, readMigrations } from '../kit/migrations.ts';
import { migrationsFolder, prepare } from '../product.ts';
import { recomputeAll } from './actions.ts';
import { endAt, explain } from './explain.ts';

const file = fileURLToPath(new URL('../../test/fixtures/district-before-the-ledger.backup', import.meta.url));

let product: TestProduct;
let older: number;
before(async () => {
  product = await testProduct();
  const migrations = readMigrations(migrationsFolder);
  await restore(product.owner_url, 'd440404', file, migrations, () => {});
  await migrate(product.owner_url, 'd440404', migrations);
  older = (await currentHead(product.db)).entry_no;
  await prepare(product);
});
after(() => product.remove());

test('a district kept by an earlier release is brought up to date, and every release of it gives the same number', async () => {
  let releases = 0;
  for await (const { release, same } of recomputeAll(product.db.queries, product.registry)) {
    assert.ok(same, `${release.code} ${release.key}`);
    releases++;
  }
  assert.ok(releases >= 100, `${releases}`);
  assert.equal((await verifyChain(product.db)).first_bad, null);
});

test('the new version of a figure came into force by an entry, and what it changed is told apart', async () => {
  const { queries } = product.db;
  const { entry_no } = await currentHead(product.db);
  assert.ok(entry_no > older);
  const moment = { cutoff: cutoffOf('2021-09-03T09:00') };
  const from = await endAt(queries, product.registry, 'ledger.total', { ...moment, entry_no: older });
  const to = await endAt(queries, product.registry, 'ledger.total', { ...moment, entry_no });
  assert.deepEqual([from.definition.version, to.definition.version], [1, 2]);
  const [told] = await explain(queries, { from, to, area: '440404' });
  assert.equal(exactText(told!.from!), '495');
  assert.equal(exactText(told!.to!), '495');
  assert.equal(exactText(told!.parts.definition!), '0');
});
