import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { valuesOf } from '../figures/compute.ts';
import { getFigure } from '../figures/registry.ts';
import { entitledAs } from '../identity/actions.ts';
import { currentHead } from '../journal/head.ts';
import { cutoffOf } from '../kit/clock.ts';
import { commandLine } from '../product.ts';
import { report } from './actions.ts';
import { importReportedCommand } from './cli.ts';

let product: TestProduct;
let folder: string;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  folder = mkdtempSync(join(tmpdir(), 'shishi-reported-'));
});
after(async () => {
  rmSync(folder, { recursive: true });
  await product.remove();
});

/** Runs the command over a file with these lines. */
async function run(lines: string[], ...options: string[]) {
  const path = join(folder, 'values.csv');
  writeFileSync(path, lines.join('\n'));
  const { text, ok } = await importReportedCommand(product.db, commandLine, [
    'reported',
    path,
    '--json',
    ...options,
  ]);
  return { ok, ...JSON.parse(text) };
}

async function doses(day: string): Promise<string | null> {
  const { entry_no } = await currentHead(product.db);
  const question = { cutoff: cutoffOf(day), entry_no, area: '440404' };
  return (await valuesOf(product.db.queries, getFigure(product.registry, 'vaccination.doses'), question))[0]!
    .value;
}

const head = 'code,area,unit,day,value,dose,stage,school';

test('values of several figures come in one file, by area or by unit, are looked at first, and stay the same the second time', async () => {
  const before = Number(await doses('2022-01-31'));
  const file = [
    head,
    'vaccination.doses,440404100,,2022-01-05,10,1,,',
    'vaccination.doses,440404100,卫健局,2022-01-06,0,2,,',
    'schools.new_places,440404100,区教育局,2022-01-07,450,,primary,测试小学',
  ];
  const looked = await run(file, '--dry-run');
  assert.deepEqual([looked.ok, looked.rows, looked.new, looked.errors, looked.entry], [true, 3, 3, [], null]);
  assert.equal(Number(await doses('2022-01-31')), before);
  const taken = await run(file);
  assert.ok(taken.ok && taken.entry > 0);
  assert.equal(Number(await doses('2022-01-31')), before + 10);
  const again = await run(file);
  assert.deepEqual([again.new, again.changed, again.unchanged, again.entry], [0, 0, 3, null]);
});

test('what differs from what was reported is a correction and wants a reason', async () => {
  const cell = (value: number) => [head, `vaccination.doses,440404101,,2022-02-05,${value},1,,`];
  await run(cell(5));
  const looked = await run(cell(7), '--dry-run');
  assert.deepEqual([looked.changed, looked.reason_wanted], [1, true]);
  assert.equal((await run(cell(7), '--dry-run', '--reason', '漏报')).reason_wanted, false);
  assert.equal((await run(cell(5), '--dry-run')).reason_wanted, false);
  await assert.rejects(run(cell(7)), { code: 'reporting/reason_missing' });
  assert.ok((await run(cell(7), '--reason', '漏报')).entry > 0);
});

test('what is wrong is told by row and column, and nothing of the file is taken', async () => {
  const { entry_no } = await currentHead(product.db);
  const result = await run([
    head,
    'vaccination.doses,440404100,,2022-03-05,10,1,,',
    'nothing,440404100,,2022-03-05,10,1,,',
    'vaccination.doses,440404999,,2022-03-05,10,1,,',
    'vaccination.doses,440404100,没有的单位,2022-03-05,10,1,,',
    'vaccination.doses,440404100,,5 March,10,1,,',
    'vaccination.doses,440404100,,2022-03-06,-1,1,,',
    'vaccination.doses,440404100,,2022-03-07,1,9,,',
    'schools.new_places,440404100,,2022-03-08,1,,primary,',
    'vaccination.doses,440404100,,2022-03-05,11,1,,',
    'vaccination.doses,440404999,卫健局,2022-03-05,1,1,,',
  ]);
  assert.equal(result.ok, false);
  const places = result.errors.map(({ row, column }: { row: number; column: string }) => `${row} ${column}`);
  assert.deepEqual(places, [
    '3 code',
    '4 area',
    '5 unit',
    '6 day',
    '7 value',
    '8 dose',
    '9 school',
    '10 code',
    '11 area',
  ]);
  assert.ok(result.errors.every(({ message }: { message: string }) => message.length > 3));
  assert.equal((await currentHead(product.db)).entry_no, entry_no);
  for (const args of [['reported'], ['reported', '/nowhere.csv'], ['reported', 'a', 'b']]) {
    await assert.rejects(importReportedCommand(product.db, commandLine, args), (error: { code: string }) =>
      /^kit\//.test(error.code),
    );
  }
});

test('a school that was reported for a wrong day and place moves when it is corrected, and a day that is none is refused', async () => {
  const actor = await entitledAs(product.db.queries, 'jyj.officer');
  const csv = (day: string, area: string) =>
    `school,stage,opened_on,area_code,places,synthetic\n迁移学校,primary,${day},${area},90,true`;
  const places = async (area: string, day: string) => {
    const { entry_no } = await currentHead(product.db);
    const definition = getFigure(product.registry, 'schools.new_places');
    const [value] = await valuesOf(product.db.queries, definition, { cutoff: cutoffOf(day), entry_no, area });
    return Number(value!.value);
  };
  const before = [await places('440404100', '2022-05-01'), await places('440404101', '2022-05-10')];
  await report(product.db, { actor }, 'schools.new_places', csv('2022-05-01', '440404100'));
  assert.equal(await places('440404100', '2022-05-01'), before[0]! + 90);
  const moved = csv('2022-05-09', '440404101');
  await assert.rejects(report(product.db, { actor }, 'schools.new_places', moved), {
    code: 'reporting/reason_missing',
  });
  await report(product.db, { actor, reason: '校址和启用日报错' }, 'schools.new_places', moved);
  assert.equal(await places('440404100', '2022-05-10'), before[0]);
  assert.equal(await places('440404101', '2022-05-08'), before[1]);
  assert.equal(await places('440404101', '2022-05-10'), before[1]! + 90);
  assert.throws(() => report(product.db, { actor }, 'schools.new_places', csv('2022-02-30', '440404100')), {
    code: 'reporting/file',
  });
});
