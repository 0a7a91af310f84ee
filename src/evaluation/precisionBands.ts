/**
 * Average precision and the precision–recall curve at any IoU threshold and in any stratum, with 95 % bands over
 * patients. Without weights they are pycocotools' (`averagePrecision.ts`); under weights, a patient who was drawn twice
 * counts as two patients with the same detections would.
 */
import { RECALL_POINTS } from './averagePrecision';
import { type Interval, intervalOf } from './bootstrap';
import { keepLesions, type ScoredImages } from './boxes';
import { AREA_RANGES, DROPPED, matchCoco, TRUE_POSITIVE } from './cocoMatch';
import { countOf, type Figure, type FigureDraws, varyingPatients, weighted } from './figures';
import { drawWeights } from './patientDraws';
import { seededRandom } from './random';
import type { Ranking } from './ranking';
import type { Stratum } from './strata';

/** What a precision–recall curve is drawn from. */
export interface PrecisionSubject {
  readonly images: ScoredImages;
  readonly ranking: Ranking;
  /** lesions that are looked for; hits on others are false positives, as in the FROC */
  readonly stratum: Stratum;
  /** of each image that many best detections count */
  readonly maxDetections: number;
  /** I, as 0..patientCount − 1 */
  readonly patientOfImages: Int32Array;
  /** patient of each lesion of the stratum */
  readonly patientsOfLesions: Int32Array;
  readonly patientCount: number;
}

/** The counted detections by falling score down to the last hit: those behind it change no precision. */
interface PrecisionWalk {
  readonly patient: Int32Array;
  readonly isHit: Uint8Array;
  readonly lesionsOf: Int32Array;
  readonly patientCount: number | null;
  /** hits up to each hit, and the precision there; written again for each draw */
  readonly truePositives: Float64Array;
  readonly precision: Float64Array;
  readonly scoreOfHit: Float64Array;
}

/** A curve with bands at COCO's 101 recalls. */
export interface PrecisionBands {
  /** mean of the precisions; null without lesions */
  readonly averagePrecision: number | null;
  readonly averagePrecisionInterval: Interval | null;
  /** 101; none without lesions */
  readonly points: readonly PrecisionPoint[];
  readonly lesionCount: number;
  /** detections that hit */
  readonly truePositives: number;
  /** detections that count and do not */
  readonly falsePositives: number;
}

export interface PrecisionPoint {
  /** 0 … 1 */
  readonly recall: number;
  /** the best at this recall or a higher one; 0 beyond the greatest recall */
  readonly precision: number;
  /** null beyond the greatest recall */
  readonly scoreThreshold: number | null;
  readonly interval: Interval | null;
}

/**
 * The curve at one threshold with its bands.
 *
 * @param threshold as pycocotools compares with it, see `toCocoThresholds`
 */
export function precisionBands(subject: PrecisionSubject, threshold: number, draws: FigureDraws): PrecisionBands {
  const { walk, falsePositives } = walkOf(subject, threshold);
  const lesionCount = subject.stratum.lesions.length;
  const counts = { lesionCount, truePositives: walk.truePositives.length, falsePositives };
  if (lesionCount === 0) return { averagePrecision: null, averagePrecisionInterval: null, points: [], ...counts };
  const resamples = walk.patientCount === null ? 0 : draws.resamples;
  const drawn = Array.from(RECALL_POINTS, () => new Float64Array(resamples));
  const means = new Float64Array(resamples);
  const random = seededRandom(draws.seed);
  const weights = new Int32Array(walk.patientCount ?? 0);
  const precision = new Float64Array(RECALL_POINTS.length);
  for (let draw = 0; draw < resamples; draw++) {
    drawWeights(random, weights);
    means[draw] = readWalk(walk, weights, precision);
    for (let r = 0; r < precision.length; r++)
      drawn[r]![draw] = Number.isNaN(means[draw]!) ? Number.NaN : precision[r]!;
  }
  const averagePrecision = readWalk(walk, null, precision);
  return {
    averagePrecision,
    averagePrecisionInterval: intervalOf(means),
    points: Array.from(RECALL_POINTS, (recall, r) => ({
      recall: r / 100,
      precision: precision[r]!,
      scoreThreshold: scoreAt(walk, recall, lesionCount),
      interval: intervalOf(drawn[r]!),
    })),
    ...counts,
  };
}

