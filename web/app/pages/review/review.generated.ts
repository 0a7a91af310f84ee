// Made of review.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type ReviewItemFragment = { id: string, score: number, rank: number, currentVerdict: Schema.ReviewVerdict | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, pseudoCluster: { clusterIndex: number, label: string | null } | null, reviews: Array<{ id: string, verdict: Schema.ReviewVerdict, reviewer: string, remark: string | null, createdAt: string }>, image: { id: string, fileName: string, width: number, height: number, sliceIndex: number, pixelSpacingMm: number | null, windows: Array<{ low: number, high: number }>, dataset: { pixelConvention: Schema.PixelConvention }, slices: Array<{ offset: number, offsetMm: number | null, sliceIndex: number, huUrl: string }>, study: { ageYears: number | null, patient: { patientIndex: number, sex: Schema.Sex } }, lesions: Array<{ id: string, coarseType: Schema.CoarseType, longDiameterMm: number | null, shortDiameterMm: number | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, longAxis: { start: { x: number, y: number }, end: { x: number, y: number } } | null, shortAxis: { start: { x: number, y: number }, end: { x: number, y: number } } | null }> } };

export type ReviewableRunsQueryVariables = Exact<{ [key: string]: never; }>;


export type ReviewableRunsQuery = { detectionRuns: { nodes: Array<{ id: string, createdAt: string, dataset: { slug: string, version: number }, detector: { name: string, version: string } }> } };

export type ReviewRunQueryVariables = Exact<{
  run: string;
}>;


export type ReviewRunQuery = { detectionRun: { id: string, status: Schema.JobStatus, createdAt: string, dataset: { slug: string, name: string, version: number, synthetic: boolean, citation: string }, detector: { name: string, version: string } } | null, serverInfo: { windowPresets: Array<{ name: string, center: number, width: number }> } };

export type ReviewQueueQueryVariables = Exact<{
  run: string;
  first: number;
  after?: string | null | undefined;
  filter?: Schema.ReviewQueueFilter | null | undefined;
  orderBy?: Array<Schema.ReviewQueueOrder> | Schema.ReviewQueueOrder | null | undefined;
}>;


export type ReviewQueueQuery = { reviewQueue: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, nodes: Array<{ id: string, score: number, rank: number, currentVerdict: Schema.ReviewVerdict | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, pseudoCluster: { clusterIndex: number, label: string | null } | null, reviews: Array<{ id: string, verdict: Schema.ReviewVerdict, reviewer: string, remark: string | null, createdAt: string }>, image: { id: string, fileName: string, width: number, height: number, sliceIndex: number, pixelSpacingMm: number | null, windows: Array<{ low: number, high: number }>, dataset: { pixelConvention: Schema.PixelConvention }, slices: Array<{ offset: number, offsetMm: number | null, sliceIndex: number, huUrl: string }>, study: { ageYears: number | null, patient: { patientIndex: number, sex: Schema.Sex } }, lesions: Array<{ id: string, coarseType: Schema.CoarseType, longDiameterMm: number | null, shortDiameterMm: number | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, longAxis: { start: { x: number, y: number }, end: { x: number, y: number } } | null, shortAxis: { start: { x: number, y: number }, end: { x: number, y: number } } | null }> } }> } };

export type ReviewQueueCountQueryVariables = Exact<{
  run: string;
}>;


export type ReviewQueueCountQuery = { reviewQueue: { totalCount: number } };

export type ReviewedSoFarQueryVariables = Exact<{
  run: string;
}>;


export type ReviewedSoFarQuery = { reviewProgress: { candidates: number, reviewed: number, lesion: number, notLesion: number, unsure: number, lastReviewedAt: string | null, reviewers: Array<{ reviewer: string, count: number }> } };

export type ReviewCurvesQueryVariables = Exact<{
  run: string;
}>;


export type ReviewCurvesQuery = { detectionRun: { id: string, evaluations: Array<{ id: string, createdAt: string, lesionCount: number, imageCount: number, protocolKey: string, protocol: { preset: Schema.EvaluationPreset, reviewsUpTo: number | null, resamples: number, seed: number, population: { patients: number } }, accuracyCurve: Array<{ iouThreshold: number, accuracy: number | null, ciLow: number | null, ciHigh: number | null, correct: number, total: number }> | null, froc: Array<{ falsePositivesPerImage: number, sensitivity: number | null, ciLow: number | null, ciHigh: number | null, scoreThreshold: number | null, truePositives: number, total: number, reachedFalsePositivesPerImage: boolean }> | null }> } | null };

export type GiveVerdictMutationVariables = Exact<{
  input: Schema.ReviewDetectionInput;
}>;


export type GiveVerdictMutation = { reviewDetection: { detection: { id: string, currentVerdict: Schema.ReviewVerdict | null }, review: { id: string } } };

export type EvaluateWithReviewsMutationVariables = Exact<{
  input: Schema.EvaluateDetectionRunInput;
}>;


export type EvaluateWithReviewsMutation = { evaluateDetectionRun: { evaluation: { id: string } } };

