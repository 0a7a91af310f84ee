/**
 * The values of many detectors in the same draws of patients. A draw takes whole patients with replacement, and each
 * detector is measured on the same ones, so that differences are paired.
 *
 * Patients are drawn in an order that depends on nothing but what the detectors did on them, so that the order in which
 * patients come changes nothing. The order of the detectors does; `rankJointly` gives them by key.
 */
import { leastReaching, RECALL_POINTS } from './averagePrecision';
import type { ScoredImages } from './boxes';
import { BLOCK, type DrawBlock, DrawnCounts, overBlocks, packDraws } from './drawBlocks';
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
  const { length } = order;
  const boxes = {
    imageOf: new Int32Array(length),
    hits: new Uint8Array(length),
    isFalse: new Uint8Array(length),
    isLast: new Uint8Array(length).fill(1),
  };
  let previous = Number.NaN;
  for (let at = 0; at < length; at++) {
    const box = order[at]!;
    boxes.imageOf[at] = imageOf[box]!;
    boxes.hits[at] = outcome.hits[box]!;
    boxes.isFalse[at] = outcome.isFalse[box]!;
    const score = images.scores[box]!;
    if (score === previous) boxes.isLast[at - 1] = 0;
    previous = score;
  }
  return boxes;
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
  const walks = entries.map((entry, at) => sensitivityWalk(entry, places[at]!));
  return overBlocksOf(ground.patientCount, entries.length, resampling, (block, count) => {
    const needed = block.weights.slice(0, count);
    const limits = needed.map((weights) => {
      const imageCount = weighted(images, weights);
      return rates.map((rate) => rate * imageCount);
    });
    const totals = needed.map((weights) => weighted(lesions, weights) * rates.length);
    return walks.map((walk) => hitsWithin(walk, block, limits).map((hits, draw) => hits / totals[draw]!));
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
  return overBlocksOf(ground.patientCount, entries.length, resampling, (block, count) => {
    const totals = block.weights.slice(0, count).map((weights) => weighted(lesions, weights));
    return walks.map((walk) => averagePrecisions(walk, block, totals, scratch));
  });
}

/** @returns sensitivities of all patients together, as {@link drawSensitivities} has them in a draw */
export function sensitivityOf(entry: CurveBoxes, rates: readonly number[], ground: BoardGround): number {
  const block = packDraws([new Int32Array(ground.patientCount).fill(1)]);
  const limits = rates.map((rate) => rate * ground.patientOfImage.length);
  const [hits] = hitsWithin(sensitivityWalk(entry, patientsOf(entry, ground)), block, [limits]);
  return hits! / (ground.patientOfLesion.length * rates.length);
}

/** @returns the average precision of all patients together, as {@link drawAveragePrecisions} has it in a draw */
export function averagePrecisionOf(entry: CurveBoxes, ground: BoardGround): number {
  const block = packDraws([new Int32Array(ground.patientCount).fill(1)]);
  const walk = precisionWalk(entry, patientsOf(entry, ground));
  return averagePrecisions(walk, block, [ground.patientOfLesion.length], scratchFor([walk]))[0]!;
}

function patientsOf({ imageOf }: CurveBoxes, { patientOfImage }: BoardGround): Int32Array {
  const patients = new Int32Array(imageOf.length);
  for (let at = 0; at < patients.length; at++) patients[at] = patientOfImage[imageOf[at]!]!;
  return patients;
}

function overDraws(
  patientCount: number,
  entryCount: number,
  { resamples, seed }: BoardResampling,
  valuesOf: (weights: Int32Array) => number[],
): Float64Array[] {
  const draws = emptyDraws(entryCount, resamples);
  const random = seededRandom(seed);
  const weights = new Int32Array(patientCount);
  for (let draw = 0; draw < resamples && patientCount > 0; draw++) {
    drawWeights(random, weights);
    const values = valuesOf(weights);
    for (let entry = 0; entry < entryCount; entry++) draws[entry]![draw] = values[entry]!;
  }
  return draws;
}

/** As {@link overDraws}, twelve draws at once. @param valuesOf one list for each entry, at least `count` values */
function overBlocksOf(
  patientCount: number,
  entryCount: number,
  { resamples, seed }: BoardResampling,
  valuesOf: (block: DrawBlock, count: number) => Float64Array[],
): Float64Array[] {
  const draws = emptyDraws(entryCount, resamples);
  if (patientCount === 0) return draws;
  overBlocks(seededRandom(seed), patientCount, resamples, (block, first, count) => {
    for (const [entry, values] of valuesOf(block, count).entries()) draws[entry]!.set(values.subarray(0, count), first);
  });
  return draws;
}

/** @throws RangeError for too few resamples to say anything */
function emptyDraws(entryCount: number, resamples: number): Float64Array[] {
  if (!Number.isInteger(resamples) || resamples < 100)
    throw new RangeError(`Expected at least 100 resamples, got ${resamples}.`);
  return Array.from({ length: entryCount }, () => new Float64Array(resamples).fill(Number.NaN));
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
  const placesOfImages = patientOfImage.map((patient) => placeOf[patient]!);
  return {
    images: Int32Array.from(order, (patient) => images[patient]!),
    lesions: Int32Array.from(order, (patient) => lesions[patient]!),
    places: entries.map((entry) => patientsOf(entry, { ...ground, patientOfImage: placesOfImages })),
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

/** The boxes of an entry as its sensitivity needs them: its E scores with hits, and the false positives down to each. */
interface SensitivityWalk {
  /** place of the patient of each box that hits, by falling score, and how many lesions it hits */
  readonly hits: Int32Array;
  readonly hitCounts: Uint8Array;
  /** E, how many such boxes have that score or a higher one */
  readonly hitsUpTo: Int32Array;
  /** place of the patient of each false positive, by falling score */
  readonly falsePositives: Int32Array;
  /** E, how many false positives have that score or a higher one */
  readonly falseUpTo: Int32Array;
}

function sensitivityWalk({ hits, isFalse, isLast }: CurveBoxes, places: Int32Array): SensitivityWalk {
  const ofHits = new Int32Array(places.length);
  const ofFalse = new Int32Array(places.length);
  const hitCounts = new Uint8Array(places.length);
  const hitsUpTo: number[] = [];
  const falseUpTo: number[] = [];
  let [hitCount, falseCount, events] = [0, 0, 0];
  for (let at = 0; at < places.length; at++) {
    if (isFalse[at] === 1) ofFalse[falseCount++] = places[at]!;
    if (hits[at]! > 0) {
      hitCounts[hitCount] = hits[at]!;
      ofHits[hitCount++] = places[at]!;
    }
    // Between scores with hits, nothing changes what is found.
    if (isLast[at] === 0 || hitCount === events) continue;
    events = hitCount;
    hitsUpTo.push(hitCount);
    falseUpTo.push(falseCount);
  }
  return {
    hits: ofHits.slice(0, hitCount),
    hitCounts: hitCounts.slice(0, hitCount),
    hitsUpTo: Int32Array.from(hitsUpTo),
    falsePositives: ofFalse.slice(0, falseCount),
    falseUpTo: Int32Array.from(falseUpTo),
  };
}

/**
 * @param limits of false positives in each draw that is needed, rising
 * @returns BLOCK numbers: in each draw, the hits at all limits together
 */
function hitsWithin(
  { hits, hitCounts, hitsUpTo, falsePositives, falseUpTo }: SensitivityWalk,
  block: DrawBlock,
  limits: readonly (readonly number[])[],
): Float64Array {
  const counts = new DrawnCounts(falsePositives, block);
  const [sums, found, answered] = [new Float64Array(BLOCK), new Int32Array(BLOCK), new Int32Array(BLOCK)];
  let open = limits.length;
  for (let event = 0, from = 0; event < hitsUpTo.length && open > 0; event++) {
    counts.upTo(falseUpTo[event]!);
    const end = hitsUpTo[event]!;
    for (let draw = 0; draw < limits.length; draw++) {
      const own = limits[draw]!;
      if (answered[draw] === own.length) continue;
      while (answered[draw]! < own.length && counts.sums[draw]! > own[answered[draw]!]!) {
        sums[draw]! += found[draw]!;
        if (++answered[draw]! === own.length) open--;
      }
      const weights = block.weights[draw]!;
      for (let hit = from; hit < end; hit++) found[draw]! += hitCounts[hit]! * weights[hits[hit]!]!;
    }
    from = end;
  }
  return sums.map((sum, draw) => sum + found[draw]! * ((limits[draw]?.length ?? 0) - answered[draw]!));
}

/** The boxes of an entry as its average precision needs them: its H hits, and the false positives between them. */
interface PrecisionWalk {
  /** place of the patient of each hit, by falling score */
  readonly hits: Int32Array;
  /** the same of each false positive, which are nearly all boxes and are added up for many draws at once */
  readonly falsePositives: Int32Array;
  /** H, how many false positives lie before each hit */
  readonly before: Int32Array;
}

function precisionWalk({ hits, isFalse }: CurveBoxes, places: Int32Array): PrecisionWalk {
  const ofHits = new Int32Array(places.length);
  const ofFalse = new Int32Array(places.length);
  const before = new Int32Array(places.length);
  let [hitCount, falseCount] = [0, 0];
  for (let at = 0; at < places.length; at++) {
    if (hits[at]! > 0) {
      before[hitCount] = falseCount;
      ofHits[hitCount++] = places[at]!;
    } else if (isFalse[at] === 1) {
      ofFalse[falseCount++] = places[at]!;
    }
  }
  return {
    hits: ofHits.slice(0, hitCount),
    falsePositives: ofFalse.slice(0, falseCount),
    before: before.slice(0, hitCount),
  };
}

/** Room for the points of a curve. */
interface Scratch {
  readonly precision: Float64Array;
  readonly found: Float64Array;
  /** BLOCK numbers for each hit: the false positives before it in each draw */
  readonly missed: Int32Array;
}

function scratchFor(walks: readonly PrecisionWalk[]): Scratch {
  const longest = Math.max(0, ...walks.map(({ hits }) => hits.length));
  return {
    precision: new Float64Array(longest),
    found: new Float64Array(longest),
    missed: new Int32Array(BLOCK * longest),
  };
}

/** @param totals lesions of each draw @param scratch for the hits at least @returns one value for each total */
function averagePrecisions(
  walk: PrecisionWalk,
  block: DrawBlock,
  totals: readonly number[],
  scratch: Scratch,
): Float64Array {
  const counts = new DrawnCounts(walk.falsePositives, block);
  for (let hit = 0; hit < walk.before.length; hit++) {
    counts.upTo(walk.before[hit]!);
    scratch.missed.set(counts.sums, BLOCK * hit);
  }
  return Float64Array.from(totals, (total, draw) =>
    averagePrecision(walk.hits, block.weights[draw]!, total, draw, scratch),
  );
}

function averagePrecision(
  hits: Int32Array,
  weights: Int32Array,
  total: number,
  draw: number,
  { precision, found, missed }: Scratch,
): number {
  if (total === 0) return Number.NaN;
  let [count, hit] = [0, 0];
  for (let n = 0; n < hits.length; n++) {
    const weight = weights[hits[n]!]!;
    if (weight === 0) continue;
    hit += weight;
    found[count] = hit;
    precision[count++] = hit / (hit + missed[BLOCK * n + draw]!);
  }
  for (let n = count - 2; n >= 0; n--) if (precision[n]! < precision[n + 1]!) precision[n] = precision[n + 1]!;
  let [sum, at] = [0, 0];
  for (let r = 0; r < RECALL_POINTS.length; r++) {
    const least = leastReaching(RECALL_POINTS[r]!, total);
    while (at < count && found[at]! < least) at++;
    if (at === count) break;
    sum += precision[at]!;
  }
  return sum / RECALL_POINTS.length;
}
