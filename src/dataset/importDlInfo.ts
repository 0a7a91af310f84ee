import { basename } from 'node:path';
import type { Database } from '../database';
import { DEEP_LESION_TEXTS, isDeepLesion } from './deepLesion';
import { readDlInfoFile } from './dlInfoCsv';
import { ImportError } from './importError';
import { describeImport, type ImportReport, reportOf } from './importReport';
import { checkDatasetTexts, storeDataset } from './importStore';
import { ImportTree } from './importTree';
import { findPixelFiles } from './pixelFolder';
import { ProblemList } from './problemList';
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
  description?: string;
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
 * @throws BadUserInput when a file or folder is missing or no CSV, or pixel files are not what the rows say of them
 */
export async function importDlInfo(options: ImportOptions & { csvPath: string }): Promise<ImportReport> {
  const { csvPath, slug, signal } = options;
  checkDatasetTexts(options);
  const tree = new ImportTree();
  const problems = new ProblemList();
  const differences: { place: string; differencePx: number }[] = [];
  const { sha256 } = await readDlInfoFile(
    csvPath,
    problems,
    ({ lesion, fileBox }) => {
      const against = tree.add(lesion);
      problems.add(...against);
      const differencePx = boxDifferencePx(lesion.box, fileBox);
      if (against.length === 0 && differencePx > BOX_TOLERANCE_PX)
        differences.push({ place: lesion.place, differencePx });
    },
    signal,
  );
  if (mustRefuse(problems, tree, options)) throw new ImportError(basename(csvPath), problems);
  const pixels = options.imagesDir ? await findPixelFiles(options.imagesDir, [...tree.images.keys()]) : null;
  const counts = describeImport(tree, pixels, problems, differences);
  const stored = await storeDataset(
    options.database,
    {
      ...options,
      defaultTexts: options.synthetic || !isDeepLesion(tree.lesions) ? undefined : DEEP_LESION_TEXTS,
      pixelConvention: 'ONE_BASED',
      sourceFormat: 'dl-info',
      sourceFile: basename(csvPath),
      sourceSha256: sha256,
    },
    tree,
    pixels,
    counts,
    options.onProgress ?? (() => undefined),
    signal,
  );
  return reportOf(slug, counts, stored);
}

/** @returns whether the source is not to be imported: bad rows that may not be skipped, or nothing left beside them */
export function mustRefuse(problems: ProblemList, tree: ImportTree, { skipBadRows }: ImportOptions): boolean {
  return problems.total > 0 && (!skipBadRows || problems.brokenFile || tree.lesions.length === 0);
}
