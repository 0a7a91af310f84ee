/**
 * Calibration of scores as probabilities that a detection is right: the reliability curve and the expected calibration
 * error of a detector (D-ECE on the score alone; Küppers et al., "Multivariate Confidence Calibration for Object
 * Detection", CVPR Workshops 2020, after Naeini et al., AAAI 2015, and Guo et al., ICML 2017).
 *
 * Bins are equally wide over 0 … 1; a score at an inner edge is in the bin above. A bin compares the mean score of its
 * detections with the share of them that hit. ECE is the mean of the differences' sizes, each bin weighing as many
 * detections as it has; the greatest of them is the maximum calibration error.
 */
import { type Interval, intervalOf } from './bootstrap';
import { drawWeights } from './patientDraws';
import { seededRandom } from './random';

/** The detections that count, in any order. */
export interface CalibrationSubject {
  /** N, 0 … 1; others are put into the first or the last bin */
  readonly scores: Float64Array;
  /** N, 1 = right */
  readonly isHit: Uint8Array;
  /** N, as 0..patientCount − 1 */
  readonly patientOf: Int32Array;
  readonly patientCount: number;
}

export interface CalibrationBin {
  /** scores from here */
  readonly low: number;
  /** up to, and for the last bin including, here */
  readonly high: number;
  readonly count: number;
  readonly hits: number;
  /** null without detections, as the next one */
  readonly meanScore: number | null;
  readonly hitShare: number | null;
  /** 95 % over patients, of the share that hits; null if the bin's detections come from fewer than two patients */
  readonly interval: Interval | null;
}

export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  readonly count: number;
  readonly hits: number;
  /** 0 … 1; null without detections, as the next one */
  readonly expectedError: number | null;
  readonly maximumError: number | null;
  /** 95 % over patients; null for fewer than two patients */
  readonly expectedErrorInterval: Interval | null;
}

/** Sums of the detections by bin, and by patient and bin. */
interface BinSums {
  readonly count: Float64Array;
  readonly hits: Float64Array;
  readonly score: Float64Array;
}

/**
 * @param binCount at least 1
 * @param resamples of patients; the same seed draws the same ones
 */
export function calibrationOf(
  subject: CalibrationSubject,
  binCount: number,
  { resamples, seed }: { resamples: number; seed: number },
): Calibration {
  const { patientCount, patientOf } = subject;
  const cells = sumByPatient(subject, binCount);
  const all = emptySums(binCount);
  addCells(cells, null, patientCount, all);
  const drawn = new Set(patientOf).size < 2 ? 0 : resamples;
  const shares = Array.from(
    { length: binCount },
    (_, bin) => new Float64Array(varies(cells, bin, binCount) ? drawn : 0),
  );
  const errors = new Float64Array(drawn);
  const random = seededRandom(seed);
  const weights = new Int32Array(patientCount);
  const sums = emptySums(binCount);
  for (let draw = 0; draw < drawn; draw++) {
    drawWeights(random, weights);
    addCells(cells, weights, patientCount, sums);
    errors[draw] = expectedError(sums) ?? Number.NaN;
    for (let bin = 0; bin < binCount; bin++)
      if (shares[bin]!.length > 0) shares[bin]![draw] = sums.hits[bin]! / sums.count[bin]!;
  }
  return {
    bins: shares.map((ofBin, bin) => binOf(all, bin, binCount, intervalOf(ofBin))),
    count: total(all.count),
    hits: total(all.hits),
    expectedError: expectedError(all),
    maximumError: maximumError(all),
    expectedErrorInterval: intervalOf(errors),
  };
}

function binOf({ count, hits, score }: BinSums, bin: number, binCount: number, interval: Interval | null) {
  const isEmpty = count[bin] === 0;
  return {
    low: bin / binCount,
    high: (bin + 1) / binCount,
    count: count[bin]!,
    hits: hits[bin]!,
    meanScore: isEmpty ? null : score[bin]! / count[bin]!,
    hitShare: isEmpty ? null : hits[bin]! / count[bin]!,
    interval,
  };
}

const emptySums = (length: number): BinSums => ({
  count: new Float64Array(length),
  hits: new Float64Array(length),
  score: new Float64Array(length),
});

/** @returns P × bins, the bins of a patient together */
function sumByPatient({ scores, isHit, patientOf, patientCount }: CalibrationSubject, binCount: number): BinSums {
  const cells = emptySums(patientCount * binCount);
  for (let detection = 0; detection < scores.length; detection++) {
    const score = scores[detection]!;
    const bin = Math.max(0, Math.min(binCount - 1, Math.floor(score * binCount)));
    const cell = patientOf[detection]! * binCount + bin;
    cells.count[cell]!++;
    cells.hits[cell]! += isHit[detection]!;
    cells.score[cell]! += score;
  }
  return cells;
}

/** Writes the sums over patients, each as often as it counts. */
function addCells(cells: BinSums, weights: Int32Array | null, patientCount: number, into: BinSums): void {
  const binCount = into.count.length;
  for (const sums of [into.count, into.hits, into.score]) sums.fill(0);
  for (let patient = 0; patient < patientCount; patient++) {
    const weight = weights === null ? 1 : weights[patient]!;
    if (weight === 0) continue;
    for (let bin = 0; bin < binCount; bin++) {
      const cell = patient * binCount + bin;
      into.count[bin]! += weight * cells.count[cell]!;
      into.hits[bin]! += weight * cells.hits[cell]!;
      into.score[bin]! += weight * cells.score[cell]!;
    }
  }
}

/** Whether detections of at least two patients are in the bin. */
function varies({ count }: BinSums, bin: number, binCount: number): boolean {
  let patients = 0;
  for (let cell = bin; cell < count.length && patients < 2; cell += binCount) if (count[cell]! > 0) patients++;
  return patients === 2;
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/** How far the share that hits is from the mean score, times the detections of the bin. */
const gapOf = ({ hits, score }: BinSums, bin: number): number => Math.abs(hits[bin]! - score[bin]!);

function expectedError(sums: BinSums): number | null {
  const all = total(sums.count);
  return all === 0 ? null : sums.count.reduce((sum, _, bin) => sum + gapOf(sums, bin), 0) / all;
}

function maximumError(sums: BinSums): number | null {
  const gaps = [...sums.count].flatMap((count, bin) => (count === 0 ? [] : [gapOf(sums, bin) / count]));
  return gaps.length === 0 ? null : Math.max(...gaps);
}
