/**
 * What became of each detection and each lesion of one image, for people who look at it. The matching is that of
 * `cocoMatch.ts`: detections by falling score each take the lesion with the greatest IoU that is still free.
 */
import type { ImageBoxes } from './boxes';
import { boxIou } from './iou';

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
export function outcomeOfImage({ lesions, detections }: ImageBoxes, iouThreshold: number): ImageOutcome {
  // As pycocotools: a box that is the lesion's own reaches every threshold.
  const least = Math.min(iouThreshold, 1 - 1e-10);
  const taken = new Set<number>();
  const outcomes: DetectionOutcome[] = new Array(detections.length);
  const byScore = [...detections.keys()].sort((a, b) => detections[b]![4] - detections[a]![4] || a - b);
  for (const place of byScore) {
    const ious = lesions.map((lesion) => boxIou(lesion, 0, detections[place]!, 0));
    const reached = (lesion: number): boolean => ious[lesion]! > 0 && ious[lesion]! >= least;
    const free = greatest(ious, (lesion) => reached(lesion) && !taken.has(lesion));
    const repeated = free ?? greatest(ious, reached);
    if (free !== null) taken.add(free);
    outcomes[place] = {
      kind: free !== null ? 'HIT' : repeated !== null ? 'DUPLICATE' : 'BACKGROUND',
      lesion: repeated,
      iou: repeated === null ? Math.max(0, ...ious) : ious[repeated]!,
    };
  }
  return { detections: outcomes, missed: [...lesions.keys()].filter((lesion) => !taken.has(lesion)) };
}

/** @returns the index of the greatest value among those that are allowed; of equal ones the last, as pycocotools */
function greatest(values: readonly number[], isAllowed: (index: number) => boolean): number | null {
  let best: number | null = null;
  for (const [index, value] of values.entries())
    if (isAllowed(index) && (best === null || value >= values[best]!)) best = index;
  return best;
}
