import type { Database } from '../database';
import { BadUserInput } from '../errors';
import { type CategorizationFile, centroidsOf } from './categorizationFile';
import { nearestCentroid, placementOf, type Vectors, vectorAt } from './featureBytes';
import { checkLabels, checkName, claimName, insertCategorization } from './newCategorization';
import {
  analyzeCategorizations,
  ensureEncoder,
  insertAssignments,
  insertFeatures,
  insertPseudoClusters,
  type StoredAssignment,
} from './store';

/** Lesions of a data set, and the clusters that they are put to. */
export interface CentroidAssignment {
  datasetId: number;
  /** the data set as people call it, for messages */
  dataset: string;
  name: string;
  /** names of pseudo-clusters by cluster index, from 1 */
  labels?: ReadonlyMap<number, string>;
  /** the categorization whose centroids are taken over, with its lineage */
  file: CategorizationFile;
  lesionIds: readonly number[];
  /** what the encoder of `file` makes of these lesions, in the same order */
  features: Vectors;
  /** model.json of the encoder */
  manifest: object;
  executionProvider: string;
}

/**
 * Stores an ASSIGNED categorization: each lesion is put to the nearest centroid of a categorization of other data. It has the lineage of
 * that one, whose rounds are those of the other data.
 *
 * @returns row id
 * @throws BadUserInput when features do not fit the centroids or are no numbers
 * @throws Conflict when the data set has a categorization of this name
 */
export async function assignToCentroids(database: Database, request: CentroidAssignment): Promise<number> {
  const { datasetId, dataset, file, lesionIds, features, manifest, executionProvider } = request;
  const name = checkName(request.name);
  const labels = checkLabels(request.labels ?? new Map(), file.clusterCount);
  checkFeatures(features, lesionIds.length, file.featureDimension);
  const centroids = centroidsOf(file);
  const assignments = lesionIds.map((lesionId, i) => assign(lesionId, vectorAt(features, i), centroids));
  return database.transaction(async (transaction) => {
    await claimName(transaction, datasetId, dataset, name);
    const encoderId = await ensureEncoder(transaction, file.encoder, file.featureDimension, manifest);
    const id = await insertCategorization(
      transaction,
      {
        datasetId,
        name,
        source: 'ASSIGNED',
        encoderId,
        lesions: lesionIds.length,
        request: { assignedFrom: file.name, encoder: file.encoder },
        executionProvider,
      },
      file,
    );
    const clusterIds = await insertPseudoClusters(transaction, id, centroids, labels);
    await insertAssignments(transaction, id, clusterIds, assignments);
    await insertFeatures(transaction, encoderId, lesionIds, features);
    await analyzeCategorizations(transaction);
    return id;
  });
}

function assign(lesionId: number, vector: Float32Array, centroids: Vectors): StoredAssignment {
  const own = nearestCentroid(vector, centroids);
  return { lesionId, clusterIndex: own + 1, ...placementOf(vector, centroids, own) };
}

function checkFeatures({ count, dimension, values }: Vectors, lesions: number, featureDimension: number): void {
  if (count !== lesions || dimension !== featureDimension)
    throw new BadUserInput(
      `Expected ${lesions} × ${featureDimension} features, got ${count} × ${dimension}.`,
      'features',
    );
  const unfit = values.findIndex((value) => !Number.isFinite(value));
  if (unfit >= 0)
    throw new BadUserInput(
      `Expected finite features, got ${values[unfit]} for lesion ${Math.floor(unfit / dimension)}, feature ${unfit % dimension}.`,
      'features',
    );
}
