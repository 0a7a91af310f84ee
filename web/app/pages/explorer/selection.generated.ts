// Made of selection.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type ExplorerSelectionQueryVariables = Exact<{
  filter: Schema.LesionFilter;
  orderBy?: Array<Schema.LesionOrder> | Schema.LesionOrder | null | undefined;
}>;


export type ExplorerSelectionQuery = { lesions: { nodes: Array<{ id: string, sourceRowIndex: number }> } };

export const ExplorerSelectionDocument: GraphDocument<ExplorerSelectionQuery, ExplorerSelectionQueryVariables> = {
  name: 'ExplorerSelection',
  text: "query ExplorerSelection($filter: LesionFilter!, $orderBy: [LesionOrder!]) {\n  lesions(filter: $filter, orderBy: $orderBy, first: 200) {\n    nodes {\n      id\n      sourceRowIndex\n    }\n  }\n}",
};
