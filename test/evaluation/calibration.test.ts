import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calibrationOf } from '../../src/evaluation';

/** As written by test/fixtures/calibration/make.py, with NumPy. */
interface GoldenCase {
  bins: number;
  scores: number[];
  hits: number[];
  rows: [number, number, number | null, number | null][];
  expectedError: number;
  maximumError: number;
}

const GOLDEN: GoldenCase[] = JSON.parse(readFileSync(join(__dirname, '../fixtures/calibration/golden.json'), 'utf8'));
const draws = { resamples: 100, seed: 1 };

const calibrate = (scores: number[], hits: number[], bins: number, patients = scores.map((_, at) => at % 7)) =>
  calibrationOf(
    {
      scores: Float64Array.from(scores),
      isHit: Uint8Array.from(hits),
      patientOf: Int32Array.from(patients),
      patientCount: Math.max(0, ...patients) + 1,
    },
    bins,
    draws,
  );

describe('calibration', () => {
  it.each(GOLDEN.map((golden, at) => [at, golden] as const))('is that of NumPy, case %i', (_, golden) => {
    const { bins, count, hits, expectedError, maximumError } = calibrate(golden.scores, golden.hits, golden.bins);
    expect(count).toBe(golden.scores.length);
    expect(hits).toBe(golden.hits.reduce((sum, hit) => sum + hit, 0));
    expect(expectedError).toBeCloseTo(golden.expectedError, 12);
    expect(maximumError).toBeCloseTo(golden.maximumError, 12);
    for (const [at, [size, hitCount, mean, share]] of golden.rows.entries()) {
      expect(bins[at]).toMatchObject({ count: size, hits: hitCount });
      if (mean === null) expect(bins[at]).toMatchObject({ meanScore: null, hitShare: null, interval: null });
      else
        expect([bins[at]!.meanScore! - mean, bins[at]!.hitShare! - share!].map((d) => Math.abs(d) < 1e-12)).toEqual([
          true,
          true,
        ]);
    }
  });

  it('puts a score at an inner edge into the bin above, and 1 into the last one', () => {
    const { bins } = calibrate([0, 0.3, 0.7, 1], [0, 0, 1, 1], 10);
    expect(bins.map(({ count }) => count)).toEqual([1, 0, 0, 1, 0, 0, 0, 1, 0, 1]);
  });

  it('has intervals that hold the shares, none for one patient, and is null without detections', () => {
    const { bins, expectedErrorInterval } = calibrate(GOLDEN[1]!.scores, GOLDEN[1]!.hits, 4);
    for (const { hitShare, interval } of bins) {
      expect(interval!.low).toBeLessThanOrEqual(hitShare!);
      expect(interval!.high).toBeGreaterThanOrEqual(hitShare!);
    }
    expect(expectedErrorInterval!.high).toBeGreaterThan(expectedErrorInterval!.low);
    const one = calibrate([0.2, 0.8], [0, 1], 2, [0, 0]);
    expect(one).toMatchObject({ expectedErrorInterval: null, bins: [{ interval: null }, { interval: null }] });
    expect(calibrate([], [], 2)).toMatchObject({ count: 0, expectedError: null, maximumError: null });
  });
});
