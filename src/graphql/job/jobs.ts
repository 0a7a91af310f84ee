/** The four kinds of jobs, behind one id. */
import { expectOwner, mayHandle, uploadTarget } from '../../access';
import { cancelCategorization, watchCategorization } from '../../categorization';
import { NotFound } from '../../errors';
import { cancelExport, watchExport } from '../../exports';
import { parseGlobalId, refuseOldId } from '../../globalId';
import { isTerminal, type JobOutlook } from '../../job';
import { cancelRun, watchRun } from '../../runs';
import { findUploadDetection, watchUploadDetection } from '../../uploads';
import { Categorization } from '../categorization/categorization';
import { recorded } from '../core/audit';
import type { GraphContext } from '../core/context';
import { expectOwnDataset } from '../core/datasetsOfKeys';
import { DetectionRun } from '../detection/detectionRun';
import { Export } from '../exports/export';
import { UploadDetection } from '../upload/upload';

export type AnyJob = DetectionRun | Categorization | Export | UploadDetection;

/** @throws NotFound where no job has this id, BadUserInput for an id of an earlier version */
export async function findJob({ database, loaders, caller }: GraphContext, id: string): Promise<AnyJob> {
  const parsed = parseGlobalId(id);
  if (parsed?.type === 'DetectionRun') {
    const run = await loaders.runByKey.load(parsed.key);
    if (run) return new DetectionRun(run);
  }
  if (parsed?.type === 'Categorization') {
    const categorization = await loaders.categorizationByKey.load(parsed.key);
    if (categorization) return new Categorization(categorization);
  }
  if (parsed?.type === 'Export') {
    const row = await loaders.exportJobByKey.load(parsed.key);
    // To others than its owner, it is not there.
    if (row && mayHandle(caller, row.client)) return new Export(row);
  }
  refuseOldId(id, 'id');
  // Ids of detections in uploads are random and no global ids: no one can guess them.
  if (!parsed) return new UploadDetection(await findUploadDetection(database, id));
  throw new NotFound(
    'There is no job with this id: pass the id of a detection run, a categorization, an export or a detection in an upload.',
    'id',
  );
}

/**
 * Cancels an unfinished job. @returns the job as it is now
 *
 * @throws Forbidden or Unauthenticated if it belongs to another owner, which needs the scope `operate`
 */
export async function cancelJob(context: GraphContext, job: AnyJob): Promise<AnyJob> {
  const { services, caller } = context;
  expectOwner(caller, job.owner, 'a job');
  if (!(job instanceof UploadDetection)) await expectOwnDataset(context, job.row.datasetId, 'id');
  if (job instanceof DetectionRun)
    return new DetectionRun(await recorded(context, {}, (transaction) => cancelRun(transaction, job.row.id)));
  if (job instanceof Categorization)
    return new Categorization(
      await recorded(context, {}, (transaction) => cancelCategorization(transaction, job.row.id)),
    );
  if (job instanceof Export)
    return new Export(await recorded(context, {}, (transaction) => cancelExport(transaction, job.row.id)));
  context.mutation?.note({ target: uploadTarget(job.row.id) });
  return new UploadDetection(await services.uploads.cancelDetection(job.row.id));
}

/** Follows a job until it has finished. */
export async function* watchJobs({ database }: GraphContext, job: AnyJob, signal: AbortSignal): AsyncGenerator<AnyJob> {
  if (job instanceof DetectionRun) {
    for await (const { run } of watchRun(database, job.row.id, signal)) yield new DetectionRun(run);
  } else if (job instanceof Categorization) {
    for await (const { row } of watchCategorization(database, job.row.id, signal)) yield new Categorization(row);
  } else if (job instanceof Export) {
    for await (const { row } of watchExport(database, job.row.id, signal)) yield new Export(row);
  } else {
    for await (const { row } of watchUploadDetection(database, job.row.id, signal)) yield new UploadDetection(row);
  }
}

/** @returns null for a finished job, which costs no statement */
export async function outlookOf({ loaders, services }: GraphContext, job: AnyJob): Promise<JobOutlook | null> {
  if (isTerminal(job.row.status)) return null;
  const { queue, uploads } = services;
  if (job instanceof DetectionRun) return loaders.outlookOfRun(queue.waitingBatchesSql).load(job.row.id);
  if (job instanceof Categorization)
    return loaders.outlookOfCategorization(queue.waitingCategorizationsSql).load(job.row.id);
  if (job instanceof Export) return loaders.outlookOfExport.load(job.row.id);
  return uploads.outlookOf(job.row.id);
}
