import { Conflict } from '../errors';
import { enqueue, expectRoom } from './runQueue';
import type { RunContext } from './runRequest';
import { type DetectionRunRow, findRun } from './runRows';

/**
 * Tries the images of a run again that failed, or that a failed run never reached. A run that has ended stays as it is: this is a new run,
 * of those images alone, with the same detector file and settings.
 *
 * @throws NotFound when the run is not there
 * @throws Conflict when it has not ended or was cancelled, when none of its images failed, or when its detector is gone or changed
 * @throws RateLimited as `requestRun`
 */
export async function retryRun(context: RunContext, runId: number): Promise<DetectionRunRow> {
  const { database, registry } = context;
  const run = await findRun(database, runId);
  if (run.status !== 'SUCCEEDED' && run.status !== 'FAILED')
    throw new Conflict(`Expected a run that has SUCCEEDED or FAILED, and this one is ${run.status}.`, 'id');
  const detector = await registry.findById(run.detectorId);
  if (!detector?.ready || detector.modelSha256 !== run.modelSha256)
    throw new Conflict('The detector of this run is gone or has another model file: start a new run.', 'id');

  const id = await database.transaction(async (transaction) => {
    const images = await transaction.query<{ id: number }>({
      text: `SELECT image_id AS id FROM run_image WHERE run_id = $1 AND state <> 'COMPLETED' ORDER BY image_id`,
      values: [runId],
    });
    if (images.length === 0) throw new Conflict('No image of this run failed: there is nothing to try again.', 'id');
    await expectRoom(transaction, context, images.length);
    const [row] = await transaction.query<{ id: number }>({
      text: `INSERT INTO detection_run (detector_id, dataset_id, request, iou_thresholds, top_k, score_threshold, nms_iou_threshold,
               max_detections_per_image, model_sha256, code_version, client_key, priority, retry_of_id, warnings)
             SELECT detector_id, dataset_id, request, iou_thresholds, top_k, score_threshold, nms_iou_threshold, max_detections_per_image,
               model_sha256, $2, $3, priority, id, '{}'
             FROM detection_run WHERE id = $1 RETURNING id`,
      values: [runId, context.codeVersion, context.client],
    });
    if (!row) throw new Error('INSERT … RETURNING answered no row');
    await enqueue(transaction, context, {
      runId: row.id,
      imageIds: images.map((one) => one.id),
      priority: run.priority,
    });
    return row.id;
  });
  context.queue.wake();
  return findRun(database, id);
}
