import type { GlobalKeys } from '../../globalId';
import { detectorKey, findDetectorNames, findDetectors, findDetectorsByKey } from '../../models';
import {
  countReviewsOfDetections,
  findCurrentVerdicts,
  findDetectorSpeeds,
  findDetectorStatistics,
  findNewestEvaluationsOfDetectors,
  findReviews,
  findReviewsByKey,
  findReviewsOfDetections,
  reviewKey,
} from '../../results';
import {
  countChangedImagesOfRuns,
  detectionKey,
  findDetections,
  findDetectionsByKey,
  findProgressOfRuns,
  findRunOutlooks,
  findRuns,
  findRunsByKey,
  findRunsOfImages,
  findTimingOfRuns,
  RUN_WEBHOOKS,
  runKey,
} from '../../runs';
import { findSubmissionsOfRuns } from '../../submissions';
import { idOf, type LoaderMakers, manyByKey, oneByGlobalKey, oneByKey } from '../core/loading';

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
  detectorByKey: ({ database, prime }) =>
    oneByGlobalKey(
      'Detector',
      (keys: readonly GlobalKeys['Detector'][]) => findDetectorsByKey(database, keys),
      detectorKey,
      (row) => prime('detector', row),
    ),
  statisticsOfDetector: ({ database }) =>
    oneByKey((ids: readonly number[]) => findDetectorStatistics(database, ids), detectorIdOf),
  speedsOfDetector: ({ database }) =>
    manyByKey((ids: readonly number[]) => findDetectorSpeeds(database, ids), detectorIdOf),
  newestEvaluationsOfDetector: ({ database }) =>
    manyByKey((ids: readonly number[]) => findNewestEvaluationsOfDetectors(database, ids), detectorIdOf),
  run: ({ database }) => oneByKey((ids: readonly number[]) => findRuns(database, ids), idOf),
  runByKey: ({ database, prime }) =>
    oneByGlobalKey(
      'DetectionRun',
      (keys: readonly GlobalKeys['DetectionRun'][]) => findRunsByKey(database, keys),
      runKey,
      (row) => prime('run', row),
    ),
  runsOfImage:
    ({ database, variant }) =>
    (first: number) =>
      variant(`runs of images ${first}`, () =>
        manyByKey(
          (ids: readonly number[]) => findRunsOfImages(database, ids, first),
          ({ imageId }) => imageId,
        ),
      ),
  progressOfRun: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => findProgressOfRuns(database, ids),
      ({ runId }) => runId,
    ),
  /** @param waitingSql of the queue */
  outlookOfRun:
    ({ database, variant }) =>
    (waitingSql: string) =>
      variant('outlook of runs', () =>
        oneByKey(
          (ids: readonly number[]) => findRunOutlooks(database, ids, waitingSql),
          ({ runId }) => runId,
        ),
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
      (ids: readonly number[]) => RUN_WEBHOOKS.find(database, ids),
      ({ jobId }) => jobId,
    ),
  submissionOfRun: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => findSubmissionsOfRuns(database, ids),
      ({ runId }) => runId,
    ),
  detection: ({ database }) => oneByKey((ids: readonly number[]) => findDetections(database, ids), idOf),
  detectionByKey: ({ database, prime }) =>
    oneByGlobalKey(
      'Detection',
      (keys: readonly GlobalKeys['Detection'][]) => findDetectionsByKey(database, keys),
      detectionKey,
      (row) => prime('detection', row),
    ),
  review: ({ database }) => oneByKey((ids: readonly number[]) => findReviews(database, ids), idOf),
  reviewByKey: ({ database, prime }) =>
    oneByGlobalKey(
      'DetectionReview',
      (keys: readonly GlobalKeys['DetectionReview'][]) => findReviewsByKey(database, keys),
      reviewKey,
      (row) => prime('review', row),
    ),
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
