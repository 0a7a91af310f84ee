import { countCategorizationParts, deleteCategorizations, lockCategorizations } from '../categorization';
import type { Database } from '../database';
import { NotFound } from '../errors';
import { countEvaluationsBy, deleteEvaluationsBy } from '../results';
import { countDetectionsInClusters } from '../runs';
import { type Deletion, type DeletionRequest, deletePlanned, dependent, part, workText } from './deletion';

/**
 * Deletes a categorization with its pseudo-clusters. Evaluations whose strata they are depend on it and are deleted;
 * detections of their classes, and categorizations that were assigned by its centroids, are kept and lose their
 * reference.
 *
 * @param id row id
 */
export function deleteCategorization(database: Database, id: number, request: DeletionRequest): Promise<Deletion> {
  return deletePlanned(database, request, async (transaction) => {
    const locked = await lockCategorizations(transaction, { id });
    const own = locked.find((one) => one.id === id);
    if (!own) throw new NotFound('There is no categorization with this id.', 'id');
    const { pseudoClusters, assignments, assignedFromThem } = await countCategorizationParts(transaction, [id]);
    return {
      name: `Categorization ${own.name}`,
      graves: [{ kind: 'Categorization', key: own.uuid, dataset: own.slug }],
      counts: [
        part('PSEUDO_CLUSTERS', pseudoClusters),
        part('ASSIGNMENTS', assignments),
        dependent('EVALUATIONS', await countEvaluationsBy(transaction, own.uuid)),
        dependent('DETECTIONS', await countDetectionsInClusters(transaction, id)),
        dependent('ASSIGNED_CATEGORIZATIONS', assignedFromThem),
      ],
      work: workText('categorizations have', locked),
      async remove() {
        await deleteEvaluationsBy(transaction, own.uuid);
        await deleteCategorizations(transaction, [id]);
      },
    };
  });
}
