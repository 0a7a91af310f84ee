import { readCodeVersion } from '../codeVersion';
import type { Database, Queryable, Transaction } from '../database';
import { BadUserInput, Conflict, NotFound } from '../errors';
import { type CountingReviews, countReviewsOfDataset } from './confirmedLesions';
import { type EvaluationData, loadEvaluationData } from './evaluationData';
import {
  type EvaluatedRun,
  type EvaluationProtocol,
  type EvaluationRequest,
  makeProtocol,
  protocolKey,
  strataOfRequest,
} from './evaluationProtocol';
import { countEvaluationsOfRuns, EVALUATION_SQL, type EvaluationRow, MAX_EVALUATIONS_OF_RUN } from './evaluationRows';
import type { MetricPoint } from './metric';
import { insertMetricPoints } from './metricPoints';
import { computeMetricPoints } from './metrics';

/** What is to be written together with an evaluation. */
export type KeepEvaluation = (transaction: Transaction, made: EvaluationRow) => Promise<void>;

interface RunToEvaluate extends EvaluatedRun {
  datasetId: number;
  status: string;
}

/**
 * Evaluates the completed images of a run and stores the metrics with their whole protocol. The same protocol on the
 * same run is evaluated once: later calls, and calls at the same time, get the stored one. While a run works its
 * protocol changes with the number of completed images, so that a metric of half a run is never taken for that of the
 * whole.
 *
 * @param keep given each evaluation that is stored, as the last step of its transaction; not one that was there before
 * @throws NotFound if there is no such run
 * @throws Conflict if it has no completed image yet, or as many evaluations as there may be
 * @throws BadUserInput naming the argument of the request that does not fit
 */
export async function evaluateRun(
  database: Database,
  runId: number,
  request: EvaluationRequest = {},
  keep?: KeepEvaluation,
): Promise<EvaluationRow> {
  const run = await findRunToEvaluate(database, runId);
  const categorization = await findCategorization(database, run.datasetId, request.categorization);
  const reviews = await chooseReviews(database, runId, request);
  const data = await loadEvaluationData(database, {
    runId,
    reviews,
    categorization: categorization?.id ?? null,
    possiblyNoisyLesions: request.possiblyNoisyLesions ?? 'LEAVE_OUT',
    scoreFloor: request.scoreFloor,
    strata: strataOfRequest(run, request),
  });
  if (data.population.imagesCompleted === 0) {
    const { imagesFailed, imagesPending } = data.population;
    throw new Conflict(
      `Expected a run with completed images, got one in state ${run.status} with ${imagesFailed} failed and ${imagesPending} pending. ` +
        'Evaluate it when images are completed.',
    );
  }
  const protocol = makeProtocol(run, request, categorization, data.population, reviews);
  const key = protocolKey(protocol);
  // A metric with reviews is never shown alone: its value before the reviews is shown with it.
  if (reviews !== null)
    await evaluateRun(
      database,
      runId,
      { ...request, ...{ reviews: undefined, reviewsUpTo: undefined, authenticatedReviewsOnly: undefined } },
      keep,
    );
  const known = await findByKey(database, runId, key);
  if (known) return known;
  await checkRoom(database, runId);
  return store(database, { runId, protocol, key, data, points: await computeMetricPoints(data, protocol) }, keep);
}

async function checkRoom(database: Queryable, runId: number): Promise<void> {
  const [stored] = await countEvaluationsOfRuns(database, [runId]);
  if (stored && stored.count >= MAX_EVALUATIONS_OF_RUN)
    throw new Conflict(
      `Expected at most ${MAX_EVALUATIONS_OF_RUN} evaluations of one run, this one has ${stored.count}: ask for ` +
        'a protocol that is stored, which DetectionRun.evaluations lists.',
      'id',
    );
}

