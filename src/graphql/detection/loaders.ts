import { findDetectorNames, findDetectors } from '../../models';
import {
  countReviewsOfDetections,
  findCurrentVerdicts,
  findDetectorSpeeds,
  findDetectorStatistics,
  findNewestEvaluationsOfDetectors,
  findReviews,
  findReviewsOfDetections,
} from '../../results';
import {
  countChangedImagesOfRuns,
  findDetections,
  findProgressOfRuns,
  findRuns,
  findTimingOfRuns,
  findWebhooksOfRuns,
} from '../../runs';
import { idOf, type LoaderMakers, manyByKey, oneByKey } from '../core/loading';

const detectorIdOf = (row: { detectorId: number }): number => row.detectorId;

/** The loaders of detectors, runs, detections and reviews. */
export const detectionLoaders = {
  detectorByName:
    ({ database, variant }) =>
    (version?: string) =>
      variant(`detector ${JSON.stringify(version)}`, () =>
        oneByKey(
          (names: readonly string[]) => findDetectorNames(database, names, version),
          ({ name }) => name,
        ),
      ),
  detector: ({ database }) => oneByKey((ids: readonly number[]) => findDetectors(database, ids), idOf),
  statisticsOfDetector: ({ database }) =>
    oneByKey((ids: readonly number[]) => findDetectorStatistics(database, ids), detectorIdOf),
  speedsOfDetector: ({ database }) =>
    manyByKey((ids: readonly number[]) => findDetectorSpeeds(database, ids), detectorIdOf),
  newestEvaluationsOfDetector: ({ database }) =>
    manyByKey((ids: readonly number[]) => findNewestEvaluationsOfDetectors(database, ids), detectorIdOf),
  run: ({ database }) => oneByKey((ids: readonly number[]) => findRuns(database, ids), idOf),
  progressOfRun: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => findProgressOfRuns(database, ids),
      ({ runId }) => runId,
    ),
  changedImagesOfRun: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => countChangedImagesOfRuns(database, ids),
      ({ runId }) => runId,
    ),
  timingOfRun: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => findTimingOfRuns(database, ids),
      ({ runId }) => runId,
    ),
  webhookOfRun: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => findWebhooksOfRuns(database, ids),
      ({ runId }) => runId,
    ),
  detection: ({ database }) => oneByKey((ids: readonly number[]) => findDetections(database, ids), idOf),
  review: ({ database }) => oneByKey((ids: readonly number[]) => findReviews(database, ids), idOf),
  reviewsOfDetection:
    ({ database, variant }) =>
    (first: number) =>
      variant(`reviews ${first}`, () =>
        manyByKey(
          (ids: readonly number[]) => findReviewsOfDetections(database, ids, first),
          ({ detectionId }) => detectionId,
        ),
      ),
  reviewCountOfDetection: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => countReviewsOfDetections(database, ids),
      ({ detectionId }) => detectionId,
    ),
  verdictOfDetection: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => findCurrentVerdicts(database, ids),
      ({ detectionId }) => detectionId,
    ),
} satisfies LoaderMakers;
