// Made of threshold.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ThresholdCurveQueryVariables = Exact<{
  id: string;
  iouThreshold: number;
  stratum: string;
}>;


export type ThresholdCurveQuery = { evaluation: { operatingCurve: Array<{ scoreThreshold: number | null, truePositives: number, falsePositives: number, lesionCount: number, imageCount: number, sensitivity: number | null, falsePositivesPerImage: number | null, precision: number | null }> | null } | null };

export type ThresholdPointQueryVariables = Exact<{
  id: string;
  scoreThreshold: number;
  iouThreshold: number;
  stratum: string;
}>;


export type ThresholdPointQuery = { evaluation: { operatingPoint: { scoreThreshold: number | null, truePositives: number, falsePositives: number, lesionCount: number, imageCount: number, sensitivity: number | null, falsePositivesPerImage: number | null, precision: number | null, f1: number | null, sensitivityInterval: { low: number, high: number } | null, falsePositivesPerImageInterval: { low: number, high: number } | null, precisionInterval: { low: number, high: number } | null, f1Interval: { low: number, high: number } | null } | null } | null };

export type ThresholdPrecisionQueryVariables = Exact<{
  id: string;
  iouThreshold: number;
  stratum: string;
}>;


export type ThresholdPrecisionQuery = { evaluation: { averagePrecision: number | null, averagePrecisionInterval: { low: number, high: number } | null, precisionRecall: Array<{ recall: number, precision: number, scoreThreshold: number | null, ciLow: number | null, ciHigh: number | null }> | null } | null };

export type ThresholdCalibrationQueryVariables = Exact<{
  id: string;
  iouThreshold: number;
  stratum: string;
}>;


export type ThresholdCalibrationQuery = { evaluation: { calibration: { count: number, hits: number, imageCount: number, expectedError: number | null, maximumError: number | null, expectedErrorInterval: { low: number, high: number } | null, bins: Array<{ low: number, high: number, count: number, hits: number, meanScore: number | null, hitShare: number | null, hitShareInterval: { low: number, high: number } | null }> } | null } | null };

export const ThresholdCurveDocument: GraphDocument<ThresholdCurveQuery, ThresholdCurveQueryVariables> = {
  name: 'ThresholdCurve',
  text: "query ThresholdCurve($id: ID!, $iouThreshold: Float!, $stratum: String!) {\n  evaluation(id: $id) {\n    operatingCurve(points: 200, iouThreshold: $iouThreshold, stratum: $stratum) {\n      scoreThreshold\n      truePositives\n      falsePositives\n      lesionCount\n      imageCount\n      sensitivity\n      falsePositivesPerImage\n      precision\n    }\n  }\n}",
};

export const ThresholdPointDocument: GraphDocument<ThresholdPointQuery, ThresholdPointQueryVariables> = {
  name: 'ThresholdPoint',
  text: "query ThresholdPoint($id: ID!, $scoreThreshold: Float!, $iouThreshold: Float!, $stratum: String!) {\n  evaluation(id: $id) {\n    operatingPoint(\n      scoreThreshold: $scoreThreshold\n      iouThreshold: $iouThreshold\n      stratum: $stratum\n    ) {\n      scoreThreshold\n      truePositives\n      falsePositives\n      lesionCount\n      imageCount\n      sensitivity\n      falsePositivesPerImage\n      precision\n      f1\n      sensitivityInterval {\n        low\n        high\n      }\n      falsePositivesPerImageInterval {\n        low\n        high\n      }\n      precisionInterval {\n        low\n        high\n      }\n      f1Interval {\n        low\n        high\n      }\n    }\n  }\n}",
};

export const ThresholdPrecisionDocument: GraphDocument<ThresholdPrecisionQuery, ThresholdPrecisionQueryVariables> = {
  name: 'ThresholdPrecision',
  text: "query ThresholdPrecision($id: ID!, $iouThreshold: Float!, $stratum: String!) {\n  evaluation(id: $id) {\n    averagePrecision(iouThreshold: $iouThreshold, stratum: $stratum)\n    averagePrecisionInterval(iouThreshold: $iouThreshold, stratum: $stratum) {\n      low\n      high\n    }\n    precisionRecall(iouThreshold: $iouThreshold, stratum: $stratum) {\n      recall\n      precision\n      scoreThreshold\n      ciLow\n      ciHigh\n    }\n  }\n}",
};

export const ThresholdCalibrationDocument: GraphDocument<ThresholdCalibrationQuery, ThresholdCalibrationQueryVariables> = {
  name: 'ThresholdCalibration',
  text: "query ThresholdCalibration($id: ID!, $iouThreshold: Float!, $stratum: String!) {\n  evaluation(id: $id) {\n    calibration(iouThreshold: $iouThreshold, stratum: $stratum) {\n      count\n      hits\n      imageCount\n      expectedError\n      expectedErrorInterval {\n        low\n        high\n      }\n      maximumError\n      bins {\n        low\n        high\n        count\n        hits\n        meanScore\n        hitShare\n        hitShareInterval {\n          low\n          high\n        }\n      }\n    }\n  }\n}",
};
