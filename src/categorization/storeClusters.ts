import type { Transaction } from '../database';
import type { CategorizationJob } from './categorizationJob';
import { placementOf, type Vectors, vectorAt } from './featureBytes';
import { analyzeCategorizations, insertAssignments, insertIterations, insertPseudoClusters } from './store';

/** Lesions in their clusters. */
export interface SortedLesions {
  lesionIds: readonly number[];
  /** of the lesions, in the same order */
  features: Vectors;
  /** cluster of each lesion, from 0 */
  labels: Int32Array;
  centroids: Vectors;
  silhouette: number | null;
  /** names of clusters by cluster index, from 1 */
  clusterLabels: ReadonlyMap<number, string>;
}

/** Writes clusters, assignments and the one iteration, and ends the categorization as SUCCEEDED. */
export async function storeClusters(
  transaction: Transaction,
  { id }: CategorizationJob,
  { lesionIds, features, labels, centroids, silhouette, clusterLabels }: SortedLesions,
  warnings: readonly string[],
): Promise<void> {
  const clusterIds = await insertPseudoClusters(transaction, id, centroids, clusterLabels);
  const assignments = lesionIds.map((lesionId, i) => {
    const own = labels[i]!;
    return { lesionId, clusterIndex: own + 1, ...placementOf(vectorAt(features, i), centroids, own) };
  });
  await insertAssignments(transaction, id, clusterIds, assignments);
  const sizes = Array.from({ length: centroids.count }, (_, k) => labels.filter((label) => label === k).length);
  const iteration = { iteration: 0, nmiToPrevious: null, purityToPrevious: null, silhouette, sizes };
  await insertIterations(transaction, id, [iteration]);
  await transaction.query({
    text: `UPDATE categorization SET status = 'SUCCEEDED', completed = $2, chosen_iteration = 0, warnings = warnings || $3::text[],
             finished_at = now() WHERE id = $1`,
    values: [id, lesionIds.length, warnings],
  });
  await analyzeCategorizations(transaction);
}
