/**
 * The header of a compressed frame: if it differs from the DICOM header, the frame is refused, so that its decoder
 * cannot guess.
 */
export interface CodestreamFacts {
  rows: number;
  columns: number;
  samplesPerPixel: number;
  /** bits of a sample */
  precision: number;
  /** only JPEG 2000 has signed samples */
  isSigned: boolean;
}

/** Compressed pixels that are not as their format has them; the message is the second half of a sentence. */
export class BadCodestream extends Error {}

const END_OF_IMAGE = 0xffd9;
const J2K_START = 0xff4fff51;
const START_OF_TILE_PART = 0xff90;
/** What is written behind the end so that a fragment has an even length. */
const PADDING = [0x00, 0xff];
/** Start-of-frame markers of the lossless processes of JPEG (C3, with the differential ones) and of JPEG-LS (F7). */
const START_OF_FRAME = [0xc3, 0xc7, 0xcb, 0xcf, 0xf7];
/** Markers that have no length: start, end, restarts. */
const isAlone = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd8;

/**
 * Reads the frame header of JPEG lossless or JPEG-LS, and checks for the end: decoders invent the pixels of missing
 * data.
 *
 * @throws BadCodestream saying what does not fit
 */
export function readJpegFacts(frame: Buffer): CodestreamFacts {
  requireEnd(frame);
  if (frame.length < 4 || frame.readUInt16BE(0) !== 0xffd8) throw new BadCodestream('it does not begin as JPEG does');
  for (let at = 2; at + 4 <= frame.length; ) {
    const marker = frame[at + 1] ?? 0;
    if (frame[at] !== 0xff) break;
    if (marker === 0xff) at += 1;
    else if (isAlone(marker)) at += 2;
    else if (START_OF_FRAME.includes(marker) && at + 10 <= frame.length)
      return {
        precision: frame.readUInt8(at + 4),
        rows: frame.readUInt16BE(at + 5),
        columns: frame.readUInt16BE(at + 7),
        samplesPerPixel: frame.readUInt8(at + 9),
        isSigned: false,
      };
    else at += 2 + frame.readUInt16BE(at + 2);
  }
  throw new BadCodestream('it has no frame of lossless JPEG or JPEG-LS');
}

/**
 * Reads the size segment of JPEG 2000, and walks through the tile-parts to the end.
 *
 * @throws BadCodestream saying what does not fit
 */
export function readJpeg2000Facts(frame: Buffer): CodestreamFacts {
  if (frame.length < 50 || frame.readUInt32BE(0) !== J2K_START)
    throw new BadCodestream('it does not begin as a JPEG 2000 codestream does');
  requireTiles(frame);
  const sample = frame.readUInt8(42);
  return {
    columns: frame.readUInt32BE(8) - frame.readUInt32BE(16),
    rows: frame.readUInt32BE(12) - frame.readUInt32BE(20),
    samplesPerPixel: frame.readUInt16BE(40),
    precision: (sample & 0x7f) + 1,
    isSigned: sample > 0x7f,
  };
}

/** The codestream must end where its tile-parts say. */
function requireTiles(frame: Buffer): void {
  let at = 2;
  for (; at + 4 <= frame.length && frame.readUInt16BE(at) !== START_OF_TILE_PART; )
    at += 2 + frame.readUInt16BE(at + 2);
  while (at + 12 <= frame.length && frame.readUInt16BE(at) === START_OF_TILE_PART) {
    const length = frame.readUInt32BE(at + 6);
    // The last one may leave it open.
    if (length === 0) {
      requireEnd(frame);
      return;
    }
    at += Math.max(length, 12);
  }
  if (at + 2 > frame.length || frame.readUInt16BE(at) !== END_OF_IMAGE)
    throw new BadCodestream('it is truncated, or its tile-parts have other lengths than they say');
}

function requireEnd(frame: Buffer): void {
  let end = frame.length;
  while (end > 2 && PADDING.includes(frame[end - 1] ?? 1)) end--;
  if (end < 2 || frame.readUInt16BE(end - 2) !== END_OF_IMAGE)
    throw new BadCodestream('it is truncated: its end is missing');
}
