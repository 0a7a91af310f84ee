import { messageOf, UserError } from '../errors';
import { askTwice, InferenceProcessLost, InferenceStopped } from '../inference';
import { findEncoderFolder, type KnownEncoder } from '../models';
import type { CategorizationWorkContext, LeasedCategorization } from './categorizationContext';
import { type CategorizationJob, failCategorization, findJob, hasEnded, startJob } from './categorizationJob';
import { EncoderFailed, encodeLesions } from './encodeLesions';
import { nearestCentroid, type Vectors, vectorAt } from './featureBytes';
import { meanSilhouette } from './silhouette';
import { type SortedLesions, storeClusters } from './storeClusters';
import { readCentroids, readFeatures } from './storedFeatures';

const WATCH_MS = 500;

/**
 * Processes a categorization until it has finished, also by a cancellation, the lease is lost or `stopping` fires. It
 * may be called again: features that are stored are not computed again.
 *
 * @returns whether work remains, which is so only if `stopping` fired
 */
export async function workOnCategorization(
  context: CategorizationWorkContext,
  lease: LeasedCategorization,
  stopping: AbortSignal,
): Promise<boolean> {
  const { database, log } = context;
  const watch = watchForEnd(context, lease.categorizationId);
  const unwanted = AbortSignal.any([stopping, lease.lost, watch.ended]);
  try {
    const job = await findJob(database, lease.categorizationId);
    if (!job) return false;
    const encoder = await findEncoderFolder(context.config.modelsDir, job.request.encoder);
    const { executionProvider, warnings } = await askTwice(() => context.host.open(encoder));
    await startJob(database, job.id, executionProvider, warnings);
    await sortLesions(context, lease, job, encoder, unwanted);
  } catch (thrown) {
    if (unwanted.aborted || thrown instanceof InferenceStopped) return stopping.aborted;
    if (!isFaultOfTheJob(thrown)) throw thrown;
    log.warn({ categorizationId: lease.categorizationId, reason: messageOf(thrown) }, 'categorization failed');
    await failCategorization(database, lease.categorizationId, messageOf(thrown));
  } finally {
    watch.close();
  }
  return false;
}

/** Looks twice a second whether it was cancelled meanwhile; then the image in hand ends at once. */
function watchForEnd({ database, host }: CategorizationWorkContext, id: number): { ended: AbortSignal; close(): void } {
  const ended = new AbortController();
  const look = async (): Promise<void> => {
    if (ended.signal.aborted || !(await hasEnded(database, id))) return;
    ended.abort(new InferenceStopped('The categorization has ended.'));
  };
  const stop = (): void => host.stop('The categorization has ended.');
  ended.signal.addEventListener('abort', stop);
  // A look that fails says nothing about it; the next one comes soon.
  const timer = setInterval(() => void look().catch(() => undefined), WATCH_MS);
  return {
    ended: ended.signal,
    close() {
      clearInterval(timer);
      ended.signal.removeEventListener('abort', stop);
    },
  };
}

/**
 * Faults of the request, the encoder or its process; those of the database are not the job's, and it is delivered
 * again.
 */
function isFaultOfTheJob(thrown: unknown): boolean {
  return thrown instanceof UserError || thrown instanceof InferenceProcessLost || thrown instanceof EncoderFailed;
}

async function sortLesions(
  context: CategorizationWorkContext,
  lease: LeasedCategorization,
  job: CategorizationJob,
  encoder: KnownEncoder,
  unwanted: AbortSignal,
): Promise<void> {
  const { database } = context;
  const warnings = await encodeLesions(context, lease, job, encoder, unwanted);
  const { lesionIds, features } = await readFeatures(database, job);
  const least = job.assignedFromId === null ? job.request.clusterCount : 1;
  if (lesionIds.length < least)
    throw new EncoderFailed(
      `Only ${lesionIds.length} of ${job.total} lesions could be encoded, and ${least} are needed. ${warnings.join(' ')}`.trim(),
    );
  const sorted = await Promise.race([sort(context, job, features), rejectOnAbort(unwanted)]);
  await database.transaction(async (transaction) => {
    if (await lease.renew(transaction))
      await storeClusters(transaction, job, { lesionIds, features, ...sorted }, warnings);
  });
}

/** Clustering continues in its thread after it is not needed any more; the worker does not wait for it. */
function rejectOnAbort(unwanted: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    unwanted.addEventListener('abort', () => reject(unwanted.reason), { once: true });
    if (unwanted.aborted) reject(unwanted.reason);
  });
}

async function sort(
  { database, cluster }: CategorizationWorkContext,
  { request, assignedFromId }: CategorizationJob,
  features: Vectors,
): Promise<Omit<SortedLesions, 'lesionIds' | 'features'>> {
  if (assignedFromId === null) return { ...(await cluster(features, request)), clusterLabels: new Map() };
  const { centroids, labels: clusterLabels } = await readCentroids(database, assignedFromId);
  const labels = Int32Array.from({ length: features.count }, (_, i) =>
    nearestCentroid(vectorAt(features, i), centroids),
  );
  return { labels, centroids, silhouette: meanSilhouette(features, labels, centroids.count), clusterLabels };
}
