// Made of try.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type TryItQueryVariables = Exact<{ [key: string]: never; }>;


export type TryItQuery = { detectors: { nodes: Array<{ id: string, name: string, version: string, ready: boolean, notReadyReason: string | null, modelCard: unknown }> }, serverInfo: { uploadLimits: { maxBytes: number, maxSliceBytes: number, maxSlices: number, hoursKept: number }, windowPresets: Array<{ name: string, center: number, width: number }> } };

export type TriedUploadQueryVariables = Exact<{
  id: string;
}>;


export type TriedUploadQuery = { upload: { id: string, kind: Schema.UploadKind, width: number | null, height: number | null, pixelSpacingMm: number | null, sliceIntervalMm: number | null, sliceIndices: Array<number>, expiresAt: string, warnings: Array<string>, windows: Array<{ low: number, high: number }>, removedTags: Array<{ tag: string, name: string }> } | null };

export type TryDetectorMutationVariables = Exact<{
  upload: string;
  detector: string;
  version: string;
}>;


export type TryDetectorMutation = { detectInImage: { detection: { id: string } } };

export type TriedDetectionQueryVariables = Exact<{
  id: string;
}>;


export type TriedDetectionQuery = { uploadDetection: { id: string, status: Schema.JobStatus, error: string | null, warnings: Array<string>, queuePosition: number | null, estimatedEndAt: string | null, scoreThreshold: number, progress: { completed: number, failed: number, total: number }, detector: { name: string, version: string, classes: Array<string> | null }, upload: { id: string } } | null };

export type TriedSlicesQueryVariables = Exact<{
  id: string;
  from: number;
  first: number;
}>;


export type TriedSlicesQuery = { uploadDetection: { id: string, slices: Array<{ sliceIndex: number, state: Schema.RunImageState, error: string | null, detections: Array<{ rank: number, score: number, classLabel: string | null, boundingBox: { x1: number, y1: number, x2: number, y2: number } }> }> } | null };

export type CancelTriedMutationVariables = Exact<{
  id: string;
}>;


export type CancelTriedMutation = { cancelJob: { job:
      | { id: string, status: Schema.JobStatus }
      | { id: string, status: Schema.JobStatus }
      | { id: string, status: Schema.JobStatus }
      | { id: string, status: Schema.JobStatus }
     } };

export type RegisterTriedMutationVariables = Exact<{
  upload: string;
}>;


export type RegisterTriedMutation = { registerDetector: { alreadyRegistered: boolean, detector: { id: string, name: string, version: string, architecture: string | null, classes: Array<string> | null, modelSha256: string | null } } };

export const TryItDocument: GraphDocument<TryItQuery, TryItQueryVariables> = {
  name: 'TryIt',
  text: "query TryIt {\n  detectors(first: 50) {\n    nodes {\n      id\n      name\n      version\n      ready\n      notReadyReason\n      modelCard\n    }\n  }\n  serverInfo {\n    uploadLimits {\n      maxBytes\n      maxSliceBytes\n      maxSlices\n      hoursKept\n    }\n    windowPresets {\n      name\n      center\n      width\n    }\n  }\n}",
};

export const TriedUploadDocument: GraphDocument<TriedUploadQuery, TriedUploadQueryVariables> = {
  name: 'TriedUpload',
  text: "query TriedUpload($id: ID!) {\n  upload(id: $id) {\n    id\n    kind\n    width\n    height\n    pixelSpacingMm\n    sliceIntervalMm\n    sliceIndices\n    expiresAt\n    warnings\n    windows {\n      low\n      high\n    }\n    removedTags {\n      tag\n      name\n    }\n  }\n}",
};

export const TryDetectorDocument: GraphDocument<TryDetectorMutation, TryDetectorMutationVariables> = {
  name: 'TryDetector',
  text: "mutation TryDetector($upload: ID!, $detector: String!, $version: String!) {\n  detectInImage(\n    input: {upload: $upload, detector: $detector, detectorVersion: $version}\n  ) {\n    detection {\n      id\n    }\n  }\n}",
};

export const TriedDetectionDocument: GraphDocument<TriedDetectionQuery, TriedDetectionQueryVariables> = {
  name: 'TriedDetection',
  text: "query TriedDetection($id: ID!) {\n  uploadDetection(id: $id) {\n    id\n    status\n    error\n    warnings\n    queuePosition\n    estimatedEndAt\n    scoreThreshold\n    progress {\n      completed\n      failed\n      total\n    }\n    detector {\n      name\n      version\n      classes\n    }\n    upload {\n      id\n    }\n  }\n}",
};

export const TriedSlicesDocument: GraphDocument<TriedSlicesQuery, TriedSlicesQueryVariables> = {
  name: 'TriedSlices',
  text: "query TriedSlices($id: ID!, $from: Int!, $first: Int!) {\n  uploadDetection(id: $id) {\n    id\n    slices(first: $first, fromSliceIndex: $from) {\n      sliceIndex\n      state\n      error\n      detections {\n        rank\n        score\n        classLabel\n        boundingBox {\n          x1\n          y1\n          x2\n          y2\n        }\n      }\n    }\n  }\n}",
};

export const CancelTriedDocument: GraphDocument<CancelTriedMutation, CancelTriedMutationVariables> = {
  name: 'CancelTried',
  text: "mutation CancelTried($id: ID!) {\n  cancelJob(input: {id: $id}) {\n    job {\n      id\n      status\n    }\n  }\n}",
};

export const RegisterTriedDocument: GraphDocument<RegisterTriedMutation, RegisterTriedMutationVariables> = {
  name: 'RegisterTried',
  text: "mutation RegisterTried($upload: ID!) {\n  registerDetector(input: {uploadId: $upload}) {\n    alreadyRegistered\n    detector {\n      id\n      name\n      version\n      architecture\n      classes\n      modelSha256\n    }\n  }\n}",
};
