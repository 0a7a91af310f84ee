// Made of run.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type RunStateFragment = { id: string, status: Schema.JobStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, estimatedEndAt: string | null, error: string | null, warnings: Array<string>, completeness: Schema.DetectionRunCompleteness | null, executionProviders: Array<Schema.ExecutionProvider>, progress: { completed: number, failed: number, total: number }, timing: { imagesPerSecond: number | null, meanMsPerImage: number | null, p50MsPerImage: number | null, p95MsPerImage: number | null, stages: { decodeMs: number, prepareMs: number, networkMs: number, postprocessMs: number } | null }, webhook: { state: Schema.JobWebhookState, attempts: number, lastAttemptAt: string | null, lastStatus: number | null, lastError: string | null, url: string | null } | null };

export type RunQueryVariables = Exact<{
  id: string;
}>;


export type RunQuery = { detectionRun: { priority: Schema.RunPriority, owner: string | null, codeVersion: string, traceId: string | null, modelSha256: string | null, scoreThreshold: number | null, nmsIouThreshold: number | null, maxDetectionsPerImage: number | null, topK: number, iouThresholds: Array<number>, changedImageCount: number, id: string, status: Schema.JobStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, estimatedEndAt: string | null, error: string | null, warnings: Array<string>, completeness: Schema.DetectionRunCompleteness | null, executionProviders: Array<Schema.ExecutionProvider>, submission: { format: Schema.SubmissionFormat, fileBytes: number, fileSha256: string | null, bytesRead: number, boxConvention: Schema.BoxConvention | null, pixelConvention: Schema.PixelConvention, scoreTransform: Schema.ScoreTransform | null, boxCount: number | null, clippedCount: number | null, problemCount: number, problems: Array<{ line: number, kind: Schema.SubmissionProblemKind, message: string }> } | null, retryOf: { id: string } | null, dataset: { slug: string, name: string, version: number, synthetic: boolean, citation: string }, detector: { name: string, version: string, architecture: string | null }, detections: { totalCount: number }, evaluations: Array<{ id: string, createdAt: string, imageCount: number, lesionCount: number, detectionCount: number, protocolKey: string, protocol: { preset: Schema.EvaluationPreset, reviewsUpTo: number | null, defaultTopK: number, resamples: number, seed: number, population: { patients: number } }, top1: Array<{ iouThreshold: number, accuracy: number | null, ciLow: number | null, ciHigh: number | null, correct: number, total: number }> | null, topK: Array<{ iouThreshold: number, accuracy: number | null, ciLow: number | null, ciHigh: number | null, correct: number, total: number }> | null, provenance: { dataset: string, datasetSha256: string, detector: string, detectorVersion: string, modelSha256: string | null, executionProvider: string | null, runCodeVersion: string, evaluationCodeVersion: string | null, categorization: string | null, trainingCommand: string | null, trainingData: string | null, redo: string } }>, progress: { completed: number, failed: number, total: number }, timing: { imagesPerSecond: number | null, meanMsPerImage: number | null, p50MsPerImage: number | null, p95MsPerImage: number | null, stages: { decodeMs: number, prepareMs: number, networkMs: number, postprocessMs: number } | null }, webhook: { state: Schema.JobWebhookState, attempts: number, lastAttemptAt: string | null, lastStatus: number | null, lastError: string | null, url: string | null } | null } | null };

export type RunSlicesQueryVariables = Exact<{
  id: string;
  overlay: string;
}>;


export type RunSlicesQuery = { detectionRun: { id: string, detections: { nodes: Array<{ id: string, score: number, image: { id: string, fileName: string, url: string | null } }> } } | null };

export type RunReviewQueryVariables = Exact<{
  id: string;
}>;


export type RunReviewQuery = { reviewProgress: { candidates: number, reviewed: number } };

export type RunFailuresQueryVariables = Exact<{
  id: string;
  first: number;
}>;


