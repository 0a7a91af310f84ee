import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, highestDeletedVersion, type Queryable, type Transaction, toJson } from '../database';
import { BadUserInput } from '../errors';
import type { PixelConvention } from '../imaging';
import { type Adoption, adoptPixels, findKnownImages, type KnownImage } from './adoptPixels';
import { datasetNames } from './datasetNames';
import { keepSource } from './datasetSource';
import { changeTexts, checkTexts, type DatasetTextName, type DatasetTexts } from './datasetTexts';
import { insertLesions, insertTree } from './importRows';
import type { ImportTree } from './importTree';
import { type CheckedPixels, checkPixelFiles } from './pixelChecks';
import type { PixelFiles } from './pixelFolder';
import type { Split } from './vocabulary';

/** What a data set version is called and where it comes from. */
export interface DatasetSource extends DatasetTexts {
  slug: string;
  /** its texts if neither the caller nor the previous version has any */
  defaultTexts?: DatasetTexts;
  synthetic?: boolean;
  pixelConvention: PixelConvention;
  sourceFormat: 'dl-info' | 'coco';
  sourceFile: string;
  sourceSha256: string;
  /** the file itself as `packSource` makes it; null or left out if it is not kept */
  packedSource?: Buffer | null;
  /** where it is said by the caller and not by the file: another split makes another version */
  split?: Split;
  /** skip pixel files that contradict the source */
  skipBadRows?: boolean;
  /** every image has to have a pixel file, so that none is skipped */
  requireImages?: boolean;
  /** given what was written, as the last step of its transaction */
  keep?: KeepImport;
}

export type KeepImport = (transaction: Transaction, stored: StoredDataset) => Promise<void>;

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
  /** imported before without checksums of its pixel files: how many were noted now */
  checksumsNoted: number;
  /** imported before: pixel files that are other ones than those of that time */
  changedPixels: NamedFiles;
  /** pixel files that cannot be used, a sentence each */
  unusablePixels: NamedFiles;
  /** imported before: its texts that were changed */
  textsChanged: DatasetTextName[];
}

/** How many files, and which are the first. */
export interface NamedFiles {
  count: number;
  first: string[];
}

const KEPT_FILES = 100;
const namedFiles = (all: readonly string[]): NamedFiles => ({ count: all.length, first: all.slice(0, KEPT_FILES) });

const LESIONS_AT_ONCE = 5_000;
const LOCK_POLL_MS = 100;
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** @throws BadUserInput naming the text that does not fit and the rule */
export function checkDatasetTexts(texts: { slug: string } & DatasetTexts): void {
  const { slug } = texts;
  if (!SLUG.test(slug))
    throw new BadUserInput(
      "Expected a data set's slug of 1 to 63 lower-case letters, digits and hyphens, got " +
        `${JSON.stringify(slug.slice(0, 80))}.`,
      'dataset',
    );
  checkTexts(texts);
}

/**
 * Writes a data set version with all its rows, or nothing: one transaction, one import of a slug at a time. A file that
 * was imported under this slug before writes no rows; pixel files that were found since are noted, and so are new
 * texts.
 *
 * @throws BadUserInput naming the first pixel files that contradict the source
 */
