import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unpacksWithin, unzip, type ZipFile, zipDeflated, zipEntries, zipStored, zipStream } from './zip.ts';

const at = new Date('2021-09-03T01:00:00Z');
const files: ZipFile[] = [
  { name: '目录.html', content: Buffer.from('一') },
  { name: 'b/2.txt', content: Buffer.alloc(0) },
  { name: 'b/3.txt', content: Buffer.from('three') },
];

test('an archive in pieces is the same as one at once, and says what it holds', async () => {
  async function* given() {
    yield* files;
  }
  const pieces: Buffer[] = [];
  for await (const piece of zipStream(given(), at)) pieces.push(piece);
  const archive = Buffer.concat(pieces);
  assert.ok(archive.equals(zipStored(files, at)));
  const entries = zipEntries(archive)!;
  assert.deepEqual(
    entries.map(({ name, bytes }) => [name, bytes]),
    [
      ['目录.html', 3],
      ['b/2.txt', 0],
      ['b/3.txt', 5],
    ],
  );
  assert.ok(unpacksWithin(archive, entries, 8));
});

test('what is taken out of an archive is what was put in, compressed or not', () => {
  const long = { name: 'long.xml', content: Buffer.from('<a>一</a>'.repeat(1000)) };
  const all = [...files, long];
  for (const archive of [zipStored(all, at), zipDeflated(all, at)]) {
    assert.deepEqual(unzip(archive), all);
    assert.ok(unpacksWithin(archive, zipEntries(archive)!, 20_000));
  }
  assert.ok(zipDeflated(all, at).length < 1000);
});

test('the next file is not asked for before the one before was taken', async () => {
  let asked = 0;
  async function* given() {
    for (const file of files) {
      asked++;
      yield file;
    }
  }
  const stream = zipStream(given(), at);
  await stream.next();
  assert.equal(asked, 1);
  await stream.next();
  assert.equal(asked, 1);
  await stream.next();
  assert.equal(asked, 2);
});
