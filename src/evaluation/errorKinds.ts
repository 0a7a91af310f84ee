/**
 * Why detections and lesions count against a detector: the kinds of TIDE (Bolya, Foley, Hays and Hoffman, ECCV 2020).
 * Hits are those of COCO's matching: detections by falling score each take the lesion of their class with the greatest
 * IoU that is still free; of equal IoUs the later lesion.
 *
 * `tidecv` 1.0.1 differs at two edges. It calls a repeated detection whose IoU is exactly the threshold a localization
 * error, and here it is a duplicate; and of equal IoUs it takes the earlier lesion.
 */
import type { ScoredImages } from './boxes';
import { boxIou } from './iou';
import type { Ranking } from './ranking';

export const ERROR_KINDS = ['CLASSIFICATION', 'LOCALIZATION', 'BOTH', 'DUPLICATE', 'BACKGROUND', 'MISSED'] as const;
/**
 * CLASSIFICATION: the box would hit, if it were of the lesion's class. LOCALIZATION: it is of the lesion's class, and
 * overlaps it too little. DUPLICATE: detections with higher scores have taken the lesions that it overlaps enough.
 * BACKGROUND: it overlaps with no lesion, or hardly. BOTH: it overlaps a lesion of another class, and too little.
 * MISSED: no detection hits the lesion, and mending the class or the place of none would do so.
 */
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** What became of a detection: HIT, the place of a kind in ERROR_KINDS plus 1, or NOT_COUNTED. */
export const HIT = 0;
/** of a detection beyond the limit of its image */
export const NOT_COUNTED = 255;

/** @returns the code of a kind in {@link ErrorAnalysis} */
export const codeOfKind = (kind: ErrorKind): number => ERROR_KINDS.indexOf(kind) + 1;

export interface ErrorRules {
  /** 0 … 1: a box hits a lesion at this IoU or more */
  readonly iouThreshold: number;
  /** 0 … iouThreshold: below this IoU, a box overlaps a lesion hardly */
  readonly backgroundIou: number;
  /** only so many best detections of an image count */
  readonly maxDetections: number;
  /** without them, classes are ignored, as in the paper */
  readonly classes?: LesionClasses;
}

/** Classes by any whole numbers. */
export interface LesionClasses {
  /** G */
  readonly ofLesions: Int32Array;
  /** D */
  readonly ofDetections: Int32Array;
}

/** What became of each detection and each lesion. */
export interface ErrorAnalysis {
  /** D, see {@link HIT} */
  readonly outcome: Uint8Array;
  /** D, the lesion that the outcome is about; −1: BACKGROUND and BOTH */
  readonly lesion: Int32Array;
  /** D, IoU with that lesion, or without one the greatest with any */
  readonly iou: Float64Array;
  /** G, the detection that hits the lesion; −1: none */
  readonly hitBy: Int32Array;
  /**
   * G, the detection with the highest score that would hit a lesion that none hits, if its class or place were mended;
   * −1: none, the lesion is hit or MISSED
   */
  readonly mendedBy: Int32Array;
}

/**
 * Finds the kind of every error.
 *
 * @throws RangeError if backgroundIou is greater than iouThreshold
 */
export function findErrors(images: ScoredImages, ranking: Ranking, rules: ErrorRules): ErrorAnalysis {
  if (!(rules.backgroundIou >= 0 && rules.backgroundIou <= rules.iouThreshold))
    throw new RangeError(`Expected backgroundIou to be in 0..${rules.iouThreshold}, got ${rules.backgroundIou}.`);
  const detectionCount = images.scores.length;
  const lesionCount = images.lesionBoxes.length / 4;
  const analysis: ErrorAnalysis = {
    outcome: new Uint8Array(detectionCount).fill(NOT_COUNTED),
    lesion: new Int32Array(detectionCount).fill(-1),
    iou: new Float64Array(detectionCount),
    hitBy: new Int32Array(lesionCount).fill(-1),
    mendedBy: new Int32Array(lesionCount).fill(-1),
  };
  // As pycocotools: a box that is the lesion's own reaches every threshold.
  const least = Math.min(rules.iouThreshold, 1 - 1e-10);
  const counted = ranking.order.filter((detection) => ranking.rankInImage[detection]! < rules.maxDetections);
  for (const detection of counted) takeLesion(images, ranking, rules.classes, analysis, detection, least);
  for (const detection of counted)
    if (analysis.outcome[detection] !== HIT) explain(images, ranking, rules, analysis, detection, least);
  return analysis;
}

