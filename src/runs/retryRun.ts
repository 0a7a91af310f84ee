import { fromJson, type Json, type KeepAnswer } from '../database';
import { Conflict } from '../errors';
import { currentTraceparent } from '../tracing';
import { enqueue, expectRoom } from './runQueue';
import type { RunContext } from './runRequest';
import { type DetectionRunRow, findRun, hasModel } from './runRows';

/** The columns that the new run copies from the run whose images it retries. */
const COPIED_FIELDS = {
  detectorId: true,
  datasetId: true,
  request: true,
  iouThresholds: true,
  topK: true,
  scoreThreshold: true,
  nmsIouThreshold: true,
  maxDetectionsPerImage: true,
  modelSha256: true,
  priority: true,
} as const;

/**
 * Retries the images of a run that failed, or that a failed run never reached. A run that has finished stays as it is:
 * this is a new run of only those images, with the same detector file and settings.
 *
 * @param keep called with the new run in its transaction
 * @throws NotFound if the run does not exist
 * @throws Conflict if it has not finished or was cancelled, if none of its images failed, or if its detector is
 *   external, gone or changed
 * @throws RateLimited as `requestRun`
 */
export async function retryRun(context: RunContext, runId: number, keep?: KeepAnswer): Promise<DetectionRunRow> {
  const { database, registry } = context;
  const run = await findRun(database, runId);
  if (run.status !== 'SUCCEEDED' && run.status !== 'FAILED')
    throw new Conflict(`Expected a run that has SUCCEEDED or FAILED, and this one is ${run.status}.`, 'id');
  if (!hasModel(run))
    throw new Conflict(
      'The detector of this run is external: it runs elsewhere, so that its images cannot be tried again here. Run it ' +
        'there, or start a run of a detector that has a model. Other detections of it are a new run: submitDetections.',
      'id',
    );
  const detector = await registry.findById(run.detectorId);
  if (!detector?.ready || detector.modelSha256 !== run.modelSha256)
    throw new Conflict('The detector of this run is gone or has another model file: start a new run.', 'id');

  const id = await database.transaction(async (transaction) => {
    const images = await transaction.prisma.runImage.findMany({
      where: { runId, state: { not: 'COMPLETED' } },
      orderBy: { imageId: 'asc' },
      select: { imageId: true },
    });
    if (images.length === 0) throw new Conflict('No image of this run failed: there is nothing to try again.', 'id');
    await expectRoom(transaction, context, images.length);
    const settings = await transaction.prisma.detectionRun.findFirstOrThrow({
      where: { id: runId },
      select: COPIED_FIELDS,
    });
    const made = await transaction.prisma.detectionRun.create({
      data: {
        ...settings,
        request: fromJson<Json>(settings.request),
        codeVersion: context.codeVersion,
        clientKey: context.client,
        retryOfId: runId,
        warnings: [],
        traceParent: currentTraceparent(),
      },
      select: { id: true },
    });
    await enqueue(transaction, context, {
      runId: made.id,
      imageIds: images.map(({ imageId }) => imageId),
      priority: run.priority,
    });
    await keep?.(transaction, made.id);
    return made.id;
  });
  context.queue.wake();
  return findRun(database, id);
}
