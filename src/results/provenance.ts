import type { Queryable } from '../database';
import { toGlobalId } from '../globalId';
import type { EvaluationProtocol } from './evaluationProtocol';
import type { EvaluationRow } from './evaluationRows';

/** The origin of the metrics of an evaluation, back to the data. */
export interface Provenance {
  /** `slug@version` */
  dataset: string;
  datasetSha256: string;
  detector: string;
  detectorVersion: string;
  /** null if the detector is external, as all of the model card */
  modelSha256: string | null;
  /** of an external detector, how its authors want it to be cited, and where it is described */
  detectorCitation: string | null;
  detectorUrl: string | null;
  /** texts of the model card */
  trainingCommand: string | null;
  trainingCodeVersion: string | null;
  trainingData: string | null;
  runCodeVersion: string;
  executionProvider: string | null;
  /** of the strata */
  categorization: string | null;
  categorizationCommand: string | null;
  categorizationCodeVersion: string | null;
  evaluationCodeVersion: string | null;
  /** the command that evaluates the run by the same protocol again, which takes its detections and no model */
  redo: string;
}

/** Follows an evaluation back to data, model, training and categorization. */
export async function findProvenance(
  database: Queryable,
  { runId, protocol, codeVersion }: EvaluationRow,
): Promise<Provenance | null> {
  const [row] = await database.query<Omit<Provenance, 'evaluationCodeVersion' | 'redo'> & { runUuid: string }>({
    name: 'provenance',
    text: `
      SELECT dataset.slug || '@' || dataset.version AS dataset, dataset.source_sha256 AS "datasetSha256", detector.name AS detector,
        detector.version AS "detectorVersion", run.model_sha256 AS "modelSha256",
        detector.citation AS "detectorCitation", detector.url AS "detectorUrl",
        detector.manifest #>> '{card,trainingCommand}' AS "trainingCommand", detector.manifest #>> '{card,codeVersion}' AS "trainingCodeVersion",
        detector.manifest #>> '{card,data}' AS "trainingData", run.code_version AS "runCodeVersion",
        run.execution_provider AS "executionProvider", categorization.name AS categorization,
        run.uuid AS "runUuid", categorization.command AS "categorizationCommand", categorization.code_version AS "categorizationCodeVersion"
      FROM detection_run AS run JOIN dataset ON dataset.id = run.dataset_id JOIN detector ON detector.id = run.detector_id
      LEFT JOIN categorization ON categorization.uuid = $2
      WHERE run.id = $1`,
    values: [runId, protocol.categorization?.id ?? null],
  });
  if (!row) return null;
  const { runUuid, ...known } = row;
  return {
    ...known,
    evaluationCodeVersion: codeVersion,
    redo: redoCommand(toGlobalId('DetectionRun', { uuid: runUuid }), protocol),
  };
}

/** `deeplesion evaluate …` with every choice of a protocol spelled out. */
function redoCommand(
  run: string,
  { preset, accuracy, froc, detections, intervals, ...rest }: EvaluationProtocol,
): string {
  const words: (string | number)[] = [run, '--preset', preset ?? 'PAPER'];
  words.push('--iou-thresholds', accuracy.iouThresholds.join(','), '--top-k', accuracy.topK.join(','));
  words.push('--accuracy', `${accuracy.criterion},${accuracy.comparator},${accuracy.boxMeasure}`);
  words.push('--froc', `${froc.criterion},${froc.comparator},${froc.boxMeasure},${froc.duplicates}`);
  words.push('--froc-thresholds', froc.thresholds.join(','));
  if (detections.scoreFloor !== undefined) words.push('--score-floor', detections.scoreFloor);
  if (rest.possiblyNoisyLesions === 'KEEP') words.push('--keep-noisy');
  if (rest.reviews) words.push('--reviews', rest.reviews.upTo);
  if (rest.reviews?.authenticatedOnly) words.push('--authenticated-reviews');
  words.push(
    ...(rest.categorization ? ['--categorization', JSON.stringify(rest.categorization.name)] : ['--no-categorization']),
  );
  words.push('--resamples', intervals.resamples, '--seed', intervals.seed);
  return `deeplesion evaluate ${words.join(' ')}`;
}