/**
 * The average precision, the mean over the thresholds.
 *
 * @param thresholds see `toCocoThresholds`
 */
export function averagePrecisionFigure(subject: PrecisionSubject, thresholds: Float64Array): Figure {
  const walks = Array.from(thresholds, (threshold) => walkOf(subject, threshold).walk);
  const precision = new Float64Array(RECALL_POINTS.length);
  return {
    patientCount: varyingPatients(subject.patientCount, subject.patientsOfLesions),
    under: (weights) => walks.reduce((sum, walk) => sum + readWalk(walk, weights, precision), 0) / walks.length,
  };
}

function walkOf(
  { images, ranking, stratum, maxDetections, patientOfImages, patientsOfLesions, patientCount }: PrecisionSubject,
  threshold: number,
): { walk: PrecisionWalk; falsePositives: number } {
  const own = keepLesions(images, stratum.lesions);
  const { outcome } = matchCoco(own, ranking, Float64Array.of(threshold), AREA_RANGES.all, maxDetections);
  const counted = ranking.order.filter((detection) => outcome[detection] !== DROPPED);
  let last = counted.length;
  while (last > 0 && outcome[counted[last - 1]!] !== TRUE_POSITIVE) last--;
  const walked = counted.subarray(0, last);
  const hits = walked.filter((detection) => outcome[detection] === TRUE_POSITIVE);
  return {
    walk: {
      patient: walked.map((detection) => patientOfImages[ranking.imageOf[detection]!]!),
      isHit: Uint8Array.from(walked, (detection) => (outcome[detection] === TRUE_POSITIVE ? 1 : 0)),
      lesionsOf: countOf(patientsOfLesions, patientCount),
      patientCount: varyingPatients(patientCount, patientsOfLesions),
      truePositives: new Float64Array(hits.length),
      precision: new Float64Array(hits.length),
      scoreOfHit: Float64Array.from(hits, (detection) => images.scores[detection]!),
    },
    falsePositives: counted.length - hits.length,
  };
}

/**
 * Reads the curve of one draw.
 *
 * @param into takes the precision at each of the recall points
 * @returns their mean; NaN without lesions
 */
function readWalk(walk: PrecisionWalk, weights: Int32Array | null, into: Float64Array): number {
  const { patient, isHit, truePositives, precision, lesionsOf } = walk;
  const lesionCount = weighted(lesionsOf, weights);
  if (lesionCount === 0) return Number.NaN;
  let [hits, misses, length] = [0, 0, 0];
  for (let at = 0; at < patient.length; at++) {
    const weight = weights === null ? 1 : weights[patient[at]!]!;
    if (weight === 0) continue;
    if (!isHit[at]) {
      misses += weight;
      continue;
    }
    hits += weight;
    truePositives[length] = hits;
    precision[length++] = hits / (hits + misses);
  }
  for (let at = length - 2; at >= 0; at--) if (precision[at]! < precision[at + 1]!) precision[at] = precision[at + 1]!;
  let sum = 0;
  let at = 0;
  for (let r = 0; r < into.length; r++) {
    while (at < length && truePositives[at]! / lesionCount < RECALL_POINTS[r]!) at++;
    into[r] = at < length ? precision[at]! : 0;
    sum += into[r]!;
  }
  return sum / into.length;
}

/** @returns the lowest score that gets to the recall; null if none does */
function scoreAt({ scoreOfHit }: PrecisionWalk, recall: number, lesionCount: number): number | null {
  let hit = 0;
  while (hit < scoreOfHit.length && (hit + 1) / lesionCount < recall) hit++;
  return scoreOfHit[hit] ?? null;
}
