import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

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

/** A file to be put into an archive, or taken out of one. */
export interface ZipFile {
  name: string;
  content: Buffer;
}

/** The files of an archive that was written here and may be trusted; what others sent is looked at by `unpacksWithin`. */
export function unzip(archive: Buffer): ZipFile[] {
  return (zipEntries(archive) ?? []).map(({ name, offset, compressed, method }) => {
    const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
    const packed = archive.subarray(start, start + compressed);
    return { name, content: method === 0 ? packed : inflateRawSync(packed) };
  });
}

/** An archive of files, each compressed: for those that are text. */
export function zipDeflated(files: readonly ZipFile[], at: Date): Buffer {
  const begun: Begun = { directory: [], offset: 0 };
  const parts = files.flatMap((file) => partsOf(file, at, begun, true));
  return Buffer.concat([...parts, endOf(begun)]);
}

/** An archive of files as they are, without compression: most of what is kept is compressed already. */
export function zipStored(files: readonly ZipFile[], at: Date): Buffer {
  const begun: Begun = { directory: [], offset: 0 };
  const parts = files.flatMap((file) => partsOf(file, at, begun));
  return Buffer.concat([...parts, endOf(begun)]);
}

/**
 * The same archive in pieces, one file after the other: the next one is asked for when the one before was taken, so that
 * no more than one is in memory.
 */
export async function* zipStream(files: AsyncIterable<ZipFile>, at: Date): AsyncGenerator<Buffer> {
  const begun: Begun = { directory: [], offset: 0 };
  for await (const file of files) yield* partsOf(file, at, begun);
  yield endOf(begun);
}

/** An archive that is being written: its directory by entries, and how long it is so far. */
interface Begun {
  directory: Buffer[];
  offset: number;
}

/** A file with its header; its entry is noted. */
function partsOf({ name, content }: ZipFile, at: Date, begun: Begun, deflated = false): Buffer[] {
  const label = Buffer.from(name, 'utf8');
  const packed = deflated ? deflateRawSync(content) : content;
  const common = commonHeader(content, label, at);
  common.writeUInt16LE(deflated ? 8 : 0, 4);
  common.writeUInt32LE(packed.length, 14);
  const local = Buffer.concat([signature(0x04034b50), common, label]);
  const where = Buffer.alloc(14);
  where.writeUInt32LE(begun.offset, 10);
  begun.directory.push(Buffer.concat([signature(0x02014b50), Buffer.from([20, 0]), common, where, label]));
  begun.offset += local.length + packed.length;
  return [local, packed];
}

/** The directory, and where it begins. */
function endOf({ directory, offset }: Begun): Buffer {
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([index, signature(0x06054b50), end]);
}

/** What a file's own header and its entry in the directory share: version, names in UTF-8, time, sums and sizes. */
function commonHeader(content: Buffer, label: Buffer, at: Date): Buffer {
  const header = Buffer.alloc(26);
  const local = new Date(at.getTime() + 8 * 3_600_000);
  const time = (local.getUTCHours() << 11) | (local.getUTCMinutes() << 5) | (local.getUTCSeconds() >> 1);
  const day = ((local.getUTCFullYear() - 1980) << 9) | ((local.getUTCMonth() + 1) << 5) | local.getUTCDate();
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(0x0800, 2);
  header.writeUInt16LE(time, 6);
  header.writeUInt16LE(day, 8);
  header.writeUInt32LE(crc32(content), 10);
  header.writeUInt32LE(content.length, 14);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt16LE(label.length, 22);
  return header;
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
