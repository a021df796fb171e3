import { inflateRawSync } from 'node:zlib';

/** A file in a ZIP archive, as its directory describes it. */
export interface ZipEntry {
  name: string;
  compressed: number;
  bytes: number;
  offset: number;
  method: number;
}

/**
 * The directory of a ZIP archive (PKWARE APPNOTE 6.3: end of central directory, central directory headers), or nothing
 * when it is none that can be read. Archives above 4 GB (ZIP64) are not for this business.
 */
export function zipEntries(archive: Buffer): ZipEntry[] | undefined {
  const earliest = Math.max(0, archive.length - 65_557);
  let end = archive.length - 22;
  while (end >= earliest && archive.readUInt32LE(end) !== 0x06054b50) end--;
  if (end < earliest) return undefined;
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index++) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== 0x02014b50) return undefined;
    const [name, extra, comment] = [28, 30, 32].map((place) => archive.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    entries.push({
      name: archive.toString('utf8', at + 46, at + 46 + name),
      method: archive.readUInt16LE(at + 10),
      compressed: archive.readUInt32LE(at + 20),
      bytes: archive.readUInt32LE(at + 24),
      offset: archive.readUInt32LE(at + 42),
    });
    at += 46 + name + extra + comment;
  }
  return entries;
}

/**
 * Whether an archive unpacks to no more than a number of bytes. Each file is unpacked as far as its directory promises
 * and not a byte further, so one that lies about its size is found without filling the memory.
 */
export function unpacksWithin(archive: Buffer, entries: readonly ZipEntry[], limit: number): boolean {
  let total = 0;
  for (const entry of entries) {
    total += entry.bytes;
    if (total > limit || !isAsPromised(archive, entry)) return false;
  }
  return true;
}

function isAsPromised(archive: Buffer, entry: ZipEntry): boolean {
  const { offset, compressed, bytes, method } = entry;
  if (offset + 30 > archive.length || archive.readUInt32LE(offset) !== 0x04034b50) return false;
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  if (start + compressed > archive.length) return false;
  if (method === 0) return compressed === bytes;
  if (method !== 8) return false;
  try {
    const unpacked = inflateRawSync(archive.subarray(start, start + compressed), {
      maxOutputLength: bytes + 1,
    });
    return unpacked.length === bytes;
  } catch {
    return false;
  }
}
