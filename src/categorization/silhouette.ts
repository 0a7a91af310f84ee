import { euclideanDistance, type Vectors, vectorAt } from './featureBytes';

/** Above this the silhouette is that of every n-th vector: its cost grows with the square of their number. */
const SILHOUETTE_SAMPLE = 3_000;

/**
 * Mean silhouette (Rousseeuw 1987): of each vector, (b − a) / max(a, b) with a its mean distance to the others of its
 * cluster and b that to the nearest other cluster; 0 for the only vector of its cluster. Of many vectors an even sample
 * is taken.
 *
 * @param labels cluster of each vector, from 0
 * @returns −1 … 1; null if there are fewer than two clusters
 */
export function meanSilhouette(vectors: Vectors, labels: Int32Array, clusterCount: number): number | null {
  const step = Math.max(1, vectors.count / SILHOUETTE_SAMPLE);
  const sample = Array.from({ length: Math.floor(vectors.count / step) }, (_, i) => Math.floor(i * step));
  const sizes = new Int32Array(clusterCount);
  for (const i of sample) sizes[labels[i]!]!++;
  if (sizes.filter((size) => size > 0).length < 2) return null;
  let sum = 0;
  for (const i of sample) sum += silhouetteOf(vectors, labels, i, sample, sizes);
  return sum / sample.length;
}

function silhouetteOf(
  vectors: Vectors,
  labels: Int32Array,
  i: number,
  sample: readonly number[],
  sizes: Int32Array,
): number {
  const own = labels[i]!;
  if (sizes[own] === 1) return 0;
  const sums = new Float64Array(sizes.length);
  const vector = vectorAt(vectors, i);
  for (const j of sample) sums[labels[j]!]! += euclideanDistance(vector, vectorAt(vectors, j));
  const within = sums[own]! / (sizes[own]! - 1);
  let nearest = Number.POSITIVE_INFINITY;
  for (let k = 0; k < sizes.length; k++)
    if (k !== own && sizes[k]! > 0) nearest = Math.min(nearest, sums[k]! / sizes[k]!);
  const most = Math.max(within, nearest);
  return most === 0 ? 0 : (nearest - within) / most;
}
