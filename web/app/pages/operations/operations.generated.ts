// Made of operations.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Execution provider of ONNX Runtime, which runs models. */
export type ExecutionProvider =
  /** The processor. */
  | 'CPU'
  /** An NVIDIA GPU, by CUDA. */
  | 'CUDA'
  /** Any GPU, by WebGPU. */
  | 'WEBGPU';

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

/** Priority of a run in the queue. Workers are shared fairly between clients, image by image, so that no client waits for everything that another client has queued. A client is identified by its address. */
export type RunPriority =
  /** Without urgency: an image counts as four images in the fair share. */
  | 'BACKGROUND'
  /** For a user who waits for the result: an image counts as a quarter of an image in the fair share. Intended for a few images. */
  | 'INTERACTIVE'
  /** The regular fair share. */
  | 'NORMAL';

export type OperationsQueryVariables = Exact<{ [key: string]: never; }>;


export type OperationsQuery = { serverInfo: { version: string, codeVersion: string, nodeVersion: string, executionProviders: Array<string>, machineExecutionProviders: Array<{ id: string, available: boolean, reason: string | null }>, refusedModels: Array<{ name: string, reason: string }>, limits: { maxPageSize: number, depth: number, complexity: number }, uploadLimits: { maxBytes: number, hoursKept: number } }, readiness: Array<{ name: string, ok: boolean, message: string | null }>, queueStatus: { queuedRuns: number, runningRuns: number, queuedImages: number, stranded: number }, storage: { databaseBytes: number, uploadCount: number, uploadBytes: number }, workers: Array<{ id: string, host: string, processId: number, device: string | null, executionProviders: Array<ExecutionProvider>, alive: boolean, imagesPerSecond: number, problems: Array<string>, startedAt: string, lastSeenAt: string, codeVersion: string, currentBatch: { imagesDone: number, imagesTotal: number, run: { id: string, dataset: { slug: string, version: number }, detector: { name: string, version: string } } } | null }>, detectionRuns: { totalCount: number, nodes: Array<{ id: string, status: JobStatus, priority: RunPriority, createdAt: string, queuePosition: number | null, estimatedEndAt: string | null, progress: { completed: number, failed: number, total: number }, timing: { imagesPerSecond: number | null }, dataset: { slug: string, version: number }, detector: { name: string, version: string } }> } };

export const OperationsDocument: GraphDocument<OperationsQuery, OperationsQueryVariables> = {
  name: 'Operations',
  text: "query Operations {\n  serverInfo {\n    version\n    codeVersion\n    nodeVersion\n    executionProviders\n    machineExecutionProviders {\n      id\n      available\n      reason\n    }\n    refusedModels {\n      name\n      reason\n    }\n    limits {\n      maxPageSize\n      depth\n      complexity\n    }\n    uploadLimits {\n      maxBytes\n      hoursKept\n    }\n  }\n  readiness {\n    name\n    ok\n    message\n  }\n  queueStatus {\n    queuedRuns\n    runningRuns\n    queuedImages\n    stranded\n  }\n  storage {\n    databaseBytes\n    uploadCount\n    uploadBytes\n  }\n  workers {\n    id\n    host\n    processId\n    device\n    executionProviders\n    alive\n    imagesPerSecond\n    problems\n    startedAt\n    lastSeenAt\n    codeVersion\n    currentBatch {\n      imagesDone\n      imagesTotal\n      run {\n        id\n        dataset {\n          slug\n          version\n        }\n        detector {\n          name\n          version\n        }\n      }\n    }\n  }\n  detectionRuns(\n    first: 20\n    filter: {status: [RUNNING, QUEUED]}\n    orderBy: {field: CREATED_AT, direction: ASC}\n  ) {\n    totalCount\n    nodes {\n      id\n      status\n      priority\n      createdAt\n      queuePosition\n      estimatedEndAt\n      progress {\n        completed\n        failed\n        total\n      }\n      timing {\n        imagesPerSecond\n      }\n      dataset {\n        slug\n        version\n      }\n      detector {\n        name\n        version\n      }\n    }\n  }\n}",
};
