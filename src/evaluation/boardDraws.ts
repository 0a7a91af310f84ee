/**
 * The values of many detectors in the same draws of patients. A draw takes whole patients with replacement, and each
 * detector is measured on the same ones, so that differences are paired.
 *
 * Patients are drawn in an order that depends on nothing but what the detectors did on them, so that the order in which
 * patients come changes nothing. The order of the detectors does; `rankJointly` gives them by key.
 */
import type { ScoredImages } from './boxes';
import type { FrocOutcome } from './frocBands';
import { drawWeights } from './patientDraws';
import { seededRandom } from './random';
import type { Ranking } from './ranking';

export interface BoardResampling {
  /** at least 100 */
  readonly resamples: number;
  /** whole number; the same seed gives the same draws */
  readonly seed: number;
}

/** The images and lesions that all entries were measured on. */
export interface BoardGround {
  /** I, the patient of each image as 0..patientCount − 1 */
  readonly patientOfImage: Int32Array;
  /** the patient of each lesion that counts */
  readonly patientOfLesion: Int32Array;
  readonly patientCount: number;
}

/** The boxes of one detector by falling score, as far as a curve over score thresholds needs them. */
export interface CurveBoxes {
  /** D, image of each box */
  readonly imageOf: Int32Array;
  /** D, lesions that each box is the first to hit */
  readonly hits: Uint8Array;
  /** D, 1 = false positive */
  readonly isFalse: Uint8Array;
  /** D, 1 = the next box has a lower score */
  readonly isLast: Uint8Array;
}

/** @returns the boxes of a FROC by falling score */
export function curveBoxes(images: ScoredImages, ranking: Ranking, outcome: FrocOutcome): CurveBoxes {
  const { order, imageOf } = ranking;
  return {
    imageOf: order.map((box) => imageOf[box]!),
    hits: Uint8Array.from(order, (box) => outcome.hits[box]!),
    isFalse: Uint8Array.from(order, (box) => outcome.isFalse[box]!),
    isLast: Uint8Array.from(order, (box, at) =>
      at + 1 < order.length && images.scores[order[at + 1]!] === images.scores[box] ? 0 : 1,
    ),
  };
}

/**
 * Accuracy: the share of lesions that are hit.
 *
 * @param hits of each entry, one for each lesion of the ground, 1 = hit
 * @returns the values of each entry, one for each draw; NaN if a draw has no lesion
 */
export function drawAccuracies(
  hits: readonly Uint8Array[],
  ground: BoardGround,
  resampling: BoardResampling,
): Float64Array[] {
  const { patientOfLesion, patientCount } = ground;
  const totals = countBy(patientOfLesion, patientCount);
  const counts = hits.map((own) => countBy(patientOfLesion, patientCount, own));
  // Images without lesions do not matter, and neither do their patients.
  const order = orderOfPatients([totals, ...counts]).filter((patient) => totals[patient]! > 0);
  const places = [totals, ...counts].map((column) => Int32Array.from(order, (patient) => column[patient]!));
  return overDraws(order.length, hits.length, resampling, (weights) => {
    const [total, ...found] = places.map((column) => weighted(column, weights));
    return found.map((count) => count / total!);
  });
}

/**
 * Sensitivity at rates of false positives per image, the mean over the rates; read like the FROC: the hits at the last
 * score threshold whose false positives do not exceed the rate.
 *
 * @param rates rising
 * @returns as {@link drawAccuracies}
 */
export function drawSensitivities(
  entries: readonly CurveBoxes[],
  rates: readonly number[],
  ground: BoardGround,
  resampling: BoardResampling,
): Float64Array[] {
  const columns = columnsOf(entries, ground);
  const { images, lesions, places } = columns;
  return overDraws(ground.patientCount, entries.length, resampling, (weights) => {
    const imageCount = weighted(images, weights);
    const limits = rates.map((rate) => rate * imageCount);
    const total = weighted(lesions, weights) * rates.length;
    return entries.map((entry, at) => hitsWithin(entry, places[at]!, weights, limits) / total);
  });
}

/**
 * Average precision over 101 recalls, as COCO has it.
 *
 * @returns as {@link drawAccuracies}
 */
