import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { BadUserInput, NotFound, UserError } from '../errors';
import { InvalidImage } from './invalidImage';
import {
  decodePng16,
  IHDR_END,
  MAX_FILE_BYTES,
  type PngHeader,
  readHeader,
  type SliceDecoder,
  tooManyBytes,
} from './png16';
import type { HounsfieldSlice } from './slice';

/** Series folder and slice number: the part before the last underscore (or slash, as COCO files write it), and the digits behind it. */
const FILE_NAME = /^([A-Za-z0-9][A-Za-z0-9_-]{0,99})[_/](\d{1,5})\.png$/;

/**
 * Where a slice lies: `000001_01_01_109.png` is `109.png` in the folder `000001_01_01` below the image root.
 *
 * @param fileName DeepLesion's file name of a key slice
 * @param sliceIndex another slice of the same series; written with three digits, or four from 1000 on
 * @throws BadUserInput when the name has another form; no name leads out of the image root
 */
export function slicePath(imageRoot: string, fileName: string, sliceIndex?: number): string {
  const match = FILE_NAME.exec(fileName);
  if (!match) {
    throw new BadUserInput(
      `Expected a file name like 000001_01_01_109.png (series, underscore, slice number), got ${JSON.stringify(fileName.slice(0, 120))}.`,
      'fileName',
    );
  }
  const [, series = '', slice = ''] = match;
  if (sliceIndex !== undefined && !(Number.isInteger(sliceIndex) && sliceIndex >= 0)) {
    throw new BadUserInput(`Expected sliceIndex to be a whole number from 0 on, got ${sliceIndex}.`, 'sliceIndex');
  }
  return join(imageRoot, series, `${sliceIndex === undefined ? slice : String(sliceIndex).padStart(3, '0')}.png`);
}

/** The data set's name of a slice file, which is what people may see of its path. */
function datasetName(path: string): string {
  return `${basename(dirname(path))}_${basename(path)}`;
}

/**
 * Opens a regular file below the image root. The path is resolved first, so that a symbolic link cannot lead out of the root; the root
 * itself may be one. Not waiting for a writer (`O_NONBLOCK`) keeps a named pipe from holding a thread for ever.
 */
async function openBelow(imageRoot: string, path: string, name: string): Promise<FileHandle> {
  try {
    const [root, real] = await Promise.all([realpath(imageRoot), realpath(path)]);
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      throw new InvalidImage('NOT_A_FILE', `${name} is a link that leads out of the data set's image folder.`);
    }
    return await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    if (thrown instanceof InvalidImage) throw thrown;
    const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new NotFound(`The pixel file of ${name} is not in the data set's image folder.`, undefined, {
        cause: thrown,
      });
    }
    throw new InvalidImage('NOT_A_FILE', `${name} cannot be opened (${String(code ?? 'unknown reason')}).`, {
      cause: thrown,
    });
  }
}

/**
 * Works on a pixel file that is open: a regular file within the limits.
 *
 * @throws NotFound, InvalidImage
 */
async function withFile<T>(
  imageRoot: string,
  path: string,
  name: string,
  work: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await openBelow(imageRoot, path, name);
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new InvalidImage('NOT_A_FILE', `Expected ${name} to be a regular file.`);
    if (status.size > MAX_FILE_BYTES) throw tooManyBytes(name, status.size);
    return await work(file);
  } finally {
    await file.close();
  }
}

/**
 * Reads one slice from disk.
 *
 * @param path made by `slicePath`
 * @param imageRoot the folder that the file has to lie in; by default two levels up, as in DeepLesion's layout
 * @param decode in the threads of sharp by default
 * @throws NotFound when there is no such file
 * @throws InvalidImage when it is no regular file, leads out of the root, or is no 16-bit greyscale PNG within the limits
 */
export async function readSlice(
  path: string,
  imageRoot = dirname(dirname(path)),
  decode: SliceDecoder = decodePng16,
): Promise<HounsfieldSlice> {
  const name = datasetName(path);
  const bytes = await withFile(imageRoot, path, name, (file) => file.readFile());
  return decode(bytes, name);
}

