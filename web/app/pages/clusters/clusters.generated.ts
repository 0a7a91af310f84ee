// Made of clusters.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type ClustersDatasetQueryVariables = Exact<{
  slug: string;
}>;


export type ClustersDatasetQuery = { dataset: { id: string, slug: string, name: string, version: number, synthetic: boolean, counts: { imagesWithPixels: number } | null, categorizations: { nodes: Array<{ id: string, name: string, status: Schema.JobStatus, clusterCount: number, createdAt: string }> } } | null };

export type ClustersCategorizationQueryVariables = Exact<{
  id: string;
}>;


export type ClustersCategorizationQuery = { categorization: { id: string, name: string, method: string, source: Schema.CategorizationSource, status: Schema.JobStatus, error: string | null, warnings: Array<string>, clusterCount: number, createdAt: string, command: string | null, chosenIteration: number | null, selectionRule: string | null, featureDimension: number | null, encoder: { name: string, version: string } | null, assignedFrom: { id: string, name: string, dataset: { slug: string } } | null, progress: { completed: number, failed: number, total: number }, quality: { silhouette: number | null }, iterations: Array<{ iteration: number, silhouette: number | null, nmiToPrevious: number | null }>, scan: Array<{ clusterCount: number, silhouette: number | null, stability: number | null, chosen: boolean }>, agreementWithCoarseTypes: { lesions: number, nmi: number | null, adjustedRandIndex: number | null, purity: number, floorPurity: number, contingency: { coarseTypes: Array<Schema.CoarseType>, rows: Array<{ counts: Array<number>, pseudoCluster: { id: string } }> } } | null, pseudoClusters: { totalCount: number, nodes: Array<{ id: string, clusterIndex: number, label: string | null, labelledAt: string | null, size: number, montageUrl: string, withPixels: { totalCount: number }, coarseTypes: Array<{ coarseType: Schema.CoarseType, lesions: number, share: number }>, longDiameterMm: { count: number, p25: number | null, p50: number | null, p75: number | null }, location: { count: number, x: { mean: number | null, standardDeviation: number | null }, z: { mean: number | null, standardDeviation: number | null } } }> } } | null };

export type ClusterProfileFragment = { id: string, clusterIndex: number, label: string | null, labelledAt: string | null, size: number, montageUrl: string, withPixels: { totalCount: number }, coarseTypes: Array<{ coarseType: Schema.CoarseType, lesions: number, share: number }>, longDiameterMm: { count: number, p25: number | null, p50: number | null, p75: number | null }, location: { count: number, x: { mean: number | null, standardDeviation: number | null }, z: { mean: number | null, standardDeviation: number | null } } };

export type ClusterExamplesQueryVariables = Exact<{
  id: string;
}>;


export type ClusterExamplesQuery = { node:
    | { __typename: 'ApiKey' }
    | { __typename: 'BookmarkedImage' }
    | { __typename: 'Categorization' }
    | { __typename: 'Cohort' }
    | { __typename: 'Dataset' }
    | { __typename: 'Detection' }
    | { __typename: 'DetectionReview' }
    | { __typename: 'DetectionRun' }
    | { __typename: 'Detector' }
    | { __typename: 'Evaluation' }
    | { __typename: 'Export' }
    | { __typename: 'Lesion' }
    | { __typename: 'Patient' }
    | { __typename: 'PseudoCluster', typicalLesions: Array<{ id: string, sourceRowIndex: number, coarseType: Schema.CoarseType, longDiameterMm: number | null, url: string | null, image: { id: string } }>, borderLesions: Array<{ id: string, sourceRowIndex: number, coarseType: Schema.CoarseType, longDiameterMm: number | null, url: string | null, image: { id: string } }> }
    | { __typename: 'Series' }
    | { __typename: 'Study' }
   | null };

export type ExampleLesionFragment = { id: string, sourceRowIndex: number, coarseType: Schema.CoarseType, longDiameterMm: number | null, url: string | null, image: { id: string } };

export type CompareCategorizationsQueryVariables = Exact<{
  id: string;
  other: string;
}>;


export type CompareCategorizationsQuery = { categorization: { compareWith: { lesions: number, nmi: number | null, adjustedRandIndex: number | null, purity: number | null, reversePurity: number | null, other: { name: string }, contingencyTable: { columns: Array<{ id: string, clusterIndex: number, label: string | null }>, rows: Array<{ counts: Array<number>, pseudoCluster: { id: string }, matched: { id: string } | null }> } } | null } | null };

