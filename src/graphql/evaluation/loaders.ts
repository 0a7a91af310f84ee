import DataLoader from 'dataloader';
import type { GlobalKeys } from '../../globalId';
import {
  type AccuracyCurveKey,
  type AccuracyPoint,
  countEvaluationsOfRuns,
  evaluationKey,
  type FrocSelection,
  findAccuracyCurves,
  findAveragePrecision,
  findComparedAccuracies,
  findEvaluations,
  findEvaluationsByKey,
  findEvaluationsOfRuns,
  findFrocPoints,
  findMetricPoints,
  findPrecisionRecall,
  findStrata,
  type LesionArea,
} from '../../results';
import { idOf, type LoaderMakers, manyByKey, oneByGlobalKey, oneByKey } from '../core/loading';

const evaluationIdOf = (row: { evaluationId: number }): number => row.evaluationId;

/**
 * Maximum number of curves of one statement. Their results are converted in one turn of the event loop: 20 runs with
 * 50 strata take four statements.
 */
const MAX_CURVES = 250;

/** The loaders of evaluations and their metrics. */
export const evaluationLoaders = {
  comparedAccuraciesOfEvaluation: ({ database }) =>
    manyByKey((ids: readonly number[]) => findComparedAccuracies(database, ids), evaluationIdOf),
  evaluation: ({ database }) => oneByKey((ids: readonly number[]) => findEvaluations(database, ids), idOf),
  evaluationByKey: ({ database, prime }) =>
    oneByGlobalKey(
      'Evaluation',
      (keys: readonly GlobalKeys['Evaluation'][]) => findEvaluationsByKey(database, keys),
      evaluationKey,
      (row) => prime('evaluation', row),
    ),
  evaluationsOfRun:
    ({ database, variant }) =>
    (first: number) =>
      variant(`evaluations ${first}`, () =>
        manyByKey(
          (ids: readonly number[]) => findEvaluationsOfRuns(database, ids, first),
          ({ runId }) => runId,
        ),
      ),
  evaluationCountOfRun: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => countEvaluationsOfRuns(database, ids),
      ({ runId }) => runId,
    ),
  strataOfEvaluation: ({ database }) =>
    manyByKey((ids: readonly number[]) => findStrata(database, ids), evaluationIdOf),
  /** all strata and topK of a request in one statement, or in a few */
  accuracyCurve: ({ database }) =>
    new DataLoader<AccuracyCurveKey, AccuracyPoint[], string>((keys) => findAccuracyCurves(database, keys), {
      cacheKeyFn: ({ evaluationId, stratum, topK }) => `${evaluationId} ${topK} ${stratum}`,
      maxBatchSize: MAX_CURVES,
    }),
  frocOfEvaluation:
    ({ database, variant }) =>
    (selection: FrocSelection & { falsePositivesPerImage?: number[] }) =>
      variant(`froc ${JSON.stringify(selection)}`, () =>
        manyByKey((ids: readonly number[]) => findFrocPoints(database, ids, selection), evaluationIdOf),
      ),
  precisionRecallOfEvaluation:
    ({ database, variant }) =>
    (iouThreshold: number) =>
      variant(`precision-recall ${iouThreshold}`, () =>
        manyByKey((ids: readonly number[]) => findPrecisionRecall(database, ids, iouThreshold), evaluationIdOf),
      ),
  averagePrecisionOfEvaluation:
    ({ database, variant }) =>
    (area: LesionArea) =>
      variant(`average precision ${area}`, () =>
        oneByKey((ids: readonly number[]) => findAveragePrecision(database, ids, area), evaluationIdOf),
      ),
  /** the points of any metric that has no statement of its own */
  metricPointsOfEvaluation:
    ({ database, variant }) =>
    (selection: { kind: string; stratum?: string }) =>
      variant(`metric points ${JSON.stringify(selection)}`, () =>
        manyByKey((ids: readonly number[]) => findMetricPoints(database, ids, selection), evaluationIdOf),
      ),
} satisfies LoaderMakers;
