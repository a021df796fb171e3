import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { readXlsx, writeXlsx } from 'hucre/xlsx';
import { readWorkbook } from './workbook.ts';
import { markCells } from './workbook-marks.ts';
import { isolated } from './workbook-process.ts';
import { zipEntries } from './zip.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test('the process that reads workbooks may read the code that it runs and nothing else', () => {
  const tries = (path: string) => {
    const code = `try { require('fs').readFileSync(${JSON.stringify(at(path))}); console.log('read') } catch (error) { console.log(error.code) }`;
    return spawnSync(process.execPath, [...isolated(200), '-e', code], { env: {} })
      .stdout.toString()
      .trim();
  };
  assert.equal(tries('src/kit/text.ts'), 'read');
  assert.equal(tries('node_modules/hucre/package.json'), 'read');
  for (const path of [
    'data/anything',
    'src/app.ts',
    'src/kit-of-others/x',
    'package.json',
    '../../etc/passwd',
  ]) {
    assert.equal(tries(path), 'ERR_ACCESS_DENIED', path);
  }
});

test('a stray cell far below does not make a sheet too long; rows that are filled do', async () => {
  const rows: string[][] = [['项目名称'], ['甲']];
  rows[70_000] = ['x'];
  for (let row = 0; row < rows.length; row++) rows[row] ??= [];
  const stray = await readWorkbook(
    Buffer.from(await writeXlsx({ sheets: [{ name: '清单', rows }] })),
    'l.xlsx',
  );
  const [sheet] = stray.sheets;
  assert.deepEqual([sheet!.rows.length, sheet!.rows[1], sheet!.rows[70_000]], [70_001, ['甲'], ['x']]);
  assert.ok(sheet!.rows.slice(2, 70_000).every((row) => row.every((cell) => cell === null)));
  const long = `项目名称\n${'甲\n'.repeat(60_001)}`;
  await assert.rejects(readWorkbook(Buffer.from(long), 'l.csv'), { code: 'kit/sheet_rows' });
});

test('the marked copy of a workbook with macros is one without, and opens under the name .xlsx', async () => {
  const file = readFileSync(at('src/ledger/sheet/fixtures/macro.xlsm'));
  const marked = await markCells(file, [{ sheet: '清单', row: 2, column: 3, text: '不认识' }]);
  const names = zipEntries(marked)!.map(({ name }) => name);
  assert.ok(names.includes('xl/workbook.xml'));
  assert.deepEqual(
    names.filter((name) => /vba/i.test(name)),
    [],
  );
  assert.doesNotMatch(partOf(marked, '[Content_Types].xml'), /macroEnabled|vba/i);
  assert.match(partOf(marked, '[Content_Types].xml'), /spreadsheetml\.sheet\.main\+xml/);
  assert.doesNotMatch(partOf(marked, 'xl/_rels/workbook.xml.rels'), /vba/i);
  const book = await readWorkbook(marked, 'l.xlsx');
  assert.equal(book.macros, false);
  const read = await readXlsx(marked, { readStyles: true });
  assert.match(read.sheets[0]!.cells!.get('1,2')!.comment!.text, /不认识/);
});

function partOf(archive: Buffer, name: string): string {
  const { offset, compressed, method } = zipEntries(archive)!.find((entry) => entry.name === name)!;
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  const content = archive.subarray(start, start + compressed);
  return (method === 0 ? content : inflateRawSync(content)).toString('utf8');
}
