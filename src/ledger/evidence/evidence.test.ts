import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { deflateRawSync, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { loginOfRole, signedInAs, Visitor } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import { publish } from '../../bulletins/actions.ts';
import { entitledAs } from '../../identity/actions.ts';
import type { Server } from '../../kit/http.ts';
import { Problem } from '../../kit/problem.ts';
import { zipStored } from '../../kit/zip.ts';
import { keepSafely } from './actions.ts';
import { findFile } from './files.ts';

let product: TestProduct;
let app: Server;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
});
after(async () => {
  await app.close();
  await product.remove();
});

const keep = (content: Buffer, name = 'x.bin') => keepSafely(product.db, { content, name });
const refusal = async (content: Buffer, name?: string) =>
  keep(content, name).then(
    () => 'kept',
    (problem) => (problem instanceof Problem ? problem.code : String(problem)),
  );

/** A photo with a place, a camera and an orientation in it. */
function photo(): Promise<Buffer> {
  return sharp({ create: { width: 60, height: 40, channels: 3, background: '#0b5cad' } })
    .withExif({
      IFD0: { Make: 'SecretCamera', Copyright: '某某' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '22/1 3/1 0/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '113/1 22/1 0/1',
      },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
}

const office = (part: string) =>
  zipStored(
    [
      { name: '[Content_Types].xml', content: Buffer.from('<Types/>') },
      { name: part, content: Buffer.from('<x/>') },
    ],
    new Date(),
  );

test('a photo is encoded anew: turned upright, without place, camera or anything that was appended', async () => {
  const original = await photo();
  assert.ok(original.includes('SecretCamera'));
  const tail = Buffer.from('<script>alert(1)</script>PK\x03\x04');
  const kept = await keep(Buffer.concat([original, tail]), '../../我的照片.JPG.php');
  const file = (await findFile(product.db.queries, kept.digest))!;
  const { exif, width, height, orientation } = await sharp(file.content).metadata();
  assert.deepEqual([exif, orientation, width, height], [undefined, undefined, 40, 60]);
  assert.ok(!file.content.includes('SecretCamera') && !file.content.includes('script'));
  assert.deepEqual([file.media_type, kept.name], ['image/jpeg', '我的照片.JPG.jpg']);
});

test('the same bytes are kept once, and a name is a label: no path, no control character, the ending of the content', async () => {
  const pdf = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF');
  const names: [string, string][] = [
    ['..\\..\\windows\\验收单.exe', '验收单.pdf'],
    ['/etc/passwd', 'passwd.pdf'],
    ['a\u0000b\u202egpj.pdf', 'abgpj.pdf'],
    ['', '文件.pdf'],
    ['....', '文件.pdf'],
  ];
  const digests = new Set<string>();
  for (const [name, wanted] of names) {
    const kept = await keep(pdf, name);
    assert.equal(kept.name, wanted);
    digests.add(kept.digest);
  }
  assert.equal(digests.size, 1);
});

test('only photos, PDF, Office and OFD are taken, by their content whatever their names', async () => {
  const bomb = office('word/document.xml');
  const zipped = zipStored(
    [{ name: '[Content_Types].xml', content: deflateRawSync(Buffer.alloc(1000)) }],
    new Date(),
  );
  zipped.writeUInt16LE(8, zipped.indexOf(Buffer.from('504b0102', 'hex')) + 10);
  const table: [string, Buffer, string][] = [
    ['a photo', await photo(), 'kept'],
    [
      'a PNG',
      await sharp({ create: { width: 8, height: 8, channels: 4, background: '#fff0' } })
        .png()
        .toBuffer(),
      'kept',
    ],
    ['a PDF', Buffer.from('%PDF-1.7\n%%EOF'), 'kept'],
    ['a Word document', office('word/document.xml'), 'kept'],
    ['a workbook', office('xl/workbook.xml'), 'kept'],
    ['slides', office('ppt/presentation.xml'), 'kept'],
    ['an OFD', zipStored([{ name: 'OFD.xml', content: Buffer.from('<x/>') }], new Date()), 'kept'],
    ['nothing', Buffer.alloc(0), 'ledger/file_empty'],
    ['HTML called a photo', Buffer.from('<html><script>alert(1)</script>'), 'ledger/file_type'],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'), 'ledger/file_type'],
    ['a program', Buffer.from(`MZ${'\0'.repeat(200)}`), 'ledger/file_type'],
    [
      'a plain archive',
      zipStored([{ name: 'a.txt', content: Buffer.from('x') }], new Date()),
      'ledger/file_type',
    ],
    [
      'an archive with a program',
      zipStored([{ name: 'a.exe', content: Buffer.from('x') }], new Date()),
      'ledger/file_program',
    ],
    ['a document with macros', office('word/vbaProject.bin'), 'ledger/file_program'],
    [
      'a PDF that runs a script',
      Buffer.from('%PDF-1.7\n<</S /JavaScript /JS (app.alert(1))>>\n%%EOF'),
      'ledger/file_program',
    ],
    ['an archive that lies', zipped, 'ledger/file_bomb'],
    ['half a photo', (await photo()).subarray(0, 400), 'ledger/file_damaged'],
    ['too much', Buffer.alloc(20_000_001), 'ledger/file_large'],
    ['a document cut short', bomb.subarray(0, bomb.length - 30), 'ledger/file_bomb'],
  ];
  for (const [what, content, wanted] of table)
    assert.equal(await refusal(content, 'photo.jpg'), wanted, what);
});

/** A form with a file, as a browser sends it. */
async function sendFile(
  visitor: Visitor,
  url: string,
  fields: Record<string, string>,
  file: Buffer,
  name: string,
) {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append('file', new Blob([new Uint8Array(file)]), name);
  const request = new Request('http://x/', { method: 'POST', body: form });
  const body = Buffer.from(await request.arrayBuffer());
  return visitor.send('POST', url, body, { 'content-type': request.headers.get('content-type')! });
}

test('evidence is uploaded, seen by whose business it is, and by everybody once it is public, reviewed and published', async () => {
  const number = 'JW2021-355';
  const village = await signedInAs(product, app, '440404100004.officer');
  const fields = { key: 'upload-once', kind: 'photo', title: '清淤之后', text: '', disclosure: 'public' };
  const url = `/console/projects/${number}/evidence`;
  const sent = await sendFile(village, url, fields, await photo(), '现场.jpg');
  assert.equal(sent.statusCode, 303);
  const again = await sendFile(village, url, fields, await photo(), '现场.jpg');
  assert.equal(again.statusCode, 303);
  const rows = await product.db.queries
    .selectFrom('evidence')
    .selectAll()
    .where('title', '=', '清淤之后')
    .execute();
  assert.equal(rows.length, 1);
  const { id } = rows[0]!;

  const file = await village.get(`/console/evidence/${id}/file`);
  assert.equal(file.statusCode, 200);
  assert.equal(file.headers['content-security-policy'], "default-src 'none'; sandbox");
  assert.equal(file.headers['x-content-type-options'], 'nosniff');
  assert.match(String(file.headers['content-disposition']), /^inline; filename\*=UTF-8''/);
  const stranger = await signedInAs(product, app, 'jyj.officer');
  assert.equal((await stranger.get(`/console/evidence/${id}/file`)).statusCode, 403);
  assert.equal((await new Visitor(app).get(`/evidence/${id}`)).statusCode, 404);

  const publisher = await signedInAs(product, app, await loginOfRole(product, 'publisher'));
  const opened = await publisher.post(`/console/evidence/${id}/disclosure`, {
    key: 'open-it-once',
    number,
    disclosure: 'public',
  });
  assert.equal(opened.statusCode, 303);
  assert.equal((await new Visitor(app).get(`/evidence/${id}`)).statusCode, 404, 'not before it is published');
  const actor = await entitledAs(product.db.queries, 'publisher');
  await publish(
    product.db,
    product.registry,
    { actor },
    { template: 'jinwan-press', cutoff: new Date(), synthetic: true },
  );
  const shown = await new Visitor(app).get(`/evidence/${id}`);
  assert.deepEqual([shown.statusCode, shown.headers['content-type']], [200, 'image/jpeg']);
  assert.match((await new Visitor(app).get(`/projects/${number}`)).body, /清淤之后/);
});

test('a file that is not taken is refused on the page with its reason, and nothing is written', async () => {
  const village = await signedInAs(product, app, '440404100004.officer');
  const fields = { key: 'refused-once', kind: 'document', title: '假的', text: '', disclosure: 'withheld' };
  const sent = await sendFile(
    village,
    '/console/projects/JW2021-355/evidence',
    fields,
    Buffer.from('<html>'),
    'a.pdf',
  );
  assert.equal(sent.statusCode, 422);
  assert.match(sent.body, /只能上传照片/);
  assert.equal(
    (await product.db.queries.selectFrom('evidence').selectAll().where('title', '=', '假的').execute())
      .length,
    0,
  );
});

test('a scan is kept whatever its pixels spell, and a PDF with a program is refused however it is written', async () => {
  const pdfOf = (objects: string, stream: Buffer) =>
    Buffer.concat([
      Buffer.from(`%PDF-1.5\n1 0 obj\n<< /Type /Catalog ${objects} >>\nendobj\n`),
      stream,
      Buffer.from('trailer << /Root 1 0 R >>\n%%EOF\n'),
    ]);
  const streamOf = (dictionary: string, content: Buffer) =>
    Buffer.concat([
      Buffer.from(`2 0 obj\n<< ${dictionary} /Length ${content.length} >>\nstream\n`),
      content,
      Buffer.from('\nendstream\nendobj\n'),
    ]);
  const pixels = Buffer.concat([randomBytes(5_000), Buffer.from('/JS /Launch /XFA'), randomBytes(5_000)]);
  assert.equal(await refusal(pdfOf('', streamOf('/Subtype /Image', pixels)), '扫描件.pdf'), 'kept');
  const none = Buffer.alloc(0);
  assert.equal(
    await refusal(pdfOf('/OpenAction << /S /JavaScript /JS (app.alert(1)) >>', none)),
    'ledger/file_program',
  );
  assert.equal(await refusal(pdfOf('/OpenAction << /S /J#61vaScript >>', none)), 'ledger/file_program');
  const hidden = deflateSync(Buffer.from('3 0 << /S /JavaScript /JS (x) >>'));
  const packed = streamOf('/Type /ObjStm /Filter /FlateDecode', hidden);
  assert.equal(await refusal(pdfOf('', packed)), 'ledger/file_program');
});