function takeLesion(
  images: ScoredImages,
  { imageOf }: Ranking,
  classes: LesionClasses | undefined,
  { outcome, lesion, iou, hitBy }: ErrorAnalysis,
  detection: number,
  least: number,
): void {
  const image = imageOf[detection]!;
  let best = least;
  let at = -1;
  for (let one = images.lesionOffsets[image]!; one < images.lesionOffsets[image + 1]!; one++) {
    if (hitBy[one] !== -1 || !isSameClass(classes, detection, one)) continue;
    const overlap = boxIou(images.detectionBoxes, detection, images.lesionBoxes, one);
    if (overlap < best) continue;
    best = overlap;
    at = one;
  }
  if (at < 0) return;
  outcome[detection] = HIT;
  lesion[detection] = at;
  iou[detection] = best;
  hitBy[at] = detection;
}

/** The greatest overlaps of a box that hits nothing, and with which lesions. */
interface Nearest {
  ofClass: number;
  ofClassAt: number;
  ofOthers: number;
  ofOthersAt: number;
}

function explain(
  images: ScoredImages,
  ranking: Ranking,
  { backgroundIou, classes }: ErrorRules,
  analysis: ErrorAnalysis,
  detection: number,
  least: number,
): void {
  const { ofClass, ofClassAt, ofOthers, ofOthersAt } = nearestOf(images, ranking, classes, detection);
  const note = (kind: ErrorKind, lesion: number, overlap: number): void => {
    analysis.outcome[detection] = codeOfKind(kind);
    analysis.lesion[detection] = lesion;
    analysis.iou[detection] = overlap;
    const isMendable = kind === 'CLASSIFICATION' || kind === 'LOCALIZATION';
    // Detections come by falling score: the first is the best.
    if (isMendable && analysis.hitBy[lesion] === -1 && analysis.mendedBy[lesion] === -1)
      analysis.mendedBy[lesion] = detection;
  };
  if (ofClassAt >= 0 && ofClass >= backgroundIou && ofClass < least) note('LOCALIZATION', ofClassAt, ofClass);
  else if (ofOthersAt >= 0 && ofOthers >= least) note('CLASSIFICATION', ofOthersAt, ofOthers);
  else if (ofClassAt >= 0 && ofClass >= least) note('DUPLICATE', ofClassAt, ofClass);
  else if (Math.max(ofClass, ofOthers) <= backgroundIou) note('BACKGROUND', -1, Math.max(ofClass, ofOthers));
  else note('BOTH', -1, Math.max(ofClass, ofOthers));
}

function nearestOf(
  images: ScoredImages,
  { imageOf }: Ranking,
  classes: LesionClasses | undefined,
  detection: number,
): Nearest {
  const nearest: Nearest = { ofClass: 0, ofClassAt: -1, ofOthers: 0, ofOthersAt: -1 };
  const image = imageOf[detection]!;
  for (let one = images.lesionOffsets[image]!; one < images.lesionOffsets[image + 1]!; one++) {
    const overlap = boxIou(images.detectionBoxes, detection, images.lesionBoxes, one);
    // Boxes that do not touch are background, also where backgroundIou is 0.
    if (overlap === 0) continue;
    if (isSameClass(classes, detection, one)) {
      if (overlap < nearest.ofClass) continue;
      nearest.ofClass = overlap;
      nearest.ofClassAt = one;
    } else if (overlap >= nearest.ofOthers) {
      nearest.ofOthers = overlap;
      nearest.ofOthersAt = one;
    }
  }
  return nearest;
}

function isSameClass(classes: LesionClasses | undefined, detection: number, lesion: number): boolean {
  return classes === undefined || classes.ofDetections[detection] === classes.ofLesions[lesion];
}

/** @returns how many errors of each kind there are, in the order of {@link ERROR_KINDS} */
export function countErrors({ outcome, hitBy, mendedBy }: ErrorAnalysis): Int32Array {
  const counts = new Int32Array(ERROR_KINDS.length);
  for (const code of outcome) if (code !== HIT && code !== NOT_COUNTED) counts[code - 1]!++;
  for (let lesion = 0; lesion < hitBy.length; lesion++)
    if (isMissed({ hitBy, mendedBy }, lesion)) counts[ERROR_KINDS.length - 1]!++;
  return counts;
}

/** @returns whether no detection hits a lesion, and mending the class or the place of none would do so */
export function isMissed({ hitBy, mendedBy }: Pick<ErrorAnalysis, 'hitBy' | 'mendedBy'>, lesion: number): boolean {
  return hitBy[lesion] === -1 && mendedBy[lesion] === -1;
}
