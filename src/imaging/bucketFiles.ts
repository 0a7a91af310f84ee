/** Pixel files in a bucket: read through the folder of this machine that keeps those read last. */
import { folderAt, type ObjectAddress, ObjectTooLarge, objectAt, objectStorage } from '../objects';
import { PixelFileMissing } from './invalidImage';
import type { FilePlace, PixelSource } from './pixelPlace';
import { MAX_FILE_BYTES, tooManyBytes } from './png16';

/** How long a listing is remembered: images of one series are asked about one after another. */
const KEPT_MS = 30_000;
const KEPT_LISTINGS = 100;
const listings = new Map<string, { names: Promise<ReadonlySet<string>>; until: number }>();
/** Slices of one series differ in this part of their paths. */
const NUMBER = /\d{1,5}\.[A-Za-z]{1,5}$/;

export const bucketFiles: PixelSource = {
  names: (folder) => list(folderAt(folder)),

  async has(path) {
    const address = objectAt(path);
    if (!address) return false;
    const { bucket, key } = address;
    // In a folder with all series, only those names are listed that begin like the series.
    const start = key.replace(NUMBER, '');
    return (await listRecently({ bucket, key: start })).has(key.slice(start.length));
  },

  async find(path) {
    const address = objectAt(path);
    return address && objectStorage().store.head(address);
  },

  async read(place, sha256 = null) {
    const found = await bounded(place, (address) => objectStorage().cache.read(address, sha256, MAX_FILE_BYTES));
    if (!found) throw new PixelFileMissing(place.name);
    return found.content;
  },

  async *readInParts(place) {
    const found = await bounded(place, (address) => objectStorage().store.get(address, { mostBytes: MAX_FILE_BYTES }));
    if (!found || found === 'unchanged') throw new PixelFileMissing(place.name);
    yield found.content;
  },
};

function listRecently(prefix: ObjectAddress): Promise<ReadonlySet<string>> {
  const now = performance.now();
  const name = `${prefix.bucket}/${prefix.key}`;
  const kept = listings.get(name);
  if (kept && kept.until > now) return kept.names;
  const names = list(prefix);
  listings.delete(name);
  listings.set(name, { names, until: now + KEPT_MS });
  names.catch(() => listings.delete(name));
  const [oldest] = listings.keys();
  if (oldest !== undefined && listings.size > KEPT_LISTINGS) listings.delete(oldest);
  return names;
}

/** @returns what follows the prefix, up to the next slash */
async function list({ bucket, key: prefix }: ObjectAddress): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const { keys, folders } of objectStorage().store.list(bucket, prefix))
    for (const key of [...keys, ...folders]) names.add(key.slice(prefix.length).replace(/\/$/, ''));
  // Some programs make an object that stands for the folder.
  names.delete('');
  return names;
}

async function bounded<T>(
  { path, name }: FilePlace,
  read: (address: ObjectAddress) => Promise<T | null>,
): Promise<T | null> {
  const address = objectAt(path);
  if (!address) return null;
  try {
    return await read(address);
  } catch (thrown) {
    throw thrown instanceof ObjectTooLarge ? tooManyBytes(name, thrown.bytes) : thrown;
  }
}
