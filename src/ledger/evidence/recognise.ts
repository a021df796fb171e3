// What a file is, by its content and never by its name. Only these are taken: photos, PDF, Office and WPS documents, OFD.
import { inflateSync } from 'node:zlib';
import { fileTypeFromBuffer } from 'file-type';
import { Problem } from '../../kit/problem.ts';
import { unpacksWithin, zipEntries } from '../../kit/zip.ts';

/** A file that is taken. */
export interface Recognised {
  media_type: string;
  ending: string;
  /** It will be encoded anew. */
  photo: boolean;
}

const photos = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/avif',
  'image/bmp',
]);
const office: Record<string, string> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
};
const mostUnpacked = 200_000_000;
const mostObjects = 20_000_000;

/** Recognises a file, or says why it is not taken. */
export async function recognise(content: Buffer): Promise<Recognised | Problem> {
  if (content.length === 0) return refuse('empty', '文件是空的，没有保存。', 'The file is empty.');
  const found = await fileTypeFromBuffer(content).catch(() => undefined);
  if (found && photos.has(found.mime)) return { media_type: found.mime, ending: 'jpg', photo: true };
  if (found?.mime === 'image/heic' || found?.mime === 'image/heif') {
    return refuse(
      'type',
      '这是苹果手机的 HEIC 照片，浏览器打不开。请在手机“设置—相机—格式”里选“兼容性最佳”，或另存为 JPG 再传。',
      'This is a HEIC photo. Choose “Most Compatible” in the camera’s settings, or save it as JPG.',
    );
  }
  if (found?.mime === 'application/pdf') {
    return runsPrograms(content)
      ? refuse(
          'program',
          '这个 PDF 里带有会自动运行的程序，没有保存。请重新导出一份。',
          'This PDF carries a program.',
        )
      : { media_type: 'application/pdf', ending: 'pdf', photo: false };
  }
  if (content.subarray(0, 4).toString('latin1') === 'PK\x03\x04') return recogniseArchive(content);
  if (content.subarray(0, 8).toString('hex') === 'd0cf11e0a1b11ae1') return recogniseCompound(content);
  return unknown();
}

const programs = /\/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b/;

/**
 * Whether a PDF starts something by itself when it is opened. Its names are looked at (ISO 32000-1, 7.3.5, with their
 * #xx) where objects stand: between streams, and in streams of objects. A picture's bytes may spell anything.
 */
function runsPrograms(content: Buffer): boolean {
  let at = 0;
  while (at < content.length) {
    const start = content.indexOf('stream', at);
    const objects = content.toString('latin1', at, start < 0 ? content.length : start);
    if (programs.test(withoutEscapes(objects))) return true;
    if (start < 0) return false;
    const end = content.indexOf('endstream', start);
    const stream = content.subarray(start + 6, end < 0 ? content.length : end);
    if (/\/ObjStm\b/.test(withoutEscapes(objects.slice(-500))) && programs.test(unpacked(stream)))
      return true;
    at = end < 0 ? content.length : end + 9;
  }
  return false;
}

function withoutEscapes(names: string): string {
  return names.replace(/#([0-9A-Fa-f]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The objects of a stream of objects; nothing when it is not packed in the usual way. */
function unpacked(stream: Buffer): string {
  const start = stream[0] === 13 ? 2 : 1;
  try {
    return withoutEscapes(
      inflateSync(stream.subarray(start), { maxOutputLength: mostObjects }).toString('latin1'),
    );
  } catch {
    return withoutEscapes(stream.toString('latin1'));
  }
}

function recogniseArchive(content: Buffer): Recognised | Problem {
  const entries = zipEntries(content);
  if (!entries || !unpacksWithin(content, entries, mostUnpacked)) {
    return refuse(
      'bomb',
      '这个文件解压后异常庞大或已损坏，没有保存。',
      'This file unpacks to far too much, or is damaged.',
    );
  }
  const names = new Set(entries.map((entry) => entry.name));
  if ([...names].some((name) => /vbaProject\.bin$|\.(exe|dll|js|vbs|bat|cmd|ps1)$/i.test(name))) {
    return refuse(
      'program',
      '文件里带有宏或程序，没有保存。请另存为不含宏的格式再传。',
      'The file carries macros or programs.',
    );
  }
  if (names.has('OFD.xml')) return { media_type: 'application/ofd', ending: 'ofd', photo: false };
  if (!names.has('[Content_Types].xml')) return unknown();
  const ending = names.has('word/document.xml')
    ? 'docx'
    : names.has('xl/workbook.xml')
      ? 'xlsx'
      : names.has('ppt/presentation.xml')
        ? 'pptx'
        : undefined;
  return ending ? { media_type: office[ending]!, ending, photo: false } : unknown();
}

/** Old Office and WPS files name their streams in UTF-16; a macro has a stream of its own. */
function recogniseCompound(content: Buffer): Recognised | Problem {
  const has = (name: string) => content.includes(Buffer.from(name, 'utf16le'));
  if (has('_VBA_PROJECT') || has('VBA')) {
    return refuse(
      'program',
      '文件里带有宏，没有保存。请另存为不含宏的格式再传。',
      'The file carries macros.',
    );
  }
  if (has('WordDocument')) return { media_type: 'application/msword', ending: 'doc', photo: false };
  if (has('Workbook') || has('Book'))
    return { media_type: 'application/vnd.ms-excel', ending: 'xls', photo: false };
  if (has('PowerPoint Document')) {
    return { media_type: 'application/vnd.ms-powerpoint', ending: 'ppt', photo: false };
  }
  return unknown();
}

function unknown(): Problem {
  return refuse(
    'type',
    '只能上传照片（JPG、PNG 等）、PDF、Word、Excel、PPT 和 OFD。这个文件的内容不是其中任何一种，没有保存。',
    'Photos, PDF, Word, Excel, PowerPoint and OFD are taken; by its content this file is none of them.',
  );
}

function refuse(code: string, zh: string, en: string): Problem {
  const text = { zh, en };
  return new Problem(`ledger/file_${code}`, 'invalid', text, { file: text });
}
