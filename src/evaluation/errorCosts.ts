/**
 * What each kind of error costs a detector: how much average precision, and how much sensitivity at a rate of false
 * positives, would rise if it made no errors of the kind and all others. Mending is TIDE's: an error of CLASSIFICATION
 * or LOCALIZATION becomes a hit where it is the best candidate for its lesion, and goes away otherwise; detections of
 * DUPLICATE, BACKGROUND and BOTH go away; lesions that are MISSED are no longer looked for.
 *
 * The costs do not add up to what is missing of 1: mending one kind changes what the others cost.
 */
import { RECALL_POINTS } from './averagePrecision';
import { type Interval, intervalOf } from './bootstrap';
import { imagesOfLesions, type ScoredImages } from './boxes';
import { codeOfKind, ERROR_KINDS, type ErrorAnalysis, type ErrorKind, HIT, isMissed, NOT_COUNTED } from './errorKinds';
import type { ImageResampling } from './frocBands';
import { drawWeights } from './patientDraws';
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
  const all = measure(walk, null, request);
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
  /** E + 1, how many lie before each event, and how many there are */
  readonly before: Int32Array;
}

/** All classes, and all detections together. */
interface Walk {
  readonly classes: readonly ClassWalk[];
  /** as if there were one class, for the sensitivity */
  readonly together: ClassWalk;
  /** of `together`: 1 for the last detection of a score */
  readonly endsScore: Uint8Array;
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

  const names = classOfLesions ? [...new Set(classOfLesions)] : lesions.length === 0 ? [] : [0];
  return {
    classes: names.map((name) => walkOf(classOfLesions ? name : null)),
    together: walkOf(null),
    endsScore: Uint8Array.from(counted, (detection, place) =>
      place + 1 === counted.length || images.scores[counted[place + 1]!] !== images.scores[detection] ? 1 : 0,
    ),
    patientOfImages,
  };
}

/** Parts the detections of a class into events and what lies between them, which is added up in a tight loop. */
function partByEvents({
  code,
  isMended,
  isForeign,
  patient,
}: Pick<ClassWalk, 'code' | 'isMended' | 'isForeign' | 'patient'>): Pick<ClassWalk, 'events' | 'plainErrors'> {
  const isEvent = (at: number): boolean => code[at] === HIT || isMended[at] === 1;
  const places = Int32Array.from(code, (_, at) => at);
  const events = places.filter(isEvent);
  const plainErrors = Array.from({ length: MISSED }, (_, kind): PlainErrors => {
    // Code 0 is that of hits.
    const own =
      kind === HIT ? new Int32Array(0) : places.filter((at) => code[at] === kind && !isEvent(at) && !isForeign[at]);
    let count = 0;
    const before = Int32Array.from([...events, code.length], (event) => {
      while (count < own.length && own[count]! < event) count++;
      return count;
    });
    return { patients: own.map((at) => patient[at]!), before };
  });
  return { events, plainErrors };
}

/** @param weights how often each patient was drawn; null: once */
function measure(walk: Walk, weights: Int32Array | null, request: CostRequest): Measures {
  const averagePrecision = new Float64Array(VARIANTS);
  const recallPoints = request.recallPoints ?? RECALL_POINTS;
  let classCount = 0;
  for (const ofClass of walk.classes) {
    if (sumOf(ofClass.patientOfLesions, weights) === 0) continue;
    classCount++;
    const ofVariants = precisionOfClass(ofClass, weights, recallPoints);
    for (let variant = 0; variant < VARIANTS; variant++) averagePrecision[variant]! += ofVariants[variant]!;
  }
  return {
    averagePrecision: averagePrecision.map((sum) => sum / classCount),
    sensitivity: sensitivityOf(walk, weights, request.falsePositivesPerImage),
  };
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

  addErrors(kind: number, weight: number): void {
    this.errors[kind]! += weight;
    this.errorCount += weight;
  }

  truePositives(variant: number): number {
    return this.hits + this.mended[variant]!;
  }

  falsePositives(variant: number): number {
    return this.errorCount - this.errors[variant]!;
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
    for (let at = length - 2; at >= 0; at--) precision[at] = Math.max(precision[at]!, precision[at + 1]!);
    let sum = 0;
    let at = 0;
    for (const recall of recallPoints) {
      while (at < length && truePositives[at]! / lesionCount < recall) at++;
      if (at === length) break;
      sum += precision[at]!;
    }
    return sum / recallPoints.length;
  }
}

