/** Whether the folders of pixel files are still there. A look at the folder alone: looking for each file would cost more than it tells. */
import { opendir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from '../database';

/** A network file system whose server is gone may not answer for ever. */
const LOOK_MS = 10_000;
/** The same for whoever waits for an answer of the graph. */
const QUICK_LOOK_MS = 1_000;
/** How long an answer is good: pages of images ask again and again. */
const KEPT_MS = 5_000;
/** One for each folder that has not answered yet: each holds a thread of the few that node has for files. */
const looks = new Map<string, Promise<boolean>>();
const answers = new Map<string, { there: Promise<boolean>; until: number }>();

/** Whether a folder is there and, within the time, answers that something is in it. */
export async function holdsSomething(folder: string, withinMs = LOOK_MS): Promise<boolean> {
  const look = looks.get(folder) ?? lookInto(folder).finally(() => looks.delete(folder));
  looks.set(folder, look);
  return Promise.race([look, sleep(withinMs, false, { ref: false })]);
}

/** A file system that is not mounted leaves an empty folder behind. */
async function lookInto(folder: string): Promise<boolean> {
  try {
    const entries = await opendir(folder);
    return (await entries.read().finally(() => entries.close())) !== null;
  } catch {
    return false;
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

/** @returns what is wrong with the image folder as seen from this machine, a sentence without its path; null where nothing is */
async function problemOf({ slug, version, imageRoot }: RootedDataset): Promise<string | null> {
  if (imageRoot === null || (await isThere(imageRoot))) return null;
  return (
    `Data set ${slug}@${version}: the folder of its images is not on this machine, is empty or does not answer, so that there are no pictures and no detections. ` +
    `Bring it back, or name its new place: npx deeplesion dataset move ${slug}@${version} --images DIR`
  );
}

/** The image folder of a data set version as this machine sees it. */
export interface ImageRootState {
  datasetId: number;
  /** false where there is none */
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
      const problem = await problemOf(dataset);
      return { datasetId: dataset.id, isThere: dataset.imageRoot !== null && problem === null, problem };
    }),
  );
}

/** @returns a sentence for each data set version that has images in a folder which this machine does not find */
export async function findImageRootProblems(database: Queryable): Promise<string[]> {
  const datasets = await database.query<RootedDataset>({
    name: 'all-image-roots',
    text: `SELECT id, slug, version, image_root AS "imageRoot" FROM dataset
           WHERE image_root IS NOT NULL AND EXISTS (SELECT FROM bookmarked_image WHERE dataset_id = dataset.id AND has_pixels)
           ORDER BY slug COLLATE "C", version`,
  });
  const problems = await Promise.all(datasets.map(problemOf));
  return problems.filter((problem) => problem !== null);
}
