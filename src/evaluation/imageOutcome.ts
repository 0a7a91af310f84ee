/**
 * What became of each detection and each lesion of one image, for people who look at it. The matching is that of
 * `cocoMatch.ts`: detections by falling score each take the lesion with the greatest IoU that is still free.
 */
import { type ImageBoxes, packImages } from './boxes';
import { codeOfKind, findErrors, HIT } from './errorKinds';
import { rankDetections } from './ranking';

export const DETECTION_OUTCOME_KINDS = ['HIT', 'DUPLICATE', 'BACKGROUND'] as const;
/**
 * HIT: the first detection on a lesion. DUPLICATE: it overlaps enough with lesions that others with higher scores have
 * taken. BACKGROUND: it overlaps enough with none.
 */
export type DetectionOutcomeKind = (typeof DETECTION_OUTCOME_KINDS)[number];

export interface DetectionOutcome {
  readonly kind: DetectionOutcomeKind;
  /** index of the lesion; null: BACKGROUND */
  readonly lesion: number | null;
  /** with that lesion; of BACKGROUND the greatest with any lesion; 0 … 1 */
  readonly iou: number;
}

export interface ImageOutcome {
  /** in the order of the detections that were given */
  readonly detections: readonly DetectionOutcome[];
  /** indices of the lesions that no detection hits, rising */
  readonly missed: readonly number[];
}

/**
 * Matches the detections of one image with its lesions.
 *
 * @param iouThreshold 0 … 1: a lesion is hit at this IoU or more, and never without any overlap
 */
export function outcomeOfImage(boxes: ImageBoxes, iouThreshold: number): ImageOutcome {
  const image = packImages([boxes]);
  const rules = { iouThreshold: Math.max(iouThreshold, Number.MIN_VALUE), backgroundIou: 0, maxDetections: Infinity };
  const { outcome, lesion, iou, hitBy } = findErrors(image, rankDetections(image), rules);
  return {
    detections: boxes.detections.map((_, detection) => {
      const kind = outcome[detection] === HIT ? 'HIT' : outcome[detection] === DUPLICATE ? 'DUPLICATE' : 'BACKGROUND';
      return { kind, lesion: kind === 'BACKGROUND' ? null : lesion[detection]!, iou: iou[detection]! };
    }),
    missed: [...boxes.lesions.keys()].filter((one) => hitBy[one] === -1),
  };
}

const DUPLICATE = codeOfKind('DUPLICATE');
