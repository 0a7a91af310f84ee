// Made of newRun.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Filter for bookmarked images: all given fields must match; null is the same as omitting a field. */
export type BookmarkedImageFilter = {
  /** Age of the patient at the time of the study in years. */
  ageYears?: FloatRange | null | undefined;
  /** All of these filters must match. An empty list matches everything. */
  and?: Array<BookmarkedImageFilter> | null | undefined;
  /** At least one lesion has one of these coarse types. An empty list matches nothing. */
  coarseType?: Array<CoarseType> | null | undefined;
  /** `slug` for the latest version of a data set, `slug@2` for version 2. If a filter names no data set, it covers the latest version of each; NOT_FOUND if there is no such data set. */
  dataset?: string | null | undefined;
  /** One of these file names; a single value need not be a list. An empty list matches nothing. */
  fileName?: Array<string> | null | undefined;
  /** Whether the pixel file was present at the time of the import. */
  hasPixels?: boolean | null | undefined;
  /** At least one lesion of the image fits this filter; one lesion fits all of its fields. */
  lesion?: LesionFilter | null | undefined;
  /** This filter must not match. Rows that lack a value that it tests are included. */
  not?: BookmarkedImageFilter | null | undefined;
  /** At least one of these filters must match. An empty list matches nothing. */
  or?: Array<BookmarkedImageFilter> | null | undefined;
  /** The source's patient index. */
  patientIndex?: number | null | undefined;
  /** Pixel spacing in mm. */
  pixelSpacingMm?: FloatRange | null | undefined;
  /** Global id of a pseudo-cluster that contains at least one lesion of the image. */
  pseudoCluster?: string | null | undefined;
  /** One of these sexes of the patient; a single value need not be a list. An empty list matches nothing. */
  sex?: Array<Sex> | null | undefined;
  /** Distance between neighbouring slices in mm. */
  sliceIntervalMm?: FloatRange | null | undefined;
  /** One of these splits; a single value need not be a list. An empty list matches nothing. */
  split?: Array<Split> | null | undefined;
};

/** Coarse lesion type of DeepLesion, which its authors provide for the validation and test splits only. */
export type CoarseType =
  /** Abdomen, other than liver and kidney (source value 2). */
  | 'ABDOMEN'
  /** Bone (source value 1). */
  | 'BONE'
  /** Kidney (source value 6). */
  | 'KIDNEY'
  /** Liver (source value 4). */
  | 'LIVER'
  /** Lung (source value 5). */
  | 'LUNG'
  /** Mediastinum, mostly lymph nodes (source value 3). */
  | 'MEDIASTINUM'
  /** Pelvis (source value 8). */
  | 'PELVIS'
  /** Soft tissue: muscle, skin, fat (source value 7). */
  | 'SOFT_TISSUE'
  /** Unknown (source value -1). */
  | 'UNKNOWN';

/** A closed interval; a bound that is omitted is open. A missing value is not in any interval. */
export type FloatRange = {
  /** Greater than or equal to this value. */
  gte?: number | null | undefined;
  /** Less than or equal to this value. */
  lte?: number | null | undefined;
};

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

/** Filter for lesions: all given fields must match; null is the same as omitting a field. */
export type LesionFilter = {
  /** Age of the patient at the time of the study in years. */
  ageYears?: FloatRange | null | undefined;
  /** All of these filters must match. An empty list matches everything. */
  and?: Array<LesionFilter> | null | undefined;
  /** One of these coarse types; a single value need not be a list. An empty list matches nothing. */
  coarseType?: Array<CoarseType> | null | undefined;
  /** `slug` for the latest version of a data set, `slug@2` for version 2. If a filter names no data set, it covers the latest version of each; NOT_FOUND if there is no such data set. */
  dataset?: string | null | undefined;
  /** Whether the pixel file of its image was present at the time of the import. */
  hasPixels?: boolean | null | undefined;
  /** Relative position in the body from head to feet, 0 to 1 (`Lesion.normalizedLocation.z`). */
  locationZ?: FloatRange | null | undefined;
  /** Long RECIST diameter in mm. */
  longDiameterMm?: FloatRange | null | undefined;
  /** This filter must not match. Rows that lack a value that it tests are included. */
  not?: LesionFilter | null | undefined;
  /** At least one of these filters must match. An empty list matches nothing. */
  or?: Array<LesionFilter> | null | undefined;
  /** The source's patient index. */
  patientIndex?: number | null | undefined;
  /** The authors' flag for a possibly noisy measurement. */
  possiblyNoisy?: boolean | null | undefined;
  /** Global id of a pseudo-cluster that contains the lesion. */
  pseudoCluster?: string | null | undefined;
  /** One of these sexes of the patient; a single value need not be a list. An empty list matches nothing. */
  sex?: Array<Sex> | null | undefined;
  /** Short RECIST diameter in mm. */
  shortDiameterMm?: FloatRange | null | undefined;
  /** One of these row numbers of the source file, starting at 0. An empty list matches nothing. */
  sourceRowIndex?: Array<number> | null | undefined;
  /** One of these splits; a single value need not be a list. An empty list matches nothing. */
  split?: Array<Split> | null | undefined;
};