export function drawAveragePrecisions(
  entries: readonly CurveBoxes[],
  ground: BoardGround,
  resampling: BoardResampling,
): Float64Array[] {
  const { lesions, places } = columnsOf(entries, ground);
  const walks = entries.map((entry, at) => precisionWalk(entry, places[at]!));
  const scratch = scratchFor(walks);
  return overDraws(ground.patientCount, entries.length, resampling, (weights) => {
    const total = weighted(lesions, weights);
    return walks.map((walk) => averagePrecision(walk, weights, total, scratch));
  });
}

/** @returns sensitivities of all patients together, as {@link drawSensitivities} has them in a draw */
export function sensitivityOf(entry: CurveBoxes, rates: readonly number[], ground: BoardGround): number {
  const everyone = new Int32Array(ground.patientCount).fill(1);
  const patients = entry.imageOf.map((image) => ground.patientOfImage[image]!);
  const limits = rates.map((rate) => rate * ground.patientOfImage.length);
  return hitsWithin(entry, patients, everyone, limits) / (ground.patientOfLesion.length * rates.length);
}

/** @returns the average precision of all patients together, as {@link drawAveragePrecisions} has it in a draw */
export function averagePrecisionOf(entry: CurveBoxes, ground: BoardGround): number {
  const everyone = new Int32Array(ground.patientCount).fill(1);
  const patients = entry.imageOf.map((image) => ground.patientOfImage[image]!);
  const walk = precisionWalk(entry, patients);
  return averagePrecision(walk, everyone, ground.patientOfLesion.length, scratchFor([walk]));
}

function overDraws(
  patientCount: number,
  entryCount: number,
  { resamples, seed }: BoardResampling,
  valuesOf: (weights: Int32Array) => number[],
): Float64Array[] {
  if (!Number.isInteger(resamples) || resamples < 100)
    throw new RangeError(`Expected at least 100 resamples, got ${resamples}.`);
  const draws = Array.from({ length: entryCount }, () => new Float64Array(resamples).fill(Number.NaN));
  const random = seededRandom(seed);
  const weights = new Int32Array(patientCount);
  for (let draw = 0; draw < resamples && patientCount > 0; draw++) {
    drawWeights(random, weights);
    const values = valuesOf(weights);
    for (let entry = 0; entry < entryCount; entry++) draws[entry]![draw] = values[entry]!;
  }
  return draws;
}

function countBy(patients: Int32Array, patientCount: number, which?: Uint8Array): Int32Array {
  const counts = new Int32Array(patientCount);
  for (let i = 0; i < patients.length; i++) counts[patients[i]!]! += which ? which[i]! : 1;
  return counts;
}

function weighted(column: Int32Array, weights: Int32Array): number {
  let sum = 0;
  for (let place = 0; place < weights.length; place++) sum += column[place]! * weights[place]!;
  return sum;
}

/** What curves need of each patient, by its place in the order of drawing. */
interface Columns {
  readonly images: Int32Array;
  readonly lesions: Int32Array;
  /** for each entry the place of the patient of each box */
  readonly places: readonly Int32Array[];
}

function columnsOf(entries: readonly CurveBoxes[], ground: BoardGround): Columns {
  const { patientOfImage, patientOfLesion, patientCount } = ground;
  const images = countBy(patientOfImage, patientCount);
  const lesions = countBy(patientOfLesion, patientCount);
  const order = orderOfPatients([images, lesions, ...entries.map((entry) => contentOfPatients(entry, ground))]);
  const placeOf = new Int32Array(patientCount);
  for (const [place, patient] of order.entries()) placeOf[patient] = place;
  return {
    images: Int32Array.from(order, (patient) => images[patient]!),
    lesions: Int32Array.from(order, (patient) => lesions[patient]!),
    places: entries.map(({ imageOf }) => imageOf.map((image) => placeOf[patientOfImage[image]!]!)),
  };
}

/**
 * @param columns numbers of each patient: those of the ground, then those of the entries in their order
 * @returns the patients in an order that depends on those numbers alone
 */
