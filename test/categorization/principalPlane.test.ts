import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { principalPlane } from '../../src/categorization';

/** As written by test/fixtures/projection/make.py. */
interface ProjectionCase {
  vectors: number[][];
  x: number[];
  y: number[];
  explained: [number, number];
}

const { cases }: { cases: ProjectionCase[] } = JSON.parse(
  readFileSync(resolve(__dirname, '../fixtures/projection/cases.json'), 'utf8'),
);

const vectorsOf = (rows: readonly (readonly number[])[]) => ({
  count: rows.length,
  dimension: rows[0]?.length ?? 0,
  values: Float32Array.from(rows.flat()),
});

const anyRows = fc.integer({ min: 1, max: 12 }).chain((dimension) =>
  fc.array(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: dimension, maxLength: dimension }), {
    minLength: 1,
    maxLength: 30,
  }),
);

const sumOfSquares = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value * value, 0);

describe('the principal plane', () => {
  it.each(cases.map((one) => [`${one.vectors.length} vectors of ${one.vectors[0]?.length}`, one] as const))(
    'is that of numpy’s singular value decomposition, for %s',
    (_title, { vectors, x, y, explained }) => {
      const plane = principalPlane(vectorsOf(vectors));
      for (const [own, theirs] of [
        [plane.x, x],
        [plane.y, y],
        [plane.explained, explained],
      ] as const)
        for (const [place, value] of theirs.entries()) expect(own[place]).toBeCloseTo(value, 6);
    },
  );

  it('has coordinates around 0 that are not correlated, the first with the greater spread', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { x, y, explained } = principalPlane(vectorsOf(rows));
        const [spreadX, spreadY] = [sumOfSquares(x), sumOfSquares(y)];
        const scale = Math.max(1, spreadX);
        expect(Math.abs(x.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-6 * scale);
        expect(Math.abs(x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0))).toBeLessThan(1e-6 * scale);
        expect(spreadY).toBeLessThanOrEqual(spreadX + 1e-6 * scale);
        expect(explained[0] + explained[1]).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('keeps all distances of vectors that lie in a plane', () => {
    const corner = fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -20, max: 20 }));
    fc.assert(
      fc.property(fc.array(corner, { minLength: 2, maxLength: 20 }), (corners) => {
        // (a, b) → (a, b, 0, 0, …) turned by 45° in two further dimensions: still a plane.
        const rows = corners.map(([a, b]) => [a, b, a, b, 0]);
        const { x, y } = principalPlane(vectorsOf(rows));
        for (const [i, one] of rows.entries())
          for (const [j, other] of rows.entries()) {
            const apart = Math.hypot(...one.map((value, k) => value - (other[k] ?? 0)));
            expect(Math.hypot((x[i] ?? 0) - (x[j] ?? 0), (y[i] ?? 0) - (y[j] ?? 0))).toBeCloseTo(apart, 5);
          }
      }),
    );
  });

  it('is a point where all vectors are equal, and where there is one or none', () => {
    for (const rows of [
      [[3, 4, 5]],
      [
        [1, 2],
        [1, 2],
      ],
    ]) {
      const { x, y, explained } = principalPlane(vectorsOf(rows));
      expect([...x, ...y].every((value) => value === 0)).toBe(true);
      expect(explained).toEqual([0, 0]);
    }
    expect(principalPlane({ count: 0, dimension: 3, values: new Float32Array() }).x).toHaveLength(0);
  });
});
