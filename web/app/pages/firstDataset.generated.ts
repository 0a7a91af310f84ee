// Made of firstDataset.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type FirstDatasetQueryVariables = Exact<{ [key: string]: never; }>;


export type FirstDatasetQuery = { datasets: { nodes: Array<{ slug: string }> } };

export const FirstDatasetDocument: GraphDocument<FirstDatasetQuery, FirstDatasetQueryVariables> = {
  name: 'FirstDataset',
  text: "query FirstDataset {\n  datasets(first: 1, orderBy: {field: IMPORTED_AT, direction: DESC}) {\n    nodes {\n      slug\n    }\n  }\n}",
};
