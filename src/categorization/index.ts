/** Categorizations: features, clusters, lineage, quality and agreement, and the pseudo-cluster of every lesion. */
export {
  type Agreement,
  agreementOf,
  type ContingencyTable,
  contingencyTable,
} from './agreement';
export type { CategorizationWorkContext, LeasedCategorization } from './categorizationContext';
export { type CategorizationFile, centroidsOf, parseCategorizationFile } from './categorizationFile';
export { cancelCategorization, failCategorization } from './categorizationJob';
export {
  findCategorizationOutlooks,
  progressOfCategorization,
  watchCategorization,
} from './categorizationOutlook';
export {
  type CategorizationContext,
  type CategorizationQueue,
  type CategorizationRequest,
  requestCategorization,
} from './categorizationRequest';
export {
  CATEGORIZATION_ORDER_FIELDS,
  type CategorizationFilter,
  type CategorizationOrderField,
  categorizationListing,
  findCategorizationByName,
  findCategorizations,
  findCategorizationsByKey,
  findDatasetOfCategorization,
} from './categorizations';
export { workOnCategorization } from './categorizationWork';
export { type Clustered, clusterInThread } from './clusterInThread';
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
export { countCategorizationParts, deleteCategorizations, lockCategorizations } from './deleteCategorizations';
export {
  euclideanDistance,
  fromFeatureBytes,
  nearestCentroid,
  type Placement,
  toFeatureBytes,
  type Vectors,
  vectorAt,
} from './featureBytes';
export { type FeatureMap, FeatureMaps, MAX_MAP_POINTS } from './featureMaps';
export { FeatureMatrices } from './featureMatrices';
export { type FeatureSet, findFeatureSets, findNewestFeatureSets } from './featureSets';
export { alignClusters, minimumCostAssignment } from './hungarian';
export {
  type CategorizationImport,
  type CategorizationImportReport,
  importCategorization,
} from './importCategorization';
export { NEWEST_CLUSTER_OF_LESION, PSEUDO_CLUSTER_JSON_TYPE } from './jsonTypes';
export { type Clustering, type KMeansOptions, kMeans } from './kMeans';
export { findEncoders, findIterations, findScans } from './lineage';
export { type ClusterMember, findClusterMembers, type MemberOrder } from './members';
export { findMontageCluster, findMontageLesions, type MontageLesion } from './montage';
export { type FeatureMatrix, type NearLesion, nearestLesions } from './nearestLesions';
export { principalPlane } from './principalPlane';
export {
  type ClusterOfLesion,
  clustersOfLesions,
  findClustersOfCategorizations,
  findPseudoClusters,
  findPseudoClustersByKey,
  labelPseudoCluster,
  PSEUDO_CLUSTER_ORDER_FIELDS,
  type PseudoClusterFilter,
  type PseudoClusterOrderField,
  pseudoClusterListing,
  sizesOfPseudoClusters,
} from './pseudoClusters';
export {
  CATEGORIZATION_SOURCES,
  type CategorizationRow,
  type CategorizationSource,
  categorizationKey,
  type EncoderRow,
  type IterationRow,
  type PseudoClusterRow,
  pseudoClusterKey,
  type ScanRow,
} from './rows';
export { meanSilhouette } from './silhouette';
