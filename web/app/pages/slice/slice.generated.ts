// Made of slice.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
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

/** What a detection is worth, compared with the annotated lesions of its image. */
export type DetectionOutcomeKind =
  /** It overlaps enough with no annotated lesion. It may still be a lesion that was not annotated. */
  | 'BACKGROUND'
  /** It overlaps enough with a lesion that a detection with a higher score has hit already. */
  | 'DUPLICATE'
  /** It is the detection with the highest score on its lesion. */
  | 'HIT';

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

/** Pixel coordinate convention of the source: x increases to the right, y downwards; coordinates may be fractional. */
export type PixelConvention =
  /** As in DeepLesion: the centre of the first pixel is at 1.0, its left edge at 0.5. */
  | 'ONE_BASED'
  /** As in COCO: the left edge of the first pixel is at 0.0, its centre at 0.5. */
  | 'ZERO_BASED';

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

export type SliceQueryVariables = Exact<{
  id: string;
}>;


export type SliceQuery = { node:
    | { id: string, fileName: string, width: number, height: number, pixelSpacingMm: number | null, sliceIntervalMm: number | null, sliceIndex: number, split: Split, hasPixels: boolean, url: string | null, windows: Array<{ low: number, high: number }>, slices: Array<{ offset: number, offsetMm: number | null, sliceIndex: number, huUrl: string, url: string }>, dataset: { slug: string, name: string, version: number, synthetic: boolean, pixelConvention: PixelConvention, citation: string }, study: { studyIndex: number, ageYears: number | null, patient: { patientIndex: number, sex: Sex } }, lesions: Array<{ id: string, coarseType: CoarseType, possiblyNoisy: boolean, longDiameterMm: number | null, shortDiameterMm: number | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, longAxis: { start: { x: number, y: number }, end: { x: number, y: number } } | null, shortAxis: { start: { x: number, y: number }, end: { x: number, y: number } } | null, pseudoCluster: { clusterIndex: number, label: string | null } | null }> }
    | Record<PropertyKey, never>
   | null, serverInfo: { windowPresets: Array<{ name: string, center: number, width: number }> } };

export type SliceRunsQueryVariables = Exact<{
  id: string;
}>;


export type SliceRunsQuery = { node:
    | { id: string, runs: Array<{ id: string, status: JobStatus, createdAt: string, detector: { name: string, version: string } }> }
    | Record<PropertyKey, never>
   | null };

export type SliceOutcomeQueryVariables = Exact<{
  run: string;
  image: string;
  iouThreshold: number;
}>;


export type SliceOutcomeQuery = { detectionRun: { id: string, status: JobStatus, detector: { name: string, version: string, classes: Array<string> | null }, imageOutcome: { missed: Array<{ id: string }>, detections: Array<{ kind: DetectionOutcomeKind, iou: number, lesion: { id: string } | null, detection: { id: string, rank: number, score: number, classIndex: number, currentVerdict: ReviewVerdict | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, pseudoCluster: { clusterIndex: number, label: string | null } | null } }> } | null } | null };

export type SimilarLesionsQueryVariables = Exact<{
  lesion: string;
}>;


export type SimilarLesionsQuery = { node:
    | { id: string, similar: Array<{ distance: number, lesion: { id: string, coarseType: CoarseType, longDiameterMm: number | null, url: string | null, image: { id: string, fileName: string }, patient: { patientIndex: number } } }> | null }
    | Record<PropertyKey, never>
   | null };

export type PatientHistoryQueryVariables = Exact<{
  id: string;
}>;


export type PatientHistoryQuery = { node:
    | { id: string, study: { patient: { patientIndex: number, studies: Array<{ id: string, studyIndex: number, ageYears: number | null, images: Array<{ id: string, fileName: string, sliceIndex: number, lesions: Array<{ id: string, longDiameterMm: number | null, coarseType: CoarseType, url: string | null }> }> }> } } }
    | Record<PropertyKey, never>
   | null };