export async function storeDataset(
  database: Database,
  source: DatasetSource,
  tree: ImportTree,
  found: PixelFiles | null,
  report: object,
  onProgress: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<StoredDataset> {
  // Before anything is locked: a hundred gigabytes of pixel files take their time.
  const lesions = tree.lesions.length;
  let files = 0;
  const countFile = (done: number, total: number): void => {
    files = total;
    onProgress(done, total + lesions);
  };
  const pixels = found && (await checkFound(source, tree, found, countFile, signal));
  const unusablePixels = namedFiles(pixels?.unusable ?? []);
  const stored = await database.transaction(async (transaction): Promise<StoredDataset> => {
    await lockSlug(transaction, source.slug, signal);
    const existing = await findImported(transaction, source, tree);
    if (existing) {
      // Of imports of earlier releases it is not kept yet.
      if (source.packedSource) await keepSource(transaction, existing.id, source.packedSource);
      const renewed = { ...(await renew(transaction, existing, source, pixels)), unusablePixels };
      await source.keep?.(transaction, renewed);
      return renewed;
    }
    const imagesWithPixels = pixels?.present.size ?? 0;
    const dataset = await insertDataset(transaction, source, pixels, { ...report, imagesWithPixels, unusablePixels });
    if (source.packedSource) await keepSource(transaction, dataset.id, source.packedSource);
    const imageIds = await insertTree(transaction, dataset.id, tree, pixels);
    for (let start = 0; start < lesions; start += LESIONS_AT_ONCE) {
      signal?.throwIfAborted();
      onProgress(files + start, files + lesions);
      await insertLesions(transaction, dataset.id, tree.lesions.slice(start, start + LESIONS_AT_ONCE), imageIds);
    }
    // The planner knows nothing of a table that was filled a moment ago.
    await transaction.query({ text: 'ANALYZE dataset, patient, study, series, bookmarked_image, lesion' });
    signal?.throwIfAborted();
    onProgress(files + lesions, files + lesions);
    const nothingKnown = { pixelsNoted: false, checksumsNoted: 0, changedPixels: namedFiles([]), textsChanged: [] };
    const written = { ...dataset, ...nothingKnown, alreadyImported: false, isLatest: true, imagesWithPixels };
    await source.keep?.(transaction, { ...written, unusablePixels });
    return { ...written, unusablePixels };
  });
  // Readers of its rows in this process need no statement for the name.
  await datasetNames(database, [stored.id]);
  return stored;
}

/**
 * Checks the pixel files of an import; those of an earlier import of the same file too, which may have been replaced
 * since.
 */
async function checkFound(
  source: DatasetSource,
  tree: ImportTree,
  found: PixelFiles,
  onProgress: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<CheckedPixels> {
  const stated = [...tree.images.values()].map(({ value }) => value);
  const { sourceFile, requireImages } = source;
  const skipMisfits = source.skipBadRows && !requireImages;
  const checked = await checkPixelFiles(found, stated, { source: sourceFile, skipMisfits, onProgress, signal });
  const [first] = checked.unusable;
  if (requireImages && first !== undefined)
    throw new BadUserInput(
      `${checked.unusable.length} of the pixel files cannot be used, so that nothing was imported ` +
        `(--require-images). The first: ${first}`,
      'images',
    );
  return checked;
}

/** Takes over what another import of the same file brings: texts and pixel files. */
async function renew(
  transaction: Queryable,
  existing: ImportedDataset,
  source: DatasetSource,
  pixels: CheckedPixels | null,
): Promise<Omit<StoredDataset, 'unusablePixels'>> {
  const { id, version, isLatest } = existing;
  const textsChanged = await changeTexts(transaction, id, source, { source: 'IMPORT' });
  const images = await findKnownImages(transaction, id);
  const { changed, ...adoption } = pixels
    ? await adoptPixels(transaction, existing, images, pixels)
    : nothingAdopted(images);
  const changedPixels = namedFiles(changed);
  return { id, version, isLatest, alreadyImported: true, ...adoption, changedPixels, textsChanged };
}

function nothingAdopted(images: readonly KnownImage[]): Adoption {
  const imagesWithPixels = images.filter(({ hasPixels }) => hasPixels).length;
  return { pixelsNoted: false, imagesWithPixels, checksumsNoted: 0, changed: [] };
}

/**
 * Waits for another import of the slug; asking again and again hears `signal`, which a statement that waits does not.
 */
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
}

/** A file that an earlier release read otherwise, say with more patients than it has, is imported again. */
async function findImported(
  database: Queryable,
  { slug, sourceSha256, split }: DatasetSource,
  tree: ImportTree,
): Promise<ImportedDataset | undefined> {
  const [row] = await database.query<ImportedDataset>({
    text: `SELECT id, version, is_latest AS "isLatest", image_root AS "imageRoot", follow_links AS "followLinks"
           FROM dataset WHERE slug = $1 AND source_sha256 = $2 AND import_report->>'split' IS NOT DISTINCT FROM $3
             AND import_report @> jsonb_build_object('lesions', $4::int, 'images', $5::int, 'patients', $6::int)
           ORDER BY version DESC LIMIT 1`,
    values: [slug, sourceSha256, split ?? null, tree.lesions.length, tree.images.size, tree.patients.size],
  });
  return row;
}

async function insertDataset(
  database: Queryable,
  source: DatasetSource,
  pixels: CheckedPixels | null,
  report: object,
): Promise<{ id: number; version: number }> {
  const before = await database.prisma.dataset.findFirst({
    where: { slug: source.slug },
    orderBy: { version: 'desc' },
    select: { version: true, name: true, licence: true, citation: true, description: true },
  });
  const texts = textsOfNewVersion(source, before);
  // Ids name versions by their number: one that was deleted is not given to other data.
  const highest = Math.max(before?.version ?? 0, await highestDeletedVersion(database, source.slug));
  const { slug, synthetic, pixelConvention, sourceFormat, sourceFile, sourceSha256 } = source;
  await database.prisma.dataset.updateMany({ where: { slug, isLatest: true }, data: { isLatest: false } });
  return database.prisma.dataset.create({
    data: {
      slug,
      version: 1 + highest,
      ...texts,
      ...{ synthetic, pixelConvention, sourceFormat, sourceFile, sourceSha256 },
      imageRoot: pixels?.imageRoot,
      followLinks: pixels?.followLinks,
      importReport: toJson(report),
    },
    select: { id: true, version: true },
  });
}

/**
 * What the caller says, else what the version before said, else what is known of the source. A name that is the slug
 * says nothing.
 */
function textsOfNewVersion(
  source: DatasetSource,
  before: Record<DatasetTextName, string> | null,
): Record<DatasetTextName, string> {
  const said = before?.name === source.slug ? { ...before, name: '' } : before;
  const textOf = (field: DatasetTextName): string =>
    source[field] ?? (said?.[field] || source.defaultTexts?.[field] || (field === 'name' ? source.slug : ''));
  return {
    name: textOf('name'),
    licence: textOf('licence'),
    citation: textOf('citation'),
    description: textOf('description'),
  };
}
