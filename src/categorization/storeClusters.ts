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

/**
 * Ends a categorization as SUCCEEDED and writes clusters, assignments and the one iteration that there was. Nothing is
 * written if it has finished meanwhile, by a cancellation.
 */
export async function storeClusters(
  transaction: Transaction,
  { id }: CategorizationJob,
  { lesionIds, features, labels, centroids, silhouette, clusterLabels }: SortedLesions,
  warnings: readonly string[],
): Promise<void> {
  // First, because it locks the row: a client that cancels it waits for the whole, or comes before it.
  const moved = await transaction.query({
    text: `UPDATE categorization SET status = 'SUCCEEDED', completed = $2, chosen_iteration = 0, warnings = warnings || $3::text[],
             finished_at = now() WHERE id = $1 AND status = 'RUNNING' RETURNING id`,
    values: [id, lesionIds.length, warnings],
  });
  if (moved.length === 0) return;
  const clusterIds = await insertPseudoClusters(transaction, id, centroids, clusterLabels);
  const assignments = lesionIds.map((lesionId, i) => {
    const own = labels[i]!;
    return { lesionId, clusterIndex: own + 1, ...placementOf(vectorAt(features, i), centroids, own) };
  });
  await insertAssignments(transaction, id, clusterIds, assignments);
  const sizes = Array.from({ length: centroids.count }, (_, k) => labels.filter((label) => label === k).length);
  const iteration = { iteration: 0, nmiToPrevious: null, purityToPrevious: null, silhouette, sizes };
  await insertIterations(transaction, id, [iteration]);
  await analyzeCategorizations(transaction);
}
