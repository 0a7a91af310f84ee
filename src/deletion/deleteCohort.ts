import type { Database } from '../database';
import { deleteCohorts, lockCohorts } from '../dataset';
import { NotFound } from '../errors';
import { type Deletion, type DeletionRequest, deletePlanned, part } from './deletion';

/**
 * Deletes a cohort; its lesions stay, and so does what was made with it: runs keep their images.
 *
 * @param id row id
 */
export function deleteCohort(database: Database, id: number, request: DeletionRequest): Promise<Deletion> {
  return deletePlanned(database, request, async (transaction) => {
    const [own] = await lockCohorts(transaction, { id });
    if (!own) throw new NotFound('There is no cohort with this id.', 'id');
    return {
      name: `Cohort ${own.name}`,
      graves: [{ kind: 'Cohort', key: own.uuid, dataset: own.slug }],
      counts: [part('COHORT_LESIONS', own.lesionCount)],
      work: null,
      remove: () => deleteCohorts(transaction, [id]),
    };
  });
}
