/**
 * Figures of a detector that can be read again for any weights of the patients, so that one bootstrap gives intervals of
 * one figure and of the difference of two: both are read under the same draws.
 */
import { type Interval, intervalOf } from './bootstrap';
import type { ScoredImages } from './boxes';
import { keepsRate } from './froc';
import type { FrocOutcome } from './frocBands';
import { drawWeights } from './patientDraws';
import { seededRandom } from './random';
import type { Ranking } from './ranking';

/** One figure, 0 … 1. */
export interface Figure {
  /** P of the weights; null if what it counts comes from fewer than two patients, so that nothing varies */
  readonly patientCount: number | null;
  /** @param weights how often each patient counts, P; null: once @returns NaN where there is nothing to divide by */
  under(weights: Int32Array | null): number;
}

/** How often patients are drawn. */
export interface FigureDraws {
  readonly resamples: number;
  /** whole number; the same seed draws the same patients */
  readonly seed: number;
}

/**
 * Reads figures under the same draws of patients.
 *
 * @param figures of the same patients
 * @returns [figure][resample], NaN where a draw has nothing to divide by; empty arrays if nothing varies
 */
export function drawFigures(figures: readonly Figure[], { resamples, seed }: FigureDraws): Float64Array[] {
  const patientCount = figures[0]?.patientCount ?? null;
  if (figures.some((figure) => figure.patientCount !== patientCount)) return figures.map(() => new Float64Array(0));
  const drawn = figures.map(() => new Float64Array(patientCount === null ? 0 : resamples));
  if (patientCount === null) return drawn;
  const random = seededRandom(seed);
  const weights = new Int32Array(patientCount);
  for (let draw = 0; draw < resamples; draw++) {
    drawWeights(random, weights);
    for (let at = 0; at < figures.length; at++) drawn[at]![draw] = figures[at]!.under(weights);
  }
  return drawn;
}

/** @returns null where there is nothing to divide by */
export function valueOfFigure(figure: Figure): number | null {
  const value = figure.under(null);
  return Number.isNaN(value) ? null : value;
}

/** The 95 % interval of a figure; null if nothing varies. */
export function intervalOfFigure(figure: Figure, draws: FigureDraws): Interval | null {
  return intervalOf(drawFigures([figure], draws)[0]!);
}

/** @returns null for fewer than two patients */
export function varyingPatients(patientCount: number, patients: Iterable<number>): number | null {
  return new Set(patients).size < 2 ? null : patientCount;
}

/**
 * The share of lesions that are hit.
 *
 * @param isHit 1 for each lesion that is
 * @param patients the patient of each of these lesions
 */
export function shareFigure(isHit: Uint8Array, patients: Int32Array, patientCount: number): Figure {
  const hits = new Int32Array(patientCount);
  const lesions = new Int32Array(patientCount);
  for (let lesion = 0; lesion < isHit.length; lesion++) {
    hits[patients[lesion]!]! += isHit[lesion]!;
    lesions[patients[lesion]!]!++;
  }
  return {
    patientCount: varyingPatients(patientCount, patients),
    under: (weights) => weighted(hits, weights) / weighted(lesions, weights),
  };
}

/** What a sensitivity is read from. */
export interface SensitivitySubject {
  readonly images: ScoredImages;
  readonly ranking: Ranking;
  readonly outcome: FrocOutcome;
  /** patient of each lesion of the stratum */
  readonly patientsOfLesions: Int32Array;
  /** I */
  readonly patientOfImages: Int32Array;
  readonly patientCount: number;
}

/**
 * The most hits with at most `rate` false positives per image, as a share of the lesions: what `readFroc` reads.
 *
 * @param rate false positives per image
 */
export function sensitivityFigure(
  { images, ranking, outcome, patientsOfLesions, patientOfImages, patientCount }: SensitivitySubject,
  rate: number,
): Figure {
  const { order, imageOf } = ranking;
  const patient = order.map((detection) => patientOfImages[imageOf[detection]!]!);
  const hits = Uint8Array.from(order, (detection) => outcome.hits[detection]!);
  const isFalse = Uint8Array.from(order, (detection) => outcome.isFalse[detection]!);
  const endsScore = Uint8Array.from(order, (detection, at) =>
    at + 1 === order.length || images.scores[order[at + 1]!] !== images.scores[detection] ? 1 : 0,
  );
  const imagesOf = countOf(patientOfImages, patientCount);
  const lesionsOf = countOf(patientsOfLesions, patientCount);
  return {
    patientCount: varyingPatients(patientCount, patientsOfLesions),
    under(weights) {
      const imageCount = weighted(imagesOf, weights);
      let [found, hit, misses] = [0, 0, 0];
      for (let at = 0; at < patient.length; at++) {
        const weight = weights === null ? 1 : weights[patient[at]!]!;
        hit += weight * hits[at]!;
        misses += weight * isFalse[at]!;
        if (!endsScore[at]) continue;
        if (!keepsRate(misses, imageCount, rate)) break;
        found = hit;
      }
      return found / weighted(lesionsOf, weights);
    },
  };
}

/** @returns how many of the patients each is */
export function countOf(patients: Int32Array, patientCount: number): Int32Array {
  const counts = new Int32Array(patientCount);
  for (const patient of patients) counts[patient]!++;
  return counts;
}

/** @returns the sum of the counts, each as often as its patient counts */
export function weighted(counts: Int32Array, weights: Int32Array | null): number {
  let sum = 0;
  for (let patient = 0; patient < counts.length; patient++)
    sum += counts[patient]! * (weights === null ? 1 : weights[patient]!);
  return sum;
}