/** @returns which reviews of the data set version count; null if they are ignored */
async function chooseReviews(
  database: Queryable,
  runId: number,
  { reviews, reviewsUpTo, authenticatedReviewsOnly = false }: EvaluationRequest,
): Promise<CountingReviews | null> {
  if (reviews !== 'INCLUDE') {
    if (reviewsUpTo !== undefined || authenticatedReviewsOnly) {
      const argument = authenticatedReviewsOnly ? 'authenticatedReviewsOnly' : 'reviewsUpTo';
      throw new BadUserInput(`Expected ${argument} only together with reviews: INCLUDE.`, argument);
    }
    return null;
  }
  const all = await countReviewsOfDataset(database, runId);
  // Absent unless it is chosen, so that the protocols of earlier evaluations stay what they are.
  const chosen = authenticatedReviewsOnly ? { authenticatedOnly: true as const } : {};
  if (reviewsUpTo === undefined) return { upTo: all, ...chosen };
  if (Number.isInteger(reviewsUpTo) && reviewsUpTo >= 0 && reviewsUpTo <= all) return { upTo: reviewsUpTo, ...chosen };
  throw new BadUserInput(`Expected reviewsUpTo to be in 0..${all}, got ${reviewsUpTo}.`, 'reviewsUpTo');
}

interface NewEvaluation {
  runId: number;
  protocol: EvaluationProtocol;
  key: string;
  data: EvaluationData;
  points: readonly MetricPoint[];
}

/** Writes evaluation and points in one transaction; one that another call has stored meanwhile wins. */
async function store(
  database: Database,
  { runId, protocol, key, data, points }: NewEvaluation,
  keep?: KeepEvaluation,
): Promise<EvaluationRow> {
  const stored = await database.transaction(async (transaction) => {
    const [row] = await transaction.query<EvaluationRow>({
      text: `
        INSERT INTO evaluation (run_id, protocol, protocol_key, image_count, lesion_count, detection_count, code_version)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (run_id, protocol_key) DO NOTHING
        RETURNING ${EVALUATION_SQL}`,
      values: [
        runId,
        JSON.stringify(protocol),
        key,
        data.imageIds.length,
        data.lesions.length,
        data.images.scores.length,
        readCodeVersion(),
      ],
    });
    if (row) await insertMetricPoints(transaction, row.id, points);
    if (row) await keep?.(transaction, row);
    return row ?? null;
  });
  const row = stored ?? (await findByKey(database, runId, key));
  if (!row)
    throw new Conflict('Expected the run to be there until its evaluation was stored; it was deleted meanwhile.');
  return row;
}

async function findByKey(database: Queryable, runId: number, key: string): Promise<EvaluationRow | null> {
  const [row] = await database.query<EvaluationRow>({
    name: 'evaluation-by-key',
    text: `SELECT ${EVALUATION_SQL} FROM evaluation WHERE run_id = $1 AND protocol_key = $2`,
    values: [runId, key],
  });
  return row ?? null;
}

async function findRunToEvaluate(database: Queryable, runId: number): Promise<RunToEvaluate> {
  const [run] = await database.query<RunToEvaluate>({
    name: 'run-to-evaluate',
    text: `
      SELECT run.iou_thresholds AS "iouThresholds", run.top_k AS "topK", run.score_threshold AS "scoreThreshold",
        run.nms_iou_threshold AS "nmsIouThreshold", run.max_detections_per_image AS "maxDetectionsPerImage", run.status,
        run.request -> 'strata' AS strata, run.dataset_id AS "datasetId", dataset.slug AS "datasetSlug", dataset.version AS "datasetVersion"
      FROM detection_run run JOIN dataset ON dataset.id = run.dataset_id
      WHERE run.id = $1`,
    values: [runId],
  });
  if (!run) throw new NotFound('Expected a detection run that exists; list them with `detectionRuns`.', 'id');
  return run;
}

/** @param name undefined for the latest of the data set, null for none */
async function findCategorization(
  database: Queryable,
  datasetId: number,
  name: string | null | undefined,
): Promise<{ id: string; name: string } | null> {
  if (name === null) return null;
  const all = await database.query<{ id: string; name: string }>({
    name: 'categorizations-to-evaluate',
    text: `SELECT uuid AS id, name FROM categorization WHERE dataset_id = $1 AND status = 'SUCCEEDED' ORDER BY categorization.id DESC`,
    values: [datasetId],
  });
  if (name === undefined) return all[0] ?? null;
  const found = all.find((categorization) => categorization.name === name);
  if (found) return found;
  const known = all.map((categorization) => categorization.name).join(', ') || 'none';
  throw new BadUserInput(`No categorization "${name}" of the run's data set. Known: ${known}.`, 'categorization');
}
