import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ObjectAddress } from './address';
import type { ObjectStore, StoredObject } from './store';

/** What is noted of an object that is kept. */
const Entry = z.object({
  etag: z.string(),
  /** of the content, in hexadecimal */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
});
type Entry = z.infer<typeof Entry>;

/** An object's content, and the SHA-256 of it. */
export interface CachedObject {
  readonly content: Buffer;
  readonly sha256: string;
}

export interface CacheOptions {
  folder: string;
  /** what all kept objects may take together; bytes */
  mostBytes: number;
  /** for how long an object whose checksum is not known is used without asking the store; ms */
  trustedMs?: number;
}

const TRUSTED_MS = 60_000;
/** An object that was used a moment ago need not be marked again. */
const MARKED_MS = 60_000;
/** Files that a killed process left behind. */
const FORGOTTEN_MS = 3_600_000;
/** Part of the space that may be written between two counts: four processes together stay within the space. */
const COUNTED_PART = 1 / 32;
/** A count leaves so much of the space in use. */
const LEFT_PART = 7 / 8;

/**
 * Keeps the objects that were read last in a folder of this machine, for all its processes. A kept object whose SHA-256
 * is the expected one is used without asking the store; for any other one the store is asked whether it has changed.
 * Files appear by renaming, and are compared with their checksum each time that they are read.
 */
export class ObjectCache {
  private readonly reading = new Map<string, Promise<CachedObject | null>>();
  private uncounted = Number.POSITIVE_INFINITY;
  private counting: Promise<void> | undefined;

  constructor(
    private readonly store: ObjectStore,
    private readonly options: CacheOptions,
  ) {}

  /**
   * @param sha256 that of the object that is wanted, if it is known; another one is returned all the same
   * @param mostBytes greatest size that is read
   * @returns null if there is no such object
   * @throws as `ObjectStore.get`
   */
  read(address: ObjectAddress, sha256: string | null, mostBytes: number): Promise<CachedObject | null> {
    const key = `${idOf(this.store, address)} ${sha256 ?? ''}`;
    const known = this.reading.get(key);
    if (known) return known;
    const reading = this.find(address, sha256, mostBytes).finally(() => this.reading.delete(key));
    this.reading.set(key, reading);
    return reading;
  }

  private async find(address: ObjectAddress, sha256: string | null, mostBytes: number): Promise<CachedObject | null> {
    const id = idOf(this.store, address);
    const kept = await this.findKept(id);
    if (kept && (kept.sha256 === sha256 || kept.ageMs < (this.options.trustedMs ?? TRUSTED_MS))) return kept;
    const found = await this.store.get(address, { unlessEtag: kept?.etag, mostBytes });
    if (found === null) await this.remove(id);
    if (kept && found === 'unchanged') {
      await mark(this.entryPath(id));
      return kept;
    }
    return found === null || found === 'unchanged' ? null : this.keep(id, found);
  }

  /** @returns undefined if it is not kept, or is damaged */
  private async findKept(id: string): Promise<(CachedObject & { etag: string; ageMs: number }) | undefined> {
    try {
      const path = this.entryPath(id);
      const [{ mtimeMs }, text] = await Promise.all([stat(path), readFile(path, 'utf8')]);
      const entry = Entry.parse(JSON.parse(text));
      const content = await readFile(this.contentPath(id, entry));
      if (content.length !== entry.bytes || sha256Of(content) !== entry.sha256) return undefined;
      await this.markUsed(this.contentPath(id, entry));
      return { content, sha256: entry.sha256, etag: entry.etag, ageMs: Date.now() - mtimeMs };
    } catch {
      // Missing, removed by another process meanwhile, or unreadable: it is read from the store again.
      return undefined;
    }
  }

  private async markUsed(path: string): Promise<void> {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > MARKED_MS) await mark(path);
  }

  private async keep(id: string, { content, etag }: StoredObject): Promise<CachedObject> {
    const entry: Entry = { etag, sha256: sha256Of(content), bytes: content.length };
    try {
      await mkdir(this.folderOf(id), { recursive: true });
      await this.write(this.contentPath(id, entry), content);
      await this.write(this.entryPath(id), JSON.stringify(entry));
      await this.count(content.length);
    } catch {
      // A full disk makes reading slower, not impossible.
    }
    return { content, sha256: entry.sha256 };
  }

  private async write(path: string, content: Buffer | string): Promise<void> {
    const draft = `${path}.${randomUUID()}.tmp`;
    try {
      await writeFile(draft, content, { mode: 0o600 });
      await rename(draft, path);
    } catch (thrown) {
      await rm(draft, { force: true });
      throw thrown;
    }
  }

  private async remove(id: string): Promise<void> {
    await rm(this.entryPath(id), { force: true }).catch(() => undefined);
  }

  /** Counts the space from time to time and removes what was not used for the longest time. */
  private async count(bytes: number): Promise<void> {
    this.uncounted += bytes;
    if (this.uncounted < this.options.mostBytes * COUNTED_PART) return;
    this.counting ??= this.makeSpace().finally(() => {
      this.counting = undefined;
    });
    await this.counting;
  }

  private async makeSpace(): Promise<void> {
    this.uncounted = 0;
    const files = await this.listFiles();
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= this.options.mostBytes * LEFT_PART) return;
    files.sort((a, b) => a.usedMs - b.usedMs);
    for (const { path, bytes } of files) {
      if (total <= this.options.mostBytes * LEFT_PART) return;
      await rm(path, { force: true });
      if (path.endsWith('.object')) await rm(`${path.slice(0, path.lastIndexOf('-'))}.json`, { force: true });
      total -= bytes;
    }
  }

  /** @returns contents with the time of their last use; what was left behind is removed */
  private async listFiles(): Promise<{ path: string; bytes: number; usedMs: number }[]> {
    const { folder } = this.options;
    const found: { path: string; bytes: number; usedMs: number }[] = [];
    for (const part of await readdir(folder)) {
      if (!/^[0-9a-f]{2}$/.test(part)) continue;
      for (const name of await readdir(join(folder, part))) {
        const path = join(folder, part, name);
        const status = await stat(path).catch(() => null);
        if (!status) continue;
        const isForgotten = name.endsWith('.tmp') && Date.now() - status.mtimeMs > FORGOTTEN_MS;
        if (isForgotten) await rm(path, { force: true });
        else if (!name.endsWith('.json')) found.push({ path, bytes: status.size, usedMs: status.mtimeMs });
      }
    }
    return found;
  }

  private folderOf(id: string): string {
    return join(this.options.folder, id.slice(0, 2));
  }

  private entryPath(id: string): string {
    return join(this.folderOf(id), `${id}.json`);
  }

  private contentPath(id: string, { sha256 }: Entry): string {
    return join(this.folderOf(id), `${id}-${sha256.slice(0, 16)}.object`);
  }
}

/** Names of files are checksums, so that no key of a bucket is ever a path of this machine. */
const idOf = (store: ObjectStore, { bucket, key }: ObjectAddress): string =>
  sha256Of(JSON.stringify([store.name, bucket, key]));

const sha256Of = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

async function mark(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}
