// Made of errors.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type ErrorsHeadFragment = { __typename: 'Evaluation', id: string, protocolKey: string, comparisonKey: string, createdAt: string, lesionCount: number, imageCount: number, run: { id: string, detector: { name: string, version: string }, dataset: { slug: string, name: string, version: number, synthetic: boolean, citation: string } }, protocol: { reviewsUpTo: number | null, frocCriterion: Schema.OverlapCriterion, frocComparator: Schema.OverlapComparator, frocBoxMeasure: Schema.BoxMeasure, frocDuplicates: Schema.FrocDuplicates }, analysisStrata: Array<{ name: string, label: string, lesionCount: number }> };

export type ErrorsHeadsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type ErrorsHeadsQuery = { nodes: Array<
    | { __typename: 'ApiKey' }
    | { __typename: 'BookmarkedImage' }
    | { __typename: 'Categorization' }
    | { __typename: 'Cohort' }
    | { __typename: 'Dataset' }
    | { __typename: 'Detection' }
    | { __typename: 'DetectionReview' }
    | { __typename: 'DetectionRun' }
    | { __typename: 'Detector' }
    | { __typename: 'Evaluation', id: string, protocolKey: string, comparisonKey: string, createdAt: string, lesionCount: number, imageCount: number, run: { id: string, detector: { name: string, version: string }, dataset: { slug: string, name: string, version: number, synthetic: boolean, citation: string } }, protocol: { reviewsUpTo: number | null, frocCriterion: Schema.OverlapCriterion, frocComparator: Schema.OverlapComparator, frocBoxMeasure: Schema.BoxMeasure, frocDuplicates: Schema.FrocDuplicates }, analysisStrata: Array<{ name: string, label: string, lesionCount: number }> }
    | { __typename: 'Export' }
    | { __typename: 'Lesion' }
    | { __typename: 'Patient' }
    | { __typename: 'PseudoCluster' }
    | { __typename: 'Series' }
    | { __typename: 'Study' }
   | null> };

export type ErrorCurveQueryVariables = Exact<{
  id: string;
  iouThreshold: number;
  stratum: string;
}>;


export type ErrorCurveQuery = { evaluation: { operatingCurve: Array<{ scoreThreshold: number | null, truePositives: number, falsePositives: number, lesionCount: number, imageCount: number }> | null } | null };

export type ErrorTilesQueryVariables = Exact<{
  id: string;
  iouThreshold: number;
  stratum: string;
  scoreAtLeast: number;
  kinds: Array<Schema.OutcomeKind> | Schema.OutcomeKind;
  verdicts?: Array<Schema.OutcomeVerdict> | Schema.OutcomeVerdict | null | undefined;
  orderBy: Array<Schema.OutcomeOrder> | Schema.OutcomeOrder;
  first: number;
}>;


export type ErrorTilesQuery = { evaluation: { outcomes: { totalCount: number, counts: { hits: number, duplicates: number, localizations: number, background: number, missed: number, falsePositives: number }, nodes: Array<{ kind: Schema.OutcomeKind, overlap: number | null, rank: number | null, score: number | null, reason: Schema.OutcomeReason | null, verdict: Schema.ReviewVerdict | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, lesion: { id: string, longDiameterMm: number | null, coarseType: Schema.CoarseType } | null, image: { id: string, fileName: string, hasPixels: boolean, width: number, height: number, url: string | null } }> } | null } | null };

export type ErrorCostsQueryVariables = Exact<{
  id: string;
  iouThreshold: number;
  stratum: string;
  scoreAtLeast: number;
}>;


export type ErrorCostsQuery = { evaluation: { errors: { averagePrecision: number | null, sensitivity: number | null, falsePositivesPerImage: number, lesionCount: number, kinds: Array<{ kind: Schema.ErrorKind, count: number, share: number | null, deltaAveragePrecision: number | null, deltaSensitivity: number | null, countInterval: { low: number, high: number } | null, deltaAveragePrecisionInterval: { low: number, high: number } | null, deltaSensitivityInterval: { low: number, high: number } | null }>, background: { confirmedLesions: number, confirmedFalse: number, unreviewed: number, confirmedLesionsInterval: { low: number, high: number } | null, confirmedFalseInterval: { low: number, high: number } | null, unreviewedInterval: { low: number, high: number } | null } } | null } | null };

