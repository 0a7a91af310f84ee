/**
 * 95 % bands of FROC readings by a bootstrap over patients. A draw weighs every image by how often its patient was
 * drawn: hits, false positives and the number of images alike.
 *
 * The weights of all boxes are summed once a draw; a stratum takes those off that are no false positives in it, which
 * are few: that is what makes thousands of images and a dozen strata affordable.
 */
import { type Interval, intervalOf } from './bootstrap';
import { imagesOfLesions, type ScoredImages } from './boxes';
import type { OverlapPairs } from './froc';
import { drawWeights } from './patientDraws';
import { seededRandom } from './random';
import type { Ranking } from './ranking';
import type { Stratum } from './strata';

/** Whose images are drawn, and how often. */
export interface ImageResampling {
  /** I, the patient of each image as 0..patientCount − 1 */
  readonly patientOf: Int32Array;
  readonly patientCount: number;
  readonly resamples: number;
  readonly seed: number;
}

/** What each box does in a stratum. A box on lesions that are hit already may do nothing. */
export interface FrocOutcome {
  /** D, lesions that the box is the first to hit */
  readonly hits: Uint8Array;
  /** D, 1 = false positive */
  readonly isFalse: Uint8Array;
}

/** The boxes of a stratum that are no false positives, best first. */
interface TrueBoxes {
  /** place of the last box of the same score in the ranking */
  readonly place: Int32Array;
  readonly patient: Int32Array;
  /** lesions that each is the first to hit */
  readonly hits: Uint8Array;
}

/**
 * Bands of FROC readings, at one threshold.
 *
 * @param outcomes one a stratum, from {@link frocOutcome} or `oneToOneOutcome`
 * @param rates rising, false positives an image
 * @returns [stratum][rate]; null if the lesions come from fewer than two patients
 */
export function bootstrapFroc(
  images: ScoredImages,
  ranking: Ranking,
  strata: readonly Stratum[],
  outcomes: readonly FrocOutcome[],
  rates: readonly number[],
  { patientOf, patientCount, resamples, seed }: ImageResampling,
): (Interval | null)[][] {
  const imageOfLesion = imagesOfLesions(images);
  const patientOfBox = ranking.order.map((detection) => patientOf[ranking.imageOf[detection]!]!);
  const ends = endsOfScores(images, ranking);
  const boxes = outcomes.map((outcome) => trueBoxesOf(outcome, ranking, patientOfBox, ends));
  const patientsOfLesions = strata.map(({ lesions }) => lesions.map((lesion) => patientOf[imageOfLesion[lesion]!]!));
  const varies = patientsOfLesions.map((patients) => new Set(patients).size >= 2);
  const readings = strata.map((_, s) => rates.map(() => new Float64Array(varies[s] ? resamples : 0)));

  const random = seededRandom(seed);
  const weights = new Int32Array(patientCount);
  const sums = new Int32Array(patientOfBox.length);
  const found = new Int32Array(rates.length);
  for (let resample = 0; resample < resamples; resample++) {
    drawWeights(random, weights);
    sumWeights(patientOfBox, weights, sums);
    const imageCount = sumOf(weights, patientOf);
    const limits = rates.map((rate) => rate * imageCount);
    for (let s = 0; s < strata.length; s++) {
      if (!varies[s]) continue;
      const total = sumOf(weights, patientsOfLesions[s]!);
      readDraw(boxes[s]!, weights, sums, limits, found);
      for (let rate = 0; rate < rates.length; rate++) readings[s]![rate]![resample] = found[rate]! / total;
    }
  }
  return readings.map((ofStratum) => ofStratum.map(intervalOf));
}

/** What each box does under the counting of the public DeepLesion codes. @param leastHit the least overlap that hits */
export function frocOutcome(
  ranking: Ranking,
  pairs: OverlapPairs,
  { lesions }: Stratum,
  leastHit: number,
): FrocOutcome {
  const [elsewhere, open, taken] = [0, 1, 2];
  const state = new Uint8Array(lesions.reduce((most, lesion) => Math.max(most, lesion + 1), 0)).fill(elsewhere);
  for (const lesion of lesions) state[lesion] = open;
  const hits = new Uint8Array(ranking.order.length);
  const isFalse = new Uint8Array(ranking.order.length).fill(1);
  const { order } = ranking;
  for (let place = 0; place < order.length; place++) {
    const detection = order[place]!;
    for (let pair = pairs.offsets[detection]!; pair < pairs.offsets[detection + 1]!; pair++) {
      const lesion = pairs.lesion[pair]!;
      if (!state[lesion] || pairs.overlap[pair]! < leastHit) continue;
      isFalse[detection] = 0;
      if (state[lesion] !== open) continue;
      state[lesion] = taken;
      hits[detection]!++;
    }
  }
  return { hits, isFalse };
}

/** @param sums takes the weight of all boxes up to each place of the ranking */
function sumWeights(patientOfBox: Int32Array, weights: Int32Array, sums: Int32Array): void {
  let sum = 0;
  for (let place = 0; place < patientOfBox.length; place++) {
    sum += weights[patientOfBox[place]!]!;
    sums[place] = sum;
  }
}

function sumOf(weights: Int32Array, patients: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < patients.length; i++) sum += weights[patients[i]!]!;
  return sum;
}

/**
 * The curve of one draw: the hits at the last point whose false positives are not above each limit.
 *
 * @param limits rising, false positives
 * @param answers takes the hits, one a limit
 */
function readDraw(
  { place, patient, hits }: TrueBoxes,
  weights: Int32Array,
  sums: Int32Array,
  limits: readonly number[],
  answers: Int32Array,
): void {
  const count = place.length;
  let answered = 0;
  let limit = limits[0]!;
  let found = 0;
  let notFalse = 0;
  for (let e = 0; e < count && answered < limits.length; ) {
    const end = place[e]!;
    let newlyFound = 0;
    do {
      const weight = weights[patient[e]!]!;
      newlyFound += hits[e]! * weight;
      notFalse += weight;
      e++;
    } while (e < count && place[e] === end);
    const falsePositives = sums[end]! - notFalse;
    while (answered < limits.length && falsePositives > limit) {
      answers[answered++] = found;
      limit = limits[answered]!;
    }
    found += newlyFound;
  }
  answers.fill(found, answered);
}

function trueBoxesOf(
  { hits, isFalse }: FrocOutcome,
  { order }: Ranking,
  patientOfBox: Int32Array,
  ends: Int32Array,
): TrueBoxes {
  let count = 0;
  for (let at = 0; at < order.length; at++) if (isFalse[order[at]!] === 0) count++;
  const place = new Int32Array(count);
  const patient = new Int32Array(count);
  const hitsOfTrue = new Uint8Array(count);
  for (let at = 0, n = 0; at < order.length; at++) {
    if (isFalse[order[at]!] !== 0) continue;
    place[n] = ends[at]!;
    patient[n] = patientOfBox[at]!;
    hitsOfTrue[n++] = hits[order[at]!]!;
  }
  return { place, patient, hits: hitsOfTrue };
}

/** For each place of the ranking the last place with the same score. */
function endsOfScores({ scores }: ScoredImages, { order }: Ranking): Int32Array {
  const ends = new Int32Array(order.length);
  for (let place = order.length - 1; place >= 0; place--) {
    const isSame = place + 1 < order.length && scores[order[place]!] === scores[order[place + 1]!];
    ends[place] = isSame ? ends[place + 1]! : place;
  }
  return ends;
}
