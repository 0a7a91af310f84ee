export {
  CATEGORIZATION_ORDER_FIELDS,
  type CategorizationFilter,
  type CategorizationOrderField,
  categorizationListing,
  findCategorizations,
} from './categorizations';
export {
  type ClusterOfLesion,
  clustersOfLesions,
  findPseudoClusters,
  labelPseudoCluster,
  PSEUDO_CLUSTER_ORDER_FIELDS,
  type PseudoClusterFilter,
  type PseudoClusterOrderField,
  pseudoClusterListing,
  sizesOfPseudoClusters,
} from './pseudoClusters';
export type { CategorizationRow, PseudoClusterRow } from './rows';
