// Made of runs.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type RunRowFragment = { id: string, status: Schema.JobStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, estimatedEndAt: string | null, error: string | null, warnings: Array<string>, dataset: { slug: string, version: number, synthetic: boolean }, detector: { name: string, version: string }, progress: { completed: number, failed: number, total: number }, timing: { imagesPerSecond: number | null, meanMsPerImage: number | null }, retryOf: { id: string } | null, evaluations: Array<{ id: string, protocolKey: string, protocol: { preset: Schema.EvaluationPreset, reviewsUpTo: number | null }, accuracyCurve: Array<{ iouThreshold: number, accuracy: number | null, ciLow: number | null, ciHigh: number | null, correct: number, total: number }> | null }> };

export type RunsQueryVariables = Exact<{
  filter?: Schema.DetectionRunFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type RunsQuery = { detectionRuns: { totalCount: number, pageInfo: { startCursor: string | null, endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean }, nodes: Array<{ id: string, status: Schema.JobStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, estimatedEndAt: string | null, error: string | null, warnings: Array<string>, dataset: { slug: string, version: number, synthetic: boolean }, detector: { name: string, version: string }, progress: { completed: number, failed: number, total: number }, timing: { imagesPerSecond: number | null, meanMsPerImage: number | null }, retryOf: { id: string } | null, evaluations: Array<{ id: string, protocolKey: string, protocol: { preset: Schema.EvaluationPreset, reviewsUpTo: number | null }, accuracyCurve: Array<{ iouThreshold: number, accuracy: number | null, ciLow: number | null, ciHigh: number | null, correct: number, total: number }> | null }> }> } };

export type RunFilterChoicesQueryVariables = Exact<{ [key: string]: never; }>;


export type RunFilterChoicesQuery = { datasets: { nodes: Array<{ slug: string }> }, detectors: { nodes: Array<{ name: string }> } };

export type RunsChangedSubscriptionVariables = Exact<{
  dataset?: string | null | undefined;
}>;


export type RunsChangedSubscription = { detectionRunsChanged: { id: string, status: Schema.JobStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, estimatedEndAt: string | null, error: string | null, warnings: Array<string>, dataset: { slug: string, version: number, synthetic: boolean }, detector: { name: string, version: string }, progress: { completed: number, failed: number, total: number }, timing: { imagesPerSecond: number | null, meanMsPerImage: number | null }, retryOf: { id: string } | null, evaluations: Array<{ id: string, protocolKey: string, protocol: { preset: Schema.EvaluationPreset, reviewsUpTo: number | null }, accuracyCurve: Array<{ iouThreshold: number, accuracy: number | null, ciLow: number | null, ciHigh: number | null, correct: number, total: number }> | null }> } | null };

export type SelectedRunsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type SelectedRunsQuery = { nodes: Array<
    | { __typename: 'ApiKey' }
    | { __typename: 'BookmarkedImage' }
    | { __typename: 'Categorization' }
    | { __typename: 'Cohort' }
    | { __typename: 'Dataset' }
    | { __typename: 'Detection' }
    | { __typename: 'DetectionReview' }
    | { __typename: 'DetectionRun', id: string, status: Schema.JobStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, estimatedEndAt: string | null, error: string | null, warnings: Array<string>, dataset: { slug: string, version: number, synthetic: boolean }, detector: { name: string, version: string }, progress: { completed: number, failed: number, total: number }, timing: { imagesPerSecond: number | null, meanMsPerImage: number | null }, retryOf: { id: string } | null, evaluations: Array<{ id: string, protocolKey: string, protocol: { preset: Schema.EvaluationPreset, reviewsUpTo: number | null }, accuracyCurve: Array<{ iouThreshold: number, accuracy: number | null, ciLow: number | null, ciHigh: number | null, correct: number, total: number }> | null }> }
    | { __typename: 'Detector' }
    | { __typename: 'Evaluation' }
    | { __typename: 'Export' }
    | { __typename: 'Lesion' }
    | { __typename: 'Patient' }
    | { __typename: 'PseudoCluster' }
    | { __typename: 'Series' }
    | { __typename: 'Study' }
   | null> };

export const RunsDocument: GraphDocument<RunsQuery, RunsQueryVariables> = {
  name: 'Runs',
  text: "query Runs($filter: DetectionRunFilter, $first: Int, $after: String, $last: Int, $before: String) {\n  detectionRuns(\n    filter: $filter\n    first: $first\n    after: $after\n    last: $last\n    before: $before\n    orderBy: {field: CREATED_AT, direction: DESC}\n  ) {\n    totalCount\n    pageInfo {\n      startCursor\n      endCursor\n      hasNextPage\n      hasPreviousPage\n    }\n    nodes {\n      ...RunRow\n    }\n  }\n}\n\nfragment RunRow on DetectionRun {\n  id\n  status\n  createdAt\n  startedAt\n  finishedAt\n  queuePosition\n  estimatedEndAt\n  error\n  dataset {\n    slug\n    version\n    synthetic\n  }\n  detector {\n    name\n    version\n  }\n  progress {\n    completed\n    failed\n    total\n  }\n  timing {\n    imagesPerSecond\n    meanMsPerImage\n  }\n  warnings\n  retryOf {\n    id\n  }\n  evaluations(first: 5) {\n    id\n    protocolKey\n    protocol {\n      preset\n      reviewsUpTo\n    }\n    accuracyCurve(topK: 1) {\n      iouThreshold\n      accuracy\n      ciLow\n      ciHigh\n      correct\n      total\n    }\n  }\n}",
};

export const RunFilterChoicesDocument: GraphDocument<RunFilterChoicesQuery, RunFilterChoicesQueryVariables> = {
  name: 'RunFilterChoices',
  text: "query RunFilterChoices {\n  datasets(first: 200, filter: {latest: true}) {\n    nodes {\n      slug\n    }\n  }\n  detectors(first: 200) {\n    nodes {\n      name\n    }\n  }\n}",
};

export const RunsChangedDocument: GraphDocument<RunsChangedSubscription, RunsChangedSubscriptionVariables> = {
  name: 'RunsChanged',
  text: "subscription RunsChanged($dataset: String) {\n  detectionRunsChanged(dataset: $dataset) {\n    ...RunRow\n  }\n}\n\nfragment RunRow on DetectionRun {\n  id\n  status\n  createdAt\n  startedAt\n  finishedAt\n  queuePosition\n  estimatedEndAt\n  error\n  dataset {\n    slug\n    version\n    synthetic\n  }\n  detector {\n    name\n    version\n  }\n  progress {\n    completed\n    failed\n    total\n  }\n  timing {\n    imagesPerSecond\n    meanMsPerImage\n  }\n  warnings\n  retryOf {\n    id\n  }\n  evaluations(first: 5) {\n    id\n    protocolKey\n    protocol {\n      preset\n      reviewsUpTo\n    }\n    accuracyCurve(topK: 1) {\n      iouThreshold\n      accuracy\n      ciLow\n      ciHigh\n      correct\n      total\n    }\n  }\n}",
};

export const SelectedRunsDocument: GraphDocument<SelectedRunsQuery, SelectedRunsQueryVariables> = {
  name: 'SelectedRuns',
  text: "query SelectedRuns($ids: [ID!]!) {\n  nodes(ids: $ids) {\n    __typename\n    ...RunRow\n  }\n}\n\nfragment RunRow on DetectionRun {\n  id\n  status\n  createdAt\n  startedAt\n  finishedAt\n  queuePosition\n  estimatedEndAt\n  error\n  dataset {\n    slug\n    version\n    synthetic\n  }\n  detector {\n    name\n    version\n  }\n  progress {\n    completed\n    failed\n    total\n  }\n  timing {\n    imagesPerSecond\n    meanMsPerImage\n  }\n  warnings\n  retryOf {\n    id\n  }\n  evaluations(first: 5) {\n    id\n    protocolKey\n    protocol {\n      preset\n      reviewsUpTo\n    }\n    accuracyCurve(topK: 1) {\n      iouThreshold\n      accuracy\n      ciLow\n      ciHigh\n      correct\n      total\n    }\n  }\n}",
};
