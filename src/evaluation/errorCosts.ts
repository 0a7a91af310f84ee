/**
 * What each kind of error costs a detector: how much average precision, and how much sensitivity at a rate of false
 * positives, would rise if it made no errors of the kind and all others. Mending is TIDE's: an error of CLASSIFICATION
 * or LOCALIZATION becomes a hit where it is the best candidate for its lesion, and goes away otherwise; detections of
 * DUPLICATE, BACKGROUND and BOTH go away; lesions that are MISSED are no longer looked for.
 *
 * The costs do not add up to what is missing of 1: mending one kind changes what the others cost.
 */
import { leastReaching, RECALL_POINTS } from './averagePrecision';
import { type Interval, intervalOf } from './bootstrap';
import { imagesOfLesions, type ScoredImages } from './boxes';
import { BLOCK, type DrawBlock, DrawnCounts, overBlocks, packDraws } from './drawBlocks';
import { codeOfKind, ERROR_KINDS, type ErrorAnalysis, type ErrorKind, HIT, isMissed, NOT_COUNTED } from './errorKinds';
import type { ImageResampling } from './frocBands';
import { seededRandom } from './random';
import type { Ranking } from './ranking';

/** One kind of error, with 95 % intervals over patients; null where nothing varies, or nothing was resampled. */
export interface ErrorCost {
  readonly kind: ErrorKind;
  readonly count: number;
  readonly countInterval: Interval | null;
  /** that mending the kind adds to the average precision, 0 … 1; null without lesions */
  readonly averagePrecision: number | null;
  readonly averagePrecisionInterval: Interval | null;
  /** that mending the kind adds to the sensitivity at the rate, 0 … 1; null without lesions */
  readonly sensitivity: number | null;
  readonly sensitivityInterval: Interval | null;
}

/** What a detector makes, and what its errors cost. */
export interface ErrorCosts {
  /** average precision at the IoU threshold, the mean over the classes that have lesions; null without lesions */
  readonly averagePrecision: number | null;
  /** share of the lesions that are hit at the rate, equal scores being one point; null without lesions */
  readonly sensitivity: number | null;
  /** in the order of {@link ERROR_KINDS} */
  readonly kinds: readonly ErrorCost[];
}

export interface CostRequest {
  /** false positives per image at which the sensitivity is read */
  readonly falsePositivesPerImage: number;
  /** G, by any whole numbers; without it there is one class */
  readonly classOfLesions?: Int32Array;
  /** D */
  readonly classOfDetections?: Int32Array;
  /** recalls at which precision is read; COCO's unless given */
  readonly recallPoints?: Float64Array;
  /** intervals only if given */
  readonly resampling?: ImageResampling;
}

/** 0: as it is; 1 … 6: with one kind mended, by its code. */
const VARIANTS = ERROR_KINDS.length + 1;
const CLASSIFICATION = codeOfKind('CLASSIFICATION');
const MISSED = codeOfKind('MISSED');

/** Average precision and sensitivity of each variant; NaN without lesions. */
interface Measures {
  readonly averagePrecision: Float64Array;
  readonly sensitivity: Float64Array;
}

/**
 * Measures what each kind of error costs.
 *
 * @param errors of the same images and ranking
 */
export function costOfErrors(
  images: ScoredImages,
  ranking: Ranking,
  errors: ErrorAnalysis,
  request: CostRequest,
): ErrorCosts {
  const walk = prepareWalk(images, ranking, errors, request);
  const everyone = packDraws([new Int32Array(request.resampling?.patientCount ?? 1).fill(1)]);
  const all = measure(walk, everyone, 1, request)[0]!;
  const counts = countsOf(walk);
  const draws = request.resampling ? resample(walk, request.resampling, request) : null;
  const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return {
    averagePrecision: known(all.averagePrecision[0]!),
    sensitivity: known(all.sensitivity[0]!),
    kinds: ERROR_KINDS.map((kind, place) => ({
      kind,
      count: counts[place]!,
      countInterval: draws && intervalOf(draws.counts[place]!),
      averagePrecision: known(gain(all.averagePrecision, place)),
      averagePrecisionInterval: draws && intervalOf(draws.averagePrecision[place]!),
      sensitivity: known(gain(all.sensitivity, place)),
      sensitivityInterval: draws && intervalOf(draws.sensitivity[place]!),
    })),
  };
}

/** Mending never costs anything; where equal recalls are read at other points, the difference may be below 0. */
const gain = (values: Float64Array, place: number): number => Math.max(0, values[place + 1]! - values[0]!);

