// Made of run.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Whether box width is x2 − x1 or x2 − x1 + 1. */
export type BoxMeasure =
  /** x2 − x1, as in COCO. */
  | 'CONTINUOUS'
  /** x2 − x1 + 1, as in PASCAL VOC: the last pixel belongs to the box. */
  | 'INCLUSIVE';

/** Whether a finished run has a result for every image. */
export type DetectionRunCompleteness =
  /** The detector returned a result for every image. */
  | 'COMPLETE'
  /** Some images failed or were never processed; evaluations exclude their lesions. */
  | 'PARTIAL';

/** Delivery state of a completion webhook. */
export type DetectionRunWebhookState =
  /** The receiver responded with a 2xx status. */
  | 'DELIVERED'
  /** The run has finished; delivery is about to be queued. */
  | 'DUE'
  /** Delivery failed after the last attempt; `lastError` gives the reason. */
  | 'FAILED'
  /** Delivery is in progress or waits for a retry. */
  | 'QUEUED'
  /** The run has not finished. */
  | 'WAITING';

/** The detection run to evaluate, and the evaluation protocol. */
export type EvaluateDetectionRunInput = {
  /** Whether box width is x2 − x1 or x2 − x1 + 1 in the accuracy. */
  accuracyBoxMeasure?: BoxMeasure | null | undefined;
  /** Whether an overlap equal to the threshold is a hit in the accuracy. */
  accuracyComparator?: OverlapComparator | null | undefined;
  /** Overlap measure for a hit in the accuracy. */
  accuracyCriterion?: OverlapCriterion | null | undefined;
  /** Name of the categorization whose pseudo-clusters are strata: the newest of the data set by default. */
  categorization?: string | null | undefined;
  /** Whether box width is x2 − x1 or x2 − x1 + 1 in the FROC. */
  frocBoxMeasure?: BoxMeasure | null | undefined;
  /** Whether an overlap equal to the threshold is a hit in the FROC. */
  frocComparator?: OverlapComparator | null | undefined;
  /** Overlap measure for a hit in the FROC. */
  frocCriterion?: OverlapCriterion | null | undefined;
  /** How the FROC counts a second box on a lesion. */
  frocDuplicates?: FrocDuplicates | null | undefined;
  /** Overlap thresholds of the FROC: 0.5 by default. */
  frocThresholds?: Array<number> | null | undefined;
  /** Global id of the detection run. */
  id: string;
  /** A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns the first result, for at least 24 hours; a different request with the key is a CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** IoU thresholds in addition to 0.05 to 0.95 and those of the run: between 0 and 1, at most three decimals. */
  iouThresholds?: Array<number> | null | undefined;
  /** How possibly noisy lesions are treated: LEAVE_OUT by default. */
  possiblyNoisyLesions?: PossiblyNoisyLesions | null | undefined;
  /** The evaluation convention, whose rules the other fields can override: PAPER by default. */
  preset?: EvaluationPreset | null | undefined;
  /** Number of resamples of the bootstrap over patients, 100 to 10000: 1000 by default. */
  resamples?: number | null | undefined;
  /** Whether lesions confirmed by radiologists count like annotated ones: IGNORE by default. */
  reviews?: ReviewPolicy | null | undefined;
  /** With reviews: INCLUDE, the number of reviews of the data set version that count, as given by reviewsUpTo in the protocol of an earlier evaluation: all reviews by default. */
  reviewsUpTo?: number | null | undefined;
  /** Minimum score, 0 to 1: detections with a lower score do not count in any metric. All detections count if omitted. */
  scoreFloor?: number | null | undefined;
  /** Seed of the bootstrap, 0 or more: 1 by default. */
  seed?: number | null | undefined;
  /** Numbers of top-scoring detections per image that count (top-k), 1 to 1000, in addition to 1, 5 and that of the run; a single value need not be a list. */
  topK?: Array<number> | null | undefined;
};

/** A published evaluation convention: the rules for a hit. */
export type EvaluationPreset =
  /** As in pycocotools: IoU at or above the threshold, continuous box widths, one lesion per box, a second box on a lesion is a false positive. */
  | 'COCO'
  /** As in the public DeepLesion code: IoU at or above the threshold, inclusive box widths, a second box on a lesion is neither a hit nor a false positive. */
  | 'DEEPLESION_FROC'
  /** Accuracy as in Yan et al. 2017: IoU above the threshold, continuous box widths. FROC as in the public DeepLesion code. */
  | 'PAPER';

/** Execution provider of ONNX Runtime, which runs models. */
export type ExecutionProvider =
  /** The processor. */
  | 'CPU'
  /** An NVIDIA GPU, by CUDA. */
  | 'CUDA'
  /** Any GPU, by WebGPU. */
  | 'WEBGPU';

