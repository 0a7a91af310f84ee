// Made of newRun.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type RunChoicesQueryVariables = Exact<{ [key: string]: never; }>;


export type RunChoicesQuery = { datasets: { nodes: Array<{ id: string, slug: string, name: string, version: number, synthetic: boolean, counts: { images: number, imagesWithPixels: number } | null }> }, detectors: { nodes: Array<{ id: string, name: string, version: string, architecture: string | null, ready: boolean, notReadyReason: string | null, defaults: { scoreThreshold: number, nmsIouThreshold: number, maxDetectionsPerImage: number } | null }> } };

export type RunClustersQueryVariables = Exact<{
  dataset: string;
}>;


export type RunClustersQuery = { categorizations: { nodes: Array<{ id: string, name: string, pseudoClusters: { nodes: Array<{ id: string, clusterIndex: number, label: string | null, size: number }> } }> } };

export type RunImagesQueryVariables = Exact<{
  filter: Schema.BookmarkedImageFilter;
  withPixels: Schema.BookmarkedImageFilter;
}>;


export type RunImagesQuery = { all: { totalCount: number }, withPixels: { totalCount: number } };

export type EstimateRunQueryVariables = Exact<{
  input: Schema.RunDetectionInput;
}>;


export type EstimateRunQuery = { estimateRun: { imageCount: number, queueAheadImages: number, secondsPerImage: number | null, estimatedSeconds: number | null, reason: string | null } };

export type StartRunMutationVariables = Exact<{
  input: Schema.RunDetectionInput;
}>;


export type StartRunMutation = { runDetection: { run: { id: string, status: Schema.JobStatus } } };

export const RunChoicesDocument: GraphDocument<RunChoicesQuery, RunChoicesQueryVariables> = {
  name: 'RunChoices',
  text: "query RunChoices {\n  datasets(\n    first: 200\n    filter: {latest: true}\n    orderBy: {field: IMPORTED_AT, direction: DESC}\n  ) {\n    nodes {\n      id\n      slug\n      name\n      version\n      synthetic\n      counts {\n        images\n        imagesWithPixels\n      }\n    }\n  }\n  detectors(first: 200) {\n    nodes {\n      id\n      name\n      version\n      architecture\n      ready\n      notReadyReason\n      defaults {\n        scoreThreshold\n        nmsIouThreshold\n        maxDetectionsPerImage\n      }\n    }\n  }\n}",
};

export const RunClustersDocument: GraphDocument<RunClustersQuery, RunClustersQueryVariables> = {
  name: 'RunClusters',
  text: "query RunClusters($dataset: String!) {\n  categorizations(\n    first: 20\n    filter: {dataset: $dataset, status: SUCCEEDED}\n    orderBy: {field: CREATED_AT, direction: DESC}\n  ) {\n    nodes {\n      id\n      name\n      pseudoClusters(first: 100, orderBy: {field: CLUSTER_INDEX}) {\n        nodes {\n          id\n          clusterIndex\n          label\n          size\n        }\n      }\n    }\n  }\n}",
};

export const RunImagesDocument: GraphDocument<RunImagesQuery, RunImagesQueryVariables> = {
  name: 'RunImages',
  text: "query RunImages($filter: BookmarkedImageFilter!, $withPixels: BookmarkedImageFilter!) {\n  all: bookmarkedImages(first: 0, filter: $filter) {\n    totalCount\n  }\n  withPixels: bookmarkedImages(first: 0, filter: $withPixels) {\n    totalCount\n  }\n}",
};

export const EstimateRunDocument: GraphDocument<EstimateRunQuery, EstimateRunQueryVariables> = {
  name: 'EstimateRun',
  text: "query EstimateRun($input: RunDetectionInput!) {\n  estimateRun(input: $input) {\n    imageCount\n    queueAheadImages\n    secondsPerImage\n    estimatedSeconds\n    reason\n  }\n}",
};

export const StartRunDocument: GraphDocument<StartRunMutation, StartRunMutationVariables> = {
  name: 'StartRun',
  text: "mutation StartRun($input: RunDetectionInput!) {\n  runDetection(input: $input) {\n    run {\n      id\n      status\n    }\n  }\n}",
};