/** The detections of a class by falling score, and its lesions. */
interface ClassWalk {
  /** outcome of each detection in this class; of one of another class whose lesion is of this one: CLASSIFICATION */
  readonly code: Uint8Array;
  /** 1: the detection hits its lesion if the kind is mended */
  readonly isMended: Uint8Array;
  /** 1: of another class, so that it counts here only when CLASSIFICATION is mended */
  readonly isForeign: Uint8Array;
  readonly patient: Int32Array;
  /** places of the detections that are hits, or are if their kind is mended: E of them */
  readonly events: Int32Array;
  /** the other errors by the code of their kind, which are nearly all detections */
  readonly plainErrors: readonly PlainErrors[];
  readonly patientOfLesions: Int32Array;
  readonly patientOfMissed: Int32Array;
}

/** Errors of one kind that mending takes away: only how many lie before each event matters. */
interface PlainErrors {
  /** patient of each, by falling score */
  readonly patients: Int32Array;
  /** E, how many lie before each event */
  readonly before: Int32Array;
}

/** The scores of events, of all detections together: S of them. */
interface EventScores {
  /** S, how many events have that score or a higher one */
  readonly eventsUpTo: Int32Array;
  /** by the code of a kind: S, how many of its plain errors have that score or a higher one */
  readonly errorsUpTo: readonly Int32Array[];
}

/** All classes, and all detections together. */
interface Walk {
  readonly classes: readonly ClassWalk[];
  /** as if there were one class, for the sensitivity */
  readonly together: ClassWalk;
  readonly scores: EventScores;
  readonly patientOfImages: Int32Array;
}

function prepareWalk(
  images: ScoredImages,
  { order, imageOf }: Ranking,
  errors: ErrorAnalysis,
  { classOfLesions, classOfDetections, resampling }: CostRequest,
): Walk {
  const patientOfImages = resampling?.patientOf ?? new Int32Array(images.imageCount);
  const imageOfLesion = imagesOfLesions(images);
  const counted = order.filter((detection) => errors.outcome[detection] !== NOT_COUNTED);
  const lesions = Int32Array.from(errors.hitBy, (_, lesion) => lesion);

  const walkOf = (ofClass: number | null): ClassWalk => {
    const isOwn = (detection: number): boolean => ofClass === null || (classOfDetections?.[detection] ?? 0) === ofClass;
    const isForeign = (detection: number): boolean =>
      !isOwn(detection) &&
      errors.outcome[detection] === CLASSIFICATION &&
      (classOfLesions?.[errors.lesion[detection]!] ?? 0) === ofClass;
    const members = counted.filter((detection) => isOwn(detection) || isForeign(detection));
    const ownLesions = lesions.filter((lesion) => ofClass === null || (classOfLesions?.[lesion] ?? 0) === ofClass);
    const patientsOf = (some: Int32Array): Int32Array => some.map((lesion) => patientOfImages[imageOfLesion[lesion]!]!);
    const codes = {
      code: Uint8Array.from(members, (detection) => errors.outcome[detection]!),
      isMended: Uint8Array.from(members, (detection) => {
        const lesion = errors.lesion[detection]!;
        if (lesion < 0 || errors.mendedBy[lesion] !== detection) return 0;
        // Of its own class, a detection that is mended into another one only goes away.
        return ofClass === null || (classOfLesions?.[lesion] ?? 0) === ofClass ? 1 : 0;
      }),
      isForeign: Uint8Array.from(members, (detection) => (isForeign(detection) ? 1 : 0)),
      patient: members.map((detection) => patientOfImages[imageOf[detection]!]!),
    };
    return {
      ...codes,
      ...partByEvents(codes),
      patientOfLesions: patientsOf(ownLesions),
      patientOfMissed: patientsOf(ownLesions.filter((lesion) => isMissed(errors, lesion))),
    };
  };

  const together = walkOf(null);
  const endsScore = Uint8Array.from(counted, (detection, place) =>
    place + 1 === counted.length || images.scores[counted[place + 1]!] !== images.scores[detection] ? 1 : 0,
  );
  return {
    // Without classes there is one, which has all.
    classes: classOfLesions ? [...new Set(classOfLesions)].map(walkOf) : lesions.length === 0 ? [] : [together],
    together,
    scores: scoresOfEvents(together, endsScore),
    patientOfImages,
  };
}

type Codes = Pick<ClassWalk, 'code' | 'isMended' | 'isForeign' | 'patient'>;

