import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { compiledEntry } from '../compiled';
import type { Vectors } from './featureBytes';

/** Features in their clusters. */
export interface Clustered {
  /** cluster of each vector, from 0 */
  labels: Int32Array;
  centroids: Vectors;
  silhouette: number | null;
}

const Answer = z.object({
  labels: z.custom<Int32Array>((value) => value instanceof Int32Array),
  centroids: z.custom<Float32Array>((value) => value instanceof Float32Array),
  silhouette: z.number().nullable(),
});

/**
 * Clusters features in a thread of its own: tens of thousands of lesions take seconds.
 *
 * @throws what the clustering throws
 */
export function clusterInThread(
  features: Vectors,
  { clusterCount, seed }: { clusterCount: number; seed: number },
): Promise<Clustered> {
  const { dimension } = features;
  return new Promise((resolve, reject) => {
    const thread = new Worker(compiledEntry('categorization/clusterThread'), {
      workerData: { ...features, clusterCount, seed },
    });
    thread.once('message', (message: unknown) => {
      const { labels, centroids, silhouette } = Answer.parse(message);
      resolve({ labels, centroids: { count: clusterCount, dimension, values: centroids }, silhouette });
    });
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`The clustering thread ended with ${code} and without an answer.`)));
  });
}