/** Machine-readable reason why an image has no detections; `error` gives the same reason as text. */
export type FailureKind =
  /** The model's output is not valid boxes and scores. */
  | 'BAD_MODEL_OUTPUT'
  /** Its workers died or failed repeatedly. */
  | 'GIVEN_UP'
  /** The model exceeded the memory limit. */
  | 'MEMORY'
  /** Its pixel file is missing. */
  | 'NO_PIXEL_FILE'
  /** Any other reason, such as an error of the execution provider. */
  | 'OTHER'
  /** The inference process died twice while processing it. */
  | 'PROCESS_LOST'
  /** The size of its pixel file differs from that in the data set, or a neighbouring slice has another size. */
  | 'SIZE_DIFFERS'
  /** The model exceeded the time limit. */
  | 'TIMEOUT'
  /** Its pixel file, or that of a neighbouring slice, is not a complete 16-bit greyscale PNG. */
  | 'UNREADABLE_IMAGE';

/** How the FROC counts a second box on a lesion. */
export type FrocDuplicates =
  /** It is a false positive, as in COCO; a box matches at most one lesion. */
  | 'FALSE_POSITIVE'
  /** It is not counted, as in the public DeepLesion code; a box may hit several lesions. */
  | 'NEITHER_HIT_NOR_FALSE_POSITIVE';

/** Status of a job. A job ends with exactly one of SUCCEEDED, FAILED and CANCELLED. */
export type JobStatus =
  /** It was cancelled. */
  | 'CANCELLED'
  /** It failed; `error` gives the reason. */
  | 'FAILED'
  /** Accepted; the work has not started yet. */
  | 'QUEUED'
  /** The work has started. */
  | 'RUNNING'
  /** It has been completed; individual images or lesions may have failed. */
  | 'SUCCEEDED';

/** Whether an overlap equal to the threshold is a hit. */
export type OverlapComparator =
  /** Only an overlap above the threshold is a hit. */
  | 'GREATER'
  /** An overlap at or above the threshold is a hit. */
  | 'GREATER_OR_EQUAL';

/** Measure of the overlap of a detection with a lesion. */
export type OverlapCriterion =
  /** Intersection over the area of the detection box. */
  | 'IOBB'
  /** The larger of IOBB and IOGT. */
  | 'IOBBGT'
  /** Intersection over the area of the ground-truth box. */
  | 'IOGT'
  /** Intersection over union. */
  | 'IOU';

/** How an evaluation treats lesions with the flag `possiblyNoisy`. */
export type PossiblyNoisyLesions =
  /** They count like all other lesions. */
  | 'KEEP'
  /** They are excluded, and so is an image without other lesions, as in the public codes. */
  | 'LEAVE_OUT';

/** How an evaluation treats the verdicts of radiologists. */
export type ReviewPolicy =
  /** Only annotated lesions are ground truth. */
  | 'IGNORE'
  /** Lesions confirmed by reviews, on any run of the data set, count as ground truth like annotated lesions. */
  | 'INCLUDE';

/** State of one image of a detection run. */
export type RunImageState =
  /** Its detections are stored; there may be none. */
  | 'COMPLETED'
  /** It has no detections; `error` gives the reason. */
  | 'FAILED'
  /** Not processed yet. */
  | 'PENDING';

/** Priority of a run in the queue. Workers are shared fairly between clients, image by image, so that no client waits for everything that another client has queued. A client is identified by its address. */
export type RunPriority =
  /** Without urgency: an image counts as four images in the fair share. */
  | 'BACKGROUND'
  /** For a user who waits for the result: an image counts as a quarter of an image in the fair share. Intended for a few images. */
  | 'INTERACTIVE'
  /** The regular fair share. */
  | 'NORMAL';

export type RunStateFragment = { id: string, status: JobStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, estimatedEndAt: string | null, error: string | null, warnings: Array<string>, completeness: DetectionRunCompleteness | null, executionProviders: Array<ExecutionProvider>, progress: { completed: number, failed: number, total: number }, timing: { imagesPerSecond: number | null, meanMsPerImage: number | null, p50MsPerImage: number | null, p95MsPerImage: number | null, stages: { decodeMs: number, prepareMs: number, networkMs: number, postprocessMs: number } | null }, webhook: { state: DetectionRunWebhookState, attempts: number, lastAttemptAt: string | null, lastStatus: number | null, lastError: string | null, url: string | null } | null };

export type RunQueryVariables = Exact<{
  id: string;
}>;


export type RunQuery = { detectionRun: { priority: RunPriority, codeVersion: string, modelSha256: string | null, scoreThreshold: number | null, nmsIouThreshold: number | null, maxDetectionsPerImage: number | null, topK: number, iouThresholds: Array<number>, changedImageCount: number, id: string, status: JobStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, estimatedEndAt: string | null, error: string | null, warnings: Array<string>, completeness: DetectionRunCompleteness | null, executionProviders: Array<ExecutionProvider>, retryOf: { id: string } | null, dataset: { slug: string, name: string, version: number, synthetic: boolean, citation: string }, detector: { name: string, version: string, architecture: string | null }, detections: { totalCount: number }, evaluations: Array<{ id: string, createdAt: string, imageCount: number, lesionCount: number, detectionCount: number, protocolKey: string, protocol: { preset: EvaluationPreset, reviewsUpTo: number | null, defaultTopK: number, resamples: number, seed: number, population: { patients: number } }, top1: Array<{ iouThreshold: number, accuracy: number | null, ciLow: number | null, ciHigh: number | null, correct: number, total: number }> | null, topK: Array<{ iouThreshold: number, accuracy: number | null, ciLow: number | null, ciHigh: number | null, correct: number, total: number }> | null, provenance: { dataset: string, datasetSha256: string, detector: string, detectorVersion: string, modelSha256: string | null, executionProvider: string | null, runCodeVersion: string, evaluationCodeVersion: string | null, categorization: string | null, trainingCommand: string | null, trainingData: string | null, redo: string } }>, progress: { completed: number, failed: number, total: number }, timing: { imagesPerSecond: number | null, meanMsPerImage: number | null, p50MsPerImage: number | null, p95MsPerImage: number | null, stages: { decodeMs: number, prepareMs: number, networkMs: number, postprocessMs: number } | null }, webhook: { state: DetectionRunWebhookState, attempts: number, lastAttemptAt: string | null, lastStatus: number | null, lastError: string | null, url: string | null } | null } | null };

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


