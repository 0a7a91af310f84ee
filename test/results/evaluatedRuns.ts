import type { Database } from '../../src/database';
import { evaluateRun } from '../../src/results';
import { type MadeImage, makeRun, makeRunBeside } from './evaluatedRun';

const TYPES = ['BONE', 'ABDOMEN', 'MEDIASTINUM', 'LIVER', 'LUNG', 'KIDNEY', 'SOFT_TISSUE', 'PELVIS'];

/** Runs of one data set, the evaluation of each, and in how many strata it is. */
export interface EvaluatedRuns {
  runIds: number[];
  strata: number;
}

/**
 * Writes runs that are evaluated in many strata: of all lesions, of eight coarse types, of three sizes, and of each
 * pseudo-cluster. The first is evaluated; the others have the same detections, and copies of its figures.
 */
export async function makeEvaluatedRuns(database: Database, runs: number, clusters: number): Promise<EvaluatedRuns> {
  const images: MadeImage[] = Array.from({ length: Math.max(clusters, TYPES.length) }, (_, index) => ({
    patient: index + 1,
    lesions: [
      {
        box: [100, 100, 140, 140],
        longDiameterMm: 8 + (index % 30),
        coarseType: TYPES[index % TYPES.length],
        cluster: clusters > 0 ? index % clusters : undefined,
      },
    ],
    detections: [{ box: [101, 100, 141, 140], score: 0.9 - index / 1000 }],
  }));
  const made = await makeRun(database, images, { clusters });
  const { id } = await evaluateRun(database, made.runId);
  const runIds = [made.runId];
  while (runIds.length < runs)
    runIds.push(
      await makeRunBeside(
        database,
        made,
        images.map(({ detections = [] }) => detections),
      ),
    );
  for (const runId of runIds.slice(1)) await copyEvaluation(database, id, runId);
  return { runIds, strata: 1 + TYPES.length + 3 + clusters };
}

async function copyEvaluation(database: Database, evaluationId: number, runId: number): Promise<void> {
  const points =
    'kind, stratum, top_k, iou_threshold_milli, abscissa, numerator, denominator, value, ci_low, ci_high, score_threshold';
  await database.query({
    text: `
      WITH copy AS (
        INSERT INTO evaluation (run_id, protocol, protocol_key, image_count, lesion_count, detection_count, code_version)
        SELECT $2, protocol, protocol_key, image_count, lesion_count, detection_count, code_version FROM evaluation WHERE id = $1
        RETURNING id
      )
      INSERT INTO metric_point (evaluation_id, ${points})
      SELECT copy.id, ${points} FROM metric_point CROSS JOIN copy WHERE evaluation_id = $1`,
    values: [evaluationId, runId],
  });
}
