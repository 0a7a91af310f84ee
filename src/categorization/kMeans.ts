import { seededRandom } from '../evaluation';
import { type Vectors, vectorAt } from './featureBytes';

/** Vectors assigned to clusters. */
export interface Clustering {
  /** cluster of each vector, from 0; the largest cluster is 0 */
  labels: Int32Array;
  /** mean of each cluster */
  centroids: Vectors;
  /** sum of squared distances to the own centroid */
  inertia: number;
}

export interface KMeansOptions {
  clusterCount: number;
  /** whole number; the same seed gives the same clusters */
  seed: number;
  /** number of initializations, of which the best is kept; 20 unless given */
  starts?: number;
}

const STARTS = 20;
const MAX_ITERATIONS = 300;

/**
 * k-means (Lloyd) from k-means++ initializations (Arthur and Vassilvitskii 2007); of several initializations the one
 * with the least inertia. A cluster that runs empty begins again at the vector farthest from its centroid.
 *
 * @throws RangeError for fewer vectors than clusters
 */
export function kMeans(vectors: Vectors, { clusterCount, seed, starts = STARTS }: KMeansOptions): Clustering {
  if (clusterCount < 1 || vectors.count < clusterCount)
    throw new RangeError(`Expected 1 … ${vectors.count} clusters of ${vectors.count} vectors, got ${clusterCount}.`);
  const draw = seededRandom(seed);
  const random = (): number => draw() / 2 ** 32;
  let best: Clustering | undefined;
  for (let start = 0; start < starts; start++) {
    const found = lloyd(vectors, initialCentroids(vectors, clusterCount, random));
    if (!best || found.inertia < best.inertia) best = found;
  }
  return bySize(best!);
}

/** k-means++: each centroid is drawn in proportion to the squared distance from the previous ones. */
function initialCentroids(vectors: Vectors, clusterCount: number, random: () => number): Vectors {
  const { count, dimension } = vectors;
  const values = new Float32Array(clusterCount * dimension);
  const distances = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  let chosen = Math.floor(random() * count);
  for (let k = 0; k < clusterCount; k++) {
    values.set(vectorAt(vectors, chosen), k * dimension);
    let sum = 0;
    for (let i = 0; i < count; i++) {
      distances[i] = Math.min(distances[i]!, squaredDistance(vectors, i, values, k));
      sum += distances[i]!;
    }
    chosen = drawShare(distances, random() * sum);
  }
  return { count: clusterCount, dimension, values };
}

function drawShare(weights: Float64Array, at: number): number {
  let rest = at;
  for (let i = 0; i < weights.length; i++) {
    rest -= weights[i]!;
    if (rest < 0) return i;
  }
  return weights.length - 1;
}

function lloyd(vectors: Vectors, centroids: Vectors): Clustering {
  const labels = new Int32Array(vectors.count).fill(-1);
  const distances = new Float64Array(vectors.count);
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    if (!assignAll(vectors, centroids, labels, distances)) break;
    moveCentroids(vectors, centroids, labels, distances);
  }
  return { labels, centroids, inertia: distances.reduce((sum, distance) => sum + distance, 0) };
}

/** @returns whether any vector has changed its cluster */
function assignAll(vectors: Vectors, centroids: Vectors, labels: Int32Array, distances: Float64Array): boolean {
  let changed = false;
  for (let i = 0; i < vectors.count; i++) {
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < centroids.count; k++) {
      const distance = squaredDistance(vectors, i, centroids.values, k);
      if (distance >= least) continue;
      least = distance;
      nearest = k;
    }
    if (labels[i] !== nearest) changed = true;
    labels[i] = nearest;
    distances[i] = least;
  }
  return changed;
}

function moveCentroids(vectors: Vectors, centroids: Vectors, labels: Int32Array, distances: Float64Array): void {
  const { count, dimension, values } = centroids;
  const sums = new Float64Array(count * dimension);
  const sizes = new Int32Array(count);
  for (let i = 0; i < vectors.count; i++) {
    const k = labels[i]!;
    sizes[k]!++;
    for (let d = 0; d < dimension; d++) sums[k * dimension + d]! += vectors.values[i * dimension + d]!;
  }
  const taken = new Set<number>();
  for (let k = 0; k < count; k++) {
    if (sizes[k] === 0) values.set(vectorAt(vectors, farthest(distances, taken)), k * dimension);
    else for (let d = 0; d < dimension; d++) values[k * dimension + d] = sums[k * dimension + d]! / sizes[k]!;
  }
}

function farthest(distances: Float64Array, taken: Set<number>): number {
  let found = 0;
  let most = -1;
  for (let i = 0; i < distances.length; i++)
    if (distances[i]! > most && !taken.has(i)) {
      most = distances[i]!;
      found = i;
    }
  taken.add(found);
  return found;
}

function squaredDistance(vectors: Vectors, i: number, others: Float32Array, k: number): number {
  const { dimension, values } = vectors;
  let squared = 0;
  for (let d = 0; d < dimension; d++) {
    const difference = values[i * dimension + d]! - others[k * dimension + d]!;
    squared += difference * difference;
  }
  return squared;
}

/** Numbers the clusters by falling size, so that a number means something. */
function bySize({ labels, centroids, inertia }: Clustering): Clustering {
  const sizes = new Int32Array(centroids.count);
  for (const label of labels) sizes[label]!++;
  const order = [...sizes.keys()].sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const place = new Int32Array(order.length);
  for (const [to, from] of order.entries()) place[from] = to;
  const values = Float32Array.from(order.flatMap((from) => [...vectorAt(centroids, from)]));
  return { labels: labels.map((label) => place[label]!), centroids: { ...centroids, values }, inertia };
}