/** A key slice as its data set describes it. */
export interface StatedSlice {
  readonly fileName: string;
  readonly width: number;
  readonly height: number;
  /** SHA-256 of its pixel file in hexadecimal; null where none was taken when it was imported */
  readonly pixelSha256: string | null;
}

/** A key slice as it was read. */
export interface ReadKeySlice {
  readonly slice: HounsfieldSlice;
  /** SHA-256 of the file that was read, where there is one to compare it with */
  readonly sha256: string | null;
  /** whether the file is another one than when it was imported; null where no checksum was taken then */
  readonly pixelsChanged: boolean | null;
}

/**
 * Reads the key slice of a bookmarked image and holds it against what the data set says of it. Another size is refused: boxes of the data
 * set would not fit. Another file of the same size is told, not refused.
 *
 * @param decode in the threads of sharp by default
 * @throws NotFound when there is no such file
 * @throws InvalidImage as `readSlice`, and SIZE_DIFFERS
 */
export async function readKeySlice(
  imageRoot: string,
  stated: StatedSlice,
  decode: SliceDecoder = decodePng16,
): Promise<ReadKeySlice> {
  const { fileName, pixelSha256 } = stated;
  const path = slicePath(imageRoot, fileName);
  const name = datasetName(path);
  const bytes = await withFile(imageRoot, path, name, (file) => file.readFile());
  const sha256 = pixelSha256 === null ? null : createHash('sha256').update(bytes).digest('hex');
  const slice = await decode(bytes, name);
  checkStatedSize(stated, slice);
  return { slice, sha256, pixelsChanged: sha256 === null ? null : sha256 !== pixelSha256 };
}

/** @throws InvalidImage SIZE_DIFFERS when a pixel file has another size than the data set says */
export function checkStatedSize(
  { fileName, width, height }: Pick<StatedSlice, 'fileName' | 'width' | 'height'>,
  found: PngHeader,
): void {
  if (found.width === width && found.height === height) return;
  throw new InvalidImage(
    'SIZE_DIFFERS',
    `${fileName}: the data set says ${width} × ${height}, the file has ${found.width} × ${found.height} pixels: its boxes would not fit.`,
  );
}

/** What a pixel file is, told without decoding it. */
export interface PixelFileFacts {
  /** of the whole file, in hexadecimal */
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
}

const PART_BYTES = 256 * 1024;

/**
 * Reads a pixel file in parts for its checksum and the size in its header.
 *
 * @param path made by `slicePath`
 * @throws NotFound when there is no such file
 * @throws InvalidImage when it is no regular file, leads out of the root, or does not begin as a 16-bit greyscale PNG within the limits
 */
export async function inspectSliceFile(imageRoot: string, path: string): Promise<PixelFileFacts> {
  const name = datasetName(path);
  return withFile(imageRoot, path, name, async (file) => {
    const hash = createHash('sha256');
    const part = Buffer.allocUnsafe(PART_BYTES);
    let header: PngHeader | undefined;
    for (let total = 0; total <= MAX_FILE_BYTES; ) {
      const { bytesRead } = await file.read(part, 0, PART_BYTES);
      // The header is in the first part, and an empty file has none.
      header ??= readHeader(part.subarray(0, Math.min(bytesRead, IHDR_END)), name);
      if (bytesRead === 0) return { sha256: hash.digest('hex'), ...header };
      hash.update(part.subarray(0, bytesRead));
      total += bytesRead;
    }
    throw tooManyBytes(name, MAX_FILE_BYTES + 1);
  });
}

/** Whether the pixel file of a key slice is there and the one that was imported, told without decoding it; true where no checksum was taken. */
export async function isImportedFile(
  imageRoot: string,
  stated: Pick<StatedSlice, 'fileName' | 'pixelSha256'>,
): Promise<boolean> {
  const { fileName, pixelSha256 } = stated;
  if (pixelSha256 === null) return true;
  try {
    return (await inspectSliceFile(imageRoot, slicePath(imageRoot, fileName))).sha256 === pixelSha256;
  } catch (thrown) {
    // Gone or broken: whoever reads it is told how.
    if (thrown instanceof UserError) return false;
    throw thrown;
  }
}
