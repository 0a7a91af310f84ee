/**
 * Holds pixel files against what a source says of them, and takes their checksums: once, when they are imported or
 * moved.
 */
import { BadUserInput, NotFound, UserError } from '../errors';
import { checkStatedSize, InvalidImage, type InvalidImageReason, inspectSliceFile } from '../imaging';
import { type PixelFiles, sliceFileOf } from './pixelFolder';

/** An image as its source describes it. */
export interface StatedImage {
  fileName: string;
  width: number;
  height: number;
}

/** Pixel files that fit what is said of them. */
export interface CheckedPixels extends Omit<PixelFiles, 'missing'> {
  /** by file name, of those that were read now */
  sha256: ReadonlyMap<string, string>;
  /**
   * files that cannot be used, a sentence each: those that do not fit are left out, damaged ones are there all the same
   */
  unusable: readonly string[];
}

/** How pixel files are checked. */
export interface PixelCheck {
  /** what the images are described by, for messages */
  source: string;
  /** leave files out that are not what the source says; else they are refused */
  skipMisfits?: boolean;
  /** images whose file was checked before: they are not read again */
  known?: ReadonlySet<string>;
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
}

const FILES_AT_ONCE = 8;
/** Misfits that are named; with so many the folder is the wrong one, and the rest need not be read. */
const SHOWN = 20;
/** Single files that were damaged on the way: they do not mean that source and folder contradict each other. */
const DAMAGED: readonly InvalidImageReason[] = ['EMPTY', 'TRUNCATED', 'CORRUPT', 'NOT_A_FILE'];

/**
 * Reads each pixel file once, some at a time and in parts, for its checksum and the size in its header.
 *
 * @throws BadUserInput naming the first files that have another size than stated, or are not 16-bit greyscale PNG
 */
export async function checkPixelFiles(
  found: PixelFiles,
  images: readonly StatedImage[],
  { source, skipMisfits, known, onProgress, signal }: PixelCheck,
): Promise<CheckedPixels> {
  const { imageRoot, present, followLinks } = found;
  const toRead = images.filter(({ fileName }) => present.has(fileName) && !known?.has(fileName));
  const usable = new Set(present);
  const sha256 = new Map<string, string>();
  const misfits: string[] = [];
  const damaged: string[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < toRead.length && (skipMisfits || misfits.length < SHOWN)) {
      signal?.throwIfAborted();
      const image = toRead[next++]!;
      try {
        const facts = await inspectSliceFile(sliceFileOf(found, image.fileName));
        checkStatedSize(image, facts);
        sha256.set(image.fileName, facts.sha256);
      } catch (thrown) {
        if (!(thrown instanceof UserError)) throw thrown;
        const isMisfit = thrown instanceof InvalidImage && !DAMAGED.includes(thrown.reason);
        // A damaged file exists, and may be repaired: its readers get an error that names the damage.
        if (isMisfit || thrown instanceof NotFound) usable.delete(image.fileName);
        (isMisfit ? misfits : damaged).push(thrown.message);
      }
      onProgress?.(++done, toRead.length);
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, work));
  // By name, because the order of reading is arbitrary.
  misfits.sort();
  if (misfits.length > 0 && !skipMisfits) throw misfitError(source, misfits);
  const pixelPaths = new Map([...found.pixelPaths].filter(([fileName]) => usable.has(fileName)));
  return { imageRoot, present: usable, pixelPaths, followLinks, sha256, unusable: [...misfits, ...damaged.sort()] };
}

function misfitError(source: string, misfits: readonly string[]): BadUserInput {
  const shown = misfits.slice(0, SHOWN).map((text) => `  ${text}`);
  const count = misfits.length < SHOWN ? `${misfits.length}` : `at least ${misfits.length}`;
  return new BadUserInput(
    `${source}: nothing was changed, because ${count} pixel file${misfits.length === 1 ? ' is' : 's are'} not what it says.\n${shown.join('\n')}\n` +
      'Name the folder of the pixel files that belong to it with --images, or correct the sizes in the source. ' +
      'An import with --skip-bad-rows takes these images without their pixels.',
    'images',
  );
}
