// Made of rights.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type HeldDatasetFragment = { id: string, slug: string, version: number, isLatest: boolean, name: string, synthetic: boolean, licence: string, sourceFile: string, importedAt: string, visibility: Schema.DatasetVisibility, terms: { version: string, title: string } | null, counts: { images: number, imagesWithPixels: number, lesions: number } | null };

export type HeldDatasetsQueryVariables = Exact<{ [key: string]: never; }>;


export type HeldDatasetsQuery = { latest: { nodes: Array<{ id: string, slug: string, version: number, isLatest: boolean, name: string, synthetic: boolean, licence: string, sourceFile: string, importedAt: string, visibility: Schema.DatasetVisibility, terms: { version: string, title: string } | null, counts: { images: number, imagesWithPixels: number, lesions: number } | null }> }, superseded: { nodes: Array<{ id: string, slug: string, version: number, isLatest: boolean, name: string, synthetic: boolean, licence: string, sourceFile: string, importedAt: string, visibility: Schema.DatasetVisibility, terms: { version: string, title: string } | null, counts: { images: number, imagesWithPixels: number, lesions: number } | null }> } };

export type KeysOfDatasetsQueryVariables = Exact<{ [key: string]: never; }>;


export type KeysOfDatasetsQuery = { apiKeys: { totalCount: number, nodes: Array<{ id: string, name: string, prefix: string, scopes: Array<string>, datasets: Array<string> | null }> } };

export type SetVisibilityMutationVariables = Exact<{
  input: Schema.SetDatasetVisibilityInput;
}>;


export type SetVisibilityMutation = { setDatasetVisibility: { dataset: { id: string, visibility: Schema.DatasetVisibility } } };

export type VersionDiffQueryVariables = Exact<{
  a: string;
  b: string;
}>;


export type VersionDiffQuery = { datasetDiff: { patients: { added: number, removed: number, changed: number, unchanged: number }, studies: { added: number, removed: number, changed: number, unchanged: number }, images: { added: number, removed: number, changed: number, unchanged: number }, lesions: { added: number, removed: number, changed: number, unchanged: number }, changedLesions: { totalCount: number, nodes: Array<{ kind: Schema.DatasetChangeKind, fields: Array<string>, before: { id: string, sourceRowIndex: number, image: { id: string, fileName: string } } | null, after: { id: string, sourceRowIndex: number, image: { id: string, fileName: string } } | null }> } } };

export type DiffNumbersFragment = { added: number, removed: number, changed: number, unchanged: number };

export const HeldDatasetsDocument: GraphDocument<HeldDatasetsQuery, HeldDatasetsQueryVariables> = {
  name: 'HeldDatasets',
  text: "query HeldDatasets {\n  latest: datasets(\n    first: 200\n    filter: {latest: true}\n    orderBy: {field: SLUG, direction: ASC}\n  ) {\n    nodes {\n      ...HeldDataset\n    }\n  }\n  superseded: datasets(\n    first: 200\n    filter: {latest: false}\n    orderBy: {field: SLUG, direction: ASC}\n  ) {\n    nodes {\n      ...HeldDataset\n    }\n  }\n}\n\nfragment HeldDataset on Dataset {\n  id\n  slug\n  version\n  isLatest\n  name\n  synthetic\n  licence\n  sourceFile\n  importedAt\n  visibility\n  terms {\n    version\n    title\n  }\n  counts {\n    images\n    imagesWithPixels\n    lesions\n  }\n}",
};

export const KeysOfDatasetsDocument: GraphDocument<KeysOfDatasetsQuery, KeysOfDatasetsQueryVariables> = {
  name: 'KeysOfDatasets',
  text: "query KeysOfDatasets {\n  apiKeys(\n    first: 200\n    filter: {active: true}\n    orderBy: {field: NAME, direction: ASC}\n  ) {\n    totalCount\n    nodes {\n      id\n      name\n      prefix\n      scopes\n      datasets\n    }\n  }\n}",
};

export const SetVisibilityDocument: GraphDocument<SetVisibilityMutation, SetVisibilityMutationVariables> = {
  name: 'SetVisibility',
  text: "mutation SetVisibility($input: SetDatasetVisibilityInput!) {\n  setDatasetVisibility(input: $input) {\n    dataset {\n      id\n      visibility\n    }\n  }\n}",
};

export const VersionDiffDocument: GraphDocument<VersionDiffQuery, VersionDiffQueryVariables> = {
  name: 'VersionDiff',
  text: "query VersionDiff($a: String!, $b: String!) {\n  datasetDiff(a: $a, b: $b) {\n    patients {\n      ...DiffNumbers\n    }\n    studies {\n      ...DiffNumbers\n    }\n    images {\n      ...DiffNumbers\n    }\n    lesions {\n      ...DiffNumbers\n    }\n    changedLesions(first: 100) {\n      totalCount\n      nodes {\n        kind\n        fields\n        before {\n          id\n          sourceRowIndex\n          image {\n            id\n            fileName\n          }\n        }\n        after {\n          id\n          sourceRowIndex\n          image {\n            id\n            fileName\n          }\n        }\n      }\n    }\n  }\n}\n\nfragment DiffNumbers on DiffCounts {\n  added\n  removed\n  changed\n  unchanged\n}",
};
