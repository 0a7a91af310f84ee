import { type Listing, SqlParameters } from '../database';
import { DETECTION_SELECTION, type DetectionRow } from '../runs';
import { sameFinding } from './confirmedLesions';

/**
 * The false positives of a run that no one has reviewed, by descending score: a verdict on these changes the metrics
 * most, since a high score is ranked before true ones on its image (accuracy of the top-k detections) and counts at the
 * lowest rates of the FROC.
 *
 * A detection is offered if it overlaps no annotated lesion of its image, and no detection of any run there that has a
 * review, at IoU 0.5 or more: one review of a place is enough for every run. `parentColumn` is the run.
 */
export function reviewQueueListing(): Listing<DetectionRow> {
  const sameImage = 'image_id = detection.image_id';
  return {
    ...DETECTION_SELECTION,
    from: 'detection',
    where: [
      `NOT EXISTS (SELECT FROM lesion WHERE lesion.${sameImage} AND ${sameFinding('detection', 'lesion')})`,
      `NOT EXISTS (
        SELECT FROM detection AS seen
        WHERE seen.${sameImage} AND EXISTS (SELECT FROM detection_review WHERE detection_review.detection_id = seen.id)
          AND ${sameFinding('detection', 'seen')})`,
    ],
    order: [
      { expression: 'detection.score', type: 'float8', descending: true },
      { expression: 'detection.id', type: 'int4' },
    ],
    parameters: new SqlParameters(),
    parentColumn: 'detection.run_id',
  };
}
