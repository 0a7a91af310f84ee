import { basename } from 'node:path';
import type { Database } from '../database';
import { readDlInfoFile } from './dlInfoCsv';
import { ImportError } from './importError';
import { describeImport, type ImportReport, reportOf } from './importReport';
import { checkSlug, storeDataset } from './importStore';
import { ImportTree } from './importTree';
import { findPixelFiles } from './pixelFolder';
import { boxDifferencePx } from './recist';

/** What every importer is told. */
export interface ImportOptions {
  database: Database;
  /** `Images_png`, or the folder that holds it; left out: an import without pixels */
  imagesDir?: string;
  slug: string;
  name?: string;
  licence?: string;
  citation?: string;
  synthetic?: boolean;
  /** import the rows that fit and say what was left out */
  skipBadRows?: boolean;
  onProgress?(done: number, total: number): void;
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
 * @throws BadUserInput when a file or folder is missing or no CSV
 */
export async function importDlInfo(options: ImportOptions & { csvPath: string }): Promise<ImportReport> {
  const { csvPath, slug, signal } = options;
  checkSlug(slug);
  const file = await readDlInfoFile(csvPath, signal);
  const tree = new ImportTree();
  const problems = [...file.problems];
  const differences: { place: string; differencePx: number }[] = [];
  for (const { lesion, fileBox } of file.rows) {
    const against = tree.add(lesion);
    problems.push(...against);
    const differencePx = boxDifferencePx(lesion.box, fileBox);
    if (against.length === 0 && differencePx > BOX_TOLERANCE_PX)
      differences.push({ place: lesion.place, differencePx });
  }
  problems.sort((a, b) => lineOf(a.place) - lineOf(b.place));
  if (problems.length > 0 && (!options.skipBadRows || tree.lesions.length === 0))
    throw new ImportError(basename(csvPath), problems);
  const pixels = options.imagesDir ? await findPixelFiles(options.imagesDir, [...tree.images.keys()]) : null;
  const counts = describeImport(tree, pixels, problems, differences);
  const stored = await storeDataset(
    options.database,
    {
      ...options,
      pixelConvention: 'ONE_BASED',
      sourceFormat: 'dl-info',
      sourceFile: basename(csvPath),
      sourceSha256: file.sha256,
    },
    tree,
    pixels,
    counts,
    options.onProgress ?? (() => undefined),
    signal,
  );
  return reportOf(slug, counts, stored);
}

const lineOf = (place: string): number => Number(place.replace('line ', ''));
