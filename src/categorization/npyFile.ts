import { readFile, stat } from 'node:fs/promises';
import { BadUserInput } from '../errors';
import type { Vectors } from './featureBytes';

const MAX_FILE_BYTES = 2 ** 30;
const MAGIC = Buffer.from('\x93NUMPY', 'latin1');

/**
 * Reads a two-dimensional float32 array that NumPy's `save` wrote (format versions 1 to 3, row by row, little endian).
 *
 * @param name as the file is called in messages
 * @throws BadUserInput saying what does not fit
 */
export async function readFloat32Npy(path: string, name: string): Promise<Vectors> {
  const refuse = (expected: string, got: string): never => {
    throw new BadUserInput(`${name}: expected ${expected}, got ${got}.`, name);
  };
  const found = await stat(path).catch((cause) => {
    throw new BadUserInput(`There is no file ${name} in the folder.`, name, { cause });
  });
  if (!found.isFile() || found.size > MAX_FILE_BYTES)
    refuse(`a file of at most ${MAX_FILE_BYTES} bytes`, `${found.size} bytes`);
  const bytes = await readFile(path);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC) || bytes.length < 12)
    refuse("an array as NumPy's save writes it", 'another file');
  const wide = bytes.readUInt8(6) >= 2;
  const start = (wide ? 12 : 10) + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.subarray(wide ? 12 : 10, start).toString('latin1');
  const type = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1] ?? 'no type';
  if (type !== '<f4') refuse('float32, little endian (<f4)', type);
  if (!/'fortran_order'\s*:\s*False/.test(header)) refuse('an array in C order', 'one in Fortran order');
  const shape = /'shape'\s*:\s*\(\s*(\d+)\s*,\s*(\d+)\s*,?\s*\)/.exec(header);
  if (!shape) refuse('two dimensions, lesions × features', header.slice(0, 120));
  const [count, dimension] = [Number(shape?.[1]), Number(shape?.[2])];
  const data = bytes.subarray(start);
  if (data.length !== 4 * count * dimension)
    refuse(`${count} × ${dimension} numbers, ${4 * count * dimension} bytes`, `${data.length} bytes`);
  const values = new Float32Array(count * dimension);
  new Uint8Array(values.buffer).set(data);
  return { count, dimension, values };
}
