/**
 * The plane in which vectors differ most: their first two principal components (Pearson 1901), for a picture of
 * features. Signs, which the components leave open, are fixed by a rule, so that a picture is the same on every server.
 */
import { seededRandom } from '../evaluation';
import type { Vectors } from './featureBytes';

export interface PrincipalPlane {
  /** count, along the first component, from the mean */
  readonly x: Float64Array;
  /** count, along the second component; 0 if the vectors have one number */
  readonly y: Float64Array;
  /** shares of the variance that the two components explain, 0 … 1; 0 if all vectors are equal */
  readonly explained: readonly [number, number];
}

/** Vectors that are iterated together: the more there are beside the wanted two, the fewer iterations are needed. */
const BLOCK = 8;
const MAX_ITERATIONS = 500;
/** Change of a component between two iterations, as 1 − cosine, from which on it counts as found. */
const CONVERGED = 1e-15;

/**
 * Projects vectors on their first two principal components.
 *
 * The sign of each component makes its number of greatest absolute value positive, as scikit-learn does.
 */
export function principalPlane(vectors: Vectors): PrincipalPlane {
  const { count, dimension } = vectors;
  const centred = centre(vectors);
  const covariance = covarianceOf(centred, count, dimension);
  const trace = covariance.reduce((sum, value, at) => (at % (dimension + 1) === 0 ? sum + value : sum), 0);
  const components = leadingEigenvectors(covariance, dimension);
  const along = components.slice(0, 2).map(({ vector }) => project(centred, count, withFixedSign(vector)));
  const share = (place: number): number => (trace > 0 ? Math.min(1, (components[place]?.value ?? 0) / trace) : 0);
  return {
    x: along[0] ?? new Float64Array(count),
    y: along[1] ?? new Float64Array(count),
    explained: [share(0), share(1)],
  };
}

/** @returns count × dimension, less the mean vector */
function centre({ count, dimension, values }: Vectors): Float64Array {
  const mean = new Float64Array(dimension);
  for (let at = 0; at < values.length; at++) mean[at % dimension]! += values[at]! / count;
  return Float64Array.from(values, (value, at) => value - mean[at % dimension]!);
}

/** @returns dimension × dimension, not divided by the count: only proportions matter */
function covarianceOf(centred: Float64Array, count: number, dimension: number): Float64Array {
  const covariance = new Float64Array(dimension * dimension);
  for (let row = 0; row < count; row++) {
    const vector = centred.subarray(row * dimension, (row + 1) * dimension);
    for (let i = 0; i < dimension; i++) {
      const value = vector[i]!;
      for (let j = i; j < dimension; j++) covariance[i * dimension + j]! += value * vector[j]!;
    }
  }
  for (let i = 0; i < dimension; i++)
    for (let j = 0; j < i; j++) covariance[i * dimension + j] = covariance[j * dimension + i]!;
  return covariance;
}

interface Eigenvector {
  readonly value: number;
  readonly vector: Float64Array;
}

/**
 * Subspace iteration with a Rayleigh-Ritz step (Golub, Van Loan, Matrix Computations, 8.2.4).
 *
 * @returns up to two, the one with the greatest eigenvalue first
 */
function leadingEigenvectors(matrix: Float64Array, dimension: number): Eigenvector[] {
  const random = seededRandom(1);
  let basis = orthonormal(
    Array.from({ length: Math.min(BLOCK, dimension) }, () =>
      Float64Array.from({ length: dimension }, () => random() / 2 ** 31 - 1),
    ),
  );
  let found: Eigenvector[] = [];
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const ritz = ritzVectors(matrix, basis);
    const moved = ritz
      .slice(0, 2)
      .some(({ vector }, place) => 1 - Math.abs(dot(vector, found[place]?.vector)) > CONVERGED);
    found = ritz.slice(0, 2);
    if (!moved) break;
    basis = orthonormal(ritz.map(({ vector }) => multiply(matrix, vector)));
  }
  return found;
}

/** @returns the eigenvectors of the matrix as far as the basis holds them, greatest eigenvalue first */
function ritzVectors(matrix: Float64Array, basis: readonly Float64Array[]): Eigenvector[] {
  const images = basis.map((vector) => multiply(matrix, vector));
  const small = basis.map((a) => images.map((b) => dot(a, b)));
  return jacobi(small)
    .map(({ value, vector }) => ({ value, vector: combine(basis, vector) }))
    .sort((a, b) => b.value - a.value);
}

/** Jacobi's rotations for a small symmetric matrix. @returns its eigenvectors, in any order */
function jacobi(matrix: readonly (readonly number[])[]): { value: number; vector: number[] }[] {
  const size = matrix.length;
  const a = matrix.map((row) => [...row]);
  const negligible = 1e-16 * Math.max(0, ...matrix.map((row, i) => Math.abs(row[i]!)));
  const v = matrix.map((_, i) => matrix.map((__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 60; sweep++) {
    let rotated = false;
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) {
        const off = a[p]![q]!;
        if (Math.abs(off) <= negligible) continue;
        rotated = true;
        const theta = (a[q]![q]! - a[p]![p]!) / (2 * off);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        rotate(a, p, q, c, t * c);
        rotateRows(v, p, q, c, t * c);
      }
    if (!rotated) break;
  }
  return a.map((row, i) => ({ value: row[i]!, vector: v[i]! }));
}

/** Rotates rows and columns p and q. */
function rotate(a: number[][], p: number, q: number, c: number, s: number): void {
  rotateRows(a, p, q, c, s);
  for (const row of a) [row[p], row[q]] = [c * row[p]! - s * row[q]!, s * row[p]! + c * row[q]!];
}

function rotateRows(a: number[][], p: number, q: number, c: number, s: number): void {
  const [first, second] = [a[p]!, a[q]!];
  a[p] = first.map((value, k) => c * value - s * second[k]!);
  a[q] = first.map((value, k) => s * value + c * second[k]!);
}

/**
 * Gram and Schmidt's way, twice, which is enough for rounding.
 *
 * @returns vectors of length 1; none in place of one that is nothing but rounding beside the others
 */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  const least = 1e-12 * Math.sqrt(Math.max(0, ...vectors.map((vector) => dot(vector, vector))));
  for (const vector of vectors) {
    const rest = Float64Array.from(vector);
    for (let pass = 0; pass < 2; pass++)
      for (const known of basis) {
        const share = dot(rest, known);
        for (let i = 0; i < rest.length; i++) rest[i]! -= share * known[i]!;
      }
    const left = Math.sqrt(dot(rest, rest));
    if (left > least) basis.push(rest.map((value) => value / left));
  }
  return basis;
}

function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  return Float64Array.from({ length: size }, (_, row) => dot(matrix.subarray(row * size, (row + 1) * size), vector));
}

function combine(basis: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const sum = new Float64Array(basis[0]?.length ?? 0);
  for (const [place, vector] of basis.entries())
    for (let i = 0; i < sum.length; i++) sum[i]! += weights[place]! * vector[i]!;
  return sum;
}

function dot(a: Float64Array, b: Float64Array | undefined): number {
  let sum = 0;
  if (b) for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function withFixedSign(vector: Float64Array): Float64Array {
  const greatest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return greatest < 0 ? vector.map((value) => -value) : vector;
}

function project(centred: Float64Array, count: number, component: Float64Array): Float64Array {
  const size = component.length;
  return Float64Array.from({ length: count }, (_, row) =>
    dot(centred.subarray(row * size, (row + 1) * size), component),
  );
}
