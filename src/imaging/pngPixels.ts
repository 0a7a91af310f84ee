/**
 * The pixels of a PNG file of the ordinary form, decoded in the calling thread: inflate, then the filters of PNG (specification, section 9).
 * It takes six tenths of the processor time of sharp, whose threads are the better choice where the caller has other things to do.
 */
import { crc32, inflateSync } from 'node:zlib';
import { z } from 'zod';
import { HOUNSFIELD_OFFSET } from './slice';

const SIGNATURE_BYTES = 8;
const BYTES_OF_PIXEL = 2;
/** Their meaning is known to change nothing of the pixels. */
const HARMLESS = /^(IHDR|IDAT|IEND|gAMA|cHRM|sRGB|pHYs|tIME|tEXt|zTXt|iTXt)$/;

/**
 * @param bytes a file whose header was found to be that of a 16-bit greyscale PNG of this size
 * @returns HU, row-major; null where the file is damaged or of a rarer form (interlaced, with transparency …), which sharp knows
 */
export function readOrdinaryPixels(bytes: Buffer, width: number, height: number): Int16Array | null {
  const [compression, filtering, interlacing] = bytes.subarray(26, 29);
  const data = readChunks(bytes);
  if (compression !== 0 || filtering !== 0 || interlacing !== 0 || data === null) return null;
  const rows = inflate(data, height * (1 + BYTES_OF_PIXEL * width));
  return rows && unfilter(rows, width, height);
}

/** @returns the compressed pixels; null where a chunk is damaged, of another kind, or the file does not end with its last one */
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

/** @returns exactly so many bytes, which the data must end with; null where they do not */
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

/** A row of samples, most significant byte first, from its filtered form and the row above. */
type RowFilter = (filtered: Uint8Array, above: Uint8Array, row: Uint8Array) => void;

const FILTERS: readonly RowFilter[] = [
  function none(filtered, _above, row) {
    row.set(filtered);
  },
  function sub(filtered, _above, row) {
    let high = 0;
    let low = 0;
    for (let x = 0; x < row.length; x += BYTES_OF_PIXEL) {
      row[x] = high = (filtered[x]! + high) & 255;
      row[x + 1] = low = (filtered[x + 1]! + low) & 255;
    }
  },
  function up(filtered, above, row) {
    for (let x = 0; x < row.length; x++) row[x] = filtered[x]! + above[x]!;
  },
  function average(filtered, above, row) {
    let high = 0;
    let low = 0;
    for (let x = 0; x < row.length; x += BYTES_OF_PIXEL) {
      row[x] = high = (filtered[x]! + ((high + above[x]!) >> 1)) & 255;
      row[x + 1] = low = (filtered[x + 1]! + ((low + above[x + 1]!) >> 1)) & 255;
    }
  },
  function paeth(filtered, above, row) {
    let [high, low, aboveHigh, aboveLow] = [0, 0, 0, 0];
    for (let x = 0; x < row.length; x += BYTES_OF_PIXEL) {
      const [nextHigh, nextLow] = [above[x]!, above[x + 1]!];
      row[x] = high = (filtered[x]! + predict(high, nextHigh, aboveHigh)) & 255;
      row[x + 1] = low = (filtered[x + 1]! + predict(low, nextLow, aboveLow)) & 255;
      aboveHigh = nextHigh;
      aboveLow = nextLow;
    }
  },
];

/**
 * Paeth's predictor of a byte from those to its left, above and above left: the one nearest to left + above − above left. In other words:
 * the smaller of the first two where the third is so large that the sum lies below both, the larger where it lies above both, else the
 * third. Written without branches, which a processor would guess wrong half of the time.
 */
function predict(left: number, above: number, aboveLeft: number): number {
  const threshold = 3 * aboveLeft - (left + above);
  const difference = left - above;
  const negative = difference & (difference >> 31);
  const smaller = above + negative;
  const larger = left - negative;
  const belowBoth = (larger - threshold - 1) >> 31;
  const aboveBoth = (threshold - smaller - 1) >> 31;
  const predicted = aboveLeft ^ ((aboveLeft ^ smaller) & belowBoth);
  return predicted ^ ((predicted ^ larger) & aboveBoth);
}

/** @returns null where a row names a filter that there is not */
function unfilter(rows: Buffer, width: number, height: number): Int16Array | null {
  const length = BYTES_OF_PIXEL * width;
  const hounsfield = new Int16Array(width * height);
  let above = new Uint8Array(length);
  let row = new Uint8Array(length);
  for (let y = 0, at = 0; y < height; y++, at += 1 + length) {
    const filter = FILTERS[rows[at]!];
    if (!filter) return null;
    filter(rows.subarray(at + 1, at + 1 + length), above, row);
    for (let x = 0, to = y * width; x < length; x += BYTES_OF_PIXEL, to++)
      hounsfield[to] = ((row[x]! << 8) | row[x + 1]!) - HOUNSFIELD_OFFSET;
    [above, row] = [row, above];
  }
  return hounsfield;
}