export const ErrorsHeadsDocument: GraphDocument<ErrorsHeadsQuery, ErrorsHeadsQueryVariables> = {
  name: 'ErrorsHeads',
  text: "query ErrorsHeads($ids: [ID!]!) {\n  nodes(ids: $ids) {\n    __typename\n    ...ErrorsHead\n  }\n}\n\nfragment ErrorsHead on Evaluation {\n  __typename\n  id\n  protocolKey\n  comparisonKey\n  createdAt\n  lesionCount\n  imageCount\n  run {\n    id\n    detector {\n      name\n      version\n    }\n    dataset {\n      slug\n      name\n      version\n      synthetic\n      citation\n    }\n  }\n  protocol {\n    reviewsUpTo\n    frocCriterion\n    frocComparator\n    frocBoxMeasure\n    frocDuplicates\n  }\n  analysisStrata {\n    name\n    label\n    lesionCount\n  }\n}",
};

export const ErrorCurveDocument: GraphDocument<ErrorCurveQuery, ErrorCurveQueryVariables> = {
  name: 'ErrorCurve',
  text: "query ErrorCurve($id: ID!, $iouThreshold: Float!, $stratum: String!) {\n  evaluation(id: $id) {\n    operatingCurve(points: 400, iouThreshold: $iouThreshold, stratum: $stratum) {\n      scoreThreshold\n      truePositives\n      falsePositives\n      lesionCount\n      imageCount\n    }\n  }\n}",
};

export const ErrorTilesDocument: GraphDocument<ErrorTilesQuery, ErrorTilesQueryVariables> = {
  name: 'ErrorTiles',
  text: "query ErrorTiles($id: ID!, $iouThreshold: Float!, $stratum: String!, $scoreAtLeast: Float!, $kinds: [OutcomeKind!]!, $verdicts: [OutcomeVerdict!], $orderBy: [OutcomeOrder!]!, $first: Int!) {\n  evaluation(id: $id) {\n    outcomes(\n      iouThreshold: $iouThreshold\n      stratum: $stratum\n      scoreAtLeast: $scoreAtLeast\n      kinds: $kinds\n      verdicts: $verdicts\n      orderBy: $orderBy\n      first: $first\n    ) {\n      totalCount\n      counts {\n        hits\n        duplicates\n        localizations\n        background\n        missed\n        falsePositives\n      }\n      nodes {\n        kind\n        overlap\n        rank\n        score\n        reason\n        verdict\n        boundingBox {\n          x1\n          y1\n          x2\n          y2\n        }\n        lesion {\n          id\n          longDiameterMm\n          coarseType\n        }\n        image {\n          id\n          fileName\n          hasPixels\n          width\n          height\n          url(size: 512)\n        }\n      }\n    }\n  }\n}",
};

export const ErrorCostsDocument: GraphDocument<ErrorCostsQuery, ErrorCostsQueryVariables> = {
  name: 'ErrorCosts',
  text: "query ErrorCosts($id: ID!, $iouThreshold: Float!, $stratum: String!, $scoreAtLeast: Float!) {\n  evaluation(id: $id) {\n    errors(\n      iouThreshold: $iouThreshold\n      stratum: $stratum\n      scoreAtLeast: $scoreAtLeast\n    ) {\n      averagePrecision\n      sensitivity\n      falsePositivesPerImage\n      lesionCount\n      kinds {\n        kind\n        count\n        share\n        countInterval {\n          low\n          high\n        }\n        deltaAveragePrecision\n        deltaAveragePrecisionInterval {\n          low\n          high\n        }\n        deltaSensitivity\n        deltaSensitivityInterval {\n          low\n          high\n        }\n      }\n      background {\n        confirmedLesions\n        confirmedLesionsInterval {\n          low\n          high\n        }\n        confirmedFalse\n        confirmedFalseInterval {\n          low\n          high\n        }\n        unreviewed\n        unreviewedInterval {\n          low\n          high\n        }\n      }\n    }\n  }\n}",
};