export type NameClusterMutationVariables = Exact<{
  input: Schema.LabelPseudoClusterInput;
}>;


export type NameClusterMutation = { labelPseudoCluster: { pseudoCluster: { id: string, label: string | null } } };

export const ClustersDatasetDocument: GraphDocument<ClustersDatasetQuery, ClustersDatasetQueryVariables> = {
  name: 'ClustersDataset',
  text: "query ClustersDataset($slug: String!) {\n  dataset(slug: $slug) {\n    id\n    slug\n    name\n    version\n    synthetic\n    counts {\n      imagesWithPixels\n    }\n    categorizations(first: 100, orderBy: [{field: CREATED_AT, direction: DESC}]) {\n      nodes {\n        id\n        name\n        status\n        clusterCount\n        createdAt\n      }\n    }\n  }\n}",
};

export const ClustersCategorizationDocument: GraphDocument<ClustersCategorizationQuery, ClustersCategorizationQueryVariables> = {
  name: 'ClustersCategorization',
  text: "query ClustersCategorization($id: ID!) {\n  categorization(id: $id) {\n    id\n    name\n    method\n    source\n    status\n    error\n    warnings\n    clusterCount\n    createdAt\n    command\n    chosenIteration\n    selectionRule\n    featureDimension\n    encoder {\n      name\n      version\n    }\n    assignedFrom {\n      id\n      name\n      dataset {\n        slug\n      }\n    }\n    progress {\n      completed\n      failed\n      total\n    }\n    quality {\n      silhouette\n    }\n    iterations {\n      iteration\n      silhouette\n      nmiToPrevious\n    }\n    scan {\n      clusterCount\n      silhouette\n      stability\n      chosen\n    }\n    agreementWithCoarseTypes {\n      lesions\n      nmi\n      adjustedRandIndex\n      purity\n      floorPurity\n      contingency {\n        coarseTypes\n        rows {\n          pseudoCluster {\n            id\n          }\n          counts\n        }\n      }\n    }\n    pseudoClusters(first: 200, orderBy: [{field: CLUSTER_INDEX}]) {\n      totalCount\n      nodes {\n        ...ClusterProfile\n      }\n    }\n  }\n}\n\nfragment ClusterProfile on PseudoCluster {\n  id\n  clusterIndex\n  label\n  labelledAt\n  size\n  montageUrl(count: 16, size: 96)\n  withPixels: lesions(filter: {hasPixels: true}, first: 0) {\n    totalCount\n  }\n  coarseTypes {\n    coarseType\n    lesions\n    share\n  }\n  longDiameterMm {\n    count\n    p25\n    p50\n    p75\n  }\n  location {\n    count\n    x {\n      mean\n      standardDeviation\n    }\n    z {\n      mean\n      standardDeviation\n    }\n  }\n}",
};

export const ClusterExamplesDocument: GraphDocument<ClusterExamplesQuery, ClusterExamplesQueryVariables> = {
  name: 'ClusterExamples',
  text: "query ClusterExamples($id: ID!) {\n  node(id: $id) {\n    __typename\n    ... on PseudoCluster {\n      typicalLesions(first: 6) {\n        ...ExampleLesion\n      }\n      borderLesions(first: 6) {\n        ...ExampleLesion\n      }\n    }\n  }\n}\n\nfragment ExampleLesion on Lesion {\n  id\n  sourceRowIndex\n  coarseType\n  longDiameterMm\n  url(size: 128, marginMm: 15)\n  image {\n    id\n  }\n}",
};

export const CompareCategorizationsDocument: GraphDocument<CompareCategorizationsQuery, CompareCategorizationsQueryVariables> = {
  name: 'CompareCategorizations',
  text: "query CompareCategorizations($id: ID!, $other: ID!) {\n  categorization(id: $id) {\n    compareWith(categorization: $other) {\n      lesions\n      nmi\n      adjustedRandIndex\n      purity\n      reversePurity\n      other {\n        name\n      }\n      contingencyTable {\n        columns {\n          id\n          clusterIndex\n          label\n        }\n        rows {\n          pseudoCluster {\n            id\n          }\n          matched {\n            id\n          }\n          counts\n        }\n      }\n    }\n  }\n}",
};

export const NameClusterDocument: GraphDocument<NameClusterMutation, NameClusterMutationVariables> = {
  name: 'NameCluster',
  text: "mutation NameCluster($input: LabelPseudoClusterInput!) {\n  labelPseudoCluster(input: $input) {\n    pseudoCluster {\n      id\n      label\n    }\n  }\n}",
};
