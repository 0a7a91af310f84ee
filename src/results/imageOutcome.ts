import type { Queryable } from '../database';
import type { ImageRow, LesionRow } from '../dataset';
import { BadUserInput } from '../errors';
import { clipBoxes, type DetectionOutcomeKind, outcomeOfImage } from '../evaluation';
import { type DetectionRow, findDetectionsOfRunImage } from '../runs';

/** One image of a run, and its lesions in the order of the source. */
export interface OutcomeSubject {
  readonly runId: number;
  readonly image: Pick<ImageRow, 'id' | 'width' | 'height'>;
  readonly lesions: readonly LesionRow[];
  /** whether the centre of the first pixel is 1 */
  readonly oneBased: boolean;
}

export interface OutcomeSelection {
  /** detections below are left out, 0 … 1 */
  readonly scoreThreshold: number;
  /** 0 … 1 */
  readonly iouThreshold: number;
}

/** What a run has found on one image. */
export interface RunImageOutcome {
  /** best first */
  readonly detections: readonly {
    readonly detection: DetectionRow;
    readonly kind: DetectionOutcomeKind;
    readonly lesion: LesionRow | null;
    readonly iou: number;
  }[];
  readonly missed: readonly LesionRow[];
}

/**
 * Matches what a run has found on one image with the annotated lesions.
 *
 * @returns null if the run has no result for the image: it is none of its images, has not been processed, or failed
 * @throws BadUserInput for a threshold out of range
 */
export async function findImageOutcome(
  database: Queryable,
  { runId, image, lesions, oneBased }: OutcomeSubject,
  { scoreThreshold, iouThreshold }: OutcomeSelection,
): Promise<RunImageOutcome | null> {
  expectShare('scoreThreshold', scoreThreshold);
  expectShare('iouThreshold', iouThreshold);
  const detections = await findDetectionsOfRunImage(database, runId, image.id, scoreThreshold);
  if (!detections) return null;
  const cut = ({ x1, y1, x2, y2 }: LesionRow | DetectionRow): [number, number, number, number] => {
    // Evaluations cut boxes to the image as well.
    const clipped = clipBoxes(Float64Array.of(x1, y1, x2, y2), [image.width], [image.height], oneBased ? 0.5 : 0);
    return [clipped[0]!, clipped[1]!, clipped[2]!, clipped[3]!];
  };
  const outcome = outcomeOfImage(
    { lesions: lesions.map(cut), detections: detections.map((one) => [...cut(one), one.score]) },
    iouThreshold,
  );
  return {
    detections: detections.map((detection, index) => {
      const { kind, lesion, iou } = outcome.detections[index]!;
      return { detection, kind, lesion: lesion === null ? null : (lesions[lesion] ?? null), iou };
    }),
    missed: outcome.missed.map((lesion) => lesions[lesion]!),
  };
}

function expectShare(argument: string, value: number): void {
  if (!(value >= 0 && value <= 1))
    throw new BadUserInput(`Expected ${argument} to be from 0 to 1, got ${value}.`, argument);
}
