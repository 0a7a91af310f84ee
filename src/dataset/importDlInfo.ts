import { basename } from 'node:path';
import type { Database } from '../database';
import { BadUserInput } from '../errors';
import { packSource } from './datasetSource';
import { DEEP_LESION_TEXTS, isDeepLesion } from './deepLesion';
import { readDlInfoFile } from './dlInfoCsv';
import { ImportError } from './importError';
import { ImportNotes } from './importNotes';
import type { ImageRecord } from './importRecords';
import { describeImport, type ImportReport, reportOf } from './importReport';
import { checkDatasetTexts, type KeepImport, storeDataset } from './importStore';
import { ImportTree } from './importTree';
import { findPixelFiles, missingText, type PixelFiles } from './pixelFolder';
import { ProblemList } from './problemList';
import { boxDifferencePx } from './recist';

/** The options of every importer. */
export interface ImportOptions {
  database: Database;
  /**
   * `Images_png`, the folder that holds it, or any other that `findPixelFiles` understands; omitted: an import without
   * pixels
   */
  imagesDir?: string;
  /** refuse the import unless every image has a pixel file */
  requireImages?: boolean;
  slug: string;
  name?: string;
  licence?: string;
  citation?: string;
  description?: string;
  synthetic?: boolean;
  /** import the valid rows and report what was skipped */
  skipBadRows?: boolean;
  onProgress?(done: number, total: number): void;
  /** given what was written, as the last step of its transaction */
  keep?: KeepImport;
  signal?: AbortSignal;
}

/** The public file's own boxes are within this of the rule on every row that was checked. */
const BOX_TOLERANCE_PX = 0.01;

/**
 * Imports a DL_info.csv of the public DeepLesion release, or a part of it, as a new data set version.
 *
 * The stored box is derived from the RECIST end points by the paper's rule; the file's own box is compared with it.
 *
 * @throws ImportError with every bad row, unless they are to be skipped; nothing is written then
 * @throws BadUserInput if a file or folder is missing or no CSV, or pixel files are not what the rows say of them
 */
export async function importDlInfo(options: ImportOptions & { csvPath: string }): Promise<ImportReport> {
  const { csvPath, slug, signal } = options;
  checkDatasetTexts(options);
  const tree = new ImportTree('ONE_BASED');
  const notes = new ImportNotes();
  const problems = new ProblemList();
  const differences: { place: string; differencePx: number }[] = [];
  const { sha256, unreadColumns, bytes } = await readDlInfoFile(
    csvPath,
    problems,
    ({ lesion, fileBox }) => {
      const against = tree.add(lesion);
      problems.add(...against);
      const differencePx = boxDifferencePx(lesion.box, fileBox);
      if (against.length === 0 && differencePx > BOX_TOLERANCE_PX)
        differences.push({ place: lesion.place, differencePx });
      if (against.length === 0 && !holdsKeySlice(lesion.image)) notes.add('KEY_SLICE_OUTSIDE_RANGE', lesion.place);
    },
    signal,
  );
  if (mustRefuse(problems, tree.lesions.length === 0, options)) throw new ImportError(basename(csvPath), problems);
  for (const column of unreadColumns) notes.add('COLUMNS_NOT_READ', JSON.stringify(column.slice(0, 60)));
  const pixels = await findPixelsOf(tree, notes, options);
  const counts = describeImport(tree, pixels, problems, differences, notes);
  const stored = await storeDataset(
    options.database,
    {
      ...options,
      defaultTexts: options.synthetic || !isDeepLesion(tree.lesions) ? undefined : DEEP_LESION_TEXTS,
      pixelConvention: 'ONE_BASED',
      sourceFormat: 'dl-info',
      sourceFile: basename(csvPath),
      sourceSha256: sha256,
      packedSource: bytes && (await packSource(bytes)),
    },
    tree,
    pixels,
    counts,
    options.onProgress ?? (() => undefined),
    signal,
  );
  return reportOf(slug, counts, stored, pixels);
}

const holdsKeySlice = ({ sliceIndex, sliceRange }: ImageRecord): boolean =>
  sliceRange === null || (sliceRange[0] <= sliceIndex && sliceIndex <= sliceRange[1]);

/** @returns whether the source is not to be imported: bad rows that may not be skipped, or no valid row */
export function mustRefuse(problems: ProblemList, nothingLeft: boolean, { skipBadRows }: ImportOptions): boolean {
  return problems.total > 0 && (!skipBadRows || problems.brokenFile || nothingLeft);
}

/**
 * The pixel files of what is about to be stored.
 *
 * @returns null without a folder
 * @throws BadUserInput if images are required and some have no file
 */
export async function findPixelsOf(
  tree: ImportTree,
  notes: ImportNotes,
  { imagesDir, requireImages }: ImportOptions,
): Promise<PixelFiles | null> {
  if (requireImages && imagesDir === undefined)
    throw new BadUserInput('Expected --images with --require-images: the folder that holds the pixel files.', 'images');
  if (imagesDir === undefined) return null;
  const pixels = await findPixelFiles(
    imagesDir,
    [...tree.images.values()].map(({ value }) => value),
    notes,
  );
  const without = tree.images.size - pixels.present.size;
  if (requireImages && without > 0)
    throw new BadUserInput(
      `${without} of ${tree.images.size} images have no pixel file, so that nothing was imported ` +
        `(--require-images). ${missingText(pixels)}`,
      'images',
    );
  return pixels;
}
