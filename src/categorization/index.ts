export {
  type Agreement,
  adjustedRandIndex,
  agreementOf,
  type ContingencyTable,
  contingencyTable,
  normalizedMutualInformation,
  purity,
  transpose,
} from './agreement';
export { assignToCentroids, type CentroidAssignment } from './assignToCentroids';
export { type CategorizationFile, parseCategorizationFile } from './categorizationFile';
export {
  CATEGORIZATION_ORDER_FIELDS,
  type CategorizationFilter,
  type CategorizationOrderField,
  categorizationListing,
  findCategorizationByName,
  findCategorizations,
} from './categorizations';
export {
  type ClusterProfile,
  type CoordinateSummary,
  type DiameterSummary,
  profilesOfPseudoClusters,
} from './clusterProfiles';
export {
  type CategorizationComparison,
  type CoarseTypeAgreement,
  coarseTypeAgreements,
  compareCategorizations,
} from './comparison';
export {
  euclideanDistance,
  fromFeatureBytes,
  type Placement,
  placementOf,
  toFeatureBytes,
  type Vectors,
  vectorAt,
} from './featureBytes';
export { FeatureMatrices } from './featureMatrices';
export { type FeatureSet, findFeatureSets, findNewestFeatureSets } from './featureSets';
export { alignClusters, minimumCostAssignment } from './hungarian';
export {
  type CategorizationImport,
  type CategorizationImportReport,
  importCategorization,
} from './importCategorization';
export { findEncoders, findIterations, findScans } from './lineage';
export { type ClusterMember, findClusterMembers, type MemberOrder } from './members';
export { type FeatureMatrix, type NearLesion, nearestLesions } from './nearestLesions';
export {
  type ClusterOfLesion,
  clustersOfLesions,
  findClustersOfCategorizations,
  findPseudoClusters,
  labelPseudoCluster,
  PSEUDO_CLUSTER_ORDER_FIELDS,
  type PseudoClusterFilter,
  type PseudoClusterOrderField,
  pseudoClusterListing,
  sizesOfPseudoClusters,
} from './pseudoClusters';
export {
  CATEGORIZATION_SOURCES,
  CATEGORIZATION_STATUSES,
  type CategorizationRow,
  type CategorizationSource,
  type CategorizationStatus,
  type EncoderRow,
  type IterationRow,
  type PseudoClusterRow,
  type ScanRow,
} from './rows';