const isEvent = ({ code, isMended }: Codes, at: number): boolean => code[at] === HIT || isMended[at] === 1;

/** Parts the detections of a class into events and what lies between them, which is added up in a tight loop. */
function partByEvents(codes: Codes): Pick<ClassWalk, 'events' | 'plainErrors'> {
  const { code, isForeign, patient } = codes;
  const sizes = new Int32Array(MISSED);
  let eventCount = 0;
  for (let at = 0; at < code.length; at++) {
    if (isEvent(codes, at)) eventCount++;
    else if (!isForeign[at]) sizes[code[at]!]!++;
  }
  const events = new Int32Array(eventCount);
  const plainErrors = Array.from(sizes, (size) => ({
    patients: new Int32Array(size),
    before: new Int32Array(eventCount),
  }));
  const counts = new Int32Array(MISSED);
  for (let at = 0, event = 0; at < code.length; at++) {
    if (isEvent(codes, at)) {
      for (let kind = 1; kind < MISSED; kind++) plainErrors[kind]!.before[event] = counts[kind]!;
      events[event++] = at;
    } else if (!isForeign[at]) {
      const kind = code[at]!;
      plainErrors[kind]!.patients[counts[kind]!++] = patient[at]!;
    }
  }
  return { events, plainErrors };
}

/** @param endsScore 1 for the last detection of a score */
function scoresOfEvents(walk: ClassWalk, endsScore: Uint8Array): EventScores {
  const eventsUpTo: number[] = [];
  const errorsUpTo: number[][] = walk.plainErrors.map(() => []);
  const counts = new Int32Array(MISSED);
  let [events, known] = [0, 0];
  for (let at = 0; at < walk.code.length; at++) {
    if (isEvent(walk, at)) events++;
    else counts[walk.code[at]!]!++;
    // Between scores with events, nothing changes what is found.
    if (!endsScore[at] || events === known) continue;
    known = events;
    eventsUpTo.push(events);
    for (let kind = 1; kind < MISSED; kind++) errorsUpTo[kind]!.push(counts[kind]!);
  }
  return { eventsUpTo: Int32Array.from(eventsUpTo), errorsUpTo: errorsUpTo.map((ofKind) => Int32Array.from(ofKind)) };
}

/** @param count draws of the block that are needed @returns one for each of them */
function measure(walk: Walk, block: DrawBlock, count: number, request: CostRequest): Measures[] {
  const recallPoints = request.recallPoints ?? RECALL_POINTS;
  const sums = Array.from({ length: count }, () => new Float64Array(VARIANTS));
  const classCounts = new Int32Array(count);
  for (const ofClass of walk.classes) {
    const plain = plainErrorsBefore(ofClass, block);
    const points = pointsFor(ofClass);
    for (let draw = 0; draw < count; draw++) {
      if (sumOf(ofClass.patientOfLesions, block.weights[draw]!) === 0) continue;
      classCounts[draw]!++;
      const ofVariants = precisionOfClass(ofClass, plain, points, block.weights[draw]!, draw, recallPoints);
      for (let variant = 0; variant < VARIANTS; variant++) sums[draw]![variant]! += ofVariants[variant]!;
    }
  }
  const sensitivities = sensitivitiesOf(walk, block, count, request.falsePositivesPerImage);
  return sums.map((ofDraw, draw) => ({
    averagePrecision: ofDraw.map((sum) => sum / classCounts[draw]!),
    sensitivity: sensitivities[draw]!,
  }));
}

/** Weights of what a walk has come past: hits, mended hits and errors by kind. */
class Tally {
  readonly errors = new Int32Array(VARIANTS);
  readonly mended = new Int32Array(VARIANTS);
  hits = 0;
  errorCount = 0;

  add({ code, isMended, isForeign }: ClassWalk, at: number, weight: number): void {
    const kind = code[at]!;
    if (kind === HIT) {
      this.hits += weight;
      return;
    }
    if (isMended[at]) this.mended[kind]! += weight;
    if (isForeign[at]) return;
    this.errors[kind]! += weight;
    this.errorCount += weight;
  }

  truePositives(variant: number): number {
    return this.hits + this.mended[variant]!;
  }
}

/** Points of a precision–recall curve, by rising recall. */
class Points {
  length = 0;

  constructor(
    readonly truePositives: Float64Array,
    readonly precision: Float64Array,
  ) {}

  add(truePositives: number, falsePositives: number): void {
    this.truePositives[this.length] = truePositives;
    this.precision[this.length++] = truePositives / (truePositives + falsePositives);
  }

