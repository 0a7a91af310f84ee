import fc from 'fast-check';
import { LESION_KINDS } from '../../src/phantom/kinds';
import { contourAt, drawOutline, type Lesion, sectionScale } from '../../src/phantom/lesion';
import { Random } from '../../src/phantom/random';

function lesionOf(rx: number, ry: number, rz: number, seed: number): Lesion {
  const look = { hu: 40, edge: 1, rimHu: 0, coreHu: 0, coreRadius: 0.5, textureHu: 0 };
  const place = { x: 20, y: -30, z: 400, rot: 0.7 };
  return {
    id: 0,
    type: 'liver',
    kind: 'test',
    coarse: 4,
    rx,
    ry,
    rz,
    ...place,
    waves: drawOutline(new Random(seed), 0.06, 0),
    look,
  };
}

const lesions = fc
  .tuple(fc.double({ min: 4, max: 40, noNaN: true }), fc.double({ min: 0.5, max: 1, noNaN: true }), fc.integer())
  .map(([rx, aspect, seed]) => lesionOf(rx, rx * aspect, Math.max(4, rx * aspect), seed));

describe('a lesion', () => {
  it('is widest in its middle and ends at its poles', () => {
    fc.assert(
      fc.property(lesions, fc.double({ min: 0, max: 1, noNaN: true }), (lesion, t) => {
        expect(sectionScale(lesion, lesion.z)).toBe(1);
        expect(sectionScale(lesion, lesion.z + lesion.rz)).toBeCloseTo(0, 6);
        expect(sectionScale(lesion, lesion.z + 1.001 * lesion.rz)).toBe(0);
        expect(sectionScale(lesion, lesion.z + t * lesion.rz)).toBeCloseTo(
          sectionScale(lesion, lesion.z - t * lesion.rz),
          5,
        );
        expect(sectionScale(lesion, lesion.z + t * lesion.rz)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('has a closed outline round its centre on the slices that meet it, and none elsewhere', () => {
    fc.assert(
      fc.property(lesions, (lesion) => {
        const contour = contourAt(lesion, lesion.z, 5);
        expect(contour).toHaveLength(96);
        for (const { x, y } of contour) {
          const distance = Math.hypot(x - lesion.x, y - lesion.y);
          expect(distance).toBeGreaterThan(0.4 * lesion.ry);
          expect(distance).toBeLessThan(2 * lesion.rx);
        }
        expect(contourAt(lesion, lesion.z + lesion.rz + 3, 5)).toEqual([]);
      }),
    );
  });
});

describe('the kinds of lesions', () => {
  it('cover all eight coarse types and all five hidden types, near the published proportions', () => {
    const total = LESION_KINDS.reduce((sum, kind) => sum + kind.weight, 0);
    const published = { 1: 247, 2: 2176, 3: 1672, 4: 1284, 5: 2394, 6: 495, 7: 681, 8: 867 };
    for (const [coarse, count] of Object.entries(published)) {
      const weight = LESION_KINDS.filter((kind) => String(kind.coarse) === coarse).reduce(
        (sum, kind) => sum + kind.weight,
        0,
      );
      expect(Math.abs(weight / total - count / 9816)).toBeLessThan(0.025);
    }
    expect(new Set(LESION_KINDS.map((kind) => kind.type)).size).toBe(5);
  });
});
