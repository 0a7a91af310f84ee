/**
 * Features and centroids as the database keeps them: float32, little endian, one after another.
 *
 * @returns a view of the numbers, no copy: it changes with them
 */
export function toFeatureBytes(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/**
 * @returns a copy of the numbers: the driver hands out pieces of its own buffers, which need not begin at a multiple of
 *   four
 * @throws RangeError if the length is no multiple of four bytes
 */
export function fromFeatureBytes(bytes: Uint8Array): Float32Array {
  if (bytes.byteLength % 4 !== 0)
    throw new RangeError(`Expected float32 values of 4 bytes each, got ${bytes.byteLength} bytes.`);
  const values = new Float32Array(bytes.byteLength / 4);
  new Uint8Array(values.buffer).set(bytes);
  return values;
}

/** Vectors of one length, one after another in one array. */
export interface Vectors {
  readonly count: number;
  readonly dimension: number;
  /** count × dimension, vector by vector */
  readonly values: Float32Array;
}

/** @returns a view of one vector */
export function vectorAt({ values, dimension }: Vectors, index: number): Float32Array {
  return values.subarray(index * dimension, (index + 1) * dimension);
}

/** @returns the Euclidean distance of two vectors of the same length */
export function euclideanDistance(a: Float32Array, b: Float32Array): number {
  let squared = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    squared += difference * difference;
  }
  return Math.sqrt(squared);
}

/** Where a vector lies between the centroids. */
export interface Placement {
  /** Euclidean, to the centroid of its own cluster */
  readonly distance: number;
  /**
   * Distance to the nearest other centroid less `distance`: small at the border of the cluster, negative for a lesion
   * nearer to another one; null if there is no other.
   */
  readonly margin: number | null;
}

/** @param own index of the vector's own centroid, from 0 */
export function placementOf(vector: Float32Array, centroids: Vectors, own: number): Placement {
  const distance = euclideanDistance(vector, vectorAt(centroids, own));
  let nearest = Number.POSITIVE_INFINITY;
  for (let k = 0; k < centroids.count; k++)
    if (k !== own) nearest = Math.min(nearest, euclideanDistance(vector, vectorAt(centroids, k)));
  return { distance, margin: centroids.count > 1 ? nearest - distance : null };
}

/** @returns index of the centroid that is nearest to a vector, from 0; the first of equally near ones */
export function nearestCentroid(vector: Float32Array, centroids: Vectors): number {
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < centroids.count; k++) {
    const distance = euclideanDistance(vector, vectorAt(centroids, k));
    if (distance >= least) continue;
    nearest = k;
    least = distance;
  }
  return nearest;
}