  /** @returns the mean of the best precision at each recall or a higher one */
  mean(lesionCount: number, recallPoints: Float64Array): number {
    if (lesionCount === 0) return 0;
    const { truePositives, precision, length } = this;
    for (let at = length - 2; at >= 0; at--)
      if (precision[at]! < precision[at + 1]!) precision[at] = precision[at + 1]!;
    let sum = 0;
    let at = 0;
    for (let r = 0; r < recallPoints.length; r++) {
      const least = leastReaching(recallPoints[r]!, lesionCount);
      while (at < length && truePositives[at]! < least) at++;
      if (at === length) break;
      sum += precision[at]!;
    }
    return sum / recallPoints.length;
  }
}

/** By the code of a kind: BLOCK numbers for each event, how many of its plain errors lie before it in each draw; null if none. */
type PlainBefore = readonly (Int32Array | null)[];

function plainErrorsBefore({ events, plainErrors }: ClassWalk, block: DrawBlock): PlainBefore {
  return plainErrors.map(({ patients, before }) => {
    if (patients.length === 0) return null;
    const counts = new DrawnCounts(patients, block);
    const ofEvents = new Int32Array(BLOCK * events.length);
    for (let event = 0; event < events.length; event++) {
      counts.upTo(before[event]!);
      ofEvents.set(counts.sums, BLOCK * event);
    }
    return ofEvents;
  });
}

/** Room for the points of variants; null for kinds without errors: mending them changes nothing. */
function pointsFor({ code, patientOfLesions, events }: ClassWalk): readonly (Points | null)[] {
  const isThere = new Uint8Array(MISSED);
  for (let at = 0; at < code.length; at++) isThere[code[at]!] = 1;
  const capacity = Math.min(patientOfLesions.length, events.length);
  return Array.from(isThere, (there, variant) =>
    variant === 0 || there ? new Points(new Float64Array(capacity), new Float64Array(capacity)) : null,
  );
}

/** @param all points of the variants, which are written over @returns VARIANTS means of the precision in one draw */
function precisionOfClass(
  walk: ClassWalk,
  plain: PlainBefore,
  all: readonly (Points | null)[],
  weights: Int32Array,
  draw: number,
  recallPoints: Float64Array,
): Float64Array {
  const { code, isMended, patient, events, patientOfLesions, patientOfMissed } = walk;
  const tally = new Tally();
  for (const points of all) if (points) points.length = 0;
  const before = new Int32Array(MISSED);
  const kinds = [...plain.keys()].filter((kind) => plain[kind]);
  for (let event = 0; event < events.length; event++) {
    const at = events[event]!;
    const weight = weights[patient[at]!]!;
    if (weight === 0) continue;
    tally.add(walk, at, weight);
    const kind = code[at]!;
    if (kind !== HIT && !isMended[at]) continue;
    let errorCount = tally.errorCount;
    for (let n = 0; n < kinds.length; n++) {
      const count = plain[kinds[n]!]![BLOCK * event + draw]!;
      before[kinds[n]!] = count;
      errorCount += count;
    }
    const [first, last] = kind === HIT ? [0, MISSED - 1] : [kind, kind];
    for (let variant = first; variant <= last; variant++)
      all[variant]?.add(tally.truePositives(variant), errorCount - tally.errors[variant]! - before[variant]!);
  }
  const lesionCount = sumOf(patientOfLesions, weights);
  const wanted = lesionCount - sumOf(patientOfMissed, weights);
  const asItIs = all[0]!.mean(lesionCount, recallPoints);
  const ofVariants = Array.from(all, (points, variant) =>
    points && variant > 0 ? points.mean(lesionCount, recallPoints) : asItIs,
  );
  // The curve without the missed lesions is that of all, over fewer lesions.
  return Float64Array.of(...ofVariants, all[0]!.mean(wanted, recallPoints));
}

/** @returns for each draw and variant, the most hits with at most `rate` false positives per image; NaN without lesions */
function sensitivitiesOf(walk: Walk, block: DrawBlock, count: number, rate: number): Float64Array[] {
  const { together, patientOfImages } = walk;
  const limits = Float64Array.from({ length: count }, (_, draw) => rate * sumOf(patientOfImages, block.weights[draw]!));
  return hitsWithin(walk, block, limits).map((found, draw) => {
    const lesionCount = sumOf(together.patientOfLesions, block.weights[draw]!);
    const wanted = lesionCount - sumOf(together.patientOfMissed, block.weights[draw]!);
    return Float64Array.from(found, (hits, variant) =>
      variant === MISSED ? (wanted === 0 && lesionCount > 0 ? 0 : hits / wanted) : hits / lesionCount,
    );
  });
}

