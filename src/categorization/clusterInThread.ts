import { askOnce } from '../threads';
import type { Vectors } from './featureBytes';

/** What the thread is asked. */
export interface ClusterRequest {
  features: Vectors;
  clusterCount: number;
  seed: number;
}

/** Features in their clusters. */
export interface Clustered {
  /** cluster of each vector, from 0 */
  labels: Int32Array;
  centroids: Vectors;
  silhouette: number | null;
}

/**
 * Clusters features in a separate thread: tens of thousands of lesions take seconds.
 *
 * @throws what the clustering throws
 */
export function clusterInThread(
  features: Vectors,
  { clusterCount, seed }: { clusterCount: number; seed: number },
): Promise<Clustered> {
  return askOnce<ClusterRequest, Clustered>('categorization/clusterThread', { features, clusterCount, seed });
}