function precisionOfClass(walk: ClassWalk, weights: Int32Array | null, recallPoints: Float64Array): Float64Array {
  const { code, isMended, patient, events, plainErrors, patientOfLesions, patientOfMissed } = walk;
  const tally = new Tally();
  const capacity = patientOfLesions.length;
  const points = Array.from(
    { length: MISSED },
    () => new Points(new Float64Array(capacity), new Float64Array(capacity)),
  );
  const counted = new Int32Array(MISSED);
  for (let event = 0; event < events.length; event++) {
    const at = events[event]!;
    const weight = weights === null ? 1 : weights[patient[at]!]!;
    if (weight === 0) continue;
    for (let kind = 1; kind < MISSED; kind++) {
      const { patients, before } = plainErrors[kind]!;
      tally.addErrors(kind, sumBetween(patients, counted[kind]!, before[event]!, weights));
      counted[kind] = before[event]!;
    }
    tally.add(walk, at, weight);
    const kind = code[at]!;
    if (kind === HIT)
      for (let variant = 0; variant < MISSED; variant++)
        points[variant]!.add(tally.truePositives(variant), tally.falsePositives(variant));
    else if (isMended[at]) points[kind]!.add(tally.truePositives(kind), tally.falsePositives(kind));
  }
  const lesionCount = sumOf(patientOfLesions, weights);
  const wanted = lesionCount - sumOf(patientOfMissed, weights);
  const ofVariants = Float64Array.from(points, (ofVariant) => ofVariant.mean(lesionCount, recallPoints));
  // The curve without the missed lesions is that of all, over fewer lesions.
  return Float64Array.of(...ofVariants, points[0]!.mean(wanted, recallPoints));
}

/** The most hits with at most `rate` false positives per image; NaN without lesions. */
function sensitivityOf(
  { together, endsScore, patientOfImages }: Walk,
  weights: Int32Array | null,
  rate: number,
): Float64Array {
  const limit = rate * sumOf(patientOfImages, weights);
  const tally = new Tally();
  const found = new Int32Array(VARIANTS);
  // With one kind mended there are at most as many false positives: once all are above the limit, nothing is added.
  for (let at = 0; at < together.code.length; at++) {
    tally.add(together, at, weights === null ? 1 : weights[together.patient[at]!]!);
    if (!endsScore[at]) continue;
    let isOpen = false;
    for (let variant = 0; variant < VARIANTS; variant++) {
      if (tally.falsePositives(variant) > limit) continue;
      found[variant] = tally.truePositives(variant);
      isOpen = true;
    }
    if (!isOpen) break;
  }
  const lesionCount = sumOf(together.patientOfLesions, weights);
  const wanted = lesionCount - sumOf(together.patientOfMissed, weights);
  return Float64Array.from(found, (hits, variant) =>
    variant === MISSED ? (wanted === 0 && lesionCount > 0 ? 0 : hits / wanted) : hits / lesionCount,
  );
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
  for (const [at, kind] of together.code.entries()) if (kind !== HIT) counts[kind - 1]![together.patient[at]!]!++;
  for (const patient of together.patientOfMissed) counts[ERROR_KINDS.length - 1]![patient]!++;
  return counts;
}

const sumOf = (patients: Int32Array, weights: Int32Array | null): number =>
  sumBetween(patients, 0, patients.length, weights);

function weighted(counts: Int32Array, weights: Int32Array): number {
  let sum = 0;
  for (let patient = 0; patient < counts.length; patient++) sum += counts[patient]! * weights[patient]!;
  return sum;
}

function sumBetween(patients: Int32Array, start: number, end: number, weights: Int32Array | null): number {
  if (weights === null) return end - start;
  let sum = 0;
  for (let at = start; at < end; at++) sum += weights[patients[at]!]!;
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
  const random = seededRandom(seed);
  const weights = new Int32Array(patientCount);
  const countsByPatient = countsOfPatients(walk, patientCount);
  for (let draw = 0; draw < resamples; draw++) {
    drawWeights(random, weights);
    const { averagePrecision, sensitivity } = measure(walk, weights, request);
    for (let place = 0; place < ERROR_KINDS.length; place++) {
      draws.counts[place]![draw] = weighted(countsByPatient[place]!, weights);
      draws.averagePrecision[place]![draw] = gain(averagePrecision, place);
      draws.sensitivity[place]![draw] = gain(sensitivity, place);
    }
  }
  return draws;
}
