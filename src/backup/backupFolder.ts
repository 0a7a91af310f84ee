import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BadUserInput, Conflict, InsufficientStorage } from '../errors';
import { outageOf } from '../outages';
import { folderErrorOf, systemCodeOf } from '../startErrors';

/** What was written or read. */
export interface FileFacts {
  bytes: number;
  sha256: string;
}

/** Passes bytes on, counts them and takes their checksum. */
export class Meter extends Transform {
  private readonly hash = createHash('sha256');
  private bytes = 0;

  override _transform(chunk: Buffer, _: BufferEncoding, done: (failure: null, chunk: Buffer) => void): void {
    this.hash.update(chunk);
    this.bytes += chunk.length;
    done(null, chunk);
  }

  facts(): FileFacts {
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}

/**
 * Writes a stream into a new file, to the disk itself.
 *
 * @param through between source and file, such as a compressor
 */
export async function writeNewFile(
  path: string,
  source: Readable,
  through: readonly Transform[] = [],
  signal?: AbortSignal,
): Promise<FileFacts> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const meter = new Meter();
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  await pipeline([source, ...through, meter, file], { signal });
  return meter.facts();
}

/** @throws an error of the system if the file is not there */
export const copyNewFile = (from: string, to: string, signal?: AbortSignal): Promise<FileFacts> =>
  writeNewFile(to, createReadStream(from), [], signal);

export async function factsOfFile(path: string, signal?: AbortSignal): Promise<FileFacts> {
  const meter = new Meter();
  await pipeline(createReadStream(path), meter, async (bytes: AsyncIterable<unknown>) => {
    for await (const _ of bytes) signal?.throwIfAborted();
  });
  return meter.facts();
}

/** Brings the names in a folder to the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a folder under a temporary name next to its own, and renames it when `write` has written it completely: a
 * process that dies leaves nothing under the folder's name. What fails is removed.
 *
 * @throws Conflict if there is something already
 * @throws InsufficientStorage if its disk is full
 */
export async function makeWhole<T>(folder: string, write: (draft: string) => Promise<T>): Promise<T> {
  await refuseTaken(folder);
  const draft = join(dirname(folder), `.${basename(folder)}.incomplete-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(dirname(folder), { recursive: true });
    // By itself: in folders such as /proc, Node tries for ever to make what is above it.
    await mkdir(draft, { mode: 0o700 });
    const result = await write(draft);
    await syncTree(draft);
    await rename(draft, folder);
    await syncFolder(dirname(folder));
    return result;
  } catch (thrown) {
    await rm(draft, { recursive: true, force: true });
    throw explain(folder, thrown);
  }
}

function explain(folder: string, thrown: unknown): unknown {
  if (outageOf(thrown) instanceof InsufficientStorage)
    return new InsufficientStorage(
      `The backup was not made, because the disk of ${folder} is full: make room or name another folder. Nothing of ` +
        'it was left there.',
      1,
      'out',
      { cause: thrown },
    );
  const path: unknown = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'path') : undefined;
  const isOwn = typeof path === 'string' && path.startsWith(dirname(folder));
  if (!isOwn || systemCodeOf(thrown) === undefined) return thrown;
  const unknown = `--out=${folder} cannot be used (${systemCodeOf(thrown)}): name another folder.`;
  return folderErrorOf('--out', folder, thrown) ?? new BadUserInput(unknown, 'out', { cause: thrown });
}

/** An empty folder is taken: many systems make the place before. */
async function refuseTaken(folder: string): Promise<void> {
  const names = await readdir(folder).catch((thrown: unknown) => {
    const code = systemCodeOf(thrown);
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') return [basename(folder)];
    throw folderErrorOf('--out', folder, thrown) ?? thrown;
  });
  if (names.length > 0)
    throw new Conflict(
      `Expected a folder that does not exist yet, and there is something at ${folder}: name another one, such as one ` +
        'of the day.',
      'out',
    );
}

/** Folders are few: the files are on the disk already. */
async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await syncTree(join(folder, entry.name));
  await syncFolder(folder);
}

/** @throws BadUserInput if a backup cannot be read */
export function unreadable(path: string, cause: unknown): BadUserInput {
  const isMissing = systemCodeOf(cause) === 'ENOENT';
  return new BadUserInput(
    isMissing
      ? `${path} of the backup is missing: it was copied in part. Use another copy.`
      : `${path} of the backup cannot be read (${systemCodeOf(cause) ?? 'unknown reason'}).`,
    'dir',
    { cause },
  );
}
