/**
 * Takes pixel files over for a data set version that is there: those that came after its import, and those that were
 * moved.
 */
import type { Database, Queryable, Transaction } from '../database';
import { BadUserInput } from '../errors';
import { findDatasetByReference, unknownDataset } from './datasetReads';
import { type ImportNote, ImportNotes } from './importNotes';
import { type CheckedPixels, checkPixelFiles, type StatedImage } from './pixelChecks';
import { findPixelFiles, missingText, type PixelFiles } from './pixelFolder';
import type { WantedImage } from './pixelSearch';

/** An image of a data set version and what is known of its pixel file. */
export interface KnownImage extends StatedImage {
  hasPixels: boolean;
  /** below the image root; null: in DeepLesion's layout */
  pixelPath: string | null;
  pixelSha256: string | null;
}

/** Where the pixel files of a data set version are said to be. */
interface KnownPlace {
  imageRoot: string | null;
  followLinks: boolean;
}

/** What taking over pixel files changed. */
export interface Adoption {
  /** the folder, or which images have pixels, is another one than before */
  pixelsNoted: boolean;
  imagesWithPixels: number;
  /** images that had no checksum and have one now */
  checksumsNoted: number;
  /** files that are other ones than those that were imported; the checksum stays that of the import */
  changed: string[];
}

export function findKnownImages(database: Queryable, datasetId: number): Promise<KnownImage[]> {
  return database.query({
    text: `SELECT file_name AS "fileName", width, height, has_pixels AS "hasPixels", pixel_path AS "pixelPath",
             pixel_sha256 AS "pixelSha256"
           FROM bookmarked_image WHERE dataset_id = $1 ORDER BY id`,
    values: [datasetId],
  });
}

type FoundFiles = Pick<PixelFiles, 'imageRoot' | 'followLinks' | 'present' | 'pixelPaths'>;

const isSameFolder = (known: KnownPlace, found: FoundFiles): boolean =>
  found.imageRoot === known.imageRoot && found.followLinks === known.followLinks;

/** Whether what was found of an image is what is known of it: a file at the same path below the folder, or none. */
function isSameFile({ fileName, hasPixels, pixelPath }: KnownImage, { present, pixelPaths }: FoundFiles): boolean {
  const isThere = present.has(fileName);
  return isThere === hasPixels && (!isThere || (pixelPaths.get(fileName) ?? null) === pixelPath);
}

/** @returns images whose file need not be read again: it was, in the place where it still is looked for */
function alreadyChecked(images: readonly KnownImage[], known: KnownPlace, found: FoundFiles): Set<string> {
  if (!isSameFolder(known, found)) return new Set();
  const checked = images.filter((image) => image.hasPixels && image.pixelSha256 !== null && isSameFile(image, found));
  return new Set(checked.map(({ fileName }) => fileName));
}

/**
 * Takes over pixel files, unless they are fewer than those that are known: a wrong folder must not lose any. Missing
 * checksums are stored, known ones are kept, so that another file under an old name is reported wherever it is used.
 */
export async function adoptPixels(
  transaction: Queryable,
  dataset: KnownPlace & { id: number },
  images: readonly KnownImage[],
  pixels: CheckedPixels,
): Promise<Adoption> {
  const { present, sha256 } = pixels;
  const before = images.filter(({ hasPixels }) => hasPixels).length;
  const kept = isSameFolder(dataset, pixels) ? images.filter((image) => isSameFile(image, pixels)) : [];
  const pixelsNoted = present.size >= Math.max(1, before) && kept.length < images.length;
  if (pixelsNoted) await notePlaces(transaction, dataset.id, pixels);
  // What was read says nothing of files that are still looked for elsewhere.
  const read = (pixelsNoted ? images : kept).filter(({ fileName }) => sha256.has(fileName));
  const unknown = read.filter(({ pixelSha256 }) => pixelSha256 === null);
  await noteChecksums(transaction, dataset.id, unknown, sha256);
  const changed = read.filter(
    ({ fileName, pixelSha256 }) => pixelSha256 !== null && pixelSha256 !== sha256.get(fileName),
  );
  return {
    pixelsNoted,
    imagesWithPixels: pixelsNoted ? present.size : before,
    checksumsNoted: unknown.length,
    changed: changed.map(({ fileName }) => fileName),
  };
}