export type RunFailuresQuery = { detectionRun: { id: string, images: { totalCount: number, nodes: Array<{ state: RunImageState, error: string | null, failureKind: FailureKind | null, attempts: number, workerId: string | null, finishedAt: string | null, image: { id: string, fileName: string } }> } } | null };

export type RunProgressSubscriptionVariables = Exact<{
  id: string;
}>;


export type RunProgressSubscription = { jobProgress:
    | { __typename: 'Categorization' }
    | { __typename: 'DetectionRun', id: string, status: JobStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, estimatedEndAt: string | null, error: string | null, warnings: Array<string>, completeness: DetectionRunCompleteness | null, executionProviders: Array<ExecutionProvider>, progress: { completed: number, failed: number, total: number }, timing: { imagesPerSecond: number | null, meanMsPerImage: number | null, p50MsPerImage: number | null, p95MsPerImage: number | null, stages: { decodeMs: number, prepareMs: number, networkMs: number, postprocessMs: number } | null }, webhook: { state: DetectionRunWebhookState, attempts: number, lastAttemptAt: string | null, lastStatus: number | null, lastError: string | null, url: string | null } | null }
    | { __typename: 'UploadDetection' }
   };

export type CancelRunMutationVariables = Exact<{
  id: string;
}>;


export type CancelRunMutation = { cancelJob: { job:
      | { id: string, status: JobStatus }
      | { id: string, status: JobStatus }
      | { id: string, status: JobStatus }
     } };

export type RetryRunMutationVariables = Exact<{
  id: string;
  key: string;
}>;


export type RetryRunMutation = { retryDetectionRun: { run: { id: string } } };

export type EvaluateRunMutationVariables = Exact<{
  input: EvaluateDetectionRunInput;
}>;


export type EvaluateRunMutation = { evaluateDetectionRun: { evaluation: { id: string, protocol: { reviewsUpTo: number | null } } } };

export const RunDocument: GraphDocument<RunQuery, RunQueryVariables> = {
  name: 'Run',
  text: "query Run($id: ID!) {\n  detectionRun(id: $id) {\n    ...RunState\n    priority\n    codeVersion\n    modelSha256\n    scoreThreshold\n    nmsIouThreshold\n    maxDetectionsPerImage\n    topK\n    iouThresholds\n    changedImageCount\n    retryOf {\n      id\n    }\n    dataset {\n      slug\n      name\n      version\n      synthetic\n      citation\n    }\n    detector {\n      name\n      version\n      architecture\n    }\n    detections(first: 0) {\n      totalCount\n    }\n    evaluations(first: 50) {\n      id\n      createdAt\n      imageCount\n      lesionCount\n      detectionCount\n      protocolKey\n      protocol {\n        preset\n        reviewsUpTo\n        defaultTopK\n        resamples\n        seed\n        population {\n          patients\n        }\n      }\n      top1: accuracyCurve(topK: 1) {\n        iouThreshold\n        accuracy\n        ciLow\n        ciHigh\n        correct\n        total\n      }\n      topK: accuracyCurve {\n        iouThreshold\n        accuracy\n        ciLow\n        ciHigh\n        correct\n        total\n      }\n      provenance {\n        dataset\n        datasetSha256\n        detector\n        detectorVersion\n        modelSha256\n        executionProvider\n        runCodeVersion\n        evaluationCodeVersion\n        categorization\n        trainingCommand\n        trainingData\n        redo\n      }\n    }\n  }\n}\n\nfragment RunState on DetectionRun {\n  id\n  status\n  createdAt\n  startedAt\n  finishedAt\n  queuePosition\n  estimatedEndAt\n  error\n  warnings\n  completeness\n  progress {\n    completed\n    failed\n    total\n  }\n  timing {\n    imagesPerSecond\n    meanMsPerImage\n    p50MsPerImage\n    p95MsPerImage\n    stages {\n      decodeMs\n      prepareMs\n      networkMs\n      postprocessMs\n    }\n  }\n  executionProviders\n  webhook {\n    state\n    attempts\n    lastAttemptAt\n    lastStatus\n    lastError\n    url\n  }\n}",
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
