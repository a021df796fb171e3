import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { writeXlsx } from 'hucre/xlsx';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { cut } from '../../kit/text.ts';
import { dryRun } from './actions.ts';
import type { Synonym } from './synonyms.ts';

let product: TestProduct;
before(async () => {
  product = await testProduct(demonstrationTemplate);
});
after(() => product.remove());

/** What importing a sheet of these rows would do. */
async function look(rows: (string | number | null)[][], told: readonly Synonym[] = [], name = '清单') {
  const content = Buffer.from(await writeXlsx({ sheets: [{ name, rows }] }));
  return dryRun(product.db, { content, name: 'l.xlsx' }, told);
}

test('a long text is cut between characters and never inside one', async () => {
  assert.equal(cut('一𡒄二', 2), '一𡒄');
  assert.equal(cut('一𡒄二', 3), '一𡒄二');
  const header = `${'栏'.repeat(59)}𡒄目`;
  const plan = await look([
    ['项目名称', '领域', '牵头单位', '完成时限', header],
    ['新建公厕', '基础教育', '教育局', '2021-12-31', '甲'],
  ]);
  assert.deepEqual(plan.new[0]!.change.extra, { [`${'栏'.repeat(59)}𡒄`]: '甲' });
});