/** Notes the folder, which images have a file in it and where. */
async function notePlaces(
  transaction: Queryable,
  datasetId: number,
  { imageRoot, followLinks, present, pixelPaths }: FoundFiles,
): Promise<void> {
  await transaction.query({
    text: `UPDATE dataset SET image_root = $2, follow_links = $4, import_report = import_report || jsonb_build_object('imagesWithPixels', $3::int)
           WHERE id = $1`,
    values: [datasetId, imageRoot, present.size, followLinks],
  });
  await transaction.query({
    text: `UPDATE bookmarked_image AS image SET has_pixels = found.path IS NOT NULL, pixel_path = nullif(found.path, '')
           FROM bookmarked_image AS same LEFT JOIN unnest($2::text[], $3::text[]) AS found (name, path) ON found.name = same.file_name
           WHERE same.dataset_id = $1 AND image.id = same.id
             AND (image.has_pixels, image.pixel_path) IS DISTINCT FROM (found.path IS NOT NULL, nullif(found.path, ''))`,
    values: [datasetId, [...present], [...present].map((fileName) => pixelPaths.get(fileName) ?? '')],
  });
}

async function noteChecksums(
  transaction: Queryable,
  datasetId: number,
  images: readonly KnownImage[],
  sha256: ReadonlyMap<string, string>,
): Promise<void> {
  if (images.length === 0) return;
  await transaction.query({
    text: `UPDATE bookmarked_image AS image SET pixel_sha256 = taken.sha256
           FROM unnest($2::text[], $3::text[]) AS taken (file_name, sha256)
           WHERE image.dataset_id = $1 AND image.file_name = taken.file_name AND image.pixel_sha256 IS NULL`,
    values: [datasetId, images.map(({ fileName }) => fileName), images.map(({ fileName }) => sha256.get(fileName))],
  });
}

/** The options of `moveImages` in addition to the folder. */
export interface MoveOptions {
  onProgress?(done: number, total: number): void;
  /** given what changed, as the last step of its transaction */
  keep?(transaction: Transaction, reference: string, adoption: Adoption): Promise<void>;
  signal?: AbortSignal;
}

/** What moving did. */
export interface Moved extends Adoption {
  reference: string;
  images: number;
  unusable: readonly string[];
  notes: ImportNote[];
}

/**
 * Says where the pixel files of a data set version are now. They are looked for as by an import.
 *
 * @param reference `slug` (its latest version) or `slug@version`
 * @param imagesDir any folder that `findPixelFiles` understands
 * @throws NotFound, BadUserInput where the folder holds fewer of its images than are known, or other ones
 */
export async function moveImages(
  database: Database,
  reference: string,
  imagesDir: string,
  { onProgress, keep, signal }: MoveOptions = {},
): Promise<Moved> {
  const dataset = await findDatasetByReference(database, reference);
  if (!dataset) throw await unknownDataset(database, reference, 'dataset');
  const name = `${dataset.slug}@${dataset.version}`;
  const images = await findKnownImages(database, dataset.id);
  const notes = new ImportNotes();
  const found = await findPixelFiles(imagesDir, wantedImages(images), notes);
  const known = alreadyChecked(images, dataset, found);
  const pixels = await checkPixelFiles(found, images, { source: name, known, onProgress, signal });
  const before = images.filter(({ hasPixels }) => hasPixels).length;
  if (pixels.present.size < Math.max(1, before))
    throw new BadUserInput(
      `${imagesDir} holds ${pixels.present.size} of the ${before} pixel files of ${name}; nothing was changed. ` +
        `Name the folder that holds all of them. ${missingText(found)}`,
      'images',
    );
  const adoption = await database.transaction(async (transaction) => {
    const adopted = await adoptPixels(transaction, dataset, images, pixels);
    await keep?.(transaction, name, adopted);
    return adopted;
  });
  return { ...adoption, reference: name, images: images.length, unusable: pixels.unusable, notes: notes.list() };
}

/**
 * Those that have pixels come first: one of them is the first that is missed. A file most likely has the path that it
 * had.
 */
function wantedImages(images: readonly KnownImage[]): WantedImage[] {
  const withFirst = [...images].sort((a, b) => Number(b.hasPixels) - Number(a.hasPixels));
  return withFirst.map(({ fileName, pixelPath }) => ({ fileName, sourcePath: pixelPath ?? undefined }));
}