export type RunFailuresQuery = { detectionRun: { id: string, images: { totalCount: number, nodes: Array<{ state: Schema.RunImageState, error: string | null, failureKind: Schema.FailureKind | null, attempts: number, workerId: string | null, finishedAt: string | null, image: { id: string, fileName: string } }> } } | null };

export type RunProgressSubscriptionVariables = Exact<{
  id: string;
}>;


export type RunProgressSubscription = { jobProgress:
    | { __typename: 'Categorization' }
    | { __typename: 'DetectionRun', id: string, status: Schema.JobStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, estimatedEndAt: string | null, error: string | null, warnings: Array<string>, completeness: Schema.DetectionRunCompleteness | null, executionProviders: Array<Schema.ExecutionProvider>, progress: { completed: number, failed: number, total: number }, timing: { imagesPerSecond: number | null, meanMsPerImage: number | null, p50MsPerImage: number | null, p95MsPerImage: number | null, stages: { decodeMs: number, prepareMs: number, networkMs: number, postprocessMs: number } | null }, webhook: { state: Schema.JobWebhookState, attempts: number, lastAttemptAt: string | null, lastStatus: number | null, lastError: string | null, url: string | null } | null }
    | { __typename: 'Export' }
    | { __typename: 'UploadDetection' }
   };

export type CancelRunMutationVariables = Exact<{
  id: string;
}>;


export type CancelRunMutation = { cancelJob: { job:
      | { id: string, status: Schema.JobStatus }
      | { id: string, status: Schema.JobStatus }
      | { id: string, status: Schema.JobStatus }
      | { id: string, status: Schema.JobStatus }
     } };

export type RetryRunMutationVariables = Exact<{
  id: string;
  key: string;
}>;


export type RetryRunMutation = { retryDetectionRun: { run: { id: string } } };

export type EvaluateRunMutationVariables = Exact<{
  input: Schema.EvaluateDetectionRunInput;
}>;


export type EvaluateRunMutation = { evaluateDetectionRun: { evaluation: { id: string, protocol: { reviewsUpTo: number | null } } } };

export const RunDocument: GraphDocument<RunQuery, RunQueryVariables> = {
  name: 'Run',
  text: "query Run($id: ID!) {\n  detectionRun(id: $id) {\n    ...RunState\n    priority\n    owner\n    codeVersion\n    traceId\n    modelSha256\n    submission {\n      format\n      fileBytes\n      fileSha256\n      bytesRead\n      boxConvention\n      pixelConvention\n      scoreTransform\n      boxCount\n      clippedCount\n      problemCount\n      problems {\n        line\n        kind\n        message\n      }\n    }\n    scoreThreshold\n    nmsIouThreshold\n    maxDetectionsPerImage\n    topK\n    iouThresholds\n    changedImageCount\n    retryOf {\n      id\n    }\n    dataset {\n      slug\n      name\n      version\n      synthetic\n      citation\n    }\n    detector {\n      name\n      version\n      architecture\n    }\n    detections(first: 0) {\n      totalCount\n    }\n    evaluations(first: 50) {\n      id\n      createdAt\n      imageCount\n      lesionCount\n      detectionCount\n      protocolKey\n      protocol {\n        preset\n        reviewsUpTo\n        defaultTopK\n        resamples\n        seed\n        population {\n          patients\n        }\n      }\n      top1: accuracyCurve(topK: 1) {\n        iouThreshold\n        accuracy\n        ciLow\n        ciHigh\n        correct\n        total\n      }\n      topK: accuracyCurve {\n        iouThreshold\n        accuracy\n        ciLow\n        ciHigh\n        correct\n        total\n      }\n      provenance {\n        dataset\n        datasetSha256\n        detector\n        detectorVersion\n        modelSha256\n        executionProvider\n        runCodeVersion\n        evaluationCodeVersion\n        categorization\n        trainingCommand\n        trainingData\n        redo\n      }\n    }\n  }\n}\n\nfragment RunState on DetectionRun {\n  id\n  status\n  createdAt\n  startedAt\n  finishedAt\n  queuePosition\n  estimatedEndAt\n  error\n  warnings\n  completeness\n  progress {\n    completed\n    failed\n    total\n  }\n  timing {\n    imagesPerSecond\n    meanMsPerImage\n    p50MsPerImage\n    p95MsPerImage\n    stages {\n      decodeMs\n      prepareMs\n      networkMs\n      postprocessMs\n    }\n  }\n  executionProviders\n  webhook {\n    state\n    attempts\n    lastAttemptAt\n    lastStatus\n    lastError\n    url\n  }\n}",
};

