/**
 * What became of each detection and each lesion under the rules of any metric: the one place that tells hits from
 * errors, for lists, pictures and files. Sums over the outcomes are the integers of the metric whose rules they follow.
 */
import { keepLesions, type ScoredImages } from './boxes';
import { codeOfKind, findErrors, HIT as IS_HIT, NOT_COUNTED } from './errorKinds';
import type { Overlap } from './iou';
import { detectionsByRank, type Ranking } from './ranking';
import type { Stratum } from './strata';

export const OUTCOME_KINDS = ['HIT', 'DUPLICATE', 'LOCALIZATION', 'BACKGROUND', 'MISSED', 'LEFT_OUT'] as const;
/**
 * HIT: a detection is the first to find a lesion; one that is the first to find two is two hits. DUPLICATE: it overlaps
 * enough with lesions that detections with higher scores have found. LOCALIZATION: it overlaps with a lesion, and too
 * little. BACKGROUND: it overlaps with no lesion, or hardly. MISSED: no detection finds the lesion. LEFT_OUT: the
 * metric does not count the detection or the lesion.
 */
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

/** @returns the code of a kind in columns */
export const codeOfOutcome = (kind: OutcomeKind): number => OUTCOME_KINDS.indexOf(kind);

/** When a detection finds a lesion. */
export interface OutcomeRules {
  /**
   * ONE: a detection takes the lesion that it overlaps most among those still free, as COCO has it, by IoU. EVERY: it
   * finds every lesion that it overlaps enough, as the public DeepLesion codes have it
   */
  readonly finds: 'ONE' | 'EVERY';
  /** the least overlap that hits, from `leastHits` or `toCocoThresholds` */
  readonly leastHit: number;
  /** 0 … leastHit: below this overlap, a detection is background */
  readonly backgroundOverlap: number;
  /** of EVERY; ONE has IoU of continuous boxes */
  readonly overlap: Overlap;
  /** only so many best detections of an image count */
  readonly maxDetections: number;
}

/** R outcomes of detections: by image, then by rank, then by lesion. */
export interface DetectionOutcomes {
  /** R */
  readonly detection: Int32Array;
  /** R, see {@link codeOfOutcome} */
  readonly kind: Uint8Array;
  /** R, the lesion that the outcome is about; −1: BACKGROUND and LEFT_OUT */
  readonly lesion: Int32Array;
  /** R, overlap with that lesion, or without one the greatest with any of the stratum */
  readonly overlap: Float64Array;
  /** G, the detection that finds the lesion; −1: none, or the lesion is not in the stratum */
  readonly hitBy: Int32Array;
}

const HIT = codeOfOutcome('HIT');
const DUPLICATE = codeOfOutcome('DUPLICATE');
const LOCALIZATION = codeOfOutcome('LOCALIZATION');
const BACKGROUND = codeOfOutcome('BACKGROUND');
const LEFT_OUT = codeOfOutcome('LEFT_OUT');

/**
 * Finds the outcome of every detection. Only lesions of the stratum are looked for; all detections stay, so that one on
 * another lesion is an error there, as in the FROC.
 *
 * A detection's outcome does not depend on those with lower scores: with a score threshold, the outcomes from there on
 * stay as they are, and lesions that lower ones find are missed.
 */
export function findOutcomes(
  images: ScoredImages,
  ranking: Ranking,
  stratum: Stratum,
  rules: OutcomeRules,
): DetectionOutcomes {
  return rules.finds === 'ONE'
    ? outcomesOneToOne(images, ranking, stratum, rules)
    : outcomesOneToMany(images, ranking, stratum, rules);
}

/** @returns whether outcomes of a kind are false positives under the rules */
export function isFalsePositive(kind: OutcomeKind, { finds }: Pick<OutcomeRules, 'finds'>): boolean {
  return kind === 'BACKGROUND' || kind === 'LOCALIZATION' || (kind === 'DUPLICATE' && finds === 'ONE');
}

