import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodePng16, readSlice } from '../imaging';
import type { BoxedSlices } from './readBoxedSlices';

/** stored value − HU, as DeepLesion stores its pixels */
const STORED_ZERO = 32768;

/**
 * Runs some work on copies of the slices whose pixels all have `added` HU more, and removes the copies. Slices that
 * were published with 8 bits lie half a grey level too low, since a conversion to fewer bits rounds down.
 *
 * @param added HU; with 0 the slices themselves are used
 * @throws NotFound, InvalidImage from reading the slices
 */
export async function withHounsfieldAdded<T>(
  given: BoxedSlices,
  added: number,
  work: (slices: BoxedSlices) => Promise<T>,
): Promise<T> {
  if (added === 0) return work(given);
  const imageRoot = await mkdtemp(join(tmpdir(), 'deeplesion-slices-'));
  try {
    for (const { path } of given.slices) {
      const { width, height, hounsfield } = await readSlice(join(given.imageRoot, path), given.imageRoot);
      const stored = Uint16Array.from(hounsfield, (hu) => Math.min(65535, Math.max(0, hu + added + STORED_ZERO)));
      await mkdir(dirname(join(imageRoot, path)), { recursive: true });
      await writeFile(join(imageRoot, path), encodePng16(stored, width, height));
    }
    return await work({ ...given, imageRoot });
  } finally {
    await rm(imageRoot, { recursive: true, force: true });
  }
}