export const RunSlicesDocument: GraphDocument<RunSlicesQuery, RunSlicesQueryVariables> = {
  name: 'RunSlices',
  text: "query RunSlices($id: ID!, $overlay: String!) {\n  detectionRun(id: $id) {\n    id\n    detections(\n      first: 8\n      filter: {rankAtMost: 1}\n      orderBy: {field: SCORE, direction: DESC}\n    ) {\n      nodes {\n        id\n        score\n        image {\n          id\n          fileName\n          url(size: 256, overlay: $overlay)\n        }\n      }\n    }\n  }\n}",
};

export const RunReviewDocument: GraphDocument<RunReviewQuery, RunReviewQueryVariables> = {
  name: 'RunReview',
  text: "query RunReview($id: ID!) {\n  reviewProgress(run: $id) {\n    candidates\n    reviewed\n  }\n}",
};

export const RunFailuresDocument: GraphDocument<RunFailuresQuery, RunFailuresQueryVariables> = {
  name: 'RunFailures',
  text: "query RunFailures($id: ID!, $first: Int!) {\n  detectionRun(id: $id) {\n    id\n    images(first: $first, state: FAILED) {\n      totalCount\n      nodes {\n        state\n        error\n        failureKind\n        attempts\n        workerId\n        finishedAt\n        image {\n          id\n          fileName\n        }\n      }\n    }\n  }\n}",
};

export const RunProgressDocument: GraphDocument<RunProgressSubscription, RunProgressSubscriptionVariables> = {
  name: 'RunProgress',
  text: "subscription RunProgress($id: ID!) {\n  jobProgress(id: $id) {\n    __typename\n    ...RunState\n  }\n}\n\nfragment RunState on DetectionRun {\n  id\n  status\n  createdAt\n  startedAt\n  finishedAt\n  queuePosition\n  estimatedEndAt\n  error\n  warnings\n  completeness\n  progress {\n    completed\n    failed\n    total\n  }\n  timing {\n    imagesPerSecond\n    meanMsPerImage\n    p50MsPerImage\n    p95MsPerImage\n    stages {\n      decodeMs\n      prepareMs\n      networkMs\n      postprocessMs\n    }\n  }\n  executionProviders\n  webhook {\n    state\n    attempts\n    lastAttemptAt\n    lastStatus\n    lastError\n    url\n  }\n}",
};

export const CancelRunDocument: GraphDocument<CancelRunMutation, CancelRunMutationVariables> = {
  name: 'CancelRun',
  text: "mutation CancelRun($id: ID!) {\n  cancelJob(input: {id: $id}) {\n    job {\n      id\n      status\n    }\n  }\n}",
};

export const RetryRunDocument: GraphDocument<RetryRunMutation, RetryRunMutationVariables> = {
  name: 'RetryRun',
  text: "mutation RetryRun($id: ID!, $key: String!) {\n  retryDetectionRun(input: {id: $id, idempotencyKey: $key}) {\n    run {\n      id\n    }\n  }\n}",
};

export const EvaluateRunDocument: GraphDocument<EvaluateRunMutation, EvaluateRunMutationVariables> = {
  name: 'EvaluateRun',
  text: "mutation EvaluateRun($input: EvaluateDetectionRunInput!) {\n  evaluateDetectionRun(input: $input) {\n    evaluation {\n      id\n      protocol {\n        reviewsUpTo\n      }\n    }\n  }\n}",
};
