import { inflateRawSync } from 'node:zlib';
import { type ZipEntry, zipEntries, zipStored } from './zip.ts';

/** Whether a part of an Office archive belongs to macros. */
function isMacro(name: string): boolean {
  return /(^|\/)(vba[^/]*|_rels\/vba[^/]*\.rels)$/i.test(name);
}

/** An .xlsx archive without macros: they are neither in it nor named by it, so that it opens under that name. */
export function withoutMacros(archive: Buffer): Buffer {
  const entries = zipEntries(archive) ?? [];
  if (!entries.some(({ name }) => isMacro(name))) return archive;
  const files = entries
    .filter(({ name }) => !isMacro(name))
    .map((entry) => ({ name: entry.name, content: mended(entry.name, contentOf(archive, entry)) }));
  return zipStored(files, new Date());
}

function contentOf(archive: Buffer, { offset, compressed, method }: ZipEntry): Buffer {
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  const content = archive.subarray(start, start + compressed);
  return method === 0 ? content : inflateRawSync(content);
}

function mended(name: string, content: Buffer): Buffer {
  if (name === '[Content_Types].xml') {
    const text = content
      .toString('utf8')
      .replace(/<(Override|Default)\b[^>]*vba[^>]*\/>/gi, '')
      .replace(
        /application\/vnd\.ms-excel\.(sheet|template)\.macroEnabled\.main\+xml/g,
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
      );
    return Buffer.from(text);
  }
  if (!name.endsWith('.rels')) return content;
  return Buffer.from(content.toString('utf8').replace(/<Relationship\b[^>]*vba[^>]*\/>/gi, ''));
}
