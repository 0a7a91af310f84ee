/**
 * 95 % bands of FROC readings by a bootstrap over patients. A draw weighs every image by how often its patient was drawn: hits, false positives
 * and the number of images alike.
 *
 * Most boxes are false positives in every stratum. Their weights are summed once a draw, and a stratum looks at the few others alone: that is what makes thousands of images and a dozen strata affordable.
 */
import { type Interval, intervalOf } from './bootstrap';
import type { ScoredImages } from './boxes';
import type { OverlapPairs } from './froc';
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

/** A box that is not merely a false positive of every stratum. */
interface Event {
  /** place of the last box of the same score in the ranking */
  place: number;
  image: number;
  hits: number;
  isFalse: boolean;
}

/**
 * Bands of FROC readings, at one threshold.
 *
 * @param outcomes one a stratum, from {@link frocOutcome} or `oneToOneOutcome`
 * @param rates rising, false positives an image
 * @returns [stratum][rate]; null where the lesions come from fewer than two patients
 */
export function bootstrapFroc(
  images: ScoredImages,
  ranking: Ranking,
  strata: readonly Stratum[],
  outcomes: readonly FrocOutcome[],
  rates: readonly number[],
  { patientOf, patientCount, resamples, seed }: ImageResampling,
): (Interval | null)[][] {
  const { order, imageOf } = ranking;
  const imageOfLesion = imagesOfLesions(images);
  const isPlain = (d: number): boolean => outcomes.every(({ hits, isFalse }) => hits[d] === 0 && isFalse[d] === 1);
  const plain = order.map((detection) => (isPlain(detection) ? patientOf[imageOf[detection]!]! : -1));
  const ends = endsOfScores(images, ranking);
  const events = outcomes.map((outcome) => eventsOf(outcome, ranking, plain, ends));
  const patientsOfLesions = strata.map(({ lesions }) => lesions.map((lesion) => patientOf[imageOfLesion[lesion]!]!));
  const varies = patientsOfLesions.map((patients) => new Set(patients).size >= 2);
  const readings = strata.map((_, s) => rates.map(() => new Float64Array(varies[s] ? resamples : 0)));

  const random = seededRandom(seed);
  const weights = new Int32Array(patientCount);
  const plainFalse = new Int32Array(order.length);
  for (let resample = 0; resample < resamples; resample++) {
    weights.fill(0);
    for (let draw = 0; draw < patientCount; draw++) weights[Math.floor((random() / 2 ** 32) * patientCount)]!++;
    sumPlain(plain, weights, plainFalse);
    const draw = { weights, patientOf, plainFalse, imageCount: sumOf(weights, patientOf) };
    for (let s = 0; s < strata.length; s++) {
      if (!varies[s]) continue;
      const total = sumOf(weights, patientsOfLesions[s]!);
      readDraw(events[s]!, draw, rates).forEach((hits, rate) => {
        readings[s]![rate]![resample] = hits / total;
      });
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
  const own = new Set(lesions);
  const open = new Set(lesions);
  const hits = new Uint8Array(ranking.order.length);
  const isFalse = new Uint8Array(ranking.order.length).fill(1);
  for (const detection of ranking.order) {
    for (let pair = pairs.offsets[detection]!; pair < pairs.offsets[detection + 1]!; pair++) {
      const lesion = pairs.lesion[pair]!;
      if (!own.has(lesion) || pairs.overlap[pair]! < leastHit) continue;
      isFalse[detection] = 0;
      if (open.delete(lesion)) hits[detection]!++;
    }
  }
  return { hits, isFalse };
}

function sumPlain(plain: Int32Array, weights: Int32Array, sums: Int32Array): void {
  let sum = 0;
  for (let place = 0; place < plain.length; place++) {
    const patient = plain[place]!;
    if (patient >= 0) sum += weights[patient]!;
    sums[place] = sum;
  }
}

function sumOf(weights: Int32Array, patients: Int32Array): number {
  let sum = 0;
  for (const patient of patients) sum += weights[patient]!;
  return sum;
}

interface Draw {
  weights: Int32Array;
  patientOf: Int32Array;
  plainFalse: Int32Array;
  imageCount: number;
}

/** The curve of one draw at each rate: the hits at the last point whose rate is not above. */
function readDraw(
  events: readonly Event[],
  { weights, patientOf, plainFalse, imageCount }: Draw,
  rates: readonly number[],
): number[] {
  const answers: number[] = [];
  let hits = 0;
  let falsePositives = 0;
  for (let e = 0; e < events.length && answers.length < rates.length; ) {
    const { place } = events[e]!;
    let newHits = 0;
    for (; e < events.length && events[e]!.place === place; e++) {
      const weight = weights[patientOf[events[e]!.image]!]!;
      newHits += events[e]!.hits * weight;
      if (events[e]!.isFalse) falsePositives += weight;
    }
    const rate = (falsePositives + plainFalse[place]!) / imageCount;
    while (answers.length < rates.length && rate > rates[answers.length]!) answers.push(hits);
    hits += newHits;
  }
  while (answers.length < rates.length) answers.push(hits);
  return answers;
}

/** The boxes that are not plain and do something, best first. */
function eventsOf(
  { hits, isFalse }: FrocOutcome,
  { order, imageOf }: Ranking,
  plain: Int32Array,
  ends: Int32Array,
): Event[] {
  const events: Event[] = [];
  for (let place = 0; place < order.length; place++) {
    const d = order[place]!;
    if (plain[place]! >= 0 || (hits[d] === 0 && isFalse[d] === 0)) continue;
    events.push({ place: ends[place]!, image: imageOf[d]!, hits: hits[d]!, isFalse: isFalse[d] === 1 });
  }
  return events;
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

function imagesOfLesions({ imageCount, lesionOffsets }: ScoredImages): Int32Array {
  const images = new Int32Array(lesionOffsets[imageCount]!);
  for (let image = 0; image < imageCount; image++) images.fill(image, lesionOffsets[image], lesionOffsets[image + 1]);
  return images;
}
