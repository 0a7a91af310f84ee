import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Queryable } from '../database';
import { BadUserInput } from '../errors';
import { insertLesions, insertTree } from './importRows';
import type { ImportTree } from './importTree';
import type { PixelFiles } from './pixelFolder';
import type { PixelConvention, Split } from './vocabulary';

/** What a data set version is called and where it comes from. */
export interface DatasetSource {
  slug: string;
  name?: string;
  description?: string;
  licence?: string;
  citation?: string;
  synthetic?: boolean;
  pixelConvention: PixelConvention;
  sourceFormat: 'dl-info' | 'coco';
  sourceFile: string;
  sourceSha256: string;
  /** where it is said by the caller and not by the file: another split makes another version */
  split?: Split;
}

/** What was written. */
export interface StoredDataset {
  id: number;
  version: number;
  /** true: this very file was imported before, and no row was written */
  alreadyImported: boolean;
  isLatest: boolean;
  /** of its images, how many have a pixel file now */
  imagesWithPixels: number;
  /** true: imported before, and the pixel files of this call were noted */
  pixelsNoted: boolean;
}

const LESIONS_AT_ONCE = 5_000;
const LOCK_POLL_MS = 100;
const MAX_TEXT_LENGTH = 10_000;
/** Text that PostgreSQL cannot keep. */
const UNSTORABLE = /\0|\p{Surrogate}/u;
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** @throws BadUserInput naming the text that does not fit and the rule */
export function checkDatasetTexts(texts: { slug: string; name?: string; licence?: string; citation?: string }): void {
  const { slug } = texts;
  if (!SLUG.test(slug))
    throw new BadUserInput(
      `Expected a data set's slug of 1 to 63 lower-case letters, digits and hyphens, got ${JSON.stringify(slug.slice(0, 80))}.`,
      'dataset',
    );
  for (const field of ['name', 'licence', 'citation'] as const) {
    const text = texts[field];
    if (text === undefined) continue;
    if (text.length > MAX_TEXT_LENGTH || UNSTORABLE.test(text) || (field === 'name' && text.trim() === ''))
      throw new BadUserInput(
        `Expected a ${field} of 1 to ${MAX_TEXT_LENGTH} characters without NUL or half a surrogate pair.`,
        field,
      );
  }
}

/**
 * Writes a data set version with all its rows, or nothing: one transaction, one import of a slug at a time. A file that was imported under
 * this slug before writes no rows; pixel files that were found since are noted.
 */
export async function storeDataset(
  database: Database,
  source: DatasetSource,
  tree: ImportTree,
  pixels: PixelFiles | null,
  report: unknown,
  onProgress: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<StoredDataset> {
  return database.transaction(async (transaction) => {
    await lockSlug(transaction, source.slug, signal);
    const existing = await findImported(transaction, source, tree);
    if (existing) {
      const pixelsNoted = pixels !== null && (await notePixels(transaction, existing, pixels));
      const imagesWithPixels = pixelsNoted ? pixels.present.size : existing.imagesWithPixels;
      return { ...existing, imagesWithPixels, alreadyImported: true, pixelsNoted };
    }
    const dataset = await insertDataset(transaction, source, pixels, report);
    const imageIds = await insertTree(transaction, dataset.id, tree, pixels);
    for (let start = 0; start < tree.lesions.length; start += LESIONS_AT_ONCE) {
      signal?.throwIfAborted();
      onProgress(start, tree.lesions.length);
      await insertLesions(transaction, dataset.id, tree.lesions.slice(start, start + LESIONS_AT_ONCE), imageIds);
    }
    // The planner knows nothing of a table that was filled a moment ago.
    await transaction.query({ text: 'ANALYZE dataset, patient, study, series, bookmarked_image, lesion' });
    signal?.throwIfAborted();
    onProgress(tree.lesions.length, tree.lesions.length);
    const imagesWithPixels = pixels?.present.size ?? 0;
    return { ...dataset, alreadyImported: false, isLatest: true, imagesWithPixels, pixelsNoted: false };
  });
}

/** Waits for another import of the slug; asking again and again hears `signal`, which a statement that waits does not. */
async function lockSlug(database: Queryable, slug: string, signal?: AbortSignal): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const [answer] = await database.query<{ locked: boolean }>({
      text: `SELECT pg_try_advisory_xact_lock(hashtextextended('dataset ' || $1, 0)) AS locked`,
      values: [slug],
    });
    if (answer?.locked) return;
    await sleep(LOCK_POLL_MS);
  }
}