export const SliceDocument: GraphDocument<SliceQuery, SliceQueryVariables> = {
  name: 'Slice',
  text: "query Slice($id: ID!) {\n  node(id: $id) {\n    ... on BookmarkedImage {\n      id\n      fileName\n      width\n      height\n      pixelSpacingMm\n      sliceIntervalMm\n      sliceIndex\n      split\n      hasPixels\n      url\n      windows {\n        low\n        high\n      }\n      slices {\n        offset\n        offsetMm\n        sliceIndex\n        huUrl\n        url\n      }\n      dataset {\n        slug\n        name\n        version\n        synthetic\n        pixelConvention\n        citation\n      }\n      study {\n        studyIndex\n        ageYears\n        patient {\n          patientIndex\n          sex\n        }\n      }\n      lesions {\n        id\n        coarseType\n        possiblyNoisy\n        longDiameterMm\n        shortDiameterMm\n        boundingBox {\n          x1\n          y1\n          x2\n          y2\n        }\n        longAxis {\n          start {\n            x\n            y\n          }\n          end {\n            x\n            y\n          }\n        }\n        shortAxis {\n          start {\n            x\n            y\n          }\n          end {\n            x\n            y\n          }\n        }\n        pseudoCluster {\n          clusterIndex\n          label\n        }\n      }\n    }\n  }\n  serverInfo {\n    windowPresets {\n      name\n      center\n      width\n    }\n  }\n}",
};

export const SliceRunsDocument: GraphDocument<SliceRunsQuery, SliceRunsQueryVariables> = {
  name: 'SliceRuns',
  text: "query SliceRuns($id: ID!) {\n  node(id: $id) {\n    ... on BookmarkedImage {\n      id\n      runs(first: 50) {\n        id\n        status\n        createdAt\n        detector {\n          name\n          version\n        }\n      }\n    }\n  }\n}",
};

export const SliceOutcomeDocument: GraphDocument<SliceOutcomeQuery, SliceOutcomeQueryVariables> = {
  name: 'SliceOutcome',
  text: "query SliceOutcome($run: ID!, $image: ID!, $iouThreshold: Float!) {\n  detectionRun(id: $run) {\n    id\n    status\n    detector {\n      name\n      version\n      classes\n    }\n    imageOutcome(imageId: $image, iouThreshold: $iouThreshold) {\n      missed {\n        id\n      }\n      detections {\n        kind\n        iou\n        lesion {\n          id\n        }\n        detection {\n          id\n          rank\n          score\n          classIndex\n          currentVerdict\n          boundingBox {\n            x1\n            y1\n            x2\n            y2\n          }\n          pseudoCluster {\n            clusterIndex\n            label\n          }\n        }\n      }\n    }\n  }\n}",
};

export const SimilarLesionsDocument: GraphDocument<SimilarLesionsQuery, SimilarLesionsQueryVariables> = {
  name: 'SimilarLesions',
  text: "query SimilarLesions($lesion: ID!) {\n  node(id: $lesion) {\n    ... on Lesion {\n      id\n      similar(first: 6) {\n        distance\n        lesion {\n          id\n          coarseType\n          longDiameterMm\n          url(size: 128)\n          image {\n            id\n            fileName\n          }\n          patient {\n            patientIndex\n          }\n        }\n      }\n    }\n  }\n}",
};

export const PatientHistoryDocument: GraphDocument<PatientHistoryQuery, PatientHistoryQueryVariables> = {
  name: 'PatientHistory',
  text: "query PatientHistory($id: ID!) {\n  node(id: $id) {\n    ... on BookmarkedImage {\n      id\n      study {\n        patient {\n          patientIndex\n          studies {\n            id\n            studyIndex\n            ageYears\n            images {\n              id\n              fileName\n              sliceIndex\n              lesions {\n                id\n                longDiameterMm\n                coarseType\n                url(size: 96)\n              }\n            }\n          }\n        }\n      }\n    }\n  }\n}",
};
