/** Holds every pixel file of a data set version against the checksum that its import took. */
import type { Database, Queryable } from '../database';
import { UserError } from '../errors';
import { inspectSliceFile, PixelFileMissing } from '../imaging';
import { findDatasetByReference, unknownDataset } from './datasetReads';
import { holdsSomething } from './imageRoots';
import { type StoredKeySlice, storedKeySlices } from './storedPixels';

/** A file that is not the one that was imported. */
export interface PixelProblem {
  /** 0-based data row of the source, of the first lesion of the image; null if the image has no lesion */
  sourceRowIndex: number | null;
  fileName: string;
  kind: 'CHANGED' | 'MISSING' | 'UNREADABLE';
  /** a sentence */
  text: string;
}

/** What a check of all pixel files found. */
export interface Verification {
  /** `slug@version` */
  reference: string;
  images: number;
  /** images whose file has the checksum of the import */
  intact: number;
  /** images for which the import found no file: there is nothing to check */
  withoutPixels: number;
  /** images whose file is there, and whose import took no checksum */
  withoutChecksum: number;
  problemCount: number;
  /** by row; the first 100,000 that were found */
  problems: PixelProblem[];
}

export interface VerifyOptions {
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
}

/** Reading waits for the disk: some files at once, each in parts, so that memory stays small. */
const FILES_AT_ONCE = 8;
const MAX_NAMED = 100_000;

/**
 * Reads every pixel file of a data set version.
 *
 * @param reference `slug` (its latest version) or `slug@version`
 * @throws NotFound if there is no such version
 */
export async function verifyPixels(
  database: Database,
  reference: string,
  { onProgress, signal }: VerifyOptions = {},
): Promise<Verification> {
  const dataset = await findDatasetByReference(database, reference);
  if (!dataset) throw await unknownDataset(database, reference, 'dataset');
  const { id, slug, version, imageRoot } = dataset;
  const images = await database.prisma.bookmarkedImage.count({ where: { datasetId: id } });
  const total = await database.prisma.bookmarkedImage.count({ where: { datasetId: id, hasPixels: true } });
  const found: Verification = {
    reference: `${slug}@${version}`,
    images,
    intact: 0,
    withoutPixels: images - total,
    withoutChecksum: 0,
    problemCount: 0,
    problems: [],
  };
  if (imageRoot === null) return found;
  const isThere = await holdsSomething(imageRoot);
  const keys = storedKeySlices(database, { id, imageRoot, followLinks: dataset.followLinks });
  const failed = new Map<number, Omit<PixelProblem, 'sourceRowIndex'>>();
  let done = 0;
  const work = async (): Promise<void> => {
    for (let next = await keys.next(); !next.done; next = await keys.next()) {
      signal?.throwIfAborted();
      const outcome = isThere ? await checkFile(next.value) : FOLDER_MISSING;
      if (outcome === 'intact' || outcome === 'withoutChecksum') found[outcome] += 1;
      else {
        found.problemCount += 1;
        if (failed.size < MAX_NAMED) failed.set(next.value.id, { fileName: next.value.fileName, ...outcome });
      }
      onProgress?.(++done, total);
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, work));
  found.problems = await withRows(database, failed);
  return found;
}

type Outcome = 'intact' | 'withoutChecksum' | Pick<PixelProblem, 'kind' | 'text'>;

const FOLDER_MISSING: Outcome = {
  kind: 'MISSING',
  text: "the folder of the data set's images is not on this machine, is empty or does not answer.",
};

async function checkFile(key: StoredKeySlice): Promise<Outcome> {
  try {
    const { sha256 } = await inspectSliceFile(key);
    if (key.pixelSha256 === null) return 'withoutChecksum';
    if (sha256 === key.pixelSha256) return 'intact';
    return { kind: 'CHANGED', text: `its SHA-256 is ${sha256}, at the import it was ${key.pixelSha256}.` };
  } catch (thrown) {
    if (thrown instanceof PixelFileMissing) return { kind: 'MISSING', text: thrown.message };
    if (thrown instanceof UserError) return { kind: 'UNREADABLE', text: thrown.message };
    throw thrown;
  }
}

const IDS_AT_ONCE = 1_000;

async function withRows(
  database: Queryable,
  failed: ReadonlyMap<number, Omit<PixelProblem, 'sourceRowIndex'>>,
): Promise<PixelProblem[]> {
  const ids = [...failed.keys()];
  const rowOf = new Map<number, number>();
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    const lesions = await database.prisma.lesion.groupBy({
      by: ['imageId'],
      where: { imageId: { in: ids.slice(start, start + IDS_AT_ONCE) } },
      _min: { sourceRowIndex: true },
    });
    for (const { imageId, _min } of lesions) if (_min.sourceRowIndex !== null) rowOf.set(imageId, _min.sourceRowIndex);
  }
  const problems = [...failed].map(([id, problem]) => ({ sourceRowIndex: rowOf.get(id) ?? null, ...problem }));
  return problems.sort(
    (a, b) =>
      (a.sourceRowIndex ?? Number.POSITIVE_INFINITY) - (b.sourceRowIndex ?? Number.POSITIVE_INFINITY) ||
      (a.fileName < b.fileName ? -1 : 1),
  );
}
