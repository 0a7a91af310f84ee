import type { Database, Queryable, Transaction } from '../database';
import { findDatasetByReference, ImportError, ProblemList } from '../dataset';
import { BadUserInput, NotFound } from '../errors';
import { type CategorizationFolder, type FolderRow, readCategorizationFolder } from './categorizationFolder';
import { type Vectors, vectorAt } from './featureBytes';
import { type MatchedRows, matchLesions } from './matchLesions';
import { checkLabels, checkName, claimName, insertCategorization } from './newCategorization';
import {
  analyzeCategorizations,
  ensureEncoder,
  giveUuidOfContent,
  insertAssignments,
  insertFeatures,
  insertPseudoClusters,
} from './store';

export interface CategorizationImport {
  /** what `training/categorize.py` wrote: categorization.json, assignments.csv, features.npy */
  folder: string;
  /** `slug` or `slug@version` */
  dataset: string;
  /** instead of the name in the file */
  name?: string;
  /** names of pseudo-clusters by cluster index, from 1 */
  labels?: ReadonlyMap<number, string>;
  /** leave out rows whose lesion the data set does not have */
  partial?: boolean;
  onProgress?(done: number, total: number): void;
  /** given its row id, as the last step of the transaction */
  keep?(transaction: Transaction, id: number): Promise<void>;
  signal?: AbortSignal;
}

export interface CategorizationImportReport {
  /** row id */
  id: number;
  name: string;
  clusterCount: number;
  lesions: number;
  /** lesions of the data set that the folder does not have; they are in no cluster */
  lesionsWithoutRow: number;
  /** rows whose lesion the data set does not have */
  rowsLeftOut: number;
}

/**
 * Stores a categorization that was computed elsewhere, with its whole lineage: one transaction, or nothing. Lesions are
 * found by key slice and box.
 *
 * @throws BadUserInput naming file, row and field that do not fit
 * @throws NotFound if there is no such data set
 * @throws Conflict if the data set has a categorization of this name
 */
export async function importCategorization(
  database: Database,
  options: CategorizationImport,
): Promise<CategorizationImportReport> {
  const { signal } = options;
  const dataset = await findDatasetByReference(database, options.dataset);
  if (!dataset)
    throw new NotFound(`There is no data set ${options.dataset}: import it first (deeplesion import).`, 'dataset');
  const content = await readCategorizationFolder(options.folder);
  const name = checkName(options.name ?? content.file.name);
  const labels = checkLabels(options.labels ?? new Map(), content.file.clusterCount);
  return database.transaction(async (transaction) => {
    signal?.throwIfAborted();
    await claimName(transaction, dataset.id, options.dataset, name);
    const found = await matchLesions(transaction, dataset.id, content.rows);
    refuseUnmatched(found, options);
    const id = await store(transaction, dataset.id, name, labels, content, found.matched, (done, total) => {
      signal?.throwIfAborted();
      options.onProgress?.(done, total);
    });
    await analyzeCategorizations(transaction);
    await options.keep?.(transaction, id);
    return {
      id,
      name,
      clusterCount: content.file.clusterCount,
      lesions: found.matched.length,
      lesionsWithoutRow: found.lesionsWithoutRow,
      rowsLeftOut: found.unknown.length,
    };
  });
}

/** @throws ImportError for rows without a lesion and for lesions that come twice */
function refuseUnmatched(
  { matched, repeated, unknown }: MatchedRows,
  { dataset, partial }: CategorizationImport,
): void {
  const problems = new ProblemList();
  for (const { row, earlier } of repeated)
    problems.add({ place: row.place, column: 'Bounding_boxes', reason: `the lesion of ${earlier} once more` });
  if (!partial)
    for (const { row, reason } of unknown) problems.add({ place: row.place, column: 'Bounding_boxes', reason });
  const remedy =
    unknown.length > 0
      ? `Import it into the data set that it was made of, or leave out the ${unknown.length} rows that ` +
        `${dataset} does not have with --partial.`
      : 'Mend the folder, or have it written again.';
  if (problems.total > 0) throw new ImportError('assignments.csv', problems, remedy);
  if (matched.length === 0)
    throw new BadUserInput(`No row of assignments.csv is a lesion of ${dataset}: is it another data set's?`, 'dataset');
}

async function store(
  database: Queryable,
  datasetId: number,
  name: string,
  labels: ReadonlyMap<number, string>,
  { file, features, centroids }: CategorizationFolder,
  matched: readonly { row: FolderRow; lesionId: number }[],
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const encoderId = await ensureEncoder(database, file.encoder, file.featureDimension);
  const identity = { datasetId, name, encoderId, lesions: matched.length };
  const id = await insertCategorization(database, identity, file);
  const clusterIds = await insertPseudoClusters(database, id, centroids, labels);
  const assignments = matched.map(({ row, lesionId }) => ({ ...row, lesionId }));
  await insertAssignments(database, id, clusterIds, assignments);
  const lesionIds = matched.map(({ lesionId }) => lesionId);
  const ofLesions = pickVectors(
    features,
    matched.map(({ row }) => row.rowIndex),
  );
  await insertFeatures(database, encoderId, lesionIds, ofLesions, onProgress);
  await giveUuidOfContent(database, id);
  return id;
}

function pickVectors(vectors: Vectors, indices: readonly number[]): Vectors {
  const { dimension } = vectors;
  const values = new Float32Array(indices.length * dimension);
  for (const [to, from] of indices.entries()) values.set(vectorAt(vectors, from), to * dimension);
  return { count: indices.length, dimension, values };
}
