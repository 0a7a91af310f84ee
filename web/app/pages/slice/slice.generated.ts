// Made of slice.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type SliceQueryVariables = Exact<{
  id: string;
}>;


export type SliceQuery = { node:
    | { id: string, fileName: string, width: number, height: number, pixelSpacingMm: number | null, sliceIntervalMm: number | null, sliceIndex: number, split: Schema.Split, hasPixels: boolean, url: string | null, windows: Array<{ low: number, high: number }>, slices: Array<{ offset: number, offsetMm: number | null, sliceIndex: number, huUrl: string, url: string }>, dataset: { slug: string, name: string, version: number, synthetic: boolean, pixelConvention: Schema.PixelConvention, citation: string }, study: { studyIndex: number, ageYears: number | null, patient: { patientIndex: number, sex: Schema.Sex } }, lesions: Array<{ id: string, coarseType: Schema.CoarseType, possiblyNoisy: boolean, longDiameterMm: number | null, shortDiameterMm: number | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, longAxis: { start: { x: number, y: number }, end: { x: number, y: number } } | null, shortAxis: { start: { x: number, y: number }, end: { x: number, y: number } } | null, pseudoCluster: { clusterIndex: number, label: string | null } | null }> }
    | Record<PropertyKey, never>
   | null, serverInfo: { windowPresets: Array<{ name: string, center: number, width: number }> } };

export type SliceRunsQueryVariables = Exact<{
  id: string;
}>;


export type SliceRunsQuery = { node:
    | { id: string, runs: Array<{ id: string, status: Schema.JobStatus, createdAt: string, detector: { name: string, version: string } }> }
    | Record<PropertyKey, never>
   | null };

export type SliceOutcomeQueryVariables = Exact<{
  run: string;
  image: string;
  iouThreshold: number;
}>;


export type SliceOutcomeQuery = { detectionRun: { id: string, status: Schema.JobStatus, detector: { name: string, version: string, classes: Array<string> | null }, imageOutcome: { missed: Array<{ id: string }>, detections: Array<{ kind: Schema.DetectionOutcomeKind, iou: number, lesion: { id: string } | null, detection: { id: string, rank: number, score: number, classIndex: number, currentVerdict: Schema.ReviewVerdict | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, pseudoCluster: { clusterIndex: number, label: string | null } | null } }> } | null } | null };

export type SimilarLesionsQueryVariables = Exact<{
  lesion: string;
}>;


export type SimilarLesionsQuery = { node:
    | { id: string, similar: Array<{ distance: number, lesion: { id: string, coarseType: Schema.CoarseType, longDiameterMm: number | null, url: string | null, image: { id: string, fileName: string }, patient: { patientIndex: number } } }> | null }
    | Record<PropertyKey, never>
   | null };

export type PatientHistoryQueryVariables = Exact<{
  id: string;
}>;


export type PatientHistoryQuery = { node:
    | { id: string, study: { patient: { patientIndex: number, studies: Array<{ id: string, studyIndex: number, ageYears: number | null, images: Array<{ id: string, fileName: string, sliceIndex: number, lesions: Array<{ id: string, longDiameterMm: number | null, coarseType: Schema.CoarseType, url: string | null }> }> }> } } }
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
