import { BadCodestream } from './codestream';

/** RLE Lossless (PS3.5, annex G): one segment a byte of the words, the high ones first. */

const HEADER_BYTES = 64;
const NO_OPERATION = 0x80;
/** One byte makes a segment even, and one the fragment that it is in. */
const MAX_PADDING_BYTES = 2;

/**
 * Decompresses a slice of 16 bits. Other readers fill up what is missing; a value that no one measured must not pass
 * for one, so that everything but two segments of a byte for each pixel is an error.
 *
 * @param pixels rows × columns
 * @returns words in little endian
 * @throws BadCodestream saying what does not fit
 */
export function decodeRle(frame: Buffer, pixels: number): Buffer {
  if (frame.length < HEADER_BYTES)
    throw new BadCodestream(`its RLE header has ${frame.length} of ${HEADER_BYTES} bytes`);
  const count = frame.readUInt32LE(0);
  if (count !== 2) throw new BadCodestream(`expected two RLE segments for words of 16 bits, got ${count}`);
  const high = frame.readUInt32LE(4);
  const low = frame.readUInt32LE(8);
  if (high !== HEADER_BYTES || low <= high || low >= frame.length)
    throw new BadCodestream(`its RLE segments begin at ${high} and ${low} of ${frame.length} bytes`);
  const words = Buffer.alloc(2 * pixels);
  decodeSegment(frame.subarray(high, low), words, 1);
  decodeSegment(frame.subarray(low), words, 0);
  return words;
}

/** @param byte 0 for the low bytes of the words, 1 for the high ones */
function decodeSegment(segment: Buffer, words: Buffer, byte: 0 | 1): void {
  let at = 0;
  let to: number = byte;
  while (to < words.length) {
    const control = segment[at++];
    if (control === undefined)
      throw new BadCodestream(`an RLE segment ends after ${to >> 1} of ${words.length >> 1} bytes`);
    if (control === NO_OPERATION) continue;
    const isRun = control > NO_OPERATION;
    const length = isRun ? 257 - control : control + 1;
    if (at + (isRun ? 1 : length) > segment.length) throw new BadCodestream('an RLE segment ends within a run');
    if (to + 2 * length > words.length + byte)
      throw new BadCodestream('an RLE segment holds more bytes than there are pixels');
    for (let i = 0; i < length; i++, to += 2) words[to] = segment[isRun ? at : at + i] ?? 0;
    at += isRun ? 1 : length;
  }
  const rest = segment.subarray(at).filter((one) => one !== NO_OPERATION);
  if (rest.length > MAX_PADDING_BYTES || rest.some((one) => one !== 0))
    throw new BadCodestream('an RLE segment holds more bytes than there are pixels');
}
