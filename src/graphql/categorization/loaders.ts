import DataLoader from 'dataloader';
import {
  categorizationKey,
  clustersOfLesions,
  coarseTypeAgreements,
  compareCategorizations,
  type FeatureSet,
  findCategorizationOutlooks,
  findCategorizations,
  findCategorizationsByKey,
  findClusterMembers,
  findClustersOfCategorizations,
  findEncoders,
  findFeatureSets,
  findIterations,
  findNewestFeatureSets,
  findPseudoClusters,
  findPseudoClustersByKey,
  findScans,
  type MemberOrder,
  profilesOfPseudoClusters,
  pseudoClusterKey,
  sizesOfPseudoClusters,
} from '../../categorization';
import type { GlobalKeys } from '../../globalId';
import { idOf, type LoaderMakers, manyByKey, oneByGlobalKey, oneByKey } from '../core/loading';

const categorizationIdOf = (row: { categorizationId: number }): number => row.categorizationId;

/** The loaders of categorizations and pseudo-clusters. */
export const categorizationLoaders = {
  categorization: ({ database }) => oneByKey((ids: readonly number[]) => findCategorizations(database, ids), idOf),
  categorizationByKey: ({ database, prime }) =>
    oneByGlobalKey(
      'Categorization',
      (keys: readonly GlobalKeys['Categorization'][]) => findCategorizationsByKey(database, keys),
      categorizationKey,
      (row) => prime('categorization', row),
    ),
  /** @param waitingSql of the queue */
  outlookOfCategorization:
    ({ database, variant }) =>
    (waitingSql: string) =>
      variant('outlook of categorizations', () =>
        oneByKey((ids: readonly number[]) => findCategorizationOutlooks(database, ids, waitingSql), categorizationIdOf),
      ),
  pseudoCluster: ({ database }) => oneByKey((ids: readonly number[]) => findPseudoClusters(database, ids), idOf),
  pseudoClusterByKey: ({ database, prime }) =>
    oneByGlobalKey(
      'PseudoCluster',
      (keys: readonly GlobalKeys['PseudoCluster'][]) => findPseudoClustersByKey(database, keys),
      pseudoClusterKey,
      (row) => prime('pseudoCluster', row),
    ),
  sizeOfPseudoCluster: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => sizesOfPseudoClusters(database, ids),
      ({ pseudoClusterId }) => pseudoClusterId,
    ),
  encoder: ({ database }) => oneByKey((ids: readonly number[]) => findEncoders(database, ids), idOf),
  iterationsOfCategorization: ({ database }) =>
    manyByKey((ids: readonly number[]) => findIterations(database, ids), categorizationIdOf),
  scanOfCategorization: ({ database }) =>
    manyByKey((ids: readonly number[]) => findScans(database, ids), categorizationIdOf),
  clustersOfCategorization: ({ database }) =>
    manyByKey((ids: readonly number[]) => findClustersOfCategorizations(database, ids), categorizationIdOf),
  coarseTypeAgreement: ({ database }) =>
    oneByKey((ids: readonly number[]) => coarseTypeAgreements(database, ids), categorizationIdOf),
  /** @param otherId row id of the categorization with which all are compared */
  comparisonWith:
    ({ database, variant }) =>
    (otherId: number) =>
      variant(`comparison ${otherId}`, () =>
        oneByKey((ids: readonly number[]) => compareCategorizations(database, ids, otherId), categorizationIdOf),
      ),
  profileOfPseudoCluster: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => profilesOfPseudoClusters(database, ids),
      ({ pseudoClusterId }) => pseudoClusterId,
    ),
  membersOfPseudoCluster:
    ({ database, variant }) =>
    (order: MemberOrder, first: number) =>
      variant(`members ${order} ${first}`, () =>
        manyByKey(
          (ids: readonly number[]) => findClusterMembers(database, ids, order, first),
          ({ pseudoClusterId }) => pseudoClusterId,
        ),
      ),
  /** @param categorization null for the newest of the lesion's data set */
  clusterOfLesion:
    ({ database, variant }) =>
    (categorization: GlobalKeys['Categorization'] | null) =>
      variant(`cluster ${categorization?.uuid}`, () =>
        oneByKey(
          (ids: readonly number[]) => clustersOfLesions(database, ids, categorization),
          ({ lesionId }) => lesionId,
        ),
      ),
  featureSet: ({ database }) =>
    oneByKey((ids: readonly number[]) => findFeatureSets(database, ids), categorizationIdOf),
  newestFeatureSetOfDataset: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => findNewestFeatureSets(database, ids),
      ({ datasetId }) => datasetId,
    ),
  /** the nearest neighbours of lesions, by row id */
  similarLesions:
    ({ featureMatrices, variant }) =>
    (set: FeatureSet, first: number) =>
      variant(
        `similar ${set.categorizationId} ${first}`,
        () => new DataLoader((ids: readonly number[]) => featureMatrices.similarLesions(set, ids, first)),
      ),
} satisfies LoaderMakers;
