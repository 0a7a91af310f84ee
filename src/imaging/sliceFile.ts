import { createHash } from 'node:crypto';
import { basename, dirname, extname } from 'node:path';
import { BadUserInput, UserError } from '../errors';
import { below, isBucketRoot } from '../objects';
import { InvalidImage } from './invalidImage';
import type { FilePlace } from './pixelPlace';
import { sourceOf } from './pixelSource';
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

/**
 * Series folder and slice number: the part before the last underscore (or slash, as COCO files write it), and the
 * digits behind it.
 */
const FILE_NAME = /^([A-Za-z0-9][A-Za-z0-9_-]{0,99})[_/](\d{1,5})\.png$/;

/**
 * Where a slice lies: `000001_01_01_109.png` is `109.png` in the folder `000001_01_01` below the image root.
 *
 * @param fileName DeepLesion's file name of a key slice
 * @param sliceIndex another slice of the same series; written with three digits, or four from 1000 on
 * @throws BadUserInput if the name has another form; no name leads out of the image root
 */
export function slicePath(imageRoot: string, fileName: string, sliceIndex?: number): string {
  const match = FILE_NAME.exec(fileName);
  if (!match) {
    throw new BadUserInput(
      'Expected a file name like 000001_01_01_109.png (series, underscore, slice number), got ' +
        `${JSON.stringify(fileName.slice(0, 120))}.`,
      'fileName',
    );
  }
  const [, series = '', slice = ''] = match;
  if (sliceIndex !== undefined && !(Number.isInteger(sliceIndex) && sliceIndex >= 0)) {
    throw new BadUserInput(`Expected sliceIndex to be a whole number from 0 on, got ${sliceIndex}.`, 'sliceIndex');
  }
  return below(imageRoot, series, `${sliceIndex === undefined ? slice : String(sliceIndex).padStart(3, '0')}.png`);
}

/** A key slice, and where its pixel file lies. */
export interface SliceFile {
  readonly imageRoot: string;
  readonly fileName: string;
  /**
   * its path below the image root as the import found it; left out or null: DeepLesion's layout, as `slicePath` has it
   */
  readonly pixelPath?: string | null;
  /**
   * whether links that lead out of the image root are followed: only where the import found such links in the folder
   * that it was given
   */
  readonly followLinks?: boolean;
}

/** The number in the name of a slice file, behind anything that does not end with a digit. */
const NUMBERED = /^(.*?)(\d{1,5})$/;

/**
 * Where a slice of the key slice's series lies.
 *
 * @param near another slice of the series than the key slice itself; outside DeepLesion's layout it is found by the
 *   number in the file's name
 * @returns null if the file's name holds no slice number, so that it has no neighbours
 * @throws BadUserInput if the layout is DeepLesion's and the name is not
 */
export function sliceFilePath(key: SliceFile): string;
export function sliceFilePath(key: SliceFile, near: { key: number; index: number } | undefined): string | null;
export function sliceFilePath(
  { imageRoot, fileName, pixelPath }: SliceFile,
  near?: { key: number; index: number },
): string | null {
  if (pixelPath === undefined || pixelPath === null) return slicePath(imageRoot, fileName, near?.index);
  const path = below(imageRoot, pixelPath);
  if (near === undefined) return path;
  const suffix = extname(path);
  const [, before = '', digits = ''] = NUMBERED.exec(basename(path, suffix)) ?? [];
  if (digits === '' || Number(digits) !== near.key) return null;
  const places = digits.startsWith('0') || digits.length < 3 ? digits.length : 3;
  const written = digits.startsWith('0') || digits.length >= 3 ? String(near.index).padStart(places, '0') : near.index;
  return below(dirname(path), `${before}${written}${suffix}`);
}

/** The data set's name of a slice file, which is what people may see of its path. */
function datasetName(path: string): string {
  return `${basename(dirname(path))}_${basename(path)}`;
}

function placeOf(key: SliceFile): FilePlace {
  const path = sliceFilePath(key);
  return { imageRoot: key.imageRoot, path, name: nameOf(key, path), followLinks: key.followLinks ?? false };
}

/**
 * Reads one slice from its folder or bucket.
 *
 * @param path made by `slicePath`
 * @param imageRoot the folder that the file has to lie in; by default two levels up, as in DeepLesion's layout
 * @param decode in the threads of sharp by default
 * @param options.followLinks whether links may lead out of that folder
 * @param options.name what messages call the file; by default its name in DeepLesion's layout
 * @throws NotFound if there is no such file
 * @throws InvalidImage if it is no regular file, leads out of the root, or is no 16-bit greyscale PNG within the limits
 */
