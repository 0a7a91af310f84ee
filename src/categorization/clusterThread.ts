/** A thread that clusters features once. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { kMeans } from './kMeans';
import { meanSilhouette } from './silhouette';

const { clusterCount, seed, ...features } = z
  .object({
    count: z.number().int(),
    dimension: z.number().int(),
    values: z.custom<Float32Array>((value) => value instanceof Float32Array),
    clusterCount: z.number().int(),
    seed: z.number().int(),
  })
  .parse(workerData);
const { labels, centroids } = kMeans(features, { clusterCount, seed });
parentPort?.postMessage({
  labels,
  centroids: centroids.values,
  silhouette: meanSilhouette(features, labels, clusterCount),
});
