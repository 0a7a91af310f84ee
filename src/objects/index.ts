/** Objects of a store of the S3 protocol, such as pixel files in a bucket, and the folder that keeps those read last. */
import { join } from 'node:path';
import { ObjectCache } from './cache';
import { ObjectStorageRefused } from './errors';
import { ObjectStore, type ObjectStoreSettings, type StorePatience } from './store';

export { below, folderAt, isBucketRoot, type ObjectAddress, objectAt, parseBucketRoot } from './address';
export { ObjectStorageRefused, ObjectTooLarge } from './errors';
export type { ObjectStoreSettings, StorePatience } from './store';

/** What a process needs to read objects. */
export interface ObjectStorageOptions {
  store: ObjectStoreSettings;
  /** where objects are kept is a folder below it */
  dataDir: string;
  /** what the kept objects may take; bytes */
  cacheBytes: number;
  patience?: StorePatience;
  /** for how long an object without a known checksum is used without asking the store; ms */
  trustedMs?: number;
}

/** The object storage of this process. */
export interface ObjectStorage {
  readonly store: ObjectStore;
  readonly cache: ObjectCache;
  /** folder of this machine for what is kept */
  readonly folder: string;
}

let storage: ObjectStorage | undefined;

/** Called once where a process starts: pixel files are read in many places, and all of them from one storage. */
export function setObjectStorage(options: ObjectStorageOptions): void {
  const { dataDir, cacheBytes: mostBytes, trustedMs } = options;
  const store = new ObjectStore(options.store, options.patience);
  const folder = join(dataDir, 'pixel-cache');
  storage = { store, folder, cache: new ObjectCache(store, { folder, mostBytes, trustedMs }) };
}

/** @throws ObjectStorageRefused in a process that was given none: those that run models get no keys */
export function objectStorage(): ObjectStorage {
  if (!storage) throw new ObjectStorageRefused('NOT_SET_UP');
  return storage;
}
