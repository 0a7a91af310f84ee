/** The results of a detector's runs, in numbers that PostgreSQL counts. */
import { ANY_OF_IDS, meanSql, type Queryable } from '../database';
import type { AccuracyPoint } from './accuracy';

/** One version of a detector over all of its runs. */
export interface DetectorStatistics {
  detectorId: number;
  runs: number;
  /** images with an outcome, and those of them that failed */
  completedImages: number;
  failedImages: number;
  /** when a run last finished, began or was requested; null before the first */
  lastUsedAt: Date | null;
}

/** The speed on one execution provider, over completed images. */
export interface DetectorSpeed {
  detectorId: number;
  executionProvider: string;
  runs: number;
  images: number;
  meanMsPerImage: number;
  medianMsPerImage: number;
  /** over the wall-clock time of the finished runs; null before the first has finished */
  imagesPerSecond: number | null;
}

/** The accuracy of its newest evaluation on one data set version. */
export interface DetectorAccuracy {
  detectorId: number;
  datasetId: number;
  evaluationId: number;
}

/** The threshold and k at which the paper compares detectors. */
const COMPARED_AT = { iouThreshold: 0.5, topK: [1, 5] } as const;

/** @returns one row a detector */
export function findDetectorStatistics(database: Queryable, ids: readonly number[]): Promise<DetectorStatistics[]> {
  return database.query({
    name: 'detector-statistics',
    text: `SELECT detector.id AS "detectorId", count(run.id) AS runs,
             coalesce(sum(images.completed), 0) AS "completedImages", coalesce(sum(images.failed), 0) AS "failedImages",
             max(coalesce(run.finished_at, run.started_at, run.created_at)) AS "lastUsedAt"
           FROM unnest($1::int4[]) AS detector (id)
           LEFT JOIN detection_run AS run ON run.detector_id = detector.id
           LEFT JOIN LATERAL (
             SELECT count(*) FILTER (WHERE i.state = 'COMPLETED') AS completed, count(*) FILTER (WHERE i.state = 'FAILED') AS failed
             FROM run_image AS i WHERE i.run_id = run.id AND i.state <> 'PENDING') AS images ON true
           GROUP BY detector.id`,
    values: [ids],
  });
}

/** @returns a row for each execution provider that completed an image, by provider */
export function findDetectorSpeeds(database: Queryable, ids: readonly number[]): Promise<DetectorSpeed[]> {
  return database.query({
    name: 'detector-speeds',
    text: `WITH wanted AS (
             SELECT id, detector_id, execution_provider, finished_at - started_at AS duration
             FROM detection_run AS run WHERE run.detector_id = ${ANY_OF_IDS} AND execution_provider IS NOT NULL),
           ended AS (
             SELECT wanted.detector_id, wanted.execution_provider, extract(epoch FROM sum(duration))::float8 AS seconds,
               sum(images.completed) AS images
             FROM wanted, LATERAL (
               SELECT count(*) AS completed FROM run_image AS i WHERE i.run_id = wanted.id AND i.state = 'COMPLETED') AS images
             WHERE duration IS NOT NULL GROUP BY 1, 2)
           SELECT wanted.detector_id AS "detectorId", wanted.execution_provider AS "executionProvider", count(DISTINCT wanted.id) AS runs,
             count(*) AS images, ${meanSql('i.milliseconds')} AS "meanMsPerImage",
             percentile_cont(0.5) WITHIN GROUP (ORDER BY i.milliseconds) AS "medianMsPerImage",
             max(ended.images / nullif(ended.seconds, 0)) AS "imagesPerSecond"
           FROM wanted JOIN run_image AS i ON i.run_id = wanted.id AND i.state = 'COMPLETED'
           LEFT JOIN ended USING (detector_id, execution_provider)
           GROUP BY wanted.detector_id, wanted.execution_provider ORDER BY 1, 2`,
    values: [ids],
  });
}

/**
 * @returns the newest evaluation of each detector on each data set version that it was evaluated on, the newest first
 */
export function findNewestEvaluationsOfDetectors(
  database: Queryable,
  ids: readonly number[],
): Promise<DetectorAccuracy[]> {
  return database.query({
    name: 'newest-evaluations-of-detectors',
    text: `SELECT * FROM (
             SELECT DISTINCT ON (run.detector_id, run.dataset_id) run.detector_id AS "detectorId", run.dataset_id AS "datasetId",
               evaluation.id AS "evaluationId"
             FROM detection_run AS run JOIN evaluation ON evaluation.run_id = run.id
             WHERE run.detector_id = ${ANY_OF_IDS}
             ORDER BY run.detector_id, run.dataset_id, evaluation.created_at DESC, evaluation.id DESC) AS newest
           ORDER BY "evaluationId" DESC`,
    values: [ids],
  });
}

/** @returns the accuracies of evaluations at `COMPARED_AT`, over all lesions */
export function findComparedAccuracies(
  database: Queryable,
  evaluationIds: readonly number[],
): Promise<AccuracyPoint[]> {
  return database.query({
    name: 'compared-accuracies',
    text: `SELECT evaluation_id AS "evaluationId", stratum, top_k AS "topK", iou_threshold_milli / 1000.0::float8 AS "iouThreshold",
             value AS accuracy, numerator AS correct, denominator AS total, ci_low AS "ciLow", ci_high AS "ciHigh"
           FROM metric_point WHERE evaluation_id = ${ANY_OF_IDS} AND kind = 'ACCURACY' AND stratum = 'ALL'
             AND top_k = ANY($2::int4[]) AND iou_threshold_milli = $3 ORDER BY evaluation_id, top_k`,
    values: [evaluationIds, COMPARED_AT.topK, COMPARED_AT.iouThreshold * 1000],
  });
}
