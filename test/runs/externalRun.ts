import type { Database } from '../../src/database';
import { registerExternalDetector } from '../../src/models';
import { type DetectionRunRow, findRun } from '../../src/runs';

type Box = [x1: number, y1: number, x2: number, y2: number];

/** What an external detector reported of one image, best box first; null: it could not process the image. */
export type ReportedBoxes = { box: Box; score: number }[] | null;

export interface ExternalRun {
  detectorId: number;
  run: DetectionRunRow;
}

/**
 * Makes an external detector known and writes a run of it over the first images of the bed's data set, as a submission of its detections
 * leaves it: without a model, settings, workers and times.
 */
export async function makeExternalRun(
  database: Database,
  name: string,
  imageIds: readonly number[],
  reported: readonly ReportedBoxes[],
  status: 'RUNNING' | 'SUCCEEDED' = 'SUCCEEDED',
): Promise<ExternalRun> {
  const { detector } = await registerExternalDetector(database, { name, version: '1.0.0' });
  const [run] = await database.query<{ id: number }>({
    text: `INSERT INTO detection_run (detector_id, dataset_id, status, request, iou_thresholds, top_k, code_version, warnings, finished_at)
           SELECT $1, dataset_id, $3::text::run_status, '{}', '{}', 5, 'test', '{}', CASE WHEN $3::text = 'SUCCEEDED' THEN now() END
           FROM bookmarked_image WHERE id = $2 RETURNING id`,
    values: [detector.id, imageIds[0], status],
  });
  if (!run) throw new Error('Expected an image.');
  for (const [index, boxes] of reported.entries()) {
    const state = status === 'RUNNING' ? 'PENDING' : boxes ? 'COMPLETED' : 'FAILED';
    await database.query({
      text: `INSERT INTO run_image (run_id, image_id, state, finished_at)
             VALUES ($1, $2, $3::text::run_image_state, CASE WHEN $3::text <> 'PENDING' THEN now() END)`,
      values: [run.id, imageIds[index], state],
    });
    for (const [place, { box, score }] of (boxes ?? []).entries())
      await database.query({
        text: `INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)`,
        values: [run.id, imageIds[index], place + 1, ...box, score],
      });
  }
  return { detectorId: detector.id, run: await findRun(database, run.id) };
}
