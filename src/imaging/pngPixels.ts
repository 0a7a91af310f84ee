/**
 * The pixels of a PNG file of the ordinary form, decoded in the calling thread: inflate, then the filters of PNG
 * (specification, section 9). It takes half of the processor time of sharp, whose threads are the better choice where
 * the caller has other things to do.
 */
import { crc32, inflateSync } from 'node:zlib';
import { z } from 'zod';
import { bytesAt, kernels, layOut, shortsAt } from './kernels';

const SIGNATURE_BYTES = 8;
const BYTES_OF_PIXEL = 2;
/** Their meaning is known to change nothing of the pixels. */
const HARMLESS = /^(IHDR|IDAT|IEND|gAMA|cHRM|sRGB|pHYs|tIME|tEXt|zTXt|iTXt)$/;

/**
 * @param bytes a file whose header was found to be that of a 16-bit greyscale PNG of this size
 * @returns HU, row-major; null if the file is damaged or of a rarer form (interlaced, with transparency …), which sharp
 *   knows
 */
export function readOrdinaryPixels(bytes: Buffer, width: number, height: number): Int16Array | null {
  const [compression, filtering, interlacing] = bytes.subarray(26, 29);
  const data = readChunks(bytes);
  if (compression !== 0 || filtering !== 0 || interlacing !== 0 || data === null) return null;
  const rows = inflate(data, height * (1 + BYTES_OF_PIXEL * width));
  return rows && unfilter(rows, width, height);
}

/**
 * @returns the compressed pixels; null if a chunk is damaged, of another kind, or the file does not end with its last
 *   one
 */
function readChunks(bytes: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = SIGNATURE_BYTES; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const end = at + 12 + length;
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (end > bytes.length || !HARMLESS.test(type)) return null;
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return null;
    if (type === 'IDAT') parts.push(bytes.subarray(at + 8, end - 4));
    if (type === 'IEND') return end === bytes.length ? Buffer.concat(parts) : null;
    at = end;
  }
  return null;
}

const Inflated = z.object({ buffer: z.instanceof(Buffer), engine: z.object({ bytesWritten: z.number() }) });

/** @returns exactly so many bytes, which the data must end with; null if they do not */
function inflate(data: Buffer, length: number): Buffer | null {
  try {
    // One byte of room more than it needs ends the work in one piece.
    const options = { maxOutputLength: length, chunkSize: Math.max(64, length + 1), info: true };
    const { buffer, engine } = Inflated.parse(inflateSync(data, options));
    return buffer.length === length && engine.bytesWritten === data.length ? buffer : null;
  } catch {
    return null;
  }
}

/** @returns null if a row names a filter that there is not */
function unfilter(rows: Buffer, width: number, height: number): Int16Array | null {
  const pixels = width * height;
  const [rowsAt = 0, zeros = 0, hounsfield = 0] = layOut([
    rows.length,
    BYTES_OF_PIXEL * width,
    BYTES_OF_PIXEL * pixels,
  ]);
  bytesAt(rowsAt, rows.length).set(rows);
  bytesAt(zeros, BYTES_OF_PIXEL * width).fill(0);
  const isWhole = kernels().unfilter(rowsAt, width, height, zeros, hounsfield);
  return isWhole ? shortsAt(hounsfield, pixels).slice() : null;
}
