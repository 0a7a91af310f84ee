import type { Database } from '../../src/database';
import { evaluateRun } from '../../src/results';
import { seedCategorization, seedCohort, seedExportJob } from '../seed';
import { uuidOf } from './privateQuestions';

/** The time of everything, so that answers can be compared. */
export const PINNED = '2026-01-02T03:04:05Z';
/** Gives a data set a categorization, a finished run with an evaluation and a review, and what was deleted. */
export async function fill(database: Database, slug: string, seconds: number): Promise<void> {
  const send = (text: string, ...values: unknown[]) => database.query<{ id: number }>({ text, values });
  const [dataset] = await send(`UPDATE dataset SET imported_at = '${PINNED}' WHERE slug = $1 RETURNING id`, slug);
  const categorization = await seedCategorization(database, dataset?.id ?? 0, 2);
  await send(
    `UPDATE categorization SET uuid = $2, source = 'ASSIGNED', request = '{}', created_at = '${PINNED}', finished_at = '${PINNED}' WHERE id = $1`,
    categorization,
    uuidOf(slug, 'categorization'),
  );
  await seedCohort(database, dataset?.id ?? 0, uuidOf(slug, 'cohort'));
  await seedExportJob(database, dataset?.id ?? 0, uuidOf(slug, 'export'));
  const [run] = await send(
    `INSERT INTO detection_run (uuid, detector_id, dataset_id, status, request, iou_thresholds, top_k, score_threshold,
       nms_iou_threshold, max_detections_per_image, model_sha256, code_version, created_at, started_at, finished_at,
       execution_provider, warnings)
     SELECT $2, id, $1, 'SUCCEEDED', '{}', '{0.5}', 5, 0.05, 0.3, 50, model_sha256, 'test', '${PINNED}', '${PINNED}',
       '${PINNED}'::timestamptz + make_interval(secs => $3), 'cpu', '{}' FROM detector WHERE name = 'tiny-constant' RETURNING id`,
    dataset?.id,
    uuidOf(slug, 'run'),
    seconds,
  );
  await send(
    `INSERT INTO run_image (run_id, image_id, state, milliseconds, finished_at)
     SELECT $1, id, 'COMPLETED', 10, '${PINNED}' FROM bookmarked_image WHERE dataset_id = $2`,
    run?.id,
    dataset?.id,
  );
  await send(
    `INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index)
     SELECT $1, id, 1, 2, 2, 10, 10, 0.9, 0 FROM bookmarked_image WHERE dataset_id = $2`,
    run?.id,
    dataset?.id,
  );
  await send(
    `INSERT INTO detection_review (uuid, detection_id, verdict, reviewer, created_at)
     SELECT $2, min(id), 'LESION', 'Ada', '${PINNED}' FROM detection WHERE run_id = $1`,
    run?.id,
    uuidOf(slug, 'review'),
  );
  const { id } = await evaluateRun(database, run?.id ?? 0);
  await send(`UPDATE evaluation SET uuid = $2, created_at = '${PINNED}' WHERE id = $1`, id, uuidOf(slug, 'evaluation'));
  await send(
    `INSERT INTO tombstone (kind, key, dataset, deleted_by, reason, counts, deleted_at)
     VALUES ('DetectionRun', $2, $1, 'o', 'a test', '{}', '${PINNED}'), ('Dataset', $1 || '@7', $1, 'o', 'a test', '{}', '${PINNED}')`,
    slug,
    uuidOf(slug, 'deleted run'),
  );
}
