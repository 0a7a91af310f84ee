// Made of submission.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type SubmissionChoicesQueryVariables = Exact<{ [key: string]: never; }>;


export type SubmissionChoicesQuery = { datasets: { nodes: Array<{ id: string, slug: string, name: string, version: number }> } };

export type ValidateTriedQueryVariables = Exact<{
  input: Schema.SubmitDetectionsInput;
}>;


export type ValidateTriedQuery = { validateSubmission: { isValid: boolean, problemCount: number, meanIou: number | null, lesions: number, boxCount: number, clippedCount: number, imageCount: number, imagesWithBoxes: number, scoreHistogram: Array<number>, ignoredFields: Array<string>, problems: Array<{ line: number, kind: Schema.SubmissionProblemKind, message: string }>, suspicions: Array<{ kind: Schema.SubmissionSuspicionKind, message: string }>, coverage: Array<{ split: Schema.Split, images: number, declared: number, withBoxes: number }>, scoreRange: { least: number, most: number } | null, examples: Array<{ image: { id: string, fileName: string, width: number, height: number, pixelSpacingMm: number | null, hasPixels: boolean, huUrl: string | null, windows: Array<{ low: number, high: number }>, dataset: { pixelConvention: Schema.PixelConvention }, lesions: Array<{ id: string, boundingBox: { x1: number, y1: number, x2: number, y2: number } }> }, boxes: Array<{ score: number, boundingBox: { x1: number, y1: number, x2: number, y2: number } }> }> } };

export type SubmitTriedMutationVariables = Exact<{
  input: Schema.SubmitDetectionsInput;
}>;


export type SubmitTriedMutation = { submitDetections: { run: { id: string, status: Schema.JobStatus } } };

export const SubmissionChoicesDocument: GraphDocument<SubmissionChoicesQuery, SubmissionChoicesQueryVariables> = {
  name: 'SubmissionChoices',
  text: "query SubmissionChoices {\n  datasets(\n    first: 200\n    filter: {latest: true}\n    orderBy: {field: IMPORTED_AT, direction: DESC}\n  ) {\n    nodes {\n      id\n      slug\n      name\n      version\n    }\n  }\n}",
};

export const ValidateTriedDocument: GraphDocument<ValidateTriedQuery, ValidateTriedQueryVariables> = {
  name: 'ValidateTried',
  text: "query ValidateTried($input: SubmitDetectionsInput!) {\n  validateSubmission(input: $input) {\n    isValid\n    problemCount\n    problems {\n      line\n      kind\n      message\n    }\n    suspicions {\n      kind\n      message\n    }\n    meanIou\n    lesions\n    boxCount\n    clippedCount\n    imageCount\n    imagesWithBoxes\n    coverage {\n      split\n      images\n      declared\n      withBoxes\n    }\n    scoreRange {\n      least\n      most\n    }\n    scoreHistogram\n    ignoredFields\n    examples {\n      image {\n        id\n        fileName\n        width\n        height\n        pixelSpacingMm\n        hasPixels\n        huUrl\n        windows {\n          low\n          high\n        }\n        dataset {\n          pixelConvention\n        }\n        lesions {\n          id\n          boundingBox {\n            x1\n            y1\n            x2\n            y2\n          }\n        }\n      }\n      boxes {\n        score\n        boundingBox {\n          x1\n          y1\n          x2\n          y2\n        }\n      }\n    }\n  }\n}",
};

export const SubmitTriedDocument: GraphDocument<SubmitTriedMutation, SubmitTriedMutationVariables> = {
  name: 'SubmitTried',
  text: "mutation SubmitTried($input: SubmitDetectionsInput!) {\n  submitDetections(input: $input) {\n    run {\n      id\n      status\n    }\n  }\n}",
};
