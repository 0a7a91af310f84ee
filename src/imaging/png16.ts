import { availableParallelism } from 'node:os';
import { crc32 } from 'node:zlib';
import { createLimiter } from '../limiter';
import { InvalidImage } from './invalidImage';
import { readOrdinaryPixels } from './pngPixels';
import { loadSharp } from './sharp';
import { HOUNSFIELD_OFFSET, type HounsfieldSlice } from './slice';

/** DeepLesion's largest slices are 1024 × 1024; a picture over this is refused before a pixel of it is decoded. */
const MAX_PIXELS = 2048 * 2048;
/** Twice what the largest slice takes uncompressed; the rest is room for harmless extra chunks. */
export const MAX_FILE_BYTES = 4 * MAX_PIXELS;

/** A decode holds up to 25 MB and a thread of libuv's pool of four, which file reads share. */
const decoding = createLimiter(Math.min(4, Math.max(2, availableParallelism())));

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Where the first chunk of a PNG ends, which says its size. */
export const IHDR_END = 33;
const COLOUR_TYPES: Record<number, string> = {
  0: 'greyscale',
  2: 'RGB',
  3: 'palette',
  4: 'greyscale with alpha',
  6: 'RGB with alpha',
};

export interface PngHeader {
  width: number;
  height: number;
}

/**
 * Reads the size out of the PNG's first chunk and refuses what is no bounded 16-bit greyscale picture (PNG
 * specification, 11.2.1).
 *
 * @param bytes the whole file, or its beginning of `IHDR_END` bytes
 * @throws InvalidImage naming the reason
 */
export function readHeader(bytes: Buffer, name: string): PngHeader {
  if (bytes.length === 0) throw new InvalidImage('EMPTY', `Expected a 16-bit greyscale PNG, but ${name} is empty.`);
  if (bytes.length > MAX_FILE_BYTES) throw tooManyBytes(name, bytes.length);
  const isPng = bytes.subarray(0, 8).equals(SIGNATURE.subarray(0, bytes.length));
  if (!isPng) throw new InvalidImage('NOT_PNG', `Expected a 16-bit greyscale PNG, but ${name} is not a PNG file.`);
  if (bytes.length < IHDR_END)
    throw new InvalidImage(
      'TRUNCATED',
      `${name} is truncated: it ends after ${bytes.length} bytes, inside its header.`,
    );
  if (
    bytes.readUInt32BE(8) !== 13 ||
    bytes.toString('latin1', 12, 16) !== 'IHDR' ||
    crc32(bytes.subarray(12, 29)) !== bytes.readUInt32BE(29)
  ) {
    throw new InvalidImage('CORRUPT', `${name} is damaged: its PNG header does not match its checksum.`);
  }
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const bitDepth = bytes.readUInt8(24);
  const colourType = bytes.readUInt8(25);
  if (colourType !== 0) {
    const found = COLOUR_TYPES[colourType] ?? `of colour type ${colourType}`;
    throw new InvalidImage('NOT_GREYSCALE', `Expected a 16-bit greyscale PNG, but ${name} is ${found}.`);
  }
  if (bitDepth !== 16) {
    throw new InvalidImage(
      'NOT_16_BIT',
      `Expected a 16-bit greyscale PNG, but ${name} has ${bitDepth} bits a pixel: Hounsfield units are lost in it.`,
    );
  }
  if (width < 1 || height < 1)
    throw new InvalidImage('CORRUPT', `${name} is damaged: its header says ${width} × ${height} pixels.`);
  if (width * height > MAX_PIXELS) {
    throw new InvalidImage(
      'TOO_MANY_PIXELS',
      `Expected at most ${MAX_PIXELS} pixels (2048 × 2048), but ${name} has ${width} × ${height}.`,
    );
  }
  return { width, height };
}

/** @returns the error for a file over the size limit, which is checked before it is read as well */
export function tooManyBytes(name: string, size: number): InvalidImage {
  return new InvalidImage(
    'TOO_MANY_BYTES',
    `Expected a PNG of at most ${MAX_FILE_BYTES} bytes, but ${name} has ${size}.`,
  );
}

/**
 * Says what is wrong with a PNG that did not decode; the decoder's own message does not tell a cut file from a changed
 * one.
 */
function explainFailure(bytes: Buffer, name: string, cause: unknown): InvalidImage {
  const truncated = (): InvalidImage =>
    new InvalidImage('TRUNCATED', `${name} is truncated: its pixel data end too early.`, { cause });
  const damaged = (what: string): InvalidImage =>
    new InvalidImage('CORRUPT', `${name} is damaged: ${what}.`, { cause });
  let at = SIGNATURE.length;
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (at + 12 + length > bytes.length)
      return /^[A-Za-z]{4}$/.test(type) ? truncated() : damaged('its chunks do not follow each other');
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== bytes.readUInt32BE(at + 8 + length)) {
      return damaged('a checksum does not match');
    }
    if (type === 'IEND') return damaged('its pixel data cannot be decompressed');
    at += 12 + length;
  }
  return truncated();
}

/**
 * Decodes a DeepLesion pixel file exactly, all 16 bits of it.
 *
 * `toColourspace('grey16').raw({ depth: 'ushort' })` is the one form in which sharp keeps 16 bits; without the colour
 * space it scales down to 8. sharp works in its own threads, beside the event loop.
 *
 * @param name what to call the file in an error, never a path of the server
 * @throws InvalidImage naming the reason
 */
export async function decodePng16(bytes: Buffer, name = 'the file'): Promise<HounsfieldSlice> {
  const { width, height } = readHeader(bytes, name);
  const decoded = await decoding(() =>
    loadSharp()(bytes, {
      limitInputPixels: MAX_PIXELS,
      failOn: 'warning',
      pages: 1,
      ignoreIcc: true,
      autoOrient: false,
    })
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true }),
  ).catch((cause: unknown) => {
    throw explainFailure(bytes, name, cause);
  });
  const { data, info } = decoded;
  if (info.channels !== 1)
    throw new InvalidImage(
      'NOT_GREYSCALE',
      `Expected a 16-bit greyscale PNG, but ${name} marks a grey value as transparent.`,
    );
  if (info.width !== width || info.height !== height || data.length !== 2 * width * height) {
    throw new InvalidImage('CORRUPT', `${name} is damaged: it decodes to another size than its header says.`);
  }
  return { width, height, hounsfield: toHounsfield(data) };
}

/** Decodes the bytes of a pixel file; `name` is what to call the file in an error. */
export type SliceDecoder = (bytes: Buffer, name: string) => Promise<HounsfieldSlice>;

/**
 * The same as `decodePng16` in the calling thread, for a thread that has nothing else to do: it takes less processor
 * time, and blocks. Files of a rarer form, and what is wrong with a damaged one, are left to sharp.
 *
 * @throws InvalidImage naming the reason
 */
export const decodePng16Here: SliceDecoder = async (bytes, name) => {
  const { width, height } = readHeader(bytes, name);
  const hounsfield = readOrdinaryPixels(bytes, width, height);
  return hounsfield ? { width, height, hounsfield } : decodePng16(bytes, name);
};

/** Reads 16-bit samples in the machine's byte order as HU, in place where the buffer's alignment allows it. */
function toHounsfield(samples: Buffer): Int16Array {
  const aligned = samples.byteOffset % 2 === 0 ? samples : Buffer.from(samples);
  const view = new Int16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
  // Flipping the top bit of the unsigned value is the subtraction of 32768, read as signed.
  for (let i = 0; i < view.length; i++) view[i]! ^= HOUNSFIELD_OFFSET;
  return view;
}
