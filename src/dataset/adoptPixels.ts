/** Takes pixel files over for a data set version that is there: those that came after its import, and those that were moved. */
import type { Database, Queryable } from '../database';
import { BadUserInput, NotFound } from '../errors';
import { findDatasetByReference } from './datasetReads';
import { type CheckedPixels, checkPixelFiles, type StatedImage } from './pixelChecks';
import { findPixelFiles } from './pixelFolder';

/** An image of a data set version and what is known of its pixel file. */
export interface KnownImage extends StatedImage {
  hasPixels: boolean;
  pixelSha256: string | null;
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
    text: `SELECT file_name AS "fileName", width, height, has_pixels AS "hasPixels", pixel_sha256 AS "pixelSha256"
           FROM bookmarked_image WHERE dataset_id = $1 ORDER BY id`,
    values: [datasetId],
  });
}

/** @returns images whose file need not be read again: it was, in the folder where it still is looked for */
export function alreadyChecked(images: readonly KnownImage[], isSameFolder: boolean): Set<string> {
  const checked = isSameFolder ? images.filter(({ hasPixels, pixelSha256 }) => hasPixels && pixelSha256 !== null) : [];
  return new Set(checked.map(({ fileName }) => fileName));
}

/**
 * Takes over pixel files, unless they are fewer than those that are known: a wrong folder must not lose any. Missing checksums are noted,
 * known ones are kept, so that another file under an old name is told wherever it is used.
 */
export async function adoptPixels(
  transaction: Queryable,
  dataset: { id: number; imageRoot: string | null },
  images: readonly KnownImage[],
  pixels: CheckedPixels,
): Promise<Adoption> {
  const { imageRoot, present, sha256 } = pixels;
  const before = images.filter(({ hasPixels }) => hasPixels).length;
  const isSameFolder = imageRoot === dataset.imageRoot;
  const isFewer = present.size < Math.max(1, before);
  if (isFewer && !isSameFolder) return { pixelsNoted: false, imagesWithPixels: before, checksumsNoted: 0, changed: [] };
  const pixelsNoted = !isFewer && !(isSameFolder && present.size === before);
  if (pixelsNoted) await notePresent(transaction, dataset.id, imageRoot, present);
  const unknown = images.filter(({ fileName, pixelSha256 }) => pixelSha256 === null && sha256.has(fileName));
  await noteChecksums(transaction, dataset.id, unknown, sha256);
  const changed = images.filter(({ fileName, pixelSha256 }) => {
    const found = sha256.get(fileName);
    return pixelSha256 !== null && found !== undefined && found !== pixelSha256;
  });
  return {
    pixelsNoted,
    imagesWithPixels: pixelsNoted ? present.size : before,
    checksumsNoted: unknown.length,
    changed: changed.map(({ fileName }) => fileName),
  };
}

async function notePresent(
  transaction: Queryable,
  datasetId: number,
  imageRoot: string,
  present: ReadonlySet<string>,
): Promise<void> {
  await transaction.query({
    text: `UPDATE dataset SET image_root = $2, import_report = import_report || jsonb_build_object('imagesWithPixels', $3::int)
           WHERE id = $1`,
    values: [datasetId, imageRoot, present.size],
  });
  await transaction.query({
    text: `UPDATE bookmarked_image SET has_pixels = (file_name = ANY($2::text[]))
           WHERE dataset_id = $1 AND has_pixels <> (file_name = ANY($2::text[]))`,
    values: [datasetId, [...present]],
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

/** What `moveImages` is told besides the folder. */
export interface MoveOptions {
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
}

/**
 * Says where the pixel files of a data set version are now.
 *
 * @param reference `slug` (its latest version) or `slug@version`
 * @param imagesDir `Images_png`, or the folder that holds it
 * @throws NotFound, BadUserInput where the folder holds fewer of its images than are known, or other ones
 */
export async function moveImages(
  database: Database,
  reference: string,
  imagesDir: string,
  { onProgress, signal }: MoveOptions = {},
): Promise<Adoption & { reference: string; images: number; unusable: readonly string[] }> {
  const dataset = await findDatasetByReference(database, reference);
  if (!dataset) throw new NotFound(`There is no data set ${reference}.`, 'dataset');
  const name = `${dataset.slug}@${dataset.version}`;
  const images = await findKnownImages(database, dataset.id);
  const found = await findPixelFiles(
    imagesDir,
    images.map(({ fileName }) => fileName),
  );
  const known = alreadyChecked(images, found.imageRoot === dataset.imageRoot);
  const pixels = await checkPixelFiles(found, images, { source: name, known, onProgress, signal });
  const before = images.filter(({ hasPixels }) => hasPixels).length;
  if (pixels.present.size < Math.max(1, before))
    throw new BadUserInput(
      `${imagesDir} holds ${pixels.present.size} of the ${before} pixel files of ${name}; nothing was changed. Name the folder that holds all of them.`,
      'images',
    );
  const adoption = await database.transaction((transaction) => adoptPixels(transaction, dataset, images, pixels));
  return { ...adoption, reference: name, images: images.length, unusable: pixels.unusable };
}