export async function readSlice(
  path: string,
  imageRoot = dirname(dirname(path)),
  decode: SliceDecoder = decodePng16,
  { followLinks = false, name = datasetName(path) }: { followLinks?: boolean; name?: string } = {},
): Promise<HounsfieldSlice> {
  const bytes = await sourceOf(imageRoot).read({ imageRoot, path, name, followLinks });
  return decode(bytes, name);
}

/**
 * What messages call a slice's file: outside DeepLesion's layout the folder that it is in may be one of the server
 * alone.
 */
export function nameOf({ fileName, pixelPath }: SliceFile, path: string): string {
  if (pixelPath === undefined || pixelPath === null) return datasetName(path);
  return basename(path) === basename(pixelPath) ? fileName : basename(path);
}

/** A key slice as its data set describes it. */
export interface StatedSlice {
  readonly fileName: string;
  readonly width: number;
  readonly height: number;
  /** SHA-256 of its pixel file in hexadecimal; null if none was taken when it was imported */
  readonly pixelSha256: string | null;
}

/** A key slice, with the place of its pixel file and the facts of the data set about it. */
export interface PlacedSlice extends SliceFile, StatedSlice {}

/** A key slice as it was read. */
export interface ReadKeySlice {
  readonly slice: HounsfieldSlice;
  /** SHA-256 of the file that was read, where there is one to compare it with */
  readonly sha256: string | null;
  /** whether the file is another one than when it was imported; null if no checksum was taken then */
  readonly pixelsChanged: boolean | null;
}

/**
 * Reads the key slice of a bookmarked image, wherever the import found it, and holds it against what the data set says
 * of it. Another size is refused: boxes of the data set would not fit. Another file of the same size is told, not
 * refused.
 *
 * @param decode in the threads of sharp by default
 * @throws NotFound if there is no such file
 * @throws InvalidImage as `readSlice`, and SIZE_DIFFERS
 */
export async function readKeySlice(key: PlacedSlice, decode: SliceDecoder = decodePng16): Promise<ReadKeySlice> {
  const { pixelSha256 } = key;
  const place = placeOf(key);
  const bytes = await sourceOf(key.imageRoot).read(place, pixelSha256);
  const sha256 = pixelSha256 === null ? null : createHash('sha256').update(bytes).digest('hex');
  const slice = await decode(bytes, place.name);
  checkStatedSize(key, slice);
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
    `${fileName}: the data set says ${width} × ${height}, the file has ${found.width} × ${found.height} pixels: ` +
      'its boxes would not fit.',
  );
}

/** The properties of a pixel file that are known without decoding it. */
export interface PixelFileFacts {
  /** of the whole file, in hexadecimal */
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
}

/** Where the last chunk of a PNG is looked for; some programs write something behind it. */
const END_BYTES = 4_096;

/**
 * Reads the pixel file of a key slice in parts for its checksum and the size in its header; the file itself, even if
 * this machine has a copy.
 *
 * @throws NotFound if there is no such file
 * @throws InvalidImage if it is no regular file, leads out of the root, or does not begin as a 16-bit greyscale PNG
 *   within the limits
 */
export async function inspectSliceFile(key: SliceFile): Promise<PixelFileFacts> {
  const place = placeOf(key);
  const hash = createHash('sha256');
  let header: PngHeader | undefined;
  let end: Buffer = Buffer.alloc(0);
  let total = 0;
  for await (const part of sourceOf(key.imageRoot).readInParts(place)) {
    // The header is in the first part.
    header ??= readHeader(part.subarray(0, IHDR_END), place.name);
    hash.update(part);
    end = Buffer.concat([end, part]).subarray(-END_BYTES);
    total += part.length;
    if (total > MAX_FILE_BYTES) throw tooManyBytes(place.name, total);
  }
  header ??= readHeader(Buffer.alloc(0), place.name);
  if (!end.includes('IEND')) throw new InvalidImage('TRUNCATED', `${place.name} breaks off before the end of its PNG.`);
  return { sha256: hash.digest('hex'), ...header };
}

/**
 * Whether the pixel file of a key slice is there and the one that was imported, told without decoding it; true if no
 * checksum was taken.
 */
export async function isImportedFile(key: SliceFile & Pick<StatedSlice, 'pixelSha256'>): Promise<boolean> {
  if (key.pixelSha256 === null) return true;
  try {
    if (!isBucketRoot(key.imageRoot)) return (await inspectSliceFile(key)).sha256 === key.pixelSha256;
    // What is shown is the copy of this machine, which has the checksum of the import or was just read.
    const content = await sourceOf(key.imageRoot).read(placeOf(key), key.pixelSha256);
    return createHash('sha256').update(content).digest('hex') === key.pixelSha256;
  } catch (thrown) {
    // Gone or broken: its readers get the error.
    if (thrown instanceof UserError) return false;
    throw thrown;
  }
}
