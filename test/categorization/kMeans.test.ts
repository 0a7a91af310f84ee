import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { euclideanDistance, kMeans, meanSilhouette, type Vectors, vectorAt } from '../../src/categorization';

interface Case {
  clusterCount: number;
  vectors: number[][];
  labels: number[];
  inertia: number;
  silhouette: number;
}

/** scikit-learn's answers; test/fixtures/clustering/make.py writes them. */
const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(resolve(__dirname, '../fixtures/clustering/cases.json'), 'utf8'),
);
const pack = (rows: readonly (readonly number[])[]): Vectors => ({
  count: rows.length,
  dimension: rows[0]?.length ?? 0,
  values: Float32Array.from(rows.flat()),
});
/** The sets of a partition, whatever their numbers. */
const partition = (labels: ArrayLike<number>): string[] => {
  const groups = new Map<number, number[]>();
  for (const [i, label] of Array.from(labels).entries()) groups.set(label, [...(groups.get(label) ?? []), i]);
  return [...groups.values()].map((members) => members.join(' ')).sort();
};

describe('k-means', () => {
  it.each(cases)('finds the clusters that scikit-learn finds in $vectors.length vectors', (one) => {
    const found = kMeans(pack(one.vectors), { clusterCount: one.clusterCount, seed: 1, starts: 50 });
    expect(found.inertia).toBeCloseTo(one.inertia, 2);
    expect(partition(found.labels)).toEqual(partition(one.labels));
  });

  it('gives the same clusters for the same seed, numbered by falling size', () => {
    const vectors = pack(cases[2]!.vectors);
    const [a, b] = [1, 1].map((seed) => kMeans(vectors, { clusterCount: 5, seed }));
    expect([...a!.labels]).toEqual([...b!.labels]);
    const sizes = Array.from({ length: 5 }, (_, k) => a!.labels.filter((label) => label === k).length);
    expect(sizes).toEqual([...sizes].sort((x, y) => y - x));
  });

  it('keeps as many clusters as asked for where vectors are equal', () => {
    const { labels, centroids, inertia } = kMeans(pack(Array.from({ length: 6 }, () => [1, 2])), {
      clusterCount: 3,
      seed: 1,
    });
    expect(labels).toHaveLength(6);
    expect(centroids.values.every(Number.isFinite)).toBe(true);
    expect(inertia).toBe(0);
  });

  it('refuses more clusters than vectors', () => {
    expect(() => kMeans(pack([[1], [2]]), { clusterCount: 3, seed: 1 })).toThrow(/1 … 2 clusters of 2 vectors, got 3/);
  });

  it('puts every vector to the nearest centroid', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
          minLength: 4,
          maxLength: 40,
        }),
        fc.integer({ min: 1, max: 4 }),
        (rows, clusterCount) => {
          const vectors = pack(rows);
          const { labels, centroids } = kMeans(vectors, { clusterCount, seed: 3, starts: 2 });
          for (let i = 0; i < vectors.count; i++) {
            const all = Array.from({ length: clusterCount }, (_, k) =>
              euclideanDistance(vectorAt(vectors, i), vectorAt(centroids, k)),
            );
            expect(all[labels[i]!]).toBeLessThanOrEqual(Math.min(...all) + 1e-3);
          }
        },
      ),
    );
  });
});

describe('the mean silhouette', () => {
  it.each(cases)('is that of scikit-learn for $vectors.length vectors', (one) => {
    expect(meanSilhouette(pack(one.vectors), Int32Array.from(one.labels), one.clusterCount)).toBeCloseTo(
      one.silhouette,
      5,
    );
  });

  it('is null for a single cluster and 0 for clusters of one', () => {
    expect(meanSilhouette(pack([[1], [2], [3]]), Int32Array.of(0, 0, 0), 1)).toBeNull();
    expect(meanSilhouette(pack([[1], [2]]), Int32Array.of(0, 1), 2)).toBe(0);
  });
});
