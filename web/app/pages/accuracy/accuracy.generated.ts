// Made of accuracy.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type EvaluationHeadFragment = { id: string, protocolKey: string, comparisonKey: string, createdAt: string, imageCount: number, lesionCount: number, run: { id: string, status: Schema.JobStatus, detector: { name: string, version: string }, dataset: { slug: string, version: number, name: string, synthetic: boolean, citation: string } }, protocol: { preset: Schema.EvaluationPreset, accuracyComparator: Schema.OverlapComparator, accuracyCriterion: Schema.OverlapCriterion, accuracyBoxMeasure: Schema.BoxMeasure, frocComparator: Schema.OverlapComparator, frocCriterion: Schema.OverlapCriterion, frocBoxMeasure: Schema.BoxMeasure, frocDuplicates: Schema.FrocDuplicates, frocThresholds: Array<number>, topK: Array<number>, defaultTopK: number, resamples: number, seed: number, reviewsUpTo: number | null, categorization: string | null, population: { images: number, imagesCompleted: number, lesions: number, patients: number } }, strata: Array<{ name: string, kind: Schema.StratumKind, label: string, lesionCount: number }> };

export type EvaluationListQueryVariables = Exact<{
  dataset?: string | null | undefined;
}>;


export type EvaluationListQuery = { evaluations: { nodes: Array<{ id: string, comparisonKey: string, createdAt: string, lesionCount: number, protocol: { preset: Schema.EvaluationPreset, reviewsUpTo: number | null }, run: { id: string, dataset: { slug: string, version: number }, detector: { name: string, version: string } } }> } };

export type EvaluationHeadsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type EvaluationHeadsQuery = { nodes: Array<
    | { __typename: 'ApiKey' }
    | { __typename: 'BookmarkedImage' }
    | { __typename: 'Categorization' }
    | { __typename: 'Cohort' }
    | { __typename: 'Dataset' }
    | { __typename: 'Detection' }
    | { __typename: 'DetectionReview' }
    | { __typename: 'DetectionRun' }
    | { __typename: 'Detector' }
    | { __typename: 'Evaluation', id: string, protocolKey: string, comparisonKey: string, createdAt: string, imageCount: number, lesionCount: number, run: { id: string, status: Schema.JobStatus, detector: { name: string, version: string }, dataset: { slug: string, version: number, name: string, synthetic: boolean, citation: string } }, protocol: { preset: Schema.EvaluationPreset, accuracyComparator: Schema.OverlapComparator, accuracyCriterion: Schema.OverlapCriterion, accuracyBoxMeasure: Schema.BoxMeasure, frocComparator: Schema.OverlapComparator, frocCriterion: Schema.OverlapCriterion, frocBoxMeasure: Schema.BoxMeasure, frocDuplicates: Schema.FrocDuplicates, frocThresholds: Array<number>, topK: Array<number>, defaultTopK: number, resamples: number, seed: number, reviewsUpTo: number | null, categorization: string | null, population: { images: number, imagesCompleted: number, lesions: number, patients: number } }, strata: Array<{ name: string, kind: Schema.StratumKind, label: string, lesionCount: number }> }
    | { __typename: 'Export' }
    | { __typename: 'Lesion' }
    | { __typename: 'Patient' }
    | { __typename: 'PseudoCluster' }
    | { __typename: 'Series' }
    | { __typename: 'Study' }
   | null> };

export type AccuracyCurvesQueryVariables = Exact<{
  ids: Array<string> | string;
  stratum: string;
  topK?: number | null | undefined;
}>;


export type AccuracyCurvesQuery = { nodes: Array<
    | { id: string, accuracyCurve: Array<{ iouThreshold: number, accuracy: number | null, ciLow: number | null, ciHigh: number | null, correct: number, total: number }> | null }
    | Record<PropertyKey, never>
   | null> };

export type FrocCurvesQueryVariables = Exact<{
  ids: Array<string> | string;
  stratum: string;
  iouThreshold: number;
}>;


export type FrocCurvesQuery = { nodes: Array<
    | { id: string, froc: Array<{ falsePositivesPerImage: number, sensitivity: number | null, ciLow: number | null, ciHigh: number | null, scoreThreshold: number | null, truePositives: number, total: number, reachedFalsePositivesPerImage: boolean }> | null }
    | Record<PropertyKey, never>
   | null> };

export type PrecisionRecallCurvesQueryVariables = Exact<{
  ids: Array<string> | string;
  iouThreshold: number;
}>;


export type PrecisionRecallCurvesQuery = { nodes: Array<
    | { id: string, averagePrecision: number | null, precisionRecall: Array<{ recall: number, precision: number, scoreThreshold: number | null }> | null }
    | Record<PropertyKey, never>
   | null> };

export type AccuracyDifferencesQueryVariables = Exact<{
  ids: Array<string> | string;
  stratum: string;
  topK?: number | null | undefined;
}>;


export type AccuracyDifferencesQuery = { compareEvaluations: { differences: Array<{ imageCount: number, other: { id: string }, points: Array<{ iouThreshold: number, difference: number | null, ciLow: number | null, ciHigh: number | null, mcNemarP: number, onlyBaseline: number, onlyOther: number, total: number }> }> | null } };

export type AccuracyByStratumQueryVariables = Exact<{
  ids: Array<string> | string;
  topK?: number | null | undefined;
}>;


export type AccuracyByStratumQuery = { nodes: Array<
    | { id: string, strata: Array<{ name: string, kind: Schema.StratumKind, label: string, lesionCount: number, accuracyCurve: Array<{ iouThreshold: number, accuracy: number | null, ciLow: number | null, ciHigh: number | null, correct: number, total: number }> | null }> }
    | Record<PropertyKey, never>
   | null> };

