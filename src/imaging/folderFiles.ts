/** Pixel files in a folder of this machine. */
import { constants } from 'node:fs';
import { access, type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { InvalidImage, PixelFileMissing } from './invalidImage';
import type { FilePlace, PixelSource } from './pixelPlace';
import { MAX_FILE_BYTES, tooManyBytes } from './png16';

/** What a path below an image root leads to. */
export interface FoundFile {
  /** without links */
  path: string;
  /** whether a link below the root leads out of it; the root itself may be a link */
  leadsOut: boolean;
  isFile: boolean;
}

/**
 * Follows a path below an image root to its end. The import and every later read ask here, so that what the one counts
 * the other reads.
 *
 * @returns null if there is nothing, or where a link leads to nothing
 */
export async function findBelow(imageRoot: string, path: string): Promise<FoundFile | null> {
  try {
    const [root, real, status] = await Promise.all([realpath(imageRoot), realpath(path), stat(path)]);
    const leadsOut = !real.startsWith(root.endsWith(sep) ? root : root + sep);
    return { path: real, leadsOut, isFile: status.isFile() };
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR') return null;
    throw thrown;
  }
}

/**
 * Opens a regular file below the image root. The path is resolved first, so that a symbolic link leads out of the root
 * only where the import met such links. Not waiting for a writer (`O_NONBLOCK`) keeps a named pipe from holding a
 * thread for ever.
 */
async function openBelow({ imageRoot, path, name, followLinks }: FilePlace): Promise<FileHandle> {
  try {
    const found = await findBelow(imageRoot, path);
    if (!found) throw new PixelFileMissing(name);
    if (found.leadsOut && !followLinks)
      throw new InvalidImage('NOT_A_FILE', `${name} is a link that leads out of the data set's image folder.`);
    return await open(found.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    if (thrown instanceof InvalidImage || thrown instanceof PixelFileMissing) throw thrown;
    const code = codeOf(thrown);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new PixelFileMissing(name, { cause: thrown });
    throw new InvalidImage('NOT_A_FILE', `${name} cannot be opened (${String(code ?? 'unknown reason')}).`, {
      cause: thrown,
    });
  }
}

function codeOf(thrown: unknown): unknown {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
}

/** @throws NotFound, InvalidImage if it is no regular file within the limits */
async function openRegular(place: FilePlace): Promise<FileHandle> {
  const { name } = place;
  const file = await openBelow(place);
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new InvalidImage('NOT_A_FILE', `Expected ${name} to be a regular file.`);
    if (status.size > MAX_FILE_BYTES) throw tooManyBytes(name, status.size);
    return file;
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

const PART_BYTES = 256 * 1024;

/** A folder of this machine, or one that it has mounted. */
export const folderFiles: PixelSource = {
  async names(folder) {
    return new Set(await readdir(folder).catch(() => []));
  },

  has: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),

  async find(path) {
    const status = await stat(path).catch(() => null);
    return status && { bytes: status.size, modifiedMs: status.mtimeMs };
  },

  async read(place) {
    const file = await openRegular(place);
    try {
      return await file.readFile();
    } finally {
      await file.close();
    }
  },

  async *readInParts(place) {
    const file = await openRegular(place);
    try {
      const part = Buffer.allocUnsafe(PART_BYTES);
      for (
        let read = await file.read(part, 0, PART_BYTES);
        read.bytesRead > 0;
        read = await file.read(part, 0, PART_BYTES)
      )
        yield part.subarray(0, read.bytesRead);
    } finally {
      await file.close();
    }
  },
};
