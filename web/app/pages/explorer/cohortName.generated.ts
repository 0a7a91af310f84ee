// Made of cohortName.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ExplorerCohortQueryVariables = Exact<{
  id: string;
}>;


export type ExplorerCohortQuery = { cohort: { name: string } | null };

export const ExplorerCohortDocument: GraphDocument<ExplorerCohortQuery, ExplorerCohortQueryVariables> = {
  name: 'ExplorerCohort',
  text: "query ExplorerCohort($id: ID!) {\n  cohort(id: $id) {\n    name\n  }\n}",
};
