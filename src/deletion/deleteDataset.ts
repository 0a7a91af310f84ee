import { deleteCategorizations, lockCategorizations } from '../categorization';
import type { Database } from '../database';
import { countDatasetParts, type DatasetRow, deleteDatasetRow, lockCohorts, lockDataset } from '../dataset';
import { NotFound } from '../errors';
import { countResultsOfRuns } from '../results';
import { countRunParts, deleteRuns, lockRuns } from '../runs';
import { type Deletion, type DeletionRequest, deletePlanned, dependent, part, workText } from './deletion';

/**
 * Deletes a data set version with its patients, images and lesions; pixel files stay. Its runs, categorizations and cohorts,
 * and all that belongs to them, depend on it, and each leaves a tombstone of its own.
 */
export function deleteDataset(
  database: Database,
  { id, slug, version }: Pick<DatasetRow, 'id' | 'slug' | 'version'>,
  request: DeletionRequest,
): Promise<Deletion> {
  const key = `${slug}@${version}`;
  return deletePlanned(database, request, async (transaction) => {
    if (!(await lockDataset(transaction, id))) throw new NotFound(`There is no data set ${key}.`, 'id');
    const runs = await lockRuns(transaction, { datasetId: id });
    const categorizations = await lockCategorizations(transaction, { datasetId: id });
    const cohorts = await lockCohorts(transaction, { datasetId: id });
    const runIds = runs.map((run) => run.id);
    const { patients, images, lesions } = await countDatasetParts(transaction, id);
    const { detections } = await countRunParts(transaction, runIds);
    const { evaluations, reviews } = await countResultsOfRuns(transaction, runIds);
    return {
      name: `Data set ${key}`,
      graves: [
        { kind: 'Dataset', key, dataset: slug },
        ...runs.map(({ uuid }) => ({ kind: 'DetectionRun' as const, key: uuid, dataset: slug })),
        ...categorizations.map(({ uuid }) => ({ kind: 'Categorization' as const, key: uuid, dataset: slug })),
        ...cohorts.map(({ uuid }) => ({ kind: 'Cohort' as const, key: uuid, dataset: slug })),
      ],
      counts: [
        part('PATIENTS', patients),
        part('IMAGES', images),
        part('LESIONS', lesions),
        dependent('DETECTION_RUNS', runs.length),
        dependent('DETECTIONS', detections),
        dependent('EVALUATIONS', evaluations),
        dependent('REVIEWS', reviews),
        dependent('CATEGORIZATIONS', categorizations.length),
        dependent('COHORTS', cohorts.length),
      ],
      work: workText('detection runs and categorizations of it have', [...runs, ...categorizations]),
      async remove() {
        await deleteRuns(transaction, runIds);
        await deleteCategorizations(
          transaction,
          categorizations.map((categorization) => categorization.id),
        );
        await deleteDatasetRow(transaction, id);
      },
    };
  });
}
