/** The exact neighbours of a lesion among the features of all: a pure search over typed arrays. */
import { type Vectors, vectorAt } from './featureBytes';

/** The features of all lesions of a categorization. */
export interface FeatureMatrix extends Vectors {
  /** count, row ids of the lesions, rising */
  readonly lesionIds: Int32Array;
}

/** A lesion and how far its features are from those of the one requested. */
export interface NearLesion {
  lesionId: number;
  /** Euclidean, in the units of the features */
  distance: number;
}

/** Numbers that are added up before the sum is held against the farthest neighbour. */
const BLOCK = 16;

/**
 * Searches all lesions for the nearest to one of them.
 *
 * @param first how many, at least 1
 * @returns up to `first` other lesions, nearest first, equally near ones by rising id; none if the lesion has no
 *   features
 */
export function nearestLesions(matrix: FeatureMatrix, lesionId: number, first: number): NearLesion[] {
  const own = indexOf(matrix.lesionIds, lesionId);
  if (own === null) return [];
  const query = vectorAt(matrix, own);
  const nearest = new Nearest(first);
  for (let row = 0; row < matrix.count; row++) {
    if (row === own) continue;
    const squared = squaredDistanceBelow(matrix.values, row * matrix.dimension, query, nearest.bound);
    if (squared < nearest.bound) nearest.insert(row, squared);
  }
  return nearest.rows.map((row, place) => ({
    lesionId: matrix.lesionIds[row]!,
    distance: nearest.distances[place]!,
  }));
}

/** @returns the squared distance if it is below `bound`, else a number that is not below it */
function squaredDistanceBelow(values: Float32Array, start: number, query: Float32Array, bound: number): number {
  let squared = 0;
  for (let from = 0; from < query.length && squared < bound; from += BLOCK) {
    const end = Math.min(from + BLOCK, query.length);
    for (let i = from; i < end; i++) {
      const difference = values[start + i]! - query[i]!;
      squared += difference * difference;
    }
  }
  return squared;
}

/**
 * The nearest rows so far, nearest first. They are offered by rising row, so that of equally near ones the earlier
 * stays before the later.
 */
class Nearest {
  readonly rows: number[] = [];
  readonly distances: number[] = [];
  /** squared distance from which on a row comes too late */
  bound = Number.POSITIVE_INFINITY;
  private readonly squares: number[] = [];

  constructor(private readonly size: number) {}

  insert(row: number, squared: number): void {
    // The order is that of the returned distances: two slightly different squares may have the same root.
    const distance = Math.sqrt(squared);
    let place = this.rows.length;
    while (place > 0 && this.distances[place - 1]! > distance) place--;
    if (place === this.size) return;
    this.rows.splice(place, 0, row);
    this.distances.splice(place, 0, distance);
    this.squares.splice(place, 0, squared);
    if (this.rows.length < this.size) return;
    this.rows.length = this.distances.length = this.squares.length = this.size;
    this.bound = this.squares[this.size - 1]!;
  }
}

/** @returns the index of a value in a rising array, or null */
function indexOf(rising: Int32Array, value: number): number | null {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return rising[low] === value ? low : null;
}
