/** The files that belong to the rows of a database: those of uploads, and pixel files if they are wanted. */
import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { Database } from '../database';
import { findRootedVersions, type RootedVersion, storedKeySlices } from '../dataset';
import { NotFound } from '../errors';
import { filesAround, sourceOf } from '../imaging';
import { isBucketRoot } from '../objects';
import { systemCodeOf } from '../startErrors';
import { uploadsFolder } from '../uploads';
import { copyNewFile, type FileFacts, writeNewFile } from './backupFolder';
import { FILE_LIST, type ImageFolder, type KeptFile, type ManifestContent } from './manifest';

export interface KeepOptions {
  database: Database;
  /** folder of the backup */
  draft: string;
  dataDir: string;
  /** those of the snapshot */
  uploadIds: readonly string[];
  withImages: boolean;
  onProgress?(files: number): void;
  signal?: AbortSignal;
}

/**
 * Copies the files and writes their list.
 *
 * @returns what the manifest says of them
 */
export async function keepFiles(options: KeepOptions): Promise<Pick<ManifestContent, 'files' | 'images'>> {
  const images: ImageFolder[] = [];
  const files = { count: 0, bytes: 0 };
  const list = await ListFile.create(join(options.draft, FILE_LIST));
  try {
    for await (const file of allFiles(options, images)) {
      files.count += 1;
      files.bytes += file.bytes;
      options.onProgress?.(files.count);
      await list.add(`${JSON.stringify(file)}\n`);
    }
    const { bytes: listBytes, sha256: listSha256 } = await list.end();
    return { files: { ...files, listBytes, listSha256 }, images: options.withImages ? images : null };
  } finally {
    await list.close();
  }
}

const PART_LENGTH = 64 * 1024;

/** A text file that is written in parts. */
class ListFile {
  private readonly hash = createHash('sha256');
  private bytes = 0;
  private part = '';

  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<ListFile> {
    return new ListFile(await open(path, 'wx', 0o600));
  }

  async add(line: string): Promise<void> {
    this.part += line;
    if (this.part.length >= PART_LENGTH) await this.write();
  }

  async end(): Promise<FileFacts> {
    await this.write();
    await this.file.sync();
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async write(): Promise<void> {
    const part = Buffer.from(this.part);
    this.part = '';
    await this.file.writeFile(part);
    this.hash.update(part);
    this.bytes += part.length;
  }
}

async function* allFiles(options: KeepOptions, images: ImageFolder[]): AsyncGenerator<KeptFile> {
  const { database, draft, dataDir, uploadIds, signal } = options;
  for (const id of uploadIds)
    for (const path of await filesBelow(join(uploadsFolder(dataDir), id))) {
      const kept = `uploads/${id}/${path}`;
      const facts = await copyIfThere(join(uploadsFolder(dataDir), id, path), join(draft, kept), signal);
      if (facts) yield { path: kept, ...facts };
    }
  if (!options.withImages) return;
  for (const version of await findRootedVersions(database)) {
    const { slug, version: number } = version;
    const folder: ImageFolder = { slug, version: number, files: 0, missing: 0 };
    images.push(folder);
    yield* pixelFiles(options, version, folder);
  }
}

const FILES_AT_ONCE = 8;

/** Neighbouring slices belong to a key slice: detectors read them too. */
async function* pixelFiles(
  { database, draft, signal }: KeepOptions,
  version: RootedVersion,
  folder: ImageFolder,
): AsyncGenerator<KeptFile> {
  const base = `images/${version.slug}@${version.version}`;
  const copy = async (path: string): Promise<KeptFile | null> => {
    const kept = `${base}/${relative(version.imageRoot, path).split(sep).join('/')}`;
    const copyOne = isBucketRoot(version.imageRoot) ? copyObjectIfThere : copyIfThere;
    const facts = await copyOne(path, join(draft, kept), signal);
    return facts && { path: kept, ...facts };
  };
  let waiting: Promise<KeptFile | null>[] = [];
  const finished = async function* (): AsyncGenerator<KeptFile> {
    // All of them come to their end before one fails: none writes into a folder that is being removed.
    const settled = await Promise.allSettled(waiting);
    waiting = [];
    for (const one of settled) {
      if (one.status === 'rejected') throw one.reason;
      if (one.value === null) continue;
      folder.files += 1;
      yield one.value;
    }
  };
  for await (const key of storedKeySlices(database, version)) {
    const paths = await filesAround(key);
    if (paths.length === 0) folder.missing += 1;
    for (const path of paths) waiting.push(copy(path));
    if (waiting.length >= FILES_AT_ONCE) yield* finished();
  }
  yield* finished();
}

/** @returns null if there is no such file any more, or it was copied already for another slice */
async function copyIfThere(from: string, to: string, signal?: AbortSignal): Promise<FileFacts | null> {
  try {
    return await copyNewFile(from, to, signal);
  } catch (thrown) {
    if (systemCodeOf(thrown) === 'ENOENT' || systemCodeOf(thrown) === 'EEXIST') return null;
    throw thrown;
  }
}

/** As `copyIfThere`, of an object of a bucket. */
async function copyObjectIfThere(from: string, to: string, signal?: AbortSignal): Promise<FileFacts | null> {
  const place = { imageRoot: from, path: from, name: basename(from), followLinks: false };
  try {
    const parts = sourceOf(from).readInParts(place);
    // Read before the file is made, so that a missing object leaves none.
    const first = await parts.next();
    return await writeNewFile(to, Readable.from(first.done ? [] : [first.value]), [], signal);
  } catch (thrown) {
    if (thrown instanceof NotFound || systemCodeOf(thrown) === 'EEXIST') return null;
    throw thrown;
  }
}

/** @returns paths below a folder; none if it is not there: an upload may expire meanwhile, or lie on another machine */
async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  } catch (thrown) {
    if (systemCodeOf(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}