export const ReviewableRunsDocument: GraphDocument<ReviewableRunsQuery, ReviewableRunsQueryVariables> = {
  name: 'ReviewableRuns',
  text: "query ReviewableRuns {\n  detectionRuns(\n    first: 50\n    filter: {status: SUCCEEDED}\n    orderBy: {field: CREATED_AT, direction: DESC}\n  ) {\n    nodes {\n      id\n      createdAt\n      dataset {\n        slug\n        version\n      }\n      detector {\n        name\n        version\n      }\n    }\n  }\n}",
};

export const ReviewRunDocument: GraphDocument<ReviewRunQuery, ReviewRunQueryVariables> = {
  name: 'ReviewRun',
  text: "query ReviewRun($run: ID!) {\n  detectionRun(id: $run) {\n    id\n    status\n    createdAt\n    dataset {\n      slug\n      name\n      version\n      synthetic\n      citation\n    }\n    detector {\n      name\n      version\n    }\n  }\n  serverInfo {\n    windowPresets {\n      name\n      center\n      width\n    }\n  }\n}",
};

export const ReviewQueueDocument: GraphDocument<ReviewQueueQuery, ReviewQueueQueryVariables> = {
  name: 'ReviewQueue',
  text: "query ReviewQueue($run: ID!, $first: Int!, $after: String, $filter: ReviewQueueFilter, $orderBy: [ReviewQueueOrder!]) {\n  reviewQueue(\n    run: $run\n    first: $first\n    after: $after\n    filter: $filter\n    orderBy: $orderBy\n  ) {\n    totalCount\n    pageInfo {\n      endCursor\n      hasNextPage\n    }\n    nodes {\n      ...ReviewItem\n    }\n  }\n}\n\nfragment ReviewItem on Detection {\n  id\n  score\n  rank\n  boundingBox {\n    x1\n    y1\n    x2\n    y2\n  }\n  pseudoCluster {\n    clusterIndex\n    label\n  }\n  currentVerdict\n  reviews(first: 5) {\n    id\n    verdict\n    reviewer\n    remark\n    createdAt\n  }\n  image {\n    id\n    fileName\n    width\n    height\n    sliceIndex\n    pixelSpacingMm\n    windows {\n      low\n      high\n    }\n    dataset {\n      pixelConvention\n    }\n    slices {\n      offset\n      offsetMm\n      sliceIndex\n      huUrl\n    }\n    study {\n      ageYears\n      patient {\n        patientIndex\n        sex\n      }\n    }\n    lesions {\n      id\n      coarseType\n      longDiameterMm\n      shortDiameterMm\n      boundingBox {\n        x1\n        y1\n        x2\n        y2\n      }\n      longAxis {\n        start {\n          x\n          y\n        }\n        end {\n          x\n          y\n        }\n      }\n      shortAxis {\n        start {\n          x\n          y\n        }\n        end {\n          x\n          y\n        }\n      }\n    }\n  }\n}",
};

export const ReviewQueueCountDocument: GraphDocument<ReviewQueueCountQuery, ReviewQueueCountQueryVariables> = {
  name: 'ReviewQueueCount',
  text: "query ReviewQueueCount($run: ID!) {\n  reviewQueue(run: $run, first: 0) {\n    totalCount\n  }\n}",
};

export const ReviewedSoFarDocument: GraphDocument<ReviewedSoFarQuery, ReviewedSoFarQueryVariables> = {
  name: 'ReviewedSoFar',
  text: "query ReviewedSoFar($run: ID!) {\n  reviewProgress(run: $run) {\n    candidates\n    reviewed\n    lesion\n    notLesion\n    unsure\n    lastReviewedAt\n    reviewers {\n      reviewer\n      count\n    }\n  }\n}",
};

export const ReviewCurvesDocument: GraphDocument<ReviewCurvesQuery, ReviewCurvesQueryVariables> = {
  name: 'ReviewCurves',
  text: "query ReviewCurves($run: ID!) {\n  detectionRun(id: $run) {\n    id\n    evaluations(first: 100) {\n      id\n      createdAt\n      lesionCount\n      imageCount\n      protocolKey\n      protocol {\n        preset\n        reviewsUpTo\n        resamples\n        seed\n        population {\n          patients\n        }\n      }\n      accuracyCurve(topK: 1) {\n        iouThreshold\n        accuracy\n        ciLow\n        ciHigh\n        correct\n        total\n      }\n      froc {\n        falsePositivesPerImage\n        sensitivity\n        ciLow\n        ciHigh\n        scoreThreshold\n        truePositives\n        total\n        reachedFalsePositivesPerImage\n      }\n    }\n  }\n}",
};

export const GiveVerdictDocument: GraphDocument<GiveVerdictMutation, GiveVerdictMutationVariables> = {
  name: 'GiveVerdict',
  text: "mutation GiveVerdict($input: ReviewDetectionInput!) {\n  reviewDetection(input: $input) {\n    detection {\n      id\n      currentVerdict\n    }\n    review {\n      id\n    }\n  }\n}",
};

export const EvaluateWithReviewsDocument: GraphDocument<EvaluateWithReviewsMutation, EvaluateWithReviewsMutationVariables> = {
  name: 'EvaluateWithReviews',
  text: "mutation EvaluateWithReviews($input: EvaluateDetectionRunInput!) {\n  evaluateDetectionRun(input: $input) {\n    evaluation {\n      id\n    }\n  }\n}",
};