/** What an error of COCO's matching is here; classes are ignored. */
const KIND_OF_ERROR = new Map([
  [IS_HIT, HIT],
  [codeOfKind('DUPLICATE'), DUPLICATE],
  [codeOfKind('LOCALIZATION'), LOCALIZATION],
  [codeOfKind('BACKGROUND'), BACKGROUND],
  [NOT_COUNTED, LEFT_OUT],
]);

function outcomesOneToOne(
  images: ScoredImages,
  ranking: Ranking,
  { lesions }: Stratum,
  { leastHit, backgroundOverlap, maxDetections }: OutcomeRules,
): DetectionOutcomes {
  const rules = { iouThreshold: leastHit, backgroundIou: backgroundOverlap, maxDetections };
  const found = findErrors(keepLesions(images, lesions), ranking, rules);
  const detection = detectionsByRank(images, ranking);
  const hitBy = new Int32Array(images.lesionBoxes.length / 4).fill(-1);
  for (let own = 0; own < lesions.length; own++) hitBy[lesions[own]!] = found.hitBy[own]!;
  return {
    detection,
    kind: Uint8Array.from(detection, (one) => KIND_OF_ERROR.get(found.outcome[one]!)!),
    lesion: detection.map((one) => lesions[found.lesion[one]!] ?? -1),
    overlap: Float64Array.from(detection, (one) => found.iou[one]!),
    hitBy,
  };
}

function outcomesOneToMany(
  images: ScoredImages,
  ranking: Ranking,
  stratum: Stratum,
  { leastHit, backgroundOverlap, overlap, maxDetections }: OutcomeRules,
): DetectionOutcomes {
  const isOwn = new Uint8Array(images.lesionBoxes.length / 4);
  for (const lesion of stratum.lesions) isOwn[lesion] = 1;
  const hitBy = new Int32Array(isOwn.length).fill(-1);
  const rows = new Rows(images.scores.length + isOwn.length);
  for (const detection of detectionsByRank(images, ranking)) {
    if (ranking.rankInImage[detection]! >= maxDetections) {
      rows.add(detection, LEFT_OUT, -1, 0);
      continue;
    }
    const image = ranking.imageOf[detection]!;
    let [best, nearest] = [0, -1];
    let isHit = false;
    for (let lesion = images.lesionOffsets[image]!; lesion < images.lesionOffsets[image + 1]!; lesion++) {
      if (!isOwn[lesion]) continue;
      const value = overlap(images.detectionBoxes, detection, images.lesionBoxes, lesion);
      if (value > best) [best, nearest] = [value, lesion];
      if (value < leastHit || hitBy[lesion] !== -1) continue;
      hitBy[lesion] = detection;
      isHit = true;
      rows.add(detection, HIT, lesion, value);
    }
    if (isHit) continue;
    if (best >= leastHit) rows.add(detection, DUPLICATE, nearest, best);
    else if (best > 0 && best >= backgroundOverlap) rows.add(detection, LOCALIZATION, nearest, best);
    else rows.add(detection, BACKGROUND, -1, best);
  }
  return { ...rows.columns(), hitBy };
}

/** Columns that grow up to a known length. */
class Rows {
  private readonly detection: Int32Array;
  private readonly kind: Uint8Array;
  private readonly lesion: Int32Array;
  private readonly overlap: Float64Array;
  private length = 0;

  constructor(capacity: number) {
    this.detection = new Int32Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.lesion = new Int32Array(capacity);
    this.overlap = new Float64Array(capacity);
  }

  add(detection: number, kind: number, lesion: number, overlap: number): void {
    this.detection[this.length] = detection;
    this.kind[this.length] = kind;
    this.lesion[this.length] = lesion;
    this.overlap[this.length++] = overlap;
  }

  columns(): Omit<DetectionOutcomes, 'hitBy'> {
    return {
      detection: this.detection.slice(0, this.length),
      kind: this.kind.slice(0, this.length),
      lesion: this.lesion.slice(0, this.length),
      overlap: this.overlap.slice(0, this.length),
    };
  }
}
