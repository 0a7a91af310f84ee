/** Which runs stand on a board, and what is known of their detectors. */
import type { Queryable } from '../database';
import type { Split } from '../dataset';
import type { EvaluationPreset } from './evaluationPresets';

/** Splits of a data set that a detector was trained on. */
interface TrainingPart {
  dataset: string;
  splits: readonly string[];
}

/** The run that stands for a detector. */
export interface BoardRun {
  runId: number;
  runUuid: string;
  detectorId: number;
  /** holder of a key, person or address */
  owner: string;
  /** whether this server computed the detections by a model of its own */
  verified: boolean;
  finishedAt: Date | null;
  /** what the submitter or the model card declares; null if nothing */
  trainedOn: readonly TrainingPart[] | null;
  /** checksum of the source file that the model card says it was trained with */
  dataChecksum: string | null;
  /** images of the board that it completed */
  completed: number;
}

/** Detectors of a board, those with the latest runs. */
export const MAX_BOARD_ENTRIES = 100;
const RUNS_OF_DETECTOR = 10;

type Candidate = Omit<BoardRun, 'completed'>;

/**
 * Chooses a run for each detector: of its latest ten that have succeeded the latest one that completed all images; if none
 * did, the one that completed most. Detectors that completed none are left out.
 *
 * @param known how many of the images each run completed, from earlier boards: a run that has succeeded never changes
 */
export async function chooseBoardRuns(
  database: Queryable,
  datasetId: number,
  imageIds: Int32Array,
  known: Map<number, number>,
): Promise<BoardRun[]> {
  const candidates = await findCandidates(database, datasetId);
  const byDetector = new Map<number, Candidate[]>();
  for (const candidate of candidates) {
    const known = byDetector.get(candidate.detectorId);
    if (known) known.push(candidate);
    else byDetector.set(candidate.detectorId, [candidate]);
  }
  const latest = [...byDetector.values()].flatMap(([first]) => first ?? []);
  await addCoverages(database, latest, imageIds, known);
  const isWhole = ({ runId }: Candidate): boolean => known.get(runId) === imageIds.length;
  const rest = [...byDetector.values()].flatMap(([first, ...others]) => (first && isWhole(first) ? [] : others));
  await addCoverages(database, rest, imageIds, known);
  return [...byDetector.values()].flatMap((runs) => {
    const chosen =
      runs.find(isWhole) ??
      runs.reduce((best, run) => ((known.get(run.runId) ?? 0) > (known.get(best.runId) ?? 0) ? run : best));
    const completed = known.get(chosen.runId) ?? 0;
    return completed > 0 ? [{ ...chosen, completed }] : [];
  });
}

/** @returns by falling row id */
function findCandidates(database: Queryable, datasetId: number): Promise<Candidate[]> {
  return database.query({
    name: 'board-candidates',
    text: `
      WITH run AS (
        SELECT *, row_number() OVER (PARTITION BY detector_id ORDER BY id DESC) AS place,
          max(id) OVER (PARTITION BY detector_id) AS latest
        FROM detection_run WHERE dataset_id = $1 AND status = 'SUCCEEDED'
      ), shown AS (SELECT DISTINCT detector_id, latest FROM run ORDER BY latest DESC LIMIT $3)
      SELECT run.id AS "runId", run.uuid AS "runUuid", run.detector_id AS "detectorId", run.client_key AS owner,
        run.model_sha256 IS NOT NULL AS verified, run.finished_at AS "finishedAt",
        coalesce(detector.trained_on, detector.manifest #> '{card,trainedOn}') AS "trainedOn",
        detector.manifest #>> '{card,dataChecksum}' AS "dataChecksum"
      FROM run JOIN shown ON shown.detector_id = run.detector_id JOIN detector ON detector.id = run.detector_id
      WHERE run.place <= $2 ORDER BY run.id DESC`,
    values: [datasetId, RUNS_OF_DETECTOR, MAX_BOARD_ENTRIES],
  });
}

async function addCoverages(
  database: Queryable,
  runs: readonly Candidate[],
  imageIds: Int32Array,
  known: Map<number, number>,
): Promise<void> {
  const unknown = runs.map(({ runId }) => runId).filter((runId) => !known.has(runId));
  if (unknown.length === 0) return;
  const rows = await database.query<{ runId: number; completed: number }>({
    name: 'board-coverages',
    text: `SELECT run_id AS "runId", count(*) AS completed FROM run_image
           WHERE run_id = ANY($1::int4[]) AND state = 'COMPLETED' AND image_id IN (SELECT unnest($2::int4[])) GROUP BY run_id`,
    values: [unknown, [...imageIds]],
  });
  const found = new Map(rows.map(({ runId, completed }) => [runId, completed]));
  for (const runId of unknown) known.set(runId, found.get(runId) ?? 0);
}

/** @returns the latest stored evaluation of each run by a protocol, by run */
export async function findEvaluationsByPreset(
  database: Queryable,
  runIds: readonly number[],
  preset: EvaluationPreset,
): Promise<Map<number, number>> {
  const rows = await database.query<{ runId: number; id: number }>({
    name: 'board-evaluations',
    text: `SELECT DISTINCT ON (run_id) run_id AS "runId", id FROM evaluation
           WHERE run_id = ANY($1::int4[]) AND coalesce(protocol ->> 'preset', 'PAPER') = $2
           ORDER BY run_id, id DESC`,
    values: [runIds, preset],
  });
  return new Map(rows.map(({ runId, id }) => [runId, id]));
}

/** @returns the tries of each owner on a hidden split, since it is hidden; empty for other splits */
export async function countTriesByOwner(database: Queryable, slug: string, split: Split): Promise<Map<string, number>> {
  const rows = await database.query<{ owner: string; count: number }>({
    name: 'board-tries',
    text: `SELECT owner, count(*) AS count FROM hidden_split_try AS try
           WHERE slug = $1 AND split = $2::split
             AND NOT EXISTS (SELECT FROM detection_run WHERE uuid = try.run_uuid AND status IN ('FAILED', 'CANCELLED'))
           GROUP BY owner`,
    values: [slug, split],
  });
  return new Map(rows.map(({ owner, count }) => [owner, count]));
}

/** Whether a detector saw the patients of a board when it was trained, and how that is known. */
export interface TrainingOverlap {
  /** null: it is not known */
  sawPatients: boolean | null;
  because: string;
}

/** @param sourceSha256 of the file that the data set version was imported from */
export function overlapOfTraining(
  { trainedOn, dataChecksum, verified }: Pick<BoardRun, 'trainedOn' | 'dataChecksum' | 'verified'>,
  { slug, split, sourceSha256 }: { slug: string; split: Split; sourceSha256: string },
): TrainingOverlap {
  const by = verified ? 'Its model card' : 'Its submitter';
  const splits = trainedOn?.filter(({ dataset }) => dataset === slug).flatMap((part) => part.splits);
  if (splits?.includes(split))
    return { sawPatients: true, because: `${by} declares that it was trained on the split ${split} of ${slug}.` };
  if (splits)
    return {
      sawPatients: false,
      because: `${by} declares what it was trained on, and the split ${split} of ${slug} is not among it.`,
    };
  if (dataChecksum !== null && dataChecksum === sourceSha256)
    return {
      sawPatients: null,
      because: 'Its model card names the source file of this data set version, and does not say which splits.',
    };
  return { sawPatients: null, because: `${by} does not declare on which data sets of this server it was trained.` };
}
