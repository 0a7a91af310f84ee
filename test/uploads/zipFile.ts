import { crc32, deflateRawSync } from 'node:zlib';

/** A file to zip, and the lies that its entry tells. */
export interface ZipEntry {
  /** text, which is written in UTF-8, or its bytes */
  name: string | Buffer;
  bytes: Buffer;
  /** permissions and kind as Unix has them */
  mode?: number;
  encrypted?: boolean;
  method?: number;
  /** its bytes are written as they are, which takes no time for many of them */
  stored?: boolean;
  /** what the directory says instead of the truth */
  uncompressedSize?: number;
  crc?: number;
}

/** Writes a zip by hand, so that it can hold what no honest library writes. */
export function zipFile(
  entries: readonly ZipEntry[],
  options: { entryCount?: number; comment?: Buffer; prepended?: Buffer } = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.isBuffer(entry.name) ? entry.name : Buffer.from(entry.name, 'utf8');
    const packed = entry.stored ? entry.bytes : deflateRawSync(entry.bytes);
    const fixed = Buffer.alloc(26);
    fixed.writeUInt16LE(20, 0);
    fixed.writeUInt16LE(entry.encrypted ? 1 : 0, 2);
    fixed.writeUInt16LE(entry.method ?? (entry.stored ? 0 : 8), 4);
    fixed.writeUInt32LE(entry.crc ?? crc32(entry.bytes), 10);
    fixed.writeUInt32LE(packed.length, 14);
    fixed.writeUInt32LE(entry.uncompressedSize ?? entry.bytes.length, 18);
    fixed.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fixed, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), fixed, tail, name]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  const count = options.entryCount ?? entries.length;
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  const { comment = Buffer.alloc(0), prepended = Buffer.alloc(0) } = options;
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([prepended, ...parts, central, Buffer.from('PK\x05\x06'), end, comment]);
}
