// Made of review.graphql and schema.graphql by scripts/webTypes.mjs.
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

/** Pixel coordinate convention of the source: x increases to the right, y downwards; coordinates may be fractional. */
export type PixelConvention =
  /** As in DeepLesion: the centre of the first pixel is at 1.0, its left edge at 0.5. */
  | 'ONE_BASED'
  /** As in COCO: the left edge of the first pixel is at 0.0, its centre at 0.5. */
  | 'ZERO_BASED';

/** How an evaluation treats lesions with the flag `possiblyNoisy`. */
export type PossiblyNoisyLesions =
  /** They count like all other lesions. */
  | 'KEEP'
  /** They are excluded, and so is an image without other lesions, as in the public codes. */
  | 'LEAVE_OUT';

/** A radiologist's verdict on a detection. */
export type ReviewDetectionInput = {
  /** Global id of the detection. */
  detectionId: string;
  /** A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns the first result, for at least 24 hours; a different request with the key is a CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** Optional remark, at most 5000 characters. */
  remark?: string | null | undefined;
  /** Name of the reviewer, 1 to 200 characters. */
  reviewer: string;
  /** The verdict. */
  verdict: ReviewVerdict;
};

/** How an evaluation treats the verdicts of radiologists. */
export type ReviewPolicy =
  /** Only annotated lesions are ground truth. */
  | 'IGNORE'
  /** Lesions confirmed by reviews, on any run of the data set, count as ground truth like annotated lesions. */
  | 'INCLUDE';

/** Filter for the review queue of a run: all given fields must match; null is the same as omitting a field. */
export type ReviewQueueFilter = {
  /** Maximum rank among the detections of the image: k for its top-k detections. */
  rankAtMost?: number | null | undefined;
  /** Minimum score, 0 to 1. */
  scoreAtLeast?: number | null | undefined;
  /** Maximum score, 0 to 1. */
  scoreAtMost?: number | null | undefined;
  /** For a second reading: only verdicts of this reviewer remove a detection from the queue. If omitted, the verdict of any reviewer does. */
  unreviewedBy?: string | null | undefined;
};

/** Ordering of the review queue of a run. */
export type ReviewQueueOrder = {
  /** The direction. */
  direction?: SortDirection;
  /** The field to order by. */
  field: ReviewQueueOrderField;
};

/** Fields by which the review queue can be ordered. */
export type ReviewQueueOrderField =
  /** By image, then by rank within the image, so that a reviewer loads each image once. */
  | 'IMAGE_AND_RANK'
  /** Score; descending is the order if none is given. */
  | 'SCORE';

/** A radiologist's verdict on a detection. About half of the lesions in DeepLesion are not annotated, so a false positive may be a lesion. */
export type ReviewVerdict =
  /** The detection is a lesion. */
  | 'LESION'
  /** The detection is not a lesion. */
  | 'NOT_A_LESION'
  /** The slice alone is not sufficient for a verdict. */
  | 'UNSURE'
  /** The reviewer takes the earlier verdict back. Without another verdict, the detection is not reviewed. */
  | 'WITHDRAWN';

/** The patient's sex according to the source. */
export type Sex =
  /** Female (source value F). */
  | 'FEMALE'
  /** Male (source value M). */
  | 'MALE'
  /** The source is empty or has another value. */
  | 'UNKNOWN';

/** The direction of an ordering. */
export type SortDirection =
  /** Ascending; missing values last. */
  | 'ASC'
  /** Descending; missing values last. */
  | 'DESC';

export type ReviewItemFragment = { id: string, score: number, rank: number, currentVerdict: ReviewVerdict | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, pseudoCluster: { clusterIndex: number, label: string | null } | null, reviews: Array<{ id: string, verdict: ReviewVerdict, reviewer: string, remark: string | null, createdAt: string }>, image: { id: string, fileName: string, width: number, height: number, sliceIndex: number, pixelSpacingMm: number | null, windows: Array<{ low: number, high: number }>, dataset: { pixelConvention: PixelConvention }, slices: Array<{ offset: number, offsetMm: number | null, sliceIndex: number, huUrl: string }>, study: { ageYears: number | null, patient: { patientIndex: number, sex: Sex } }, lesions: Array<{ id: string, coarseType: CoarseType, longDiameterMm: number | null, shortDiameterMm: number | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, longAxis: { start: { x: number, y: number }, end: { x: number, y: number } } | null, shortAxis: { start: { x: number, y: number }, end: { x: number, y: number } } | null }> } };

export type ReviewableRunsQueryVariables = Exact<{ [key: string]: never; }>;


export type ReviewableRunsQuery = { detectionRuns: { nodes: Array<{ id: string, createdAt: string, dataset: { slug: string, version: number }, detector: { name: string, version: string } }> } };

export type ReviewRunQueryVariables = Exact<{
  run: string;
}>;


export type ReviewRunQuery = { detectionRun: { id: string, status: JobStatus, createdAt: string, dataset: { slug: string, name: string, version: number, synthetic: boolean, citation: string }, detector: { name: string, version: string } } | null, serverInfo: { windowPresets: Array<{ name: string, center: number, width: number }> } };

export type ReviewQueueQueryVariables = Exact<{
  run: string;
  first: number;
  after?: string | null | undefined;
  filter?: ReviewQueueFilter | null | undefined;
  orderBy?: Array<ReviewQueueOrder> | ReviewQueueOrder | null | undefined;
}>;


export type ReviewQueueQuery = { reviewQueue: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, nodes: Array<{ id: string, score: number, rank: number, currentVerdict: ReviewVerdict | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, pseudoCluster: { clusterIndex: number, label: string | null } | null, reviews: Array<{ id: string, verdict: ReviewVerdict, reviewer: string, remark: string | null, createdAt: string }>, image: { id: string, fileName: string, width: number, height: number, sliceIndex: number, pixelSpacingMm: number | null, windows: Array<{ low: number, high: number }>, dataset: { pixelConvention: PixelConvention }, slices: Array<{ offset: number, offsetMm: number | null, sliceIndex: number, huUrl: string }>, study: { ageYears: number | null, patient: { patientIndex: number, sex: Sex } }, lesions: Array<{ id: string, coarseType: CoarseType, longDiameterMm: number | null, shortDiameterMm: number | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, longAxis: { start: { x: number, y: number }, end: { x: number, y: number } } | null, shortAxis: { start: { x: number, y: number }, end: { x: number, y: number } } | null }> } }> } };

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


export type ReviewCurvesQuery = { detectionRun: { id: string, evaluations: Array<{ id: string, createdAt: string, lesionCount: number, imageCount: number, protocolKey: string, protocol: { preset: EvaluationPreset, reviewsUpTo: number | null, resamples: number, seed: number, population: { patients: number } }, accuracyCurve: Array<{ iouThreshold: number, accuracy: number | null, ciLow: number | null, ciHigh: number | null, correct: number, total: number }> | null, froc: Array<{ falsePositivesPerImage: number, sensitivity: number | null, ciLow: number | null, ciHigh: number | null, scoreThreshold: number | null, truePositives: number, total: number, reachedFalsePositivesPerImage: boolean }> | null }> } | null };

export type GiveVerdictMutationVariables = Exact<{
  input: ReviewDetectionInput;
}>;


export type GiveVerdictMutation = { reviewDetection: { detection: { id: string, currentVerdict: ReviewVerdict | null }, review: { id: string } } };

export type EvaluateWithReviewsMutationVariables = Exact<{
  input: EvaluateDetectionRunInput;
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
