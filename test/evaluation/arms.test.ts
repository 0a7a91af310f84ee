import fc from 'fast-check';
import { allLesions, compareAccuracy, compareArms } from '../../src/evaluation';

const patients = 60;
const resampling = {
  patientOf: Int32Array.from({ length: patients }, (_, i) => i),
  patientCount: patients,
  resamples: 400,
  seed: 3,
};
const stratum = allLesions(patients);
/** A training that hits the first `count` lesions at the one threshold. */
const hits = (count: number): Uint16Array => Uint16Array.from({ length: patients }, (_, i) => (i < count ? 1 : 0));

describe('compareArms', () => {
  it('gives the mean of each arm, the difference and that of each pair', () => {
    const [point] = compareArms([hits(30), hits(24)], [hits(36), hits(36)], stratum, 1, resampling);
    expect(point).toMatchObject({ first: 0.45, second: 0.6, pairs: [expect.closeTo(0.1), expect.closeTo(0.2)] });
    expect(point!.difference).toBeCloseTo(0.15);
    expect(point!.differenceInterval!.low).toBeLessThan(0.15);
    expect(point!.differenceInterval!.high).toBeGreaterThan(0.15);
    expect(point!.differenceInterval!.low).toBeGreaterThan(0);
  });

  it('of one training an arm is the paired comparison of two runs', () => {
    const [point] = compareArms([hits(20)], [hits(33)], stratum, 1, resampling);
    const [pair] = compareAccuracy(hits(33), hits(20), stratum, 1, resampling);
    expect(point!.difference).toBeCloseTo(pair!.difference!);
    expect(point!.differenceInterval).toEqual({
      low: expect.closeTo(pair!.interval!.low),
      high: expect.closeTo(pair!.interval!.high),
    });
  });

  it('has a wider interval when the trainings disagree', () => {
    const width = (second: number[]): number => {
      const [{ differenceInterval }] = compareArms([30, 30].map(hits), second.map(hits), stratum, 1, resampling) as [
        ReturnType<typeof compareArms>[number],
      ];
      return differenceInterval!.high - differenceInterval!.low;
    };
    expect(width([30, 54])).toBeGreaterThan(1.5 * width([42, 42]));
  });

  it('turns its sign with the arms', () => {
    const count = fc.integer({ min: 0, max: patients });
    fc.assert(
      fc.property(fc.array(fc.tuple(count, count), { minLength: 1, maxLength: 3 }), (pairs) => {
        const [one, other] = [pairs.map(([a]) => hits(a)), pairs.map(([, b]) => hits(b))];
        const [there] = compareArms(one, other, stratum, 1, { ...resampling, resamples: 100 });
        const [back] = compareArms(other, one, stratum, 1, { ...resampling, resamples: 100 });
        expect(there!.difference).toBeCloseTo(-back!.difference!);
        expect(there!.differenceInterval!.low).toBeCloseTo(-back!.differenceInterval!.high);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses arms that are not paired, and says nothing without lesions', () => {
    expect(() => compareArms([hits(1)], [], stratum, 1, resampling)).toThrow(
      'Expected as many trainings in both arms, got 1 and 0.',
    );
    const [empty] = compareArms([hits(1)], [hits(2)], { name: 'none', lesions: new Int32Array() }, 1, resampling);
    expect(empty).toMatchObject({ first: null, difference: null, differenceInterval: null, pairs: [] });
  });
});
