import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NotFound } from '../errors';
import { isBucketRoot, objectStorage } from '../objects';
import type { PlacedKeySlice } from './neighbours';
import { sourceOf } from './pixelSource';
import { nameOf, type PlacedSlice, sliceFilePath } from './sliceFile';
import { filesOfStack } from './stack';

/** Folders of a process that was killed. */
const FORGOTTEN_MS = 24 * 3_600_000;

/**
 * Pixel files of a bucket for the processes that run models: these get no keys, so that the files are put into a folder
 * of this machine for them. Slices of a folder stay where they are.
 */
export class HeldPixels<Key extends PlacedSlice> {
  private readonly held = new Map<string, Promise<Key>>();
  private readonly here = new Map<string, Key>();
  private folder: Promise<string> | undefined;

  /** @param filesOf the files of a slice, its own first; by default only that */
  constructor(private readonly filesOf: (key: Key) => Promise<string[]> = async (key) => [sliceFilePath(key)]) {}

  /**
   * @returns the same slice with a root of this machine: always the same object, until it is released
   * @throws NotFound, InvalidImage, ObjectStorageAway, ObjectStorageRefused
   */
  hold(key: Key): Key | Promise<Key> {
    if (!isBucketRoot(key.imageRoot)) return key;
    const known = this.held.get(key.fileName);
    if (known) return known;
    const holding = this.bring(key);
    this.held.set(key.fileName, holding);
    holding.then(
      (here) => this.here.set(key.fileName, here),
      // It may be asked for again.
      () => this.held.delete(key.fileName),
    );
    return holding;
  }

  /** @returns a slice that is here already; else null */
  present({ fileName }: Pick<Key, 'fileName'>): Key | null {
    return this.here.get(fileName) ?? null;
  }

  async release({ fileName }: Pick<Key, 'fileName'>): Promise<void> {
    const holding = this.held.get(fileName);
    this.held.delete(fileName);
    this.here.delete(fileName);
    const held = await holding?.catch(() => undefined);
    if (held) await rm(held.imageRoot, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.held.values());
    const folder = await this.folder?.catch(() => undefined);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }

  private async bring(key: Key): Promise<Key> {
    const [own, ...others] = await this.filesOf(key);
    this.folder ??= makeFolder();
    const imageRoot = await mkdtemp(join(await this.folder, 'slice-'));
    const copy = async (path: string, sha256: string | null): Promise<void> => {
      const place = { imageRoot: key.imageRoot, path, name: nameOf(key, path), followLinks: false };
      const content = await sourceOf(key.imageRoot).read(place, sha256);
      const to = join(imageRoot, path.slice(key.imageRoot.length));
      await mkdir(dirname(to), { recursive: true });
      await writeFile(to, content, { mode: 0o600 });
    };
    const copies = [
      ...(own === undefined ? [] : [copy(own, key.pixelSha256)]),
      // Gone since it was listed: the same as missing.
      ...others.map((path) => copy(path, null).catch(unlessMissing)),
    ];
    const failed = (await Promise.allSettled(copies)).find((one) => one.status === 'rejected');
    if (!failed) return { ...key, imageRoot };
    await rm(imageRoot, { recursive: true, force: true });
    throw failed.reason;
  }
}

/** Holds the slices that a detector reads. @param offsetsMm of its input channels */
export function holdStacks<Key extends PlacedKeySlice>(offsetsMm: readonly number[]): HeldPixels<Key> {
  return new HeldPixels<Key>((key) => filesOfStack(key, offsetsMm));
}

function unlessMissing(thrown: unknown): void {
  if (!(thrown instanceof NotFound)) throw thrown;
}

async function makeFolder(): Promise<string> {
  const parent = join(objectStorage().folder, 'held');
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const status = await stat(join(parent, name)).catch(() => null);
    if (status && Date.now() - status.mtimeMs > FORGOTTEN_MS)
      await rm(join(parent, name), { recursive: true, force: true });
  }
  return mkdtemp(join(parent, `${process.pid}-`));
}