export type EmbeddingQueryVariables = Exact<{ [key: string]: never; }>;


export type EmbeddingQuery = { serverInfo: { embedding: { allowed: boolean, ancestors: Array<string> } } };

export const EvaluationListDocument: GraphDocument<EvaluationListQuery, EvaluationListQueryVariables> = {
  name: 'EvaluationList',
  text: "query EvaluationList($dataset: String) {\n  evaluations(\n    first: 50\n    filter: {dataset: $dataset}\n    orderBy: {field: CREATED_AT, direction: DESC}\n  ) {\n    nodes {\n      id\n      comparisonKey\n      createdAt\n      lesionCount\n      protocol {\n        preset\n        reviewsUpTo\n      }\n      run {\n        id\n        dataset {\n          slug\n          version\n        }\n        detector {\n          name\n          version\n        }\n      }\n    }\n  }\n}",
};

export const EvaluationHeadsDocument: GraphDocument<EvaluationHeadsQuery, EvaluationHeadsQueryVariables> = {
  name: 'EvaluationHeads',
  text: "query EvaluationHeads($ids: [ID!]!) {\n  nodes(ids: $ids) {\n    __typename\n    ...EvaluationHead\n  }\n}\n\nfragment EvaluationHead on Evaluation {\n  id\n  protocolKey\n  comparisonKey\n  createdAt\n  imageCount\n  lesionCount\n  run {\n    id\n    status\n    detector {\n      name\n      version\n    }\n    dataset {\n      slug\n      version\n      name\n      synthetic\n      citation\n    }\n  }\n  protocol {\n    preset\n    accuracyComparator\n    accuracyCriterion\n    accuracyBoxMeasure\n    frocComparator\n    frocCriterion\n    frocBoxMeasure\n    frocDuplicates\n    frocThresholds\n    topK\n    defaultTopK\n    resamples\n    seed\n    reviewsUpTo\n    categorization\n    population {\n      images\n      imagesCompleted\n      lesions\n      patients\n    }\n  }\n  strata {\n    name\n    kind\n    label\n    lesionCount\n  }\n}",
};

export const AccuracyCurvesDocument: GraphDocument<AccuracyCurvesQuery, AccuracyCurvesQueryVariables> = {
  name: 'AccuracyCurves',
  text: "query AccuracyCurves($ids: [ID!]!, $stratum: String!, $topK: Int) {\n  nodes(ids: $ids) {\n    ... on Evaluation {\n      id\n      accuracyCurve(stratum: $stratum, topK: $topK) {\n        iouThreshold\n        accuracy\n        ciLow\n        ciHigh\n        correct\n        total\n      }\n    }\n  }\n}",
};

export const FrocCurvesDocument: GraphDocument<FrocCurvesQuery, FrocCurvesQueryVariables> = {
  name: 'FrocCurves',
  text: "query FrocCurves($ids: [ID!]!, $stratum: String!, $iouThreshold: Float!) {\n  nodes(ids: $ids) {\n    ... on Evaluation {\n      id\n      froc(stratum: $stratum, iouThreshold: $iouThreshold) {\n        falsePositivesPerImage\n        sensitivity\n        ciLow\n        ciHigh\n        scoreThreshold\n        truePositives\n        total\n        reachedFalsePositivesPerImage\n      }\n    }\n  }\n}",
};

export const PrecisionRecallCurvesDocument: GraphDocument<PrecisionRecallCurvesQuery, PrecisionRecallCurvesQueryVariables> = {
  name: 'PrecisionRecallCurves',
  text: "query PrecisionRecallCurves($ids: [ID!]!, $iouThreshold: Float!) {\n  nodes(ids: $ids) {\n    ... on Evaluation {\n      id\n      averagePrecision(iouThreshold: $iouThreshold)\n      precisionRecall(iouThreshold: $iouThreshold) {\n        recall\n        precision\n        scoreThreshold\n      }\n    }\n  }\n}",
};

export const AccuracyDifferencesDocument: GraphDocument<AccuracyDifferencesQuery, AccuracyDifferencesQueryVariables> = {
  name: 'AccuracyDifferences',
  text: "query AccuracyDifferences($ids: [ID!]!, $stratum: String!, $topK: Int) {\n  compareEvaluations(ids: $ids, stratum: $stratum, topK: $topK) {\n    differences {\n      imageCount\n      other {\n        id\n      }\n      points {\n        iouThreshold\n        difference\n        ciLow\n        ciHigh\n        mcNemarP\n        onlyBaseline\n        onlyOther\n        total\n      }\n    }\n  }\n}",
};

export const AccuracyByStratumDocument: GraphDocument<AccuracyByStratumQuery, AccuracyByStratumQueryVariables> = {
  name: 'AccuracyByStratum',
  text: "query AccuracyByStratum($ids: [ID!]!, $topK: Int) {\n  nodes(ids: $ids) {\n    ... on Evaluation {\n      id\n      strata {\n        name\n        kind\n        label\n        lesionCount\n        accuracyCurve(topK: $topK) {\n          iouThreshold\n          accuracy\n          ciLow\n          ciHigh\n          correct\n          total\n        }\n      }\n    }\n  }\n}",
};

export const EmbeddingDocument: GraphDocument<EmbeddingQuery, EmbeddingQueryVariables> = {
  name: 'Embedding',
  text: "query Embedding {\n  serverInfo {\n    embedding {\n      allowed\n      ancestors\n    }\n  }\n}",
};
