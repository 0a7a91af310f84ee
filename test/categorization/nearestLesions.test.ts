import fc from 'fast-check';
import { euclideanDistance, type FeatureMatrix, nearestLesions, vectorAt } from '../../src/categorization';

/** Every lesion's distance, sorted: what the search has to find. */
function sortedOthers(matrix: FeatureMatrix, lesionId: number, first: number) {
  const ids = [...matrix.lesionIds];
  const query = vectorAt(matrix, ids.indexOf(lesionId));
  return ids
    .map((id, row) => ({ lesionId: id, distance: euclideanDistance(vectorAt(matrix, row), query) }))
    .filter((one) => one.lesionId !== lesionId)
    .sort((a, b) => a.distance - b.distance || a.lesionId - b.lesionId)
    .slice(0, first);
}

/** @param value of a feature; from a small set of values most distances are tied */
const matrices = (value: fc.Arbitrary<number>): fc.Arbitrary<FeatureMatrix> =>
  fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })).chain(([count, dimension]) =>
    fc
      .tuple(
        fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { minLength: count, maxLength: count }),
        fc.array(value, { minLength: count * dimension, maxLength: count * dimension }),
      )
      .map(([ids, values]) => ({
        count,
        dimension,
        lesionIds: Int32Array.from(ids).sort(),
        values: Float32Array.from(values),
      })),
  );

const line = (positions: readonly number[]): FeatureMatrix => ({
  count: positions.length,
  dimension: 1,
  lesionIds: Int32Array.from(positions, (_, i) => 10 + i),
  values: Float32Array.from(positions),
});

describe('the nearest lesions', () => {
  it.each([
    ['features with many ties', fc.integer({ min: 0, max: 2 })],
    ['any features', fc.float({ min: -100, max: 100, noNaN: true })],
  ])('are those that sorting all of them gives, for %s and more or fewer than there are', (_title, value) => {
    fc.assert(
      fc.property(matrices(value), fc.nat(), fc.integer({ min: 1, max: 100 }), (matrix, pick, first) => {
        const lesionId = matrix.lesionIds[pick % matrix.count] ?? 0;
        expect(nearestLesions(matrix, lesionId, first)).toEqual(sortedOthers(matrix, lesionId, first));
      }),
    );
  });

  it('come nearest first, equally near ones by id, without the lesion itself', () => {
    expect(nearestLesions(line([5, 9, 4, 6, 5]), 10, 3)).toEqual([
      { lesionId: 14, distance: 0 },
      { lesionId: 12, distance: 1 },
      { lesionId: 13, distance: 1 },
    ]);
  });

  it('go by id where the squares of two distances differ and the distances do not', () => {
    const ulp = 2 ** -26;
    const matrix: FeatureMatrix = {
      count: 3,
      dimension: 2,
      lesionIds: Int32Array.of(1, 2, 3),
      values: Float32Array.of(0, 0, 1, ulp, 1, 0),
    };
    expect(1 + ulp ** 2).toBeGreaterThan(1);
    expect(nearestLesions(matrix, 1, 2)).toEqual([
      { lesionId: 2, distance: 1 },
      { lesionId: 3, distance: 1 },
    ]);
    expect(nearestLesions(matrix, 1, 1)).toEqual([{ lesionId: 2, distance: 1 }]);
  });

  it('are none for a lesion without features and for one that is alone', () => {
    expect(nearestLesions(line([5, 9]), 99, 3)).toEqual([]);
    expect(nearestLesions(line([5]), 10, 3)).toEqual([]);
  });
});
