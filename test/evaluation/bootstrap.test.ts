import fc from 'fast-check';
import {
  allLesions,
  bootstrapAccuracy,
  compareAccuracy,
  countHits,
  type Resampling,
  seededRandom,
} from '../../src/evaluation';

const resampling = (patientOf: Int32Array, patientCount: number, seed = 1): Resampling => ({
  patientOf,
  patientCount,
  resamples: 1000,
  seed,
});
/** One lesion a patient, so that the bootstrap is that of a share. */
const alone = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

describe('bootstrapAccuracy', () => {
  it('is about ±1.96 standard errors of a share when each patient has one lesion', () => {
    const levels = Uint16Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 0 : 1));
    const interval = bootstrapAccuracy([levels], [allLesions(400)], 1, resampling(alone(400), 400))[0]![0]![0];
    const error = 1.96 * Math.sqrt((0.75 * 0.25) / 400);
    expect(interval).toEqual({ low: expect.closeTo(0.75 - error, 2), high: expect.closeTo(0.75 + error, 2) });
  });

  it('is wider when the lesions of a patient stand or fall together', () => {
    const levels = Uint16Array.from({ length: 400 }, (_, i) => (Math.floor(i / 20) % 2 === 0 ? 1 : 0));
    const width = (patientOf: Int32Array, count: number): number => {
      const interval = bootstrapAccuracy([levels], [allLesions(400)], 1, resampling(patientOf, count))[0]![0]![0]!;
      return interval.high - interval.low;
    };
    const together = Int32Array.from({ length: 400 }, (_, i) => Math.floor(i / 20));
    expect(width(together, 20)).toBeGreaterThan(3 * width(alone(400), 400));
  });

  it('gives the same intervals for the same seed and others for another', () => {
    const levels = Uint16Array.from({ length: 60 }, (_, i) => i % 3);
    const draw = (seed: number) => bootstrapAccuracy([levels], [allLesions(60)], 2, resampling(alone(60), 60, seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('has no interval where fewer than two patients have lesions, and skips draws without any', () => {
    const levels = Uint16Array.of(1, 1, 0, 1);
    const patientOf = Int32Array.of(0, 0, 1, 2);
    const one = { name: 'one patient', lesions: Int32Array.of(0, 1) };
    const two = { name: 'two patients', lesions: Int32Array.of(2, 3) };
    const none = { name: 'none', lesions: new Int32Array(0) };
    const [ofStrata] = bootstrapAccuracy([levels], [one, two, none], 1, resampling(patientOf, 3));
    expect(ofStrata).toEqual([[null], [{ low: 0, high: 1 }], [null]]);
  });

  it('holds the accuracy itself and never rises with the threshold', () => {
    const levelsOfPatients = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 10, maxLength: 60 });
    fc.assert(
      fc.property(levelsOfPatients, (values) => {
        const levels = Uint16Array.from(values);
        const stratum = allLesions(levels.length);
        const intervals = bootstrapAccuracy(
          [levels],
          [stratum],
          4,
          resampling(alone(levels.length), levels.length),
        )[0]![0]!;
        const { correct, total } = countHits(levels, stratum, 4);
        intervals.forEach((interval, t) => {
          expect(interval!.low).toBeLessThanOrEqual(correct[t]! / total);
          expect(interval!.high).toBeGreaterThanOrEqual(correct[t]! / total);
          if (t > 0) expect(interval!.high).toBeLessThanOrEqual(intervals[t - 1]!.high);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('refuses too few resamples, patients that do not exist and lesions without a patient', () => {
    const levels = Uint16Array.of(1, 1);
    const refuse = (change: Partial<Resampling>): (() => unknown) => {
      const all = { ...resampling(Int32Array.of(0, 1), 2), ...change };
      return () => bootstrapAccuracy([levels], [allLesions(2)], 1, all);
    };
    expect(refuse({ resamples: 10 })).toThrow(new RangeError('Expected at least 100 resamples, got 10.'));
    expect(refuse({ patientOf: Int32Array.of(0, 2) })).toThrow(
      new RangeError('Expected patientOf[1] to be in 0..1, got 2.'),
    );
    expect(refuse({ patientOf: Int32Array.of(0) })).toThrow(
      new RangeError('Expected a patient for each of the 2 lesions, got 1.'),
    );
    expect(refuse({ seed: 0.5 })).toThrow(new RangeError('Expected the seed to be a whole number, got 0.5.'));
  });
});

describe('compareAccuracy', () => {
  it('gives the difference with an interval from the same draws, narrower than unpaired ones', () => {
    const levelsA = Uint16Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 1 : 0));
    const levelsB = Uint16Array.from({ length: 200 }, (_, i) => (i % 2 === 0 && i % 20 !== 0 ? 1 : 0));
    const [paired] = compareAccuracy(levelsA, levelsB, allLesions(200), 1, resampling(alone(200), 200));
    expect(paired).toMatchObject({ correctA: 100, correctB: 90, total: 200, difference: 0.05 });
    expect(paired!.interval!.low).toBeGreaterThan(0);
    expect(paired!.interval!.high - paired!.interval!.low).toBeLessThan(0.07);
  });

  it('of a run with itself is 0 with the interval 0 to 0', () => {
    const levels = Uint16Array.from({ length: 50 }, (_, i) => i % 2);
    const [paired] = compareAccuracy(levels, levels, allLesions(50), 1, resampling(alone(50), 50));
    expect(paired).toMatchObject({ difference: 0, interval: { low: 0, high: 0 } });
  });

  it('changes its sign when the runs change places', () => {
    const a = Uint16Array.from({ length: 40 }, (_, i) => i % 2);
    const b = Uint16Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 1 : 0));
    const [forth] = compareAccuracy(a, b, allLesions(40), 1, resampling(alone(40), 40));
    const [back] = compareAccuracy(b, a, allLesions(40), 1, resampling(alone(40), 40));
    expect(back!.difference).toBeCloseTo(-forth!.difference!, 12);
    expect(back!.interval!.low).toBeCloseTo(-forth!.interval!.high, 12);
  });

  it('has no difference without lesions', () => {
    const empty = new Uint16Array(0);
    expect(compareAccuracy(empty, empty, allLesions(0), 1, resampling(new Int32Array(0), 0))).toEqual([
      { correctA: 0, correctB: 0, total: 0, difference: null, interval: null },
    ]);
  });
});

describe('seededRandom', () => {
  it('spreads evenly over the 32-bit range and differs between seeds', () => {
    const random = seededRandom(42);
    const tenths = new Int32Array(10);
    for (let i = 0; i < 100_000; i++) tenths[Math.floor((random() / 2 ** 32) * 10)]!++;
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    expect(seededRandom(1)()).not.toBe(seededRandom(2)());
  });
});
