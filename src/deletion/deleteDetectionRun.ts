import type { Database } from '../database';
import { Conflict, NotFound } from '../errors';
import { countResultsOfRuns } from '../results';
import { countRunParts, deleteRuns, lockRuns } from '../runs';
import { type Deletion, type DeletionRequest, deletePlanned, dependent, part, workText } from './deletion';

/**
 * Deletes a detection run with its detections and evaluations. Verdicts of radiologists on its detections, and runs
 * that retry it, depend on it; the latter are kept and lose their reference.
 *
 * @param id row id
 */
export function deleteDetectionRun(database: Database, id: number, request: DeletionRequest): Promise<Deletion> {
  return deletePlanned(database, request, async (transaction) => {
    const [run] = await lockRuns(transaction, { id });
    if (!run) throw new NotFound('There is no detection run with this id.', 'id');
    if ((await request.isStillWanted?.(transaction)) === false)
      throw new Conflict('The run was changed meanwhile, so that it is kept.', 'id');
    const { images, detections, retries } = await countRunParts(transaction, [id]);
    const { evaluations, reviews } = await countResultsOfRuns(transaction, [id]);
    return {
      name: `Detection run ${run.uuid}`,
      graves: [{ kind: 'DetectionRun', key: run.uuid, dataset: run.slug }],
      counts: [
        part('RUN_IMAGES', images),
        part('DETECTIONS', detections),
        part('EVALUATIONS', evaluations),
        dependent('REVIEWS', reviews),
        dependent('RETRIES', retries),
      ],
      work: workText('detection run has', [run]),
      remove: () => deleteRuns(transaction, [id]),
    };
  });
}