/** @param limits of false positives, one for each draw that is needed @returns VARIANTS numbers of hits for each */
function hitsWithin({ together, scores }: Walk, block: DrawBlock, limits: Float64Array): Int32Array[] {
  const { events, patient, plainErrors } = together;
  const counts = plainErrors.map(({ patients }) => new DrawnCounts(patients, block));
  const found = Array.from(limits, () => new Int32Array(VARIANTS));
  const tallies = Array.from(limits, () => new Tally());
  for (let score = 0, from = 0, isOpen = true; isOpen && score < scores.eventsUpTo.length; score++) {
    for (let kind = 1; kind < MISSED; kind++) counts[kind]!.upTo(scores.errorsUpTo[kind]![score]!);
    const end = scores.eventsUpTo[score]!;
    isOpen = false;
    for (const [draw, tally] of tallies.entries()) {
      const weights = block.weights[draw]!;
      for (let event = from; event < end; event++)
        tally.add(together, events[event]!, weights[patient[events[event]!]!]!);
      let errorCount = tally.errorCount;
      for (let kind = 1; kind < MISSED; kind++) errorCount += counts[kind]!.sums[draw]!;
      // With one kind mended there are at most as many false positives: once all are above the limit, nothing is added.
      for (let variant = 0; variant < VARIANTS; variant++) {
        const mended = tally.errors[variant]! + (counts[variant]?.sums[draw] ?? 0);
        if (errorCount - mended > limits[draw]!) continue;
        found[draw]![variant] = tally.truePositives(variant);
        isOpen = true;
      }
    }
    from = end;
  }
  return found;
}

/** How often there is an error of each kind. */
function countsOf({ together: { code, patientOfMissed } }: Walk): Int32Array {
  const counts = new Int32Array(ERROR_KINDS.length);
  for (const kind of code) if (kind !== HIT) counts[kind - 1]!++;
  counts[ERROR_KINDS.length - 1] = patientOfMissed.length;
  return counts;
}

/** @returns for each kind of error, how many each patient has */
function countsOfPatients({ together }: Walk, patientCount: number): Int32Array[] {
  const counts = ERROR_KINDS.map(() => new Int32Array(patientCount));
  for (let at = 0; at < together.code.length; at++) {
    const kind = together.code[at]!;
    if (kind !== HIT) counts[kind - 1]![together.patient[at]!]!++;
  }
  for (const patient of together.patientOfMissed) counts[ERROR_KINDS.length - 1]![patient]!++;
  return counts;
}

function sumOf(patients: Int32Array, weights: Int32Array): number {
  let sum = 0;
  for (let at = 0; at < patients.length; at++) sum += weights[patients[at]!]!;
  return sum;
}

function weighted(counts: Int32Array, weights: Int32Array): number {
  let sum = 0;
  for (let patient = 0; patient < counts.length; patient++) sum += counts[patient]! * weights[patient]!;
  return sum;
}

/** What mending each kind adds in each draw, and the counts; empty where the lesions are of fewer than two patients. */
interface Draws {
  readonly counts: readonly Float64Array[];
  readonly averagePrecision: readonly Float64Array[];
  readonly sensitivity: readonly Float64Array[];
}

function resample(walk: Walk, { patientCount, resamples, seed }: ImageResampling, request: CostRequest): Draws {
  const varies = new Set(walk.together.patientOfLesions).size >= 2;
  const make = (): Float64Array[] => ERROR_KINDS.map(() => new Float64Array(varies ? resamples : 0));
  const draws = { counts: make(), averagePrecision: make(), sensitivity: make() };
  if (!varies) return draws;
  const countsByPatient = countsOfPatients(walk, patientCount);
  overBlocks(seededRandom(seed), patientCount, resamples, (block, first, count) => {
    for (const [draw, { averagePrecision, sensitivity }] of measure(walk, block, count, request).entries())
      for (let place = 0; place < ERROR_KINDS.length; place++) {
        draws.counts[place]![first + draw] = weighted(countsByPatient[place]!, block.weights[draw]!);
        draws.averagePrecision[place]![first + draw] = gain(averagePrecision, place);
        draws.sensitivity[place]![first + draw] = gain(sensitivity, place);
      }
  });
  return draws;
}