/** The detector, the images and the settings of the evaluation. */
export type RunDetectionInput = {
  /** `slug` for the latest version of a data set, `slug@2` for version 2. */
  dataset: string;
  /** Name of the detector; CONFLICT if it is external, because that runs elsewhere. */
  detector: string;
  /** Version of the detector; the highest version that has a model if omitted. */
  detectorVersion?: string | null | undefined;
  /** Filter for the images; all images of the data set if both filter and imageIds are omitted. */
  filter?: BookmarkedImageFilter | null | undefined;
  /** A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns the first result, for at least 24 hours; a different request with the key is a CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** Global ids of bookmarked images of the data set. */
  imageIds?: Array<string> | null | undefined;
  /** IoU thresholds of the evaluation, in addition to 0.05 to 0.95: between 0 and 1, at most three decimals. */
  iouThresholds?: Array<number> | null | undefined;
  /** Maximum number of detections per image, 1 to 1000. The detector's default if omitted. */
  maxDetectionsPerImage?: number | null | undefined;
  /** Priority of the run in the queue. If omitted, a run of up to four images is INTERACTIVE, any other run NORMAL. */
  priority?: RunPriority | null | undefined;
  /** Minimum score, 0 to 1: detections with a lower score are discarded. The detector's default if omitted. */
  scoreThreshold?: number | null | undefined;
  /** Number of top-scoring detections per image that count in the accuracy curve (top-k), 1 to 1000, in addition to 1 and 5; 5 if omitted (Yan et al. 2017). */
  topK?: number | null | undefined;
  /** An http or https URL to which one POST request is sent at least once when the run has finished: JSON with id, status, progress and times, and the address of the page of the run if the server has a PUBLIC_URL, signed according to Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature). The server only sends requests to the hosts in its setting WEBHOOK_HOSTS. */
  webhookUrl?: string | null | undefined;
};

/** Priority of a run in the queue. Workers are shared fairly between clients, image by image, so that no client waits for everything that another client has queued. A client is identified by its address. */
export type RunPriority =
  /** Without urgency: an image counts as four images in the fair share. */
  | 'BACKGROUND'
  /** For a user who waits for the result: an image counts as a quarter of an image in the fair share. Intended for a few images. */
  | 'INTERACTIVE'
  /** The regular fair share. */
  | 'NORMAL';

/** The patient's sex according to the source. */
export type Sex =
  /** Female (source value F). */
  | 'FEMALE'
  /** Male (source value M). */
  | 'MALE'
  /** The source is empty or has another value. */
  | 'UNKNOWN';

/** Split of the data set. All rows of a patient are in the same split. */
export type Split =
  /** Test, for reported metrics (source value 3). */
  | 'TEST'
  /** Training (source value 1). */
  | 'TRAIN'
  /** The source gives no split. */
  | 'UNASSIGNED'
  /** Validation, for choosing among trained models (source value 2). */
  | 'VALIDATION';

export type RunChoicesQueryVariables = Exact<{ [key: string]: never; }>;


export type RunChoicesQuery = { datasets: { nodes: Array<{ id: string, slug: string, name: string, version: number, synthetic: boolean, counts: { images: number, imagesWithPixels: number } }> }, detectors: { nodes: Array<{ id: string, name: string, version: string, architecture: string | null, ready: boolean, notReadyReason: string | null, defaults: { scoreThreshold: number, nmsIouThreshold: number, maxDetectionsPerImage: number } | null }> } };

export type RunClustersQueryVariables = Exact<{
  dataset: string;
}>;


export type RunClustersQuery = { categorizations: { nodes: Array<{ id: string, name: string, pseudoClusters: { nodes: Array<{ id: string, clusterIndex: number, label: string | null, size: number }> } }> } };

export type RunImagesQueryVariables = Exact<{
  filter: BookmarkedImageFilter;
  withPixels: BookmarkedImageFilter;
}>;


export type RunImagesQuery = { all: { totalCount: number }, withPixels: { totalCount: number } };

export type EstimateRunQueryVariables = Exact<{
  input: RunDetectionInput;
}>;


export type EstimateRunQuery = { estimateRun: { imageCount: number, queueAheadImages: number, secondsPerImage: number | null, estimatedSeconds: number | null, reason: string | null } };

export type StartRunMutationVariables = Exact<{
  input: RunDetectionInput;
}>;


export type StartRunMutation = { runDetection: { run: { id: string, status: JobStatus } } };

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
