// Made of datasetNames.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type DatasetNamesQueryVariables = Exact<{ [key: string]: never; }>;


export type DatasetNamesQuery = { datasets: { nodes: Array<{ slug: string, name: string, version: number }> } };

export const DatasetNamesDocument: GraphDocument<DatasetNamesQuery, DatasetNamesQueryVariables> = {
  name: 'DatasetNames',
  text: "query DatasetNames {\n  datasets(filter: {latest: true}, first: 100, orderBy: {field: SLUG}) {\n    nodes {\n      slug\n      name\n      version\n    }\n  }\n}",
};