function orderOfPatients(columns: readonly (Int32Array | Float64Array)[]): number[] {
  const patients = Array.from({ length: columns[0]?.length ?? 0 }, (_, patient) => patient);
  return patients.sort((a, b) => {
    for (const column of columns) {
      const difference = column[a]! - column[b]!;
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

const MIX_A = 0x9e3779b1;
const MIX_B = 0x85ebca6b;

/** A number for each patient that stands for what an entry did on its images; sums, so that their order does not matter. */
function contentOfPatients(entry: CurveBoxes, { patientOfImage, patientCount }: BoardGround): Float64Array {
  const content = new Float64Array(patientCount);
  let group = 0;
  for (let at = 0; at < entry.imageOf.length; at++) {
    const code = Math.imul(group + 1, MIX_A) ^ Math.imul((entry.hits[at]! << 1) + entry.isFalse[at]! + 1, MIX_B);
    content[patientOfImage[entry.imageOf[at]!]!]! += (code ^ (code >>> 15)) >>> 0;
    group += entry.isLast[at]!;
  }
  return content;
}

/** @returns the hits at all limits together */
function hitsWithin(entry: CurveBoxes, places: Int32Array, weights: Int32Array, limits: readonly number[]): number {
  const { hits, isFalse, isLast } = entry;
  let [sum, answered, found, falsePositives, newlyFound] = [0, 0, 0, 0, 0];
  let limit = limits[0] ?? 0;
  for (let at = 0; at < places.length; at++) {
    const weight = weights[places[at]!]!;
    falsePositives += isFalse[at]! * weight;
    newlyFound += hits[at]! * weight;
    if (isLast[at] === 0) continue;
    while (falsePositives > limit) {
      sum += found;
      if (++answered === limits.length) return sum;
      limit = limits[answered]!;
    }
    found += newlyFound;
    newlyFound = 0;
  }
  return sum + found * (limits.length - answered);
}

/** The boxes of an entry as its average precision needs them: its H hits, and the false positives between them. */
interface PrecisionWalk {
  /** place of the patient of each hit, by falling score */
  readonly hits: Int32Array;
  /** the same of each false positive, which are nearly all boxes and are added up in a tight loop */
  readonly falsePositives: Int32Array;
  /** H, how many false positives lie before each hit */
  readonly before: Int32Array;
}

function precisionWalk({ hits, isFalse }: CurveBoxes, places: Int32Array): PrecisionWalk {
  const isHit = (_: number, at: number): boolean => hits[at]! > 0;
  const isFalsePositive = (_: number, at: number): boolean => hits[at] === 0 && isFalse[at] === 1;
  const before: number[] = [];
  let count = 0;
  for (let at = 0; at < places.length; at++) {
    if (hits[at]! > 0) before.push(count);
    else count += isFalse[at]!;
  }
  return {
    hits: places.filter(isHit),
    falsePositives: places.filter(isFalsePositive),
    before: Int32Array.from(before),
  };
}

/** Room for the points of a curve. */
interface Scratch {
  readonly precision: Float64Array;
  readonly found: Float64Array;
}

function scratchFor(walks: readonly PrecisionWalk[]): Scratch {
  const longest = Math.max(0, ...walks.map(({ hits }) => hits.length));
  return { precision: new Float64Array(longest), found: new Float64Array(longest) };
}

/** @param scratch for the hits at least */
function averagePrecision(
  { hits, falsePositives, before }: PrecisionWalk,
  weights: Int32Array,
  total: number,
  { precision, found }: Scratch,
): number {
  if (total === 0) return Number.NaN;
  let [count, hit, missed, passed] = [0, 0, 0, 0];
  for (let n = 0; n < hits.length; n++) {
    const weight = weights[hits[n]!]!;
    if (weight === 0) continue;
    for (const end = before[n]!; passed < end; passed++) missed += weights[falsePositives[passed]!]!;
    hit += weight;
    found[count] = hit;
    precision[count++] = hit / (hit + missed);
  }
  for (let n = count - 2; n >= 0; n--) precision[n] = Math.max(precision[n]!, precision[n + 1]!);
  let [sum, at] = [0, 0];
  for (let r = 0; r <= 100; r++) {
    while (at < count && found[at]! / total < r * 0.01) at++;
    if (at === count) break;
    sum += precision[at]!;
  }
  return sum / 101;
}
