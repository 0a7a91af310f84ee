/**
 * Whether the folders of pixel files still exist. Only the folder is checked: checking each file would cost more
 * than the result is worth.
 */
import { opendir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from '../database';
import { messageOf } from '../errors';
import { folderAt, isBucketRoot, ObjectStorageRefused, objectStorage } from '../objects';

/** A network file system whose server is gone may never respond. */
const LOOK_MS = 10_000;
/** The same for clients that wait for a response of the graph. */
const QUICK_LOOK_MS = 1_000;
/** How long a result is cached: pages of images check again and again. */
const KEPT_MS = 5_000;
/** One for each folder without a response: each occupies one of the few threads that node has for files. */
const looks = new Map<string, Promise<boolean>>();
const answers = new Map<string, { there: Promise<boolean>; until: number }>();

/** Whether a folder exists and, within the time, is known to be not empty. */
export async function holdsSomething(folder: string, withinMs = LOOK_MS): Promise<boolean> {
  const look = looks.get(folder) ?? lookInto(folder).finally(() => looks.delete(folder));
  looks.set(folder, look);
  return Promise.race([look, sleep(withinMs, false, { ref: false })]);
}

/** A file system that is not mounted leaves an empty folder behind. */
async function lookInto(folder: string): Promise<boolean> {
  if (isBucketRoot(folder)) return (await whyBucketUnreadable(folder).catch(messageOf)) === null;
  try {
    const entries = await opendir(folder);
    return (await entries.read().finally(() => entries.close())) !== null;
  } catch {
    return false;
  }
}

/**
 * @returns why the objects below a bucket root cannot be read; null if there are some
 * @throws ObjectStorageAway if the store does not answer, which says nothing about the objects
 */
export async function whyBucketUnreadable(root: string): Promise<string | null> {
  const { bucket, key } = folderAt(root);
  try {
    for await (const { keys, folders } of objectStorage().store.list(bucket, key, 1))
      if (keys.length + folders.length > 0) return null;
    return 'there are no objects at the address of the images.';
  } catch (thrown) {
    if (thrown instanceof ObjectStorageRefused) return thrown.message;
    throw thrown;
  }
}

/** As `holdsSomething`, quickly: a folder is looked into every few seconds at most. */
function isThere(folder: string): Promise<boolean> {
  const now = performance.now();
  const kept = answers.get(folder);
  if (kept && kept.until > now) return kept.there;
  const there = holdsSomething(folder, QUICK_LOOK_MS);
  answers.set(folder, { there, until: now + KEPT_MS });
  return there;
}

/** A data set version and where its pixel files are said to be. */
interface RootedDataset {
  id: number;
  slug: string;
  version: number;
  imageRoot: string | null;
}

/** Why a machine cannot serve the images of a data set; the caller names the data set. */
export const IMAGES_MISSING =
  "the folder of the data set's images is not on this machine, is empty or does not answer.";

/** @returns what is wrong where the image folder is not there, and what to do, without its path */
export function missingImagesText({ slug, version }: Pick<RootedDataset, 'slug' | 'version'>): string {
  const name = `${slug}@${version}`;
  return (
    `Data set ${name}: ${IMAGES_MISSING} Bring it back, or name its new place: npx deeplesion dataset move ` +
    `${name} --images DIR`
  );
}

/** The image folder of a data set version as this machine sees it. */
export interface ImageRootState {
  datasetId: number;
  /** false if there is none */
  isThere: boolean;
  problem: string | null;
}

/** @returns one row a data set version that exists, in any order */
export async function findImageRootStates(database: Queryable, ids: readonly number[]): Promise<ImageRootState[]> {
  const datasets = await database.query<RootedDataset>({
    name: 'image-roots',
    text: 'SELECT id, slug, version, image_root AS "imageRoot" FROM dataset WHERE id = ANY($1::int4[])',
    values: [ids],
  });
  return Promise.all(
    datasets.map(async (dataset) => {
      const { id, imageRoot } = dataset;
      const found = imageRoot !== null && (await isThere(imageRoot));
      return {
        datasetId: id,
        isThere: found,
        problem: imageRoot === null || found ? null : missingImagesText(dataset),
      };
    }),
  );
}

/** @returns the data set versions whose image folder this machine does not find */
export async function findMissingImageRoots(database: Queryable): Promise<{ slug: string; version: number }[]> {
  const datasets = await database.query<{ slug: string; version: number; imageRoot: string }>({
    name: 'all-image-roots',
    text: `SELECT slug, version, image_root AS "imageRoot" FROM dataset
           WHERE image_root IS NOT NULL ORDER BY slug COLLATE "C", version`,
  });
  const found = await Promise.all(datasets.map(({ imageRoot }) => isThere(imageRoot)));
  return datasets.filter((_, index) => !found[index]);
}