interface ImportedDataset {
  id: number;
  version: number;
  isLatest: boolean;
  imageRoot: string | null;
  followLinks: boolean;
  imagesWithPixels: number;
}

/** A file that an earlier release read otherwise, say with more patients than it has, is imported anew. */
async function findImported(
  database: Queryable,
  { slug, sourceSha256, split }: DatasetSource,
  tree: ImportTree,
): Promise<ImportedDataset | undefined> {
  const [row] = await database.query<ImportedDataset>({
    text: `SELECT id, version, is_latest AS "isLatest", image_root AS "imageRoot", follow_links AS "followLinks",
             (SELECT count(*) FROM bookmarked_image WHERE dataset_id = dataset.id AND has_pixels) AS "imagesWithPixels"
           FROM dataset WHERE slug = $1 AND source_sha256 = $2 AND import_report->>'split' IS NOT DISTINCT FROM $3
             AND import_report @> jsonb_build_object('lesions', $4::int, 'images', $5::int, 'patients', $6::int)
           ORDER BY version DESC LIMIT 1`,
    values: [slug, sourceSha256, split ?? null, tree.lesions.length, tree.images.size, tree.patients.size],
  });
  return row;
}

/**
 * Takes over the pixel files of a later call, unless they are fewer than those that are known: a wrong folder must not lose any.
 *
 * @returns whether anything changed
 */
async function notePixels(
  database: Queryable,
  { id, imageRoot: known, followLinks: followed, imagesWithPixels }: ImportedDataset,
  { imageRoot, present, pixelPaths, followLinks }: PixelFiles,
): Promise<boolean> {
  if (present.size < Math.max(1, imagesWithPixels)) return false;
  if (present.size === imagesWithPixels && imageRoot === known && followLinks === followed) return false;
  await database.query({
    text: `UPDATE dataset SET image_root = $2, follow_links = $4, import_report = import_report || jsonb_build_object('imagesWithPixels', $3::int)
           WHERE id = $1`,
    values: [id, imageRoot, present.size, followLinks],
  });
  await database.query({
    text: `UPDATE bookmarked_image AS image SET has_pixels = found.path IS NOT NULL, pixel_path = nullif(found.path, '')
           FROM bookmarked_image AS same LEFT JOIN unnest($2::text[], $3::text[]) AS found (name, path) ON found.name = same.file_name
           WHERE same.dataset_id = $1 AND image.id = same.id
             AND (image.has_pixels, image.pixel_path) IS DISTINCT FROM (found.path IS NOT NULL, nullif(found.path, ''))`,
    values: [id, [...present], [...present].map((fileName) => pixelPaths.get(fileName) ?? '')],
  });
  return true;
}

async function insertDataset(
  database: Queryable,
  source: DatasetSource,
  pixels: PixelFiles | null,
  report: unknown,
): Promise<{ id: number; version: number }> {
  await database.query({
    text: 'UPDATE dataset SET is_latest = false WHERE slug = $1 AND is_latest',
    values: [source.slug],
  });
  const [row] = await database.query<{ id: number; version: number }>({
    text: `INSERT INTO dataset (slug, version, name, description, licence, citation, synthetic, pixel_convention, source_format, source_file,
             source_sha256, image_root, import_report, follow_links)
           SELECT $1, 1 + coalesce(max(version), 0), $2, $3, $4, $5, $6, $7::pixel_convention, $8, $9, $10, $11, $12::jsonb, $13
           FROM dataset WHERE slug = $1 RETURNING id, version`,
    values: [
      source.slug,
      source.name ?? source.slug,
      source.description ?? '',
      source.licence ?? '',
      source.citation ?? '',
      source.synthetic ?? false,
      source.pixelConvention,
      source.sourceFormat,
      source.sourceFile,
      source.sourceSha256,
      pixels?.imageRoot ?? null,
      JSON.stringify(report),
      pixels?.followLinks ?? false,
    ],
  });
  if (!row) throw new Error('INSERT … RETURNING answered no row');
  return row;
}
