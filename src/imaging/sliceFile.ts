import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { BadUserInput, NotFound } from '../errors';
import { InvalidImage } from './invalidImage';
import { decodePng16, MAX_FILE_BYTES, type SliceDecoder, tooManyBytes } from './png16';
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
  const file = await openBelow(imageRoot, path, name);
  let bytes: Buffer;
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new InvalidImage('NOT_A_FILE', `Expected ${name} to be a regular file.`);
    if (status.size > MAX_FILE_BYTES) throw tooManyBytes(name, status.size);
    bytes = await file.readFile();
  } finally {
    await file.close();
  }
  return decode(bytes, name);
}
