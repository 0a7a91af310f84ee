import { crc32, deflateSync } from 'node:zlib';

export const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** One PNG chunk with a right checksum. */
export function pngChunk(type: string, body: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}

export function pngHeader(width: number, height: number, bitDepth = 16, colourType = 0, interlace = 0): Buffer {
  const body = Buffer.alloc(13);
  body.writeUInt32BE(width, 0);
  body.writeUInt32BE(height, 4);
  body.set([bitDepth, colourType, 0, 0, interlace], 8);
  return pngChunk('IHDR', body);
}

/** A 16-bit greyscale PNG of stored values (HU + 32768), without filters; `extra` chunks go before the pixels. */
export function encodeStored(stored: Uint16Array, width: number, height: number, extra: Buffer[] = []): Buffer {
  const raw = Buffer.alloc((2 * width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) raw.writeUInt16BE(stored[y * width + x]!, y * (2 * width + 1) + 1 + 2 * x);
  }
  const idat = pngChunk('IDAT', deflateSync(raw));
  return Buffer.concat([PNG_SIGNATURE, pngHeader(width, height), ...extra, idat, pngChunk('IEND', Buffer.alloc(0))]);
}

/** A picture of HU by place. */
export function encodeHounsfield(width: number, height: number, at: (x: number, y: number) => number): Buffer {
  const stored = new Uint16Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) stored[y * width + x] = at(x, y) + 32768;
  return encodeStored(stored, width, height);
}
